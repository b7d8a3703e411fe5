// A call that came through a network thread, as the main thread sees it: runs its handler.
import type { Method } from '../../apis/method.ts';
import { statusOfError } from '../../apis/call-status.ts';
import { PerchError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { GrpcCallContext, type CallOrigin } from '../../wire/grpc/call-context.ts';
import type { HeaderField } from '../../wire/http2/contract.ts';
import { toFailure } from './call-failure.ts';
import type { CallLink } from './call-link.ts';
import { recordKind } from './call-records.ts';
import { MessageCredit } from './message-credit.ts';
import { MessageQueue } from './message-queue.ts';

/** A method and where its calls come from (call-heads.ts). */
export interface ServedHead {
  readonly method: Method;
  readonly peer: string;
  readonly fields: readonly HeaderField[];
}

/** What calls have in common. */
export interface ServedParts {
  readonly link: CallLink;
  /** Gets the causes of errors that no caller is told of. */
  readonly log: Logger;
  /** The call has sent its last record. */
  readonly over: (call: number) => void;
}

type LastKind = (typeof recordKind)['answer' | 'end' | 'failed'];

/** One call. */
export class ServedCall implements CallOrigin {
  readonly peer: string;
  readonly fields: readonly HeaderField[];
  readonly #parts: ServedParts;
  readonly #id: number;
  readonly #method: Method;
  readonly #deadlineMs: number;
  readonly #context: GrpcCallContext;
  #isCancelled = false;
  #areHeadersSent = false;
  #requests: MessageQueue | undefined;
  #credit: MessageCredit | undefined;
  #answers: AsyncIterator<Uint8Array> | undefined;

  /** `deadlineMs`: milliseconds since the Unix epoch; Infinity where there is none. */
  constructor(parts: ServedParts, id: number, { method, peer, fields }: ServedHead, deadlineMs: number) {
    this.#parts = parts;
    this.#id = id;
    this.#method = method;
    this.peer = peer;
    this.fields = fields;
    this.#deadlineMs = deadlineMs;
    this.#context = new GrpcCallContext(this);
  }

  /** Of CallOrigin. */
  remainingMs(): number {
    return this.#deadlineMs - Date.now();
  }

  /** Of CallOrigin. */
  epochNow(): number {
    return Date.now();
  }

  /**
   * Asks who may call, which only this thread knows, and calls the handler; `request`: the only one, where there is one only.
   */
  start(request: Uint8Array): void {
    const method = this.#method;
    // Both send the last record whatever happens.
    switch (method.kind) {
      case 'unary':
        void this.#answerOnce(() => method.handle(request, this.#context));
        break;
      case 'client-stream':
        void this.#answerOnce(() => method.handle(this.#newRequests(), this.#context));
        break;
      case 'server-stream':
        void this.#answerMany(() => method.handle(request, this.#context));
        break;
      case 'bidi-stream':
        void this.#answerMany(() => method.handle(this.#newRequests(), this.#context));
        break;
    }
  }

  /** A request of many. */
  request(request: Uint8Array): void {
    this.#requests?.add(request);
  }

  /** There are no more of them; `failure`: because of it. */
  requestsEnded(failure: PerchError | undefined): void {
    if (failure === undefined) {
      this.#requests?.end();
    } else {
      this.#requests?.fail(failure);
    }
  }

  /** Answers that cost so much were taken. */
  taken(cost: number): void {
    this.#credit?.taken(cost);
  }

  /** Nobody waits for it any more. */
  cancel(reason: PerchError): void {
    if (this.#isCancelled) {
      return;
    }
    this.#isCancelled = true;
    this.#context.abort(reason);
    this.#requests?.stop(reason);
    this.#credit?.release();
    if (this.#answers !== undefined) {
      void this.#stopAnswers(this.#answers);
    }
  }

  #newRequests(): MessageQueue {
    const { link } = this.#parts;
    this.#requests = new MessageQueue({
      taken: (cost) => link.add(recordKind.taken, this.#id, undefined, 0, cost),
      unwanted: () => link.add(recordKind.unwanted, this.#id),
    });
    return this.#requests;
  }

  async #answerOnce(handle: () => Promise<Uint8Array>): Promise<void> {
    try {
      this.#method.admit?.(this.#context);
      const answer = await handle();
      this.#sendHeaders();
      this.#end(recordKind.answer, answer);
    } catch (reason) {
      this.#fail(reason);
    }
  }

  #answerMany(handle: () => AsyncIterable<Uint8Array>): Promise<void> {
    try {
      this.#method.admit?.(this.#context);
      this.#answers = handle()[Symbol.asyncIterator]();
    } catch (reason) {
      this.#fail(reason);
      return Promise.resolve();
    }
    // From here on nothing holds the request: a stream may be open for days.
    return this.#sendAll(this.#answers);
  }

  async #sendAll(answers: AsyncIterator<Uint8Array>): Promise<void> {
    const credit = new MessageCredit();
    this.#credit = credit;
    try {
      while (!this.#isCancelled) {
        const step = await answers.next();
        if (step.done === true) {
          break;
        }
        await this.#sendOneOfMany(step.value, credit);
      }
      this.#answers = undefined;
      this.#sendHeaders();
      this.#end(recordKind.end);
    } catch (reason) {
      // Where it is an answer that could not be sent, the handler is not at its end, and must clean up.
      void this.#stopAnswers(answers);
      this.#answers = undefined;
      this.#fail(reason);
    }
  }

  async #sendOneOfMany(answer: Uint8Array, credit: MessageCredit): Promise<void> {
    if (!this.#isCancelled) {
      this.#sendHeaders();
      this.#parts.link.add(recordKind.message, this.#id, answer);
      await credit.sent(answer.length);
    }
  }

  /** Lets the handler clean up. */
  async #stopAnswers(answers: AsyncIterator<Uint8Array>): Promise<void> {
    try {
      await answers.return?.();
    } catch (reason) {
      statusOfError(reason, this.#method.path, this.#parts.log);
    }
  }

  #sendHeaders(): void {
    const { headers } = this.#context;
    if (!this.#areHeadersSent && headers.length > 0) {
      this.#areHeadersSent = true;
      this.#parts.link.addJson(recordKind.headers, this.#id, headers);
    }
  }

  #fail(reason: unknown): void {
    this.#sendHeaders();
    this.#end(recordKind.failed, Buffer.from(JSON.stringify(toFailure(reason))));
  }

  #end(kind: LastKind, payload?: Uint8Array): void {
    const { link, over } = this.#parts;
    const { trailers } = this.#context;
    if (trailers.length > 0) {
      link.addJson(recordKind.trailers, this.#id, trailers);
    }
    // What comes from now on is for another call.
    this.#requests?.stop(callOver);
    link.add(kind, this.#id, payload);
    over(this.#id);
  }
}

const callOver = new PerchError('CANCELLED', 'The call is over.');
