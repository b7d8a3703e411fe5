// What waits to be sent on one stream: DATA, and how the stream ends after it.

/** How a stream goes on behind what is queued: not at all yet, by END_STREAM on the last DATA, or by these trailers. */
export type QueuedEnd = 'none' | 'data' | Uint8Array;

/** Exists only for a stream on which something waits. */
export class SendBuffer {
  end: QueuedEnd = 'none';
  readonly #chunks: Uint8Array[] = [];
  #head = 0;
  /** What of the first chunk has gone. */
  #sent = 0;
  #byteLength = 0;

  get byteLength(): number {
    return this.#byteLength;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length > 0) {
      this.#chunks.push(bytes);
      this.#byteLength += bytes.length;
    }
  }

  /** The next bytes, at most so many; fewer where a chunk ends. */
  shift(maxBytes: number): Uint8Array {
    const chunk = this.#chunks[this.#head];
    if (chunk === undefined) {
      return nothing;
    }
    const taken = Math.min(chunk.length - this.#sent, maxBytes);
    const bytes = taken === chunk.length ? chunk : chunk.subarray(this.#sent, this.#sent + taken);
    this.#sent += taken;
    this.#byteLength -= taken;
    if (this.#sent === chunk.length) {
      this.#sent = 0;
      this.#advance();
    }
    return bytes;
  }

  /** The first chunk is done with; the array gives up what is done with when that is more than what is left. */
  #advance(): void {
    this.#chunks[this.#head] = nothing;
    this.#head++;
    if (this.#head * 2 > this.#chunks.length) {
      this.#chunks.splice(0, this.#head);
      this.#head = 0;
    }
  }
}

const nothing = new Uint8Array(0);
