// Reads a table file: sorted keys and their values in blocks, as LevelDB stores them (google/leveldb, doc/table_format.md).
import { PerchError } from '../../../errors.ts';
import { crc32c, unmask } from '../../../codec/crc32c.ts';
import { unsnappy } from './snappy.ts';

/** Two block handles, padding, a magic number. */
const footerBytes = 48;
const magicLow = 0x8b80fb57;
const magicHigh = 0xdb477524;

/** A byte for the compression, four for the checksum. */
const trailerBytes = 5;

/** TensorFlow writes blocks of 256 KiB; one entry may make a block longer. */
const mostBlockBytes = 64 * 1024 * 1024;

const mostKeyBytes = 64 * 1024;

interface BlockHandle {
  readonly offset: number;
  readonly size: number;
}

/** What a table has under a key: views that are good until the next entry is asked for. */
export interface TableEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/**
 * The entries of a table file in the order of their keys.
 *
 * @param fileName for error texts.
 * Throws SAVED_MODEL_INVALID, as it comes to it, where anything does not fit: checksums, lengths, the order of keys and blocks.
 */
export function* readTable(file: Uint8Array, fileName: string): Generator<TableEntry, void> {
  const index = readBlock(file, readFooter(file, fileName), fileName);
  let end = 0;
  let last: Uint8Array | undefined;
  for (const { value } of readEntries(index, fileName)) {
    const handle = new Cursor(value, fileName).blockHandle();
    // So that one block cannot be read again and again.
    if (handle.offset < end) {
      throw invalid(fileName, 'its blocks are not one behind the other');
    }
    end = handle.offset + handle.size;
    for (const entry of readEntries(readBlock(file, handle, fileName), fileName)) {
      if (last !== undefined && Buffer.compare(last, entry.key) >= 0) {
        throw invalid(fileName, 'its keys are not sorted');
      }
      last = entry.key;
      yield entry;
    }
  }
}

function invalid(fileName: string, problem: string): PerchError {
  return new PerchError(
    'SAVED_MODEL_INVALID',
    `${fileName} is not a valid index of a checkpoint: ${problem}.`,
  );
}

/** Where the index block is. */
function readFooter(file: Uint8Array, fileName: string): BlockHandle {
  const start = file.length - footerBytes;
  if (start < 0) {
    throw invalid(fileName, 'it is too short');
  }
  const footer = file.subarray(start);
  const magic = new DataView(footer.buffer, footer.byteOffset + footerBytes - 8, 8);
  if (magic.getUint32(0, true) !== magicLow || magic.getUint32(4, true) !== magicHigh) {
    throw invalid(fileName, 'its end is not that of a table');
  }
  const cursor = new Cursor(footer, fileName);
  cursor.blockHandle();
  return cursor.blockHandle();
}

/** The contents of a block, checked and decompressed. */
function readBlock(file: Uint8Array, { offset, size }: BlockHandle, fileName: string): Uint8Array {
  if (offset + size + trailerBytes > file.length) {
    throw invalid(fileName, 'a block reaches past its end');
  }
  const stored = new DataView(file.buffer, file.byteOffset + offset + size, trailerBytes);
  if (crc32c(file.subarray(offset, offset + size + 1)) !== unmask(stored.getUint32(1, true))) {
    throw invalid(fileName, 'the checksum of a block is wrong');
  }
  const contents = file.subarray(offset, offset + size);
  const compression = stored.getUint8(0);
  if (compression > 1) {
    throw invalid(fileName, `a block has the unknown compression ${compression}`);
  }
  return compression === 0 ? contents : unsnappy(contents, mostBlockBytes, fileName);
}

/** The entries of a block: each key says how much of the one before it begins with. */
function* readEntries(block: Uint8Array, fileName: string): Generator<TableEntry, void> {
  if (block.length < 4) {
    throw invalid(fileName, 'a block is too short');
  }
  const restarts = new DataView(block.buffer, block.byteOffset + block.length - 4, 4).getUint32(0, true);
  const end = block.length - 4 - 4 * restarts;
  if (end < 0) {
    throw invalid(fileName, 'a block has more restart points than bytes');
  }
  const cursor = new Cursor(block.subarray(0, end), fileName);
  let last: Uint8Array = new Uint8Array();
  while (!cursor.done) {
    const shared = cursor.varint();
    const unshared = cursor.varint();
    const valueBytes = cursor.varint();
    if (shared > last.length || shared + unshared > mostKeyBytes) {
      throw invalid(fileName, 'the length of a key is wrong');
    }
    const key = new Uint8Array(shared + unshared);
    key.set(last.subarray(0, shared));
    key.set(cursor.take(unshared), shared);
    last = key;
    yield { key, value: cursor.take(valueBytes) };
  }
}

/** Reads numbers and bytes, none beyond the end. */
class Cursor {
  private readonly bytes: Uint8Array;
  private readonly fileName: string;
  private position = 0;

  constructor(bytes: Uint8Array, fileName: string) {
    this.bytes = bytes;
    this.fileName = fileName;
  }

  get done(): boolean {
    return this.position >= this.bytes.length;
  }

  blockHandle(): BlockHandle {
    return { offset: this.varint(), size: this.varint() };
  }

  /** 0 to 2^53-1. */
  varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 63; scale *= 128) {
      const byte = this.bytes[this.position++];
      if (byte === undefined) {
        throw invalid(this.fileName, 'it ends inside a number');
      }
      value += (byte & 127) * scale;
      if (byte < 128 && Number.isSafeInteger(value)) {
        return value;
      }
    }
    throw invalid(this.fileName, 'a number is too large');
  }

  take(count: number): Uint8Array {
    if (count > this.bytes.length - this.position) {
      throw invalid(this.fileName, 'an entry reaches past the end of its block');
    }
    this.position += count;
    return this.bytes.subarray(this.position - count, this.position);
  }
}
