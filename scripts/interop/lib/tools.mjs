// Looks for the programs that independent clients need, and makes a place for what they build.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A program's path: from PATH, or from where it is put by its own installer. Undefined where it is not on this machine. */
export function findProgram(name) {
  const places = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    path.join(path.sep, 'usr', 'local', 'go', 'bin'),
    path.join(path.sep, 'usr', 'sbin'),
  ];
  return places.map((place) => path.join(place, name)).find((file) => existsSync(file));
}

/** Runs `use(directory)` with a directory of its own, which is removed afterwards. */
export async function withDirectory(use) {
  const directory = mkdtempSync(path.join(tmpdir(), 'perch-interop-'));
  try {
    return await use(directory);
  } finally {
    // Go makes the files of its module cache read-only; what cannot be removed is not worth a failure.
    spawnSync('chmod', ['-R', 'u+w', directory]);
    rmSync(directory, { recursive: true, force: true });
  }
}
