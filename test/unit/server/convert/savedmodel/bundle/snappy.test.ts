// The decompressor of snappy: the format's elements one by one, and input that lies.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unsnappy } from '../../../../../../server/convert/savedmodel/bundle/snappy.ts';
import { compress, varint } from '../../../../../support/savedmodel/table-writer.ts';

const limit = 1 << 20;

function plain(...bytes: readonly (number | string | Buffer)[]): string {
  const parts = bytes.map((part) =>
    typeof part === 'string'
      ? Buffer.from(part, 'latin1')
      : Buffer.isBuffer(part)
        ? part
        : Buffer.from([part]),
  );
  return Buffer.from(unsnappy(Buffer.concat(parts), limit, 'x.index')).toString('latin1');
}

describe('unsnappy', () => {
  it('reads literals with lengths of every size', () => {
    assert.equal(plain(3, 2 << 2, 'abc'), 'abc');
    assert.equal(plain(0), '');
    const long = 'z'.repeat(70_000);
    assert.equal(plain(varint(100), 60 << 2, 99, long.slice(0, 100)), long.slice(0, 100));
    assert.equal(plain(varint(1000), 61 << 2, 231, 3, long.slice(0, 1000)), long.slice(0, 1000));
    assert.equal(plain(varint(70_000), 62 << 2, 111, 17, 1, long), long);
    assert.equal(plain(varint(70_000), 63 << 2, 111, 17, 1, 0, long), long);
  });

  it('reads copies with offsets of every size, also those that repeat what they write', () => {
    assert.equal(plain(8, 3 << 2, 'abcd', 1, 4), 'abcdabcd');
    assert.equal(plain(8, 3 << 2, 'abcd', (3 << 2) | 2, 3, 0), 'abcdbcdb');
    assert.equal(plain(8, 3 << 2, 'abcd', (3 << 2) | 3, 1, 0, 0, 0), 'abcddddd');
  });

  it('reads what is compressed', () => {
    const text = Buffer.from('so many words, so many more words; '.repeat(3000));
    const packed = compress(text);
    assert.ok(packed.length < text.length / 10);
    assert.deepEqual(Buffer.from(unsnappy(packed, limit, 'x.index')), text);
  });

  it('refuses what does not fit', () => {
    const wrong: readonly (readonly (number | string | Buffer)[])[] = [
      [],
      [128],
      [4, 2 << 2, 'abc'],
      [2, 2 << 2, 'abc'],
      [4, 3 << 2, 'abc'],
      [8, 3 << 2, 'abcd', 1, 0],
      [8, 3 << 2, 'abcd', 1, 5],
      [8, 3 << 2, 'abcd', 1],
      [6, 3 << 2, 'abcd', 1, 4],
      [8, 3 << 2, 'abcd', (3 << 2) | 3, 4, 0, 0, 128],
      [8, 60 << 2],
      [8, 63 << 2, 255, 255, 255, 255],
      [255, 255, 255, 255, 255, 255, 1],
      [Buffer.alloc(20, 128)],
    ];
    for (const bytes of wrong) {
      assert.throws(() => plain(...bytes), { code: 'SAVED_MODEL_INVALID' }, JSON.stringify(bytes));
    }
  });

  it('makes no room for more than the input can become, or than it may', () => {
    assert.throws(() => plain(varint(1_000_000), 3 << 2, 'abcd'), { code: 'SAVED_MODEL_INVALID' });
    assert.throws(() => unsnappy(compress(Buffer.alloc(2000)), 1999, 'x.index'), {
      code: 'SAVED_MODEL_INVALID',
      message: 'x.index has a block that is not valid snappy data.',
    });
  });
});
