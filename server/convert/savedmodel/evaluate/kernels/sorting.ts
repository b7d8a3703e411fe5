// Kernels about order and sameness: TopK, Unique, ListDiff, searches in sorted tensors, partitions.
import { isBig, isReal, sizeOf, valueOf } from '../../../value.ts';
import { floatListAttr, intAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import { moveFrom, takeRows } from '../moves.ts';
import { axisOf, numberAt, numbersAt, refusal, tensorAt } from '../operands.ts';
import { productOf, sameShape, shapeText, stridesOf } from '../shapes.ts';
import { integerTypeOf } from './shaping.ts';
import type { Value } from '../../../value.ts';
import type { Kernel, Kernels } from '../contract.ts';

type Element = number | bigint | Uint8Array | undefined;

/** Larger first, NaN before all; of equals the first. */
function descending(data: Value['data']): (i: number, j: number) => number {
  return (i, j) => {
    const [x, y] = [data[i] ?? 0, data[j] ?? 0];
    return x > y ? -1 : x < y ? 1 : Number(Number.isNaN(y)) - Number(Number.isNaN(x)) || i - j;
  };
}

const topK: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const k = node.op === 'TopK' ? intAttr(node, 'k') : numberAt(operands, 1, node);
  const columns = value.shape.at(-1);
  if (columns === undefined || k > columns) {
    throw refusal(`input must have at least k columns. Had ${columns ?? 0}, needed ${k}`);
  }
  if (k < 0) {
    throw refusal(`Need k >= 0, got ${k}`);
  }
  if (!isReal(value) && !isBig(value)) {
    throw new Unsupported(`${node.op} of ${value.dtype}`);
  }
  const shape = value.shape.with(-1, k);
  const rows = productOf(value.shape.slice(0, -1));
  const order = descending(value.data);
  const places = new Int32Array(rows * k);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let sorted = Array.from({ length: columns }, (_, i) => start + i).sort(order);
    if (k === 1 && columns > 1) {
      // TensorFlow looks for one largest element in another way, in which NaN never wins.
      sorted = [...sorted.filter((i) => !Number.isNaN(value.data[i])), start];
    }
    places.set(sorted.slice(0, k), row * k);
  }
  const indices = places.map((place) => place % Math.max(1, columns));
  const dtype = integerTypeOf(node, 'index_type');
  return [takeRows(value, places, 1, shape), valueOf(dtype, shape, indices)];
};

/** A key that is the same for what TensorFlow's hash maps take for the same: NaN is never, -0 is 0. */
function keyOf(element: Element, index: number): string | number | bigint {
  if (element instanceof Uint8Array) {
    return Buffer.from(element).toString('latin1');
  }
  if (typeof element === 'number') {
    return Number.isNaN(element) ? `NaN ${index}` : element === 0 ? 0 : element;
  }
  return element ?? 0;
}

const unique: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const axes = operands[1] === undefined ? [] : numbersAt(operands, 1, node);
  const axis = axisOf(axes[0] ?? 0, value.shape.length);
  if (axes.length === 0 && value.shape.length !== 1) {
    throw refusal(`unique expects a 1D vector.`);
  }
  const size = value.shape[axis] ?? 0;
  const outer = productOf(value.shape.slice(0, axis));
  const inner = productOf(value.shape.slice(axis + 1));
  const numbers = new Map<string | number | bigint, number>();
  const firsts: number[] = [];
  const counts: number[] = [];
  const indices = Array.from({ length: size }, (_, i) => {
    const key = sliceKey(value, i, size, outer, inner);
    let number = numbers.get(key);
    if (number === undefined) {
      number = firsts.length;
      numbers.set(key, number);
      firsts.push(i);
      counts.push(0);
    }
    counts[number] = (counts[number] ?? 0) + 1;
    return number;
  });
  const rows = Array.from({ length: outer * firsts.length }, (_, i) => {
    const first = firsts[i % firsts.length] ?? 0;
    return Math.floor(i / firsts.length) * size + first;
  });
  const dtype = integerTypeOf(node, 'out_idx');
  const distinct = takeRows(value, rows, inner, value.shape.with(axis, firsts.length));
  const result = [distinct, valueOf(dtype, [size], indices)];
  return node.op.startsWith('UniqueWithCounts')
    ? [...result, valueOf(dtype, [counts.length], counts)]
    : result;
};

/** A key of the slice at one place of an axis. */
function sliceKey(
  value: Value,
  place: number,
  size: number,
  outer: number,
  inner: number,
): string | number | bigint {
  if (value.dtype === 'complex64' || value.dtype === 'complex128') {
    throw new Unsupported('Unique of complex numbers');
  }
  if (outer * inner === 1) {
    return keyOf(value.data[place], place);
  }
  const keys: string[] = [];
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const at = (o * size + place) * inner + i;
      const key = String(keyOf(value.data[at], at));
      keys.push(`${key.length}:${key}`);
    }
  }
  return keys.join('');
}

/** What of one list is not in another, and where. */
const listDiff: Kernel = (operands, node) => {
  const [value, others] = [tensorAt(operands, 0, node), tensorAt(operands, 1, node)];
  const known = new Set(Array.from(others.data as ArrayLike<Element>, (element) => keyOf(element, -1)));
  const places: number[] = [];
  for (let i = 0; i < value.data.length; i++) {
    if (!known.has(keyOf(value.data[i], i))) {
      places.push(i);
    }
  }
  const shape = [places.length];
  return [takeRows(value, places, 1, shape), valueOf(integerTypeOf(node, 'out_idx'), shape, places)];
};

