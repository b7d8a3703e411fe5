// Which directory of the workspace holds the models, or which file names them, if any.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Translate } from './translate.ts';

/** A folder of the workspace: its name in the editor, its path, and its settings of that name. */
export interface Folder {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly modelsDirectory: string;
  /** Empty: the models directory is served. */
  readonly modelConfigFile: string;
}

/** What the workspace is like: what keeps a server from being started, or what it would serve. */
export type Situation =
  /** Not looked at yet. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'no-folder' }
  | { readonly kind: 'untrusted' }
  /** `expected` is where the first folder's would be. */
  | { readonly kind: 'no-models-directory'; readonly expected: string }
  | {
      readonly kind: 'ready';
      /** The models directory; with a model config file, that file's. */
      readonly directory: string;
      /** Absolute; undefined where every model of the directory is served. */
      readonly configFile: string | undefined;
      readonly folder: Folder;
    };

/** The directory that the setting of `folder` names: relative to the folder, or absolute. An empty setting is the default. */
export function resolveModelsDirectory(folder: Folder): string {
  const value = folder.modelsDirectory.trim();
  return path.resolve(folder.path, value === '' ? 'models' : value);
}

/** The file that the setting of `folder` names; undefined where it names none. */
export function resolveConfigFile(folder: Folder): string | undefined {
  const value = folder.modelConfigFile.trim();
  return value === '' ? undefined : path.resolve(folder.path, value);
}

/**
 * Looks at the workspace: the first folder that names a model config file, or has a models directory, is the one. The
 * file need not be there: the daemon says so in its own words.
 */
export async function inspectWorkspace(folders: readonly Folder[], trusted: boolean): Promise<Situation> {
  const [first] = folders;
  if (first === undefined) {
    return { kind: 'no-folder' };
  }
  if (!trusted) {
    return { kind: 'untrusted' };
  }
  for (const folder of folders) {
    const configFile = resolveConfigFile(folder);
    const directory = configFile === undefined ? resolveModelsDirectory(folder) : path.dirname(configFile);
    if (configFile !== undefined || (await isDirectory(directory))) {
      return { kind: 'ready', directory, configFile, folder };
    }
  }
  return { kind: 'no-models-directory', expected: resolveModelsDirectory(first) };
}

/** Says in one sentence why no server is started here; empty where nothing is in the way. */
export function describeObstacle(t: Translate, situation: Situation): string {
  switch (situation.kind) {
    case 'unknown':
    case 'ready':
      return '';
    case 'no-folder':
      return t('Open a folder first: the models in it are served.');
    case 'untrusted':
      return t('Nothing is started in a workspace that is not trusted: model files are code-like input.');
    case 'no-models-directory':
      return t('There is no models directory {0}.', situation.expected);
  }
}

/**
 * A pattern for a watcher of `folder.path` that sees the models directory come and go, with the directories above it
 * inside the folder; undefined where it is not inside the folder.
 */
export function watchPattern(folder: Folder): string | undefined {
  const relative = path.relative(folder.path, resolveModelsDirectory(folder));
  const steps = relative.split(path.sep);
  if (relative === '' || steps[0] === '..' || path.isAbsolute(relative)) {
    return undefined;
  }
  const prefixes = steps.map((_step, index) =>
    steps
      .slice(0, index + 1)
      .map(escapeGlob)
      .join('/'),
  );
  return prefixes.length === 1 ? prefixes[0] : `{${prefixes.join(',')}}`;
}

function escapeGlob(name: string): string {
  return name.replace(/[*?[\]{},]/g, (c) => `[${c}]`);
}

async function isDirectory(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isDirectory();
  } catch {
    return false;
  }
}
