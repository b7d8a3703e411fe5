// Reads a file that may be anything: only a regular one is opened.
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { isFileSystemError } from '../file-system-error.ts';

/** What `use` gives for the open file; undefined where there is no such file. Opens only regular files: a FIFO would never end. */
export async function withRegularFile<Result>(
  file: string,
  use: (handle: FileHandle, size: number) => Promise<Result>,
): Promise<Result | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (reason) {
    if (isFileSystemError(reason, 'ENOENT')) {
      return undefined;
    }
    throw reason;
  }
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) {
      throw new Error('it is not a regular file');
    }
    return await use(handle, facts.size);
  } finally {
    await handle.close();
  }
}
