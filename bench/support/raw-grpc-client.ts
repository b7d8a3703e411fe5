// A gRPC client of frames made by hand: so little work per call that what is measured is the server's.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';

const frameHeadBytes = 9;
const type = {
  DATA: 0,
  HEADERS: 1,
  RST_STREAM: 3,
  SETTINGS: 4,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
} as const;
const endStream = 0x1;
const endHeaders = 0x4;
const ack = 0x1;
const largestWindow = 2 ** 31 - 1;
/** The credit of the connection that is given back once so many bytes came. */
const creditEvery = 1 << 28;

function frame(kind: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(frameHeadBytes + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = kind;
  bytes[4] = flags;
  bytes.writeUInt32BE(stream, 5);
  bytes.set(payload, frameHeadBytes);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A field that the server's table keeps: of a name of the static table (RFC 7541, Appendix A), or of a new one. */
function kept(name: number | string, value: string): Buffer {
  const text = (part: string): Buffer => Buffer.concat([Buffer.from([part.length]), Buffer.from(part)]);
  return typeof name === 'number'
    ? Buffer.concat([Buffer.from([0x40 | name]), text(value)])
    : Buffer.concat([Buffer.from([0x40]), text(name), text(value)]);
}

/** As gRPC's clients send them: all new the first time, all in the table from then on. */
function headerBlocks(path: string): { readonly first: Buffer; readonly next: Buffer } {
  const methodPost = 0x83;
  const schemeHttp = 0x86;
  const first = Buffer.concat([
    Buffer.from([methodPost, schemeHttp]),
    kept(4, path),
    kept(1, '127.0.0.1:8500'),
    kept('te', 'trailers'),
    kept(31, 'application/grpc'),
    kept(58, 'perch-bench/1'),
  ]);
  // The table's newest entry is 62, the path the oldest of five.
  return { first, next: Buffer.from([methodPost, schemeHttp, 0xc2, 0xc1, 0xc0, 0xbf, 0xbe]) };
}

interface Waiting {
  readonly body: Buffer;
  sent: number;
  window: number;
  /** Bytes of DATA that came for it. */
  received: number;
  readonly answered: (receivedBytes: number) => void;
  readonly failed: (reason: Error) => void;
}

/** One connection. */
export class RawGrpcClient {
  readonly #socket: Socket;
  readonly #next: Buffer;
  #block: Buffer;
  readonly #streams = new Map<number, Waiting>();
  #nextStream = 1;
  #window = 65_535;
  #initialWindow = 65_535;
  #maxFrame = 16_384;
  #credit = 0;
  #rest: Buffer = Buffer.alloc(0);
  #skip = 0;

  private constructor(socket: Socket, path: string) {
    this.#socket = socket;
    const blocks = headerBlocks(path);
    this.#block = blocks.first;
    this.#next = blocks.next;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#read(bytes));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
    socket.on('error', (reason) => this.#fail(reason));
    const settings = Buffer.alloc(12);
    settings.writeUInt16BE(4, 0);
    settings.writeUInt32BE(largestWindow, 2);
    settings.writeUInt16BE(5, 6);
    settings.writeUInt32BE(1 << 20, 8);
    socket.write(
      Buffer.concat([
        Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
        frame(type.SETTINGS, 0, 0, settings),
        frame(type.WINDOW_UPDATE, 0, 0, uint32(largestWindow - 65_535)),
      ]),
    );
  }

  /** Connects to host:port for calls of one method; `ca`: with TLS, whatever the name of the server is. */
  static async open(address: string, path: string, ca?: string): Promise<RawGrpcClient> {
    const at = address.lastIndexOf(':');
    const target = { host: address.slice(0, at), port: Number(address.slice(at + 1)) };
    const socket =
      ca === undefined
        ? connect(target)
        : connectSecurely({ ...target, ca, ALPNProtocols: ['h2'], checkServerIdentity: () => undefined });
    await once(socket, ca === undefined ? 'connect' : 'secureConnect');
    return new RawGrpcClient(socket, path);
  }

  /** Sends a message with its gRPC prefix; resolves with the bytes of the answer's DATA once its trailers are there. */
  call(message: Buffer): Promise<number> {
    return new Promise((answered, failed) => {
      const id = this.#nextStream;
      this.#nextStream += 2;
      const waiting = { body: message, sent: 0, window: this.#initialWindow, received: 0, answered, failed };
      this.#streams.set(id, waiting);
      const head = frame(type.HEADERS, endHeaders, id, this.#block);
      this.#block = this.#next;
      const fits = Math.min(this.#maxFrame, this.#window, waiting.window);
      if (message.length <= fits && message.length < 16_384) {
        this.#window -= message.length;
        waiting.sent = message.length;
        this.#socket.write(Buffer.concat([head, frame(type.DATA, endStream, id, message)]));
      } else {
        this.#socket.cork();
        this.#socket.write(head);
        this.#send(id, waiting);
        this.#socket.uncork();
      }
    });
  }

  /** Begins a call and waits for nothing: sends its head and, where there is one, the message with its prefix and the end. */
  leaveOpen(message?: Buffer): void {
    const id = this.#nextStream;
    this.#nextStream += 2;
    this.#socket.write(frame(type.HEADERS, endHeaders, id, this.#block));
    this.#block = this.#next;
    if (message !== undefined) {
      this.#socket.write(frame(type.DATA, endStream, id, message));
    }
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #fail(reason: Error): void {
    this.#streams.forEach(({ failed }) => failed(reason));
    this.#streams.clear();
  }

  #send(id: number, waiting: Waiting): void {
    const { body } = waiting;
    while (waiting.sent < body.length) {
      const size = Math.min(this.#maxFrame, this.#window, waiting.window, body.length - waiting.sent);
      if (size <= 0) {
        return;
      }
      const part = body.subarray(waiting.sent, waiting.sent + size);
      waiting.sent += size;
      waiting.window -= size;
      this.#window -= size;
      const head = Buffer.alloc(frameHeadBytes);
      head.writeUIntBE(size, 0, 3);
      head[4] = waiting.sent === body.length ? endStream : 0;
      head.writeUInt32BE(id, 5);
      this.#socket.write(head);
      this.#socket.write(part);
    }
  }

  #read(read: Buffer): void {
    let bytes = this.#rest.length === 0 ? read : Buffer.concat([this.#rest, read]);
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, bytes.length);
      this.#skip -= skipped;
      bytes = bytes.subarray(skipped);
    }
    let at = 0;
    this.#socket.cork();
    while (bytes.length - at >= frameHeadBytes) {
      const length = bytes.readUIntBE(at, 3);
      const kind = bytes[at + 3];
      const flags = bytes[at + 4] ?? 0;
      const stream = bytes.readUInt32BE(at + 5);
      if (kind !== type.DATA && bytes.length - at < frameHeadBytes + length) {
        break;
      }
      at += frameHeadBytes;
      if (kind === type.DATA) {
        this.#data(stream, length);
        this.#skip = Math.max(0, length - (bytes.length - at));
      } else {
        this.#control(kind ?? 0, flags, stream, bytes.subarray(at, at + length));
      }
      at = Math.min(bytes.length, at + length);
    }
    this.#socket.uncork();
    this.#rest = bytes.subarray(at);
  }

  #data(stream: number, length: number): void {
    const waiting = this.#streams.get(stream);
    if (waiting !== undefined) {
      waiting.received += length;
    }
    this.#credit += length;
    if (this.#credit > creditEvery) {
      this.#socket.write(frame(type.WINDOW_UPDATE, 0, 0, uint32(this.#credit)));
      this.#credit = 0;
    }
  }

  #control(kind: number, flags: number, stream: number, payload: Buffer): void {
    const waiting = this.#streams.get(stream);
    switch (kind) {
      case type.HEADERS:
        if ((flags & endStream) !== 0 && waiting !== undefined) {
          this.#streams.delete(stream);
          waiting.answered(waiting.received);
        }
        break;
      case type.SETTINGS:
        if ((flags & ack) === 0) {
          this.#settings(payload);
          this.#socket.write(frame(type.SETTINGS, ack, 0, Buffer.alloc(0)));
        }
        break;
      case type.PING:
        if ((flags & ack) === 0) {
          this.#socket.write(frame(type.PING, ack, 0, payload));
        }
        break;
      case type.WINDOW_UPDATE:
        if (stream === 0) {
          this.#window += payload.readUInt32BE(0);
          this.#streams.forEach((each, id) => this.#send(id, each));
        } else if (waiting !== undefined) {
          waiting.window += payload.readUInt32BE(0);
          this.#send(stream, waiting);
        }
        break;
      case type.RST_STREAM:
        this.#streams.delete(stream);
        waiting?.failed(new Error(`stream ${stream} was reset with ${payload.readUInt32BE(0)}`));
        break;
      case type.GOAWAY:
        this.#fail(new Error(`GOAWAY ${payload.readUInt32BE(4)} ${payload.subarray(8).toString()}`));
        break;
    }
  }

  #settings(payload: Buffer): void {
    for (let at = 0; at + 6 <= payload.length; at += 6) {
      const value = payload.readUInt32BE(at + 2);
      switch (payload.readUInt16BE(at)) {
        case 4:
          this.#streams.forEach((waiting) => (waiting.window += value - this.#initialWindow));
          this.#initialWindow = value;
          break;
        case 5:
          this.#maxFrame = value;
          break;
      }
    }
    this.#streams.forEach((waiting, id) => this.#send(id, waiting));
  }
}

/** A message with the prefix that gRPC gives it: a flag, and its length. */
export function withPrefix(message: Uint8Array): Buffer {
  const bytes = Buffer.alloc(5 + message.length);
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, 5);
  return bytes;
}
