// Sizes of a SavedModel's files.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes of a regular file; undefined where there is none. */
export function sizeOfFile(path: string): number | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true ? stats.size : undefined;
}

/** Bytes of the checkpoint's data files; undefined where there is no checkpoint: a model without variables. */
export function variableBytes(directory: string): number | undefined {
  const variables = join(directory, 'variables');
  if (sizeOfFile(join(variables, 'variables.index')) === undefined) {
    return undefined;
  }
  return readdirSync(variables)
    .filter((name) => name.startsWith('variables.data-'))
    .reduce((sum, name) => sum + (sizeOfFile(join(variables, name)) ?? 0), 0);
}
