// Functions of two numbers, element by element, with broadcasting.
import { boolAttr, stringAttr } from '../../graph/attributes.ts';
import { onnxElementType } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import type { OnnxAttribute, OnnxAttributes } from '../../../onnx/onnx-model.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { choose, type ElementType, scalarOf, typedNode, workingType } from './element-types.ts';
import { castTerm, elementwise, elementwiseNode, partialArithmetic } from './elementwise.ts';
import { tensorAt, tensors } from './facts.ts';
import { arcTangent2, log1p } from './precise-functions.ts';

type Arithmetic = (a: number, b: number) => number;

const direct =
  (op: string, arithmetic?: Arithmetic): Mapping =>
  (_node, inputs, scope) => {
    const left = tensorAt(scope, inputs, 0);
    const right = tensorAt(scope, inputs, 1);
    return [binaryNode(scope, op, left, right, arithmetic)];
  };

function binaryNode(
  scope: EmitScope,
  op: string,
  left: TensorTerm,
  right: TensorTerm,
  arithmetic?: Arithmetic,
): TensorTerm {
  const partial = arithmetic === undefined ? undefined : partialArithmetic(left, right, arithmetic);
  return elementwiseNode(scope, op, [left, right], partial);
}

/** Strings are joined by the host: ONNX Runtime's Node binding takes only those that are UTF-8. */
const addition: Mapping = (_node, inputs, scope) => {
  const left = tensorAt(scope, inputs, 0);
  if (left.dtype === 'string') {
    throw new Unsupported('joined strings');
  }
  return [binaryNode(scope, 'Add', left, tensorAt(scope, inputs, 1), (a, b) => a + b)];
};

/** Emits on two names in a type that the op takes, and casts back. */
const inType =
  (op: string, emit: (scope: EmitScope, a: string, b: string, dtype: ElementType) => string): Mapping =>
  (_node, inputs, scope) => {
    const left = tensorAt(scope, inputs, 0);
    const right = tensorAt(scope, inputs, 1);
    const type = workingType(op, left.dtype);
    const operands = [castTerm(scope, left, type), castTerm(scope, right, type)];
    const result = elementwise(scope, operands, type, ([a = '', b = '']) => emit(scope, a, b, type));
    return [castTerm(scope, result, left.dtype)];
  };

/** `quiet(a, b)` where the tested operand is not zero, else zero: whatever the other one is. */
const zeroWhereZero = (
  tested: 'a' | 'b',
  emit: (scope: EmitScope, a: string, b: string, dtype: ElementType) => string,
): Mapping =>
  inType('Exp', (scope, a, b, dtype) => {
    const zero = scalarOf(scope, dtype, 0);
    const isZero = scope.node('Equal', [tested === 'a' ? a : b, zero]);
    return choose(scope, dtype, isZero, zero, emit(scope, a, b, dtype));
  });

const squaredDifference: Mapping = (_node, inputs, scope) => {
  const left = tensorAt(scope, inputs, 0);
  const right = tensorAt(scope, inputs, 1);
  return [
    elementwise(scope, [left, right], left.dtype, (names) => {
      const difference = typedNode(scope, 'Sub', left.dtype, names);
      return typedNode(scope, 'Mul', left.dtype, [difference, difference]);
    }),
  ];
};

/** A sum of equal shapes. */
const sum: Mapping = (_node, inputs, scope) => {
  const [first, ...rest] = tensors(scope, inputs);
  if (first === undefined) {
    throw new Unsupported('a sum of nothing');
  }
  return [rest.reduce((total, term) => elementwiseNode(scope, 'Add', [total, term]), first)];
};

const biasAdd: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const bias = tensorAt(scope, inputs, 1);
  if (stringAttr(node, 'data_format', 'NHWC') !== 'NCHW') {
    return [elementwiseNode(scope, 'Add', [x, bias])];
  }
  const ones = new Array<number>(scope.rank(x) - 2).fill(1);
  const name = scope.node('Reshape', [scope.name(bias), scope.ints([-1, ...ones])]);
  const sum = typedNode(scope, 'Add', x.dtype, [scope.name(x), name]);
  return [scope.tensor(x.dtype, sum, { shape: x.shape })];
};

const clip: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const atLeast = elementwiseNode(scope, 'Min', [x, tensorAt(scope, inputs, 2)]);
  return [elementwiseNode(scope, 'Max', [atLeast, tensorAt(scope, inputs, 1)])];
};

const comparison =
  (op: string, isNegated = false): Mapping =>
  (node, inputs, scope) => {
    const left = tensorAt(scope, inputs, 0);
    const right = tensorAt(scope, inputs, 1);
    const isLenient = op === 'Equal' && !boolAttr(node, 'incompatible_shape_error', true);
    if (isLenient && !areCompatible(left, right)) {
      return [scope.constant({ dtype: 'bool', shape: [], data: Uint8Array.of(isNegated ? 1 : 0) })];
    }
    const type = workingType(op, left.dtype);
    const operands = [castTerm(scope, left, type), castTerm(scope, right, type)];
    if (isLenient && (left.shape === undefined || right.shape === undefined)) {
      return [lenientEquality(scope, operands, isNegated)];
    }
    return [
      elementwise(scope, operands, 'bool', (names) => {
        const result = scope.node(op, names);
        return isNegated ? scope.node('Not', [result]) : result;
      }),
    ];
  };

