// Kernels that compute with the values of sparse tensors, and those of dense ones at the same places.
import { boolAttr, intAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import { isFloatType, newRealArray, sizeOf } from '../../../value.ts';
import { takeRows } from '../moves.ts';
import { axisOf, numberAt, numbersAt, realAt, refusal, tensorAt } from '../operands.ts';
import { settle } from '../rounding.ts';
import { broadcastStrides, sameShape, shapeText, stridesOf } from '../shapes.ts';
import { int64Matrix, int64Vector, sparseRow } from '../sparse/sparse-tensor.ts';
import type { RealValue } from '../../../value.ts';
import type { Kernel, Kernels } from '../contract.ts';

type Combine = (sparse: number, dense: number) => number;

/** Where a row of indices lies in a tensor with these strides. Throws INFERENCE_FAILED for one outside of the shape. */
function placeOf(index: readonly number[], shape: readonly number[], strides: readonly number[]): number {
  if (index.some((at, axis) => at < 0 || at >= (shape[axis] ?? 0))) {
    throw refusal(`Sparse index ${shapeText(index)} is out of bounds: ${shapeText(shape)}`);
  }
  return index.reduce((sum, at, axis) => sum + at * (strides[axis] ?? 0), 0);
}

/** The sparse tensor's values combined with those of the dense one, which is broadcast to it. */
function withDense(combine: Combine): Kernel {
  return (operands, node) => {
    const flat = numbersAt(operands, 0, node);
    const values = realAt(operands, 1, node);
    const shape = numbersAt(operands, 2, node);
    const dense = realAt(operands, 3, node);
    if (!isFloatType(values.dtype)) {
      throw new Unsupported(`${node.op} of ${values.dtype}`);
    }
    const missing = shape.length - dense.shape.length;
    const fits = dense.shape.every((size, axis) => size === 1 || size === shape[axis + missing]);
    if (missing < 0 || !fits) {
      throw refusal(
        `SparseDenseBinaryOpShared broadcasts dense to sparse only; got incompatible shapes: ${shapeText(shape)} vs. ${shapeText(dense.shape)}`,
      );
    }
    const strides = broadcastStrides(dense.shape, shape);
    const data = newRealArray(values.dtype, values.data.length);
    sparseRow(flat, shape.length).forEach(({ index }, i) => {
      data[i] = combine(values.data[i] ?? 0, dense.data[placeOf(index, shape, strides)] ?? 0);
    });
    return [{ dtype: values.dtype, shape: values.shape, data: settle(values.dtype, data) }];
  };
}

const sparseTensorDenseAdd: Kernel = (operands, node, { claim }) => {
  const flat = numbersAt(operands, 0, node);
  const values = realAt(operands, 1, node);
  const shape = numbersAt(operands, 2, node);
  const dense = realAt(operands, 3, node);
  if (!sameShape(shape, dense.shape)) {
    throw refusal(
      `Dimensions of the sparse and the dense tensor differ: ${shapeText(shape)} vs. ${shapeText(dense.shape)}`,
    );
  }
  claim(dense.data.length);
  const data = dense.data.slice();
  const strides = stridesOf(shape);
  sparseRow(flat, shape.length).forEach(({ index }, i) => {
    const place = placeOf(index, shape, strides);
    data[place] = (data[place] ?? 0) + (values.data[i] ?? 0);
  });
  return [{ dtype: dense.dtype, shape, data: settle(dense.dtype, data) }];
};

/** Places without entries are 0, whatever their neighbours are. */
const sparseReduceMax: Kernel = (operands, node, { claim }) => {
  const flat = numbersAt(operands, 0, node);
  const values = realAt(operands, 1, node);
  const shape = numbersAt(operands, 2, node);
  const axes = numbersAt(operands, 3, node).map((axis) => axisOf(axis, shape.length));
  const wide = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const count = sizeOf(wide);
  claim(count);
  const strides = broadcastStrides(wide, shape);
  const data = newRealArray(values.dtype, count);
  const filled = new Uint8Array(count);
  sparseRow(flat, shape.length).forEach(({ index }, i) => {
    const place = placeOf(index, shape, strides);
    const value = values.data[i] ?? 0;
    data[place] = filled[place] === 1 ? Math.max(data[place] ?? 0, value) : value;
    filled[place] = 1;
  });
  const kept = boolAttr(node, 'keep_dims', false) ? wide : shape.filter((_, axis) => !axes.includes(axis));
  return [{ dtype: values.dtype, shape: kept, data }];
};

/** Over the entries of each row along the last axis; entries of a row lie beside each other. */
const sparseSoftmax: Kernel = (operands, node) => {
  const flat = numbersAt(operands, 0, node);
  const values = realAt(operands, 1, node);
  const shape = numbersAt(operands, 2, node);
  const { dtype } = values;
  if (!isFloatType(dtype)) {
    throw new Unsupported(`${node.op} of ${dtype}`);
  }
  if (shape.length < 2) {
    throw refusal('Input should have rank >= 2');
  }
  const rows = new Map<string, number[]>();
  for (const { index, entry } of sparseRow(flat, shape.length)) {
    const key = index.slice(0, -1).join();
    rows.set(key, [...(rows.get(key) ?? []), entry]);
  }
  const data = newRealArray(dtype, values.data.length);
  for (const entries of rows.values()) {
    const largest = entries.reduce((most, entry) => Math.max(most, values.data[entry] ?? 0), -Infinity);
    const sum = entries.reduce((total, entry) => total + Math.exp((values.data[entry] ?? 0) - largest), 0);
    for (const entry of entries) {
      data[entry] = Math.exp((values.data[entry] ?? 0) - largest) / sum;
    }
  }
  return [{ dtype, shape: values.shape, data: settle(dtype, data) }];
};

interface Entry {
  readonly index: readonly number[];
  readonly value: number;
}

function entriesOf(flat: readonly number[], values: RealValue, rank: number): Entry[] {
  return sparseRow(flat, rank).map(({ index, entry }) => ({ index, value: values.data[entry] ?? 0 }));
}

function orderOf(a: readonly number[], b: readonly number[]): number {
  const axis = a.findIndex((at, i) => at !== b[i]);
  return axis < 0 ? 0 : (a[axis] ?? 0) - (b[axis] ?? 0);
}

/** Entries of both in order; sums below the threshold are left out. */
const sparseAdd: Kernel = (operands, node) => {
  const left = { values: realAt(operands, 1, node), shape: numbersAt(operands, 2, node) };
  const right = { values: realAt(operands, 4, node), shape: numbersAt(operands, 5, node) };
  const threshold = numberAt(operands, 6, node);
  const rank = left.shape.length;
  if (!sameShape(left.shape, right.shape)) {
    throw refusal(`Operands' shapes do not match: ${shapeText(left.shape)} vs. ${shapeText(right.shape)}`);
  }
  const a = entriesOf(numbersAt(operands, 0, node), left.values, rank);
  const b = entriesOf(numbersAt(operands, 3, node), right.values, rank);
  const sums: Entry[] = [];
  let [i, j] = [0, 0];
  for (let x = a[i], y = b[j]; x !== undefined || y !== undefined; x = a[i], y = b[j]) {
    const order = x === undefined ? 1 : y === undefined ? -1 : orderOf(x.index, y.index);
    const first = order <= 0 ? x : undefined;
    const second = order >= 0 ? y : undefined;
    const value = (first?.value ?? 0) + (second?.value ?? 0);
    i += first === undefined ? 0 : 1;
    j += second === undefined ? 0 : 1;
    if (threshold <= Math.abs(value)) {
      sums.push({ index: first?.index ?? second?.index ?? [], value });
    }
  }
  const { dtype } = left.values;
  const data = newRealArray(dtype, sums.length);
  data.set(sums.map(({ value }) => value));
  const indices = sums.flatMap(({ index }) => index);
  return [
    int64Matrix(indices, rank),
    { dtype, shape: [sums.length], data: settle(dtype, data) },
    int64Vector(left.shape),
  ];
};

/** Pieces along an axis; where it cannot be divided evenly, the first ones are larger by one. */
const sparseSplit: Kernel = (operands, node) => {
  const flat = numbersAt(operands, 1, node);
  const values = tensorAt(operands, 2, node);
  const shape = numbersAt(operands, 3, node);
  const axis = axisOf(numberAt(operands, 0, node), shape.length);
  const count = intAttr(node, 'num_split');
  const whole = shape[axis] ?? 0;
  if (count < 1 || count > whole) {
    throw refusal(
      `Input num_split should be between 1 and the splitting dimension size (${whole}), got ${count}`,
    );
  }
  const rows = sparseRow(flat, shape.length);
  let start = 0;
  const pieces = Array.from({ length: count }, (_, piece) => {
    const from = start;
    start += Math.floor(whole / count) + (piece < whole % count ? 1 : 0);
    const inside = rows.filter(({ index }) => (index[axis] ?? 0) >= from && (index[axis] ?? 0) < start);
    const indices = inside.flatMap(({ index }) => index.map((at, i) => (i === axis ? at - from : at)));
    const picks = inside.map(({ entry }) => entry);
    return {
      indices: int64Matrix(indices, shape.length),
      values: takeRows(values, picks, 1, [picks.length]),
      shape: int64Vector(shape.map((size, i) => (i === axis ? start - from : size))),
    };
  });
  return [
    ...pieces.map((piece) => piece.indices),
    ...pieces.map((piece) => piece.values),
    ...pieces.map((piece) => piece.shape),
  ];
};

/** SparseAdd, SparseReduceMax, SparseDenseCwiseMul and their like. */
export const sparseArithmeticKernels: Kernels = new Map<string, Kernel>([
  ['SparseAdd', sparseAdd],
  ['SparseDenseCwiseAdd', withDense((a, b) => a + b)],
  ['SparseDenseCwiseDiv', withDense((a, b) => a / b)],
  ['SparseDenseCwiseMul', withDense((a, b) => a * b)],
  ['SparseReduceMax', sparseReduceMax],
  ['SparseSoftmax', sparseSoftmax],
  ['SparseSplit', sparseSplit],
  ['SparseTensorDenseAdd', sparseTensorDenseAdd],
]);