/** How many elements of a sorted row come before a value: those smaller, or (upper) not larger. */
function boundary(
  sorted: ArrayLike<Element>,
  start: number,
  end: number,
  value: Element,
  upper: boolean,
): number {
  let [low, high] = [start, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const element = sorted[middle] ?? 0;
    const goesOn = upper ? !((value ?? 0) < element) : element < (value ?? 0);
    if (goesOn) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - start;
}

function searchSorted(upper: boolean): Kernel {
  return (operands, node) => {
    const [sorted, values] = [tensorAt(operands, 0, node), tensorAt(operands, 1, node)];
    const rows = sorted.shape[0] ?? 0;
    if (sorted.shape.length !== 2 || values.shape.length !== 2 || rows !== values.shape[0]) {
      throw refusal('Leading dim_size of both tensors must match.');
    }
    const [length, columns] = [sorted.shape[1] ?? 0, values.shape[1] ?? 0];
    const found = Array.from({ length: rows * columns }, (_, i) => {
      const start = Math.floor(i / columns) * length;
      return boundary(sorted.data, start, start + length, values.data[i], upper);
    });
    return [valueOf(integerTypeOf(node, 'out_type'), values.shape, found)];
  };
}

const bucketize: Kernel = (operands, node) => {
  const boundaries = floatListAttr(node, 'boundaries', []);
  const data = numbersAt(operands, 0, node).map((x) => boundary(boundaries, 0, boundaries.length, x, true));
  return [valueOf('int32', tensorAt(operands, 0, node).shape, data)];
};

/** Rows of a tensor dealt out by number. */
const dynamicPartition: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const { shape } = tensorAt(operands, 1, node);
  const partitions = numbersAt(operands, 1, node);
  const count = intAttr(node, 'num_partitions');
  if (!sameShape(value.shape.slice(0, shape.length), shape)) {
    throw refusal(
      `data.shape must start with partitions.shape, got data.shape = ${shapeText(value.shape)}, partitions.shape = ${shapeText(shape)}`,
    );
  }
  const rows: number[][] = Array.from({ length: count }, () => []);
  for (const [i, partition] of partitions.entries()) {
    const list = rows[partition];
    if (list === undefined) {
      throw refusal(`partitions[${i}] = ${partition} is not in [0, ${count})`);
    }
    list.push(i);
  }
  const inner = value.shape.slice(shape.length);
  return rows.map((list) => takeRows(value, list, productOf(inner), [list.length, ...inner]));
};

/** Rows put together by number; a later one wins. */
const dynamicStitch: Kernel = (operands, node, context) => {
  const half = operands.length / 2;
  const places = Array.from({ length: half }, (_, i) => numbersAt(operands, i, node));
  const values = Array.from({ length: half }, (_, i) => tensorAt(operands, half + i, node));
  const [first] = values;
  if (first === undefined) {
    throw refusal('DynamicStitch needs operands.');
  }
  const inner = first.shape.slice(tensorAt(operands, 0, node).shape.length);
  const size = productOf(inner);
  const count = places.flat().reduce((largest, place) => Math.max(largest, place + 1), 0);
  if (places.flat().some((place) => place < 0)) {
    throw refusal('indices must be >= 0');
  }
  context.claim(sizeOf([count, ...inner]));
  const move = moveFrom([first, ...values.slice(1)], count * size);
  const cells = size * move.width;
  for (const [i, list] of places.entries()) {
    const from = move.from[i] ?? move.to;
    if (list.length * cells > from.length) {
      throw refusal('data.shape must start with indices.shape');
    }
    for (const [row, place] of list.entries()) {
      move.to.set(from.subarray(row * cells, (row + 1) * cells), place * cells);
    }
  }
  return [move.result([count, ...inner])];
};

/** Reverses the first elements of rows, as many as each is told. */
const reverseSequence: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const lengths = numbersAt(operands, 1, node);
  const batch = axisOf(intAttr(node, 'batch_dim', 0), value.shape.length);
  const axis = axisOf(intAttr(node, 'seq_dim'), value.shape.length);
  const strides = stridesOf(value.shape);
  const size = value.shape[axis] ?? 0;
  const wrong = lengths.findIndex((length) => length < 0 || length > size);
  if (wrong >= 0 || lengths.length !== value.shape[batch]) {
    throw refusal(`seq_lens(${wrong}) > input.dims(${axis})`);
  }
  const rows = Int32Array.from({ length: productOf(value.shape) }, (_, i) => {
    const row = Math.floor(i / (strides[batch] ?? 1)) % (value.shape[batch] ?? 1);
    const place = Math.floor(i / (strides[axis] ?? 1)) % size;
    const length = lengths[row] ?? 0;
    return place < length ? i + (length - 1 - 2 * place) * (strides[axis] ?? 1) : i;
  });
  return [takeRows(value, rows, 1, value.shape)];
};

/** TopK, Unique, ListDiff, LowerBound, Bucketize, DynamicPartition and their like. */
export const sortingKernels: Kernels = new Map<string, Kernel>([
  ['TopK', topK],
  ['TopKV2', topK],
  ['Unique', unique],
  ['UniqueV2', unique],
  ['UniqueWithCounts', unique],
  ['UniqueWithCountsV2', unique],
  ['ListDiff', listDiff],
  ['LowerBound', searchSorted(false)],
  ['UpperBound', searchSorted(true)],
  ['Bucketize', bucketize],
  ['DynamicPartition', dynamicPartition],
  ['DynamicStitch', dynamicStitch],
  ['ParallelDynamicStitch', dynamicStitch],
  ['ReverseSequence', reverseSequence],
]);
