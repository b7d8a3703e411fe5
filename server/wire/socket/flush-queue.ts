// When connections write: once per turn of the event loop, behind everything that the turn has brought.

/** What wants to write. */
export interface Flushable {
  flush(): void;
}

/**
 * One per thread. Answers come up in callbacks and promises all over a turn of the loop; an immediate runs behind them, so
 * that the answers of one turn go out in one write per connection, and costs one callback for all connections.
 */
export class FlushQueue {
  #queued: Flushable[] = [];
  #spare: Flushable[] = [];
  readonly #run = (): void => {
    const queued = this.#queued;
    this.#queued = this.#spare;
    for (const one of queued) {
      one.flush();
    }
    queued.length = 0;
    this.#spare = queued;
  };

  /** `one` flushes at the end of this turn; behind a flush, at the end of the next one. The caller sees to it that it is queued once. */
  add(one: Flushable): void {
    if (this.#queued.push(one) === 1) {
      setImmediate(this.#run);
    }
  }
}
