// A header block that comes in several frames (RFC 9113 §4.3, §6.2, §6.10).
import { ConnectionError } from './connection-error.ts';
import type { Journal } from './journal.ts';

/** Blocks of so many frames are no accident any more; a block of the largest size needs a few. */
const maxContinuations = 64;

/** From HEADERS without END_HEADERS to the last CONTINUATION. Bounded in bytes and in frames (CVE-2024-27983). */
export class HeaderBlock {
  readonly streamId: number;
  readonly endStream: boolean;
  readonly dependsOnItself: boolean;
  readonly #maxBytes: number;
  readonly #journal: Journal;
  readonly #begunAt: number;
  #bytes: Uint8Array;
  #count = 0;
  #continuations = 0;

  constructor(
    streamId: number,
    endStream: boolean,
    dependsOnItself: boolean,
    maxBytes: number,
    journal: Journal,
  ) {
    this.streamId = streamId;
    this.endStream = endStream;
    this.dependsOnItself = dependsOnItself;
    this.#maxBytes = maxBytes;
    this.#journal = journal;
    this.#begunAt = journal.now;
    this.#bytes = new Uint8Array(Math.min(maxBytes, 1024));
  }

  /** What has come of it. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#count);
  }

  /** A CONTINUATION frame of so many bytes begins. Throws ConnectionError where there are too many of them. */
  continues(byteLength: number): void {
    this.#continuations++;
    if (this.#continuations > maxContinuations || this.#count + byteLength > this.#maxBytes) {
      throw new ConnectionError({
        kind: 'flood',
        flood: 'continuation',
        count: this.#continuations,
        windowMs: this.#journal.now - this.#begunAt,
      });
    }
  }

  /** Adds [start, end) of `bytes`, which are copied. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const needed = this.#count + end - start;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, Math.min(this.#maxBytes, 2 * needed)));
      grown.set(this.bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(bytes.subarray(start, end), this.#count);
    this.#count = needed;
  }
}
