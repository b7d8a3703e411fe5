// How each version and each label of each model does lately: what a canary is judged by.
import type { RequestRecord, WindowStatistics } from './statistics-tally.ts';
import { Tally } from './statistics-tally.ts';
import { coarseSpan, longestWindow, SlidingWindow } from './statistics-window.ts';

/** The series of one model. */
interface ModelSeries {
  readonly versions: Map<bigint, SlidingWindow>;
  readonly labels: Map<string, SlidingWindow>;
}

/** Silent series are looked for this often, seconds. */
const sweepEvery = 10;

/** How the versions of a model did, span by span; the oldest first. */
export interface StatisticsHistory {
  /** How long ago the first span began, milliseconds. */
  readonly ageMs: number;
  readonly spanMs: number;
  /** Undefined where nothing was counted. */
  readonly versions: ReadonlyMap<bigint, readonly (WindowStatistics | undefined)[]>;
}

/**
 * Sliding windows over what is recorded, of up to 15 minutes. What a version or a label holds is bounded (SlidingWindow),
 * and forgotten after 15 minutes without a request. Versions and labels are to be such that the model has: there is no
 * other bound to their number.
 */
export class VersionStatistics {
  readonly #models = new Map<string, ModelSeries>();
  readonly #clock: () => number;
  #nextSweep = 0;

  /** `clock`: milliseconds from any beginning, never backwards and never negative. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** Counts a request that has ended, under its version and under its label. */
  record(record: RequestRecord): void {
    const second = this.#second();
    if (second >= this.#nextSweep) {
      this.#sweep(second);
    }
    const { model, version, label } = record;
    let series = this.#models.get(model);
    if (series === undefined) {
      series = { versions: new Map(), labels: new Map() };
      this.#models.set(model, series);
    }
    windowOf(series.versions, version).add(record, second);
    if (label !== undefined) {
      windowOf(series.labels, label).add(record, second);
    }
  }

  /** The last `seconds`, 1 to 900, of a version (a bigint) or a label (a string), the second that has begun included. */
  window(model: string, versionOrLabel: bigint | string, seconds: number): WindowStatistics {
    const whole = Math.min(longestWindow, Math.max(1, Math.ceil(seconds)));
    const series = this.#models.get(model);
    const found =
      typeof versionOrLabel === 'bigint'
        ? series?.versions.get(versionOrLabel)
        : series?.labels.get(versionOrLabel);
    return found?.read(whole, this.#second()) ?? new Tally().statistics(whole);
  }

  /** The last `seconds`, 10 to 900, of each version of a model in tens of seconds, the ten that have begun included. */
  history(model: string, seconds: number): StatisticsHistory {
    const now = this.#second();
    const from = Math.max(0, now - Math.min(longestWindow, seconds) + 1);
    const series = [...(this.#models.get(model)?.versions ?? [])];
    return {
      ageMs: this.#clock() - Math.floor(from / coarseSpan) * coarseSpan * 1000,
      spanMs: coarseSpan * 1000,
      versions: new Map(series.map(([version, window]) => [version, window.history(from, now)])),
    };
  }

  /** The versions of a model that have requests in the last 15 minutes, and perhaps some that have just lost them. */
  versions(model: string): bigint[] {
    return [...(this.#models.get(model)?.versions.keys() ?? [])];
  }

  /** Forgets the versions and labels that a model no longer has. */
  keepOnly(
    model: string,
    hasVersion: (version: bigint) => boolean,
    hasLabel: (label: string) => boolean,
  ): void {
    const series = this.#models.get(model);
    if (series !== undefined) {
      dropWhere(series.versions, (version) => !hasVersion(version));
      dropWhere(series.labels, (label) => !hasLabel(label));
    }
  }

  /** Forgets a model that is gone. */
  remove(model: string): void {
    this.#models.delete(model);
  }

  #second(): number {
    return Math.floor(this.#clock() / 1000);
  }

  #sweep(now: number): void {
    this.#nextSweep = now + sweepEvery;
    const isSilent = (_: unknown, window: SlidingWindow): boolean => now - window.newest > longestWindow;
    for (const { versions, labels } of this.#models.values()) {
      dropWhere(versions, isSilent);
      dropWhere(labels, isSilent);
    }
    dropWhere(this.#models, (_, { versions, labels }) => versions.size === 0 && labels.size === 0);
  }
}

function windowOf<Key>(windows: Map<Key, SlidingWindow>, key: Key): SlidingWindow {
  let window = windows.get(key);
  if (window === undefined) {
    window = new SlidingWindow();
    windows.set(key, window);
  }
  return window;
}

function dropWhere<Key, Value>(map: Map<Key, Value>, isGone: (key: Key, value: Value) => boolean): void {
  for (const [key, value] of map) {
    if (isGone(key, value)) {
      map.delete(key);
    }
  }
}
