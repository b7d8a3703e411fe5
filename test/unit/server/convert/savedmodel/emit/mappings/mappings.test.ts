// What goldens of single ops do not show: requests that are refused, duplicates, wrap-around, layouts, partial shapes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tensor } from '../../../../../../support/savedmodel/tensors.ts';
import { attr, constant, node } from '../../../../../../support/savedmodel/nodes.ts';
import { onnxOperators, runGraph, type SmallGraph } from './graph-runs.ts';

const binary = (op: string, dtype: 'float32' | 'int32' | 'int64'): SmallGraph => ({
  nodes: [node('out', op, ['x', 'y'], { T: attr.type(dtype) })],
  inputs: { x: dtype, y: dtype },
  output: dtype,
});

describe('integer division', () => {
  it('by zero refuses the request in words of TensorFlow, and does not end the process', async () => {
    const feeds = { x: { shape: [2], data: [5, 6] }, y: { shape: [2], data: [1, 0] } };
    for (const op of ['FloorDiv', 'FloorMod', 'TruncateDiv', 'TruncateMod']) {
      await assert.rejects(runGraph(binary(op, 'int32'), feeds), /Integer division by zero/);
    }
  });

  it('of the lowest number by -1 wraps around', async () => {
    const feeds = { x: { shape: [1], data: [-(2 ** 31)] }, y: { shape: [1], data: [-1] } };
    assert.deepEqual((await runGraph(binary('FloorDiv', 'int32'), feeds)).data, [-(2 ** 31)]);
    assert.deepEqual((await runGraph(binary('FloorMod', 'int32'), feeds)).data, [0]);
  });
});

describe('integers', () => {
  it('of a sum wrap around, where ONNX Runtime stops at the highest', async () => {
    const graph: SmallGraph = {
      nodes: [
        constant('axis', tensor('int32', [0], [1])),
        node('out', 'Sum', ['x', 'axis'], { T: attr.type('int32'), Tidx: attr.type('int32') }),
      ],
      inputs: { x: 'int32' },
      output: 'int32',
    };
    const result = await runGraph(graph, { x: { shape: [2], data: [2 ** 31 - 1, 2] } });
    assert.deepEqual(result.data, [-(2 ** 31) + 1]);
  });

  it('to the power of integers are exact modulo their width', async () => {
    const feeds = { x: { shape: [3], data: [46341, 7, -3] }, y: { shape: [3], data: [2, 20, 3] } };
    assert.deepEqual((await runGraph(binary('Pow', 'int32'), feeds)).data, [-2147479015, -1199696159, -27]);
  });
});

describe('scattered rows', () => {
  it('that meet are added up exactly, the last of them counts in an update', async () => {
    const count = 20_000;
    const places = Array.from({ length: count }, (_, index) => index % 3);
    const graph = (op: string): SmallGraph => ({
      nodes: [node('out', op, ['x', 'i', 'y'], { T: attr.type('float32'), Tindices: attr.type('int32') })],
      inputs: { x: 'float32', i: 'int32', y: 'float32' },
      shapes: { i: [-1, 1] },
      output: 'float32',
    });
    const feeds = {
      x: { shape: [3], data: [0, 0, 0] },
      i: { shape: [count, 1], data: places },
      y: { shape: [count], data: new Array<number>(count).fill(1) },
    };
    assert.deepEqual((await runGraph(graph('TensorScatterAdd'), feeds)).data, [6667, 6667, 6666]);
    const numbered = { ...feeds, y: { shape: [count], data: places.map((_, index) => index) } };
    assert.deepEqual((await runGraph(graph('TensorScatterUpdate'), numbered)).data, [19998, 19999, 19997]);
  });
});

