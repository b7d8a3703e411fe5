// Kernels that reduce rows by a number which says where each belongs: segments, bin counts.
import { isFloatType, isReal, newRealArray, sizeOf } from '../../../value.ts';
import { boolAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import { castValue } from '../casts.ts';
import { newBigArray } from '../elementwise.ts';
import { takeRows } from '../moves.ts';
import { numberAt, numbersAt, refusal, tensorAt } from '../operands.ts';
import { settle } from '../rounding.ts';
import { productOf, shapeText } from '../shapes.ts';
import { bigRange, integerRange } from './reductions.ts';
import type { RealType, RealValue, Value } from '../../../value.ts';
import type { Kernel, KernelContext, Kernels } from '../contract.ts';

type Kind = 'sum' | 'mean' | 'sqrtn' | 'prod' | 'max' | 'min';

const combine: Readonly<Record<Kind, (total: number, x: number) => number>> = {
  sum: (a, b) => a + b,
  mean: (a, b) => a + b,
  sqrtn: (a, b) => a + b,
  prod: (a, b) => a * b,
  max: Math.max,
  min: Math.min,
};

const combineBig: Readonly<Partial<Record<Kind, (total: bigint, x: bigint) => bigint>>> = {
  sum: (a, b) => a + b,
  mean: (a, b) => a + b,
  prod: (a, b) => BigInt.asIntN(64, a * b),
  max: (a, b) => (b > a ? b : a),
  min: (a, b) => (b < a ? b : a),
};

const float32Highest = (2 - 2 ** -23) * 2 ** 127;

/** Highest finite numbers. */
const highest: ReadonlyMap<RealType, number> = new Map<RealType, number>([
  ['float32', float32Highest],
  ['float64', Number.MAX_VALUE],
  ['float16', 65504],
  ['bfloat16', (2 - 2 ** -7) * 2 ** 127],
]);

/** What a segment without rows holds in TensorFlow's unsorted reductions. */
function emptyNumber(kind: Kind, dtype: RealType): number {
  if (kind === 'max' || kind === 'min') {
    const top = highest.get(dtype);
    const [low, high] = top === undefined ? integerRange(dtype) : [-top, top];
    return kind === 'max' ? low : high;
  }
  return kind === 'prod' ? 1 : 0;
}

/**
 * Reduces rows into `count` segments.
 *
 * @param ids the segment of each row; a negative one drops it
 * @param gap what segments without rows hold; undefined: as the unsorted reductions have it
 */
function segmented(
  value: Value,
  ids: readonly number[],
  count: number,
  kind: Kind,
  gap: number | undefined,
  inner: readonly number[],
  context: KernelContext,
): Value {
  const size = productOf(inner);
  const shape = [count, ...inner];
  context.claim(sizeOf(shape));
  const rows = new Int32Array(count);
  for (const id of ids) {
    if (id >= 0) {
      rows[id] = (rows[id] ?? 0) + 1;
    }
  }
  if (isReal(value) && value.dtype !== 'bool') {
    return segmentedReal(value, ids, rows, kind, gap, size, shape);
  }
  const add = combineBig[kind];
  if ((value.dtype !== 'int64' && value.dtype !== 'uint64') || add === undefined) {
    throw new Unsupported(`a reduction of segments of ${value.dtype}`);
  }
  const [low, high] = bigRange(value.dtype);
  const start = kind === 'max' ? low : kind === 'min' ? high : kind === 'prod' ? 1n : 0n;
  const data = newBigArray(value.dtype, count * size).fill(start);
  for (const [row, id] of ids.entries()) {
    for (let i = 0; id >= 0 && i < size; i++) {
      data[id * size + i] = add(data[id * size + i] ?? 0n, value.data[row * size + i] ?? 0n);
    }
  }
  for (let i = 0; i < data.length; i++) {
    const members = rows[Math.floor(i / size)] ?? 0;
    if (members === 0) {
      data[i] = gap === undefined ? start : BigInt(gap);
    } else if (kind === 'mean') {
      data[i] = (data[i] ?? 0n) / BigInt(members);
    }
  }
  return { dtype: value.dtype, shape, data };
}

function segmentedReal(
  value: RealValue,
  ids: readonly number[],
  rows: Int32Array,
  kind: Kind,
  gap: number | undefined,
  size: number,
  shape: readonly number[],
): RealValue {
  const { dtype } = value;
  const isFloat = isFloatType(dtype);
  const extreme = kind === 'max' || kind === 'min';
  const start = extreme && isFloat ? (kind === 'max' ? -Infinity : Infinity) : emptyNumber(kind, dtype);
  const totals = new Float64Array(rows.length * size).fill(start);
  const add = combine[kind];
  for (const [row, id] of ids.entries()) {
    for (let i = 0; id >= 0 && i < size; i++) {
      const total = add(totals[id * size + i] ?? 0, value.data[row * size + i] ?? 0);
      totals[id * size + i] =
        isFloat || extreme
          ? total
          : kind === 'prod'
            ? wrappedProduct(totals[id * size + i] ?? 0, value.data[row * size + i] ?? 0)
            : total | 0;
    }
  }
  const data = newRealArray(dtype, totals.length);
  for (let i = 0; i < totals.length; i++) {
    const members = rows[Math.floor(i / size)] ?? 0;
    const total = totals[i] ?? 0;
    if (members === 0) {
      data[i] = gap ?? emptyNumber(kind, dtype);
    } else {
      data[i] = kind === 'mean' ? total / members : kind === 'sqrtn' ? total / Math.sqrt(members) : total;
    }
  }
  return { dtype, shape, data: settle(dtype, data) };
}

const wrappedProduct = Math.imul;

/** Sorted segments: what lies between holds 0, in products 1. */
function sorted(kind: Kind): Kernel {
  return (operands, node, context) => {
    const value = tensorAt(operands, 0, node);
    const ids = numbersAt(operands, 1, node);
    if (ids.length !== value.shape[0]) {
      throw refusal('segment_ids should be the same size as dimension 0 of input.');
    }
    const count = countOfSorted(ids);
    return [segmented(value, ids, count, kind, kind === 'prod' ? 1 : 0, value.shape.slice(1), context)];
  };
}

function countOfSorted(ids: readonly number[]): number {
  const count = (ids.at(-1) ?? -1) + 1;
  if (ids.length > 0 && count < 1) {
    throw refusal('segment ids must be >= 0');
  }
  let last = -Infinity;
  for (const id of ids) {
    if (id < last) {
      throw refusal('segment ids are not increasing');
    }
    if (id < 0) {
      throw refusal(
        `Segment id ${id} out of range [0, ${count}), possibly because 'segment_ids' input is not sorted.`,
      );
    }
    last = id;
  }
  return count;
}

function unsorted(kind: Kind): Kernel {
  return (operands, node, context) => {
    const value = tensorAt(operands, 0, node);
    const { shape } = tensorAt(operands, 1, node);
    const ids = numbersAt(operands, 1, node);
    const count = numberAt(operands, 2, node);
    if (shape.some((size, axis) => size !== value.shape[axis])) {
      throw refusal(
        `data.shape = ${shapeText(value.shape)} does not start with segment_ids.shape = ${shapeText(shape)}`,
      );
    }
    checkSegments(ids, count);
    return [segmented(value, ids, count, kind, undefined, value.shape.slice(shape.length), context)];
  };
}

function checkSegments(ids: readonly number[], count: number): void {
  const wrong = ids.findIndex((id) => id >= count);
  if (wrong >= 0) {
    throw refusal(`segment_ids[${wrong}] = ${ids[wrong] ?? 0} is out of range [0, ${count})`);
  }
}

/** Rows picked by indices, then reduced by sorted segments. */
function sparse(kind: Kind): Kernel {
  return (operands, node, context) => {
    const value = tensorAt(operands, 0, node);
    const indices = numbersAt(operands, 1, node);
    const ids = numbersAt(operands, 2, node);
    const inner = value.shape.slice(1);
    const size = value.shape[0] ?? 0;
    const wrong = indices.findIndex((index) => !(index >= 0 && index < size));
    if (wrong >= 0) {
      throw refusal(`Bad: indices[${wrong}] == ${indices[wrong] ?? 0} out of range [0, ${size})`);
    }
    if (indices.length !== ids.length) {
      throw refusal('segment_ids and indices should have same size.');
    }
    const found = countOfSorted(ids);
    const count = operands.length > 3 ? numberAt(operands, 3, node) : found;
    if (count < found) {
      throw refusal('segment ids must be < num_segments');
    }
    context.claim(indices.length * productOf(inner));
    const rows = takeRows(value, indices, productOf(inner), [indices.length, ...inner]);
    return [segmented(rows, ids, count, kind, 0, inner, context)];
  };
}

/** Counts of the numbers 0 to size-1, or sums of their weights; for each row of a matrix. */
function bins(sizeAt: number, matrices: boolean): Kernel {
  return (operands, node, context) => {
    const value = tensorAt(operands, 0, node);
    const numbers = numbersAt(operands, 0, node);
    const size = numberAt(operands, sizeAt, node);
    const weights = tensorAt(operands, 2, node);
    const binary = boolAttr(node, 'binary_output', false);
    if (size < 0) {
      throw refusal(`size (${size}) must be non-negative`);
    }
    if (numbers.some((x) => x < 0)) {
      throw refusal('Input arr must be non-negative!');
    }
    const isMatrix = matrices && value.shape.length === 2;
    const rows = isMatrix ? (value.shape[0] ?? 0) : 1;
    const columns = rows === 0 ? 0 : numbers.length / rows;
    context.claim(sizeOf([rows, size]));
    const totals = new Float64Array(rows * size);
    const given = weights.data.length === 0 ? undefined : numbersAt(operands, 2, node);
    for (const [i, x] of numbers.entries()) {
      if (x < size) {
        const at = Math.floor(i / columns) * size + x;
        totals[at] = binary ? 1 : (totals[at] ?? 0) + (given?.[i] ?? 1);
      }
    }
    const counted: Value = { dtype: 'float64', shape: isMatrix ? [rows, size] : [size], data: totals };
    return [castValue(counted, weights.dtype)];
  };
}

const kinds = { Sum: 'sum', Mean: 'mean', Prod: 'prod', Max: 'max', Min: 'min' } as const;

/** SegmentSum, UnsortedSegmentSum, SparseSegmentSum, Bincount and their like. */
export const segmentKernels: Kernels = new Map<string, Kernel>([
  ...Object.entries(kinds).map(([name, kind]) => [`Segment${name}`, sorted(kind)] as [string, Kernel]),
  ...Object.entries(kinds).flatMap(([name, kind]): [string, Kernel][] =>
    name === 'Mean'
      ? []
      : [
          [`UnsortedSegment${name}`, unsorted(kind)],
          [`Segment${name}V2`, unsorted(kind)],
        ],
  ),
  ...(['Sum', 'Mean', 'SqrtN'] as const).flatMap((name): [string, Kernel][] => {
    const kernel = sparse(name === 'Sum' ? 'sum' : name === 'Mean' ? 'mean' : 'sqrtn');
    return [
      [`SparseSegment${name}`, kernel],
      [`SparseSegment${name}WithNumSegments`, kernel],
    ];
  }),
  ['Bincount', bins(1, false)],
  ['DenseBincount', bins(1, true)],
]);
