// Shapes, sizes and ranks as tensors, and checks of them.
import { shapeAttr, typeAttr } from '../../graph/attributes.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { int32 } from '../../../value.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { cast } from './element-types.ts';
import { shapeFrom, shapeName, tensorAt, tensors } from './facts.ts';
import { refuseWhere } from './refusals.ts';

function sizeType(node: GraphNode): 'int32' | 'int64' {
  return elementTypeOf(typeAttr(node, 'out_type', 3)) === 'int64' ? 'int64' : 'int32';
}

function shapeOf(scope: EmitScope, x: TensorTerm, type: 'int32' | 'int64'): TensorTerm {
  return scope.tensor(type, cast(scope, shapeName(scope, x), 'int64', type), {
    shape: [x.shape?.length ?? -1],
    partial: x.shape?.map((size) => (size < 0 ? null : size)),
  });
}

const size: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const type = sizeType(node);
  const name = scope.isNchw(x) ? scope.nchwName(x) : scope.name(x);
  const known = x.shape?.every((length) => length >= 0) === true ? x.shape : undefined;
  const count = known?.reduce((product, length) => product * length, 1);
  return [
    scope.tensor(type, cast(scope, scope.node('Size', [name]), 'int64', type), {
      shape: [],
      partial: count === undefined ? undefined : [count],
    }),
  ];
};

const rank: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  if (x.shape !== undefined) {
    return [scope.constant(int32(x.shape.length))];
  }
  const name = scope.node('Size', [scope.node('Shape', [scope.name(x)])]);
  return [scope.tensor('int32', cast(scope, name, 'int64', 'int32'), { shape: [] })];
};

/** The tensor, which has the shape from here on: a request with another one is refused. */
const ensureShape: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const asked = shapeAttr(node, 'shape');
  if (asked === undefined || asked.every((size, axis) => size < 0 || size === x.shape?.[axis])) {
    return [x];
  }
  const sizes = shapeName(scope, x);
  const wanted = scope.ints(asked);
  const isOpen = scope.node('Less', [wanted, scope.scalar('int64', 0)]);
  const fits = scope.node('Or', [isOpen, scope.node('Equal', [sizes, wanted])]);
  const words = `Shape of tensor is not compatible with expected shape [${asked.map((size) => (size < 0 ? '?' : size)).join(',')}].`;
  const checked = refuseWhere(scope, 'int64', sizes, scope.node('Not', [fits]), words);
  const name = scope.node('Reshape', [scope.name(x), checked], { allowzero: 1 });
  const shape = asked.map((size, axis) => (size < 0 ? (x.shape?.[axis] ?? -1) : size));
  return [scope.tensor(x.dtype, name, { shape })];
};

/** The shape that operands of two shapes have when they are broadcast. */
const broadcastArgs: Mapping = (_node, inputs, scope) => {
  const [left, right] = tensors(scope, inputs);
  if (left === undefined || right === undefined) {
    throw new Unsupported('one shape');
  }
  const one = scope.scalar('int64', 1);
  const [a, b] = [left, right].map((term) => scope.node('Expand', [one, scope.int64Name(term)]));
  const result = scope.node('Shape', [scope.node('Mul', [a ?? '', b ?? ''])]);
  const length = Math.max(shapeFrom(left)?.length ?? -1, shapeFrom(right)?.length ?? -1);
  const type = left.dtype === 'int64' ? 'int64' : 'int32';
  return [scope.tensor(type, cast(scope, result, 'int64', type), { shape: [length] })];
};

/** Shapes as tensors. */
export const shapeQueryMappings: Mappings = new Map<string, Mapping>([
  ['Shape', (node, inputs, scope) => [shapeOf(scope, tensorAt(scope, inputs, 0), sizeType(node))]],
  ['ShapeN', (node, inputs, scope) => tensors(scope, inputs).map((x) => shapeOf(scope, x, sizeType(node)))],
  ['Size', size],
  ['Rank', rank],
  ['EnsureShape', ensureShape],
  ['BroadcastArgs', broadcastArgs],
]);
