// Reductions along axes.
import { boolAttr } from '../../graph/attributes.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import {
  cast,
  type ElementType,
  isFloat,
  isInteger,
  scalarOf,
  testNode,
  typedNode,
} from './element-types.ts';
import { castTerm, elementwise } from './elementwise.ts';
import { normalAxis, type Partial1, partialOf, shapeName, tensorAt, vectorName } from './facts.ts';
import { refuseWhere } from './refusals.ts';

/** Where a reduction works: the names of the operand and of its axes, in one layout. */
interface Reduction {
  readonly name: string;
  readonly axes: string;
  readonly keepdims: 0 | 1;
  readonly shape: readonly number[] | undefined;
  /** Whether the result lies in ONNX's layout. */
  readonly isNchw: boolean;
  /** Whether an axis that is reduced may be empty. */
  readonly mayBeEmpty: boolean;
}

type Reduce = (scope: EmitScope, x: TensorTerm, reduction: Reduction) => string;

const toNchwAxis = [0, 2, 3, 1];

function plan(scope: EmitScope, node: GraphNode, x: TensorTerm, axesTerm: TensorTerm): Reduction {
  const keepsAxes = boolAttr(node, 'keep_dims', false);
  const keepdims = keepsAxes ? 1 : 0;
  if (axesTerm.constant === undefined) {
    const axes = vectorName(scope, axesTerm);
    const shape = keepsAxes ? x.shape?.map(() => -1) : undefined;
    return { name: scope.name(x), axes, keepdims, shape, isNchw: false, mayBeEmpty: true };
  }
  const given = scope.known(axesTerm, 'axes');
  const { shape } = x;
  if (shape === undefined) {
    const axes = scope.ints(given);
    return { name: scope.name(x), axes, keepdims, shape: undefined, isNchw: false, mayBeEmpty: true };
  }
  const axes = given.map((axis) => normalAxis(axis, shape.length));
  const result = shape.flatMap((size, axis) => (axes.includes(axis) ? (keepsAxes ? [1] : []) : [size]));
  const facts = {
    keepdims,
    shape: result,
    mayBeEmpty: axes.some((axis) => (shape[axis] ?? -1) < 1),
  } as const;
  // Without the channels, or without height and width, the axes that stay have the same order in both layouts.
  const keepsOrder = axes.includes(3) || (axes.includes(1) && axes.includes(2));
  if (scope.isNchw(x) && (keepsAxes || keepsOrder)) {
    const nchwAxes = scope.ints(axes.map((axis) => toNchwAxis[axis] ?? axis));
    return { ...facts, name: scope.nchwName(x), axes: nchwAxes, isNchw: keepsAxes };
  }
  return { ...facts, name: scope.name(x), axes: scope.ints(axes), isNchw: false };
}

/** `noop_with_empty_axes`: no axes reduce nothing, as in TensorFlow. */
function reduceNode(
  scope: EmitScope,
  op: string,
  dtype: ElementType,
  name: string,
  { axes, keepdims }: Reduction,
): string {
  return typedNode(scope, op, dtype, [name], { keepdims, noop_with_empty_axes: 1 }, [axes]);
}

const reduction =
  (reduce: Reduce, combine?: (elements: readonly number[]) => number): Mapping =>
  (node, inputs, scope) => {
    const x = tensorAt(scope, inputs, 0);
    const axes = tensorAt(scope, inputs, 1);
    const work = plan(scope, node, x, axes);
    const partial = combine === undefined ? undefined : combined(x, axes, work, combine);
    const name = reduce(scope, x, work);
    return [
      work.isNchw
        ? scope.nchwTensor(x.dtype, name, { shape: work.shape })
        : scope.tensor(x.dtype, name, { shape: work.shape, partial }),
    ];
  };

function combined(
  x: TensorTerm,
  axes: TensorTerm,
  { shape }: Reduction,
  combine: (elements: readonly number[]) => number,
): Partial1 | undefined {
  const known = partialOf(x)?.filter((element) => element !== null);
  if (known === undefined || known.length !== x.partial?.length || x.shape?.length !== 1) {
    return undefined;
  }
  if (axes.partial?.length !== 1 || (shape?.length ?? 2) > 1) {
    return undefined;
  }
  const result = combine(known);
  return Number.isInteger(result) && Math.abs(result) < 2 ** 31 ? [result] : undefined;
}

