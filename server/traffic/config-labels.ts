// Labels of models that a config file names: written there by minimal edits, then applied as a new configuration.
import { mergeEdit } from '../atomic-file.ts';
import { ensureVersionsKept, setLabelInConfig } from '../canary/config-edit.ts';
import type { ActiveConfig } from '../active-config.ts';
import { parseModelServerConfig } from '../config/model-server-config.ts';
import { PerchError } from '../errors.ts';
import type { ModelManager } from '../lifecycle/model-manager.ts';
import type { LabelStore } from './traffic-control.ts';

/** Models whose labels moved are waited for at most so long: milliseconds. They are AVAILABLE already, as a rule. */
const waitMs = 60_000;

/** Writes the file of --model_config_file. */
export class ConfigLabels implements LabelStore {
  readonly #file: string;
  readonly #active: ActiveConfig;
  readonly #manager: ModelManager;

  constructor(file: string, active: ActiveConfig, manager: ModelManager) {
    this.#file = file;
    this.#active = active;
    this.#manager = manager;
  }

  /** See LabelStore. Rejects with CONFIG_CHANGED where the file changes faster than it can be edited. */
  async set(model: string, changes: ReadonlyMap<string, bigint | undefined>): Promise<void> {
    const versions = this.#manager.view(model)?.versions ?? [];
    const available = versions.filter(({ disk }) => disk !== undefined).map(({ number }) => number);
    // What serves now stays loaded: the version that was stable is the way back.
    const serving = versions.filter(({ state }) => state.phase === 'available').map(({ number }) => number);
    const text = await mergeEdit(this.#file, (before) => {
      let after = before;
      for (const [label, version] of changes) {
        after = setLabelInConfig(after, model, label, version, this.#file);
      }
      return after === before
        ? before
        : ensureVersionsKept(after, model, serving, { available, file: this.#file });
    });
    const outcomes = await this.#active.apply(parseModelServerConfig(text, this.#file), {
      waitMs,
      signal: new AbortController().signal,
    });
    const failed = outcomes.find(({ name, available: isUp }) => name === model && !isUp);
    if (failed !== undefined) {
      throw new PerchError('MODELS_NOT_AVAILABLE', failed.error);
    }
  }

  /** Nothing to do: the file's policy names the version, and people take it out when they are done with it. */
  keepWarm(): void {
    return undefined;
  }
}
