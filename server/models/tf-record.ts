// Reads TFRecord files record by record: a length and the data, each with its checksum (tensorflow.org/tutorials/load_data/tfrecord).
import { crc32c, mask } from '../codec/crc32c.ts';
import type { FileHandle } from 'node:fs/promises';
import { PerchError } from '../errors.ts';

/** One record of a TFRecord file. */
export interface TfRecord {
  /** Counted from 0. */
  readonly index: number;
  /** A buffer of its own. */
  readonly data: Uint8Array;
}

/** Length as a little-endian u64, and the masked CRC-32C of these 8 bytes. */
const headerBytes = 12;
/** The masked CRC-32C of the data. */
const footerBytes = 4;
/** Read and checksummed in one piece: the thread is held for some milliseconds at most. */
const chunkBytes = 1 << 20;

/**
 * The records of `file` in their order, one in memory at a time. Throws WARMUP_INVALID, in TensorFlow's words (truncated or
 * corrupted record), where the file ends inside a record or a checksum is wrong; WARMUP_TOO_LARGE for a record of more than
 * `maximumBytes`; the file system's error where it cannot be read.
 */
export async function* readTfRecords(file: FileHandle, maximumBytes: number): AsyncGenerator<TfRecord> {
  const { size } = await file.stat();
  let offset = 0;
  for (let index = 0; ; index++) {
    const header = Buffer.alloc(headerBytes);
    const { bytesRead } = await file.read(header, 0, headerBytes, offset);
    if (bytesRead === 0) {
      return;
    }
    const wrong = (what: 'truncated' | 'corrupted'): PerchError =>
      new PerchError(
        'WARMUP_INVALID',
        `${what} record at ${offset} (record ${index}). Please verify your warmup data is in TFRecord format.`,
      );
    if (bytesRead < headerBytes) {
      throw wrong('truncated');
    }
    if (header.readUInt32LE(8) !== mask(crc32c(header.subarray(0, 8)))) {
      throw wrong('corrupted');
    }
    const length = header.readBigUInt64LE(0);
    // Before anything is allocated for it.
    if (length > BigInt(size - offset - headerBytes - footerBytes)) {
      throw wrong('truncated');
    }
    if (length > maximumBytes) {
      throw new PerchError(
        'WARMUP_TOO_LARGE',
        `Warm-up record ${index} has ${length} bytes; at most ${maximumBytes} are taken.`,
      );
    }
    const body = Buffer.alloc(Number(length) + footerBytes);
    const data = body.subarray(0, Number(length));
    let filled = 0;
    let crc = 0;
    while (filled < body.length) {
      const position = offset + headerBytes + filled;
      const read = await file.read(body, filled, Math.min(chunkBytes, body.length - filled), position);
      if (read.bytesRead === 0) {
        throw wrong('truncated');
      }
      crc = crc32c(data.subarray(filled, filled + read.bytesRead), crc);
      filled += read.bytesRead;
    }
    if (body.readUInt32LE(data.length) !== mask(crc)) {
      throw wrong('corrupted');
    }
    yield { index, data };
    offset += headerBytes + body.length;
  }
}
