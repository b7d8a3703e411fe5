// The configuration that is served, and how another takes its place: load first, move labels, then unload.
import { isDeepStrictEqual } from 'node:util';
import { deadlineAfter } from './deadline.ts';
import { PerchError } from './errors.ts';
import type { ModelManager, ModelView } from './lifecycle/model-manager.ts';
import type { VersionPolicy } from './lifecycle/version-policy.ts';
import type { Logger } from './log.ts';
import {
  parseModelServerConfig,
  type ModelConfig,
  type ModelServerConfig,
} from './config/model-server-config.ts';

/** What became of one model of a new configuration. */
export interface ModelOutcome {
  readonly name: string;
  /** Whether it is new, or configured otherwise than before. */
  readonly changed: boolean;
  /** Whether it has a version that is AVAILABLE. */
  readonly available: boolean;
  /** Why not, or what failed beside the version that serves; empty where all is well. */
  readonly error: string;
}

/** How to apply a configuration. */
export interface ApplyOptions {
  /** Milliseconds to wait for the models. */
  readonly waitMs: number;
  /** Ends the waiting; the configuration stays applied. */
  readonly signal: AbortSignal;
  /** The revision that the change was made from; undefined: whatever it is. */
  readonly expectedRevision?: bigint;
  /** Whether it is what the configuration file says now. */
  readonly isOfFile?: boolean;
}

/** Models whose entry did not change are waited for at most so long: milliseconds. */
const unchangedWaitMs = 2000;

/** What the active configuration works on. */
export interface ConfigEnvironment {
  readonly manager: ModelManager;
  /** Makes the source look at these models, and resolves when it has looked. */
  readonly retarget: (models: readonly ModelConfig[]) => Promise<void>;
  readonly log: Logger;
}

/**
 * Owns the configuration. No lock is held while models load: a second apply during the first takes over at once, and
 * each answers for its own models.
 */
export class ActiveConfig {
  readonly #environment: ConfigEnvironment;
  #config: ModelServerConfig;
  #revision = 1n;
  /** The text of the configuration file that is in effect, and the one that is being written there. */
  #fileText: string;
  #writing: string | undefined;
  /** Models that a newer configuration does not have, kept until its own are up. */
  readonly #leaving = new Map<string, ModelConfig>();
  /** The step that is under way: steps are short and follow each other. */
  #step: Promise<void> = Promise.resolve();

  constructor(config: ModelServerConfig, environment: ConfigEnvironment) {
    this.#config = config;
    this.#fileText = config.text;
    this.#environment = environment;
  }

