// A call that is answered in the main thread, as the network thread sees it.
import { callerLeft } from '../../apis/call-status.ts';
import type { PerchError } from '../../errors.ts';
import type { GrpcCallContext } from '../../wire/grpc/call-context.ts';
import { isBinaryKey } from '../../wire/grpc/metadata.ts';
import type { HeaderField } from '../../wire/http2/contract.ts';
import { toFailure } from './call-failure.ts';
import type { CallLink } from './call-link.ts';
import { recordKind } from './call-records.ts';
import { MessageQueue } from './message-queue.ts';
import type { RequestPump } from './request-pump.ts';

/** What a call is made of. */
export interface ForwardedParts {
  readonly link: CallLink;
  readonly call: number;
  readonly context: GrpcCallContext;
  /** Where it streams requests. */
  readonly requests: RequestPump | undefined;
}

/** A call that waits for records of the main thread. */
export abstract class ForwardedCall {
  protected readonly parts: ForwardedParts;
  #isOver = false;

  constructor(parts: ForwardedParts) {
    this.parts = parts;
    parts.context.whenAborted(this);
  }

  /** An answer of many. */
  protected abstract answered(answer: Uint8Array): void;

  /** The call is over; `payload`: its only answer, where it has one. */
  protected abstract succeeded(payload: Uint8Array): void;

  /** The call is over. */
  protected abstract failed(reason: PerchError): void;

  /** Of AbortListener. */
  aborted(reason: PerchError): void {
    this.cancel(reason);
  }

  /** Anything but its last record. */
  record(kind: number, number: number, payload: Buffer): void {
    switch (kind) {
      case recordKind.message:
        this.answered(payload);
        break;
      case recordKind.headers:
      case recordKind.trailers:
        addMetadata(this.parts.context, kind, payload);
        break;
      default:
        this.parts.requests?.record(kind, number);
    }
  }

  /** Its last record: `failure` where it failed. The number of the call may be another's from now on. */
  end(payload: Uint8Array, failure: PerchError | undefined): void {
    this.#isOver = true;
    this.parts.requests?.stop();
    if (failure === undefined) {
      this.succeeded(payload);
    } else {
      this.failed(failure);
    }
  }

  /** Nobody waits for it any more. */
  protected cancel(reason: PerchError): void {
    if (!this.#isOver) {
      const { link, call, requests } = this.parts;
      requests?.stop();
      link.addJson(recordKind.cancel, call, toFailure(reason));
    }
  }

  /** Answers that cost so much (message-credit.ts) were taken. */
  protected taken(cost: number): void {
    if (!this.#isOver) {
      this.parts.link.add(recordKind.taken, this.parts.call, undefined, 0, cost);
    }
  }
}

/** One answer, to one request or to many. */
export class SingleAnswerCall extends ForwardedCall {
  #resolve: (answer: Uint8Array) => void = () => undefined;
  #reject: (reason: PerchError) => void = () => undefined;
  /** What the handler answers, or how it fails. */
  readonly answer = new Promise<Uint8Array>((resolve, reject) => {
    this.#resolve = resolve;
    this.#reject = reject;
  });

  protected override answered(): void {
    // There is only the one that comes with the end.
  }

  protected override succeeded(answer: Uint8Array): void {
    this.#resolve(answer);
  }

  protected override failed(reason: PerchError): void {
    this.#reject(reason);
  }
}

/** Many answers, to one request or to many. */
export class StreamingCall extends ForwardedCall {
  /** What the handler answers. */
  readonly answers = new MessageQueue({
    taken: (cost) => this.taken(cost),
    unwanted: () => this.cancel(callerLeft),
  });

  protected override answered(answer: Uint8Array): void {
    this.answers.add(answer);
  }

  protected override succeeded(): void {
    this.answers.end();
  }

  protected override failed(reason: PerchError): void {
    this.answers.fail(reason);
  }
}

/** Adds what the handler added, as it would have here. */
function addMetadata(context: GrpcCallContext, kind: number, payload: Buffer): void {
  for (const [name, text] of JSON.parse(payload.toString()) as HeaderField[]) {
    const value = isBinaryKey(name) ? Buffer.from(text, 'base64') : text;
    if (kind === recordKind.headers) {
      context.addHeader(name, value);
    } else {
      context.addTrailer(name, value);
    }
  }
}
