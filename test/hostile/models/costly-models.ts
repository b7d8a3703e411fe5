// Models that are correct, and take time or memory without end when they are opened or run.
import { elementType, graph, int64Tensor, model, node, tensor, value } from '../../support/onnx-builder.ts';
import type { HostileModel } from './broken-models.ts';

/** They take memory, and end at once where they get none. */
export const greedyModels: readonly HostileModel[] = [
  // Where the machine has less, ONNX Runtime is refused the memory, and that is one failed run.
  {
    name: 'folds_into_40_gb',
    bytes: () => foldsIntoMemory(1e10),
    outcome: ['MODEL_MEMORY_EXCEEDED', 'served'],
  },
  {
    name: 'folds_into_1_6_gb',
    bytes: () => foldsIntoMemory(4e8),
    outcome: ['MODEL_MEMORY_EXCEEDED'],
  },
  { name: 'grows_without_end', bytes: growsWithoutEnd, outcome: ['MODEL_MEMORY_EXCEEDED'] },
  { name: 'expands_to_3_gb', bytes: expands, outcome: ['MODEL_MEMORY_EXCEEDED'] },
];

/** They take time. */
export const endlessModels: readonly HostileModel[] = [
  {
    name: 'million_nodes',
    bytes: () => nodeChain(1_000_000),
    outcome: ['LOAD_TIMED_OUT', 'MODEL_MEMORY_EXCEEDED'],
  },
  { name: 'folds_for_hours', bytes: foldsForHours, outcome: ['LOAD_TIMED_OUT'] },
  { name: 'folds_an_endless_loop', bytes: () => endlessLoop('load'), outcome: ['LOAD_TIMED_OUT'] },
  { name: 'runs_without_end', bytes: () => endlessLoop('run'), outcome: ['LOAD_TIMED_OUT'] },
];

/** One node after the other, written as text since a million buffers take long: Neg from a name of 8 bytes to the next. */
function nodeChain(count: number): Buffer {
  const nameOf = (i: number): string => `n${String(i).padStart(7, '0')}`;
  const nodes: string[] = [];
  for (let i = 0; i < count; i++) {
    nodes.push(`\x0a\x19\x0a\x08${nameOf(i)}\x12\x08${nameOf(i + 1)}\x22\x03Neg`);
  }
  return model(
    graph({
      inputs: [value(nameOf(0), [4])],
      outputs: [value(nameOf(count), [4])],
      more: Buffer.from(nodes.join(''), 'latin1'),
    }),
  );
}

/** A constant of so many floats that ONNX Runtime could compute when it opens the model. */
function foldsIntoMemory(count: number): Buffer {
  return model(
    graph({
      nodes: [
        node('ConstantOfShape', ['s'], ['c']),
        node('ReduceSum', ['c'], ['r'], { keepdims: { int: 0 } }),
        node('Add', ['x', 'r'], ['y']),
      ],
      initializers: [int64Tensor('s', [count])],
      inputs: [value('x', [4])],
      outputs: [value('y', [4])],
    }),
  );
}

/** A thousand products of 3000 x 3000 matrices that are all constant. */
function foldsForHours(): Buffer {
  const products = Array.from({ length: 1000 }, (_, i) =>
    node('MatMul', [i === 0 ? 'c' : `p${i - 1}`, 'c'], [`p${i}`]),
  );
  return model(
    graph({
      nodes: [
        node('ConstantOfShape', ['s'], ['c']),
        ...products,
        node('ReduceSum', ['p999'], ['r'], { keepdims: { int: 0 } }),
        node('Add', ['x', 'r'], ['y']),
      ],
      initializers: [int64Tensor('s', [3000, 3000])],
      inputs: [value('x', [4])],
      outputs: [value('y', [4])],
    }),
  );
}

const loopInputs = [value('i', [], elementType.int64), value('go', [], elementType.bool)];
const goesOn = node('Identity', ['go'], ['on']);
const always = tensor({ name: 'always', dims: [], type: elementType.bool, raw: Uint8Array.of(1) });

/** 2^62 turns that do nothing, of a constant or of the input. */
function endlessLoop(when: 'load' | 'run'): Buffer {
  const body = graph({
    nodes: [goesOn, node('Neg', ['v'], ['w'])],
    inputs: [...loopInputs, value('v', [4])],
    outputs: [value('on', [], elementType.bool), value('w', [4])],
  });
  return model(
    graph({
      nodes: [
        node('Loop', ['turns', 'always', when === 'load' ? 'k' : 'x'], ['l'], { body: { graph: body } }),
        node('Add', ['x', 'l'], ['y']),
      ],
      initializers: [
        int64Tensor('turns', [2n ** 62n], []),
        always,
        tensor({ name: 'k', dims: [4], raw: new Uint8Array(16) }),
      ],
      inputs: [value('x', [4])],
      outputs: [value('y', [4])],
    }),
  );
}

/** Each turn makes a vector 80 MB longer. */
function growsWithoutEnd(): Buffer {
  const body = graph({
    nodes: [goesOn, node('Concat', ['v', 'more'], ['w'], { axis: { int: 0 } })],
    inputs: [...loopInputs, value('v', ['n'])],
    outputs: [value('on', [], elementType.bool), value('w', ['m'])],
  });
  return model(
    graph({
      nodes: [
        node('ConstantOfShape', ['step'], ['more']),
        node('Loop', ['turns', 'always', 'x'], ['l'], { body: { graph: body } }),
        node('ReduceSum', ['l'], ['y'], { keepdims: { int: 1 } }),
      ],
      initializers: [int64Tensor('turns', [2n ** 62n], []), always, int64Tensor('step', [20_000_000])],
      inputs: [value('x', [4])],
      outputs: [value('y', [1])],
    }),
  );
}

/** The sum of the input becomes 3 GB in one step. */
function expands(): Buffer {
  return model(
    graph({
      nodes: [
        node('ReduceSum', ['x'], ['r'], { keepdims: { int: 0 } }),
        node('Expand', ['r', 's'], ['e']),
        node('ReduceSum', ['e'], ['y'], { keepdims: { int: 1 } }),
      ],
      initializers: [int64Tensor('s', [800_000_000])],
      inputs: [value('x', [4])],
      outputs: [value('y', [1])],
    }),
  );
}
