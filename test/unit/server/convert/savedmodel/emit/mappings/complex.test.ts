// Complex numbers inside of a graph: what moves them, their arithmetic, and transforms of lengths that are not known.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Json } from '../../../../../../support/savedmodel/tensors.ts';
import { tensor } from '../../../../../../support/savedmodel/tensors.ts';
import { attr, constant, node, type NodeJson } from '../../../../../../support/savedmodel/nodes.ts';
import { runGraph, type SmallGraph } from './graph-runs.ts';

const complex = attr.type('complex64');
const single = attr.type('float32');

/** `z` is x + yi; the nodes give `w`, of which both parts are the output. */
const graph = (nodes: readonly NodeJson[], shape?: readonly number[]): SmallGraph => ({
  nodes: [
    node('z', 'Complex', ['x', 'y'], { T: single, Tout: complex }),
    ...nodes,
    node('re', 'Real', ['w'], { T: complex, Tout: single }),
    node('im', 'Imag', ['w'], { T: complex, Tout: single }),
    node('out', 'Pack', ['re', 'im'], { T: single, N: attr.int(2), axis: attr.int(0) }),
  ],
  inputs: { x: 'float32', y: 'float32' },
  ...(shape !== undefined && { shapes: { x: shape, y: shape } }),
  output: 'float32',
});

async function run(
  nodes: readonly NodeJson[],
  x: readonly number[],
  y: readonly number[],
): Promise<readonly number[]> {
  const feeds = { x: { shape: [x.length], data: x }, y: { shape: [y.length], data: y } };
  const { data } = await runGraph(graph(nodes, [-1]), feeds);
  return data;
}

function assertNear(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, index) => {
    assert.ok(
      Math.abs(value - (expected[index] ?? NaN)) < 1e-5,
      `${actual.join(' ')} is not ${expected.join(' ')}`,
    );
  });
}

const op = (name: string, type: string, inputs: readonly string[], more: Record<string, Json> = {}) =>
  node(name, type, inputs, { T: complex, ...more });

describe('complex numbers', () => {
  it('are multiplied, divided and raised', async () => {
    assertNear(await run([op('w', 'Mul', ['z', 'z'])], [1, 0], [2, 1]), [-3, -1, 4, 0]);
    assertNear(await run([op('s', 'Square', ['z']), op('w', 'RealDiv', ['z', 's'])], [1], [2]), [0.2, -0.4]);
    assertNear(await run([op('w', 'Exp', ['z'])], [0], [Math.PI]), [-1, 0]);
    assertNear(await run([op('w', 'Conj', ['z'])], [1], [2]), [1, -2]);
  });

  it('are joined, cut and reversed as real ones are', async () => {
    const nodes = [
      constant('axis', tensor('int32', [0], [])),
      constant('axes', tensor('int32', [0], [1])),
      constant('begin', tensor('int32', [1], [1])),
      constant('size', tensor('int32', [2], [1])),
      op('n', 'Neg', ['z']),
      op('c', 'ConcatV2', ['z', 'n', 'axis'], { N: attr.int(2), Tidx: attr.type('int32') }),
      op('r', 'ReverseV2', ['c', 'axes'], { Tidx: attr.type('int32') }),
      op('w', 'Slice', ['r', 'begin', 'size'], { Index: attr.type('int32') }),
    ];
    assertNear(await run(nodes, [1, 2], [3, 4]), [-1, 2, -3, 4]);
  });

  it('have magnitudes where their squares overflow', async () => {
    const magnitude: SmallGraph = {
      nodes: [
        node('z', 'Complex', ['x', 'y'], { T: single, Tout: complex }),
        node('out', 'ComplexAbs', ['z'], { T: complex, Tout: single }),
      ],
      inputs: { x: 'float32', y: 'float32' },
      output: 'float32',
    };
    const feeds = { x: { shape: [2], data: [3e30, 3e-30] }, y: { shape: [2], data: [4e30, 4e-30] } };
    const { data } = await runGraph(magnitude, feeds);
    assert.deepEqual(data, [5e30, 5e-30].map(Math.fround));
  });

  it('are transformed where neither rank nor length is known, and back', async () => {
    const transform = (name: string, input: string, type: string): NodeJson =>
      node(name, type, [input], { Tcomplex: complex });
    const there = graph([transform('w', 'z', 'FFT')]);
    const feeds = { x: { shape: [3], data: [1, 2, 6] }, y: { shape: [3], data: [0, 0, 0] } };
    const { data } = await runGraph(there, feeds);
    const half = (4 * Math.sqrt(3)) / 2;
    assertNear(data, [9, -3, -3, 0, half, -half]);
    const back = graph([transform('f', 'z', 'FFT'), transform('w', 'f', 'IFFT')]);
    assertNear((await runGraph(back, feeds)).data, [1, 2, 6, 0, 0, 0]);
  });
});
