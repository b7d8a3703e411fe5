// Looks at one model at a time, and remembers what it saw: an unchanged model costs one stat.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileSystemCode, isFileSystemError } from '../file-system-error.ts';
import type { ModelOnDisk } from '../lifecycle/found.ts';
import type { ModelRules } from '../lifecycle/version-policy.ts';
import { CopyWatch } from './copy-watch.ts';
import { lookAtSettings, noSettings, type SeenSettings, type SettingsFile } from './model-settings.ts';
import { lookAtBasePath } from './version-directories.ts';

/** A model that was configured by name. */
export interface ConfiguredModel {
  readonly name: string;
  /** Absolute. */
  readonly basePath: string;
  readonly rules?: Partial<ModelRules>;
  readonly labels?: ReadonlyMap<string, bigint>;
}

/** What a look at a model found. The same object as the last time where nothing changed. */
export interface LookedAt {
  readonly model: ModelOnDisk;
  /** Milliseconds after which another look may find more; undefined where only a change of the files could. */
  readonly again: number | undefined;
}

interface Remembered extends LookedAt {
  readonly configured: ConfiguredModel;
  /** Which directory the base path was before the look, and its time: that changes when a version comes or goes. */
  readonly base: string;
  readonly settings: SeenSettings;
  /** The last look that worked, kept while the path cannot be read. */
  readonly good: boolean;
}

/** Looks, and keeps the last look at each model. */
export class ModelLooker {
  readonly #copies = new CopyWatch();
  readonly #remembered = new Map<string, Remembered>();
  readonly #settingsFile: SettingsFile | undefined;
  readonly #prefersTflite: boolean;

  /** `prefersTflite`: whether model.tflite comes before other model files of a version. */
  constructor(settingsFile?: SettingsFile, prefersTflite = false) {
    this.#settingsFile = settingsFile;
    this.#prefersTflite = prefersTflite;
  }

  /** What is remembered, by name. */
  get known(): readonly ConfiguredModel[] {
    return [...this.#remembered.values()].map(({ configured }) => configured);
  }

  /** What the last look at this model found, where it is still configured in the same way; undefined otherwise. */
  remembered(model: ConfiguredModel): LookedAt | undefined {
    const last = this.#remembered.get(model.name);
    return last !== undefined && isSameConfig(last.configured, model) ? last : undefined;
  }

  /**
   * Looks at a model. Where `shallow`, a model whose base path has the time that it had and that needs no second look is
   * taken to be as it was: files that are rewritten in place are found by file events and by deep looks.
   */
  async look(model: ConfiguredModel, shallow: boolean): Promise<LookedAt> {
    const { name, basePath } = model;
    const last = this.#remembered.get(name);
    const settings = await this.#lookAtSettings(model, last);
    try {
      const { mtimeMs, ino, dev } = await stat(basePath);
      const base = `${dev} ${ino} ${mtimeMs}`;
      const same = last?.base === base && last.settings === settings;
      const quiet = last?.good === true && last.again === undefined && same;
      if (shallow && quiet && isSameConfig(last.configured, model)) {
        return last;
      }
      const { versions: directories, duplicates } = await lookAtBasePath(basePath, {
        ...settings,
        prefersTflite: this.#prefersTflite,
      });
      this.#copies.forget(basePath + path.sep, directories);
      const { versions, again } = this.#copies.judge(directories);
      const problem = settings.problem ?? describeProblem(name, duplicates, versions.length);
      const found: ModelOnDisk = {
        ...model,
        ...withPolicy(model, settings),
        versions,
        ...(problem === undefined ? {} : { problem }),
      };
      return this.#remember({ model: found, again, configured: model, base, settings, good: true });
    } catch (reason) {
      const versions = last?.model.versions ?? [];
      const what = isFileSystemError(reason, 'ENOENT', 'ENOTDIR')
        ? `Could not find base path for servable ${name}: path missing.`
        : `Base path of servable ${name} cannot be read (${fileSystemCode(reason)}).`;
      const problem = versions.length === 0 ? what : `${what} What is loaded is served on.`;
      const found: ModelOnDisk = { ...model, versions, problem };
      return this.#remember({
        model: found,
        again: undefined,
        configured: model,
        base: '',
        settings,
        good: false,
      });
    }
  }

  /** Forgets every model that is not among `names`. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const [name, { configured }] of this.#remembered) {
      if (!names.has(name)) {
        this.#copies.forget(configured.basePath + path.sep, []);
        this.#remembered.delete(name);
      }
    }
  }

  async #lookAtSettings({ basePath }: ConfiguredModel, last: Remembered | undefined): Promise<SeenSettings> {
    if (this.#settingsFile === undefined) {
      return noSettings;
    }
    const before = last?.configured.basePath === basePath ? last.settings : noSettings;
    return lookAtSettings(basePath, this.#settingsFile, before);
  }

  #remember(look: Remembered): LookedAt {
    this.#remembered.set(look.model.name, look);
    return look;
  }
}

/** The rules with the policy of the model's own file, where the server's configuration has none. */
function withPolicy(
  { rules }: ConfiguredModel,
  { versionPolicy }: SeenSettings,
): Pick<ConfiguredModel, 'rules'> {
  return versionPolicy === undefined || rules?.policy !== undefined
    ? {}
    : { rules: { ...rules, policy: versionPolicy } };
}

function isSameConfig(a: ConfiguredModel, b: ConfiguredModel): boolean {
  return a.basePath === b.basePath && a.rules === b.rules && a.labels === b.labels;
}

function describeProblem(
  name: string,
  duplicates: readonly (readonly [string, string])[],
  versions: number,
): string | undefined {
  const [first] = duplicates;
  if (first !== undefined) {
    return `Directories ${first[1]} and ${first[0]} of model ${name} are the same version; ${first[1]} is used. Remove one.`;
  }
  if (versions === 0) {
    return `No versions of servable ${name} found under its base path. Did you forget to name your leaf directory as a number (eg. '/1/')?`;
  }
  return undefined;
}
