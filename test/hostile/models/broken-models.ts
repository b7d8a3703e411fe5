// Models that are broken, odd, or made to hurt when they are opened.
import type { ErrorCode } from '../../../server/errors.ts';
import {
  addGraph,
  addModel,
  elementType,
  field,
  graph,
  int64Tensor,
  model,
  node,
  randomNumbers,
  tensor,
  value,
} from '../../support/onnx-builder.ts';
import { predictLog, writeWarmUpFile } from '../../support/warm-up-file.ts';

/** A model file and what must become of its version. */
export interface HostileModel {
  readonly name: string;
  /** Of model.onnx; absent where `prepare` writes another model. */
  readonly bytes?: () => Buffer;
  /** Puts more into the version directory. `outside` is an empty directory beside the models. */
  readonly prepare?: (directory: string, outside: string) => void;
  /** The codes that the version may end with; `served` where it is odd, and no reason to refuse it. */
  readonly outcome: readonly (ErrorCode | 'served')[];
}

const floats = (count: number): Uint8Array => new Uint8Array(count * 4);
const good = addModel(tensor({ name: 'w', dims: [4], raw: floats(4) }));

/** A graph of these nodes from a vector `x` of four floats to `y`. */
const modelOf = (nodes: readonly Uint8Array[], initializers: readonly Uint8Array[] = []): Buffer =>
  model(graph({ nodes, initializers, inputs: [value('x', [4])], outputs: [value('y')] }));

/** y = x + w with a vector `x` of any length. */
const addWeights = (weights: Uint8Array): Buffer =>
  model(
    graph({
      nodes: [node('Add', ['x', 'w'], ['y'])],
      initializers: [weights],
      inputs: [value('x', ['n'])],
      outputs: [value('y')],
    }),
  );

const shaped = (input: readonly (number | bigint)[]): Buffer =>
  model(
    graph({
      nodes: [node('Identity', ['x'], ['y'])],
      inputs: [value('x', input)],
      outputs: [value('y', input)],
    }),
  );

/** Files that ONNX Runtime, or the daemon before it, refuses at once. */
export const brokenModels: readonly HostileModel[] = [
  { name: 'truncated', bytes: () => good.subarray(0, good.length - 20), outcome: ['MODEL_FILE_INVALID'] },
  { name: 'empty', bytes: () => Buffer.alloc(0), outcome: ['MODEL_FILE_INVALID'] },
  { name: 'zeros', bytes: () => Buffer.alloc(100_000), outcome: ['MODEL_FILE_INVALID'] },
  { name: 'random', bytes: () => randomBytes(100_000, 1), outcome: ['MODEL_FILE_INVALID'] },
  {
    name: 'random_graph',
    bytes: () => model(randomBytes(100_000, 2)),
    outcome: ['MODEL_FILE_INVALID'],
  },
  {
    name: 'weights_of_1e12',
    bytes: () => addWeights(tensor({ name: 'w', dims: [1e12], raw: floats(4) })),
    outcome: ['MODEL_FILE_INVALID'],
  },
  {
    name: 'weights_overflow',
    bytes: () => addWeights(tensor({ name: 'w', dims: [2 ** 32, 2 ** 32], raw: floats(4) })),
    outcome: ['MODEL_FILE_INVALID'],
  },
  {
    name: 'weights_negative',
    bytes: () => addWeights(tensor({ name: 'w', dims: [-4], raw: floats(4) })),
    outcome: ['MODEL_FILE_INVALID'],
  },
  {
    name: 'weights_larger_than_data',
    bytes: () => addWeights(tensor({ name: 'w', dims: [1000], raw: floats(4) })),
    outcome: ['MODEL_FILE_INVALID'],
  },
  {
    name: 'weights_smaller_than_data',
    bytes: () => addWeights(tensor({ name: 'w', dims: [4], raw: floats(1000) })),
    outcome: ['MODEL_FILE_INVALID'],
  },
  { name: 'input_of_1e12', bytes: () => shaped([1e12]), outcome: ['served'] },
  { name: 'input_overflow', bytes: () => shaped([2n ** 62n, 2n ** 62n]), outcome: ['served'] },
  { name: 'input_negative', bytes: () => shaped([-4]), outcome: ['served'] },
  {
    name: 'cyclic',
    bytes: () =>
      modelOf([node('Add', ['x', 'b'], ['a']), node('Neg', ['a'], ['b']), node('Neg', ['b'], ['y'])]),
    outcome: ['MODEL_FILE_INVALID'],
  },
  {
    name: 'output_twice',
    bytes: () => modelOf([node('Neg', ['x'], ['y']), node('Abs', ['x'], ['y'])]),
    outcome: ['MODEL_FILE_INVALID'],
  },
  {
    name: 'input_missing',
    bytes: () => modelOf([node('Neg', ['nothing'], ['y'])]),
    outcome: ['MODEL_FILE_INVALID'],
  },
  { name: 'nested_if', bytes: () => nestedIf(1000), outcome: ['MODEL_FILE_INVALID'] },
  {
    name: 'unknown_op',
    bytes: () => modelOf([node('NoSuchOp', ['x'], ['y'])]),
    outcome: ['MODEL_FILE_INVALID'],
  },
  {
    name: 'opset_9999',
    bytes: () => model(addGraph([tensor({ name: 'w', dims: [4], raw: floats(4) })]), { opset: 9999 }),
    outcome: ['MODEL_FILE_INVALID'],
  },
  {
    name: 'ir_version_99',
    bytes: () => model(addGraph([tensor({ name: 'w', dims: [4], raw: floats(4) })]), { irVersion: 99 }),
    outcome: ['MODEL_FILE_INVALID'],
  },
  { name: 'odd_strings', bytes: oddStrings, outcome: ['served'] },
  { name: 'odd_names', bytes: oddNames, outcome: ['served'] },
  {
    name: 'element_type_unknown',
    bytes: () => addWeights(tensor({ name: 'w', dims: [4], type: 999, raw: floats(4) })),
    outcome: ['MODEL_FILE_INVALID'],
  },
  {
    // A contradiction that only a run finds; nobody says that the model takes zeros.
    name: 'reshape_to_elsewhere',
    bytes: () => modelOf([node('Reshape', ['x', 's'], ['y'])], [int64Tensor('s', [3])]),
    outcome: ['served'],
  },
  {
    name: 'warm_up_fails',
    bytes: () => modelOf([node('Reshape', ['x', 's'], ['y'])], [int64Tensor('s', [3])]),
    prepare: (directory) => writeWarmUpFile(directory, [predictLog('x', [4], [1, 2, 3, 4])]),
    outcome: ['WARMUP_FAILED'],
  },
];

