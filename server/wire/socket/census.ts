// How many connections there are, and what they are called: for one listener, or for several that share the numbers.

/** What listeners count their connections in. */
export interface Census {
  /** Connections that are open, of all listeners that share it. */
  readonly size: number;
  /** One more. */
  enter(): void;
  /** One fewer. */
  leave(): void;
  /** A number that no other connection has; counts up from 1. */
  nextId(): number;
}

/** For a listener by itself. */
export class OwnCensus implements Census {
  #size = 0;
  #lastId = 0;

  get size(): number {
    return this.#size;
  }

  enter(): void {
    this.#size++;
  }

  leave(): void {
    this.#size--;
  }

  nextId(): number {
    return ++this.#lastId;
  }
}
