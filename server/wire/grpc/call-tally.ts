// How the calls of a connection ended, counted.
import type { GrpcStatusName } from '../../errors.ts';

/** One per connection. */
export class CallTally {
  readonly #counts = new Map<GrpcStatusName, number>();

  /** Calls that are over, by status: OK, what they were answered with, or what they ended with when the caller left. */
  get counts(): ReadonlyMap<GrpcStatusName, number> {
    return this.#counts;
  }

  /** A call ended so. */
  count(status: GrpcStatusName): void {
    this.#counts.set(status, (this.#counts.get(status) ?? 0) + 1);
  }
}

/** Where calls come from. */
export interface Caller {
  /** What the calls of the connection say of where they come from. */
  readonly peer: string;
  readonly tally: CallTally;
}
