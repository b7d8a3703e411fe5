// A clock that goes when it is told to.
import type { Clock } from '../../../../../server/wire/clock.ts';

interface Waiting {
  readonly at: number;
  readonly run: () => void;
}

/** Starts at 0; timers run within `advance`, each at its own time. */
export class FakeClock implements Clock {
  #now = 0;
  readonly #waiting = new Set<Waiting>();

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const waiting = { at: this.#now + ms, run };
    this.#waiting.add(waiting);
    return () => this.#waiting.delete(waiting);
  }

  /** How many are set. */
  get timers(): number {
    return this.#waiting.size;
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [first] = [...this.#waiting].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (first === undefined) {
        break;
      }
      this.#waiting.delete(first);
      this.#now = Math.max(this.#now, first.at);
      first.run();
    }
    this.#now = end;
  }
}
