// Counts latencies in buckets that are 1 % wide, so that hours of them need a few kilobytes. Pure.

/** Latencies in milliseconds; quantiles are within 1 % of what was counted. */
export interface LatencyFigures {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** A bar of a histogram: how many took `fromMs` up to, but not, `toMs`. */
export interface LatencyBar {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/** What is shorter counts as this; nothing that crosses a socket is. Milliseconds. */
const leastMs = 0.001;

/** Each bucket is by so much wider than the one before. */
const growth = 1.01;
const logGrowth = Math.log(growth);

/** Bars of `bars()` per decade: 1, 1.26, 1.58, 2 … */
const barsPerDecade = 10;

/** Counts latencies. */
export class LatencyHistogram {
  /** By bucket: from `leastMs * growth ** i` on. Grows with what is counted. */
  readonly #counts: number[] = [];
  #count = 0;
  #sum = 0;
  #max = 0;

  /** Milliseconds; what is negative counts as nothing. */
  add(latencyMs: number): void {
    const latency = Math.max(0, latencyMs);
    const bucket = bucketOf(latency);
    while (this.#counts.length <= bucket) {
      this.#counts.push(0);
    }
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count++;
    this.#sum += latency;
    this.#max = Math.max(this.#max, latency);
  }

  /** Undefined where nothing was counted. */
  figures(): LatencyFigures | undefined {
    return this.#count === 0
      ? undefined
      : {
          count: this.#count,
          meanMs: this.#sum / this.#count,
          p50Ms: this.quantile(0.5),
          p95Ms: this.quantile(0.95),
          p99Ms: this.quantile(0.99),
          maxMs: this.#max,
        };
  }

  /** The latency that `part` of all, 0 to 1, did not exceed, milliseconds; 0 where nothing was counted. */
  quantile(part: number): number {
    const rank = Math.max(1, Math.ceil(part * this.#count));
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= rank) {
        return Math.min(this.#max, leastMs * growth ** (bucket + 0.5));
      }
    }
    return this.#max;
  }

  /** Ascending, some ten a decade, without the empty ones at both ends. */
  bars(): readonly LatencyBar[] {
    const counts = new Map<number, number>();
    for (const [bucket, count] of this.#counts.entries()) {
      if (count > 0) {
        const bar = Math.floor(Math.log10(leastMs * growth ** (bucket + 0.5)) * barsPerDecade);
        counts.set(bar, (counts.get(bar) ?? 0) + count);
      }
    }
    if (counts.size === 0) {
      return [];
    }
    const first = Math.min(...counts.keys());
    return Array.from({ length: Math.max(...counts.keys()) - first + 1 }, (_, i) => ({
      fromMs: edge(first + i),
      toMs: edge(first + i + 1),
      count: counts.get(first + i) ?? 0,
    }));
  }
}

function bucketOf(latencyMs: number): number {
  return latencyMs <= leastMs ? 0 : Math.floor(Math.log(latencyMs / leastMs) / logGrowth);
}

/** Three digits, as bars are written beside one another. */
function edge(bar: number): number {
  return Number((10 ** (bar / barsPerDecade)).toPrecision(3));
}
