// Looks at the model directories, at file events and at intervals, and tells the lifecycle what is there.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { PerchError } from '../errors.ts';
import { fileSystemCode } from '../file-system-error.ts';
import type { ModelOnDisk } from '../lifecycle/found.ts';
import type { Logger } from '../log.ts';
import { watchDirectories } from './directory-watcher.ts';
import { everything, joinScopes, type LookScope } from './look-scope.ts';
import { ModelLooker, type ConfiguredModel, type LookedAt } from './model-looker.ts';
import type { SettingsFile } from './model-settings.ts';
import { listDirectories } from './version-directories.ts';

/** What a source looks at: every model in a directory, or the models that were configured. */
export type SourceTarget =
  | { readonly kind: 'directory'; readonly directory: string }
  | { readonly kind: 'models'; readonly models: readonly ConfiguredModel[] };

/** How a source looks. */
export interface SourceOptions {
  readonly target: SourceTarget;
  /** Milliseconds; 0: one look at start, -1: looks only at file events. */
  readonly pollIntervalMs: number;
  readonly log: Logger;
  /** A file in each model's directory that has a say; absent: there is none. */
  readonly settingsFile?: SettingsFile;
  /** Whether model.tflite comes before other model files of a version; absent: it does not. */
  readonly prefersTflite?: boolean;
  /** Called with everything that is there, after every look. Models that did not change are the same objects again. */
  readonly found: (models: readonly ModelOnDisk[]) => void;
}

/** Model names that can stand in a URL and in a path: no separators, no leading dot (reference, security §4.1). */
const modelName = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$/;

/** One poll in so many is deep: it finds files that were rewritten in place where file events are not to be had. */
const pollsPerDeepLook = 10;

/** Looks at directories until it is stopped. */
export class ModelSource {
  readonly #options: SourceOptions;
  readonly #looker: ModelLooker;
  readonly #complained = new Map<string, string>();
  #target: SourceTarget;
  #watching: { readonly directories: readonly string[]; readonly stop: () => Promise<void> } | undefined;
  #pollTimer: NodeJS.Timeout | undefined;
  #againTimer: NodeJS.Timeout | undefined;
  #polls = 0;
  /** The look under way, and what is to be looked at after it. */
  #looking: Promise<void> | undefined;
  #next: LookScope | undefined;
  #stopped = false;

  constructor(options: SourceOptions) {
    this.#options = options;
    this.#target = options.target;
    this.#looker = new ModelLooker(options.settingsFile, options.prefersTflite);
  }

  /** Takes the first look, then follows events and the poll. Rejects with MODELS_DIRECTORY_MISSING where that is so. */
  async start(): Promise<void> {
    if (this.#target.kind === 'directory') {
      await requireDirectory(this.#target.directory);
    }
    // Watching begins before the look, so that nothing falls between the two.
    await this.#watch();
    await this.look(everything);
    const { pollIntervalMs } = this.#options;
    if (pollIntervalMs > 0) {
      this.#pollTimer = setInterval(() => this.#poll(), pollIntervalMs);
    }
  }

  /** Looks at other models from now on; resolves when it has looked at them once. */
  async retarget(models: readonly ConfiguredModel[]): Promise<void> {
    this.#target = { kind: 'models', models };
    await this.#watch();
    // A look that is under way may be at the old target: the next one is not.
    await this.#looking;
    await this.look({ names: undefined, deep: false });
  }

  /** Looks now; while a look is under way, after it. Resolves when that is done. */
  look(scope: LookScope = everything): Promise<void> {
    this.#next = joinScopes(this.#next, scope);
    this.#looking ??= this.#lookUntilDone().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Stops watching and polling. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#pollTimer);
    clearTimeout(this.#againTimer);
    await this.#watching?.stop();
    await this.#looking;
  }

  async #lookUntilDone(): Promise<void> {
    for (let scope = this.#takeNext(); scope !== undefined && !this.#stopped; scope = this.#takeNext()) {
      await this.#lookOnce(scope);
    }
  }

  #takeNext(): LookScope | undefined {
    const scope = this.#next;
    this.#next = undefined;
    return scope;
  }