/** ONNX Runtime sums integers in float64 and stops at the highest: two halves of 32 bits each stay exact, and wrap around. */
const exactSum = (scope: EmitScope, name: string, dtype: ElementType, work: Reduction): string => {
  const wide = cast(scope, name, dtype, 'int64');
  const sumOf = (part: string): string => reduceNode(scope, 'ReduceSum', 'int64', part, work);
  if (!dtype.endsWith('64')) {
    return sumOf(wide);
  }
  const low = scope.node('BitwiseAnd', [wide, scope.scalar('int64', 2 ** 32 - 1)]);
  const width = scope.scalar('int64', 2 ** 32);
  const high = scope.node('Div', [scope.node('Sub', [wide, low]), width]);
  return scope.node('Add', [scope.node('Mul', [sumOf(high), width]), sumOf(low)]);
};

const sum: Reduce = (scope, x, work) =>
  isInteger(x.dtype)
    ? cast(scope, exactSum(scope, work.name, x.dtype, work), 'int64', x.dtype)
    : reduceNode(scope, 'ReduceSum', x.dtype, work.name, work);

/** How many elements make one of the result, as an int64 scalar. */
function countOf(scope: EmitScope, x: TensorTerm, { axes }: Reduction): string {
  const sizes = scope.isNchw(x) ? scope.node('Shape', [scope.nchwName(x)]) : shapeName(scope, x);
  const reduced = scope.node('Gather', [sizes, axes]);
  return scope.node('ReduceProd', [reduced], { keepdims: 0 });
}

const mean: Reduce = (scope, x, work) => {
  if (isInteger(x.dtype)) {
    const total = exactSum(scope, work.name, x.dtype, work);
    const count = scope.node('Max', [countOf(scope, x, work), scope.scalar('int64', 1)]);
    const type = x.dtype === 'uint64' ? 'uint64' : 'int64';
    const quotient = scope.node('Div', [
      cast(scope, total, 'int64', type),
      cast(scope, count, 'int64', type),
    ]);
    return cast(scope, quotient, type, x.dtype);
  }
  const result = reduceNode(scope, 'ReduceMean', x.dtype, work.name, work);
  if (!work.mayBeEmpty) {
    return result;
  }
  // The mean of nothing is not a number; ONNX Runtime says 0. 0 / 0 is what is added then, else 0 / size.
  const type = x.dtype === 'float64' ? 'float64' : 'float32';
  const size = cast(scope, scope.node('Size', [cast(scope, work.name, x.dtype, type)]), 'int64', type);
  const correction = scope.node('Div', [scope.scalar(type, 0), size]);
  return typedNode(scope, 'Add', x.dtype, [result, cast(scope, correction, type, x.dtype)]);
};

const product: Reduce = (scope, x, work) => {
  if (isFloat(x.dtype)) {
    return reduceNode(scope, 'ReduceProd', x.dtype, work.name, work);
  }
  if (x.dtype === 'uint64') {
    throw new Unsupported('products of uint64 elements');
  }
  // In float64: exact up to 2^53, beyond that the request is refused rather than answered wrongly.
  const exact = reduceNode(scope, 'ReduceProd', 'float64', cast(scope, work.name, x.dtype, 'float64'), work);
  const tooLarge = scope.node('Greater', [scope.node('Abs', [exact]), scope.scalar('float64', 2 ** 53)]);
  const checked = refuseWhere(scope, 'float64', exact, tooLarge, 'A product of integers is beyond 2^53');
  return cast(scope, cast(scope, checked, 'float64', 'int64'), 'int64', x.dtype);
};

/** ONNX Runtime passes over NaN, TensorFlow gives it. */
const extreme =
  (op: 'ReduceMax' | 'ReduceMin'): Reduce =>
  (scope, x, work) => {
    if (!isFloat(x.dtype)) {
      return extremeInteger(scope, op, x.dtype, work);
    }
    const result = reduceNode(scope, op, x.dtype, work.name, work);
    const odd = cast(scope, testNode(scope, 'IsNaN', x.dtype, [work.name]), 'bool', 'uint8');
    const anyOdd = cast(scope, reduceNode(scope, 'ReduceMax', 'uint8', odd, work), 'uint8', 'bool');
    return typedWhere(scope, x.dtype, anyOdd, scalarOf(scope, x.dtype, Number.NaN), result);
  };

