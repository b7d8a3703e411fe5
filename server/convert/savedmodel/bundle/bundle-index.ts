// Reads the index of a TensorBundle: what is stored, where, and as what (tensorflow/core/protobuf/tensor_bundle.proto).
import { PerchError } from '../../../errors.ts';
import { readType } from '../proto/attribute.ts';
import { delimited, fixed32, FileReader, varint } from '../proto/file-reader.ts';
import { readShape } from '../proto/tensor-shape.ts';
import { readTable } from './table.ts';
import type { DataType, PartialShape } from '../proto/messages.ts';
import type { TensorSlice } from './tensor-slice.ts';

const headerTags = { shards: varint(1), endianness: varint(2), version: delimited(3) } as const;
const versionTags = { minConsumer: varint(2) } as const;
const entryTags = {
  dtype: varint(1),
  shape: delimited(2),
  shard: varint(3),
  offset: varint(4),
  size: varint(5),
  crc32c: fixed32(6),
  slice: delimited(7),
} as const;
const sliceTags = { extent: delimited(1) } as const;
const extentTags = { start: varint(1), length: varint(2) } as const;

/** The version of bundles that this reader knows: TensorFlow's kTensorBundleVersion. */
const knownVersion = 1;

const mostShards = 100_000;
const mostEntries = 1_000_000;
const mostKeyBytes = 256 * 1024 * 1024;

/** A tensor of the bundle. */
export interface BundleEntry {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly shard: number;
  /** Bytes in the shard's file. */
  readonly offset: number;
  readonly size: number;
  /** Masked. */
  readonly crc32c: number;
  /** Of a partitioned variable: the slices that are stored, each under a key of its own. */
  readonly slices: readonly TensorSlice[];
}

/** The index of a bundle. */
export interface BundleIndex {
  readonly shards: number;
  /** By key, its bytes as latin1 characters. */
  readonly entries: ReadonlyMap<string, BundleEntry>;
  /** Bytes of all entries together, by shard. */
  readonly storedBytes: ReadonlyMap<number, number>;
}

/**
 * Reads an index file.
 *
 * @param fileName for error texts.
 * Throws SAVED_MODEL_INVALID for what is not one, and for one of a big-endian machine.
 */
export function readBundleIndex(file: Uint8Array, fileName: string): BundleIndex {
  let shards: number | undefined;
  let keyBytes = 0;
  const entries = new Map<string, BundleEntry>();
  const storedBytes = new Map<number, number>();
  for (const { key, value } of readTable(file, fileName)) {
    const reader = new FileReader(value, fileName);
    if (key.length === 0) {
      shards = readHeader(reader);
      continue;
    }
    keyBytes += key.length;
    if (entries.size === mostEntries || keyBytes > mostKeyBytes) {
      throw invalid(fileName, 'has too many entries');
    }
    const entry = readEntry(reader);
    entries.set(Buffer.from(key).toString('latin1'), entry);
    storedBytes.set(entry.shard, (storedBytes.get(entry.shard) ?? 0) + entry.size);
  }
  if (shards === undefined) {
    throw invalid(fileName, 'has no header');
  }
  return { shards, entries, storedBytes };
}

function invalid(fileName: string, problem: string): PerchError {
  return new PerchError('SAVED_MODEL_INVALID', `${fileName} ${problem}.`);
}

/** The number of shards. */
function readHeader(reader: FileReader): number {
  let shards = 0;
  let endianness = 0;
  let minConsumer = 0;
  const readVersion = (tag: number): void => {
    if (tag === versionTags.minConsumer) {
      minConsumer = reader.varint32() | 0;
    } else {
      reader.skip(tag);
    }
  };
  reader.fields((tag) => {
    switch (tag) {
      case headerTags.shards:
        shards = reader.varint32() | 0;
        break;
      case headerTags.endianness:
        endianness = reader.varint32();
        break;
      case headerTags.version:
        reader.message(readVersion);
        break;
      default:
        reader.skip(tag);
    }
  });
  if (endianness !== 0) {
    throw invalid(reader.fileName, 'was written on a big-endian machine, which Perch does not read');
  }
  if (minConsumer > knownVersion) {
    throw invalid(
      reader.fileName,
      `needs a reader of version ${minConsumer}, and Perch knows ${knownVersion}`,
    );
  }
  if (shards < 1 || shards > mostShards) {
    throw invalid(reader.fileName, `names ${shards} data files`);
  }
  return shards;
}

function readEntry(reader: FileReader): BundleEntry {
  let dtype = 0;
  let shape = [] as PartialShape;
  let shard = 0;
  let offset = 0;
  let size = 0;
  let crc32c = 0;
  const slices: TensorSlice[] = [];
  reader.fields((tag) => {
    switch (tag) {
      case entryTags.dtype:
        dtype = readType(reader);
        break;
      case entryTags.shape:
        shape = readShape(reader);
        break;
      case entryTags.shard:
        shard = reader.varint32() | 0;
        break;
      case entryTags.offset:
        offset = reader.safeInteger();
        break;
      case entryTags.size:
        size = reader.safeInteger();
        break;
      case entryTags.crc32c:
        crc32c = reader.fixed32();
        break;
      case entryTags.slice:
        slices.push(readSlice(reader));
        break;
      default:
        reader.skip(tag);
    }
  });
  if (shape === undefined || shape.includes(-1) || offset < 0 || size < 0) {
    throw reader.malformed('an entry has no shape or place');
  }
  return { dtype, shape, shard, offset, size, crc32c, slices };
}

function readSlice(reader: FileReader): TensorSlice {
  const extents: TensorSlice[number][] = [];
  reader.message((tag) => {
    if (tag === sliceTags.extent) {
      extents.push(readExtent(reader));
    } else {
      reader.skip(tag);
    }
  });
  return extents;
}

/** An extent without a length is a whole axis. */
function readExtent(reader: FileReader): TensorSlice[number] {
  let start = 0;
  let length: number | undefined;
  reader.message((tag) => {
    switch (tag) {
      case extentTags.start:
        start = reader.safeInteger();
        break;
      case extentTags.length:
        length = reader.safeInteger();
        break;
      default:
        reader.skip(tag);
    }
  });
  if (start < 0 || (length !== undefined && length < 1)) {
    throw reader.malformed('a slice has no elements');
  }
  return length === undefined ? undefined : { start, length };
}
