// Where the largest and the smallest elements are.
import { boolAttr, hasAttr, intAttr, typeAttr } from '../../graph/attributes.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings } from '../contract.ts';
import { cast, choose, isFloat, scalarOf, testNode, workingType } from './element-types.ts';
import { axisWithin, farEnd, knownInteger, knownNumber, shapeName, tensorAt } from './facts.ts';
import { sortedRows } from './sorted-rows.ts';

function integerType(
  node: GraphNode,
  attribute: string,
  fallback: number,
): 'int16' | 'int32' | 'int64' | 'uint16' {
  const type = elementTypeOf(typeAttr(node, attribute, fallback));
  if (type !== 'int16' && type !== 'int32' && type !== 'int64' && type !== 'uint16') {
    throw new Unsupported(`indices of type ${type}`);
  }
  return type;
}

/** TensorFlow passes over NaN: the worst value stands for it. */
const extremePlace =
  (op: 'ArgMax' | 'ArgMin'): Mapping =>
  (node, inputs, scope) => {
    const x = tensorAt(scope, inputs, 0);
    const axis = knownNumber(scope, tensorAt(scope, inputs, 1), 'axis');
    const output = integerType(node, 'output_type', 9);
    const at = axisWithin(axis, x.shape);
    const worst = op === 'ArgMax' ? -Infinity : Infinity;
    const name = scope.name(x);
    const clean = isFloat(x.dtype)
      ? choose(
          scope,
          x.dtype,
          testNode(scope, 'IsNaN', x.dtype, [name]),
          scalarOf(scope, x.dtype, worst),
          name,
        )
      : name;
    const type = workingType(op, x.dtype);
    const place = scope.node(op, [cast(scope, clean, x.dtype, type)], { axis, keepdims: 0 });
    const shape = x.shape?.filter((_, index) => index !== at);
    // Of nothing, ONNX Runtime gives places in the shape of the operand; and TensorFlow refuses an axis that is empty.
    const shaped =
      x.shape?.every((size) => size > 0) === true
        ? place
        : scope.node('Reshape', [place, sizesWithout(scope, shapeName(scope, x), axis)], { allowzero: 1 });
    return [scope.tensor(output, cast(scope, shaped, 'int64', output), { shape })];
  };

/** A vector of sizes without that of one axis. */
function sizesWithout(scope: EmitScope, sizes: string, axis: number): string {
  const before = scope.node('Slice', [sizes, scope.ints([0]), scope.ints([axis])]);
  if (axis === -1) {
    return before;
  }
  const behind = scope.node('Slice', [sizes, scope.ints([axis + 1]), scope.ints([farEnd])]);
  return scope.node('Concat', [before, behind], { axis: 0 });
}

/** Largest first along the last axis; of equal ones the first. */
const topK: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const attribute = hasAttr(node, 'k') ? intAttr(node, 'k') : undefined;
  const k = attribute === undefined ? tensorAt(scope, inputs, 1) : undefined;
  const count =
    k === undefined
      ? scope.ints([attribute ?? 0])
      : scope.node('Reshape', [scope.int64Name(k), scope.ints([1])]);
  const size = attribute ?? (k === undefined ? undefined : knownInteger(k)) ?? -1;
  const sorted = boolAttr(node, 'sorted', true) ? 1 : 0;
  const { values, places } = sortedRows(scope, x, count, { sorted });
  const shape = x.shape === undefined ? undefined : [...x.shape.slice(0, -1), size];
  const indexType = integerType(node, 'index_type', 3);
  return [
    scope.tensor(x.dtype, values, { shape }),
    scope.tensor(indexType, cast(scope, places, 'int64', indexType), { shape }),
  ];
};

/** Whether fewer than k classes are more probable than the target; no for what is not finite or not a class. */
const inTopK: Mapping = (node, inputs, scope) => {
  const predictions = tensorAt(scope, inputs, 0);
  const targets = tensorAt(scope, inputs, 1);
  const k = hasAttr(node, 'k')
    ? scope.ints([intAttr(node, 'k')])
    : scope.int64Name(tensorAt(scope, inputs, 2));
  const values = scope.name(predictions);
  const target = scope.int64Name(targets);
  const zero = scope.scalar('int64', 0);
  const classes = scope.node('Shape', [values], { start: 1, end: 2 });
  const isClass = scope.node('And', [
    scope.node('GreaterOrEqual', [target, zero]),
    scope.node('Less', [target, classes]),
  ]);
  const column = scope.node('Unsqueeze', [scope.node('Where', [isClass, target, zero]), scope.ints([1])]);
  const own = scope.node('GatherElements', [values, column], { axis: 1 });
  const better = scope.node('Greater', [values, own]);
  const count = countTrue(scope, better);
  const odd = scope.node('Or', [
    testNode(scope, 'IsNaN', predictions.dtype, [values]),
    testNode(scope, 'IsInf', predictions.dtype, [values]),
  ]);
  const isFinite = scope.node('Equal', [countTrue(scope, odd), zero]);
  const isAmong = scope.node('Less', [count, k]);
  const result = scope.node('And', [scope.node('And', [isClass, isFinite]), isAmong]);
  return [scope.tensor('bool', result, { shape: targets.shape })];
};

function countTrue(scope: EmitScope, condition: string): string {
  const numbers = cast(scope, condition, 'bool', 'int64');
  return scope.node('ReduceSum', [numbers, scope.ints([1])], { keepdims: 0 });
}

/** The k-th smallest (or largest) element along the last axis. */
const nthElement: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const n = scope.node('Reshape', [scope.int64Name(tensorAt(scope, inputs, 1)), scope.ints([1])]);
  const count = scope.node('Add', [n, scope.ints([1])]);
  const largest = boolAttr(node, 'reverse', false) ? 1 : 0;
  const { values } = sortedRows(scope, x, count, { largest });
  const last = scope.node('Gather', [values, scope.scalar('int64', -1)], { axis: -1 });
  return [scope.tensor(x.dtype, last, { shape: x.shape?.slice(0, -1) })];
};

/** Positions of extremes. */
export const orderingMappings: Mappings = new Map<string, Mapping>([
  ['ArgMax', extremePlace('ArgMax')],
  ['ArgMin', extremePlace('ArgMin')],
  ['TopK', topK],
  ['TopKV2', topK],
  ['InTopK', inTopK],
  ['InTopKV2', inTopK],
  ['NthElement', nthElement],
]);
