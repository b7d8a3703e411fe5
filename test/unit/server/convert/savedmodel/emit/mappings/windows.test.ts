// Convolutions and pools that goldens do not show: sizes that are not known, other layouts, and what ONNX Runtime does to a padded pool.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tensor } from '../../../../../../support/savedmodel/tensors.ts';
import { attr, constant, node } from '../../../../../../support/savedmodel/nodes.ts';
import { onnxOperators, runGraph, type SmallGraph } from './graph-runs.ts';

type Floats = 'float32' | 'float64';

/** A window of two along the width, three apart: shorter than its stride. */
const slide = (
  op: 'MaxPool' | 'AvgPool' | 'Conv2D',
  shape: readonly number[] = [-1, -1, -1, -1],
): SmallGraph => ({
  nodes: [
    constant('filter', tensor('float32', [1, 1], [1, 2, 1, 1])),
    node('out', op, op === 'Conv2D' ? ['x', 'filter'] : ['x'], {
      T: attr.type('float32'),
      padding: attr.string('SAME'),
      strides: attr.ints([1, 1, 3, 1]),
      ...(op !== 'Conv2D' && { ksize: attr.ints([1, 1, 2, 1]) }),
    }),
  ],
  inputs: { x: 'float32' },
  shapes: { x: shape },
  output: 'float32',
});

describe('SAME with windows shorter than their stride', () => {
  const row = (...data: readonly number[]) => ({ x: { shape: [1, 1, data.length, 1], data } });

  for (const shape of [
    [-1, -1, -1, -1],
    [1, 1, 4, 1],
  ]) {
    it(`pads as TensorFlow does, declared as ${shape.join('x')}`, async () => {
      const x = row(-1, -2, -3, -4);
      assert.deepEqual((await runGraph(slide('MaxPool', shape), x)).data, [-1, -4]);
      assert.deepEqual((await runGraph(slide('AvgPool', shape), x)).data, [-1.5, -4]);
      assert.deepEqual((await runGraph(slide('Conv2D', shape), x)).data, [-3, -4]);
    });
  }

  it('pads nothing where nothing is missing', async () => {
    assert.deepEqual((await runGraph(slide('MaxPool'), row(1, 2, 3, 4, 5))).data, [2, 5]);
    assert.deepEqual((await runGraph(slide('AvgPool'), row(1, 2, 3, 4, 5, 6))).data, [1.5, 4.5]);
  });
});

describe('a pool behind a Pad with zeros', () => {
  const padded = (op: 'MaxPool' | 'AvgPool', padding: 'VALID' | 'SAME', stride: number): SmallGraph => ({
    nodes: [
      constant('around', tensor('int32', [0, 0, 1, 1, 1, 1, 0, 0], [4, 2])),
      node('pad', 'Pad', ['x', 'around'], { T: attr.type('float32'), Tpaddings: attr.type('int32') }),
      node('out', op, ['pad'], {
        T: attr.type('float32'),
        padding: attr.string(padding),
        ksize: attr.ints([1, 3, 3, 1]),
        strides: attr.ints([1, stride, stride, 1]),
      }),
    ],
    inputs: { x: 'float32' },
    shapes: { x: [-1, 1, 1, 1] },
    output: 'float32',
  });
  const feeds = { x: { shape: [1, 1, 1, 1], data: [-9] } };

  it('counts the zeros, where ONNX Runtime would drop them', async () => {
    assert.deepEqual((await runGraph(padded('MaxPool', 'VALID', 1), feeds)).data, [0]);
    assert.deepEqual((await runGraph(padded('AvgPool', 'VALID', 1), feeds)).data, [-1]);
  });

  it('counts them beside padding of its own too', async () => {
    assert.deepEqual((await runGraph(padded('MaxPool', 'SAME', 3), feeds)).data, [0]);
    const averages = (await runGraph(padded('AvgPool', 'SAME', 2), feeds)).data;
    assert.deepEqual(averages, new Array(4).fill(-2.25));
  });
});

describe('channels before space', () => {
  const convolution = (dtype: Floats, shape: readonly number[]): SmallGraph => ({
    nodes: [
      constant('filter', tensor(dtype, [1, 2, 3, 4], [1, 2, 1, 2])),
      node('out', 'Conv2D', ['x', 'filter'], {
        T: attr.type(dtype),
        data_format: attr.string('NCHW'),
        padding: attr.string('VALID'),
        strides: attr.ints([1, 1, 1, 1]),
      }),
    ],
    inputs: { x: dtype },
    shapes: { x: shape },
    output: dtype,
  });
  const feeds = { x: { shape: [1, 2, 1, 3], data: [1, 2, 3, 4, 5, 6] } };
  // One filter row for each of two groups: [1, 3] and [2, 4].
  const expected = { shape: [1, 2, 1, 2], data: [7, 11, 28, 34] };

  it('stay there, in groups', async () => {
    assert.deepEqual(await runGraph(convolution('float32', [-1, 2, -1, -1]), feeds), expected);
  });

  it('are convolved by the host in float64', async () => {
    assert.deepEqual(await runGraph(convolution('float64', [-1, 2, -1, -1]), feeds), expected);
  });
});

describe('a transposed convolution of unknown sizes', () => {
  it('has the sizes that it is told', async () => {
    const graph: SmallGraph = {
      nodes: [
        constant('filter', tensor('float32', [1, 10, 100], [1, 3, 1, 1])),
        node('out', 'Conv2DBackpropInput', ['size', 'filter', 'x'], {
          T: attr.type('float32'),
          padding: attr.string('SAME'),
          strides: attr.ints([1, 1, 2, 1]),
        }),
      ],
      inputs: { size: 'int32', x: 'float32' },
      shapes: { size: [4], x: [-1, -1, -1, -1] },
      output: 'float32',
    };
    const run = async (width: number) => {
      const feeds = {
        size: { shape: [4], data: [1, 1, width, 1] },
        x: { shape: [1, 1, 2, 1], data: [1, 2] },
      };
      return (await runGraph(graph, feeds)).data;
    };
    assert.deepEqual(await run(4), [1, 10, 102, 20]);
    assert.deepEqual(await run(3), [10, 102, 20]);
  });
});

describe('batch normalisation over the batch itself', () => {
  it('is emitted, not refused', () => {
    const operators = onnxOperators({
      nodes: [
        constant('one', tensor('float32', [1, 1], [2])),
        constant('none', tensor('float32', [], [0])),
        node('out', 'FusedBatchNormV3', ['x', 'one', 'one', 'none', 'none'], {
          T: attr.type('float32'),
          U: attr.type('float32'),
          is_training: attr.bool(true),
        }),
      ],
      inputs: { x: 'float32' },
      shapes: { x: [-1, -1, -1, 2] },
      output: 'float32',
    });
    assert.equal(operators.get('ReduceMean'), 2);
    assert.equal(operators.get('BatchNormalization'), undefined);
  });
});
