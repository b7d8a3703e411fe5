// How long the runs of a version take lately, for the hint when to try again.

/** The part of the newest run in the mean. */
const weight = 0.2;
/** What is hinted at, milliseconds. */
const shortestMs = 1;
const longestMs = 30_000;

/** A mean that follows the latest runs. */
export class RunTimes {
  #meanMs: number | undefined;

  /** Notes that a run took so long. */
  add(ms: number): void {
    this.#meanMs = this.#meanMs === undefined ? ms : this.#meanMs + weight * (ms - this.#meanMs);
  }

  /** What so many runs, one after the other, will take: whole milliseconds, 1 to 30,000. 1 where nothing is known yet. */
  estimateMs(runs: number): number {
    return Math.min(longestMs, Math.max(shortestMs, Math.ceil(runs * (this.#meanMs ?? 0))));
  }
}
