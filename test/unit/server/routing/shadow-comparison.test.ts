// How two answers differ: exactly for whole numbers and texts, in figures for floats, and what NaN is.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Tensor } from '../../../../server/codec/tensor.ts';
import { compareAnswers, type OutputComparison } from '../../../../server/routing/shadow-comparison.ts';
import { bigNumbers, misaligned, numbers, texts } from './tensors.ts';

type Compared = Extract<OutputComparison, { kind: 'compared' }>;

function compare(stable: Tensor, shadow: Tensor, maxElements?: number): Compared {
  const { outputs, agreement } = compareAnswers(
    new Map([['y', stable]]),
    new Map([['y', shadow]]),
    maxElements === undefined ? {} : { maxElements },
  );
  const [output] = outputs;
  assert.ok(output?.kind === 'compared');
  assert.equal(agreement, output.agreement);
  return output;
}
const floats = (...values: number[]): Tensor => numbers('float64', [values.length], values);

describe('outputs', () => {
  const y = floats(1);

  it('that one of the two does not have are told', () => {
    assert.deepEqual(
      compareAnswers(
        new Map([
          ['a', y],
          ['b', y],
        ]),
        new Map([
          ['c', y],
          ['b', y],
        ]),
      ).outputs.map(({ output, kind, agreement }) => [output, kind, agreement]),
      [
        ['a', 'only-stable', 0],
        ['b', 'compared', 1],
        ['c', 'only-shadow', 0],
      ],
    );
  });

  it('that have another type or shape are told, not compared', () => {
    for (const other of [
      numbers('float32', [1], [1]),
      numbers('float64', [1, 1], [1]),
      numbers('float64', [], [1]),
      numbers('float64', [2], [1, 1]),
      texts([1], ['1']),
    ]) {
      assert.deepEqual(compareAnswers(new Map([['y', y]]), new Map([['y', other]])), {
        outputs: [
          {
            output: 'y',
            kind: 'unlike',
            dtypes: ['float64', other.dtype],
            shapes: [[1], other.shape],
            agreement: 0,
          },
        ],
        agreement: 0,
      });
    }
  });

  it('agree as little as the worst of them', () => {
    const labels = numbers('int32', [2], [1, 2]);
    const { agreement } = compareAnswers(
      new Map([
        ['x', y],
        ['y', labels],
      ]),
      new Map([
        ['x', y],
        ['y', numbers('int32', [2], [1, 3])],
      ]),
    );
    assert.equal(agreement, 0.5);
    assert.equal(compareAnswers(new Map(), new Map()).agreement, 1);
  });
});

describe('whole numbers and texts', () => {
  for (const [a, b] of [
    [numbers('int32', [2, 2], [1, 2, 3, 4]), numbers('int32', [2, 2], [1, 2, 4, 4])],
    [numbers('uint8', [4], [0, 1, 2, 3]), numbers('uint8', [4], [0, 1, 2, 255])],
    [numbers('bool', [4], [1, 1, 0, 0]), numbers('bool', [4], [1, 0, 0, 0])],
    [
      bigNumbers('int64', [4], [2n ** 53n, 0n, 0n, 0n]),
      bigNumbers('int64', [4], [2n ** 53n + 1n, 0n, 0n, 0n]),
    ],
    [texts([4], ['a', 'b', 'c', '']), texts([4], ['a', 'b', 'C', ''])],
  ] as const) {
    it(`of ${a.dtype} are the same or not`, () => {
      const { different, agreement, elements, ...others } = compare(a, b);
      assert.deepEqual([elements, different, agreement], [4, 1, 0.75]);
      assert.equal(others.floats, undefined);
      assert.equal(compare(a, a).different, 0);
      if (a.dtype !== 'string' && b.dtype !== 'string') {
        assert.equal(compare(misaligned(a), b).different, 1);
      }
    });
  }
});

