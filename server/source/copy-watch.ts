// Whether a version directory is complete: a copy in progress must not be loaded half-written.
import type { VersionOnDisk } from '../lifecycle/found.ts';
import { PerchError } from '../errors.ts';
import { modelFormatOf } from '../models/model-format.ts';
import type { VersionDirectory } from './version-directories.ts';

/** A complete outline must have been quiet for so long, since files beside the model may still be coming. */
export const quietMs = 200;
/** An incomplete directory that has not changed for so long is reported as broken (and judged anew when it changes). */
export const giveUpMs = 3000;
/** Files whose times are older than this at the first look are not being copied now. */
const oldMs = 10_000;

interface Watched {
  readonly fingerprint: string;
  readonly since: number;
}

/** Remembers since when each version directory has been as it is. */
export class CopyWatch {
  readonly #watched = new Map<string, Watched>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /**
   * Judges each of `versions`, all those of one model. `again` tells after how many milliseconds another look could
   * change the judgement; undefined where only a change of the files could.
   */
  judge(versions: readonly VersionDirectory[]): { versions: VersionOnDisk[]; again: number | undefined } {
    const now = this.#now();
    let again: number | undefined;
    const judged = versions.map((version): VersionOnDisk => {
      const quietFor = now - this.#unchangedSince(version, now);
      const readiness = judgeOne(version, quietFor);
      if (readiness.kind === 'copying') {
        const limit =
          version.model.kind === 'complete' || version.model.kind === 'foreign' ? quietMs : giveUpMs;
        const wait = Math.max(20, limit - quietFor);
        again = Math.min(again ?? wait, wait);
      }
      const { number, directory, file, sizeBytes, totalBytes, fingerprint } = version;
      const converted = modelFormatOf(file) === 'onnx' ? {} : ({ isConverted: true } as const);
      return { number, directory, file, sizeBytes, totalBytes, fingerprint, ...converted, readiness };
    });
    return { versions: judged, again };
  }

  /** Forgets directories under `basePath` that are not among `versions`. */
  forget(basePath: string, versions: readonly VersionDirectory[]): void {
    const present = new Set(versions.map(({ directory }) => directory));
    for (const directory of this.#watched.keys()) {
      if (directory.startsWith(basePath) && !present.has(directory)) {
        this.#watched.delete(directory);
      }
    }
  }

  #unchangedSince({ directory, fingerprint, newestMs }: VersionDirectory, now: number): number {
    const before = this.#watched.get(directory);
    if (before?.fingerprint === fingerprint) {
      return before.since;
    }
    const longAgo = before === undefined && now - newestMs > oldMs;
    const since = longAgo ? newestMs : now;
    this.#watched.set(directory, { fingerprint, since });
    return since;
  }
}

function judgeOne(
  { model, directory, file }: VersionDirectory,
  quietFor: number,
): VersionOnDisk['readiness'] {
  switch (model.kind) {
    case 'complete':
    case 'foreign':
      return quietFor >= quietMs
        ? { kind: 'complete' }
        : { kind: 'copying', detail: 'Waiting until its files are quiet.' };
    case 'truncated':
      if (quietFor >= giveUpMs && model.loadable) {
        return { kind: 'complete' };
      }
      return quietFor >= giveUpMs
        ? {
            kind: 'broken',
            error: new PerchError(
              modelFormatOf(file) === 'saved_model' ? 'SAVED_MODEL_INVALID' : 'MODEL_FILE_INVALID',
              `The model file is incomplete: ${model.detail}.`,
            ),
          }
        : { kind: 'copying', detail: `Waiting for the rest of the model file: ${model.detail}.` };
    case 'missing':
      return quietFor >= giveUpMs
        ? {
            kind: 'broken',
            error: new PerchError(
              'MODEL_FILE_MISSING',
              `Version directory ${nameOf(directory)} cannot be served: ${model.detail}.`,
            ),
          }
        : { kind: 'copying', detail: 'Waiting for the model file.' };
    case 'unreadable':
      return {
        kind: 'broken',
        error: new PerchError('MODEL_FILE_UNREADABLE', `The model cannot be read: ${model.detail}.`),
      };
  }
}

/** The directory's last part: error texts go to clients and name no paths of the server. */
function nameOf(directory: string): string {
  return directory.replace(/^.*[/\\]/, '');
}