/** One truth value for operands whose shapes do not fit at a request; else element by element. */
function lenientEquality(scope: EmitScope, operands: readonly TensorTerm[], isNegated: boolean): TensorTerm {
  const names = operands.map((operand) => scope.name(operand));
  const one = scope.ints([1]);
  const shapes = names.map((name) => scope.node('Shape', [name]));
  const ranks = names.map((name) => scope.node('Shape', [scope.node('Shape', [name])]));
  const rank = scope.node('Max', ranks);
  const [a = '', b = ''] = shapes.map((shape, index) => {
    const missing = scope.node('Sub', [rank, ranks[index] ?? '']);
    return scope.node('Concat', [scope.node('Expand', [one, missing]), shape], { axis: 0 });
  });
  const stretches = scope.node('Or', [scope.node('Equal', [a, one]), scope.node('Equal', [b, one])]);
  const fits = scope.node('Or', [scope.node('Equal', [a, b]), stretches]);
  const all = scope.node('ReduceMin', [scope.node('Cast', [fits], { to: 6 })], { keepdims: 0 });
  const elementType = onnxElementType('bool');
  const branch = (op: string, inputs: readonly string[], attributes: OnnxAttributes): OnnxAttribute => {
    const name = scope.freshName('same');
    const nodes = [{ op, domain: '', inputs, outputs: [name], attributes }];
    return { graph: { name, nodes, initializers: [], inputs: [], outputs: [{ name, elementType }] } };
  };
  const never = { dtype: 'bool', shape: [], data: Uint8Array.of(0) } as const;
  const same = scope.node('If', [scope.node('Cast', [all], { to: elementType })], {
    then_branch: branch('Equal', names, {}),
    else_branch: branch('Constant', [], { value: { tensor: never } }),
  });
  return scope.tensor('bool', isNegated ? scope.node('Not', [same]) : same);
}

/** Whether the shapes may be broadcast against each other, as far as they are known. */
function areCompatible(left: TensorTerm, right: TensorTerm): boolean {
  const [a, b] = [left.shape ?? [], right.shape ?? []];
  return a.every((size, index) => {
    const other = b[b.length - a.length + index] ?? 1;
    return size === other || size === 1 || other === 1 || size < 0 || other < 0;
  });
}

const logical =
  (op: string): Mapping =>
  (_node, inputs, scope) => [
    elementwise(scope, tensors(scope, inputs), 'bool', (names) => scope.node(op, names)),
  ];

const arcTangent: Mapping = (_node, inputs, scope) => {
  const y = tensorAt(scope, inputs, 0);
  const x = tensorAt(scope, inputs, 1);
  return [elementwise(scope, [y, x], y.dtype, ([a = '', b = '']) => arcTangent2(scope, y.dtype, a, b))];
};

/** Functions of two numbers. */
export const binaryMappings: Mappings = new Map<string, Mapping>([
  ['Add', addition],
  ['AddV2', addition],
  ['Sub', direct('Sub', (a, b) => a - b)],
  ['Mul', direct('Mul', (a, b) => a * b)],
  ['RealDiv', direct('Div')],
  ['Maximum', direct('Max', Math.max)],
  ['Minimum', direct('Min', Math.min)],
  ['SquaredDifference', squaredDifference],
  ['AddN', sum],
  ['AccumulateNV2', sum],
  ['BiasAdd', biasAdd],
  ['BiasAddV1', biasAdd],
  ['ClipByValue', clip],
  ['DivNoNan', zeroWhereZero('b', (scope, a, b) => scope.node('Div', [a, b]))],
  ['MulNoNan', zeroWhereZero('b', (scope, a, b) => scope.node('Mul', [a, b]))],
  ['Xlogy', zeroWhereZero('a', (scope, a, b) => scope.node('Mul', [a, scope.node('Log', [b])]))],
  ['Xlog1py', zeroWhereZero('a', (scope, a, b, dtype) => scope.node('Mul', [a, log1p(scope, dtype, b)]))],
  ['Xdivy', zeroWhereZero('a', (scope, a, b) => scope.node('Div', [a, b]))],
  ['Atan2', arcTangent],
  ['Equal', comparison('Equal')],
  ['NotEqual', comparison('Equal', true)],
  ['Less', comparison('Less')],
  ['LessEqual', comparison('LessOrEqual')],
  ['Greater', comparison('Greater')],
  ['GreaterEqual', comparison('GreaterOrEqual')],
  ['LogicalAnd', logical('And')],
  ['LogicalOr', logical('Or')],
]);
