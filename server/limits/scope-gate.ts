// Both limits of one scope: of the server, of one model, or of one client.
import { InFlight } from './in-flight.ts';
import { TokenBucket, type BucketRules } from './token-bucket.ts';

/** The limits of a scope; absent: none. */
export interface ScopeRules {
  readonly rate?: BucketRules;
  readonly concurrent?: number;
}

/** Which limit is reached, and when it is worth trying again: milliseconds, where that is known. */
export interface Full {
  readonly limit: 'rate' | 'concurrent';
  readonly waitMs: number | undefined;
}

/** Where requests are counted in and out. */
export class ScopeGate {
  readonly #bucket: TokenBucket | undefined;
  readonly #inFlight: InFlight | undefined;

  constructor({ rate, concurrent }: ScopeRules) {
    this.#bucket = rate === undefined ? undefined : new TokenBucket(rate);
    this.#inFlight = concurrent === undefined ? undefined : new InFlight(concurrent);
  }

  /** Whether a request that was let in has not left. */
  get isOccupied(): boolean {
    return this.#inFlight !== undefined && this.#inFlight.count > 0;
  }

  /** What keeps a request out now; undefined where nothing does. */
  full(now: number): Full | undefined {
    if (this.#inFlight?.isFull === true) {
      return { limit: 'concurrent', waitMs: this.#inFlight.waitMs };
    }
    const waitMs = this.#bucket?.waitMs(now) ?? 0;
    return waitMs > 0 ? { limit: 'rate', waitMs } : undefined;
  }

  /** Lets a request in; nothing may keep it out. */
  enter(now: number): void {
    this.#bucket?.take(now);
    this.#inFlight?.enter();
  }

  /** A request that was let in has been answered, after `heldMs`. */
  leave(heldMs: number): void {
    this.#inFlight?.leave(heldMs);
  }
}
