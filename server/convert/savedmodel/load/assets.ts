// Reads a model's assets (vocabularies): only files that lie in its directory `assets`.
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { PerchError } from '../../../errors.ts';

/** What an asset's tensor is fed with, before its name: paths of the machine stay out of the graph. */
const prefix = 'assets/';

/** No asset is larger, in bytes. */
const maximumBytes = 2 ** 29;

/** The text that a graph gets for an asset of this name. */
export function assetPath(filename: string): string {
  return prefix + filename;
}

/**
 * Reads what a graph names as a file. Throws SAVED_MODEL_INVALID for anything but a regular file inside `assets`, also where
 * a link leads out of it, and for one of more than 512 MiB.
 * @param directory the version directory
 */
export function readAsset(directory: string, file: string): Uint8Array {
  const name = file.startsWith(prefix) ? file.slice(prefix.length) : undefined;
  if (name === undefined || !isInside(name)) {
    throw new PerchError(
      'SAVED_MODEL_INVALID',
      `The graph reads ${file}: that is none of the model's assets.`,
    );
  }
  const path = realAsset(directory, name);
  const stats = statSync(path);
  if (!stats.isFile()) {
    throw new PerchError('SAVED_MODEL_INVALID', `The asset ${name} is not a file.`);
  }
  if (stats.size > maximumBytes) {
    throw new PerchError('SAVED_MODEL_INVALID', `The asset ${name} is larger than ${maximumBytes} bytes.`);
  }
  return readFileSync(path);
}

/** Whether a name stays in its directory: no part of it is `..`, `.` or empty, and it is not absolute on any system. */
function isInside(name: string): boolean {
  return (
    !/[\\\0:]/.test(name) && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

function realAsset(directory: string, name: string): string {
  let assets: string;
  let path: string;
  try {
    assets = realpathSync(join(directory, 'assets'));
    path = realpathSync(join(assets, name));
  } catch (cause) {
    throw new PerchError('SAVED_MODEL_INVALID', `The asset ${name} is not there.`, { cause });
  }
  if (!path.startsWith(assets + sep)) {
    throw new PerchError(
      'SAVED_MODEL_INVALID',
      `The asset ${name} is a link that leaves the model's assets.`,
    );
  }
  return path;
}
