// The time of a simulation: it stands still while something happens, and leaps to whatever is next.
import type { Clock } from '../../../../../server/wire/clock.ts';

interface Due {
  readonly at: number;
  readonly run: () => void;
}

/** Milliseconds from 0 on. Of two things that are due at the same time the one that was asked for first comes first. */
export class SimClock implements Clock {
  #now = 0;
  /** By time. */
  readonly #due: Due[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const due = { at: this.#now + ms, run };
    let [low, high] = [0, this.#due.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#due[middle]!.at <= due.at) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    this.#due.splice(low, 0, due);
    return () => {
      const at = this.#due.indexOf(due);
      if (at !== -1) {
        this.#due.splice(at, 1);
      }
    };
  }

  /** When the next thing is due; Infinity: never. */
  get nextAt(): number {
    return this.#due[0]?.at ?? Infinity;
  }

  /** Does the next thing, at its time. */
  step(): void {
    const due = this.#due.shift();
    if (due !== undefined) {
      this.#now = Math.max(this.#now, due.at);
      due.run();
    }
  }
}
