// The life of a call on its stream, of whatever kind: answers, status, deadline, and what ends it early.
import {
  callerLeft,
  causeOfLeaving,
  deadlinePassed,
  statusOfError,
  type CallStatus,
} from '../../apis/call-status.ts';
import type { CallContext } from '../../apis/method.ts';
import { PerchError } from '../../errors.ts';
import type { HeaderField, ServerStream, StreamHandler } from '../http2/contract.ts';
import { failureBlock, failureTrailersBlock, headersBlock, successTrailersBlock } from './answer-blocks.ts';
import { GrpcCallContext, type CallOrigin } from './call-context.ts';
import type { CallParts } from './call-parts.ts';
import type { CallTally, Caller } from './call-tally.ts';
import type { Expiring, SetDeadline } from './deadline-wheel.ts';
import { MessageReader, prefixBytes, type ReceivedMessage } from './message-reader.ts';
import type { CallHead } from './request-head.ts';

/** A method as far as it is called; `Request` is one message or an iterable of them. */
interface Handling<Request, Answer> {
  readonly handle: (request: Request, call: CallContext) => Answer;
}

/** Of the message that is being sent. */
const prefix = Buffer.alloc(prefixBytes);

const deadlineStatus: CallStatus = { status: deadlinePassed.status, message: deadlinePassed.message };

/** What is common to the four kinds. How requests are taken is left to the subclasses. */
export abstract class ServerCall implements StreamHandler, CallOrigin, Expiring {
  readonly peer: string;
  readonly fields: readonly HeaderField[];
  protected readonly parts: CallParts;
  protected readonly head: CallHead;
  protected readonly stream: ServerStream;
  readonly #tally: CallTally;
  readonly #context: GrpcCallContext;
  /** By the clock of `parts`; Infinity where there is none. */
  readonly #deadlineAt: number;
  #deadline: SetDeadline | undefined;
  #areHeadersSent = false;
  #isOver = false;
  /** Whether the stream has said that it holds enough. */
  #isFull = false;
  /** Resolves what waits for room in the stream. */
  #haveRoom: (() => void) | undefined;
  /** The answers, while they are being pulled. */
  #answers: AsyncIterator<Uint8Array> | undefined;

  /** A call that was let in by the gate. */
  constructor(parts: CallParts, head: CallHead, stream: ServerStream, { peer, tally }: Caller) {
    this.parts = parts;
    this.head = head;
    this.stream = stream;
    this.peer = peer;
    this.#tally = tally;
    this.fields = head.fields;
    this.#context = new GrpcCallContext(this);
    this.#deadlineAt = head.timeoutMs === Infinity ? Infinity : parts.clock.now() + head.timeoutMs;
  }

  protected get isOver(): boolean {
    return this.#isOver;
  }

  /** Some content of the request, for the time of the call; not none. */
  protected abstract received(bytes: Uint8Array, start: number, end: number): void;

  /** There is no more of it. */
  protected abstract requestEnded(): void;

  /** The call is over: nobody needs the rest of the request. */
  protected abstract stopRequests(reason: PerchError): void;

