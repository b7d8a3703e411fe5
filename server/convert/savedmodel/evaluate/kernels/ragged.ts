// Kernels of ragged tensors: values, and for each ragged axis the splits between its rows.
import { intAttr, stringListAttr, typeAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import { sizeOf } from '../../../value.ts';
import { broadcastValue, takeRows } from '../moves.ts';
import { numbersAt, refusal, tensorAt } from '../operands.ts';
import { checkSplits, rowsToSplits, splitsToRows, splitsValue } from '../ragged/splits.ts';
import { int64Matrix, int64Vector } from '../sparse/sparse-tensor.ts';
import { productOf } from '../shapes.ts';
import type { Value } from '../../../value.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Kernel, Kernels, Operand } from '../contract.ts';

function splitsType(node: GraphNode): 'int32' | 'int64' {
  return elementTypeOf(typeAttr(node, 'Tsplits', 9)) === 'int32' ? 'int32' : 'int64';
}

/** How many rows the values have: inner elements belong together. */
function rowsOf(values: Value): number {
  return values.shape[0] ?? 0;
}

/** The splits of each ragged axis from the outermost on, by how RaggedTensorToTensor is told of them. */
function partitions(operands: readonly Operand[], start: number, node: GraphNode): number[][] {
  const kinds = stringListAttr(node, 'row_partition_types');
  const lists = kinds.map((_, i) => numbersAt(operands, start + i, node));
  if (kinds[0] === 'ROW_SPLITS') {
    return lists;
  }
  if (kinds[0] !== 'FIRST_DIM_SIZE') {
    throw new Unsupported(`row partitions of ${kinds[0] ?? 'no'} kind`);
  }
  // The rows of the values: how many rows there are above them is known from the outside in.
  let rows = lists[0]?.[0] ?? 0;
  return lists.slice(1).map((ids) => {
    const splits = rowsToSplits(ids, rows);
    rows = ids.length;
    return splits;
  });
}

const raggedTensorToTensor: Kernel = (operands, node, context) => {
  const asked = tensorAt(operands, 0, node);
  const values = tensorAt(operands, 1, node);
  const fallback = tensorAt(operands, 2, node);
  const splits = partitions(operands, 3, node);
  splits.forEach((list, depth) => checkSplits(list, (splits[depth + 1]?.length ?? rowsOf(values) + 1) - 1));
  const inner = values.shape.slice(1);
  const natural = [(splits[0]?.length ?? 1) - 1, ...splits.map(longestRow), ...inner];
  const wanted = asked.shape.length === 0 ? natural.map(() => -1) : numbersAt(operands, 0, node);
  if (wanted.length !== natural.length) {
    throw refusal(
      `ragged_rank + value rank (${natural.length}) does not match the rank of the shape asked for (${wanted.length})`,
    );
  }
  const shape = wanted.map((size, axis) => (size === -1 ? (natural[axis] ?? 0) : size));
  if (inner.some((size, axis) => shape[splits.length + 1 + axis] !== size)) {
    throw new Unsupported('RaggedTensorToTensor that changes the inner shape');
  }
  const size = productOf(inner);
  const rowCount = sizeOf(shape.slice(0, splits.length + 1));
  context.claim(rowCount * size);
  const rows = rowSources(splits, shape);
  // The fallback lies behind the values, as one more row.
  const filler = broadcastValue(fallback, inner);
  return [
    takeRows(
      appended(values, filler),
      Int32Array.from(rows, (row) => (row < 0 ? rowsOf(values) : row)),
      size,
      shape,
    ),
  ];
};

function longestRow(splits: readonly number[]): number {
  return splits.reduce(
    (longest, split, i) => Math.max(longest, i === 0 ? 0 : split - (splits[i - 1] ?? 0)),
    0,
  );
}

/** For each place of the dense tensor the row of values that lies there, -1 for none. */
function rowSources(splits: readonly (readonly number[])[], shape: readonly number[]): number[] {
  const count = (splits[0]?.length ?? 1) - 1;
  let rows = Array.from({ length: shape[0] ?? 0 }, (_, row) => (row < count ? row : -1));
  splits.forEach((list, depth) => {
    const width = shape[depth + 1] ?? 0;
    const next: number[] = [];
    for (const row of rows) {
      const start = row < 0 ? 0 : (list[row] ?? 0);
      const length = row < 0 ? 0 : (list[row + 1] ?? 0) - start;
      for (let i = 0; i < width; i++) {
        next.push(i < length ? start + i : -1);
      }
    }
    rows = next;
  });
  return rows;
}

/** The values with one more row. */
function appended(values: Value, row: Value): Value {
  const shape = [rowsOf(values) + 1, ...values.shape.slice(1)];
  if (values.dtype === 'string' && row.dtype === 'string') {
    return { dtype: 'string', shape, data: [...values.data, ...row.data] };
  }
  if (values.dtype !== row.dtype || values.dtype === 'string') {
    throw new Unsupported(`ragged values of ${values.dtype} with a default of ${row.dtype}`);
  }
  const source = values.data as Float64Array;
  const data = new (source.constructor as Float64ArrayConstructor)(source.length + row.data.length);
  data.set(source);
  data.set(row.data as Float64Array, source.length);
  return { ...values, shape, data } as Value;
}

const raggedTensorToSparse: Kernel = (operands, node, context) => {
  const depth = intAttr(node, 'RAGGED_RANK');
  const values = tensorAt(operands, depth, node);
  const splits = Array.from({ length: depth }, (_, i) => numbersAt(operands, i, node));
  splits.forEach((list, level) => checkSplits(list, (splits[level + 1]?.length ?? rowsOf(values) + 1) - 1));
  const inner = values.shape.slice(1);
  const rank = depth + 1 + inner.length;
  context.claim(values.data.length * rank);
  // Index of each row in its parent, level by level.
  let paths: number[][] = Array.from({ length: (splits[0]?.length ?? 1) - 1 }, (_, row) => [row]);
  for (const list of splits) {
    paths = splitsToRows(list).map((row, i) => [...(paths[row] ?? []), i - (list[row] ?? 0)]);
  }
  const size = productOf(inner);
  const indices: number[] = [];
  for (const path of paths) {
    for (let i = 0; i < size; i++) {
      let rest = i;
      const tail = inner.map((_, axis) => {
        const stride = productOf(inner.slice(axis + 1));
        const at = Math.floor(rest / stride);
        rest %= stride;
        return at;
      });
      indices.push(...path, ...tail);
    }
  }
  const shape = [(splits[0]?.length ?? 1) - 1, ...splits.map(longestRow), ...inner];
  return [int64Matrix(indices, rank), { ...values, shape: [paths.length * size] }, int64Vector(shape)];
};

const raggedGather: Kernel = (operands, node, context) => {
  const depth = intAttr(node, 'PARAMS_RAGGED_RANK');
  const values = tensorAt(operands, depth, node);
  const indices = tensorAt(operands, depth + 1, node);
  const splits = Array.from({ length: depth }, (_, i) => numbersAt(operands, i, node));
  splits.forEach((list, level) => checkSplits(list, (splits[level + 1]?.length ?? rowsOf(values) + 1) - 1));
  if (indices.shape.length === 0) {
    throw new Unsupported('RaggedGather of a scalar');
  }
  const count = (splits[0]?.length ?? 1) - 1;
  let rows = numbersAt(operands, depth + 1, node);
  rows.forEach((row, i) => {
    if (row < 0 || row >= count) {
      throw refusal(`indices[${i}] = ${row} is not in [0, ${count})`);
    }
  });
  const type = splitsType(node);
  const outer = indices.shape.slice(1).map((size, axis) => {
    const length = productOf(indices.shape.slice(0, axis + 1));
    return splitsValue(
      type,
      Array.from({ length: length + 1 }, (_, i) => i * size),
    );
  });
  const inner = splits.map((list) => {
    const lengths = rows.map((row) => (list[row + 1] ?? 0) - (list[row] ?? 0));
    context.claim(lengths.reduce((sum, length) => sum + length, 0));
    rows = rows.flatMap((row, i) =>
      Array.from({ length: lengths[i] ?? 0 }, (_, at) => (list[row] ?? 0) + at),
    );
    let sum = 0;
    return splitsValue(type, [0, ...lengths.map((length) => (sum += length))]);
  });
  const size = productOf(values.shape.slice(1));
  context.claim(rows.length * size);
  return [...outer, ...inner, takeRows(values, rows, size, [rows.length, ...values.shape.slice(1)])];
};

const raggedRange: Kernel = (operands, node, context) => {
  const [starts = [], limits = [], deltas = []] = [0, 1, 2].map((i) => numbersAt(operands, i, node));
  const dtype = tensorAt(operands, 0, node).dtype;
  if (dtype !== 'int32' && dtype !== 'int64' && dtype !== 'float32' && dtype !== 'float64') {
    throw new Unsupported(`RaggedRange of ${dtype}`);
  }
  const sizes = [0, 1, 2].map((i) => tensorAt(operands, i, node)).filter(({ shape }) => shape.length > 0);
  const rowCount = sizes[0]?.data.length ?? 1;
  if (sizes.some(({ data }) => data.length !== rowCount)) {
    throw refusal('starts, limits, and deltas must have the same shape');
  }
  const splits = [0];
  const numbers: number[] = [];
  for (let row = 0; row < rowCount; row++) {
    const start = starts[starts.length === 1 ? 0 : row] ?? 0;
    const limit = limits[limits.length === 1 ? 0 : row] ?? 0;
    const delta = deltas[deltas.length === 1 ? 0 : row] ?? 0;
    if (delta === 0) {
      throw refusal('Requires delta != 0');
    }
    const count = Math.max(0, Math.ceil((limit - start) / delta));
    context.claim(numbers.length + count);
    for (let i = 0; i < count; i++) {
      numbers.push(start + i * delta);
    }
    splits.push(numbers.length);
  }
  const shape = [numbers.length];
  const splitValue = splitsValue(splitsType(node), splits);
  switch (dtype) {
    case 'int32':
      return [splitValue, { dtype, shape, data: Int32Array.from(numbers) }];
    case 'int64':
      return [splitValue, { dtype, shape, data: BigInt64Array.from(numbers, BigInt) }];
    case 'float32':
      return [splitValue, { dtype, shape, data: Float32Array.from(numbers) }];
    case 'float64':
      return [splitValue, { dtype, shape, data: Float64Array.from(numbers) }];
  }
};

export const raggedKernels: Kernels = new Map<string, Kernel>([
  ['RaggedTensorToTensor', raggedTensorToTensor],
  ['RaggedTensorToSparse', raggedTensorToSparse],
  ['RaggedGather', raggedGather],
  ['RaggedRange', raggedRange],
]);
