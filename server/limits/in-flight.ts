// How many requests are being answered, against how many may be. Pure: times are passed in.

/** The weight of the latest request in the mean of the times: recent ones count, one odd one does not. */
const weight = 1 / 8;

/** Counts requests from their admission to their answer. */
export class InFlight {
  readonly #limit: number;
  #count = 0;
  #meanMs: number | undefined;

  /** `limit` is at least 1. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count >= this.#limit;
  }

  /** When one is likely to be done, milliseconds from now, as far as the last ones tell; undefined before there was one. */
  get waitMs(): number | undefined {
    return this.#meanMs === undefined ? undefined : this.#meanMs / this.#limit;
  }

  enter(): void {
    this.#count++;
  }

  /** One that was counted has been answered, after `heldMs`. */
  leave(heldMs: number): void {
    this.#count--;
    this.#meanMs = this.#meanMs === undefined ? heldMs : this.#meanMs + (heldMs - this.#meanMs) * weight;
  }
}