describe('floats', () => {
  it('have a largest difference, absolute and relative, and a cosine', () => {
    const { different, floats: figures, agreement } = compare(floats(1, 100, -4), floats(1, 101, -2));
    assert.equal(different, 2);
    assert.equal(agreement, 1 / 3);
    assert.equal(figures?.maxAbsolute, 2);
    assert.equal(figures.maxRelative, 0.5);
    const cosine = (1 + 10100 + 8) / (Math.hypot(1, 100, 4) * Math.hypot(1, 101, 2));
    assert.ok(Math.abs(figures.cosine - cosine) < 1e-12);
    assert.equal(figures.top1, undefined);
  });

  it('are the same within the tolerance', () => {
    const { different, floats: figures } = compare(floats(1000, 0, 1), floats(1000.9, 9e-6, 1.0009));
    assert.equal(different, 0);
    assert.ok(Math.abs((figures?.maxAbsolute ?? 0) - 0.9) < 1e-9);
    assert.equal(compare(floats(1000), floats(1001.1)).different, 1);
    assert.equal(compare(floats(0), floats(2e-5)).different, 1);
    const strict = { tolerance: { absolute: 0, relative: 0 } };
    const [a, b] = [new Map([['y', floats(1)]]), new Map([['y', floats(1 + 2 ** -52)]])];
    assert.equal(compareAnswers(a, b, strict).agreement, 0);
  });

  it('are the same where both are NaN or the same infinity', () => {
    const { different, floats: figures } = compare(
      floats(NaN, Infinity, -Infinity, 1),
      floats(NaN, Infinity, -Infinity, 1),
    );
    assert.deepEqual([different, figures], [0, { maxAbsolute: 0, maxRelative: 0, cosine: 1 }]);
  });

  for (const [a, b] of [
    [NaN, 1],
    [1, NaN],
    [Infinity, -Infinity],
    [Infinity, 1],
    [NaN, Infinity],
  ] as const) {
    it(`are infinitely far for ${a} and ${b}`, () => {
      const { different, floats: figures } = compare(floats(a, 2), floats(b, 2));
      assert.deepEqual(
        [different, figures],
        [1, { maxAbsolute: Infinity, maxRelative: Infinity, cosine: 1 }],
      );
    });
  }

  it('have a cosine without a direction too', () => {
    const cosine = (a: Tensor, b: Tensor): number | undefined => compare(a, b).floats?.cosine;
    assert.equal(cosine(floats(0, 0), floats(0, 0)), 1);
    assert.equal(cosine(floats(0, 0), floats(1, 0)), 0);
    assert.equal(cosine(floats(1, 0), floats(0, 1)), 0);
    assert.ok((cosine(floats(1, 2), floats(-1, -2)) ?? 0) < -0.999999);
    assert.equal(cosine(floats(), floats()), 1);
    assert.ok(Math.abs((cosine(floats(1e200, 0), floats(1e200, 1e200)) ?? 0) - Math.SQRT1_2) < 1e-12);
  });

  it('have a top class per vector of the last dimension', () => {
    const a = numbers('float32', [2, 3], [0.1, 0.7, 0.2, 0.5, 0.3, 0.2]);
    const b = numbers('float32', [2, 3], [0.2, 0.6, 0.2, 0.3, 0.5, 0.2]);
    const { floats: figures, agreement } = compare(a, b);
    assert.deepEqual(figures?.top1, { vectors: 2, agreeing: 1 });
    assert.equal(agreement, 0.5);
    const nested = compare({ ...a, shape: [1, 2, 3] }, { ...b, shape: [1, 2, 3] });
    assert.deepEqual(nested.floats?.top1, { vectors: 2, agreeing: 1 });
    assert.equal(compare({ ...a, shape: [6, 1] }, { ...b, shape: [6, 1] }).floats?.top1, undefined);
    assert.equal(compare(numbers('float32', [0, 3], []), numbers('float32', [0, 3], [])).agreement, 1);
  });

  it('have no top class where all is NaN, and agree on that', () => {
    const nan = numbers('float32', [1, 2], [NaN, NaN]);
    assert.equal(compare(nan, nan).agreement, 1);
    assert.equal(compare(nan, numbers('float32', [1, 2], [1, 0])).agreement, 0);
  });

  it('of half and single precision are compared too', () => {
    const half = compare(numbers('float16', [2], [0x3c00, 0]), numbers('float16', [2], [0x4000, 0]));
    assert.equal(half.floats?.maxAbsolute, 1);
    const single = numbers('float32', [2], [1, 2]);
    assert.equal(compare(single, misaligned(single)).different, 0);
  });

  it('have figures in their ranges, the same either way', () => {
    const values = fc.array(fc.double(), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(values, values, (left, right) => {
        const length = Math.min(left.length, right.length);
        const [a, b] = [floats(...left.slice(0, length)), floats(...right.slice(0, length))];
        const { floats: figures, agreement, different } = compare(a, b);
        assert.ok(figures !== undefined);
        assert.ok(figures.maxAbsolute >= 0);
        assert.ok(figures.maxRelative === Infinity || (figures.maxRelative >= 0 && figures.maxRelative <= 2));
        assert.ok(figures.cosine >= -1 && figures.cosine <= 1);
        assert.equal(agreement, (length - different) / length);
        const swapped = compare(b, a).floats;
        assert.equal(swapped?.maxAbsolute, figures.maxAbsolute);
        assert.equal(swapped.maxRelative, figures.maxRelative);
        assert.equal(compare(a, a).different, 0);
      }),
    );
  });
});

describe('large outputs', () => {
  const rows = numbers(
    'int32',
    [10, 10],
    Array.from({ length: 100 }, (_, i) => i),
  );

  it('are compared in whole rows, up to a bound', () => {
    assert.equal(compare(rows, rows, 100).elements, 100);
    assert.equal(compare(rows, rows, 35).elements, 30);
    assert.equal(compare(rows, rows, 3).elements, 10);
  });

  it('are taken for the same by their first rows', () => {
    const other = numbers(
      'int32',
      [10, 10],
      Array.from({ length: 100 }, (_, i) => (i < 30 ? i : -i)),
    );
    assert.equal(compare(rows, other, 35).agreement, 1);
    assert.equal(compare(rows, other).agreement, 0.3);
  });
});
