// The observer of all requests: counts them by model, and shows everything that is counted to Prometheus.
import type { FinishedRequest, RequestObserver } from '../apis/serving.ts';
import type { ModelManager } from '../lifecycle/model-manager.ts';
import type { LimitName } from '../limits/limit-options.ts';
import { expositionType, renderMetrics, type MetricFamily } from './exposition.ts';
import { perchFamilies, tensorflowServingFamilies, versionStateFamily } from './metric-families.ts';
import type { LoadMetrics } from './load-metrics.ts';
import { ModelCounts } from './model-counts.ts';

/** What the metrics know of the models: which there are, and when one changes. */
export type ObservedModels = Pick<ModelManager, 'names' | 'view' | 'events'>;

/** Whoever counts something else. */
export interface MetricSource {
  families(): readonly MetricFamily[];
}

/** A page for Prometheus. */
export interface MetricsPage {
  readonly contentType: string;
  readonly body: string;
}

/** The name under which requests for models that do not exist are counted: no model can have it. */
const noModel = '';

/**
 * Counts requests. The number of series is bounded by the models, versions and labels that there are: what a request
 * merely claims, a model or a label, is counted under an empty name, and what is gone is forgotten.
 */
export class RequestMetrics implements RequestObserver {
  readonly #models: ObservedModels;
  readonly #loads: LoadMetrics;
  readonly #others: readonly MetricSource[];
  readonly #counts = new Map<string, ModelCounts>();

  /** `loads` is shown on the same page, and told which versions there still are; `others` follow on it. */
  constructor(models: ObservedModels, loads: LoadMetrics, ...others: readonly MetricSource[]) {
    this.#models = models;
    this.#loads = loads;
    this.#others = others;
    models.events.on('changed', (name) => this.#forgetVersions(name));
    models.events.on('removed', (name) => this.#counts.delete(name));
    // Not at the two above: what still runs on a version that is gone is told of later.
    models.events.on('looked', () => this.#forgetLoads());
  }

  finished(request: FinishedRequest): void {
    const { model, version, label = '' } = request;
    const counts = this.#counts.get(model) ?? this.#addModel(model);
    if (counts.name === noModel) {
      counts.count(request, undefined, '');
      return;
    }
    // A label that led to a version is one of the model's; any other may be made up.
    const isKnown = version !== undefined || label === '' || this.#models.view(model)?.labels.has(label);
    counts.count(request, version, isKnown === true ? label : '');
  }

  /** Everything counted so far, and the state of every version. */
  page(): MetricsPage {
    const counts = [...this.#counts.values()];
    const views = this.#models.names().flatMap((name) => this.#models.view(name) ?? []);
    const families = [
      ...tensorflowServingFamilies(counts),
      ...this.#loads.families(),
      ...perchFamilies(counts),
      versionStateFamily(views),
      ...this.#others.flatMap((source) => source.families()),
    ];
    return { contentType: expositionType, body: renderMetrics(families) };
  }

  /** Requests that limits refused, by model and option; the model is empty where there is none of that name. */
  refusals(): { readonly option: LimitName; readonly model: string; readonly count: number }[] {
    return [...this.#counts.values()].flatMap(({ name, refusals }) =>
      [...refusals].map(([option, byToken]) => ({
        option,
        model: name,
        count: [...byToken.values()].reduce((sum, count) => sum + count, 0),
      })),
    );
  }

  #addModel(claimed: string): ModelCounts {
    const name = this.#models.view(claimed) === undefined ? noModel : claimed;
    const counts = this.#counts.get(name) ?? new ModelCounts(name);
    this.#counts.set(name, counts);
    return counts;
  }

  #forgetLoads(): void {
    const known = new Map<string, ReadonlySet<bigint>>();
    this.#loads.keepOnly((model, version) => {
      const versions = known.get(model) ?? this.#versionsOf(model);
      known.set(model, versions);
      return versions.has(version);
    });
  }

  #versionsOf(name: string): ReadonlySet<bigint> {
    return new Set(this.#models.view(name)?.versions.map(({ number }) => number));
  }

  #forgetVersions(name: string): void {
    const view = this.#models.view(name);
    const versions = this.#versionsOf(name);
    this.#counts.get(name)?.keepOnly(
      (version) => versions.has(version),
      (label) => view?.labels.has(label) === true,
    );
  }
}
