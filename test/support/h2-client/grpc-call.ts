// A gRPC call on a raw HTTP/2 connection: unary or streaming, in as many and as odd pieces as a test likes.
import { errorCode, type ErrorCodeName } from '../../../server/wire/http2/error-code.ts';
import type { HeaderField } from '../../../server/wire/http2/contract.ts';
import type { H2Connection } from './connection.ts';
import type { ReceivedFrame } from './frame-log.ts';
import { dataFrame, flag, frameType, headersFrames, resetFrame, type Dress, type Priority } from './frame.ts';
import { contentOf, has, resetCodeOf } from './frame-reader.ts';
import { messageBytes, messagesIn, type MessageEncoding } from './grpc-message.ts';

/** Ends a test that hangs; nothing takes nearly as long. */
const patienceMs = 60_000;

/** How a call begins. */
export interface CallOptions {
  /** Beside those that gRPC wants; a name that it wants takes the place of gRPC's. */
  readonly metadata?: readonly HeaderField[] | undefined;
  /** The header list as a whole, in place of a good one. */
  readonly head?: readonly HeaderField[] | undefined;
  /** As in `100m`. */
  readonly timeout?: string | undefined;
  readonly encoding?: MessageEncoding;
  /** The block is cut into HEADERS and CONTINUATION before each of these octets; where it must be, unless told. */
  readonly splitAt?: (blockBytes: number) => readonly number[];
  readonly padding?: number | undefined;
  readonly priority?: Priority | undefined;
  readonly endStream?: boolean;
}

/** How a call ended. */
export interface CallOutcome {
  /** `:status`; undefined where no HEADERS came. */
  readonly httpStatus: string | undefined;
  readonly headers: ReadonlyMap<string, string>;
  /** Of the last HEADERS; the same as `headers` where there was one only. */
  readonly trailers: ReadonlyMap<string, string>;
  readonly messages: readonly Buffer[];
  /** `grpc-status`; undefined where there is none. */
  readonly status: number | undefined;
  /** `grpc-message`, decoded. */
  readonly message: string;
  /** The code of RST_STREAM, or `closed` where the connection went away; undefined where the server ended the stream. */
  readonly reset: string | undefined;
}

/** The header list of a gRPC request. */
export function requestFields(path: string, options: CallOptions = {}): readonly HeaderField[] {
  if (options.head !== undefined) {
    return options.head;
  }
  const own: HeaderField[] = [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', path],
    [':authority', 'localhost'],
    ['te', 'trailers'],
    ['content-type', 'application/grpc'],
    ...(options.timeout === undefined ? [] : ([['grpc-timeout', options.timeout]] as const)),
    ...(options.encoding === undefined ? [] : ([['grpc-encoding', options.encoding]] as const)),
  ];
  const given = options.metadata ?? [];
  return [
    ...own.map((field) => given.find(([name]) => name === field[0]) ?? field),
    ...given.filter(([name]) => !own.some((field) => name === field[0])),
  ];
}

/** One call. */
export class GrpcCall {
  readonly streamId: number;
  readonly #connection: H2Connection;
  readonly #encoding: MessageEncoding;
  readonly #data: Buffer[] = [];
  readonly #blocks: ReadonlyMap<string, string>[] = [];
  readonly #ended: Promise<CallOutcome>;
  #isEnding = false;
  #end: (reset: string | undefined) => void = () => undefined;

