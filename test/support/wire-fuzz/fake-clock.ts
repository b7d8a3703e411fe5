// A clock that goes on when it is told to.
import type { Clock } from '../../../server/wire/clock.ts';

/** Milliseconds from 1,000,000 on. */
export class FakeClock implements Clock {
  #now = 1_000_000;
  readonly #due = new Map<() => void, number>();

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const once = (): void => run();
    this.#due.set(once, this.#now + ms);
    return () => this.#due.delete(once);
  }

  /** Lets so many milliseconds pass, and does what has become due. */
  advance(ms: number): void {
    this.#now += ms;
    for (const [run, at] of [...this.#due]) {
      if (at <= this.#now) {
        this.#due.delete(run);
        run();
      }
    }
  }
}
