// Times in a histogram whose buckets grow with the time: any quantile within 5 %, and two add up to one.

/** Buckets in each doubling of the time: one is at most 1/11 as wide as its times are long. */
const perOctave = 11;
const octaves = 24;
const bucketCount = perOctave * (octaves + 1);
/** The first time beyond the buckets, 184 s: longer ones count as this long. */
const limitUs = perOctave * 2 ** octaves;

/** What a histogram says of its times, microseconds. */
export interface TimeQuantiles {
  /** Times that were noted; not 0. */
  readonly count: number;
  readonly meanUs: number;
  /** Quantiles: at most 5 % or half a microsecond beside the true value, up to 184 s. */
  readonly p50Us: number;
  readonly p90Us: number;
  readonly p99Us: number;
  /** Exact. */
  readonly maxUs: number;
}

/** Counts times; 1.1 kB. */
export class TimeHistogram {
  readonly #counts = new Uint32Array(bucketCount);
  #count = 0;
  #sum = 0;
  #max = 0;

  /** Notes a time, microseconds; one below 0 counts as 0. */
  add(micros: number): void {
    const whole = Math.min(limitUs - 1, Math.max(0, Math.round(micros)));
    const octave = whole < perOctave ? 0 : 31 - Math.clz32(whole / perOctave);
    const bucket = perOctave * octave + (whole >>> octave);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count++;
    this.#sum += micros;
    if (micros > this.#max) {
      this.#max = micros;
    }
  }

  /** Adds what `other` counted. */
  merge(other: TimeHistogram): void {
    if (other.#count === 0) {
      return;
    }
    for (let i = 0; i < bucketCount; i++) {
      this.#counts[i] = (this.#counts[i] ?? 0) + (other.#counts[i] ?? 0);
    }
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#max = Math.max(this.#max, other.#max);
  }

  reset(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#sum = 0;
    this.#max = 0;
  }

  /** undefined where no time was noted. */
  quantiles(): TimeQuantiles | undefined {
    if (this.#count === 0) {
      return undefined;
    }
    return {
      count: this.#count,
      meanUs: this.#sum / this.#count,
      p50Us: this.#quantile(0.5),
      p90Us: this.#quantile(0.9),
      p99Us: this.#quantile(0.99),
      maxUs: this.#max,
    };
  }

  /** The smallest time that at least `share` of the times do not exceed. */
  #quantile(share: number): number {
    let left = Math.ceil(this.#count * share);
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      left -= this.#counts[bucket] ?? 0;
      if (left <= 0) {
        return Math.min(middleOf(bucket), this.#max);
      }
    }
    return this.#max;
  }
}

/** The middle of the whole microseconds that a bucket counts. */
function middleOf(bucket: number): number {
  const octave = Math.max(0, Math.floor(bucket / perOctave) - 1);
  const lowest = (bucket - perOctave * octave) * 2 ** octave;
  return lowest + (2 ** octave - 1) / 2;
}
