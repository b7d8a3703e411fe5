// A client's end of an HTTP/2 connection for tests: all that is sent is made by hand, all that comes is kept and checked.
import { once } from 'node:events';
import * as net from 'node:net';
import * as tls from 'node:tls';
import {
  flag,
  frameType,
  pingFrame,
  preface,
  setting,
  settingsAck,
  settingsFrame,
  windowUpdateFrame,
  type Frame,
} from './frame.ts';
import { FrameLog, type ReceivedFrame } from './frame-log.ts';
import { contentOf, FrameReader, has, settingsOf } from './frame-reader.ts';
import { HeaderEncoder } from './header-encoder.ts';
import { HeaderReader } from './header-reader.ts';
import { SendWindows } from './send-windows.ts';
import { ServerRules } from './server-rules.ts';

/** Where to, and how. */
export interface ConnectOptions {
  /** 127.0.0.1 unless told otherwise. */
  readonly host?: string;
  readonly port?: number;
  /** A UNIX socket, instead of host and port. */
  readonly path?: string;
  /** The authority's certificate (PEM); undefined: in clear. */
  readonly ca?: string | undefined;
  /** For TLS; `h2` unless told otherwise. */
  readonly alpn?: readonly string[];
  /** In the first SETTINGS frame. */
  readonly settings?: readonly (readonly [identifier: number, value: number])[];
  /** False: neither preface nor SETTINGS are sent; the test does it. */
  readonly greet?: boolean;
  /** False: SETTINGS and PING are not acknowledged. */
  readonly acknowledge?: boolean;
  /** Windows are opened again after so many octets of DATA (1 unless told otherwise); Infinity: never. */
  readonly grantAfterBytes?: number;
}

/** One connection. */
export class H2Connection {
  readonly log = new FrameLog();
  readonly windows = new SendWindows();
  readonly encoder = new HeaderEncoder();
  readonly socket: net.Socket;
  readonly #options: ConnectOptions;
  readonly #rules = new ServerRules();
  readonly #reader = new FrameReader();
  readonly #sentReader = new FrameReader();
  readonly #decoder = new HeaderReader();
  readonly #listeners = new Map<number, (frame: ReceivedFrame | undefined) => void>();
  readonly #owed = new Map<number, number>();
  #fragments: Buffer[] = [];
  #nextStreamId = 1;
  #firstBytes = Buffer.alloc(0);
  #error: string | undefined;
  #isClosed = false;

