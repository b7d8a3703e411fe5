// Calls with any number of requests. The handler starts with the call.
import type { Method } from '../../apis/method.ts';
import type { PerchError } from '../../errors.ts';
import type { ServerStream } from '../http2/contract.ts';
import type { CallParts } from './call-parts.ts';
import type { Caller } from './call-tally.ts';
import { RequestQueue, type RequestSource } from './request-queue.ts';
import type { CallHead } from './request-head.ts';
import { ServerCall } from './server-call.ts';

/** The methods that are called this way. */
export type StreamedRequestMethod = Extract<Method, { kind: 'client-stream' | 'bidi-stream' }>;

/** See above. */
export class StreamedRequestCall extends ServerCall implements RequestSource {
  readonly #method: StreamedRequestMethod;
  readonly #requests: RequestQueue;

  constructor(
    parts: CallParts,
    head: CallHead,
    method: StreamedRequestMethod,
    stream: ServerStream,
    caller: Caller,
  ) {
    super(parts, head, stream, caller);
    this.#method = method;
    this.#requests = new RequestQueue(this, this.newReader());
  }

  /** Calls the handler. */
  start(): void {
    // Both end the call whatever happens.
    void (this.#method.kind === 'client-stream'
      ? this.answerOnce(this.#method, this.#requests)
      : this.answerMany(this.#method, this.#requests));
  }

  consumed(byteLength: number): void {
    this.stream.consumed(byteLength);
  }

  protected received(bytes: Uint8Array, start: number, end: number): void {
    this.#requests.add(bytes, start, end);
  }

  protected requestEnded(): void {
    this.#requests.end();
  }

  protected stopRequests(reason: PerchError): void {
    this.#requests.stop(reason);
  }
}
