// Loops that are LSTM layers, and those that only look like one.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tensor } from '../../../../../../support/savedmodel/tensors.ts';
import { attr, constant, node } from '../../../../../../support/savedmodel/nodes.ts';
import { counting, items, variant } from './counting-loop.ts';
import { onnxOperators, runGraph, type SmallGraph } from './graph-runs.ts';

const float = { T: attr.type('float32') };
const kernel = [0.1, -0.2, 0.3, 0.4, 0.5, -0.6, 0.7, 0.8];
const recurrentKernel = [0.3, 0.1, -0.4, 0.2, 0.6, 0.5, -0.1, 0.9, -0.7, 0.2, 0.4, -0.3, 0.8, -0.5, 0.1, 0.6];
const bias = [0.1, 0.2, 1, 1, -0.1, 0.3, 0.2, -0.2];

/**
 * Two units over inputs [steps, rows, 1] as Keras computes them.
 *
 * @param gates which of Keras' i, f, c, o each part of the split is
 */
function layer(gates: readonly [number, number, number, number]): SmallGraph {
  const [input, forget, candidate, output] = gates.map((gate) => `split:output:${gate}`);
  const loop = counting(
    [variant, variant, 'float32', 'float32', 'float32', 'float32', 'float32'],
    ['steps', 'written', 'zeros', 'zeros', 'kernel', 'recurrent', 'bias'],
    {
      nodes: [
        constant('shape', tensor('int32', [-1, 1], [2])),
        node('x', 'TensorListGetItem', ['v1', 'v0', 'shape:output:0'], items),
        node('of_x', 'MatMul', ['x:item:0', 'v5'], float),
        node('of_h', 'MatMul', ['v3', 'v6'], float),
        node('both', 'AddV2', ['of_h:product:0', 'of_x:product:0'], float),
        node('all', 'BiasAdd', ['both:z:0', 'v7'], float),
        constant('axis', tensor('int32', [1], [])),
        node('split', 'Split', ['axis:output:0', 'all:output:0'], { ...float, num_split: attr.int(4) }),
        node('i', 'Sigmoid', [input ?? ''], float),
        node('f', 'Sigmoid', [forget ?? ''], float),
        node('g', 'Tanh', [candidate ?? ''], float),
        node('o', 'Sigmoid', [output ?? ''], float),
        node('old', 'Mul', ['f:y:0', 'v4'], float),
        node('new', 'Mul', ['i:y:0', 'g:y:0'], float),
        node('c', 'AddV2', ['old:z:0', 'new:z:0'], float),
        node('squashed', 'Tanh', ['c:z:0'], float),
        node('h', 'Mul', ['o:y:0', 'squashed:y:0'], float),
        node('set', 'TensorListSetItem', ['v2', 'v0', 'h:z:0'], items),
      ],
      returns: ['v1', 'set:output_handle:0', 'h:z:0', 'c:z:0', 'v5', 'v6', 'v7'],
    },
  );
  return {
    ...loop,
    nodes: [
      constant('kernel', tensor('float32', kernel, [1, 8])),
      constant('recurrent', tensor('float32', recurrentKernel, [2, 8])),
      constant('bias', tensor('float32', bias, [8])),
      constant('item', tensor('int32', [-1, 1], [2])),
      constant('result', tensor('int32', [-1, 2], [2])),
      node('steps', 'TensorListFromTensor', ['x', 'item'], items),
      node('written', 'TensorListReserve', ['result', 'n'], items),
      ...loop.nodes,
      node('out', 'TensorListStack', ['loop:2', 'result'], { ...items, num_elements: attr.int(-1) }),
    ],
    inputs: { x: 'float32', zeros: 'float32', n: 'int32' },
    shapes: { x: [-1, -1, 1], zeros: [-1, 2], n: [] },
    output: 'float32',
  };
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** The hidden states of one row. */
function computed(inputs: readonly number[], gates: readonly number[]): number[] {
  const results: number[] = [];
  let hidden = [0, 0];
  let memory = [0, 0];
  for (const x of inputs) {
    const all = kernel.map(
      (weight, k) =>
        x * weight +
        (hidden[0] ?? 0) * (recurrentKernel[k] ?? 0) +
        (hidden[1] ?? 0) * (recurrentKernel[8 + k] ?? 0) +
        (bias[k] ?? 0),
    );
    const part = (gate: number, unit: number): number => all[2 * (gates[gate] ?? 0) + unit] ?? 0;
    memory = memory.map(
      (old, unit) => sigmoid(part(1, unit)) * old + sigmoid(part(0, unit)) * Math.tanh(part(2, unit)),
    );
    hidden = memory.map((own, unit) => sigmoid(part(3, unit)) * Math.tanh(own));
    results.push(...hidden);
  }
  return results;
}

function feeds(inputs: readonly number[], rows: number): Parameters<typeof runGraph>[1] {
  return {
    x: { shape: [inputs.length, rows, 1], data: rows === 0 ? [] : [...inputs] },
    zeros: { shape: [rows, 2], data: new Array<number>(2 * rows).fill(0) },
    n: { shape: [], data: [inputs.length] },
  };
}

function assertClose(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  for (const [index, value] of actual.entries()) {
    assert.ok(Math.abs(value - (expected[index] ?? Number.NaN)) < 1e-6, `${value}, not ${expected[index]}`);
  }
}

describe('a loop over the steps of an LSTM', () => {
  const inputs = [0.5, -1, 2];

  it('becomes the operator', async () => {
    const graph = layer([0, 1, 2, 3]);
    const operators = onnxOperators(graph);
    assert.deepEqual([operators.get('LSTM'), operators.get('Loop')], [1, undefined]);
    const { shape, data } = await runGraph(graph, feeds(inputs, 1));
    assert.deepEqual(shape, [3, 1, 2]);
    assertClose(data, computed(inputs, [0, 1, 2, 3]));
  });

  it('gives nothing for no rows: the operator would end the process', async () => {
    assert.deepEqual((await runGraph(layer([0, 1, 2, 3]), feeds(inputs, 0))).shape, [3, 0, 2]);
  });

  it('refuses no steps, as TensorFlow does', async () => {
    await assert.rejects(runGraph(layer([0, 1, 2, 3]), feeds([], 1)), /Tried to stack an empty list/);
  });

  it('stays a loop where its gates are others', async () => {
    const graph = layer([1, 0, 2, 3]);
    const operators = onnxOperators(graph);
    assert.deepEqual([operators.get('LSTM'), operators.get('Loop')], [undefined, 1]);
    assertClose((await runGraph(graph, feeds(inputs, 1))).data, computed(inputs, [1, 0, 2, 3]));
  });
});
