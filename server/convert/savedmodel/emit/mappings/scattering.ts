// Elements written by index.
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { Unsupported } from '../../unsupported.ts';
import { cast, type ElementType, scalarOf } from './element-types.ts';
import { shapeFrom, shapeName, tensorAt } from './facts.ts';

/** What becomes of elements that several updates meet: the last one counts, or all together. */
export type Scatter = 'none' | 'add' | 'max' | 'min' | 'mul';

/**
 * Scatters rows: `rows[index[i]] = updates[i]`, with `rows` of shape [P, T], `updates` [N, T] and int64 `index` [N].
 * ScatterND would do it for more than rows, but ONNX Runtime's threads race there for elements that are written twice.
 */
export function scatterRows(
  scope: EmitScope,
  dtype: ElementType,
  rows: string,
  index: string,
  updates: string,
  reduction: Scatter,
): string {
  const type = dtype === 'bfloat16' || dtype === 'float16' ? 'float32' : dtype;
  const column = scope.node('Unsqueeze', [index, scope.ints([1])]);
  const indices = scope.node('Expand', [column, scope.node('Shape', [updates])]);
  const operands = [cast(scope, rows, dtype, type), indices, cast(scope, updates, dtype, type)];
  const result = scope.node('ScatterElements', operands, { axis: 0, reduction });
  return cast(scope, result, type, dtype);
}

/** The product of a vector of sizes, as a vector of length one. */
export function productOf(scope: EmitScope, sizes: string): string {
  return scope.node('ReduceProd', [sizes], { keepdims: 1 });
}

/** Scatters slices into a tensor of the shape `sizes`; the last axis of the indices says where each goes. */
function scattered(
  scope: EmitScope,
  target: { readonly name: string; readonly sizes: string; readonly dtype: ElementType },
  indices: TensorTerm,
  updates: string,
  reduction: Scatter,
): string {
  const depth = indices.shape?.at(-1) ?? -1;
  if (depth < 0) {
    throw new Unsupported('indices of which the depth is not known');
  }
  const outer = scope.node('Slice', [target.sizes, scope.ints([0]), scope.ints([depth])]);
  const inner = scope.node('Slice', [target.sizes, scope.ints([depth]), scope.ints([64])]);
  const rowLength = productOf(scope, inner);
  const rowCount = productOf(scope, outer);
  const places = scope.node('Reshape', [
    scope.int64Name(indices),
    scope.ints(depth === 0 ? [1, 0] : [-1, depth]),
  ]);
  const index = linearIndex(scope, places, outer, depth);
  const count = scope.node('Shape', [index]);
  const rowsShape = scope.node('Concat', [rowCount, rowLength], { axis: 0 });
  const updatesShape = scope.node('Concat', [count, rowLength], { axis: 0 });
  const rows = scope.node('Reshape', [target.name, rowsShape], { allowzero: 1 });
  const values = scope.node('Reshape', [updates, updatesShape], { allowzero: 1 });
  const result = scatterRows(scope, target.dtype, rows, index, values, reduction);
  return scope.node('Reshape', [result, target.sizes], { allowzero: 1 });
}

/** The number of the row that each index tuple means; one beyond every tensor for a tuple that is out of range. */
function linearIndex(scope: EmitScope, places: string, sizes: string, depth: number): string {
  const isInside = scope.node('And', [
    scope.node('GreaterOrEqual', [places, scope.scalar('int64', 0)]),
    scope.node('Less', [places, sizes]),
  ]);
  const last = scope.ints([1]);
  const allInside =
    depth === 1
      ? scope.node('Squeeze', [isInside, last])
      : cast(
          scope,
          scope.node('ReduceMin', [cast(scope, isInside, 'bool', 'uint8'), last], { keepdims: 0 }),
          'uint8',
          'bool',
        );
  // How many rows one step along each axis is: products of the sizes behind it.
  const factors = Array.from({ length: depth }, (_, axis) =>
    productOf(scope, scope.node('Slice', [sizes, scope.ints([axis + 1]), scope.ints([64])])),
  );
  const [only = ''] = factors;
  const weights = factors.length > 1 ? scope.node('Concat', factors, { axis: 0 }) : only;
  const sum =
    depth === 1
      ? scope.node('Squeeze', [places, last])
      : scope.node('ReduceSum', [depth === 0 ? places : scope.node('Mul', [places, weights]), last], {
          keepdims: 0,
        });
  return scope.node('Where', [allInside, sum, scope.scalar('int64', 2 ** 52)]);
}

const scatterNd: Mapping = (_node, inputs, scope) => {
  const indices = tensorAt(scope, inputs, 0);
  const updates = tensorAt(scope, inputs, 1);
  const sizesTerm = tensorAt(scope, inputs, 2);
  const { dtype } = updates;
  const sizes = scope.int64Name(sizesTerm);
  const type: ElementType = dtype === 'bool' ? 'uint8' : dtype;
  const name = scope.node('Expand', [scalarOf(scope, type, 0), sizes]);
  const values = cast(scope, scope.name(updates), dtype, type);
  const reduction = dtype === 'bool' ? 'max' : 'add';
  const result = scattered(scope, { name, sizes, dtype: type }, indices, values, reduction);
  return [scope.tensor(dtype, cast(scope, result, type, dtype), { shape: shapeFrom(sizesTerm) })];
};

const tensorScatter =
  (reduction: Scatter, isNegated = false): Mapping =>
  (_node, inputs, scope) => {
    const x = tensorAt(scope, inputs, 0);
    const updates = tensorAt(scope, inputs, 2);
    const given = scope.name(updates);
    const values = isNegated ? scope.node('Sub', [scalarOf(scope, x.dtype, 0), given]) : given;
    const target = { name: scope.name(x), sizes: shapeName(scope, x), dtype: x.dtype };
    const result = scattered(scope, target, tensorAt(scope, inputs, 1), values, reduction);
    return [scope.tensor(x.dtype, result, { shape: x.shape })];
  };

/** Writes by index. */
export const scatteringMappings: Mappings = new Map<string, Mapping>([
  ['ScatterNd', scatterNd],
  ['ScatterNdNonAliasingAdd', tensorScatter('add')],
  ['TensorScatterUpdate', tensorScatter('none')],
  ['TensorScatterAdd', tensorScatter('add')],
  ['TensorScatterSub', tensorScatter('add', true)],
  ['TensorScatterMax', tensorScatter('max')],
  ['TensorScatterMin', tensorScatter('min')],
]);
