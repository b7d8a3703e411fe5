// The connections of all network threads, counted in memory that they share: limits and numbers are those of one server.
import type { Census } from '../../wire/socket/census.ts';

/** One thread's view. */
export class SharedCensus implements Census {
  /** The last number that was given out, and behind it the open connections of each thread. */
  readonly #cells: Int32Array;
  readonly #own: number;

  /** `index`: which of the threads this is, from 0 on. */
  constructor(memory: SharedArrayBuffer, index: number) {
    this.#cells = new Int32Array(memory);
    this.#own = index + 1;
  }

  /** Memory for so many threads. */
  static memoryFor(threads: number): SharedArrayBuffer {
    return new SharedArrayBuffer((threads + 1) * Int32Array.BYTES_PER_ELEMENT);
  }

  get size(): number {
    let size = 0;
    for (let cell = 1; cell < this.#cells.length; cell++) {
      size += Atomics.load(this.#cells, cell);
    }
    return size;
  }

  enter(): void {
    Atomics.add(this.#cells, this.#own, 1);
  }

  leave(): void {
    Atomics.sub(this.#cells, this.#own, 1);
  }

  nextId(): number {
    return Atomics.add(this.#cells, 0, 1) + 1;
  }

  /** The thread is gone, and its connections with it. */
  clear(): void {
    Atomics.store(this.#cells, this.#own, 0);
  }
}