  /** The configuration now, and its revision. */
  get current(): { readonly config: ModelServerConfig; readonly revision: bigint } {
    return { config: this.#config, revision: this.#revision };
  }

  /** Whether the configuration file says nothing new with `text`: whatever differs from it was applied in memory only. */
  knows(text: string): boolean {
    return text === this.#fileText || text === this.#writing;
  }

  /**
   * Changes the text of the configuration, and resolves when the source has looked; no load is waited for. Rejects with what
   * `edit` throws, and then nothing has changed. What is only in memory stays there.
   */
  async edit(edit: (text: string) => string): Promise<void> {
    await this.#inTurn(async () => {
      const { text } = this.#config;
      const next = edit(text);
      if (next !== text) {
        this.#replace(parseModelServerConfig(next, 'the configuration'));
        await this.#retarget();
      }
    });
  }

  /**
   * Lets `write` change the configuration file by an edit that is applied, or will be: the file says nothing new with it.
   * `write` calls `note` with both texts before they change places. One at a time.
   */
  async writeFile(write: (note: (before: string, after: string) => void) => Promise<unknown>): Promise<void> {
    try {
      await write((before, after) => {
        // What somebody else wrote there is still to be read, and with it what is written now.
        this.#writing = before === this.#fileText ? after : undefined;
      });
      this.#fileText = this.#writing ?? this.#fileText;
    } finally {
      this.#writing = undefined;
    }
  }

  /**
   * Applies `next`. Throws CONFIG_INVALID or CONFIG_CHANGED, and then nothing has changed; otherwise gives what became
   * of each model, in the order of the configuration.
   */
  async apply(next: ModelServerConfig, options: ApplyOptions): Promise<ModelOutcome[]> {
    if (!next.isSet) {
      // TF Serving's words; a file that an editor has just emptied must not unload everything.
      this.#environment.log.warning('Taking no action for empty config.');
      return [];
    }
    let changed: ReadonlySet<string> = new Set();
    let revision = this.#revision;
    await this.#inTurn(async () => {
      const { expectedRevision } = options;
      if (expectedRevision !== undefined && expectedRevision !== this.#revision) {
        throw new PerchError(
          'CONFIG_CHANGED',
          `The configuration is at revision ${this.#revision}, not ${expectedRevision}; read it again.`,
        );
      }
      changed = this.#replace(next);
      if (options.isOfFile === true) {
        this.#fileText = next.text;
      }
      revision = this.#revision;
      await this.#retarget();
    });
    using long = deadlineAfter(options.waitMs, options.signal);
    // A model that is as it was may be in the middle of something else: that is not this change's to wait for.
    using short = deadlineAfter(Math.min(options.waitMs, unchangedWaitMs), options.signal);
    const outcomes = await Promise.all(
      next.models.map(({ name }) =>
        this.#outcomeOf(name, changed.has(name), changed.has(name) ? long.signal : short.signal),
      ),
    );
    await this.#inTurn(async () => {
      // A newer configuration may wait for its models still: then it lets go of what is leaving.
      if (this.#revision === revision && this.#leaving.size > 0) {
        this.#leaving.clear();
        await this.#retarget();
      }
    });
    this.#environment.log.info('configuration applied', {
      revision: this.#revision.toString(),
      models: outcomes.length,
      unavailable: outcomes.filter(({ available }) => !available).length,
    });
    return outcomes;
  }

  /** Makes `next` the configuration. Gives the names of the models that are new or other than before. */
  #replace(next: ModelServerConfig): ReadonlySet<string> {
    const before = new Map(this.#config.models.map((model) => [model.name, model]));
    // A model that is configured as before stays the same object: the source need not look at it again.
    const models = next.models.map((model) => {
      const old = before.get(model.name);
      return old !== undefined && isDeepStrictEqual(old, model) ? old : model;
    });
    for (const { name } of models) {
      before.delete(name);
      this.#leaving.delete(name);
    }
    for (const [name, model] of before) {
      this.#leaving.set(name, model);
    }
    const known = new Set(this.#config.models);
    this.#config = { ...next, models };
    this.#revision++;
    return new Set(models.filter((model) => !known.has(model)).map(({ name }) => name));
  }

  #retarget(): Promise<void> {
    return this.#environment.retarget([...this.#config.models, ...this.#leaving.values()]);
  }

  async #outcomeOf(name: string, changed: boolean, signal: AbortSignal): Promise<ModelOutcome> {
    const { manager } = this.#environment;
    let late = false;
    try {
      await manager.whenModelSettled(name, signal);
    } catch {
      late = true;
    }
    const view = manager.view(name);
    if (view === undefined) {
      return { name, changed, available: false, error: 'A newer configuration took the model away.' };
    }
    const policy = this.#config.models.find((model) => model.name === name)?.rules.policy;
    const available = view.versions.some(({ state }) => state.phase === 'available');
    return { name, changed, available, error: describeTrouble(view, policy, late, available) };
  }

  /** One step after the other; a step that fails does not keep the next from its turn. */
  async #inTurn(step: () => Promise<void>): Promise<void> {
    const mine = this.#step.then(step);
    this.#step = mine.catch(() => undefined);
    await mine;
  }
}

function describeTrouble(
  view: ModelView,
  policy: VersionPolicy | undefined,
  late: boolean,
  available: boolean,
): string {
  const failures = view.versions.flatMap(({ number, state, disk }) =>
    state.phase === 'end' && state.error !== undefined && disk !== undefined
      ? [`version ${number} failed to load: ${state.error.message}`]
      : [],
  );
  const loading = view.versions.filter(({ state }) => ['start', 'loading', 'copying'].includes(state.phase));
  const waiting =
    late && loading.length > 0
      ? [`still loading: version ${loading.map(({ number }) => number).join(', ')}`]
      : [];
  const labels = view.pendingLabels.map(
    ({ label, version }) => `label ${label} waits for version ${version}`,
  );
  const problem = view.problem === '' ? [] : [view.problem];
  const missing =
    policy?.kind === 'specific'
      ? policy.versions.filter(
          (version) => !view.versions.some(({ number, disk }) => number === version && disk !== undefined),
        )
      : [];
  const absent = missing.map((version) => `version ${version} was not found in the file system`);
  const all = [...failures, ...waiting, ...absent, ...labels, ...problem];
  return all.length === 0 && !available ? 'no version is wanted by its version policy' : all.join('; ');
}
