// Kernels that reduce axes to one number, scan along an axis, or say where the largest element is.
import { isBig, isFloatType, isReal, newRealArray } from '../../../value.ts';
import { boolAttr, typeAttr } from '../../graph/attributes.ts';
import { dataTypeOfValue, elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import { newBigArray, newComplexArray, pairAt } from '../elementwise.ts';
import { axisOf, numberAt, numbersAt, realAt, refusal, tensorAt } from '../operands.ts';
import { roundingOf, settle } from '../rounding.ts';
import { reductionAxes, rowsBack, rowsOf } from '../rows.ts';
import { shapeText } from '../shapes.ts';
import type { BigArray, RealArray, RealType, Value } from '../../../value.ts';
import type { Kernel, Kernels } from '../contract.ts';
import type { Pair } from '../elementwise.ts';
import type { Rows } from '../rows.ts';

/** Goes over the elements from `start` to `end`. */
type RealReduction = (data: RealArray, start: number, end: number) => number;
type BigReduction = (data: BigArray, start: number, end: number) => bigint;

interface Reduction {
  readonly float?: (data: RealArray, start: number, end: number, round: (x: number) => number) => number;
  /** The low 32 bits count: the result wraps when it is stored. */
  readonly integer?: (data: RealArray, start: number, end: number, dtype: RealType) => number;
  readonly big?: (data: BigArray, start: number, end: number, dtype: 'int64' | 'uint64') => bigint;
  readonly complex?: (first: Pair, second: Pair) => Pair;
  readonly bool?: RealReduction;
}

function folded(combine: (sum: number, x: number) => number, start: number): RealReduction {
  return (data, from, to) => {
    let sum = start;
    for (let i = from; i < to; i++) {
      sum = combine(sum, data[i] ?? 0);
    }
    return sum;
  };
}

function foldedBig(combine: (sum: bigint, x: bigint) => bigint, start: bigint): BigReduction {
  return (data, from, to) => {
    let sum = start;
    for (let i = from; i < to; i++) {
      sum = combine(sum, data[i] ?? 0n);
    }
    return sum;
  };
}

/** Sums in doubles: closer to the truth than any order of float32 additions. */
const plainSum: RealReduction = (data, from, to) => {
  let sum = 0;
  for (let i = from; i < to; i++) {
    sum += data[i] ?? 0;
  }
  return sum;
};

const bigSum = foldedBig((sum, x) => sum + x, 0n);

const sum: Reduction = {
  float: plainSum,
  integer: folded((total, x) => (total + x) | 0, 0),
  big: bigSum,
  complex: (a, b) => [a[0] + b[0], a[1] + b[1]],
};

const mean: Reduction = {
  float: (data, from, to, round) => round(plainSum(data, from, to)) / (to - from),
  integer: (data, from, to) => Math.trunc(plainSum(data, from, to) / (to - from)),
  big: (data, from, to) => (to > from ? bigSum(data, from, to) / BigInt(to - from) : 0n),
};

const product: Reduction = {
  float: folded((total, x) => total * x, 1),
  integer: folded(Math.imul, 1),
  big: foldedBig((total, x) => BigInt.asIntN(64, total * x), 1n),
};

const integerRanges: ReadonlyMap<RealType, readonly [number, number]> = new Map([
  ['int8', [-128, 127]],
  ['int16', [-32768, 32767]],
  ['int32', [-(2 ** 31), 2 ** 31 - 1]],
  ['uint8', [0, 255]],
  ['uint16', [0, 65535]],
  ['uint32', [0, 2 ** 32 - 1]],
]);

/** Lowest and highest number of an integer type of up to 32 bits. */
export function integerRange(dtype: RealType): readonly [number, number] {
  return integerRanges.get(dtype) ?? [0, 1];
}

const bigRanges = {
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
} as const;

/** Lowest and highest number of a 64-bit integer type. */
export function bigRange(dtype: 'int64' | 'uint64'): readonly [bigint, bigint] {
  return bigRanges[dtype];
}

const largest: Reduction = {
  float: folded(Math.max, -Infinity),
  integer: (data, from, to, dtype) => {
    const [lowest] = integerRange(dtype);
    return folded(Math.max, lowest)(data, from, to);
  },
  big: (data, from, to, dtype) => foldedBig((a, b) => (b > a ? b : a), bigRange(dtype)[0])(data, from, to),
};

const smallest: Reduction = {
  float: folded(Math.min, Infinity),
  integer: (data, from, to, dtype) => {
    const [, highest] = integerRange(dtype);
    return folded(Math.min, highest)(data, from, to);
  },
  big: (data, from, to, dtype) => foldedBig((a, b) => (b < a ? b : a), bigRange(dtype)[1])(data, from, to),
};

const every: Reduction = { bool: folded((a, b) => a & b, 1) };
const some: Reduction = { bool: folded((a, b) => a | b, 0) };

const squareSum: RealReduction = folded((total, x) => total + x * x, 0);

const norm: Reduction = {
  float: (data, from, to) => Math.sqrt(squareSum(data, from, to)),
  integer: (data, from, to) => Math.trunc(Math.sqrt(squareSum(data, from, to))),
};

/** One element per row. */
function reduced(reduction: Reduction, rows: Rows<Value>, shape: readonly number[]): Value {
  const { value, count, size } = rows;
  if (isReal(value)) {
    const { dtype } = value;
    const data = newRealArray(dtype, count);
    const { float, integer, bool } = reduction;
    const round = roundingOf(dtype);
    const reduce: Reduction['float'] = isFloatType(dtype)
      ? float
      : dtype === 'bool'
        ? bool
        : integer && ((elements, from, to) => integer(elements, from, to, dtype));
    if (reduce !== undefined) {
      for (let row = 0; row < count; row++) {
        data[row] = reduce(value.data, row * size, (row + 1) * size, round);
      }
      return { dtype, shape, data: settle(dtype, data) };
    }
  } else if (isBig(value) && reduction.big !== undefined) {
    const { dtype } = value;
    const data = newBigArray(dtype, count);
    for (let row = 0; row < count; row++) {
      data[row] = reduction.big(value.data, row * size, (row + 1) * size, dtype);
    }
    return { dtype, shape, data };
  } else if (
    (value.dtype === 'complex64' || value.dtype === 'complex128') &&
    reduction.complex !== undefined
  ) {
    const data = newComplexArray(value.dtype, count);
    for (let row = 0; row < count; row++) {
      let total: Pair = [0, 0];
      for (let i = 0; i < size; i++) {
        total = reduction.complex(total, pairAt(value, row * size + i));
      }
      [data[2 * row], data[2 * row + 1]] = total;
    }
    return { dtype: value.dtype, shape, data };
  }
  throw new Unsupported(`a reduction of ${value.dtype}`);
}

function reducing(reduction: Reduction): Kernel {
  return (operands, node) => {
    const value = tensorAt(operands, 0, node);
    const rows = rowsOf(value, reductionAxes(numbersAt(operands, 1, node), value.shape.length));
    return [reduced(reduction, rows, boolAttr(node, 'keep_dims', false) ? rows.keptDims : rows.kept)];
  };
}

/** Half the sum of squares. */
const l2Loss: Kernel = (operands, node) => {
  const value = realAt(operands, 0, node);
  const data = newRealArray(value.dtype, 1);
  data[0] = squareSum(value.data, 0, value.data.length) / 2;
  return [{ dtype: value.dtype, shape: [], data: settle(value.dtype, data) }];
};

/** Where the first of the elements that win over all others is; NaN never wins. */
function searching(wins: (candidate: number | bigint, best: number | bigint) => boolean): Kernel {
  return (operands, node) => {
    const value = tensorAt(operands, 0, node);
    if (!isReal(value) && !isBig(value)) {
      throw new Unsupported(`${node.op} of ${value.dtype}`);
    }
    const axis = axisOf(numberAt(operands, 1, node), value.shape.length);
    if (value.shape[axis] === 0) {
      throw refusal(`Reduction axis ${axis} is empty in shape ${shapeText(value.shape)}`);
    }
    const { value: elements, count, size, kept } = rowsOf(value, new Set([axis]));
    const type = elementTypeOf(typeAttr(node, 'output_type', dataTypeOfValue('int64')));
    const places = new Int32Array(count);
    for (let row = 0; row < count; row++) {
      let best = 0;
      for (let i = 1; i < size; i++) {
        const candidate = elements.data[row * size + i] ?? 0;
        const holder = elements.data[row * size + best] ?? 0;
        if (wins(candidate, holder) || (Number.isNaN(holder) && !Number.isNaN(candidate))) {
          best = i;
        }
      }
      places[row] = best;
    }
    return type === 'int64'
      ? [{ dtype: type, shape: kept, data: BigInt64Array.from(places, BigInt) }]
      : [{ dtype: 'int32', shape: kept, data: places }];
  };
}

/** Goes along an axis and gives what has come together at each place. */
function scanning(steps: {
  readonly start: number;
  readonly real: (total: number, x: number, dtype: RealType) => number;
  readonly big?: (total: bigint, x: bigint) => bigint;
}): Kernel {
  return (operands, node) => {
    const value = tensorAt(operands, 0, node);
    const axis = axisOf(numberAt(operands, 1, node), value.shape.length);
    const exclusive = boolAttr(node, 'exclusive', false);
    const reverse = boolAttr(node, 'reverse', false);
    const { value: elements, count, size, kept } = rowsOf(value, new Set([axis]));
    const shape = [...kept, size];
    const at = (row: number, i: number): number => row * size + (reverse ? size - 1 - i : i);
    let scanned: Value;
    if (isReal(elements)) {
      const { dtype } = elements;
      const data = newRealArray(dtype, elements.data.length);
      for (let row = 0; row < count; row++) {
        let total = steps.start;
        for (let i = 0; i < size; i++) {
          const place = at(row, i);
          const next = steps.real(total, elements.data[place] ?? 0, dtype);
          data[place] = exclusive ? total : next;
          total = next;
        }
      }
      scanned = { dtype, shape, data: settle(dtype, data) };
    } else if (isBig(elements) && steps.big !== undefined) {
      const data = newBigArray(elements.dtype, elements.data.length);
      for (let row = 0; row < count; row++) {
        let total = BigInt(steps.start);
        for (let i = 0; i < size; i++) {
          const place = at(row, i);
          const next = BigInt.asUintN(64, steps.big(total, elements.data[place] ?? 0n));
          data[place] = exclusive ? total : next;
          total = next;
        }
      }
      scanned = { dtype: elements.dtype, shape, data };
    } else {
      throw new Unsupported(`${node.op} of ${value.dtype}`);
    }
    return [rowsBack(scanned, value.shape, axis)];
  };
}

function logAddExp(a: number, b: number): number {
  const larger = Math.max(a, b);
  return larger === -Infinity ? larger : larger + Math.log(Math.exp(a - larger) + Math.exp(b - larger));
}

/** Sum, Max, Mean, All, ArgMax, Cumsum and their like. */
export const reductionKernels: Kernels = new Map<string, Kernel>([
  ['Sum', reducing(sum)],
  ['Mean', reducing(mean)],
  ['Prod', reducing(product)],
  ['Max', reducing(largest)],
  ['Min', reducing(smallest)],
  ['All', reducing(every)],
  ['Any', reducing(some)],
  ['EuclideanNorm', reducing(norm)],
  ['L2Loss', l2Loss],
  ['ArgMax', searching((candidate, best) => candidate > best)],
  ['ArgMin', searching((candidate, best) => candidate < best)],
  [
    'Cumsum',
    scanning({
      start: 0,
      real: (total, x, dtype) => (isFloatType(dtype) ? total + x : (total + x) | 0),
      big: (total, x) => total + x,
    }),
  ],
  [
    'Cumprod',
    scanning({
      start: 1,
      real: (total, x, dtype) => (isFloatType(dtype) ? total * x : Math.imul(total, x)),
      big: (total, x) => total * x,
    }),
  ],
  ['CumulativeLogsumexp', scanning({ start: -Infinity, real: logAddExp })],
]);
