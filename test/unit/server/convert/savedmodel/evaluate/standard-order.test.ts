// Equal scores come in the order in which TensorFlow 2.21 gives them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { combinedDetectionKernels } from '../../../../../../server/convert/savedmodel/evaluate/kernels/combined-detection.ts';
import { standardSort } from '../../../../../../server/convert/savedmodel/evaluate/standard-order.ts';
import { int32, type Value } from '../../../../../../server/convert/value.ts';

const float32 = (shape: readonly number[], numbers: Iterable<number>): Value => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(numbers),
});

describe('the order of C++', () => {
  it('puts boxes of equal scores in three classes as TensorFlow does', () => {
    const count = 12;
    const boxes = Array.from({ length: count }, (_, i) => [i / 20, 0, i / 20 + 0.04, 0.5]).flat();
    const scores = Array.from({ length: count }, () => [0.5, 0.25, 0.5]).flat();
    const node = {
      name: 'n',
      op: 'CombinedNonMaxSuppression',
      inputs: [],
      controls: [],
      attributes: new Map(),
    };
    const operands = [
      float32([1, count, 1, 4], boxes),
      float32([1, count, 3], scores),
      int32(8),
      int32(24),
      float32([], [0.5]),
      float32([], [0.1]),
    ];
    const context = {
      state: { variables: new Map(), tables: new Map() },
      call: () => [],
      claim: () => undefined,
    };
    const [found, , classes] = combinedDetectionKernels.get(node.op)?.(operands, node, context) ?? [];
    assert.ok(found !== undefined && classes !== undefined && !('kind' in found) && !('kind' in classes));
    const tops = Array.from({ length: 24 }, (_, row) => Math.round(Number(found.data[4 * row]) * 20));
    assert.deepEqual(tops, [2, 5, 8, 9, 10, 11, 6, 2, 0, 5, 8, 9, 10, 11, 6, 0, 2, 6, 11, 10, 9, 8, 5, 0]);
    assert.deepEqual(
      Array.from(classes.data, Number),
      [0, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1],
    );
  });

  it('sorts', () => {
    for (const count of [0, 1, 16, 17, 500]) {
      const items = Array.from({ length: count }, (_, i) => (i * 7919) % 101);
      const sorted = [...items].sort((a, b) => a - b);
      standardSort(items, (a, b) => a < b);
      assert.deepEqual(items, sorted);
    }
    const ascending = Array.from({ length: 3000 }, (_, i) => i);
    standardSort(ascending, (a, b) => a < b);
    assert.deepEqual(ascending[2999], 2999);
  });
});
