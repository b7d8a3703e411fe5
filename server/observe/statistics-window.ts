// The last 15 minutes of a series of requests: second by second for a minute, in tens of seconds before.
import { Tally, type RequestRecord, type WindowStatistics } from './statistics-tally.ts';

/** How far back a window can reach, seconds. */
export const longestWindow = 900;

const fineSeconds = 60;
/** The length of a span of `history`, seconds. */
export const coarseSpan = 10;
/** A window that begins within ten seconds needs one more. */
const coarseCount = longestWindow / coarseSpan + 1;

/** Tallies by a number that only grows: the newest `size` of them, made when they are first needed. */
class Ring {
  readonly #tallies: ({ readonly tally: Tally; at: number } | undefined)[];

  constructor(size: number) {
    this.#tallies = new Array<undefined>(size).fill(undefined);
  }

  /** The tally of now, empty where it is a new one. */
  current(at: number): Tally {
    const index = at % this.#tallies.length;
    const held = (this.#tallies[index] ??= { tally: new Tally(), at });
    if (held.at !== at) {
      held.at = at;
      held.tally.reset();
    }
    return held.tally;
  }

  /** undefined where nothing was counted then, or it is too long ago. */
  past(at: number): Tally | undefined {
    const held = this.#tallies[at % this.#tallies.length];
    return held?.at === at ? held.tally : undefined;
  }
}

/**
 * Counts requests by second. With requests in every second of 15 minutes it holds 151 tallies, 0.7 MB; their outputs add
 * 0.4 MB for each output with a thousand classes, 0.04 MB with ten, for four outputs at most. A second without a request
 * needs nothing.
 */
export class SlidingWindow {
  readonly #fine = new Ring(fineSeconds);
  readonly #coarse = new Ring(coarseCount);
  #newest = 0;

  /** When it last counted, seconds. */
  get newest(): number {
    return this.#newest;
  }

  /** Counts a request that ended in `second`, which is nowhere smaller than before. */
  add(record: RequestRecord, second: number): void {
    this.#newest = second;
    this.#fine.current(second).add(record);
    const coarse = this.#coarse.current(Math.floor(second / coarseSpan));
    coarse.add(record);
    if (record.outputs !== undefined && record.code === 'OK') {
      coarse.outputs.add(record.outputs);
    }
  }

  /** Tens of seconds, from the one that `from` is in to the one of `now`, both in seconds; undefined where nothing was counted. */
  history(from: number, now: number): (WindowStatistics | undefined)[] {
    const first = Math.floor(from / coarseSpan);
    const count = Math.floor(now / coarseSpan) - first + 1;
    return Array.from({ length: count }, (_, index) =>
      this.#coarse.past(first + index)?.statistics(coarseSpan),
    );
  }

  /** The last `seconds`, 1 to 900, up to `now`, the second that has begun included. */
  read(seconds: number, now: number): WindowStatistics {
    const all = new Tally();
    const add = (tally: Tally | undefined): void => {
      if (tally !== undefined) {
        all.merge(tally);
      }
    };
    let from = Math.max(0, now - seconds + 1);
    const firstSpan = Math.floor(from / coarseSpan);
    if (from <= now - fineSeconds) {
      from = firstSpan * coarseSpan;
    }
    for (let at = from; at <= now;) {
      if (at % coarseSpan === 0) {
        add(this.#coarse.past(at / coarseSpan));
        at += coarseSpan;
      } else {
        add(this.#fine.past(at));
        at++;
      }
    }
    for (let span = firstSpan; span <= now / coarseSpan; span++) {
      const tally = this.#coarse.past(span);
      if (tally !== undefined) {
        all.outputs.merge(tally.outputs);
      }
    }
    return all.statistics(now - from + 1);
  }
}
