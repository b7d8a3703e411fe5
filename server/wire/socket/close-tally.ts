// How many connections closed and why, counted so that a close whose cause nobody told shows.
import type { CloseCause } from '../close-cause.ts';

/** Why; `unknown`: nobody told. */
export type CountedCause = CloseCause['kind'] | 'unknown';

/** Counts of a listener, since it was opened. */
export interface CloseCounts {
  /** How many sockets are open. */
  readonly open: number;
  /** Closed connections by cause, in the order in which the causes came up; `unknown` is always there. */
  byCause(): ReadonlyMap<CountedCause, number>;
}

/**
 * Sockets are counted where they come and go, causes where they are told: what went without a cause is the difference, and
 * does not depend on anybody's noticing. A cause is told before its socket is gone, so that a connection which lingers
 * hides one that went untold, until it is gone too.
 */
export class CloseTally implements CloseCounts {
  #arrived = 0;
  #gone = 0;
  #told = 0;
  readonly #byCause = new Map<CountedCause, number>();

  /** A socket came. */
  arrived(): void {
    this.#arrived++;
  }

  /** It is closed, on this side too. */
  gone(): void {
    this.#gone++;
  }

  /** Why it is, or will be. Once for each that arrived. */
  told(cause: CloseCause['kind']): void {
    this.#told++;
    this.#byCause.set(cause, (this.#byCause.get(cause) ?? 0) + 1);
  }

  /** Of CloseCounts. */
  get open(): number {
    return this.#arrived - this.#gone;
  }

  /** Of CloseCounts. */
  byCause(): ReadonlyMap<CountedCause, number> {
    return new Map<CountedCause, number>([
      ['unknown', Math.max(0, this.#gone - this.#told)],
      ...this.#byCause,
    ]);
  }
}
