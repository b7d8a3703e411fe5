// A token bucket: so many requests a second, and so many at once after a pause. Pure: the time is passed in.

/** What a bucket is filled by. */
export interface BucketRules {
  /** Milliseconds from one token to the next, more than 0. */
  readonly intervalMs: number;
  /** Tokens of a full bucket, at least 1. */
  readonly burst: number;
}

/** The rules for `perSecond` requests, and for `burst` of them at once; 0: as many as are good for one second. */
export function bucketRules(perSecond: number, burst: number): BucketRules {
  return { intervalMs: 1000 / perSecond, burst: burst === 0 ? Math.max(1, perSecond) : burst };
}

/**
 * A bucket, full at first. All it keeps is when it will be full again (the generic cell rate algorithm, ATM Forum Traffic
 * Management 4.1, §4.4.2): it holds `burst` tokens less one for each interval until then.
 */
export class TokenBucket {
  readonly #rules: BucketRules;
  #fullAt = -Infinity;

  constructor(rules: BucketRules) {
    this.#rules = rules;
  }

  /** Milliseconds until there is a token, exactly, where nobody else takes one; 0 where there is one now. */
  waitMs(now: number): number {
    const { intervalMs, burst } = this.#rules;
    return Math.max(0, this.#fullAt - (burst - 1) * intervalMs - now);
  }

  /** Takes a token; there must be one. */
  take(now: number): void {
    this.#fullAt = Math.max(this.#fullAt, now) + this.#rules.intervalMs;
  }
}
