// Writes table files as LevelDB has them: blocks of sorted keys, an index, a footer.
import { crc32c, mask } from '../../../server/codec/crc32c.ts';

/** How a table is written. */
export interface TableOptions {
  /** Whether blocks are compressed. */
  readonly snappy?: boolean;
  /** A block ends when it is larger. */
  readonly blockBytes?: number;
  /** So many keys are stored behind each other as what differs from the one before. */
  readonly restartInterval?: number;
}

/** A key and its value. */
export type TableRow = readonly [key: Uint8Array, value: Uint8Array];

/** The bytes of a table. The rows are sorted by key. */
export function writeTable(
  rows: readonly TableRow[],
  { snappy = false, blockBytes = 4096, restartInterval = 16 }: TableOptions = {},
): Buffer {
  const pieces: Buffer[] = [];
  let offset = 0;
  const add = (contents: Buffer): Buffer => {
    const body = snappy ? compress(contents) : contents;
    const block = Buffer.concat([body, Buffer.from([snappy ? 1 : 0]), Buffer.alloc(4)]);
    block.writeUInt32LE(mask(crc32c(block.subarray(0, -4))), block.length - 4);
    const handle = Buffer.concat([varint(offset), varint(body.length)]);
    pieces.push(block);
    offset += block.length;
    return handle;
  };
  const index: TableRow[] = [];
  let start = 0;
  let size = 0;
  for (const [position, [key, value]] of rows.entries()) {
    size += key.length + value.length;
    if (size > blockBytes || position === rows.length - 1) {
      index.push([key, add(writeBlock(rows.slice(start, position + 1), restartInterval))]);
      start = position + 1;
      size = 0;
    }
  }
  const metaHandle = add(writeBlock([], 1));
  const indexHandle = add(writeBlock(index, 1));
  const footer = Buffer.alloc(48);
  Buffer.concat([metaHandle, indexHandle]).copy(footer);
  footer.writeUInt32LE(0x8b80fb57, 40);
  footer.writeUInt32LE(0xdb477524, 44);
  return Buffer.concat([...pieces, footer]);
}

function writeBlock(rows: readonly TableRow[], restartInterval: number): Buffer {
  const pieces: Buffer[] = [];
  const restarts: number[] = [];
  let size = 0;
  let last: Uint8Array = new Uint8Array();
  for (const [position, [key, value]] of rows.entries()) {
    let shared = 0;
    if (position % restartInterval === 0) {
      restarts.push(size);
    } else {
      while (shared < Math.min(last.length, key.length) && last[shared] === key[shared]) {
        shared++;
      }
    }
    const row = Buffer.concat([
      varint(shared),
      varint(key.length - shared),
      varint(value.length),
      key.subarray(shared),
      value,
    ]);
    pieces.push(row);
    size += row.length;
    last = key;
  }
  const tail = restarts.length === 0 ? [0] : restarts;
  const trailer = Buffer.alloc(4 * tail.length + 4);
  for (const [position, restart] of tail.entries()) {
    trailer.writeUInt32LE(restart, 4 * position);
  }
  trailer.writeUInt32LE(tail.length, 4 * tail.length);
  return Buffer.concat([...pieces, trailer]);
}

/** A number below 2^53 as protobuf and LevelDB write it. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}

/** Snappy's format, with literals and copies of at most 64 bytes from up to 64 KiB before. */
export function compress(plain: Uint8Array): Buffer {
  const pieces = [varint(plain.length)];
  const seen = new Map<number, number>();
  const view = new DataView(plain.buffer, plain.byteOffset, plain.length);
  let literalFrom = 0;
  const endLiteral = (at: number): void => {
    for (let from = literalFrom; from < at; from += 60) {
      const part = plain.subarray(from, Math.min(at, from + 60));
      pieces.push(Buffer.from([(part.length - 1) << 2]), Buffer.from(part));
    }
  };
  for (let at = 0; at + 4 <= plain.length;) {
    const word = view.getUint32(at);
    const before = seen.get(word);
    seen.set(word, at);
    if (before === undefined || at - before > 65535) {
      at++;
      continue;
    }
    endLiteral(at);
    let count = 4;
    while (count < 64 && at + count < plain.length && plain[before + count] === plain[at + count]) {
      count++;
    }
    const distance = at - before;
    pieces.push(Buffer.from([((count - 1) << 2) | 2, distance & 255, distance >> 8]));
    at += count;
    literalFrom = at;
  }
  endLiteral(plain.length);
  return Buffer.concat(pieces);
}
