// The files of a version directory, as the tree shows them.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { VersionFile } from './version-details.ts';

/** More than these are not shown: a directory with thousands of shards is looked at elsewhere. */
const mostFiles = 50;

/** The files and directories right below `directory`, by name; none where it cannot be read. */
export async function versionFiles(directory: string): Promise<readonly VersionFile[]> {
  if (directory === '') {
    return [];
  }
  try {
    const entries = (await readdir(directory, { withFileTypes: true }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .slice(0, mostFiles);
    return await Promise.all(
      entries.map(async (entry) => ({
        name: entry.name,
        size: entry.isDirectory() ? undefined : (await stat(path.join(directory, entry.name))).size,
      })),
    );
  } catch {
    // It went while it was read: the daemon says so in its own time.
    return [];
  }
}