/** The smallest and the largest number of types whose reductions are computed in wider ones. */
const bounds: ReadonlyMap<ElementType, readonly [least: number, most: number]> = new Map([
  ['int16', [-(2 ** 15), 2 ** 15 - 1]],
  ['uint16', [0, 2 ** 16 - 1]],
  ['uint32', [0, 2 ** 32 - 1]],
]);

/** The extreme of nothing is the type's own bound, not that of the type in which it is computed. */
function extremeInteger(
  scope: EmitScope,
  op: 'ReduceMax' | 'ReduceMin',
  dtype: ElementType,
  work: Reduction,
): string {
  const [least, most] = bounds.get(dtype) ?? [];
  if (least === undefined || most === undefined || !work.mayBeEmpty) {
    return reduceNode(scope, op, dtype, work.name, work);
  }
  const wide = cast(scope, work.name, dtype, 'int64');
  const result = reduceNode(scope, op, 'int64', wide, work);
  const [limit, bound] = op === 'ReduceMax' ? (['Max', least] as const) : (['Min', most] as const);
  return cast(scope, scope.node(limit, [result, scope.scalar('int64', bound)]), 'int64', dtype);
}

function typedWhere(
  scope: EmitScope,
  dtype: ElementType,
  condition: string,
  yes: string,
  no: string,
): string {
  const type = dtype === 'bfloat16' ? 'float32' : dtype;
  const operands = [cast(scope, yes, dtype, type), cast(scope, no, dtype, type)];
  return cast(scope, scope.node('Where', [condition, ...operands]), type, dtype);
}

/** Truth values as uint8: ONNX Runtime refuses empty ones of its own. */
const logical =
  (op: 'ReduceMax' | 'ReduceMin'): Reduce =>
  (scope, _x, work) => {
    const bytes = cast(scope, work.name, 'bool', 'uint8');
    return cast(scope, reduceNode(scope, op, 'uint8', bytes, work), 'uint8', 'bool');
  };

const euclideanNorm: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const wide = isFloat(x.dtype) ? x : castTerm(scope, x, 'float64');
  const work = plan(scope, node, wide, tensorAt(scope, inputs, 1));
  const name = reduceNode(scope, 'ReduceL2', wide.dtype, work.name, work);
  const result = work.isNchw
    ? scope.nchwTensor(wide.dtype, name, { shape: work.shape })
    : scope.tensor(wide.dtype, name, { shape: work.shape });
  return [castTerm(scope, result, x.dtype)];
};

/** Half the sum of the squares of all elements. */
const l2Loss: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const halved = elementwise(scope, [x], x.dtype, ([name = '']) =>
    typedNode(scope, 'Mul', x.dtype, [name, name]),
  );
  const name = scope.isNchw(halved) ? scope.nchwName(halved) : scope.name(halved);
  const total = typedNode(scope, 'ReduceSum', x.dtype, [name], { keepdims: 0 });
  const half = scalarOf(scope, x.dtype, 0.5);
  return [scope.tensor(x.dtype, typedNode(scope, 'Mul', x.dtype, [total, half]), { shape: [] })];
};

/** Reductions. */
export const reductionMappings: Mappings = new Map<string, Mapping>([
  ['Sum', reduction(sum, (elements) => elements.reduce((a, b) => a + b, 0))],
  ['Mean', reduction(mean)],
  ['Prod', reduction(product, (elements) => elements.reduce((a, b) => a * b, 1))],
  ['Max', reduction(extreme('ReduceMax'), (elements) => Math.max(...elements))],
  ['Min', reduction(extreme('ReduceMin'), (elements) => Math.min(...elements))],
  ['All', reduction(logical('ReduceMin'))],
  ['Any', reduction(logical('ReduceMax'))],
  ['EuclideanNorm', euclideanNorm],
  ['L2Loss', l2Loss],
]);
