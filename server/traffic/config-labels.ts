// Labels of models that a config file names: edits of the active configuration, and the same ones, minimal, in the file.
import { mergeEdit, textOf } from '../atomic-file.ts';
import { ensureVersionsKept, setLabelInConfig } from '../canary/config-edit.ts';
import type { ModelTraffic } from '../canary/model-traffic.ts';
import { dropVersion, versionsNamed } from '../canary/policy-edit.ts';
import type { ActiveConfig } from '../active-config.ts';
import { PerchError } from '../errors.ts';
import type { ModelManager } from '../lifecycle/model-manager.ts';
import type { Logger } from '../log.ts';
import { isRunning, type LabelStore, type TrafficStore } from './traffic-control.ts';

/** What it works on. */
export interface ConfigLabelsParts {
  /** Of --model_config_file. */
  readonly file: string;
  readonly active: ActiveConfig;
  readonly manager: ModelManager;
  readonly store: TrafficStore;
  readonly log: Logger;
}

type Edit = (text: string, file: string) => string;

/** Writes the file of --model_config_file. A model that is only in memory (ApplyConfig) has its labels there, too. */
export class ConfigLabels implements LabelStore {
  readonly #parts: ConfigLabelsParts;
  /** Versions that stay for a while, as `model\nversion`, with the timers that end that. */
  readonly #warm = new Map<string, NodeJS.Timeout>();
  /** One change at a time: each is two edits. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: ConfigLabelsParts) {
    this.#parts = parts;
  }

  /** See LabelStore. Rejects with CONFIG_CHANGED where the file changes faster than it can be edited. */
  set(
    model: string,
    changes: ReadonlyMap<string, bigint | undefined>,
    edit?: (kept: ModelTraffic) => ModelTraffic,
  ): Promise<void> {
    return this.#inTurn(async () => {
      const { store } = this.#parts;
      const versions = this.#parts.manager.view(model)?.versions ?? [];
      const available = versions.filter(({ disk }) => disk !== undefined).map(({ number }) => number);
      // What serves now stays loaded: the version that was stable is the way back.
      const serving = versions.filter(({ state }) => state.phase === 'available').map(({ number }) => number);
      const relabel: Edit = (before, file) => {
        let after = before;
        for (const [label, version] of changes) {
          after = setLabelInConfig(after, model, label, version, file);
        }
        return after === before ? before : ensureVersionsKept(after, model, serving, { available, file });
      };
      await this.#noteAdded(model, relabel);
      await this.#edit(model, relabel);
      if (edit !== undefined) {
        await store.update(model, edit(store.get(model)));
      }
    });
  }

  /** See LabelStore: while it is warm it stays in the policy, which names it. */
  keepWarm(model: string, version: bigint, ms: number): void {
    const key = `${model}\n${version}`;
    clearTimeout(this.#warm.get(key));
    const end = (): void => {
      this.#warm.delete(key);
      this.letGo(model, version).catch((reason: unknown) => {
        this.#parts.log.warning('a version that is not needed any more stays in the version policy', {
          model,
          version: version.toString(),
          reason: PerchError.from(reason).message,
        });
      });
    };
    this.#warm.set(key, setTimeout(end, Math.min(ms, 2 ** 31 - 1)).unref());
  }

  /** See LabelStore: versions that people put into the policy stay there. */
  letGo(model: string, version: bigint): Promise<void> {
    return this.#inTurn(async () => {
      const { store } = this.#parts;
      const { addedVersions = [] } = store.get(model);
      if (!addedVersions.includes(version) || this.#isNeeded(model, version)) {
        return;
      }
      if (this.#isConfigured(model)) {
        await this.#edit(model, (text, file) => dropVersion(text, model, version, file));
      }
      const left = addedVersions.filter((one) => one !== version);
      await store.update(model, { ...store.get(model), addedVersions: left });
    });
  }

  /** Ends the timers. */
  stop(): void {
    this.#warm.forEach((timer) => clearTimeout(timer));
    this.#warm.clear();
  }

  /** Keeps which versions `relabel` will put into the policy of the file: before it does, so that none is forgotten. */
  async #noteAdded(model: string, relabel: Edit): Promise<void> {
    const { file, active, store } = this.#parts;
    const text = (await textOf(file)) ?? '';
    const source = hasEntry(text, model, file) ? text : active.current.config.text;
    const before = new Set(versionsNamed(source, model, file));
    const kept = store.get(model);
    const known = new Set(kept.addedVersions);
    const added = versionsNamed(relabel(source, file), model, file).filter(
      (version) => !before.has(version) && !known.has(version),
    );
    if (added.length > 0) {
      await store.update(model, { ...kept, addedVersions: [...known, ...added] });
    }
  }

  /** The same edit of the file and of what is in effect. */
  async #edit(model: string, edit: Edit): Promise<void> {
    const { file, active } = this.#parts;
    if (!this.#isConfigured(model)) {
      throw new PerchError('MODEL_UNKNOWN', `The configuration has no entry for the model ${model}.`);
    }
    await active.writeFile((note) =>
      mergeEdit(file, (before) => {
        // An entry that ApplyConfig made is in memory only.
        const after = hasEntry(before, model, file) ? edit(before, file) : before;
        note(before, after);
        return after;
      }),
    );
    await active.edit((text) => edit(text, 'the configuration'));
  }

  #isConfigured(model: string): boolean {
    return this.#parts.active.current.config.models.some(({ name }) => name === model);
  }

  /** Whether labels, traffic, a canary or time hold the version. */
  #isNeeded(model: string, version: bigint): boolean {
    const { active, store } = this.#parts;
    const labels = active.current.config.models.find(({ name }) => name === model)?.labels ?? new Map();
    const { shares, shadow, canary } = store.get(model);
    const targets = [...shares, ...(shadow === undefined ? [] : [shadow])].map(({ target }) => target);
    return (
      this.#warm.has(`${model}\n${version}`) ||
      [...labels.values()].includes(version) ||
      targets.some((target) => target.kind === 'version' && target.version === version) ||
      (isRunning(canary) && (canary.version === version || canary.stableVersion === version))
    );
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/** Throws CONFIG_INVALID where the text is none. */
function hasEntry(text: string, model: string, file: string): boolean {
  try {
    versionsNamed(text, model, file);
    return true;
  } catch (reason) {
    if (PerchError.is(reason, 'MODEL_UNKNOWN')) {
      return false;
    }
    throw reason;
  }
}
