// Which element types ONNX Runtime's CPU kernels take, and the casts around those that lack TensorFlow's.
import type { OnnxAttributes } from '../../../onnx/onnx-model.ts';
import { onnxElementType } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, TensorTerm } from '../contract.ts';

/** What a tensor of the graph may hold. */
export type ElementType = TensorTerm['dtype'];

const halfAndSingle = ['float16', 'float32'] as const;
const floats = ['float16', 'float32', 'float64'] as const;
const integers = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'] as const;
const numbers = [...floats, ...integers] as const;
const wide = [...floats, 'int32', 'int64'] as const;
const withoutShorts = numbers.filter((type) => type !== 'int16' && type !== 'uint16');

/** Found by trying every op with every type on onnxruntime-node 1.30. An op that is not here takes all types but bfloat16. */
const kernelTypes: ReadonlyMap<string, ReadonlySet<ElementType>> = new Map(
  (
    [
      ['Exp Log Sqrt Reciprocal Floor Ceil Sigmoid Tanh Sin Cos Round', floats],
      ['Softmax LogSoftmax IsNaN IsInf Gemm', floats],
      ['Softplus Softsign Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh', halfAndSingle],
      ['Erf Elu Selu LeakyRelu', halfAndSingle],
      ['Relu', [...floats, 'int8', 'int32']],
      ['Neg', [...floats, 'int8', 'int16', 'int32', 'int64']],
      ['Sign', ['float32', 'float64', ...integers]],
      ['Abs Add Sub Mul Div Mod Less Greater LessOrEqual GreaterOrEqual', numbers],
      ['Max Min Clip', withoutShorts],
      ['Pow ReduceSum ReduceMean ReduceProd ReduceL2 ReduceSumSquare CumSum', wide],
      ['BitwiseAnd BitwiseOr BitwiseXor BitwiseNot', integers],
      ['MatMul Einsum', [...wide, 'uint32', 'uint64']],
      ['Where', [...wide, 'uint8', 'string']],
      ['Pad', [...withoutShorts, 'bool']],
      ['ReduceMax ReduceMin ArgMax ArgMin', [...wide, 'int8', 'uint8']],
      ['TopK', [...wide, 'int8', 'int16', 'uint8']],
      ['Trilu', [...wide, 'bool']],
      ['Unique', ['float32', 'float64', 'int8', 'int64', 'string']],
    ] as const
  ).flatMap(([ops, types]) =>
    ops.split(' ').map((op): [string, ReadonlySet<ElementType>] => [op, new Set<ElementType>(types)]),
  ),
);

/** Kernels that move bfloat16 about. */
const bfloat16Movers = new Set([
  'Identity',
  'Reshape',
  'Transpose',
  'Concat',
  'Squeeze',
  'Unsqueeze',
  'Split',
]);

/** Types that hold every value of a type, narrowest first. */
const wider: Readonly<Partial<Record<ElementType, readonly ElementType[]>>> = {
  bool: ['uint8', 'int32'],
  int8: ['int16', 'int32', 'float32'],
  uint8: ['int16', 'int32', 'float32'],
  int16: ['int32', 'float32'],
  uint16: ['int32', 'float32'],
  int32: ['int64', 'float64'],
  uint32: ['int64', 'float64'],
  float16: ['float32'],
  bfloat16: ['float32'],
};

/** Ops whose result has the same bits whether 64 bits are read as signed or not. */
const signless = new Set(['Where', 'ReduceSum', 'CumSum', 'Trilu', 'Unique']);

/** The type in which an ONNX op is computed for elements of `dtype`. Throws Unsupported where no kernel gives TensorFlow's result. */
export function workingType(op: string, dtype: ElementType): ElementType {
  const types = kernelTypes.get(op);
  if (types === undefined) {
    return dtype === 'bfloat16' && !bfloat16Movers.has(op) ? 'float32' : dtype;
  }
  if (types.has(dtype)) {
    return dtype;
  }
  if (dtype === 'uint64' && signless.has(op)) {
    return 'int64';
  }
  const found = wider[dtype]?.find((type) => types.has(type));
  if (found === undefined) {
    throw new Unsupported(`${op} of ${dtype} elements`);
  }
  return found;
}

/** The named ONNX value with elements of another type, as C++ casts them. */
export function cast(scope: EmitScope, name: string, from: ElementType, to: ElementType): string {
  return from === to ? name : scope.node('Cast', [name], { to: onnxElementType(to) });
}

/** Emits what one op computes in the type that its kernel takes; `emit` gets the names in that type, and gives one of that type. */
export function inWorkingType(
  scope: EmitScope,
  op: string,
  dtype: ElementType,
  names: readonly string[],
  emit: (names: readonly string[], type: ElementType) => string,
): string {
  const type = workingType(op, dtype);
  const result = emit(
    names.map((name) => cast(scope, name, dtype, type)),
    type,
  );
  return cast(scope, result, type, dtype);
}

/** Emits an op of which all `names` and the result have one type, with casts where its kernel needs them; `others` are inputs of other types behind them. */
export function typedNode(
  scope: EmitScope,
  op: string,
  dtype: ElementType,
  names: readonly string[],
  attributes: OnnxAttributes = {},
  others: readonly string[] = [],
): string {
  return inWorkingType(scope, op, dtype, names, (cast) => scope.node(op, [...cast, ...others], attributes));
}

/** As `typedNode` for an op that gives truth values: a comparison, `IsNaN`. */
export function testNode(scope: EmitScope, op: string, dtype: ElementType, names: readonly string[]): string {
  const type = workingType(op, dtype);
  return scope.node(
    op,
    names.map((name) => cast(scope, name, dtype, type)),
  );
}

/** Elements of `yes` where the condition holds, else of `no`, broadcast. */
export function choose(
  scope: EmitScope,
  dtype: ElementType,
  condition: string,
  yes: string,
  no: string,
): string {
  return inWorkingType(scope, 'Where', dtype, [yes, no], (names) =>
    scope.node('Where', [condition, ...names]),
  );
}

export function isInteger(dtype: ElementType): boolean {
  return (integers as readonly ElementType[]).includes(dtype);
}

export function isUnsigned(dtype: ElementType): boolean {
  return dtype.startsWith('uint');
}

export function isFloat(dtype: ElementType): boolean {
  return dtype === 'bfloat16' || (floats as readonly ElementType[]).includes(dtype);
}

/** The name of a constant scalar. Throws Unsupported for a string. */
export function scalarOf(scope: EmitScope, dtype: ElementType, value: number): string {
  if (dtype === 'string') {
    throw new Unsupported('numbers of string elements');
  }
  return scope.scalar(dtype, value);
}
