// Reads the tensors of a checkpoint (TensorBundle: an index and data files, tensorflow/core/util/tensor_bundle).
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { PerchError } from '../../../errors.ts';
import { sizeOf } from '../../value.ts';
import type { Value } from '../../value.ts';
import { storedBytes, storedTypeOf, valueOfBytes } from '../proto/element-bytes.ts';
import { readBundleIndex, type BundleEntry, type BundleIndex } from './bundle-index.ts';
import { unmask } from '../../../codec/crc32c.ts';
import { assemble, type Part } from './partitioned.ts';
import { named, requireFile, Shard } from './shard.ts';
import { sliceKey } from './slice-key.ts';
import { readStrings } from './string-tensor.ts';
import {
  boxOf,
  parseShapeAndSlice,
  shapeOfBox,
  wholeBox,
  type Box,
  type TensorSlice,
} from './tensor-slice.ts';

/** No index is larger: a million entries with long names. */
const mostIndexBytes = 512 * 1024 * 1024;

/**
 * The tensors of one checkpoint, read as they are asked for. All of it blocks: it is for a process that has nothing else to do.
 * Every method throws SAVED_MODEL_INVALID for what is missing or broken; its text has names of files, never paths.
 */
export class TensorBundle {
  private readonly prefix: string;
  private readonly index: BundleIndex;
  private readonly shards = new Map<number, Shard>();

  private constructor(prefix: string, index: BundleIndex) {
    this.prefix = prefix;
    this.index = index;
  }

  /** @param prefix the path up to `.index`: `…/variables/variables`. */
  static open(prefix: string): TensorBundle {
    const path = `${prefix}.index`;
    const name = basename(path);
    if (requireFile(path) > mostIndexBytes) {
      throw new PerchError('SAVED_MODEL_INVALID', `${name} is larger than ${mostIndexBytes} bytes.`);
    }
    return new TensorBundle(
      prefix,
      readBundleIndex(
        named(name, () => readFileSync(path)),
        name,
      ),
    );
  }

  /** Whether there is a variable of this name. */
  has(name: string): boolean {
    return this.index.entries.has(keyOf(name));
  }

  /** The names of the variables, sorted by their bytes. */
  names(): string[] {
    return [...this.index.entries.keys()]
      .filter((key) => !key.startsWith('\0'))
      .map((key) => Buffer.from(key, 'latin1').toString('utf8'));
  }

  /**
   * A variable, or a part of it.
   *
   * @param slice as RestoreV2's `shape_and_slices` has it: `4 10 0,2:-`; empty for the whole.
   * Throws Unsupported for an element type that Perch has not.
   */
  read(name: string, slice = ''): Value {
    const what = `The variable "${name}"`;
    const entry = this.entryOf(keyOf(name), what);
    if (slice === '') {
      return entry.slices.length === 0
        ? this.readStored(entry, what)
        : this.readPart(name, entry, wholeBox(entry.shape), what);
    }
    const asked = parseShapeAndSlice(slice);
    const box = boxOf(asked.slice, asked.shape);
    if (asked.shape.join() !== entry.shape.join() || box === undefined) {
      throw new PerchError(
        'SAVED_MODEL_INVALID',
        `${what} has the shape [${entry.shape.join(',')}] in the checkpoint, and the graph restores "${slice}" of it.`,
      );
    }
    return this.readPart(name, entry, box, what);
  }

  /** Closes the data files. */
  close(): void {
    for (const shard of this.shards.values()) {
      shard.close();
    }
    this.shards.clear();
  }

  private entryOf(key: string, what: string): BundleEntry {
    const entry = this.index.entries.get(key);
    if (entry === undefined) {
      throw new PerchError('SAVED_MODEL_INVALID', `${what} is not in ${basename(this.prefix)}.index.`);
    }
    return entry;
  }

  private readPart(name: string, entry: BundleEntry, asked: Box, what: string): Value {
    const parts =
      entry.slices.length === 0
        ? [this.partAt(wholeBox(entry.shape), () => entry, what)]
        : entry.slices.map((slice) => this.partOf(name, entry, slice, what));
    return assemble(storedTypeOf(entry.dtype), asked, parts, what);
  }

