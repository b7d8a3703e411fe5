// A cursor over a protobuf file: reads tags and lengths in small windows, and jumps over what is not wanted without reading it.
import type { FileHandle } from 'node:fs/promises';

/** A tag and a varint have at most 10 bytes each. */
const headBytes = 20;
/** The first read after a jump: enough for the few fields that lie between two blocks of weights. */
const smallestWindow = 1024;
/** Reads that follow one another grow to this. */
const largestWindow = 65_536;

/** What `bytes` can read at once, bytes. */
export const longestText = 8192;

/**
 * The position in a file of `size` bytes, and the bytes around it. `ready` must have been called before `varint32`,
 * `length` and `bytes`; these never wait, so that millions of fields cost no promise each.
 */
export class OnnxCursor {
  position = 0;
  readonly #file: FileHandle;
  readonly #size: number;
  readonly #signal: AbortSignal;
  readonly #window = Buffer.allocUnsafe(largestWindow);
  /** What the window holds: the file's bytes from `#start` to `#end`. */
  #start = 0;
  #end = 0;
  #nextRead = smallestWindow;
  #low = 0;

  constructor(file: FileHandle, size: number, signal: AbortSignal) {
    this.#file = file;
    this.#size = size;
    this.#signal = signal;
  }

  /** Whether the next `count` bytes, or all up to the file's end, are in the window; else `fill` is to be awaited. */
  ready(count = headBytes): boolean {
    return this.position >= this.#start && Math.min(this.position + count, this.#size) <= this.#end;
  }

  /**
   * Reads the next `count` bytes or more. Rejects with the file system's error and with the signal's reason; false where
   * the file has become shorter than `size`.
   */
  async fill(count = headBytes): Promise<boolean> {
    this.#signal.throwIfAborted();
    const follows = this.position >= this.#start && this.position <= this.#end;
    this.#nextRead = follows ? Math.min(largestWindow, this.#nextRead * 2) : smallestWindow;
    const wanted = Math.min(Math.max(count, this.#nextRead), this.#size - this.position);
    let got = 0;
    while (got < wanted) {
      const { bytesRead } = await this.#file.read(this.#window, got, wanted - got, this.position + got);
      if (bytesRead === 0) {
        break;
      }
      got += bytesRead;
    }
    this.#start = this.position;
    this.#end = this.position + got;
    return got === wanted;
  }

  /**
   * The low 32 bits of the varint at the position, which moves behind it: as protobuf's C++ parser takes tags and enums.
   * Undefined where it is longer than ten bytes or reaches past `limit`.
   */
  varint32(limit: number): number | undefined {
    return this.#varint(limit) === undefined ? undefined : this.#low;
  }

  /** The length at the position, which moves behind it. Undefined too where fewer bytes follow before `limit`. */
  length(limit: number): number | undefined {
    const value = this.#varint(limit);
    return value === undefined || value > limit - this.position ? undefined : value;
  }

  /** Inexact above 2^53, which is past the end of any file. */
  #varint(limit: number): number | undefined {
    let value = 0;
    this.#low = 0;
    for (let i = 0; i < 10 && this.position < limit; i++) {
      const byte = this.#window[this.position - this.#start] ?? 0;
      this.position++;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (i < 5) {
        this.#low = (this.#low | ((byte & 0x7f) << (7 * i))) >>> 0;
      }
      if (byte < 0x80) {
        return value;
      }
    }
    return undefined;
  }

  /** A copy of the next `count` bytes, at most `longestText`; the position stays. */
  bytes(count: number): Buffer {
    const from = this.position - this.#start;
    return Buffer.from(this.#window.subarray(from, from + count));
  }
}
