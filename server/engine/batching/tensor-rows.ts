// Tensors along their first dimension: cut into rows, put together, and padded to a common shape.
import {
  elementCount,
  elementSize,
  type NumericTensor,
  type Tensor,
  type TensorMap,
} from '../../codec/tensor.ts';

/** The size of the first dimension that all `tensors` have; undefined where they differ, are scalars or are none. */
export function commonRows(tensors: TensorMap): number | undefined {
  let rows: number | undefined;
  for (const { shape } of tensors.values()) {
    const first = shape[0];
    if (first === undefined || (rows !== undefined && rows !== first)) {
      return undefined;
    }
    rows = first;
  }
  return rows;
}

/** The rows `from` to `to` (not included) of a tensor with at least `to` rows. Numbers are a view, not a copy. */
export function sliceRows(tensor: Tensor, from: number, to: number): Tensor {
  const rows = tensor.shape[0] ?? 0;
  if (from === 0 && to === rows) {
    return tensor;
  }
  const shape = [to - from, ...tensor.shape.slice(1)];
  if (tensor.dtype === 'string') {
    const perRow = tensor.values.length / rows;
    return { dtype: 'string', shape, values: tensor.values.slice(from * perRow, to * perRow) };
  }
  const perRow = tensor.bytes.length / rows;
  return { dtype: tensor.dtype, shape, bytes: tensor.bytes.subarray(from * perRow, to * perRow) };
}

/** sliceRows of each tensor. */
export function sliceAllRows(tensors: TensorMap, from: number, to: number): TensorMap {
  return new Map(Array.from(tensors, ([name, tensor]) => [name, sliceRows(tensor, from, to)]));
}

/**
 * Cuts a tensor into pieces of so many rows each, from its first row on; it has at least as many. Numbers are views.
 * Pieces share what is equal: this runs for every answer.
 */
export function divideRows(tensor: Tensor, counts: readonly number[]): Tensor[] {
  const rows = tensor.shape[0] ?? 0;
  const item = tensor.shape.slice(1);
  const perRow = (tensor.dtype === 'string' ? tensor.values.length : tensor.bytes.length) / rows;
  let shape = [0, ...item];
  let from = 0;
  return counts.map((count) => {
    if (shape[0] !== count) {
      shape = [count, ...item];
    }
    const start = from * perRow;
    from += count;
    return tensor.dtype === 'string'
      ? { dtype: 'string', shape, values: tensor.values.slice(start, from * perRow) }
      : {
          dtype: tensor.dtype,
          shape,
          bytes: new Uint8Array(tensor.bytes.buffer, tensor.bytes.byteOffset + start, count * perRow),
        };
  });
}

/**
 * One tensor with the rows of `tensors`, at least one, in order; they have the same element type and the same shape but
 * for the first dimension. After them come `copies` copies of the first row, which is sure to be a valid input.
 */
export function concatRows(tensors: readonly Tensor[], copies: number): Tensor {
  const [first] = tensors;
  if (first === undefined) {
    throw new RangeError('There are no tensors to put together.');
  }
  const parts =
    copies === 0 ? tensors : [...tensors, ...new Array<Tensor>(copies).fill(sliceRows(first, 0, 1))];
  if (parts.length === 1) {
    return first;
  }
  const shape = [parts.reduce((sum, part) => sum + (part.shape[0] ?? 0), 0), ...first.shape.slice(1)];
  return first.dtype === 'string'
    ? {
        dtype: 'string',
        shape,
        values: parts.flatMap((part) => (part.dtype === 'string' ? part.values : [])),
      }
    : { dtype: first.dtype, shape, bytes: joinBytes(parts) };
}

/** Not Buffer.concat: a Buffer is no plain Uint8Array, its slice() is a view. */
function joinBytes(tensors: readonly Tensor[]): Uint8Array {
  const bytesOf = (tensor: Tensor): Uint8Array =>
    tensor.dtype === 'string' ? new Uint8Array(0) : tensor.bytes;
  const length = tensors.reduce((sum, tensor) => sum + bytesOf(tensor).length, 0);
  // All of it is written over: no need for the zeros that a new Uint8Array is filled with.
  const joined = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
  let offset = 0;
  for (const tensor of tensors) {
    const bytes = bytesOf(tensor);
    joined.set(bytes, offset);
    offset += bytes.length;
  }
  return joined;
}

/** `tensors`, of one rank, all with the largest size that any has in each dimension beyond the first. */
export function padToLargest(tensors: readonly Tensor[]): Tensor[] {
  const item = (tensors[0]?.shape.slice(1) ?? []).map((_, i) =>
    Math.max(...tensors.map(({ shape }) => shape[i + 1] ?? 0)),
  );
  return tensors.map((tensor) => padItems(tensor, item));
}

/** `tensor` with `item` for its shape beyond the first dimension, which nowhere is smaller; zeros or empty strings fill it. */
function padItems(tensor: Tensor, item: readonly number[]): Tensor {
  const [rows = 0, ...own] = tensor.shape;
  if (own.every((size, i) => size === item[i])) {
    return tensor;
  }
  const shape = [rows, ...item];
  const runs = runsOf(tensor.shape, shape);
  const length = elementCount(shape) ?? 0;
  if (tensor.dtype === 'string') {
    const values = new Array<Uint8Array>(length).fill(new Uint8Array(0));
    for (const { from, to, count } of runs) {
      for (let i = 0; i < count; i++) {
        values[to + i] = tensor.values[from + i] ?? new Uint8Array(0);
      }
    }
    return { dtype: 'string', shape, values };
  }
  return { dtype: tensor.dtype, shape, bytes: padBytes(tensor, runs, length) };
}

function padBytes({ dtype, bytes }: NumericTensor, runs: Iterable<Run>, length: number): Uint8Array {
  const size = elementSize[dtype];
  const padded = new Uint8Array(length * size);
  for (const { from, to, count } of runs) {
    padded.set(bytes.subarray(from * size, (from + count) * size), to * size);
  }
  return padded;
}

/** Elements that lie side by side in both tensors: where they begin in the small and in the large one. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** The runs along the last dimension that bring a tensor of shape `small` into the corner of one of shape `large`. */
function* runsOf(small: readonly number[], large: readonly number[], from = 0, to = 0): Generator<Run> {
  const [size = 0, ...innerSmall] = small;
  const innerLarge = large.slice(1);
  if (innerSmall.length === 0) {
    yield { from, to, count: size };
    return;
  }
  const strideSmall = elementCount(innerSmall) ?? 0;
  const strideLarge = elementCount(innerLarge) ?? 0;
  for (let i = 0; i < size; i++) {
    yield* runsOf(innerSmall, innerLarge, from + i * strideSmall, to + i * strideLarge);
  }
}
