// Bytes, as they come, to frames (RFC 9113 §3.4, §4.1, §6.1).
import { uint24At, uint31At } from './byte-order.ts';
import { protocolError } from './connection-error.ts';
import { flag, frameHeaderBytes, frameType } from './frame-type.ts';

/** What a client sends first (RFC 9113 §3.4). */
export const clientPreface: Uint8Array = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** Who takes the frames. Any method may throw a ConnectionError, which ends the reading. */
export interface FrameSink {
  /** Whether nothing more is wanted. */
  readonly isClosed: boolean;
  /** The client's preface is complete. */
  preface(): void;
  /** A frame begins. Judges its header before anything of it is kept or waited for. */
  header(length: number, type: number, flags: number, streamId: number): void;
  /** A whole frame of any type of RFC 9113 but DATA: its payload is [start, end) of `bytes`, for the time of the call. */
  frame(type: number, flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void;
  /** A DATA frame begins, of so many bytes, padding included. Its bytes follow, as they come, then `dataEnd`. */
  dataBegin(length: number, flags: number, streamId: number): void;
  /** Some of its content: [start, end) of `bytes`, for the time of the call; never empty. */
  dataBytes(bytes: Uint8Array, start: number, end: number): void;
  /** So many bytes of it were padding, or said how much padding there is. */
  dataPadding(byteLength: number): void;
  dataEnd(): void;
}

/** What the next byte belongs to. */
type Phase = 'preface' | 'header' | 'payload' | 'skipped payload' | 'pad length' | 'data' | 'padding';

/** The least that is set aside for a payload that comes in parts; it grows as its bytes come, not as its length says. */
const firstGatherBytes = 256;

/** Holds nothing between two frames, and for a frame in parts no more than came of it, twice. */
export class FrameReader {
  readonly #sink: FrameSink;
  #phase: Phase = 'preface';
  /** Of the preface or of a payload: bytes that have come. Of DATA, padding and what is skipped: bytes that are to come. */
  #count = 0;
  /** A frame's header that came in parts, and how much of it is there. */
  #head: Uint8Array | undefined;
  #headCount = 0;
  #length = 0;
  #type = 0;
  #flags = 0;
  #streamId = 0;
  #padding = 0;
  #gathered: Uint8Array | undefined;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Whether a HEADERS or CONTINUATION frame has begun and not ended. */
  get isInHeaderBlock(): boolean {
    return (
      this.#phase === 'payload' && (this.#type === frameType.HEADERS || this.#type === frameType.CONTINUATION)
    );
  }

  /** Reads all of `bytes`, unless the sink is closed by what they say. Throws ConnectionError. */
  read(bytes: Uint8Array): void {
    const { length: end } = bytes;
    let at = 0;
    while (at < end && !this.#sink.isClosed) {
      switch (this.#phase) {
        case 'header':
          at = this.#readHeader(bytes, at);
          break;
        case 'payload':
          at = this.#readPayload(bytes, at);
          break;
        case 'data':
          at = this.#readData(bytes, at);
          break;
        case 'pad length':
          this.#readPadLength(bytes[at] ?? 0);
          at++;
          break;
        case 'padding':
          at = this.#readPadding(bytes, at);
          break;
        case 'skipped payload':
          at = this.#skip(bytes, at);
          break;
        case 'preface':
          at = this.#readPreface(bytes, at);
          break;
      }
    }
  }

  #readPreface(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length && this.#count < clientPreface.length) {
      if (bytes[at] !== clientPreface[this.#count]) {
        throw protocolError('PROTOCOL_ERROR', 'RFC 9113 §3.4', "The first bytes are not HTTP/2's.");
      }
      at++;
      this.#count++;
    }
    if (this.#count === clientPreface.length) {
      this.#phase = 'header';
      this.#sink.preface();
    }
    return at;
  }

