// Table files that are not as they should be.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32c, mask } from '../../../../../../server/codec/crc32c.ts';
import { readTable } from '../../../../../../server/convert/savedmodel/bundle/table.ts';
import { PerchError } from '../../../../../../server/errors.ts';
import { varint, writeTable, type TableRow } from '../../../../../support/savedmodel/table-writer.ts';

function row(key: string, value = 'v'): TableRow {
  return [Buffer.from(key), Buffer.from(value)];
}

const abc = [row('a'), row('b'), row('c')];

function keys(file: Uint8Array): string[] {
  return [...readTable(file, 'x.index')].map(({ key }) => Buffer.from(key).toString());
}

function pairs(file: Uint8Array): TableRow[] {
  return [...readTable(file, 'x.index')].map(({ key, value }) => [Buffer.from(key), Buffer.from(value)]);
}

/** A table whose footer says that the index block is at this place. */
function withIndexAt(handle: Buffer): Buffer {
  const file = writeTable(abc);
  const footer = file.subarray(-48);
  footer.fill(0, 0, 40);
  Buffer.concat([varint(0), varint(0), handle]).copy(footer);
  return file;
}

/** A table of one data block with these contents, and whatever the index says. */
function ofBlocks(data: Buffer, handles: readonly Buffer[], compression = 0): Buffer {
  const block = (contents: Buffer, kind: number): Buffer => {
    const body = Buffer.concat([contents, Buffer.from([kind])]);
    const crc = Buffer.alloc(4);
    crc.writeUInt32LE(mask(crc32c(body)));
    return Buffer.concat([body, crc]);
  };
  const rows = handles.map((handle, index) =>
    Buffer.concat([Buffer.from([0, 1, handle.length, 97 + index]), handle]),
  );
  const first = block(data, compression);
  const index = block(Buffer.concat([...rows, Buffer.alloc(4)]), 0);
  const footer = writeTable(abc).subarray(-48);
  footer.fill(0, 0, 40);
  Buffer.concat([varint(0), varint(0), varint(first.length), varint(index.length - 5)]).copy(footer);
  return Buffer.concat([first, index, footer]);
}

function oneBlock(data: readonly number[], compression = 0): Buffer {
  const contents = Buffer.from(data);
  return ofBlocks(contents, [Buffer.concat([varint(0), varint(contents.length)])], compression);
}

describe('readTable', () => {
  it('gives the keys in order', () => {
    assert.deepEqual(keys(writeTable(abc)), ['a', 'b', 'c']);
    assert.deepEqual(keys(oneBlock([0, 2, 0, 97, 98, 1, 1, 0, 99, 0, 0, 0, 0])), ['ab', 'ac']);
  });

  it('refuses what is not a table', () => {
    const table = writeTable(abc);
    const wrong: Record<string, Buffer> = {
      empty: Buffer.alloc(0),
      'no footer': table.subarray(0, 47),
      'cut off': table.subarray(0, -1),
      'index beyond the end': withIndexAt(Buffer.concat([varint(1000), varint(10)])),
      'index beyond all files': withIndexAt(Buffer.concat([varint(2 ** 53 - 1), varint(2 ** 52)])),
      'number without end': withIndexAt(Buffer.alloc(36, 255)),
      'keys out of order': writeTable([row('b'), row('a')]),
      'the same key twice': writeTable([row('a'), row('a')]),
      'block without restarts': oneBlock([1, 2]),
      'too many restarts': oneBlock([0, 1, 0, 97, 255, 255, 255, 255]),
      'sharing more than there is': oneBlock([1, 1, 0, 97, 0, 0, 0, 0]),
      'value beyond the block': oneBlock([0, 1, 9, 97, 0, 0, 0, 0]),
      'key beyond the block': oneBlock([0, 9, 0, 97, 0, 0, 0, 0]),
      'key of 2^40 bytes': oneBlock([0, 128, 128, 128, 128, 128, 64, 0, 0, 0, 0, 0]),
      'unknown compression': oneBlock([0, 0, 0, 0], 2),
      'snappy that is none': oneBlock([200, 1, 7], 1),
      'index entry without a handle': ofBlocks(Buffer.alloc(4), [Buffer.alloc(0)]),
    };
    for (const [what, file] of Object.entries(wrong)) {
      assert.throws(() => keys(file), { code: 'SAVED_MODEL_INVALID', message: /^x\.index / }, what);
    }
  });

  it('reads no block twice', () => {
    const data = Buffer.from([0, 1, 0, 97, 0, 0, 0, 0]);
    const handle = Buffer.concat([varint(0), varint(data.length)]);
    assert.throws(() => keys(ofBlocks(data, [handle, handle])), /one behind the other/u);
  });

  it('notices every byte that changed', () => {
    for (const snappy of [false, true]) {
      const rows = [row('layer/kernel', 'a'.repeat(40)), row('layer/weights', 'b'.repeat(40))];
      const table = writeTable(rows, { snappy });
      const original = pairs(table);
      assert.deepEqual(original, rows);
      let unnoticed = 0;
      for (let at = 0; at < table.length - 48; at++) {
        const changed = Buffer.from(table);
        changed[at]! ^= 4;
        let read;
        try {
          read = pairs(changed);
        } catch (reason) {
          assert.ok(PerchError.is(reason, 'SAVED_MODEL_INVALID'));
          continue;
        }
        unnoticed++;
        assert.deepEqual(read, original);
      }
      // The metaindex block, which nobody reads.
      assert.ok(unnoticed <= 20, String(unnoticed));
    }
  });
});
