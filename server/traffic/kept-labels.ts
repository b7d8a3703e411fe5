// Labels of models that no config file names: kept beside the traffic, laid over what the source found.
import type { ModelTraffic } from '../canary/model-traffic.ts';
import type { ModelOnDisk } from '../lifecycle/found.ts';
import { defaultVersionPolicy, wantedVersions } from '../lifecycle/version-policy.ts';
import type { LabelStore, TrafficStore } from './traffic-control.ts';

interface Labelled {
  readonly labels: ReadonlyMap<string, bigint>;
  readonly warm: string;
  readonly model: ModelOnDisk;
}

/** Hands what a source found to the lifecycle, with the kept labels in it. */
export class KeptLabels implements LabelStore {
  readonly #store: TrafficStore;
  readonly #apply: (found: readonly ModelOnDisk[]) => void;
  /** Versions that stay loaded for a while, by model, with the timer that ends that. */
  readonly #warm = new Map<string, Map<bigint, NodeJS.Timeout>>();
  /** undefined before the first look. */
  #found: readonly ModelOnDisk[] | undefined;
  /** A model that is as before stays the same object: the lifecycle passes it over then. */
  readonly #labelled = new WeakMap<ModelOnDisk, Labelled>();

  constructor(store: TrafficStore, apply: (found: readonly ModelOnDisk[]) => void) {
    this.#store = store;
    this.#apply = apply;
  }

  /** What a look found. */
  found(models: readonly ModelOnDisk[]): void {
    this.#found = models;
    this.relabel();
  }

  /** See LabelStore: everything is in one entry of perch.pbtxt. */
  async set(
    model: string,
    changes: ReadonlyMap<string, bigint | undefined>,
    edit: (kept: ModelTraffic) => ModelTraffic = (same) => same,
  ): Promise<void> {
    const kept = this.#store.get(model);
    const labels = new Map(kept.labels);
    for (const [label, version] of changes) {
      if (version === undefined) {
        labels.delete(label);
      } else {
        labels.set(label, version);
      }
    }
    await this.#store.update(model, { ...edit(kept), labels });
    this.relabel();
  }

  /** See LabelStore. */
  keepWarm(model: string, version: bigint, ms: number): void {
    const warm = this.#warm.get(model) ?? new Map<bigint, NodeJS.Timeout>();
    this.#warm.set(model, warm);
    clearTimeout(warm.get(version));
    const end = (): void => {
      warm.delete(version);
      this.relabel();
    };
    warm.set(version, setTimeout(end, Math.min(ms, 2 ** 31 - 1)).unref());
    this.relabel();
  }

  /** See LabelStore: there is no policy that versions are put into. */
  letGo(): Promise<void> {
    return Promise.resolve();
  }

  /** Ends the timers. */
  stop(): void {
    this.#warm.forEach((versions) => versions.forEach((timer) => clearTimeout(timer)));
  }

  /** The labels changed. All of a model move in one step, as soon as their versions are AVAILABLE. */
  relabel(): void {
    if (this.#found !== undefined) {
      this.#apply(this.#found.map((model) => this.#withLabels(model)));
    }
  }

  #withLabels(model: ModelOnDisk): ModelOnDisk {
    const { labels } = this.#store.get(model.name);
    const warmVersions = [...(this.#warm.get(model.name)?.keys() ?? [])];
    if (labels.size === 0 && warmVersions.length === 0) {
      return model;
    }
    const warm = warmVersions.join();
    const known = this.#labelled.get(model);
    if (known?.labels === labels && known.warm === warm) {
      return known.model;
    }
    // A labelled version is served whatever the policy says; what is newest still comes up beside it.
    const onDisk = model.versions.map(({ number }) => number);
    const wanted = wantedVersions(model.rules?.policy ?? defaultVersionPolicy, onDisk);
    const versions = [...new Set([...wanted, ...labels.values(), ...warmVersions])];
    const labelled: ModelOnDisk = {
      ...model,
      labels: new Map([...(model.labels ?? []), ...labels]),
      rules: { ...model.rules, policy: { kind: 'specific', versions } },
    };
    this.#labelled.set(model, { labels, warm, model: labelled });
    return labelled;
  }
}
