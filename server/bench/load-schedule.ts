// When the next request of a measurement goes: at a rate whatever the answers do, or as soon as one is answered. Pure.

/** How requests follow one another. */
export interface LoadShape {
  /** Per second; undefined: as fast as `concurrency` allows. */
  readonly rate: number | undefined;
  /** Requests under way at once, at most. */
  readonly concurrency: number;
  /** No request is planned for later than this, milliseconds from the start. */
  readonly durationMs: number;
  /** Requests in all; undefined: as many as fit. */
  readonly count: number | undefined;
}

/** Times are milliseconds since the start. */
export class LoadSchedule {
  readonly #shape: LoadShape;
  #sent = 0;
  #finished = 0;

  constructor(shape: LoadShape) {
    this.#shape = shape;
  }

  get inFlight(): number {
    return this.#sent - this.#finished;
  }

  /**
   * Takes the request that is to be sent at `now`, and gives the time for which it was planned; undefined where none is. One that
   * had to wait for an answer, since `concurrency` were under way, has a time that is past.
   */
  next(now: number): number | undefined {
    if (this.inFlight >= this.#shape.concurrency || this.isOver(now)) {
      return undefined;
    }
    const planned = this.#shape.rate === undefined ? now : this.#plannedAt(this.#sent);
    if (planned > now) {
      return undefined;
    }
    this.#sent++;
    return planned;
  }

  /** One request came to its end. */
  finish(): void {
    this.#finished++;
  }

  /** How long nothing is to be sent unless a request ends, milliseconds. */
  waitMs(now: number): number {
    const end = this.#shape.durationMs - now;
    return this.#shape.rate === undefined || this.inFlight >= this.#shape.concurrency
      ? end
      : Math.min(end, this.#plannedAt(this.#sent) - now);
  }

  /** How many should have been sent by `now`, and were not, since as many as allowed are under way. */
  waiting(now: number): number {
    const { rate, durationMs, concurrency, count = Infinity } = this.#shape;
    if (rate === undefined || this.inFlight < concurrency) {
      return 0;
    }
    const planned = Math.ceil((Math.min(now, durationMs) * rate) / 1000);
    return Math.max(0, Math.min(planned, count) - this.#sent);
  }

  /** Why nothing more is sent at `now`; undefined where something is. */
  ending(now: number): 'duration' | 'count' | undefined {
    if (this.#sent >= (this.#shape.count ?? Infinity)) {
      return 'count';
    }
    return now >= this.#shape.durationMs ? 'duration' : undefined;
  }

  isOver(now: number): boolean {
    return this.ending(now) !== undefined;
  }

  #plannedAt(index: number): number {
    return (index * 1000) / (this.#shape.rate ?? Infinity);
  }
}
