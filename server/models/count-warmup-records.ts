// How many records a warm-up file has, from their headers alone: for progress, before they are read and checked.
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { warmUpFile } from './warmup-records.ts';

/** The length as a little-endian u64 and its checksum, before the data. */
const headerBytes = 12;
/** The checksum of the data, behind it. */
const footerBytes = 4;
/** A file with more than this is refused when it is read (maximumRecords in warmup-records.ts). */
const mostRecords = 1000;

/**
 * The number of records of `versionDirectory`'s warm-up file; undefined where there is none, or where it is not one of
 * whole records: why not is told when it is read.
 */
export async function countWarmUpRecords(versionDirectory: string): Promise<number | undefined> {
  let file: FileHandle;
  try {
    // Not blocking: to open a FIFO could take for ever.
    file = await open(path.join(versionDirectory, warmUpFile), constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const status = await file.stat();
    return status.isFile() ? await countRecords(file, status.size) : undefined;
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

async function countRecords(file: FileHandle, size: number): Promise<number | undefined> {
  const length = Buffer.alloc(8);
  let count = 0;
  let offset = 0;
  while (offset < size && count <= mostRecords) {
    const { bytesRead } = await file.read(length, 0, length.length, offset);
    if (bytesRead < length.length) {
      return undefined;
    }
    offset += headerBytes + Number(length.readBigUInt64LE()) + footerBytes;
    count++;
  }
  return offset === size ? count : undefined;
}
