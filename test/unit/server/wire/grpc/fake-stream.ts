// A stream that records what a call does with it, and a server on a made-up clock to begin calls on.
import assert from 'node:assert/strict';
import type { CallContext, Method } from '../../../../../server/apis/method.ts';
import { CallGate } from '../../../../../server/net/call-gate.ts';
import {
  GrpcServer,
  type GrpcHandler,
  type GrpcOptions,
} from '../../../../../server/wire/grpc/grpc-handler.ts';
import { GrpcCallContext } from '../../../../../server/wire/grpc/call-context.ts';
import { HeaderDecoder } from '../../../../../server/wire/hpack/header-decoder.ts';
import type {
  HeaderField,
  RequestHead,
  ServerStream,
  StreamEnd,
  StreamHandler,
} from '../../../../../server/wire/http2/contract.ts';
import type { ErrorCodeName } from '../../../../../server/wire/http2/error-code.ts';
import { flush, memoryLog } from '../../fakes.ts';
import { MemoryAccount } from '../../../../../server/wire/http2/memory-account.ts';
import { FakeClock } from '../socket/fake-clock.ts';

/** Records; takes everything unless it is told to be full. */
export class FakeStream implements ServerStream {
  readonly id = 1;
  isOpen = true;
  /** What `sendData` answers the contrary of. */
  isFull = false;
  /** One entry per call: `headers`, `data <bytes>`, with ` end` where it ended the stream; `reset <code>`. */
  readonly calls: string[] = [];
  readonly headers: Map<string, string>[] = [];
  readonly sent: Buffer[] = [];
  /** By `consumed`. */
  credit = 0;

  sendHeaders(block: Uint8Array, endStream: boolean): void {
    this.#assertOpen();
    const { fields } = new HeaderDecoder().decode(block, Infinity);
    this.headers.push(new Map(fields));
    this.calls.push(`headers${this.#end(endStream)}`);
  }

  sendData(bytes: Uint8Array, endStream: boolean, lead: Uint8Array = Buffer.alloc(0)): boolean {
    this.#assertOpen();
    this.sent.push(Buffer.concat([lead, bytes]));
    this.calls.push(`data ${lead.length + bytes.length}${this.#end(endStream)}`);
    return !this.isFull;
  }

  reset(code: ErrorCodeName): void {
    this.isOpen = false;
    this.calls.push(`reset ${code}`);
  }

  consumed(byteLength: number): void {
    assert.ok(byteLength > 0);
    this.credit += byteLength;
  }

  /** The messages that were sent, without their prefixes; compressed ones as they are. */
  get messages(): { bytes: Buffer; isCompressed: boolean }[] {
    const content = Buffer.concat(this.sent);
    const messages = [];
    for (let at = 0; at < content.length;) {
      const length = content.readUInt32BE(at + 1);
      messages.push({
        bytes: content.subarray(at + 5, at + 5 + length),
        isCompressed: content[at] === 1,
      });
      at += 5 + length;
    }
    return messages;
  }

  /** Their texts. */
  get texts(): string[] {
    return this.messages.map(({ bytes }) => bytes.toString());
  }

  /** grpc-status and grpc-message of the trailers; undefined while there are none. */
  get status(): string | undefined {
    const last = this.headers.at(-1);
    const status = last?.get('grpc-status');
    const message = last?.get('grpc-message');
    return status === undefined || message === undefined ? status : `${status} ${message}`;
  }

  #end(endStream: boolean): string {
    this.isOpen = !endStream;
    return endStream ? ' end' : '';
  }

  #assertOpen(): void {
    assert.ok(this.isOpen, 'the stream has ended');
  }
}

/** A message with its prefix. */
export function framed(message: string | Uint8Array, flag = 0): Buffer {
  const bytes = Buffer.from(message);
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([prefix, bytes]);
}

/** The head of a call of /test.T/<name>. */
export function headOf(name: string, extra: readonly HeaderField[] = []): RequestHead {
  return {
    method: 'POST',
    scheme: 'http',
    authority: 'localhost',
    path: `/test.T/${name}`,
    fields: [['content-type', 'application/grpc'], ['te', 'trailers'], ...extra],
  };
}

/** Hands content on as a connection does: somewhere in a buffer that something else is read into afterwards; never none. */
export class FakeCall {
  readonly #handler: StreamHandler;

  constructor(handler: StreamHandler) {
    this.#handler = handler;
  }

  data(bytes: Uint8Array): void {
    if (bytes.length > 0) {
      const read = Buffer.concat([Buffer.alloc(3, 'before'), bytes, Buffer.alloc(3, 'behind')]);
      this.#handler.data(read, 3, 3 + bytes.length);
      read.fill('overwritten');
    }
  }

  end(trailers: readonly HeaderField[]): void {
    this.#handler.end(trailers);
  }

  ended(end: StreamEnd): void {
    this.#handler.ended(end);
  }

  drained(): void {
    this.#handler.drained();
  }
}

/** A call that has begun. */
export interface BegunCall {
  readonly stream: FakeStream;
  readonly call: FakeCall;
}

/** A server, and what belongs to it. */
export interface FakeServer {
  readonly clock: FakeClock;
  readonly gate: CallGate;
  readonly memory: MemoryAccount;
  /** What was logged. */
  readonly lines: readonly string[];
  readonly handler: GrpcHandler;
  /** Sends the head. */
  readonly begin: (head: RequestHead, endStream?: boolean) => BegunCall;
  /** Sends the head, one message (bytes: with its prefix) and the end, and waits for what comes of it. */
  readonly ask: (head: RequestHead, message: string | Uint8Array) => Promise<FakeStream>;
}

/** A server of `methods` (their paths without /test.T/). */
export function serverOf(methods: readonly Method[], options: Partial<GrpcOptions> = {}): FakeServer {
  const clock = new FakeClock();
  const gate = new CallGate();
  const { log, lines } = memoryLog();
  const memory = new MemoryAccount(2 ** 30);
  const server = new GrpcServer({
    methods: methods.map((method) => ({ ...method, path: `/test.T/${method.path}` })),
    log,
    limits: { maxReceiveBytes: Infinity, maxSendBytes: Infinity },
    gate,
    memory,
    clock,
    epochNow: () => 1_700_000_000_000 + clock.now(),
    answerEncoding: 'identity',
    ...options,
  });
  const handler = server.handlerFor('ipv4:127.0.0.1:50000');
  const begin = (head: RequestHead, endStream = false): BegunCall => {
    const stream = new FakeStream();
    return { stream, call: new FakeCall(handler.request(stream, head, endStream)) };
  };
  return {
    clock,
    gate,
    memory,
    lines,
    handler,
    begin,
    ask: async (head, message) => {
      const { stream, call } = begin(head);
      call.data(message instanceof Uint8Array ? message : framed(message));
      call.end([]);
      await flush();
      return stream;
    },
  };
}

/** A unary method that says what it got. */
export const echo: Method = { kind: 'unary', path: 'Echo', handle: (request) => Promise.resolve(request) };

/** A unary method that never answers, and the contexts of its calls. */
export function silent(): { method: Method; contexts: CallContext[] } {
  const contexts: CallContext[] = [];
  return {
    contexts,
    method: {
      kind: 'unary',
      path: 'Silent',
      handle: (_request, call) => {
        contexts.push(call);
        return new Promise(() => undefined);
      },
    },
  };
}

/** `call` as the own transport makes it. */
export function asGrpc(call: CallContext): GrpcCallContext {
  assert.ok(call instanceof GrpcCallContext);
  return call;
}
