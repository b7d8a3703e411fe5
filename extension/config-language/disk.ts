// Config files that are not open: which there are, and what they say.
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { longestChecked } from './configs.ts';

/** Most configs of a models directory that are looked at. */
export const mostConfigs = 2000;

/** What is in a file; no text where it is too long for the editor to check. */
export interface ConfigOnDisk {
  readonly text: string | undefined;
}

/** Reads a file; undefined where there is none. */
export async function readConfig(file: string): Promise<ConfigOnDisk | undefined> {
  try {
    const { size } = await stat(file);
    // One to three bytes are one UTF-16 unit.
    if (size > 3 * longestChecked) {
      return { text: undefined };
    }
    const text = await readFile(file, 'utf8');
    return { text: text.length > longestChecked ? undefined : text };
  } catch {
    return undefined;
  }
}

/** Where the models in `modelsDirectory` have their configs, or would have them; sorted. Empty where there is none. */
export async function modelConfigFiles(modelsDirectory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(modelsDirectory, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => path.join(modelsDirectory, name, 'config.pbtxt'))
      .sort()
      .slice(0, mostConfigs);
  } catch {
    return [];
  }
}

/** Whether `file` is `directory` or lies in it. Both absolute. */
export function isInside(directory: string, file: string): boolean {
  const relative = path.relative(directory, file);
  return (
    relative === '' ||
    (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative))
  );
}