  private partOf(name: string, whole: BundleEntry, slice: TensorSlice, what: string): Part {
    const box = boxOf(slice, whole.shape);
    if (box === undefined) {
      throw new PerchError('SAVED_MODEL_INVALID', `${what} has slices that lie outside of it.`);
    }
    const isWhole = slice.every((extent) => extent === undefined);
    return this.partAt(
      box,
      () =>
        isWhole ? whole : this.entryOf(sliceKey(keyOf(name), slice), `A slice of the variable "${name}"`),
      what,
    );
  }

  /** @param entryOf finds the entry when the part is needed: others may be absent. */
  private partAt(box: Box, entryOf: () => BundleEntry, what: string): Part {
    return {
      box,
      check: (type) => {
        const entry = entryOf();
        if (entry.shape.join() !== shapeOfBox(box).join() || storedTypeOf(entry.dtype) !== type) {
          throw new PerchError('SAVED_MODEL_INVALID', `${what} has a slice that is not as its place says.`);
        }
        this.shardOf(entry, what);
      },
      read: () => this.readStored(entryOf(), what),
    };
  }

  /** The tensor that an entry stores. */
  private readStored(entry: BundleEntry, what: string): Value {
    const type = storedTypeOf(entry.dtype);
    const shard = this.shardOf(entry, what);
    const { bytes, crc } = shard.read(entry.offset, entry.size);
    const { value, actual } =
      type === 'string'
        ? readStringValue(entry, bytes, `${what} in ${shard.name}`)
        : { value: valueOfBytes(type, entry.shape, bytes), actual: crc };
    if (actual !== unmask(entry.crc32c)) {
      throw new PerchError('SAVED_MODEL_INVALID', `${what} has a wrong checksum in ${shard.name}.`);
    }
    return value;
  }

  /** The data file in which the entry lies, all of it, with as many bytes as its shape takes. */
  private shardOf(entry: BundleEntry, what: string): Shard {
    const type = storedTypeOf(entry.dtype);
    if (type !== 'string' && entry.size !== storedBytes(type, entry.shape)) {
      throw new PerchError(
        'SAVED_MODEL_INVALID',
        `${what} has ${entry.size} bytes where its shape [${entry.shape.join(',')}] takes ${storedBytes(type, entry.shape)}.`,
      );
    }
    const shard = this.openShard(entry.shard, what);
    if (entry.offset + entry.size > shard.size) {
      throw new PerchError('SAVED_MODEL_INVALID', `${what} is not in ${shard.name}: the file is too short.`);
    }
    return shard;
  }

  private openShard(number: number, what: string): Shard {
    const open = this.shards.get(number);
    if (open !== undefined) {
      return open;
    }
    const { shards, storedBytes: claims } = this.index;
    if (number < 0 || number >= shards) {
      throw new PerchError('SAVED_MODEL_INVALID', `${what} is in data file ${number} of ${shards}.`);
    }
    const shard = Shard.open(`${this.prefix}.data-${fiveDigits(number)}-of-${fiveDigits(shards)}`);
    this.shards.set(number, shard);
    // Tensors lie one behind the other: entries that share bytes would make much of little.
    if ((claims.get(number) ?? 0) > shard.size) {
      throw new PerchError(
        'SAVED_MODEL_INVALID',
        `${shard.name} is shorter than the tensors that are in it.`,
      );
    }
    return shard;
  }
}

function readStringValue(
  entry: BundleEntry,
  bytes: Uint8Array,
  what: string,
): { readonly value: Value; readonly actual: number } {
  const { data, crc } = readStrings(bytes, sizeOf(entry.shape), what);
  return { value: { dtype: 'string', shape: entry.shape, data }, actual: crc };
}

/** The key of a variable: its name's bytes as latin1 characters. */
function keyOf(name: string): string {
  return Buffer.from(name, 'utf8').toString('latin1');
}

function fiveDigits(number: number): string {
  return String(number).padStart(5, '0');
}
