// Memory for what is about to be written: frames of all connections of a thread, one behind the other.

/** Large enough for some hundred small answers; small enough for malloc to keep it at hand. */
export const slabChunkBytes = 64 * 1024;

/** So many chunks are used again. A turn of the event loop that needs more takes them from malloc. */
const reusedChunks = 16;

const none = new Uint8Array(0);

/**
 * One per thread, so that no connection needs a buffer of its own. As soon as nobody holds a part of it, which mostly is at
 * the end of each turn of the event loop, when all is with the system, it is written to again from its start. Where that
 * cannot be waited for, what was given out is left to its holders and to the garbage collector: a generation ends.
 */
export class OutputSlab {
  #chunks: Uint8Array[] = [];
  /** The one that is written to, and how much of it is used. */
  #at = -1;
  #used = slabChunkBytes;
  /** Of the first chunk, what belongs to earlier generations. */
  #begin = 0;
  #generation = 0;
  /** Of this generation. */
  #holders = 0;

  /** Which memory `take` gave last. */
  get generation(): number {
    return this.#generation;
  }

  /** The chunk that `take` and `extend` give room in. */
  get chunk(): Uint8Array {
    return this.#chunks[this.#at] ?? none;
  }

  /** The start of `byteLength` bytes, at most `slabChunkBytes`, in `chunk`; that may be another one, of a new generation. */
  take(byteLength: number): number {
    if (this.#used + byteLength > slabChunkBytes) {
      if (this.#at + 1 === reusedChunks) {
        this.#nextGeneration([], 0);
      }
      this.#at++;
      this.#used = 0;
      this.#chunks[this.#at] ??= Buffer.allocUnsafeSlow(slabChunkBytes);
    }
    const start = this.#used;
    this.#used += byteLength;
    return start;
  }

  /** What was taken of this generation stays as it is until `release` or `abandon`. */
  hold(): void {
    this.#holders++;
  }

  /** What was taken of a generation is not needed any more. */
  release(generation: number): void {
    if (generation === this.#generation && --this.#holders === 0) {
      this.#at = 0;
      this.#used = this.#begin;
    }
  }

  /** Nobody knows for how long what was taken of a generation is still needed. */
  abandon(generation: number): void {
    if (generation === this.#generation) {
      this.#nextGeneration([this.chunk], this.#used);
    }
  }

  /** Makes the part that ends at `end` of `chunk` longer, if it is the last one and there is room. */
  extend(chunk: Uint8Array, end: number, byteLength: number): boolean {
    if (chunk !== this.chunk || end !== this.#used || end + byteLength > chunk.length) {
      return false;
    }
    this.#used += byteLength;
    return true;
  }

  /** The part that ends at `end` of `chunk` needs only the bytes before `used`. */
  shorten(chunk: Uint8Array, end: number, used: number): void {
    if (chunk === this.chunk && end === this.#used) {
      this.#used = used;
    }
  }

  #nextGeneration(chunks: Uint8Array[], begin: number): void {
    this.#generation++;
    this.#holders = 0;
    this.#chunks = chunks;
    this.#at = chunks.length - 1;
    this.#begin = begin;
  }
}
