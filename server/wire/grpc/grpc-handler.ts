// gRPC on a connection: reads the head of each request and begins its call, or says what is wrong with it.
import { statusOfError } from '../../apis/call-status.ts';
import type { Method } from '../../apis/method.ts';
import type { Logger } from '../../log.ts';
import type { RequestHandler, RequestHead, ServerStream, StreamHandler } from '../http2/contract.ts';
import type { MemoryAccount } from '../http2/memory-account.ts';
import { silentHandler } from '../http2/stream.ts';
import { failureBlock, plainTextBlock } from './answer-blocks.ts';
import type { CallDoor, CallParts, MessageLimits } from './call-parts.ts';
import { CallTally, type Caller } from './call-tally.ts';
import type { Clock } from '../clock.ts';
import { DeadlineWheel } from './deadline-wheel.ts';
import { MessageCompressor, type MessageEncoding } from './message-encoding.ts';
import { readHead, type CallHead, type HeadReading, type HeadRules } from './request-head.ts';
import { RequestMemory } from './request-memory.ts';
import { SingleRequestCall } from './single-request-call.ts';
import { StreamedRequestCall } from './streamed-request-call.ts';

/** What is served, and how. */
export interface GrpcOptions {
  readonly methods: readonly Method[];
  /** Gets the causes of INTERNAL errors. */
  readonly log: Logger;
  readonly limits: MessageLimits;
  readonly gate: CallDoor;
  /** The one that the connections have: requests are counted in it until their calls are over. */
  readonly memory: MemoryAccount;
  readonly clock: Clock;
  /** Milliseconds since the Unix epoch. */
  readonly epochNow: () => number;
  /** What large answers are compressed with where the caller takes it. */
  readonly answerEncoding: MessageEncoding;
}

/** What the connections of a thread have in common. */
export class GrpcServer {
  readonly #rules: HeadRules;
  readonly #parts: CallParts;

  constructor({ methods, log, limits, gate, memory, clock, epochNow, answerEncoding }: GrpcOptions) {
    this.#rules = { methods: new Map(methods.map((method) => [method.path, method])), answerEncoding };
    this.#parts = {
      log,
      limits,
      gate,
      memory,
      clock,
      epochNow,
      answerEncoding,
      wheel: new DeadlineWheel(clock),
      requests: new RequestMemory(),
      compressor: new MessageCompressor(limits.maxReceiveBytes),
    };
  }

  /** For a new connection; `peer` is what its calls say of where they come from. */
  handlerFor(peer: string): GrpcHandler {
    return new GrpcHandler(this.#rules, this.#parts, peer);
  }
}

/** One per connection. */
export class GrpcHandler implements RequestHandler {
  readonly #rules: HeadRules;
  readonly #parts: CallParts;
  readonly #caller: Caller;
  /** A client that makes the same call again and again sends the same block, which is the same object here. */
  #lastHead: RequestHead | undefined;
  #lastReading: HeadReading | undefined;

  constructor(rules: HeadRules, parts: CallParts, peer: string) {
    this.#rules = rules;
    this.#parts = parts;
    this.#caller = { peer, tally: new CallTally() };
  }

  /** Of RequestHandler: calls that are over, by gRPC status. */
  get calls(): ReadonlyMap<string, number> {
    return this.#caller.tally.counts;
  }

  request(stream: ServerStream, head: RequestHead, endStream: boolean): StreamHandler {
    const reading =
      head === this.#lastHead && this.#lastReading !== undefined ? this.#lastReading : this.#read(head);
    switch (reading.kind) {
      case 'call':
        return this.#call(stream, reading, endStream);
      case 'failed-call':
        this.#caller.tally.count(reading.status.status);
        return refuse(stream, failureBlock(reading.status, []));
      case 'not-grpc':
        return refuse(stream, plainTextBlock(reading.httpStatus, reading.fields), Buffer.from(reading.text));
    }
  }

  headersTooLarge(stream: ServerStream, listBytes: number, limitBytes: number): void {
    const message = `Received metadata larger than max (${listBytes} vs. ${limitBytes}), which grpc.max_metadata_size sets`;
    this.#caller.tally.count('RESOURCE_EXHAUSTED');
    refuse(stream, failureBlock({ status: 'RESOURCE_EXHAUSTED', message }, []));
  }

  #read(head: RequestHead): HeadReading {
    this.#lastHead = head;
    this.#lastReading = readHead(head, this.#rules);
    return this.#lastReading;
  }

  #call(stream: ServerStream, head: CallHead, endStream: boolean): StreamHandler {
    const { method } = head;
    const refusal = this.#parts.gate.enter(method.path);
    if (refusal !== undefined) {
      const status = statusOfError(refusal, method.path, this.#parts.log);
      this.#caller.tally.count(status.status);
      return refuse(stream, failureBlock(status, []));
    }
    switch (method.kind) {
      case 'unary':
      case 'server-stream': {
        const call = new SingleRequestCall(this.#parts, head, method, stream, this.#caller);
        if (call.begin() && endStream) {
          call.end();
        }
        return call;
      }
      case 'client-stream':
      case 'bidi-stream': {
        const call = new StreamedRequestCall(this.#parts, head, method, stream, this.#caller);
        if (call.begin()) {
          call.start();
          if (endStream) {
            call.end();
          }
        }
        return call;
      }
    }
  }
}

/** Answers at once. */
function refuse(stream: ServerStream, block: Uint8Array, body?: Uint8Array): StreamHandler {
  stream.sendHeaders(block, body === undefined);
  if (body === undefined) {
    return silentHandler;
  }
  stream.sendData(body, true);
  // The body may have to wait for the client's window; what comes until then is nobody's.
  return { ...silentHandler, data: (_, start, end) => stream.consumed(end - start) };
}
