// What a file in a model's directory says of how the model is looked at; who reads it is told by the composition root.
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { PerchError } from '../errors.ts';
import { fileSystemCode, isFileSystemError } from '../file-system-error.ts';
import type { VersionPolicy } from '../lifecycle/version-policy.ts';

/** What a model's own config file may change for the source. */
export interface ModelSettings {
  /** Counts where the server's configuration has no policy for the model. */
  readonly versionPolicy?: VersionPolicy;
  /** The name of the model file in every version directory. */
  readonly modelFilename?: string;
}

/** The file, in a model's directory, and how it is read. */
export interface SettingsFile {
  /** A plain name. */
  readonly name: string;
  /** Reads it in `basePath`. Rejects with a PerchError whose text says what is wrong with it. */
  readonly read: (basePath: string) => Promise<ModelSettings>;
}

/** Settings as they were at one look. */
export interface SeenSettings extends ModelSettings {
  /** Changes when the file does; empty where there is none. */
  readonly fingerprint: string;
  /** What is wrong with the file; what it said before still holds then. */
  readonly problem?: string;
}

/** No file: the usual names and rules. */
export const noSettings: SeenSettings = { fingerprint: '' };

/** The settings in `basePath` now; `before` again where the file has not changed since. Does not reject. */
export async function lookAtSettings(
  basePath: string,
  file: SettingsFile,
  before: SeenSettings,
): Promise<SeenSettings> {
  let facts: Stats;
  try {
    facts = await stat(path.join(basePath, file.name));
  } catch (reason) {
    if (isFileSystemError(reason, 'ENOENT', 'ENOTDIR')) {
      return before.fingerprint === '' ? before : noSettings;
    }
    // It is there, and cannot be looked at: that must not unload what it asked for.
    const problem = `${file.name} cannot be read (${fileSystemCode(reason)}).`;
    return before.problem === problem ? before : { ...before, fingerprint: 'unreadable', problem };
  }
  const fingerprint = `${file.name} ${facts.size} ${facts.mtimeMs} ${facts.ctimeMs} ${facts.ino}`;
  if (fingerprint === before.fingerprint) {
    return before;
  }
  try {
    const settings = await file.read(basePath);
    return { ...settings, fingerprint };
  } catch (reason) {
    return { ...before, fingerprint, problem: PerchError.from(reason).message };
  }
}
