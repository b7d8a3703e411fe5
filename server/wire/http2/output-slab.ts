// Memory for what is about to be written: frames of all connections of a thread, one behind the other.

/** Large enough for some hundred small answers; small enough for malloc to keep it at hand. */
export const slabChunkBytes = 64 * 1024;

/**
 * One per thread. What was given out is not given out again: a full chunk is left to the garbage collector, which keeps it
 * for as long as a socket holds a part of it. So no connection needs a buffer of its own, and nothing has to be returned.
 */
export class OutputSlab {
  #chunk: Uint8Array = new Uint8Array(0);
  #used = 0;

  /** The chunk that `take` and `extend` give room in. */
  get chunk(): Uint8Array {
    return this.#chunk;
  }

  /** The start of `byteLength` bytes, at most `slabChunkBytes`, in `chunk`; that may be a new one. */
  take(byteLength: number): number {
    if (this.#used + byteLength > this.#chunk.length) {
      this.#chunk = Buffer.allocUnsafeSlow(slabChunkBytes);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += byteLength;
    return start;
  }

  /** Makes the part that ends at `end` of `chunk` longer, if it is the last one and there is room. */
  extend(chunk: Uint8Array, end: number, byteLength: number): boolean {
    if (chunk !== this.#chunk || end !== this.#used || end + byteLength > chunk.length) {
      return false;
    }
    this.#used += byteLength;
    return true;
  }

  /** The part that ends at `end` of `chunk` needs only the bytes before `used`. */
  shorten(chunk: Uint8Array, end: number, used: number): void {
    if (chunk === this.#chunk && end === this.#used) {
      this.#used = used;
    }
  }
}
