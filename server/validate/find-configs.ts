// Which files a path on the command line stands for: itself, or the config files of a directory or a model repository.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { configKindOf } from '../config/config-kind.ts';
import { fileSystemCode, isFileSystemError } from '../file-system-error.ts';

/** A file to look at. */
export interface FoundFile {
  /** As it is shown: relative where the path was given so. */
  readonly shown: string;
  /** Absolute. */
  readonly file: string;
  /** Whether it was named itself, rather than found in a directory. */
  readonly isNamed: boolean;
}

/** What cannot be looked at; the text is for the person who gave the arguments. */
export class PathError extends Error {}

/** How deep config files lie: beside the models, beside a model's versions, and in a version's directory. */
const maxDepth = 2;

/**
 * The files that `paths`, relative to `cwd`, stand for; each once. A directory stands for the files in it that are config
 * files by their names, and for those of the models in it and of their versions. Throws PathError for a path that is not there.
 */
export async function findConfigs(paths: readonly string[], cwd: string): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const given of paths) {
    const file = path.resolve(cwd, given);
    const here = (await isDirectory(file, given))
      ? await configsIn(path.normalize(given), file, 0)
      : [{ shown: path.normalize(given), file, isNamed: true }];
    for (const one of here) {
      if (one.isNamed || !found.has(one.file)) {
        found.set(one.file, one);
      }
    }
  }
  return [...found.values()];
}

async function isDirectory(file: string, given: string): Promise<boolean> {
  try {
    return (await stat(file)).isDirectory();
  } catch (reason) {
    const code = fileSystemCode(reason);
    throw new PathError(code === 'ENOENT' ? `There is no ${given}.` : `${given} cannot be read (${code}).`);
  }
}

async function configsIn(shown: string, directory: string, depth: number): Promise<FoundFile[]> {
  const names = await namesIn(directory, shown, depth);
  const files: FoundFile[] = [];
  for (const name of names.sort()) {
    const one = { shown: path.join(shown, name), file: path.join(directory, name), isNamed: false };
    if (name.startsWith('.') || name === 'node_modules') {
      continue;
    }
    // A link to a directory is one: model repositories are often made of links.
    const entry = await stat(one.file).catch(() => undefined);
    if (entry?.isFile() === true && configKindOf(name) !== undefined) {
      files.push(one);
    } else if (entry?.isDirectory() === true && depth < maxDepth && (depth === 0 || /^\d+$/.test(name))) {
      files.push(...(await configsIn(one.shown, one.file, depth + 1)));
    }
  }
  return files;
}

async function namesIn(directory: string, shown: string, depth: number): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (reason) {
    if (depth > 0 && isFileSystemError(reason, 'ENOENT')) {
      return [];
    }
    throw new PathError(`${shown} cannot be read (${fileSystemCode(reason)}).`);
  }
}