  /** Sends the request's HEADERS. */
  constructor(connection: H2Connection, path: string, options: CallOptions = {}) {
    this.#connection = connection;
    this.#encoding = options.encoding ?? 'identity';
    this.streamId = connection.nextStreamId();
    this.#ended = new Promise((resolve) => {
      this.#end = (reset) => resolve(this.#outcome(reset));
    });
    connection.listen(this.streamId, (frame) => this.#receive(frame));
    const block = connection.encoder.encode(requestFields(path, options));
    const splitAt = options.splitAt?.(block.length) ?? every(connection.windows.maxFrameBytes, block.length);
    connection.send(headersFrames(this.streamId, block, { ...options, splitAt }));
  }

  /** A unary call, or a server-streaming one; the message goes out in frames that are as long as may be. */
  static async unary(
    connection: H2Connection,
    path: string,
    message: Uint8Array,
    options: CallOptions = {},
  ): Promise<CallOutcome> {
    const call = new GrpcCall(connection, path, options);
    await call.write(messageBytes(message, options.encoding), { endStream: true });
    return call.untilEnded();
  }

  /** Sends a message, as fast as the windows allow. */
  send(message: Uint8Array, dress: Dress = {}): Promise<void> {
    return this.write(messageBytes(message, this.#encoding), dress);
  }

  /**
   * Sends bytes as DATA frames of at most `frameBytes` octets of content, as fast as the windows allow. Resolves early
   * when the call is over.
   */
  async write(bytes: Uint8Array, dress: Dress = {}, frameBytes = Infinity): Promise<void> {
    const { windows } = this.#connection;
    const overhead = dress.padding === undefined ? 0 : dress.padding + 1;
    const roomNow = (): number =>
      Math.min(windows.available(this.streamId), windows.maxFrameBytes) - overhead;
    let at = 0;
    do {
      // An empty frame needs room for its padding only.
      while (!this.isOver && roomNow() < Math.min(1, bytes.length - at)) {
        await windows.changed();
      }
      if (this.isOver) {
        return;
      }
      const content = bytes.subarray(at, at + Math.min(frameBytes, roomNow()));
      at += content.length;
      windows.take(this.streamId, content.length + overhead);
      const endStream = dress.endStream === true && at === bytes.length;
      const flowing = this.#connection.send(dataFrame(this.streamId, content, { ...dress, endStream }));
      if (!flowing) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    } while (at < bytes.length);
  }

  /** Ends the request: END_STREAM on an empty DATA frame, unless the call is over. */
  close(): void {
    if (!this.isOver) {
      this.#connection.send(dataFrame(this.streamId, Buffer.alloc(0), { endStream: true }));
    }
  }

  /** RST_STREAM; the call is over at once, if it was not before. */
  cancel(code: ErrorCodeName = 'CANCEL'): void {
    if (!this.isOver) {
      this.#connection.send(resetFrame(this.streamId, errorCode[code]));
      this.#finish('cancelled here');
    }
  }

  /** True when nothing will come any more. */
  isOver = false;

  /** How it ended. Rejects after a minute. */
  async untilEnded(): Promise<CallOutcome> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const received = this.#connection.log.describe();
        reject(new Error(`Stream ${this.streamId} does not end. Received: ${received}`));
      }, patienceMs);
    });
    try {
      return await Promise.race([this.#ended, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The complete messages so far. */
  get messages(): Buffer[] {
    return messagesIn(Buffer.concat(this.#data), this.#blocks[0]?.get('grpc-encoding'));
  }

  #receive(frame: ReceivedFrame | undefined): void {
    if (frame === undefined) {
      this.#finish('closed');
      return;
    }
    if (frame.type === frameType.data) {
      this.#data.push(contentOf(frame));
    } else if (frame.fields !== undefined) {
      this.#blocks.push(new Map(frame.fields));
    } else if (frame.type === frameType.rstStream) {
      this.#finish(resetCodeOf(frame));
      return;
    }
    const mayEnd = frame.type === frameType.data || frame.type === frameType.headers;
    this.#isEnding ||= mayEnd && has(frame, flag.endStream);
    // The block of HEADERS may go on in CONTINUATION.
    if (this.#isEnding && (frame.type === frameType.data || frame.fields !== undefined)) {
      this.#finish(undefined);
    }
  }

  #finish(reset: string | undefined): void {
    this.isOver = true;
    this.#connection.unlisten(this.streamId);
    this.#connection.windows.wake();
    this.#end(reset);
  }

  #outcome(reset: string | undefined): CallOutcome {
    const headers = this.#blocks[0] ?? new Map<string, string>();
    const trailers = this.#blocks.at(-1) ?? headers;
    const status = trailers.get('grpc-status');
    return {
      httpStatus: headers.get(':status'),
      headers,
      trailers,
      messages: this.messages,
      status: status === undefined ? undefined : Number(status),
      message: decodeURIComponent(trailers.get('grpc-message') ?? ''),
      reset,
    };
  }
}

/** The multiples of `step` below `end`. */
function every(step: number, end: number): number[] {
  return Array.from({ length: Math.ceil(end / step) - 1 }, (_, index) => (index + 1) * step);
}
