// Calls with one request: unary ones and those that stream answers. The handler starts when the request is complete.
import type { CallStatus } from '../../apis/call-status.ts';
import type { Method } from '../../apis/method.ts';
import { uint32At } from '../http2/byte-order.ts';
import type { ServerStream } from '../http2/contract.ts';
import type { CallParts } from './call-parts.ts';
import type { Caller } from './call-tally.ts';
import { prefixBytes, type MessageReader, type ReceivedMessage } from './message-reader.ts';
import { truncatedMessage } from './request-queue.ts';
import type { CallHead } from './request-head.ts';
import { ServerCall } from './server-call.ts';

/** The methods that are called this way. */
export type SingleRequestMethod = Extract<Method, { kind: 'unary' | 'server-stream' }>;

/** See above. */
export class SingleRequestCall extends ServerCall {
  readonly #method: SingleRequestMethod;
  /** Undefined while everything has come in one piece. */
  #reader: MessageReader | undefined;
  #request: Uint8Array | undefined;
  #isCompressed = false;
  /** Of the request, from when it is complete. */
  #heldBytes = 0;

  constructor(
    parts: CallParts,
    head: CallHead,
    method: SingleRequestMethod,
    stream: ServerStream,
    caller: Caller,
  ) {
    super(parts, head, stream, caller);
    this.#method = method;
  }

  protected received(bytes: Uint8Array, start: number, end: number): void {
    // A request is taken whole, whatever the window: what bounds it is the longest message.
    this.stream.consumed(end - start);
    if (
      this.#request === undefined &&
      this.#reader === undefined &&
      this.#isWholeMessage(bytes, start, end)
    ) {
      this.#keep(this.parts.requests.copy(bytes, start + prefixBytes, end), false);
    } else {
      this.#read(bytes, start, end);
    }
  }

  protected requestEnded(): void {
    const request = this.#request;
    if (request === undefined) {
      this.refuse(this.#reader?.isWithinMessage === true ? truncatedMessage : this.#wrongNumber('no'));
    } else if (this.#isCompressed) {
      void this.#openAndHandle({ bytes: request, isCompressed: true });
    } else {
      this.#handle(request);
    }
  }

  protected stopRequests(): void {
    this.#reader?.drop();
    this.#request = undefined;
    this.#hold(0);
  }

  /** The message has come; whether it is the only one shows at the end. */
  #keep(request: Uint8Array, isCompressed: boolean): void {
    this.#request = request;
    this.#isCompressed = isCompressed;
    this.#hold(request.length);
  }

  #hold(byteLength: number): void {
    this.parts.memory.heldBytes += byteLength - this.#heldBytes;
    this.#heldBytes = byteLength;
  }

  /** Whether [start, end) of `bytes` are one message without compression, from its first byte to its last. */
  #isWholeMessage(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start - prefixBytes;
    return (
      length >= 0 &&
      length <= this.parts.limits.maxReceiveBytes &&
      bytes[start] === 0 &&
      uint32At(bytes, start + 1) === length
    );
  }

  #read(bytes: Uint8Array, start: number, end: number): void {
    this.#reader ??= this.newReader();
    for (let at = start; at < end;) {
      if (this.#request !== undefined) {
        this.refuse(this.#wrongNumber('a second'));
        return;
      }
      const step = this.#reader.read(bytes, at, end);
      switch (step.kind) {
        case 'message':
          this.#keep(step.message.bytes, step.message.isCompressed);
          at = step.at;
          break;
        case 'more':
          return;
        case 'problem':
          this.refuse(step.status);
          return;
      }
    }
  }

  async #openAndHandle(message: ReceivedMessage): Promise<void> {
    let request;
    try {
      request = await this.open(message);
    } catch {
      // The call has failed over it.
      return;
    }
    if (!this.isOver) {
      this.#handle(request);
    }
  }

  #handle(request: Uint8Array): void {
    this.#request = undefined;
    this.#hold(request.length);
    // Both end the call whatever happens.
    void (this.#method.kind === 'unary'
      ? this.answerOnce(this.#method, request)
      : this.answerMany(this.#method, request));
  }

  /** UNIMPLEMENTED by grpc/doc/statuscodes.md ("Request cardinality violation"). */
  #wrongNumber(number: string): CallStatus {
    return {
      status: 'UNIMPLEMENTED',
      message: `Received ${number} request message for ${this.#method.kind} method ${this.#method.path}`,
    };
  }
}