  async #lookOnce(scope: LookScope): Promise<void> {
    const models = await this.#configured();
    const looked = await Promise.all(models.map((model) => this.#lookAt(model, scope)));
    if (this.#stopped) {
      return;
    }
    this.#looker.keepOnly(new Set(models.map(({ name }) => name)));
    looked.forEach(({ model }) => this.#complain(model.name, model.problem));
    this.#options.found(looked.map(({ model }) => model));
    this.#lookAgainAt(looked);
  }

  async #lookAt(model: ConfiguredModel, { names, deep }: LookScope): Promise<LookedAt> {
    const outOfScope = names !== undefined && !names.has(model.name);
    const remembered = outOfScope ? this.#looker.remembered(model) : undefined;
    return remembered ?? this.#looker.look(model, !deep);
  }

  /** A look that nobody waits for: what goes wrong in it is logged, and the next one tries again. */
  #lookAside(scope: LookScope): void {
    this.look(scope).catch((reason: unknown) => {
      this.#options.log.error('a look at the models failed', {}, reason);
    });
  }

  #poll(): void {
    this.#polls++;
    this.#lookAside({ names: undefined, deep: this.#polls % pollsPerDeepLook === 0 });
  }

  /** Models that are being copied are looked at again when that may tell more. */
  #lookAgainAt(looked: readonly LookedAt[]): void {
    clearTimeout(this.#againTimer);
    const waiting = looked.filter(({ again }) => again !== undefined);
    if (waiting.length > 0) {
      const names = new Set(waiting.map(({ model }) => model.name));
      const wait = Math.min(...waiting.map(({ again }) => again ?? Infinity));
      this.#againTimer = setTimeout(() => this.#lookAside({ names, deep: true }), wait);
    }
  }

  /** Watches the directories of the target; where they are the same as before, watches on. */
  async #watch(): Promise<void> {
    const { pollIntervalMs, log } = this.#options;
    if (pollIntervalMs === 0) {
      return;
    }
    const target = this.#target;
    const [directories, depth] =
      target.kind === 'directory'
        ? [[target.directory], 3]
        : [target.models.map(({ basePath }) => basePath).sort(), 2];
    const before = this.#watching;
    if (before?.directories.join('\0') === directories.join('\0')) {
      return;
    }
    const stop = watchDirectories(directories, depth, log, (paths) => this.#lookAside(this.#scopeOf(paths)));
    this.#watching = { directories, stop };
    await before?.stop();
  }

  /** The models in which these paths lie; everything where paths are not known. */
  #scopeOf(paths: ReadonlySet<string> | undefined): LookScope {
    if (paths === undefined) {
      return everything;
    }
    const bases = this.#looker.known;
    const names = [...paths].flatMap((changed) => {
      const inside = bases.filter(
        ({ basePath }) => changed === basePath || changed.startsWith(basePath + path.sep),
      );
      return inside.map(({ name }) => name);
    });
    return { names: new Set(names), deep: true };
  }

  /** The models to look at. In a models directory they are its directories; if that is gone, those of the last look. */
  async #configured(): Promise<readonly ConfiguredModel[]> {
    const target = this.#target;
    if (target.kind === 'models') {
      return target.models;
    }
    try {
      const names = (await listDirectories(target.directory)).filter((name) => !name.startsWith('.'));
      this.#complain('', undefined);
      return names.flatMap((name) => {
        if (modelName.test(name)) {
          return [{ name, basePath: path.join(target.directory, name) }];
        }
        this.#complain(
          name,
          `The directory name "${name}" cannot be a model name; use letters, digits, "_", "." and "-".`,
        );
        return [];
      });
    } catch (reason) {
      this.#complain('', `The models directory cannot be listed (${fileSystemCode(reason)}); serving on.`);
      return this.#looker.known;
    }
  }

  /** Logs a problem of `subject` once, until it changes or goes away. */
  #complain(subject: string, problem: string | undefined): void {
    if (problem === undefined) {
      this.#complained.delete(subject);
    } else if (this.#complained.get(subject) !== problem) {
      this.#complained.set(subject, problem);
      this.#options.log.warning(problem);
    }
  }
}

async function requireDirectory(directory: string): Promise<void> {
  const facts = await stat(directory).catch(() => undefined);
  if (facts?.isDirectory() !== true) {
    throw new PerchError(
      'MODELS_DIRECTORY_MISSING',
      `There is no directory ${directory}. Create it and put a model at <directory>/<name>/1/model.onnx, or give another --models_directory.`,
    );
  }
}
