// Rows of tensors: what is cut and put together again is what it was; padding goes where it belongs.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Tensor } from '../../../../../server/codec/tensor.ts';
import {
  commonRows,
  concatRows,
  divideRows,
  padToLargest,
  sliceRows,
} from '../../../../../server/engine/batching/tensor-rows.ts';
import { floats, numbersOf } from './steered-version.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));

/** int16 or string, any rank from 1 to 4, at least one row; other dimensions may be 0. */
const tensors: fc.Arbitrary<Tensor> = fc
  .record({
    rows: fc.integer({ min: 1, max: 5 }),
    item: fc.array(fc.nat(3), { maxLength: 3 }),
    text: fc.boolean(),
  })
  .map(({ rows, item, text }) => {
    const shape = [rows, ...item];
    const count = shape.reduce((product, size) => product * size, 1);
    const values = Array.from({ length: count }, (_, i) => i * 259);
    return text
      ? { dtype: 'string', shape, values: values.map((value) => bytes(String(value))) }
      : { dtype: 'int16', shape, bytes: new Uint8Array(Int16Array.from(values).buffer) };
  });

describe('rows of a tensor', () => {
  it('put together again are the tensor', () => {
    fc.assert(
      fc.property(tensors, fc.nat(), (tensor, at) => {
        const rows = tensor.shape[0]!;
        const cut = at % (rows + 1);
        const pieces = [sliceRows(tensor, 0, cut), sliceRows(tensor, cut, rows)];
        assert.deepEqual(
          pieces.map(({ shape }) => shape[0]),
          [cut, rows - cut],
        );
        assert.deepEqual(concatRows(pieces, 0), tensor);
      }),
    );
  });

  it('divided are the slices', () => {
    fc.assert(
      fc.property(tensors, fc.array(fc.nat(3), { maxLength: 5 }), (tensor, wanted) => {
        let left = tensor.shape[0]!;
        const counts = wanted.map((count) => {
          const given = Math.min(count, left);
          left -= given;
          return given;
        });
        let from = 0;
        const slices = counts.map((count) => sliceRows(tensor, from, (from += count)));
        assert.deepEqual(divideRows(tensor, counts), slices);
      }),
    );
  });

  it('are views, and a tensor that needs no change is itself', () => {
    const tensor = floats([3, 2], [1, 2, 3, 4, 5, 6]);
    const row = sliceRows(tensor, 1, 2);
    assert.ok(
      row.dtype !== 'string' && tensor.dtype !== 'string' && row.bytes.buffer === tensor.bytes.buffer,
    );
    assert.deepEqual(
      [row.shape, numbersOf(row)],
      [
        [1, 2],
        [3, 4],
      ],
    );
    assert.equal(sliceRows(tensor, 0, 3), tensor);
    assert.equal(concatRows([tensor], 0), tensor);
    assert.equal(padToLargest([tensor])[0], tensor);
  });

  it('are followed by copies of the first one', () => {
    const padded = concatRows([floats([1, 2], [1, 2]), floats([1, 2], [3, 4])], 2);
    assert.deepEqual(
      [padded.shape, numbersOf(padded)],
      [
        [4, 2],
        [1, 2, 3, 4, 1, 2, 1, 2],
      ],
    );
  });

  it('are counted where all inputs have as many', () => {
    const cases: [Tensor[], number | undefined][] = [
      [[], undefined],
      [[floats([], [1])], undefined],
      [[floats([2], [1, 2])], 2],
      [[floats([2], [1, 2]), floats([2, 1], [1, 2])], 2],
      [[floats([2], [1, 2]), floats([1, 2], [1, 2])], undefined],
    ];
    for (const [inputs, rows] of cases) {
      assert.equal(commonRows(new Map(inputs.map((tensor, i) => [String(i), tensor]))), rows);
    }
  });
});

describe('padToLargest', () => {
  it('fills every dimension but the first with zeros', () => {
    const padded = padToLargest([
      floats([1, 2, 1], [1, 2]),
      floats([2, 1, 3], [3, 4, 5, 6, 7, 8]),
      floats([1, 0, 0], []),
    ]);
    assert.deepEqual(
      padded.map((tensor) => [tensor.shape, numbersOf(tensor)]),
      [
        [
          [1, 2, 3],
          [1, 0, 0, 2, 0, 0],
        ],
        [
          [2, 2, 3],
          [3, 4, 5, 0, 0, 0, 6, 7, 8, 0, 0, 0],
        ],
        [
          [1, 2, 3],
          [0, 0, 0, 0, 0, 0],
        ],
      ],
    );
  });

  it('fills with empty strings', () => {
    const short: Tensor = { dtype: 'string', shape: [2, 1], values: [bytes('a'), bytes('b')] };
    const long: Tensor = { dtype: 'string', shape: [1, 2], values: [bytes('c'), bytes('d')] };
    const padded = padToLargest([short, long]);
    assert.deepEqual(padded[0], { dtype: 'string', shape: [2, 2], values: ['a', '', 'b', ''].map(bytes) });
    assert.equal(padded[1], long);
  });
});
