// The last so many values, in their order, in memory that does not grow.

/** Holds `capacity` values; each further one takes the place of the oldest. */
export class ResourceRing<Value> {
  readonly #capacity: number;
  readonly #values: Value[] = [];
  /** Where the oldest is, once it is full. */
  #oldest = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(value: Value): void {
    if (this.#values.length < this.#capacity) {
      this.#values.push(value);
      return;
    }
    this.#values[this.#oldest] = value;
    this.#oldest = (this.#oldest + 1) % this.#capacity;
  }

  /** The latest; undefined where there is none. */
  latest(): Value | undefined {
    return this.#values.at(this.#oldest - 1);
  }

  /** All of them, oldest first. */
  values(): Value[] {
    return [...this.#values.slice(this.#oldest), ...this.#values.slice(0, this.#oldest)];
  }
}
