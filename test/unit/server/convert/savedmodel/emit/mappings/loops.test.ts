// Loops and branches, and the lists in them, where the goldens of models do not go: results of TensorFlow 2.21 as literals.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tensor } from '../../../../../../support/savedmodel/tensors.ts';
import {
  attr,
  constant,
  functionDef,
  node,
  type FunctionJson,
  type NodeJson,
} from '../../../../../../support/savedmodel/nodes.ts';
import { counting, items, variant } from './counting-loop.ts';
import { onnxOperators, runGraph, type SmallGraph } from './graph-runs.ts';

const integer = { T: attr.type('int32') };
const float = { T: attr.type('float32') };

const count = (n: number): { shape: number[]; data: number[] } => ({ shape: [], data: [n] });

describe('a loop', () => {
  it('may change the shape of its variables', async () => {
    const loop = counting(['float32'], ['x'], {
      nodes: [
        constant('axis', tensor('int32', [0], [])),
        node('twice', 'ConcatV2', ['v1', 'v1', 'axis:output:0'], {
          ...float,
          N: attr.int(2),
          Tidx: attr.type('int32'),
        }),
      ],
      returns: ['twice:output:0'],
    });
    const graph: SmallGraph = {
      ...loop,
      nodes: [...loop.nodes, node('out', 'Shape', ['loop:1'], { ...float, out_type: attr.type('int32') })],
      inputs: { x: 'float32', n: 'int32' },
      shapes: { x: [2], n: [] },
      output: 'int32',
    };
    const x = { shape: [2], data: [1, 2] };
    assert.deepEqual((await runGraph(graph, { x, n: count(3) })).data, [16]);
    assert.deepEqual((await runGraph(graph, { x, n: count(0) })).data, [2]);
  });

  it('whose condition is known to fail at once is none', () => {
    const loop = counting(['float32'], ['x'], {
      nodes: [node('square', 'Mul', ['v1', 'v1'], float)],
      returns: ['square:z:0'],
    });
    const graph: SmallGraph = {
      ...loop,
      nodes: [
        constant('n', tensor('int32', [0], [])),
        ...loop.nodes,
        node('out', 'Identity', ['loop:1'], float),
      ],
      inputs: { x: 'float32' },
      output: 'float32',
    };
    assert.equal(onnxOperators(graph).has('Loop'), false);
  });
});

/** Writes `v0` (as a float, twice) into a list made for `size` items, at an index that nodes of the body give. */
function writing(size: number, index: readonly NodeJson[], at: string, shape: readonly number[]): SmallGraph {
  const loop = counting([variant], ['list'], {
    nodes: [
      node('float', 'Cast', ['v0'], { SrcT: attr.type('int32'), DstT: attr.type('float32') }),
      node('item', 'Pack', ['float:y:0', 'float:y:0'], { ...float, N: attr.int(2), axis: attr.int(0) }),
      ...index,
      node('set', 'TensorListSetItem', ['v1', at, 'item:output:0'], items),
    ],
    returns: ['set:output_handle:0'],
  });
  return {
    ...loop,
    nodes: [
      constant('shape', tensor('int32', shape, [shape.length])),
      constant('size', tensor('int32', [size], [])),
      node('list', 'TensorListReserve', ['shape', 'size'], items),
      ...loop.nodes,
      node('out', 'TensorListStack', ['loop:1', 'shape'], { ...items, num_elements: attr.int(-1) }),
    ],
    inputs: { n: 'int32' },
    shapes: { n: [] },
    output: 'float32',
  };
}

describe('a list in a loop', () => {
  it('that is written in order is what the loop stacks up; what was not written is 0', async () => {
    const graph = writing(4, [], 'v0', [2]);
    assert.equal(onnxOperators(graph).has('ScatterND'), false);
    const { shape, data } = await runGraph(graph, { n: count(3) });
    assert.deepEqual(shape, [4, 2]);
    assert.deepEqual(data, [0, 0, 1, 1, 2, 2, 0, 0]);
    assert.deepEqual((await runGraph(graph, { n: count(0) })).data, new Array(8).fill(0));
    await assert.rejects(runGraph(graph, { n: count(5) }), { code: 'INFERENCE_FAILED' });
  });

  it('that is written backwards is a tensor of the loop', async () => {
    const last = constant('last', tensor('int32', [3], []));
    const backwards = [last, node('back', 'Sub', ['last:output:0', 'v0'], integer)];
    const graph = writing(4, backwards, 'back:z:0', [2]);
    assert.deepEqual((await runGraph(graph, { n: count(3) })).data, [0, 0, 2, 2, 1, 1, 0, 0]);
    // TensorFlow: Trying to modify element -1 in a list with 4 elements.
    await assert.rejects(runGraph(graph, { n: count(5) }), { code: 'INFERENCE_FAILED' });
  });

  it('may be read while it is written', async () => {
    const loop = counting([variant], ['started'], {
      nodes: [
        constant('item_shape', tensor('int32', [-1], [1])),
        node('before', 'TensorListGetItem', ['v1', 'v0', 'item_shape:output:0'], items),
        node('sum', 'AddV2', ['before:item:0', 'before:item:0'], float),
        node('set', 'TensorListSetItem', ['v1', 'next:z:0', 'sum:z:0'], items),
      ],
      returns: ['set:output_handle:0'],
    });
    const graph: SmallGraph = {
      ...loop,
      nodes: [
        constant('shape', tensor('int32', [-1], [1])),
        constant('size', tensor('int32', [4], [])),
        constant('start', tensor('int32', [0], [])),
        node('list', 'TensorListReserve', ['shape', 'size'], items),
        node('started', 'TensorListSetItem', ['list', 'start', 'x'], items),
        ...loop.nodes,
        node('out', 'TensorListStack', ['loop:1', 'shape'], { ...items, num_elements: attr.int(-1) }),
      ],
      inputs: { x: 'float32', n: 'int32' },
      shapes: { x: [-1], n: [] },
      output: 'float32',
    };
    const { shape, data } = await runGraph(graph, { x: { shape: [2], data: [1, 3] }, n: count(3) });
    assert.deepEqual(shape, [4, 2]);
    assert.deepEqual(data, [1, 3, 2, 6, 4, 12, 8, 24]);
  });
});

describe('Case', () => {
  it('takes its last branch for a number that no branch has', async () => {
    const branch = (name: string, op: string): FunctionJson =>
      functionDef(
        name,
        [{ name: 'v', type: 'float32' }],
        [{ name: 'r', type: 'float32' }],
        [node('own', op, ['v'], float)],
        { r: 'own:y:0' },
      );
    const graph: SmallGraph = {
      nodes: [
        node('out', 'StatelessCase', ['k', 'x'], {
          Tin: attr.types(['float32']),
          Tout: attr.types(['float32']),
          branches: attr.funcs(['negate', 'square', 'absolute']),
        }),
      ],
      functions: [branch('negate', 'Neg'), branch('square', 'Square'), branch('absolute', 'Abs')],
      inputs: { k: 'int32', x: 'float32' },
      shapes: { k: [] },
      output: 'float32',
    };
    const results: number[] = [];
    for (const k of [-1, 0, 1, 2, 3]) {
      results.push(...(await runGraph(graph, { k: count(k), x: { shape: [1], data: [-3] } })).data);
    }
    assert.deepEqual(results, [3, 3, 9, 3, 3]);
  });
});
