// Finds out that something played event by event has come round to where it was: from there on it repeats itself.

/** How things stand at a moment. */
export interface Standing {
  readonly now: number;
  readonly pings: number;
  /** All that decides how they go on, times counted from `now`: two that are the same go on in the same way. */
  readonly ahead: readonly number[];
}

/** Times that are closer are the same, milliseconds: sums of fractions of one round. */
const sameMs = 1e-6;

/** Keeps a standing after 1, 2, 4, 8 … events, and compares those that follow with it (Brent's way to find a cycle). */
export class Recurrence {
  #kept: Standing;
  #events = 0;
  #keepAt = 1;

  constructor(start: Standing) {
    this.#kept = start;
  }

  /** The earlier standing that is the same as this one, where there is one and time has passed since. */
  of(standing: Standing): Standing | undefined {
    const kept = this.#kept;
    if (isSame(kept, standing)) {
      return standing.now - kept.now > sameMs ? kept : undefined;
    }
    if (++this.#events === this.#keepAt) {
      this.#kept = standing;
      this.#keepAt *= 2;
    }
    return undefined;
  }
}

function isSame({ ahead }: Standing, other: Standing): boolean {
  return ahead.every((time, at) => {
    const then = other.ahead[at] ?? Infinity;
    return time === then || Math.abs(time - then) < sameMs;
  });
}
