// Writes checkpoints (TensorBundle: an index and data files) for tests.
import { writeFileSync } from 'node:fs';
import { crc32c, mask } from '../../../server/codec/crc32c.ts';
import { sliceKey } from '../../../server/convert/savedmodel/bundle/slice-key.ts';
import {
  copyPart,
  volumeOf,
  wholeBox,
  type Box,
} from '../../../server/convert/savedmodel/bundle/tensor-slice.ts';
import { dataTypeOfValue } from '../../../server/convert/savedmodel/proto/data-types.ts';
import { encode } from './schema.ts';
import { varint, writeTable, type TableOptions, type TableRow } from './table-writer.ts';
import { bytesOf, shapeJson, stringsOf, type Json, type TestTensor } from './tensors.ts';

/** How a checkpoint is written. */
export interface BundleOptions extends TableOptions {
  /** Data files; tensors are dealt out to them in turn. 1 where it is not given. */
  readonly shards?: number;
  /** Variables that are stored in slices. */
  readonly slices?: ReadonlyMap<string, readonly Box[]>;
  /** Changes an entry of the index: the key (latin1), and BundleEntryProto in JSON form. */
  readonly entry?: (key: string, entry: Json) => Json;
  /** Fields of BundleHeaderProto that are not as they should be. */
  readonly header?: Json;
}

/** Writes `prefix`.index and the data files beside it. */
export function writeBundle(
  prefix: string,
  variables: ReadonlyMap<string, TestTensor>,
  options: BundleOptions = {},
): void {
  const { shards = 1, slices = new Map<string, readonly Box[]>() } = options;
  const change = options.entry ?? ((_key: string, entry: Json): Json => entry);
  const data = Array.from({ length: shards }, (): Buffer[] => []);
  const entries = new Map<string, Json>();
  let turn = 0;
  const store = (key: string, value: TestTensor): void => {
    const shard = turn++ % shards;
    const file = data[shard]!;
    const { bytes, crc } = value.dtype === 'string' ? storedStrings(value) : storedNumbers(value);
    const offset = file.reduce((sum, { length }) => sum + length, 0);
    file.push(bytes);
    entries.set(key, { ...headOf(value), shard_id: shard, offset, size: bytes.length, crc32c: mask(crc) });
  };
  for (const [name, value] of variables) {
    const key = Buffer.from(name).toString('latin1');
    const boxes = slices.get(name);
    if (boxes === undefined) {
      store(key, value);
      continue;
    }
    entries.set(key, { ...headOf(value), slices: boxes.map((box) => ({ extent: box })) });
    for (const box of boxes) {
      store(sliceKey(key, box), partOf(value, box));
    }
  }
  const header = { num_shards: shards, version: { producer: 1 }, ...options.header };
  const rows: TableRow[] = [...entries.entries()].map(([key, entry]) => [
    Buffer.from(key, 'latin1'),
    encode('BundleEntryProto', change(key, entry)),
  ]);
  rows.sort(([first], [second]) => Buffer.compare(first, second));
  writeFileSync(
    `${prefix}.index`,
    writeTable([[new Uint8Array(), encode('BundleHeaderProto', header)], ...rows], options),
  );
  for (const [shard, pieces] of data.entries()) {
    writeFileSync(dataFile(prefix, shard, shards), Buffer.concat(pieces));
  }
}

/** The name of a data file. */
export function dataFile(prefix: string, shard = 0, shards = 1): string {
  const digits = (number: number): string => String(number).padStart(5, '0');
  return `${prefix}.data-${digits(shard)}-of-${digits(shards)}`;
}

function headOf(value: TestTensor): Json {
  return { dtype: dataTypeOfValue(value.dtype), shape: shapeJson(value.shape) };
}

function storedNumbers(value: TestTensor): { bytes: Buffer; crc: number } {
  const bytes = bytesOf(value);
  return { bytes, crc: crc32c(bytes) };
}

/** Lengths, their checksum, the strings; the checksums go over lengths of four bytes. */
function storedStrings(value: TestTensor): { bytes: Buffer; crc: number } {
  const strings = stringsOf(value);
  const fixed = Buffer.from(Uint32Array.from(strings, ({ length }) => length).buffer);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(mask(crc32c(fixed)));
  return {
    bytes: Buffer.concat([...strings.map(({ length }) => varint(length)), checksum, ...strings]),
    crc: crc32c(Buffer.concat([fixed, checksum, ...strings])),
  };
}

function partOf(value: TestTensor, box: Box): TestTensor {
  // Indices, so that the elements may be of any kind.
  const all = Int32Array.from(value.data.keys());
  const part = new Int32Array(volumeOf(box));
  copyPart(box, { data: all, box: wholeBox(value.shape) }, { data: part, box }, 1);
  return {
    dtype: value.dtype,
    shape: box.map(({ length }) => length),
    data: Array.from(part, (index) => value.data[index]!),
  };
}
