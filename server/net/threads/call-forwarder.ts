// In a network thread: methods that are answered in the main thread.
import type { CallContext, Method } from '../../apis/method.ts';
import { PerchError } from '../../errors.ts';
import { GrpcCallContext } from '../../wire/grpc/call-context.ts';
import { readFailure } from './call-failure.ts';
import { HeadSlots } from './call-heads.ts';
import type { CallLink } from './call-link.ts';
import { recordKind, type RecordReader } from './call-records.ts';
import {
  SingleAnswerCall,
  StreamingCall,
  type ForwardedCall,
  type ForwardedParts,
} from './forwarded-call.ts';
import { RequestPump } from './request-pump.ts';

/** What a network thread knows of a method. */
export type MethodName = Pick<Method, 'kind' | 'path'>;

/** One per network thread. */
export class CallForwarder implements RecordReader {
  readonly #link: CallLink;
  readonly #heads: HeadSlots;
  /** By their numbers, which are used again: the main thread's arrays stay short. */
  readonly #calls: (ForwardedCall | undefined)[] = [];
  readonly #free: number[] = [];

  /** Reads what comes over `link`. */
  constructor(link: CallLink) {
    this.#link = link;
    this.#heads = new HeadSlots((slot, head) => link.addJson(recordKind.head, 0, head, slot));
    link.start(this);
  }

  /** Methods of these names, for the transport. */
  methods(names: readonly MethodName[]): Method[] {
    return names.map(({ kind, path }) => this.#method(kind, path));
  }

  /** Of RecordReader. */
  record(kind: number, id: number, _word: number, number: number, payload: Buffer): void {
    const call = this.#calls[id];
    if (call === undefined) {
      return;
    }
    switch (kind) {
      case recordKind.answer:
      case recordKind.end:
      case recordKind.failed:
        this.#calls[id] = undefined;
        this.#free.push(id);
        call.end(payload, kind === recordKind.failed ? readFailure(payload) : undefined);
        break;
      default:
        call.record(kind, number, payload);
    }
  }

  #method(kind: Method['kind'], path: string): Method {
    const one = (
      context: CallContext,
      request: Uint8Array | undefined,
      requests: AsyncIterable<Uint8Array> | undefined,
    ): Promise<Uint8Array> =>
      this.#open(path, context, request, requests, (parts) => new SingleAnswerCall(parts)).answer;
    const many = (
      context: CallContext,
      request: Uint8Array | undefined,
      requests: AsyncIterable<Uint8Array> | undefined,
    ): AsyncIterable<Uint8Array> =>
      this.#open(path, context, request, requests, (parts) => new StreamingCall(parts)).answers;
    switch (kind) {
      case 'unary':
        return { kind, path, handle: (request, context) => one(context, request, undefined) };
      case 'client-stream':
        return { kind, path, handle: (requests, context) => one(context, undefined, requests) };
      case 'server-stream':
        return { kind, path, handle: (request, context) => many(context, request, undefined) };
      case 'bidi-stream':
        return { kind, path, handle: (requests, context) => many(context, undefined, requests) };
    }
  }

  #open<Call extends ForwardedCall>(
    path: string,
    context: CallContext,
    request: Uint8Array | undefined,
    requests: AsyncIterable<Uint8Array> | undefined,
    make: (parts: ForwardedParts) => Call,
  ): Call {
    if (!(context instanceof GrpcCallContext)) {
      throw new PerchError('INTERNAL', 'A call came from another transport.');
    }
    const slot = this.#heads.slotOf(path, context.peer, context.fields);
    const id = this.#free.pop() ?? this.#calls.length;
    const pump = requests === undefined ? undefined : new RequestPump(this.#link, id, requests);
    this.#link.add(recordKind.call, id, request, slot, context.deadlineMs, true);
    // It may be cancelled from now on.
    const call = make({ link: this.#link, call: id, context, requests: pump });
    this.#calls[id] = call;
    void pump?.run();
    return call;
  }
}
