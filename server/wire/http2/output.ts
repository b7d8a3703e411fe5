// What one connection is about to write: pieces of the slab, and views of larger payloads between them.
import type { OutputSlab } from './output-slab.ts';

/** Room that is taken at once, so that connections that write in turn have one piece each, and not one per frame. */
const leaseBytes = 1024;

const nothing = new Uint8Array(0);

const noGeneration = -1;

/** Gathers the bytes of frames in their order. */
export class Output {
  readonly #slab: OutputSlab;
  #pieces: Uint8Array[] | undefined;
  /** The chunk that is written to: [start, end) is used, up to `limit` it is this connection's. */
  #chunk: Uint8Array = nothing;
  #start = 0;
  #end = 0;
  #limit = 0;
  #byteLength = 0;
  /** The slab's generations that this holds: of what waits to be taken, and of what was taken and may not be written yet. */
  #held = noGeneration;
  #heldByTaken = noGeneration;

  constructor(slab: OutputSlab) {
    this.#slab = slab;
  }

  /** Bytes that wait to be taken. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** Where `reserve` gave room. */
  get chunk(): Uint8Array {
    return this.#chunk;
  }

  /** The place in `chunk` of `byteLength` bytes (some kilobytes at most) that come next; all of them are to be written. */
  reserve(byteLength: number): number {
    const at = this.#end;
    const missing = at + byteLength - this.#limit;
    this.#byteLength += byteLength;
    if (missing <= 0) {
      this.#end = at + byteLength;
      return at;
    }
    if (this.#held === this.#slab.generation && this.#slab.extend(this.#chunk, this.#limit, missing)) {
      this.#end = this.#limit = at + byteLength;
      return at;
    }
    this.#closePiece();
    const leased = Math.max(byteLength, leaseBytes);
    const start = this.#slab.take(leased);
    if (this.#held !== this.#slab.generation) {
      this.#held = this.#slab.generation;
      this.#slab.hold();
    }
    this.#chunk = this.#slab.chunk;
    this.#start = start;
    this.#end = start + byteLength;
    this.#limit = start + leased;
    return start;
  }

  /** Bytes that come next as they are, without a copy. */
  append(bytes: Uint8Array): void {
    this.#closePiece();
    (this.#pieces ??= []).push(bytes);
    this.#byteLength += bytes.length;
  }

  /** Gives everything away. It does not change until `written`. */
  take(): readonly Uint8Array[] {
    this.abandonTaken();
    this.#closePiece();
    this.#slab.shorten(this.#chunk, this.#limit, this.#end);
    const pieces = this.#pieces ?? [];
    this.#pieces = undefined;
    this.#byteLength = 0;
    this.#chunk = nothing;
    this.#start = this.#end = this.#limit = 0;
    this.#heldByTaken = this.#held;
    this.#held = noGeneration;
    return pieces;
  }

  /** What was taken last is written, and needed by nobody any more. */
  written(): void {
    this.#slab.release(this.#heldByTaken);
    this.#heldByTaken = noGeneration;
  }

  /** What was taken last is not written yet, and it will not be told when it is. */
  abandonTaken(): void {
    this.#slab.abandon(this.#heldByTaken);
    this.#heldByTaken = noGeneration;
  }

  #closePiece(): void {
    if (this.#end > this.#start) {
      (this.#pieces ??= []).push(this.#chunk.subarray(this.#start, this.#end));
      this.#start = this.#end;
    }
  }
}
