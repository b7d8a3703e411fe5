// Which cached programs are in use: by a file in the program's directory for each process that has it open.
import { randomBytes } from 'node:crypto';
import { readdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isFileSystemError, systemCode } from '../../file-system-error.ts';

const prefix = 'lease-';

/** Marks a program's directory as in use and as used now. Gives what ends the use. */
export async function takeLease(directory: string): Promise<() => Promise<void>> {
  const file = path.join(directory, `${prefix}${process.pid}-${randomBytes(6).toString('hex')}`);
  await writeFile(file, '');
  const now = new Date();
  await utimes(directory, now, now);
  return async () => {
    await rm(file, { force: true });
  };
}

/** Whether a living process uses it. Leases of processes that ended are removed. */
export async function isLeased(directory: string): Promise<boolean> {
  for (const name of await readdir(directory)) {
    if (name.startsWith(prefix)) {
      if (isAlive(Number(name.slice(prefix.length).split('-')[0]))) {
        return true;
      }
      await rm(path.join(directory, name), { force: true });
    }
  }
  return false;
}

/** Whether there is such a process, as far as it can be known. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (reason) {
    return systemCode(reason) !== 'ESRCH' && !isFileSystemError(reason, 'ERR_INVALID_ARG_TYPE');
  }
}