describe('the layout of images', () => {
  it('stays ONNX’s from one convolution to the next', () => {
    const image = { T: attr.type('float32') };
    const convolution = {
      ...image,
      strides: attr.ints([1, 1, 1, 1]),
      padding: attr.string('SAME'),
      data_format: attr.string('NHWC'),
    };
    const graph: SmallGraph = {
      nodes: [
        constant('w', tensor('float32', [1, 2, 3, 4], [1, 1, 2, 2])),
        constant('b', tensor('float32', [1, -1], [2])),
        constant('pads', tensor('int32', [0, 0, 1, 1, 1, 1, 0, 0], [4, 2])),
        constant('axis', tensor('int32', [3], [])),
        constant('spatial', tensor('int32', [1, 2], [2])),
        node('c1', 'Conv2D', ['x', 'w'], convolution),
        node('a1', 'BiasAdd', ['c1', 'b'], image),
        node('r1', 'Relu', ['a1'], image),
        node('s1', 'Sigmoid', ['r1'], image),
        node('m1', 'Mul', ['r1', 's1'], image),
        node('p1', 'Pad', ['m1', 'pads'], { ...image, Tpaddings: attr.type('int32') }),
        node('j1', 'ConcatV2', ['p1', 'p1', 'axis'], { ...image, N: attr.int(2), Tidx: attr.type('int32') }),
        node('out', 'Mean', ['j1', 'spatial'], { ...image, Tidx: attr.type('int32') }),
      ],
      inputs: { x: 'float32' },
      shapes: { x: [-1, 4, 4, 2] },
      output: 'float32',
    };
    assert.equal(onnxOperators(graph).get('Transpose'), 1);
  });
});

describe('shapes', () => {
  it('of which parts are known need no computation', () => {
    const index = { Index: attr.type('int32'), T: attr.type('int32') };
    const graph: SmallGraph = {
      nodes: [
        constant('zero', tensor('int32', [0], [1])),
        constant('one', tensor('int32', [1], [1])),
        constant('rest', tensor('int32', [-1], [])),
        node('shape', 'Shape', ['x'], { T: attr.type('float32') }),
        node('size', 'StridedSlice', ['shape', 'one', 'two', 'one'], {
          ...index,
          shrink_axis_mask: attr.int(1),
        }),
        constant('two', tensor('int32', [2], [1])),
        node('target', 'Pack', ['rest', 'size'], { N: attr.int(2), T: attr.type('int32') }),
        node('out', 'Reshape', ['x', 'target'], { T: attr.type('float32'), Tshape: attr.type('int32') }),
      ],
      inputs: { x: 'float32' },
      shapes: { x: [-1, 6] },
      output: 'float32',
    };
    assert.deepEqual([...onnxOperators(graph).keys()].sort(), ['Identity', 'Reshape']);
  });

  it('of unknown rank are sliced in front of an ellipsis and behind it', async () => {
    const graph: SmallGraph = {
      nodes: [
        constant('begin', tensor('int32', [0, 0, 1, 0], [4])),
        constant('end', tensor('int32', [1, 0, 2, 0], [4])),
        constant('strides', tensor('int32', [1, 1, 1, 1], [4])),
        node('out', 'StridedSlice', ['x', 'begin', 'end', 'strides'], {
          Index: attr.type('int32'),
          T: attr.type('float32'),
          shrink_axis_mask: attr.int(0b0101),
          ellipsis_mask: attr.int(0b0010),
          new_axis_mask: attr.int(0b1000),
        }),
      ],
      inputs: { x: 'float32' },
      output: 'float32',
    };
    const data = Array.from({ length: 12 }, (_, element) => element);
    const result = await runGraph(graph, { x: { shape: [2, 3, 2], data } });
    assert.deepEqual(result, { shape: [3, 1], data: [1, 3, 5] });
  });
});

describe('NaN', () => {
  it('is the largest of what it is among, as in TensorFlow', async () => {
    const graph: SmallGraph = {
      nodes: [
        constant('axis', tensor('int32', [1], [1])),
        node('out', 'Max', ['x', 'axis'], { T: attr.type('float32'), Tidx: attr.type('int32') }),
      ],
      inputs: { x: 'float32' },
      output: 'float32',
    };
    const result = await runGraph(graph, { x: { shape: [2, 3], data: [1, Number.NaN, 3, 2, 5, 4] } });
    assert.deepEqual(result.data, [Number.NaN, 5]);
  });
});
