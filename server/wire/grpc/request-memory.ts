// Memory for requests, which outlive the buffer that they were read into.

/** Memory for small requests, one behind the other. */
const chunkBytes = 64 * 1024;

/** Larger ones have memory of their own: a request that stays must not hold on to much else. */
const sharedBytes = 16 * 1024;

/** One per thread. What was given out is not given out again: handlers keep requests for as long as they like. */
export class RequestMemory {
  #chunk: Buffer = Buffer.alloc(0);
  #used = 0;

  /** A copy of [start, end) of `bytes`. */
  copy(bytes: Uint8Array, start: number, end: number): Buffer {
    const copy = this.#room(end - start);
    copy.set(bytes.subarray(start, end));
    return copy;
  }

  #room(byteLength: number): Buffer {
    if (byteLength > sharedBytes) {
      return Buffer.allocUnsafeSlow(byteLength);
    }
    if (this.#used + byteLength > this.#chunk.length) {
      this.#chunk = Buffer.allocUnsafeSlow(chunkBytes);
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += byteLength;
    return this.#chunk.subarray(at, this.#used);
  }
}
