// Keeps the cache of converted models within its bytes: programs that were not used for longest go first.
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { isAlive, isLeased } from './leases.ts';

/** A program that was used so short ago may be about to be opened, by a process that cannot be seen from here. */
const recentMs = 10 * 60_000;
/** Directories that a process left behind in the middle of a conversion. */
export const temporaryPrefix = '.making-';
/** Directories on their way out. */
export const removedPrefix = '.removed-';

interface Entry {
  readonly directory: string;
  readonly bytes: number;
  readonly usedMs: number;
}

/**
 * Removes programs until the rest takes at most so many bytes; none that is in use, and none of `keep`. Removes what
 * processes left behind that ended while they converted.
 */
export async function boundCache(cacheDirectory: string, maximumBytes: number, keep: string): Promise<void> {
  const now = Date.now();
  const entries: Entry[] = [];
  for (const name of await readdir(cacheDirectory)) {
    const directory = path.join(cacheDirectory, name);
    if (isLeftBehind(name)) {
      await rm(directory, { recursive: true, force: true });
    } else if (/^[0-9a-f]{64}$/u.test(name)) {
      const entry = await entryOf(directory);
      entries.push(...(entry === undefined ? [] : [entry]));
    }
  }
  let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { directory, bytes, usedMs } of entries.sort((left, right) => left.usedMs - right.usedMs)) {
    if (total <= maximumBytes) {
      return;
    }
    if (directory !== keep && usedMs < now - recentMs && !(await isLeased(directory))) {
      await removeEntry(directory);
      total -= bytes;
    }
  }
}

/** Removes a program whole: its name is free at once. Somebody else may have been quicker. */
export async function removeEntry(directory: string): Promise<void> {
  const name = `${removedPrefix}${process.pid}-${path.basename(directory)}-${Date.now()}`;
  const removed = path.join(path.dirname(directory), name);
  try {
    await rename(directory, removed);
  } catch {
    return;
  }
  await rm(removed, { recursive: true, force: true });
}

function isLeftBehind(name: string): boolean {
  const prefix = [temporaryPrefix, removedPrefix].find((each) => name.startsWith(each));
  return prefix !== undefined && !isAlive(Number(name.slice(prefix.length).split('-')[0]));
}

/** undefined where it is gone meanwhile. */
async function entryOf(directory: string): Promise<Entry | undefined> {
  try {
    let bytes = 0;
    for (const name of await readdir(directory)) {
      bytes += (await stat(path.join(directory, name))).size;
    }
    return { directory, bytes, usedMs: (await stat(directory)).mtimeMs };
  } catch {
    return undefined;
  }
}
