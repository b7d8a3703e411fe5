// Pieces of a request's content that wait for the handler, in little more memory than their bytes need.

/** Smaller pieces that have to wait share memory: it may be a byte at a time that comes. */
const sharedBytes = 512;

/** Memory that small pieces share. */
const slabBytes = 4096;

/** First in, first out. Where one piece ends and the next one begins is lost. */
export class PieceQueue {
  readonly #pieces: Uint8Array[] = [];
  /** The last `#slabUsed` bytes of the queue. */
  #slab: Buffer | undefined;
  #slabUsed = 0;

  /** Adds a copy of `bytes`. */
  add(bytes: Uint8Array, isUsedAtOnce: boolean): void {
    if (isUsedAtOnce || bytes.length >= sharedBytes) {
      this.#closeSlab();
      this.#pieces.push(Buffer.from(bytes));
      return;
    }
    if (this.#slab === undefined || this.#slabUsed + bytes.length > this.#slab.length) {
      this.#closeSlab();
      this.#slab = Buffer.allocUnsafeSlow(slabBytes);
    }
    this.#slab.set(bytes, this.#slabUsed);
    this.#slabUsed += bytes.length;
  }

  /** Takes the first piece; undefined: there is none. */
  shift(): Uint8Array | undefined {
    if (this.#pieces.length === 0) {
      this.#closeSlab();
    }
    return this.#pieces.shift();
  }

  #closeSlab(): void {
    if (this.#slab !== undefined) {
      this.#pieces.push(this.#slab.subarray(0, this.#slabUsed));
      this.#slab = undefined;
      this.#slabUsed = 0;
    }
  }
}