  private constructor(socket: net.Socket, options: ConnectOptions) {
    this.socket = socket;
    this.#options = options;
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('error', (reason: NodeJS.ErrnoException) => (this.#error = reason.code ?? reason.message));
    socket.on('close', () => {
      this.#isClosed = true;
      this.windows.wake();
      [...this.#listeners.values()].forEach((listener) => listener(undefined));
      this.log.close();
    });
  }

  /** Connects, and greets unless told otherwise; rejects with the socket's error. */
  static async open(options: ConnectOptions): Promise<H2Connection> {
    const { host = '127.0.0.1', port = 0, path, ca, alpn = ['h2'] } = options;
    const where = path === undefined ? { host, port } : { path };
    const socket =
      ca === undefined
        ? net.connect(where)
        : tls.connect({ ...where, ca, ALPNProtocols: [...alpn], servername: 'localhost' });
    await once(socket, ca === undefined ? 'connect' : 'secureConnect');
    socket.setNoDelay(true);
    const connection = new H2Connection(socket, options);
    if (options.greet !== false) {
      connection.greet();
    }
    return connection;
  }

  /** True when the socket is gone. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** What the server did that RFC 9113 forbids. */
  get violations(): readonly string[] {
    return this.#rules.violations;
  }

  /** The first 4 KiB that came, as text: for servers that do not speak HTTP/2. */
  get firstText(): string {
    return this.#firstBytes.toString('latin1');
  }

  /** Sends the preface and the first SETTINGS. */
  greet(): void {
    this.socket.write(preface);
    this.send(settingsFrame(this.#options.settings ?? []));
  }

  /** The stream id of the next request. */
  nextStreamId(): number {
    this.#nextStreamId += 2;
    return this.#nextStreamId - 2;
  }

  /** Writes frames, or what looks like them. False: the socket's buffer is full. */
  send(...parts: readonly Uint8Array[]): boolean {
    const bytes = Buffer.concat(parts);
    this.#sentReader.push(bytes).forEach((frame) => this.#rules.sent(frame));
    return this.socket.write(bytes);
  }

  /** Tells a stream's frames as they come, and undefined when the connection is gone. */
  listen(streamId: number, listener: (frame: ReceivedFrame | undefined) => void): void {
    this.#listeners.set(streamId, listener);
  }

  /** Ends `listen`. */
  unlisten(streamId: number): void {
    this.#listeners.delete(streamId);
  }

  /** The first frame of all that came, or will come, of which `matches` is true. */
  untilFrame(what: string, matches: (frame: ReceivedFrame) => boolean): Promise<ReceivedFrame> {
    return this.log.until(what, matches);
  }

  /** The server's GOAWAY that names an error, or the last one before the end. */
  untilGoaway(): Promise<ReceivedFrame> {
    return this.untilFrame('GOAWAY', ({ type }) => type === frameType.goaway);
  }

  /** The RST_STREAM of a stream. */
  untilReset(streamId: number): Promise<ReceivedFrame> {
    return this.untilFrame(
      `RST_STREAM of ${streamId}`,
      (frame) => frame.type === frameType.rstStream && frame.streamId === streamId,
    );
  }

  /** Resolves when a PING has come back: by then the server has read what was sent before. */
  async settle(): Promise<void> {
    const before = this.log.frames.length;
    const opaque = Buffer.from('settle00', 'latin1');
    opaque.writeUInt16BE(before & 0xffff, 6);
    this.send(pingFrame(opaque));
    const matches = (frame: ReceivedFrame): boolean =>
      frame.type === frameType.ping && has(frame, flag.ack) && frame.payload.equals(opaque);
    await this.log.until('the ACK of a PING', matches, before);
  }

  /** Resolves when the socket is closed: to its error code, if it had one. */
  async untilClosed(): Promise<string | undefined> {
    await this.log.untilClosed();
    return this.#error;
  }

  /** Ends the connection without a word. */
  destroy(): void {
    this.socket.destroy();
  }

  #receive(bytes: Buffer): void {
    if (this.#firstBytes.length < 4096) {
      this.#firstBytes = Buffer.concat([this.#firstBytes, bytes]).subarray(0, 4096);
    }
    for (const frame of this.#reader.push(bytes)) {
      this.#rules.received(frame);
      this.windows.received(frame);
      this.#answer(frame);
      const received = this.#withFields(frame);
      this.log.add(received);
      this.#listeners.get(frame.streamId)?.(received);
    }
  }

  #withFields(frame: Frame): ReceivedFrame {
    if (frame.type !== frameType.headers && frame.type !== frameType.continuation) {
      return frame;
    }
    this.#fragments.push(frame.type === frameType.headers ? contentOf(frame) : frame.payload);
    if (!has(frame, flag.endHeaders)) {
      return frame;
    }
    const block = Buffer.concat(this.#fragments);
    this.#fragments = [];
    return { ...frame, fields: this.#decoder.decode(block) };
  }

  #answer(frame: Frame): void {
    const { acknowledge = true } = this.#options;
    const isAck = has(frame, flag.ack);
    if (frame.type === frameType.settings && !isAck && acknowledge) {
      const tableBytes = new Map(settingsOf(frame)).get(setting.headerTableSize) ?? 4096;
      if (tableBytes < 4096) {
        this.encoder.setMaxTableBytes(tableBytes);
      }
      this.send(settingsAck);
    } else if (frame.type === frameType.ping && !isAck && acknowledge) {
      this.send(pingFrame(frame.payload, true));
    } else if (frame.type === frameType.data && frame.payload.length > 0) {
      this.#grant(0, frame.payload.length);
      if (!has(frame, flag.endStream)) {
        this.#grant(frame.streamId, frame.payload.length);
      }
    }
  }

  #grant(streamId: number, bytes: number): void {
    const owed = (this.#owed.get(streamId) ?? 0) + bytes;
    const isDue = owed >= (this.#options.grantAfterBytes ?? 1);
    this.#owed.set(streamId, isDue ? 0 : owed);
    if (isDue) {
      this.send(windowUpdateFrame(streamId, owed));
    }
  }
}
