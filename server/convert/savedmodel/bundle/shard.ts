// One data file of a TensorBundle: its tensors' bytes, read once and checked while they are read.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { PerchError } from '../../../errors.ts';
import { fileSystemCode, isFileSystemError } from '../../../file-system-error.ts';
import { crc32c } from '../../../codec/crc32c.ts';

/** So much is read at a time, and checked while it is in the processor's cache. */
const pieceBytes = 1024 * 1024;

/** An open data file. */
export class Shard {
  /** Its name, for error texts. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  private readonly descriptor: number;

  private constructor(name: string, size: number, descriptor: number) {
    this.name = name;
    this.size = size;
    this.descriptor = descriptor;
  }

  /** Throws SAVED_MODEL_INVALID where there is no such file. */
  static open(path: string): Shard {
    const name = basename(path);
    requireFile(path);
    const descriptor = named(name, () => openSync(path, 'r'));
    return new Shard(name, fstatSync(descriptor).size, descriptor);
  }

  /** The bytes from `offset` on, in a buffer of their own, and their checksum. They must lie in the file. */
  read(offset: number, size: number): { readonly bytes: Uint8Array; readonly crc: number } {
    const bytes = named(this.name, () => new Uint8Array(size));
    let crc = 0;
    for (let filled = 0; filled < size;) {
      const count = named(this.name, () =>
        readSync(this.descriptor, bytes, filled, Math.min(pieceBytes, size - filled), offset + filled),
      );
      if (count === 0) {
        throw new PerchError('SAVED_MODEL_INVALID', `${this.name} became shorter while it was read.`);
      }
      crc = crc32c(bytes.subarray(filled, filled + count), crc);
      filled += count;
    }
    return { bytes, crc };
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** The size of a file. Throws SAVED_MODEL_INVALID where there is no regular one: opening another kind might wait for ever. */
export function requireFile(path: string): number {
  const name = basename(path);
  const stats = named(name, () => statSync(path));
  if (!stats.isFile()) {
    throw new PerchError('SAVED_MODEL_INVALID', `${name} is not a file.`);
  }
  return stats.size;
}

/** What `act` gives; an error of the file system, or of too little memory, becomes SAVED_MODEL_INVALID with the file's name. */
export function named<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (reason) {
    throw new PerchError(
      'SAVED_MODEL_INVALID',
      isFileSystemError(reason, 'ENOENT')
        ? `${name} is missing.`
        : `${name} cannot be read (${fileSystemCode(reason)}).`,
      { cause: reason },
    );
  }
}
