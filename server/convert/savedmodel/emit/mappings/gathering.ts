// Elements looked up by index.
import { intAttr } from '../../graph/attributes.ts';
import type { EmitScope, Mapping, Mappings, Term, TensorTerm } from '../contract.ts';
import { Unsupported } from '../../unsupported.ts';
import { numbersOf } from '../../../value.ts';
import { cast, typedNode } from './element-types.ts';
import { knownNumber, normalAxis, partialOf, shapeName, sliceOf, tensorAt } from './facts.ts';
import { refuseNegative, refuseWhere } from './refusals.ts';

/** The name of indices of which negative ones are refused, as int32 or int64. */
export function indexName(scope: EmitScope, indices: TensorTerm): string {
  const { constant, dtype } = indices;
  if (constant !== undefined) {
    if (numbersOf(constant).some((index) => index < 0)) {
      throw new Unsupported('a negative index');
    }
    return dtype === 'int32' || dtype === 'int64' ? scope.name(indices) : scope.int64Name(indices);
  }
  return dtype === 'int32'
    ? refuseNegative(scope, 'int32', scope.name(indices))
    : refuseNegative(scope, 'int64', scope.int64Name(indices));
}

/** The contents of a variable, or the tensor itself. */
function contents(scope: EmitScope, term: Term | undefined): TensorTerm {
  if (term === undefined) {
    throw new Unsupported('no operand');
  }
  return term.kind === 'handle' ? scope.readVariable(term.handle) : scope.asTensor(term);
}

function gathered(
  scope: EmitScope,
  table: TensorTerm,
  indices: TensorTerm,
  axis: number,
  batchDims: number,
): TensorTerm {
  if (batchDims !== 0) {
    return gatheredInBatches(scope, table, indices, axis, batchDims);
  }
  const name = typedNode(scope, 'Gather', table.dtype, [scope.name(table)], { axis }, [
    indexName(scope, indices),
  ]);
  let shape: number[] | undefined;
  if (table.shape !== undefined && indices.shape !== undefined) {
    const at = normalAxis(axis, table.shape.length);
    shape = [...table.shape.slice(0, at), ...indices.shape, ...table.shape.slice(at + 1)];
  }
  const partial = partialOf(table);
  const places = partialOf(indices);
  return scope.tensor(table.dtype, name, {
    shape,
    partial:
      partial !== undefined && places !== undefined && table.shape?.length === 1
        ? places.map((place) => (place === null ? null : (partial[place] ?? null)))
        : undefined,
  });
}

/** GatherND does it along the first axis behind the batch; another one is brought there, and the axes between back. */
function gatheredInBatches(
  scope: EmitScope,
  table: TensorTerm,
  indices: TensorTerm,
  axis: number,
  batchDims: number,
): TensorTerm {
  const rank = scope.rank(table);
  const indexRank = scope.rank(indices);
  const batch = batchDims < 0 ? batchDims + indexRank : batchDims;
  const at = normalAxis(axis, rank);
  if (batch > at || batch < 0 || batch > indexRank) {
    throw new Unsupported(`a gather along axis ${axis} behind ${batchDims} axes of batches`);
  }
  const axes = Array.from({ length: rank }, (_, index) => index);
  const between = axes.slice(batch, at);
  let name = scope.name(table);
  if (between.length > 0) {
    const perm = [...axes.slice(0, batch), at, ...between, ...axes.slice(at + 1)];
    name = scope.node('Transpose', [name], { perm });
  }
  const checked = ofSameBatches(scope, table, indices, batch);
  const column = scope.node('Unsqueeze', [checked, scope.ints([-1])]);
  name = typedNode(scope, 'GatherND', table.dtype, [name], { batch_dims: batch }, [column]);
  const picked = indexRank - batch;
  if (between.length > 0) {
    const total = rank - 1 + picked;
    const order = Array.from({ length: total }, (_, index) => index);
    const fromIndices = order.slice(batch, batch + picked);
    const middle = order.slice(batch + picked, batch + picked + between.length);
    const perm = [
      ...order.slice(0, batch),
      ...middle,
      ...fromIndices,
      ...order.slice(batch + picked + between.length),
    ];
    name = scope.node('Transpose', [name], { perm });
  }
  const shape =
    table.shape === undefined || indices.shape === undefined
      ? undefined
      : [...table.shape.slice(0, at), ...indices.shape.slice(batch), ...table.shape.slice(at + 1)];
  return scope.tensor(table.dtype, name, { shape });
}

/** The indices as int64, refused where their first axes have other sizes than the table's: GatherND does not look. */
function ofSameBatches(scope: EmitScope, table: TensorTerm, indices: TensorTerm, batch: number): string {
  const name = cast64(scope, indices);
  const sizes = [table, indices].map((term) => term.shape?.slice(0, batch) ?? []);
  const [own = [], others = []] = sizes;
  if (own.every((size, axis) => size >= 0 && size === others[axis])) {
    return name;
  }
  const words = `params.shape[:${batch}] should be equal to indices.shape[:${batch}]`;
  const [left = '', right = ''] = [table, indices].map((term) =>
    sliceOf(scope, shapeName(scope, term), 0, batch),
  );
  const isSame = cast(scope, scope.node('Equal', [left, right]), 'bool', 'int32');
  const isWrong = scope.node('Less', [
    scope.node('ReduceMin', [isSame], { keepdims: 0 }),
    scope.scalar('int32', 1),
  ]);
  return refuseWhere(scope, 'int64', name, isWrong, words);
}

function cast64(scope: EmitScope, indices: TensorTerm): string {
  const name = indexName(scope, indices);
  return indices.dtype === 'int32' ? cast(scope, name, 'int32', 'int64') : name;
}

const gatherV2: Mapping = (node, inputs, scope) => {
  const axis = knownNumber(scope, tensorAt(scope, inputs, 2), 'axis');
  const batchDims = intAttr(node, 'batch_dims', 0);
  return [gathered(scope, tensorAt(scope, inputs, 0), tensorAt(scope, inputs, 1), axis, batchDims)];
};

/** Along the first axis behind the batch. */
const gather: Mapping = (node, inputs, scope) => {
  const batchDims = intAttr(node, 'batch_dims', 0);
  return [gathered(scope, contents(scope, inputs[0]), tensorAt(scope, inputs, 1), batchDims, batchDims)];
};

const gatherNd: Mapping = (_node, inputs, scope) => {
  const table = contents(scope, inputs[0]);
  const indices = tensorAt(scope, inputs, 1);
  const depth = indices.shape?.at(-1) ?? -1;
  const name = typedNode(scope, 'GatherND', table.dtype, [scope.name(table)], {}, [cast64(scope, indices)]);
  const shape =
    table.shape === undefined || indices.shape === undefined || depth < 0
      ? undefined
      : [...indices.shape.slice(0, -1), ...table.shape.slice(depth)];
  return [scope.tensor(table.dtype, name, { shape })];
};

/** Lookups by index. */
export const gatheringMappings: Mappings = new Map<string, Mapping>([
  ['Gather', gather],
  ['GatherV2', gatherV2],
  ['ResourceGather', gather],
  ['GatherNd', gatherNd],
  ['ResourceGatherNd', gatherNd],
]);