/** A gigabyte of input, which is no reason to refuse it, and none to make one up. */
export const hugeInput: HostileModel = {
  name: 'input_of_3e8',
  bytes: () => shaped([3e8]),
  outcome: ['served'],
};

function randomBytes(count: number, seed: number): Buffer {
  const random = randomNumbers(seed);
  return Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));
}

/** `If` in the branch of an `If`, and so on. */
function nestedIf(depth: number): Buffer {
  const leaf = (name: string): Buffer =>
    graph({ nodes: [node('Identity', ['x'], [name])], outputs: [value(name, [4])] });
  let inner = leaf('o0');
  for (let level = 1; level < depth; level++) {
    const branches = { then_branch: { graph: inner }, else_branch: { graph: leaf(`e${level}`) } };
    const output = `o${level}`;
    inner = graph({ nodes: [node('If', ['c'], [output], branches)], outputs: [value(output, [4])] });
  }
  const branches = { then_branch: { graph: inner }, else_branch: { graph: leaf('e') } };
  return model(
    graph({
      nodes: [node('If', ['c'], ['y'], branches)],
      inputs: [value('x', [4]), value('c', [], elementType.bool)],
      outputs: [value('y', [4])],
    }),
  );
}

/** Strings that are no UTF-8, with NULs, and one of a megabyte. */
function oddStrings(): Buffer {
  const strings = [
    Buffer.of(0xff, 0xfe, 0x00, 0x80),
    Buffer.of(0),
    Buffer.alloc(0),
    Buffer.alloc(1_000_000, 0xf0),
  ];
  return model(
    graph({
      nodes: [node('Identity', ['w'], ['y']), node('Identity', ['x'], ['z'])],
      initializers: [tensor({ name: 'w', dims: [4], type: elementType.string, strings })],
      inputs: [value('x', [4])],
      outputs: [value('y', [4], elementType.string), value('z', [4])],
    }),
  );
}

/** Names that mean something elsewhere. */
function oddNames(): Buffer {
  return model(
    graph({
      nodes: [
        node('Add', ['__proto__', 'constructor'], ['toString']),
        node('Neg', ['toString'], ['a\nb\u001b[31m']),
      ],
      inputs: [value('__proto__', [4]), value('constructor', [4])],
      outputs: [value('toString', [4]), value('a\nb\u001b[31m', [4])],
      more: field(10, '\u0000'.repeat(1000)),
    }),
  );
}
