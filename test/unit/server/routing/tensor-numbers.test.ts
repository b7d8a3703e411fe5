// Elements of every type as numbers, aligned or not, and where the largest is.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NumericTensor } from '../../../../server/codec/tensor.ts';
import { readNumbers, topPlace } from '../../../../server/routing/tensor-numbers.ts';
import { bigNumbers, misaligned, numbers } from './tensors.ts';

const cases: [tensor: NumericTensor, expected: number[]][] = [
  [numbers('float32', [3], [1.5, -2, NaN]), [1.5, -2, NaN]],
  [numbers('float64', [3], [1e300, -0, Infinity]), [1e300, -0, Infinity]],
  [numbers('float16', [3], [0x3c00, 0xc000, 0x7e00]), [1, -2, NaN]],
  [numbers('int8', [3], [-128, 0, 127]), [-128, 0, 127]],
  [numbers('int16', [3], [-32768, 0, 1]), [-32768, 0, 1]],
  [numbers('int32', [3], [-(2 ** 31), 0, 1]), [-(2 ** 31), 0, 1]],
  [numbers('uint8', [3], [255, 0, 1]), [255, 0, 1]],
  [numbers('bool', [3], [1, 0, 1]), [1, 0, 1]],
  [numbers('uint16', [3], [65535, 0, 1]), [65535, 0, 1]],
  [numbers('uint32', [3], [2 ** 32 - 1, 0, 1]), [2 ** 32 - 1, 0, 1]],
  [bigNumbers('int64', [3], [-1n, -(2n ** 63n), 2n ** 53n]), [-1, -(2 ** 63), 2 ** 53]],
  [bigNumbers('uint64', [3], [2n ** 64n - 1n, 0n, 1n]), [2 ** 64, 0, 1]],
];

describe('readNumbers', () => {
  for (const [tensor, expected] of cases) {
    it(`reads ${tensor.dtype}`, () => {
      for (const one of [tensor, misaligned(tensor)]) {
        const into = new Float64Array(4).fill(7);
        readNumbers(one, 0, 3, into);
        assert.deepEqual([...into], [...expected, 7]);
        readNumbers(one, 1, 2, into);
        assert.deepEqual([...into.subarray(0, 2)], expected.slice(1));
        readNumbers(one, 3, 0, into);
      }
    });
  }
});

describe('topPlace', () => {
  const top = (...values: number[]): number => topPlace(Float64Array.of(9, ...values, 9), 1, values.length);
  it('is where the largest is, the first of equal ones, and never at NaN', () => {
    assert.equal(top(1, 3, 2), 1);
    assert.equal(top(2, 2), 0);
    assert.equal(top(NaN, -1, NaN), 1);
    assert.equal(top(NaN, -Infinity, -Infinity), 1);
    assert.equal(top(1, Infinity), 1);
    assert.equal(top(NaN, NaN), -1);
  });
});
