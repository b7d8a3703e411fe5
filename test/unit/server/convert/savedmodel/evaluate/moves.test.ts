// Elements are moved and rounded whatever their type, as naive loops would.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readStrided } from '../../../../../../server/convert/savedmodel/evaluate/moves.ts';
import { roundBfloat16, roundHalf } from '../../../../../../server/convert/savedmodel/evaluate/rounding.ts';
import { stridesOf } from '../../../../../../server/convert/savedmodel/evaluate/shapes.ts';
import { halfToNumber, numberToHalf } from '../../../../../../server/codec/half.ts';
import type { Value } from '../../../../../../server/convert/value.ts';

/** Numbers that repeat from run to run. */
function pseudorandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
}

function transposedNaively(shape: readonly number[], order: readonly number[]): number[] {
  const strides = stridesOf(shape);
  let places = [0];
  for (const axis of order) {
    places = places.flatMap((place) =>
      Array.from({ length: shape[axis]! }, (_, i) => place + i * strides[axis]!),
    );
  }
  return places;
}

function shuffled(rank: number, random: (below: number) => number): number[] {
  const order = Array.from({ length: rank }, (_, axis) => axis);
  for (let i = rank - 1; i > 0; i--) {
    const other = random(i + 1);
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  return order;
}

describe('strided reads', () => {
  it('transpose any shape in any order, small or larger than a tile, of any width', () => {
    const random = pseudorandom(5);
    for (let round = 0; round < 200; round++) {
      const shape = Array.from({ length: 1 + random(5) }, () => 1 + random(round % 20 === 0 ? 40 : 6));
      const count = shape.reduce((a, b) => a * b, 1);
      if (count > 200_000) {
        continue;
      }
      const order = shuffled(shape.length, random);
      const strides = stridesOf(shape);
      const places = transposedNaively(shape, order);
      const values: Value[] = [
        { dtype: 'int32', shape, data: Int32Array.from({ length: count }, (_, i) => i) },
        { dtype: 'uint8', shape, data: Uint8Array.from({ length: count }, (_, i) => i) },
        { dtype: 'int64', shape, data: BigInt64Array.from({ length: count }, (_, i) => BigInt(i) << 32n) },
        { dtype: 'string', shape, data: Array.from({ length: count }, (_, i) => Uint8Array.of(i & 255)) },
      ];
      for (const value of values) {
        const moved = readStrided(
          value,
          order.map((axis) => shape[axis]!),
          0,
          order.map((axis) => strides[axis]!),
        );
        const expected = places.map((place) => value.data[place]);
        assert.deepEqual(
          Array.from<unknown>(moved.data),
          expected,
          `${value.dtype} [${shape.join()}] by ${order.join()}`,
        );
      }
    }
  });

  it('keep NaN with its payload, -0, and complex pairs', () => {
    const bits = Uint32Array.of(0x7fc01234, 0x80000000);
    const value: Value = { dtype: 'float32', shape: [2], data: new Float32Array(bits.buffer) };
    const { data } = readStrided(value, [2], 1, [-1]);
    assert.ok(data instanceof Float32Array);
    assert.deepEqual(Array.from(new Uint32Array(data.buffer)), [0x80000000, 0x7fc01234]);
    const complex: Value = { dtype: 'complex128', shape: [2], data: Float64Array.of(1, 2, 3, 4) };
    assert.deepEqual(Array.from<unknown>(readStrided(complex, [2], 1, [-1]).data), [3, 4, 1, 2]);
  });
});

describe('rounding', () => {
  it('to float16 agrees with the codec, for all magnitudes and ties', () => {
    const random = pseudorandom(11);
    const bits = new Uint32Array(1);
    const single = new Float32Array(bits.buffer);
    for (let i = 0; i < 100_000; i++) {
      bits[0] =
        ((random(2) << 31) | ((96 + random(48)) << 23) | (random(2 ** 10) << 13) | (random(4) * 0x800)) >>> 0;
      const value = single[0]!;
      assert.ok(Object.is(roundHalf(value), halfToNumber(numberToHalf(value))), String(value));
    }
    for (const value of [0, -0, NaN, Infinity, -Infinity, 65519.99, 65520, -65520, 2 ** -25, 3 * 2 ** -25]) {
      assert.ok(Object.is(roundHalf(value), halfToNumber(numberToHalf(Math.fround(value)))), String(value));
    }
  });

  it('to bfloat16 goes to the nearest, ties to even', () => {
    assert.equal(roundBfloat16(1.00390625), 1);
    assert.equal(roundBfloat16(1.01171875), 1.015625);
    assert.equal(roundBfloat16(3.3895314e38), Math.fround(3.3895314e38));
    assert.equal(roundBfloat16(3.4028234663852886e38), Infinity);
    assert.ok(Number.isNaN(roundBfloat16(NaN)));
    assert.ok(Object.is(roundBfloat16(-0), -0));
  });
});