  /** Must be called once, before anything else. False: the call was over before it began. */
  begin(): boolean {
    try {
      this.head.method.admit?.(this.#context);
    } catch (reason) {
      this.#failFor(reason);
      return false;
    }
    if (this.head.timeoutMs === 0) {
      this.expired();
    } else if (this.#deadlineAt !== Infinity) {
      this.#deadline = this.parts.wheel.set(this, this.#deadlineAt);
    }
    return !this.#isOver;
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    if (!this.#isOver) {
      this.received(bytes, start, end);
    }
  }

  end(): void {
    if (!this.#isOver) {
      this.requestEnded();
    }
  }

  ended(): void {
    if (!this.#isOver) {
      const reason = causeOfLeaving(this.remainingMs());
      this.#tally.count(reason.status);
      this.#close(reason);
    }
  }

  drained(): void {
    this.#isFull = false;
    this.#haveRoom?.();
  }

  expired(): void {
    if (this.#isOver) {
      return;
    }
    if (this.#isFull) {
      // The client does not read, and has given up by its own clock.
      this.#tally.count(deadlinePassed.status);
      this.#close(deadlinePassed);
      this.stream.reset('CANCEL');
    } else {
      this.#fail(deadlineStatus, deadlinePassed);
    }
  }

  remainingMs(): number {
    return this.#deadlineAt === Infinity ? Infinity : this.#deadlineAt - this.parts.clock.now();
  }

  epochNow(): number {
    return this.parts.epochNow();
  }

  /** Fails the call for a mistake of the client; gives back what the handler is told, if it runs. */
  refuse(status: CallStatus): PerchError {
    const code = status.status === 'RESOURCE_EXHAUSTED' ? 'REQUEST_TOO_LARGE' : 'REQUEST_MALFORMED';
    const reason = new PerchError(code, status.message);
    this.#fail(status, reason);
    return reason;
  }

  /** The message itself. Rejects where the call fails over it. */
  async open({ bytes, isCompressed }: ReceivedMessage): Promise<Uint8Array> {
    if (!isCompressed) {
      return bytes;
    }
    const inflated = await this.parts.compressor.inflate(this.head.encoding, bytes, () => this.#isOver);
    if (inflated instanceof Uint8Array) {
      return inflated;
    }
    throw this.refuse(inflated);
  }

  /** For this call's requests. */
  protected newReader(): MessageReader {
    const { limits, memory, requests } = this.parts;
    const { compressedRefusal } = this.head;
    return new MessageReader({ maxBytes: limits.maxReceiveBytes, compressedRefusal, memory, requests });
  }

  /** Sends the one answer of `method` and ends the call. Never rejects. */
  protected async answerOnce<Request>(
    method: Handling<Request, Promise<Uint8Array>>,
    request: Request,
  ): Promise<void> {
    try {
      const answer = await method.handle(request, this.#context);
      const sent = this.#sendAnswer(answer);
      if (sent !== undefined) {
        await sent;
      }
      this.#succeed();
    } catch (reason) {
      this.#failFor(reason);
    }
  }

  /** Sends the answers of `method`, no faster than the client reads, and ends the call. Never rejects. */
  protected answerMany<Request>(
    method: Handling<Request, AsyncIterable<Uint8Array>>,
    request: Request,
  ): Promise<void> {
    try {
      this.#answers = method.handle(request, this.#context)[Symbol.asyncIterator]();
    } catch (reason) {
      this.#failFor(reason);
      return Promise.resolve();
    }
    // From here on nothing holds the request: a stream may be open for days.
    return this.#sendAll(this.#answers);
  }

  async #sendAll(answers: AsyncIterator<Uint8Array>): Promise<void> {
    try {
      while (!this.#isOver) {
        const step = await answers.next();
        if (step.done === true) {
          break;
        }
        const sent = this.#sendAnswer(step.value);
        if (sent !== undefined) {
          await sent;
        }
        if (this.#isFull) {
          await this.#room();
        }
      }
      this.#answers = undefined;
      this.#succeed();
    } catch (reason) {
      // It may be an answer that could not be sent: then the handler is not at its end, and must clean up.
      this.#failFor(reason);
    }
  }

  /** A promise only where it takes time. */
  #sendAnswer(answer: Uint8Array): Promise<void> | undefined {
    const { maxSendBytes } = this.parts.limits;
    if (this.#isOver) {
      return undefined;
    }
    if (answer.length > maxSendBytes) {
      const message = `Sent message larger than max (${answer.length} vs. ${maxSendBytes}), which grpc.max_send_message_length sets`;
      this.#fail({ status: 'RESOURCE_EXHAUSTED', message }, callerLeft);
      return undefined;
    }
    if (this.head.takesAnswerEncoding) {
      return this.#sendCompressed(answer);
    }
    this.#send(answer, false);
    return undefined;
  }

  async #sendCompressed(answer: Uint8Array): Promise<void> {
    const encoding = this.parts.answerEncoding;
    const { bytes, isCompressed } = await this.parts.compressor.compress(encoding, answer);
    if (!this.#isOver) {
      this.#send(bytes, isCompressed);
    }
  }

  #send(message: Uint8Array, isCompressed: boolean): void {
    this.#sendHeaders();
    prefix[0] = isCompressed ? 1 : 0;
    prefix.writeUInt32BE(message.length, 1);
    this.#isFull = !this.stream.sendData(message, false, prefix);
  }

  #sendHeaders(): void {
    if (!this.#areHeadersSent) {
      this.#areHeadersSent = true;
      const encoding = this.head.takesAnswerEncoding ? this.parts.answerEncoding : undefined;
      this.stream.sendHeaders(headersBlock(encoding, this.#context.headers), false);
    }
  }

  /** Until the client has read, or the call is over. */
  async #room(): Promise<void> {
    if (!this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#haveRoom = resolve;
      });
    }
  }

  #succeed(): void {
    if (!this.#isOver) {
      this.#tally.count('OK');
      this.#close(undefined);
      this.#sendHeaders();
      this.stream.sendHeaders(successTrailersBlock(this.#context.trailers), true);
    }
  }

  /** The handler failed. What it says is logged if it must be, even where nobody waits for it any more. */
  #failFor(reason: unknown): void {
    this.#fail(statusOfError(reason, this.head.method.path, this.parts.log), undefined);
  }

  /** `reason`: what the handler is told, if it runs. */
  #fail(status: CallStatus, reason: PerchError | undefined): void {
    if (this.#isOver) {
      return;
    }
    this.#tally.count(status.status);
    this.#close(reason);
    const { headers, trailers } = this.#context;
    if (headers.length > 0) {
      this.#sendHeaders();
    }
    const block = this.#areHeadersSent ? failureTrailersBlock : failureBlock;
    this.stream.sendHeaders(block(status, trailers), true);
  }

  /** Ends everything but the stream. */
  #close(reason: PerchError | undefined): void {
    this.#isOver = true;
    this.#deadline?.cancel();
    this.parts.gate.leave();
    if (reason !== undefined) {
      this.#context.abort(reason);
    }
    this.stopRequests(reason ?? callerLeft);
    this.#haveRoom?.();
    if (this.#answers !== undefined) {
      void this.#stopAnswers(this.#answers);
    }
  }

  /** Lets the handler clean up, now where it can: a generator that waits for something does so when that has come. */
  async #stopAnswers(answers: AsyncIterator<Uint8Array>): Promise<void> {
    try {
      await answers.return?.();
    } catch (reason) {
      this.#failFor(reason);
    }
  }
}
