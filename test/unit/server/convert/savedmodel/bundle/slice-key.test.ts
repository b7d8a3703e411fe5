// The keys of slices, as TensorFlow 2.21 wrote them, and the texts of slices.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sliceKey } from '../../../../../../server/convert/savedmodel/bundle/slice-key.ts';
import {
  boxOf,
  parseShapeAndSlice,
} from '../../../../../../server/convert/savedmodel/bundle/tensor-slice.ts';

function keyFor(name: string, text: string): string {
  return Buffer.from(sliceKey(name, parseShapeAndSlice(text).slice), 'latin1').toString('hex');
}

describe('sliceKey', () => {
  it('is what TensorFlow writes', () => {
    assert.equal(keyFor('emb', '10 4 4,3:0,4'), '00656d620001010284838084');
    assert.equal(keyFor('emb2', '3 200 0,3:100,100'), '00656d6232000101028083c064c064');
    assert.equal(keyFor('v1d', '70 35,35'), '0076316400010101a3a3');
    assert.equal(keyFor('sl', '100 300 -:192,108'), '00736c00010102807fc0c0c06c');
  });

  it('escapes zeros and 255s, and orders large numbers behind small ones', () => {
    assert.equal(keyFor('a\0\xffb', '1 -'), '006100ffff0062000101' + '01' + '807f');
    const starts = [0, 1, 63, 64, 8191, 8192, 2 ** 20, 2 ** 21, 2 ** 40, 2 ** 49 - 1];
    const keys = starts.map((start) => Buffer.from(sliceKey('v', [{ start, length: 1 }]), 'latin1'));
    assert.deepEqual(
      [...keys].sort((first, second) => Buffer.compare(first, second)),
      keys,
    );
    assert.equal(new Set(keys.map((key) => key.toString('hex'))).size, keys.length);
  });
});

describe('parseShapeAndSlice', () => {
  it('reads sizes and extents', () => {
    const { shape, slice } = parseShapeAndSlice('10 4 3,2:-');
    assert.deepEqual(shape, [10, 4]);
    assert.deepEqual(slice, [{ start: 3, length: 2 }, undefined]);
    assert.deepEqual(boxOf(slice, shape), [
      { start: 3, length: 2 },
      { start: 0, length: 4 },
    ]);
    assert.equal(boxOf(slice, [4, 4]), undefined);
    assert.equal(boxOf(slice, [10, 4, 1]), undefined);
  });
});
