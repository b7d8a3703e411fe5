// Operators that work element by element on reals, integers and truth values.
import type { Operation, Translate, Translations } from '../operation.ts';
import { activated, clipped } from './activation.ts';

/** One of TensorFlow's ops on the same operands. */
const same =
  (op: string): Translate =>
  ({ build, refs }) => [build.node(op, refs)];

const test =
  (op: string): Translate =>
  ({ build, refs }) => [build.node(op, refs, { type: 'bool' })];

/** With a fused activation, which the options have in their first field. */
const fused =
  (op: string): Translate =>
  (operation) => {
    const { build, refs } = operation;
    return [activated(build, build.node(op, refs), operation.byte(0))];
  };

/** Integers are divided towards zero. */
const division: Translate = (operation) => {
  const op = operation.input(0).type === 'float32' ? 'RealDiv' : 'TruncateDiv';
  return fused(op)(operation);
};

const hardSwish: Translate = ({ build, refs: [x = ''] }) => {
  const gate = build.node('Relu6', [build.node('AddV2', [x, build.scalar('float32', 3)])]);
  return [build.node('Mul', [build.node('Mul', [x, gate]), build.scalar('float32', 1 / 6)])];
};

const leakyRelu: Translate = (operation) => [
  operation.build.node('LeakyRelu', [operation.ref(0)], {
    attributes: { alpha: { kind: 'float', value: operation.float(0) } },
  }),
];

/** x where it is positive, else slope times x. */
const prelu: Translate = ({ build, refs: [x = '', slope = ''] }) => {
  const negative = build.node('Minimum', [x, build.scalar('float32', 0)]);
  return [build.node('AddV2', [build.node('Relu', [x]), build.node('Mul', [slope, negative])])];
};

/** Half of x times 1 + tanh(√(2/π) (x + 0.044715 x³)), or times 1 + erf(x / √2). */
const gelu: Translate = (operation) => {
  const { build } = operation;
  const x = operation.ref(0);
  const real = (value: number): string => build.scalar('float32', value);
  const half = build.node('Mul', [x, real(0.5)]);
  if (operation.flag(0)) {
    const cube = build.node('Mul', [build.node('Mul', [x, x]), x]);
    const inner = build.node('AddV2', [x, build.node('Mul', [cube, real(0.044715)])]);
    const bent = build.node('Tanh', [build.node('Mul', [inner, real(Math.sqrt(2 / Math.PI))])]);
    return [build.node('Mul', [half, build.node('AddV2', [bent, real(1)])])];
  }
  // 1 + erf(z) = erfc(-z), which keeps its digits where x is far below zero.
  return [build.node('Mul', [half, build.node('Erfc', [build.node('Mul', [x, real(-Math.SQRT1_2)])])])];
};

const clip =
  (minimum: number, maximum: number): Translate =>
  ({ build, refs: [x = ''] }) => [clipped(build, x, minimum, maximum)];

const castTo: Translate = (operation) => [operation.build.cast(operation.ref(0), operation.output().type)];

const addN: Translate = ({ build, refs }) => [build.node('AddN', refs)];

const fakeQuantisation: Translate = (operation) => [
  operation.build.node('FakeQuantWithMinMaxArgs', [operation.ref(0)], {
    attributes: {
      min: { kind: 'float', value: operation.float(0) },
      max: { kind: 'float', value: operation.float(1) },
      num_bits: { kind: 'int', value: BigInt(operation.int(2)) },
      narrow_range: { kind: 'bool', value: operation.flag(3) },
    },
  }),
];

/** The condition is one truth value for each element, or a vector of one for each row. */
const select =
  (op: string): Translate =>
  (operation: Operation) => [operation.build.node(op, operation.refs, { type: operation.output().type })];

const names = (list: string, translate: (op: string) => Translate): [string, Translate][] =>
  list
    .trim()
    .split(/\s+/)
    .map((pair) => {
      const [lite = '', op = ''] = pair.split(':');
      return [lite, translate(op)];
    });

/** Elementwise operators. */
export const elementwiseTranslations: Translations = new Map<string, Translate>([
  ...names(
    `ABS:Abs CEIL:Ceil COS:Cos ELU:Elu EXP:Exp FLOOR:Floor LOG:Log NEG:Neg RSQRT:Rsqrt SIN:Sin SQRT:Sqrt SQUARE:Square
     TANH:Tanh LOGISTIC:Sigmoid RELU:Relu RELU6:Relu6 ROUND:Round SIGN:Sign LOGICAL_NOT:LogicalNot
     ZEROS_LIKE:ZerosLike MAXIMUM:Maximum MINIMUM:Minimum POW:Pow FLOOR_DIV:FloorDiv FLOOR_MOD:FloorMod
     SQUARED_DIFFERENCE:SquaredDifference ATAN2:Atan2 LOGICAL_AND:LogicalAnd LOGICAL_OR:LogicalOr
     BITWISE_XOR:BitwiseXor RIGHT_SHIFT:RightShift`,
    same,
  ),
  ...names(
    'LESS:Less GREATER:Greater LESS_EQUAL:LessEqual GREATER_EQUAL:GreaterEqual EQUAL:Equal NOT_EQUAL:NotEqual',
    test,
  ),
  ...names('ADD:AddV2 SUB:Sub MUL:Mul', fused),
  ...names('SELECT:Select SELECT_V2:SelectV2', select),
  ['DIV', division],
  ['HARD_SWISH', hardSwish],
  ['LEAKY_RELU', leakyRelu],
  ['PRELU', prelu],
  ['GELU', gelu],
  ['RELU_N1_TO_1', clip(-1, 1)],
  ['RELU_0_TO_1', clip(0, 1)],
  ['CAST', castTo],
  ['ADD_N', addN],
  ['FAKE_QUANT', fakeQuantisation],
]);