  #readHeader(bytes: Uint8Array, from: number): number {
    if (this.#headCount === 0 && bytes.length - from >= frameHeaderBytes) {
      this.#begin(bytes, from);
      return from + frameHeaderBytes;
    }
    const head = (this.#head ??= new Uint8Array(frameHeaderBytes));
    let at = from;
    while (at < bytes.length && this.#headCount < frameHeaderBytes) {
      head[this.#headCount++] = bytes[at++] ?? 0;
    }
    if (this.#headCount === frameHeaderBytes) {
      this.#headCount = 0;
      this.#begin(head, 0);
    }
    return at;
  }

  #begin(head: Uint8Array, at: number): void {
    const length = uint24At(head, at);
    const type = head[at + 3] ?? 0;
    const flags = head[at + 4] ?? 0;
    const streamId = uint31At(head, at + 5);
    this.#sink.header(length, type, flags, streamId);
    this.#length = length;
    this.#type = type;
    this.#flags = flags;
    this.#streamId = streamId;
    if (type === frameType.DATA) {
      this.#padding = 0;
      this.#sink.dataBegin(length, flags, streamId);
      if ((flags & flag.PADDED) !== 0) {
        this.#phase = 'pad length';
      } else {
        this.#expectData(length);
      }
    } else if (type > frameType.CONTINUATION) {
      // Frames of extensions mean nothing here (RFC 9113 §5.5).
      this.#count = length;
      this.#phase = length === 0 ? 'header' : 'skipped payload';
    } else if (length === 0) {
      this.#sink.frame(type, flags, streamId, head, at, at);
    } else {
      this.#phase = 'payload';
      this.#count = 0;
    }
  }

  #readPayload(bytes: Uint8Array, from: number): number {
    const available = bytes.length - from;
    const missing = this.#length - this.#count;
    if (this.#count === 0 && available >= missing) {
      this.#phase = 'header';
      this.#sink.frame(this.#type, this.#flags, this.#streamId, bytes, from, from + missing);
      return from + missing;
    }
    const taken = Math.min(available, missing);
    const gathered = this.#room(taken);
    gathered.set(bytes.subarray(from, from + taken), this.#count);
    this.#count += taken;
    if (taken === missing) {
      this.#gathered = undefined;
      this.#phase = 'header';
      this.#sink.frame(this.#type, this.#flags, this.#streamId, gathered, 0, this.#length);
    }
    return from + taken;
  }

  /** Where the payload is put together, with room for so many bytes more. */
  #room(byteLength: number): Uint8Array {
    const needed = this.#count + byteLength;
    const before = this.#gathered;
    if (before !== undefined && before.length >= needed) {
      return before;
    }
    const room = new Uint8Array(Math.min(this.#length, Math.max(2 * needed, firstGatherBytes)));
    if (before !== undefined) {
      room.set(before.subarray(0, this.#count));
    }
    this.#gathered = room;
    return room;
  }

  #readPadLength(padding: number): void {
    if (padding >= this.#length) {
      throw protocolError(
        'PROTOCOL_ERROR',
        'RFC 9113 §6.1',
        `A DATA frame of ${this.#length} bytes says that ${padding} of them are padding.`,
      );
    }
    this.#padding = padding;
    this.#sink.dataPadding(1);
    this.#expectData(this.#length - 1 - padding);
  }

  #expectData(byteLength: number): void {
    this.#count = byteLength;
    this.#phase = 'data';
    if (byteLength === 0) {
      this.#dataComplete();
    }
  }

  #readData(bytes: Uint8Array, from: number): number {
    const taken = Math.min(bytes.length - from, this.#count);
    this.#sink.dataBytes(bytes, from, from + taken);
    this.#count -= taken;
    if (this.#count === 0) {
      this.#dataComplete();
    }
    return from + taken;
  }

  #dataComplete(): void {
    this.#count = this.#padding;
    if (this.#padding > 0) {
      this.#phase = 'padding';
    } else {
      this.#phase = 'header';
      this.#sink.dataEnd();
    }
  }

  #readPadding(bytes: Uint8Array, from: number): number {
    const taken = Math.min(bytes.length - from, this.#count);
    this.#sink.dataPadding(taken);
    this.#count -= taken;
    if (this.#count === 0) {
      this.#phase = 'header';
      this.#sink.dataEnd();
    }
    return from + taken;
  }

  #skip(bytes: Uint8Array, from: number): number {
    const taken = Math.min(bytes.length - from, this.#count);
    this.#count -= taken;
    if (this.#count === 0) {
      this.#phase = 'header';
    }
    return from + taken;
  }
}
