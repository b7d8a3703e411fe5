// What is counted of one model's requests: as TensorFlow Serving tells them apart, and by version and label.
import type { Entrypoint, FinishedRequest, InferenceApi } from '../apis/serving.ts';
import type { ErrorCode, GrpcStatusName } from '../errors.ts';
import type { LimitName } from '../limits/limit-options.ts';
import { exampleBuckets, Histogram, latencyBuckets } from './histogram.ts';

/** Requests by outcome. */
export type Outcomes = ReadonlyMap<GrpcStatusName, number>;

/** Requests that have all but their outcome in common. */
export interface Series {
  /** Absent where none could be chosen. */
  readonly version: bigint | undefined;
  /** Empty where none was named, or none that the model has. */
  readonly label: string;
  readonly api: InferenceApi;
  readonly entrypoint: Entrypoint;
  readonly outcomes: Outcomes;
  readonly duration: Histogram;
}

interface GrowingSeries extends Series {
  readonly outcomes: Map<GrpcStatusName, number>;
  /** Where else the times of these requests count. */
  readonly latency: Histogram;
  readonly runtime: Histogram;
  readonly engineDuration: Histogram | undefined;
}

/** Times are those of successful requests, microseconds. */
export class ModelCounts {
  /** The model; empty for requests whose model does not exist. */
  readonly name: string;
  readonly #outcomes = new Map<GrpcStatusName, number>();
  readonly #errors = new Map<ErrorCode, number>();
  readonly #refusals = new Map<LimitName, Map<string, number>>();
  readonly #examples = new Histogram(exampleBuckets);
  readonly #latencies = new Map<InferenceApi, Map<Entrypoint, Histogram>>();
  readonly #runtimes = new Map<InferenceApi, Histogram>();
  readonly #engineDurations = new Map<bigint, Histogram>();
  #series: GrowingSeries[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** Requests by outcome. */
  get outcomes(): Outcomes {
    return this.#outcomes;
  }

  /** Requests that were refused or failed, by reason. */
  get errors(): ReadonlyMap<ErrorCode, number> {
    return this.#errors;
  }

  /** Requests that a limit refused before anything was done for them, by its option and the name of the token, or ''. */
  get refusals(): ReadonlyMap<LimitName, ReadonlyMap<string, number>> {
    return this.#refusals;
  }

  /** Rows per successful request. */
  get examples(): Histogram {
    return this.#examples;
  }

  /** Times of requests. */
  get latencies(): ReadonlyMap<InferenceApi, ReadonlyMap<Entrypoint, Histogram>> {
    return this.#latencies;
  }

  /** Times in the engine. */
  get runtimes(): ReadonlyMap<InferenceApi, Histogram> {
    return this.#runtimes;
  }

  /** Times in the engine, by version. */
  get engineDurations(): ReadonlyMap<bigint, Histogram> {
    return this.#engineDurations;
  }

  get series(): readonly Series[] {
    return this.#series;
  }

  /** Counts a request under this version and label: not all that a request says is to make a series. */
  count(request: FinishedRequest, version: bigint | undefined, label: string): void {
    const { api, entrypoint, error, refusedBy, token = '', micros, engineUs, examples } = request;
    const series =
      this.#series.find(
        (one) =>
          one.version === version && one.label === label && one.api === api && one.entrypoint === entrypoint,
      ) ?? this.#addSeries(version, label, api, entrypoint);
    const status = error?.status ?? 'OK';
    increment(this.#outcomes, status);
    increment(series.outcomes, status);
    if (error !== undefined) {
      increment(this.#errors, error.code);
      if (refusedBy !== undefined) {
        const byToken = this.#refusals.get(refusedBy) ?? new Map<string, number>();
        this.#refusals.set(refusedBy, byToken);
        increment(byToken, token);
      }
      return;
    }
    series.duration.observe(micros);
    series.latency.observe(micros);
    if (engineUs !== undefined) {
      series.runtime.observe(engineUs);
      series.engineDuration?.observe(engineUs);
    }
    if (examples !== undefined) {
      this.#examples.observe(examples);
    }
  }

  /** Drops what is counted under versions and labels that the model no longer has. */
  keepOnly(hasVersion: (version: bigint) => boolean, hasLabel: (label: string) => boolean): void {
    this.#series = this.#series.filter(
      ({ version, label }) =>
        (version === undefined || hasVersion(version)) && (label === '' || hasLabel(label)),
    );
    for (const version of this.#engineDurations.keys()) {
      if (!hasVersion(version)) {
        this.#engineDurations.delete(version);
      }
    }
  }

  #addSeries(
    version: bigint | undefined,
    label: string,
    api: InferenceApi,
    entrypoint: Entrypoint,
  ): GrowingSeries {
    const newHistogram = (): Histogram => new Histogram(latencyBuckets);
    const byEntrypoint = getOrAdd(this.#latencies, api, () => new Map<Entrypoint, Histogram>());
    const series: GrowingSeries = {
      version,
      label,
      api,
      entrypoint,
      outcomes: new Map(),
      duration: newHistogram(),
      latency: getOrAdd(byEntrypoint, entrypoint, newHistogram),
      runtime: getOrAdd(this.#runtimes, api, newHistogram),
      engineDuration:
        version === undefined ? undefined : getOrAdd(this.#engineDurations, version, newHistogram),
    };
    this.#series.push(series);
    return series;
  }
}

function increment<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
