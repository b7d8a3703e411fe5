// Kernels of sparse tensors: indices, values and shape as three tensors.
import { boolAttr, intAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import { sizeOf } from '../../../value.ts';
import { takeRows } from '../moves.ts';
import { axisOf, numbersAt, refusal, tensorAt } from '../operands.ts';
import { shapeText, stridesOf } from '../shapes.ts';
import { inferredShape, int64Matrix, int64Vector, rowText, sparseRow } from '../sparse/sparse-tensor.ts';
import type { Value } from '../../../value.ts';
import type { Kernel, Kernels } from '../contract.ts';

/** Values from several sources and, where one index is -1, the fallback behind them. */
function taken(values: Value, fallback: Value, picks: ArrayLike<number>, shape: readonly number[]): Value {
  if (values.dtype === 'string' && fallback.dtype === 'string') {
    const empty = fallback.data[0] ?? new Uint8Array();
    return {
      dtype: 'string',
      shape,
      data: Array.from(picks, (pick) => (pick < 0 ? empty : (values.data[pick] ?? empty))),
    };
  }
  if (values.dtype !== fallback.dtype || values.dtype.startsWith('complex')) {
    throw new Unsupported(`sparse values of ${values.dtype} with a default of ${fallback.dtype}`);
  }
  const source = values.data as Float64Array;
  const empty = (fallback.data as Float64Array)[0] ?? 0;
  const data = (source.constructor as Float64ArrayConstructor).from(
    { length: picks.length },
    (_: unknown, i: number) => {
      const pick = picks[i] ?? -1;
      return pick < 0 ? empty : (source[pick] ?? empty);
    },
  );
  return { ...values, shape, data } as Value;
}

const sparseToDense: Kernel = (operands, node, context) => {
  const indices = tensorAt(operands, 0, node);
  const shape = numbersAt(operands, 1, node);
  const values = tensorAt(operands, 2, node);
  const flat = numbersAt(operands, 0, node);
  const count = indices.shape.length === 0 ? 1 : (indices.shape[0] ?? 0);
  const rank = indices.shape.length > 1 ? (indices.shape[1] ?? 0) : 1;
  if (shape.length !== rank) {
    throw refusal(`output_shape has incorrect number of elements: ${shape.length} should be: ${rank}`);
  }
  if (values.shape.length > 0 && (values.shape.length > 1 || values.shape[0] !== count)) {
    throw refusal(`sparse_values has incorrect shape ${shapeText(values.shape)}, should be [] or [${count}]`);
  }
  const size = sizeOf(shape);
  context.claim(size);
  const picks = new Int32Array(size).fill(-1);
  const strides = stridesOf(shape);
  const isChecked = boolAttr(node, 'validate_indices', true);
  let before = -1;
  for (let i = 0; i < count; i++) {
    const row = flat.slice(i * rank, (i + 1) * rank);
    if (row.some((index, axis) => index < 0 || index >= (shape[axis] ?? 0))) {
      throw refusal(`${rowText('indices', i, row)} is out of bounds: need 0 <= index < ${shapeText(shape)}`);
    }
    const at = row.reduce((sum, index, axis) => sum + index * (strides[axis] ?? 0), 0);
    if (isChecked && at <= before) {
      throw refusal(
        at === before
          ? `${rowText('indices', i, row)} is repeated`
          : `${rowText('indices', i, row)} is out of order. Many sparse ops require sorted indices.\n    Use \`tf.sparse.reorder\` to create a correctly ordered copy.`,
      );
    }
    before = at;
    picks[at] = values.shape.length === 0 ? 0 : i;
  }
  return [taken(values, tensorAt(operands, 3, node), picks, shape)];
};

const sparseReshape: Kernel = (operands, node) => {
  const indices = tensorAt(operands, 0, node);
  const flat = numbersAt(operands, 0, node);
  const from = numbersAt(operands, 1, node);
  const to = inferredShape(from, numbersAt(operands, 2, node));
  const strides = stridesOf(from);
  const newStrides = stridesOf(to);
  const count = indices.shape[0] ?? 0;
  const moved: number[] = [];
  for (let i = 0; i < count; i++) {
    let rest = from.reduce(
      (sum, _, axis) => sum + (flat[i * from.length + axis] ?? 0) * (strides[axis] ?? 0),
      0,
    );
    for (const stride of newStrides) {
      moved.push(Math.floor(rest / stride));
      rest %= stride;
    }
  }
  return [int64Matrix(moved, to.length), int64Vector(to)];
};

const sparseFillEmptyRows: Kernel = (operands, node, context) => {
  const values = tensorAt(operands, 1, node);
  const shape = numbersAt(operands, 2, node);
  const flat = numbersAt(operands, 0, node);
  const rank = shape.length;
  const rowCount = shape[0] ?? 0;
  context.claim(rowCount + flat.length);
  const rows = Array.from({ length: rowCount }, (): number[] => []);
  for (let i = 0; i * rank < flat.length; i++) {
    const row = flat[i * rank] ?? 0;
    const list = rows[row];
    if (list === undefined) {
      throw refusal(`indices(${i}, 0) is invalid: ${row} >= ${rowCount}`);
    }
    list.push(i);
  }
  const reverse = new Array<number>(flat.length / Math.max(rank, 1)).fill(0);
  const picks: number[] = [];
  const indices: number[] = [];
  rows.forEach((list, row) => {
    if (list.length === 0) {
      indices.push(row, ...new Array<number>(rank - 1).fill(0));
      picks.push(-1);
    }
    for (const i of list) {
      reverse[i] = picks.length;
      indices.push(...flat.slice(i * rank, (i + 1) * rank));
      picks.push(i);
    }
  });
  return [
    int64Matrix(indices, rank),
    taken(values, tensorAt(operands, 3, node), picks, [picks.length]),
    { dtype: 'bool', shape: [rowCount], data: Uint8Array.from(rows, (list) => (list.length === 0 ? 1 : 0)) },
    int64Vector(reverse),
  ];
};

/** Indices of entries in row-major order; equal ones stay in theirs. */
function ordered(flat: readonly number[], rank: number): number[] {
  return Array.from({ length: flat.length / Math.max(rank, 1) }, (_, i) => i).sort((a, b) => {
    for (let axis = 0; axis < rank; axis++) {
      const difference = (flat[a * rank + axis] ?? 0) - (flat[b * rank + axis] ?? 0);
      if (difference !== 0) {
        return difference;
      }
    }
    return a - b;
  });
}

const sparseReorder: Kernel = (operands, node) => {
  const flat = numbersAt(operands, 0, node);
  const rank = numbersAt(operands, 2, node).length;
  const order = ordered(flat, rank);
  return [
    int64Matrix(
      order.flatMap((i) => flat.slice(i * rank, (i + 1) * rank)),
      rank,
    ),
    takeRows(tensorAt(operands, 1, node), order, 1, [order.length]),
  ];
};

const sparseSlice: Kernel = (operands, node) => {
  const flat = numbersAt(operands, 0, node);
  const shape = numbersAt(operands, 2, node);
  const start = numbersAt(operands, 3, node);
  const size = numbersAt(operands, 4, node);
  for (const [name, vector] of [
    ['start', start],
    ['size', size],
  ] as const) {
    if (vector.length !== shape.length) {
      throw refusal(
        `Expected ${name} to be a vector of length ${shape.length} but got length ${vector.length}`,
      );
    }
  }
  const rank = shape.length;
  const kept = sparseRow(flat, rank).filter((row) =>
    row.index.every((at, axis) => at >= (start[axis] ?? 0) && at < (start[axis] ?? 0) + (size[axis] ?? 0)),
  );
  const outShape = shape.map((whole, axis) =>
    Math.max(0, Math.min(size[axis] ?? 0, whole - (start[axis] ?? 0))),
  );
  return [
    int64Matrix(
      kept.flatMap(({ index }) => index.map((at, axis) => at - (start[axis] ?? 0))),
      rank,
    ),
    takeRows(
      tensorAt(operands, 1, node),
      kept.map(({ entry }) => entry),
      1,
      [kept.length],
    ),
    int64Vector(outShape),
  ];
};

const sparseConcat: Kernel = (operands, node) => {
  const count = intAttr(node, 'N');
  const shapes = Array.from({ length: count }, (_, i) => numbersAt(operands, 2 * count + i, node));
  const rank = shapes[0]?.length ?? 0;
  const axis = axisOf(intAttr(node, 'concat_dim'), rank);
  const indices: number[] = [];
  const sources: Value[] = [];
  let offset = 0;
  shapes.forEach((shape, i) => {
    shapes[0]?.forEach((size, dimension) => {
      if (dimension !== axis && shape[dimension] !== size) {
        throw refusal(
          `Input shapes must match: expected ${size} for dimension ${dimension} but got ${shape[dimension] ?? 0} at position ${i}`,
        );
      }
    });
    numbersAt(operands, i, node).forEach((at, place) =>
      indices.push(place % rank === axis ? at + offset : at),
    );
    sources.push(tensorAt(operands, count + i, node));
    offset += shape[axis] ?? 0;
  });
  const order = ordered(indices, rank);
  return [
    int64Matrix(
      order.flatMap((i) => indices.slice(i * rank, (i + 1) * rank)),
      rank,
    ),
    takeRows(joined(sources), order, 1, [order.length]),
    int64Vector((shapes[0] ?? []).map((size, dimension) => (dimension === axis ? offset : size))),
  ];
};

/** Vectors one behind the other. */
function joined(sources: readonly Value[]): Value {
  const [first] = sources;
  if (first === undefined || sources.some(({ dtype }) => dtype !== first.dtype)) {
    throw new Unsupported('SparseConcat of several types');
  }
  const count = sources.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  if (first.dtype === 'string') {
    return {
      dtype: 'string',
      shape: [count],
      data: sources.flatMap(({ data }) => data as readonly Uint8Array[]),
    };
  }
  const width = first.dtype.startsWith('complex') ? 2 : 1;
  const data = new (first.data.constructor as Float64ArrayConstructor)(count * width);
  let at = 0;
  for (const source of sources) {
    data.set(source.data as Float64Array, at);
    at += source.data.length;
  }
  return { ...first, shape: [count], data } as Value;
}

export const sparseKernels: Kernels = new Map<string, Kernel>([
  ['SparseToDense', sparseToDense],
  ['SparseReshape', sparseReshape],
  ['SparseFillEmptyRows', sparseFillEmptyRows],
  ['SparseReorder', sparseReorder],
  ['SparseSlice', sparseSlice],
  ['SparseConcat', sparseConcat],
]);
