// All models of the server: what the sources found, what is served, and the events that watchers follow.
import { EventEmitter } from 'node:events';
import { PerchError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { ModelOnDisk } from './found.ts';
import { Labels, type PendingLabel } from './labels.ts';
import { defaultManagerOptions, type ManagerOptions } from './manager-options.ts';
import type { Lease, Loader, Transition, VersionView } from './model-environment.ts';
import { ServedModel } from './served-model.ts';
import { logTransition } from './transition-log.ts';
import type { ModelRules } from './version-policy.ts';

/** One model as others may see it. */
export interface ModelView {
  readonly name: string;
  readonly basePath: string;
  readonly versions: readonly VersionView[];
  /** As requests see them. */
  readonly labels: ReadonlyMap<string, bigint>;
  /** Labels that wait for their version. */
  readonly pendingLabels: readonly PendingLabel[];
  readonly problem: string;
}

/** The label that requests fall back to. */
export const stableLabel = 'stable';

/** What there is of a model to route to. */
export interface RoutingFacts {
  /** undefined for a label that the model does not have. */
  versionOfLabel(label: string): bigint | undefined;
  isAvailable(version: bigint): boolean;
  /** The version of the label `stable`. */
  stable(): bigint | undefined;
}

interface ManagedModel {
  readonly served: ServedModel;
  readonly labels: Labels;
  found: ModelOnDisk;
}

interface ManagerEvents {
  /** A model changed or came; the number is the revision. */
  changed: [name: string, revision: bigint];
  removed: [name: string, revision: bigint];
  /** A look at the disk was taken, whether it changed anything or not. */
  looked: [];
  /** A version went from one state to another. */
  moved: [name: string, transition: Transition];
}

/** Owns every model. Knows neither gRPC nor the file system. */
export class ModelManager {
  readonly events = new EventEmitter<ManagerEvents>();
  readonly #models = new Map<string, ManagedModel>();
  /** Models that were removed and still unload. */
  readonly #leaving = new Set<Promise<void>>();
  readonly #loader: Loader;
  readonly #log: Logger;
  readonly #options: ManagerOptions;
  #revision = 0n;
  #firstLookDone = false;

  constructor(loader: Loader, log: Logger, options: Partial<ManagerOptions> = {}) {
    this.#loader = loader;
    this.#log = log;
    this.#options = { ...defaultManagerOptions, ...options };
    // One listener per open watch.
    this.events.setMaxListeners(0);
  }

  /** Counts the changes so far. */
  get revision(): bigint {
    return this.#revision;
  }

  /** Names of all models, sorted. */
  names(): string[] {
    return [...this.#models.keys()].sort();
  }

  /** The model as it is now; undefined where there is none of that name. */
  view(name: string): ModelView | undefined {
    const model = this.#models.get(name);
    if (model === undefined) {
      return undefined;
    }
    return {
      name,
      basePath: model.found.basePath,
      versions: model.served.versions(),
      labels: model.labels.active,
      pendingLabels: model.labels.pending,
      problem: model.found.problem ?? '',
    };
  }

  /** Takes what one look at the disk found: models that are not in it are unloaded and forgotten. */
  apply(found: readonly ModelOnDisk[]): void {
    const names = new Set(found.map(({ name }) => name));
    for (const [name, model] of this.#models) {
      if (!names.has(name)) {
        this.#remove(name, model);
      }
    }
    for (const one of found) {
      const before = this.#models.get(one.name);
      if (before?.found === one) {
        continue;
      }
      const rules = { ...this.#options.rules, ...one.rules };
      const model = before ?? {
        served: this.#newModel(one.name, rules),
        labels: new Labels(this.#options.immediateLabels),
        found: one,
      };
      this.#models.set(one.name, model);
      const told = before === undefined || !isToldTheSame(before.found, one);
      model.found = one;
      const relabelled = model.labels.want(one.labels ?? new Map<string, bigint>(), (version) =>
        model.served.isAvailable(version),
      );
      const { revision } = this;
      model.served.update(one.versions, rules);
      if ((told || relabelled) && revision === this.revision) {
        this.#changed(one.name);
      }
    }
    this.#firstLookDone = true;
    this.events.emit('looked');
  }

  /**
   * Takes the version that answers for `name`: the named version, or the labelled one, or the highest AVAILABLE one.
   * Throws TF Serving's SERVABLE_NOT_FOUND and LABEL_UNKNOWN (reference §1.3).
   */
  acquire(name: string, choice: { readonly version?: bigint; readonly label?: string }): Lease {
    const model = this.#models.get(name);
    let { version } = choice;
    if (choice.label !== undefined) {
      version = model?.labels.active.get(choice.label);
      if (version === undefined) {
        throw new PerchError('LABEL_UNKNOWN', `Unrecognized servable version label: ${choice.label}`);
      }
    }
    const wanted = version ?? model?.served.latestAvailable();
    const lease = wanted === undefined ? undefined : model?.served.acquire(wanted);
    if (lease === undefined) {
      const which = version === undefined ? `Latest(${name})` : `Specific(${name}, ${version})`;
      throw new PerchError('SERVABLE_NOT_FOUND', `Servable not found for request: ${which}`);
    }
    return lease;
  }

  /** What routing asks of a model: cheap, since it is asked for every request. Undefined where there is no such model. */
  routingFacts(name: string): RoutingFacts | undefined {
    const model = this.#models.get(name);
    return model === undefined
      ? undefined
      : {
          versionOfLabel: (label) => model.labels.active.get(label),
          isAvailable: (version) => model.served.isAvailable(version),
          stable: () => model.labels.active.get(stableLabel),
        };
  }

  /** Something beside the lifecycle changed that watchers of the model see: its traffic, its canary. */
  touch(name: string): void {
    if (this.#models.has(name)) {
      this.#changed(name);
    }
  }

  /**
   * Serves a version beside what the policy wants, and waits until it is AVAILABLE. Throws MODEL_UNKNOWN,
   * VERSION_UNKNOWN, LOAD_FAILED with the reason, LOAD_CANCELLED where someone unloads it meanwhile, and CANCELLED when
   * `signal` fires (the load goes on).
   */
  async loadVersion(name: string, version: bigint, signal: AbortSignal): Promise<ModelView> {
    this.#get(name).served.requestLoad(version);
    return this.#waitFor(name, signal, (view) => {
      const { state, wanted } = view.versions.find(({ number }) => number === version) ?? {};
      if (state?.phase === 'end' && state.error !== undefined) {
        throw new PerchError(
          'LOAD_FAILED',
          `Version ${version} of model ${name} failed to load: ${state.error.message}`,
        );
      }
      // Whether it is still asked for decides, not the phase: an unload from before may be going on.
      if (wanted !== true && state?.phase !== 'copying') {
        throw new PerchError(
          'LOAD_CANCELLED',
          `Version ${version} of model ${name} was unloaded or removed meanwhile.`,
        );
      }
      return state?.phase === 'available';
    });
  }

  /** Takes a version out of service and waits until no request runs on it. Throws MODEL_UNKNOWN, VERSION_UNKNOWN. */
  async unloadVersion(name: string, version: bigint, signal: AbortSignal): Promise<ModelView> {
    this.#get(name).served.requestUnload(version);
    return this.#waitFor(name, signal, (view) => {
      const { state, wanted } = view.versions.find(({ number }) => number === version) ?? {};
      const phase = state?.phase ?? 'end';
      // Asked for again meanwhile, it may already be loading anew: the unload is done all the same.
      const loadedAnew = wanted === true && phase !== 'unloading';
      return loadedAnew || phase === 'end' || phase === 'not-loaded' || phase === 'copying';
    });
  }

  /** Whether the sources have looked at the disk at all. */
  isLookedAt(): boolean {
    return this.#firstLookDone;
  }

  /** Whether the sources have looked once and nothing is under way. */
  isSettled(): boolean {
    return this.#firstLookDone && [...this.#models.values()].every(({ served }) => served.isSettled());
  }

  /** Resolves once isSettled(), or rejects with CANCELLED when `signal` fires. */
  async whenSettled(signal: AbortSignal): Promise<void> {
    await this.#whenTrue(signal, () => this.isSettled());
  }

  /** Resolves once nothing of this model is under way, or rejects with CANCELLED when `signal` fires. */
  async whenModelSettled(name: string, signal: AbortSignal): Promise<void> {
    await this.#whenTrue(signal, () => this.#models.get(name)?.served.isSettled() ?? true);
  }

  /** Unloads everything; resolves when nothing is loaded. */
  async dispose(): Promise<void> {
    await Promise.all(
      [...this.#models.values()].map(({ served }) => served.dispose()).concat(...this.#leaving),
    );
  }

  #newModel(name: string, rules: ModelRules): ServedModel {
    const { settings, now, after } = this.#options;
    return new ServedModel(name, rules, {
      loader: this.#loader,
      settings,
      now,
      after,
      holds: (version) => this.#models.get(name)?.labels.holds(version) ?? false,
      changed: () => this.#changed(name),
      moved: (transition) => {
        this.events.emit('moved', name, transition);
        logTransition(this.#log, name, transition);
      },
    });
  }

  #get(name: string): ManagedModel {
    const model = this.#models.get(name);
    if (model === undefined) {
      throw new PerchError('MODEL_UNKNOWN', `Could not find any versions of model ${name}`);
    }
    return model;
  }

  #remove(name: string, model: ManagedModel): void {
    this.#models.delete(name);
    this.#log.info('model removed', { model: name });
    const gone = model.served.dispose().finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
    this.#revision++;
    this.events.emit('removed', name, this.#revision);
  }

  #changed(name: string): void {
    const model = this.#models.get(name);
    // A removed model still moves while it unloads; nobody watches it any more.
    if (model !== undefined) {
      if (model.labels.follow((version) => model.served.isAvailable(version))) {
        model.served.reconsider();
      }
      this.#revision++;
      this.events.emit('changed', name, this.#revision);
    }
  }

  async #waitFor(
    name: string,
    signal: AbortSignal,
    reached: (view: ModelView) => boolean,
  ): Promise<ModelView> {
    await this.#whenTrue(signal, () => {
      const view = this.view(name);
      if (view === undefined) {
        throw new PerchError('MODEL_UNKNOWN', `Model ${name} was removed meanwhile.`);
      }
      return reached(view);
    });
    const view = this.view(name);
    if (view === undefined) {
      throw new PerchError('MODEL_UNKNOWN', `Model ${name} was removed meanwhile.`);
    }
    return view;
  }

  /** Resolves when `condition`, asked again at every change, holds; rejects with what it throws. */
  #whenTrue(signal: AbortSignal, condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (finish: () => void): void => {
        this.events.off('changed', look);
        this.events.off('removed', look);
        this.events.off('looked', look);
        signal.removeEventListener('abort', cancelled);
        finish();
      };
      const look = (): void => {
        try {
          if (condition()) {
            done(resolve);
          }
        } catch (reason) {
          done(() => reject(PerchError.from(reason)));
        }
      };
      const cancelled = (): void =>
        done(() => reject(new PerchError('CANCELLED', 'The caller left before the models were ready.')));
      this.events.on('changed', look);
      this.events.on('removed', look);
      this.events.on('looked', look);
      signal.addEventListener('abort', cancelled);
      if (signal.aborted) {
        cancelled();
      } else {
        look();
      }
    });
  }
}

/** Whether two looks at a model tell a watcher the same, their versions and labels aside. */
function isToldTheSame(a: ModelOnDisk, b: ModelOnDisk): boolean {
  return a.problem === b.problem && a.basePath === b.basePath;
}
