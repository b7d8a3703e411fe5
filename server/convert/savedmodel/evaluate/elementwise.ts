// Applies a function of one or two elements to whole tensors, with broadcasting, rounding and wrapping as the type has it.
import { isBig, isReal, newRealArray } from '../../value.ts';
import { Unsupported } from '../unsupported.ts';
import { broadcastValue } from './moves.ts';
import { roundingOf, settle } from './rounding.ts';
import { broadcastShape, productOf, sameShape } from './shapes.ts';
import type { BigArray, BigValue, ComplexValue, RealArray, RealValue, Value } from '../../value.ts';
import type { KernelContext } from './contract.ts';

/** Rounds as the operands' type does: for intermediate results, those that are stored are rounded anyway. */
export type Rounding = (value: number) => number;

/** A complex number. */
export type Pair = readonly [real: number, imaginary: number];

/** One op on two elements, for the kinds of types that have it. */
export interface BinaryOp {
  readonly float?: (a: number, b: number, round: Rounding) => number;
  /** Of integers up to 32 bits: the result is wrapped when it is stored, so it must be exact or wrapped. */
  readonly integer?: (a: number, b: number, bits: number) => number;
  readonly big?: (a: bigint, b: bigint) => bigint;
  readonly complex?: (a: Pair, b: Pair) => Pair;
}

/** One op on one element, for the kinds of types that have it. */
export interface UnaryOp {
  readonly float?: (x: number, round: Rounding) => number;
  readonly integer?: (x: number) => number;
  readonly big?: (x: bigint) => bigint;
  readonly complex?: (x: Pair) => Pair;
}

const floatTypes: ReadonlySet<string> = new Set(['float32', 'float64', 'float16', 'bfloat16']);

/** Two tensors brought to one shape; a tensor of one element is left as it is. */
export function aligned<V extends Value>(
  a: V,
  b: V,
  context: KernelContext,
): { readonly shape: readonly number[]; readonly a: V; readonly b: V } {
  if (sameShape(a.shape, b.shape)) {
    return { shape: a.shape, a, b };
  }
  const shape = broadcastShape(a.shape, b.shape);
  context.claim(productOf(shape));
  const wide = (value: V): V => (productOf(value.shape) === 1 ? value : broadcastValue(value, shape));
  return { shape, a: wide(a), b: wide(b) };
}

/** A binary op on two tensors. Throws Unsupported for types that `op` lacks or that differ. */
export function applyBinary(op: BinaryOp, a: Value, b: Value, context: KernelContext): Value {
  if (isReal(a) && isReal(b) && a.dtype === b.dtype) {
    return applyReal(op, a, b, context);
  }
  if (isBig(a) && isBig(b) && a.dtype === b.dtype && op.big !== undefined) {
    return applyBig(op.big, a, b, context);
  }
  if (
    (a.dtype === 'complex64' || a.dtype === 'complex128') &&
    a.dtype === b.dtype &&
    op.complex !== undefined
  ) {
    return applyComplex(op.complex, a, b, context);
  }
  throw new Unsupported(`operands of ${a.dtype} and ${b.dtype}`);
}

function applyReal(op: BinaryOp, left: RealValue, right: RealValue, context: KernelContext): RealValue {
  const { dtype } = left;
  const { shape, a, b } = aligned(left, right, context);
  const data = newRealArray(dtype, productOf(shape));
  if (floatTypes.has(dtype)) {
    const { float } = op;
    if (float === undefined) {
      throw new Unsupported(`operands of ${dtype}`);
    }
    const round = roundingOf(dtype);
    zip(data, a.data, b.data, (x, y) => float(x, y, round));
  } else {
    const { integer } = op;
    if (integer === undefined || dtype === 'bool') {
      throw new Unsupported(`operands of ${dtype}`);
    }
    const bits = 8 * data.BYTES_PER_ELEMENT;
    zip(data, a.data, b.data, (x, y) => integer(x, y, bits));
  }
  return { dtype, shape, data: settle(dtype, data) };
}

/** Fills `out` from two arrays, of which either may have one element for all. */
export function zip(
  out: RealArray,
  a: RealArray,
  b: RealArray,
  combine: (x: number, y: number) => number,
): void {
  const stepA = a.length === 1 ? 0 : 1;
  const stepB = b.length === 1 ? 0 : 1;
  for (let i = 0; i < out.length; i++) {
    out[i] = combine(a[i * stepA] ?? 0, b[i * stepB] ?? 0);
  }
}

function applyBig(
  op: (a: bigint, b: bigint) => bigint,
  left: BigValue,
  right: BigValue,
  context: KernelContext,
): BigValue {
  const { shape, a, b } = aligned(left, right, context);
  const data = newBigArray(left.dtype, productOf(shape));
  const stepA = a.data.length === 1 ? 0 : 1;
  const stepB = b.data.length === 1 ? 0 : 1;
  for (let i = 0; i < data.length; i++) {
    data[i] = op(a.data[i * stepA] ?? 0n, b.data[i * stepB] ?? 0n);
  }
  return { dtype: left.dtype, shape, data };
}

function applyComplex(
  op: (a: Pair, b: Pair) => Pair,
  left: ComplexValue,
  right: ComplexValue,
  context: KernelContext,
): ComplexValue {
  const { shape, a, b } = aligned(left, right, context);
  const count = productOf(shape);
  const data = newComplexArray(left.dtype, count);
  const stepA = a.data.length === 2 ? 0 : 1;
  const stepB = b.data.length === 2 ? 0 : 1;
  for (let i = 0; i < count; i++) {
    const [real, imaginary] = op(pairAt(a, i * stepA), pairAt(b, i * stepB));
    data[2 * i] = real;
    data[2 * i + 1] = imaginary;
  }
  return { dtype: left.dtype, shape, data };
}

/** A unary op on a tensor. Throws Unsupported for types that `op` lacks. */
export function applyUnary(op: UnaryOp, value: Value): Value {
  const { dtype, shape } = value;
  if (isReal(value)) {
    const data = newRealArray(value.dtype, value.data.length);
    const round = roundingOf(value.dtype);
    const { float, integer } = op;
    if (floatTypes.has(dtype) && float !== undefined) {
      for (let i = 0; i < data.length; i++) {
        data[i] = float(value.data[i] ?? 0, round);
      }
      return { dtype: value.dtype, shape, data: settle(value.dtype, data) };
    }
    if (!floatTypes.has(dtype) && dtype !== 'bool' && integer !== undefined) {
      for (let i = 0; i < data.length; i++) {
        data[i] = integer(value.data[i] ?? 0);
      }
      return { dtype: value.dtype, shape, data };
    }
  } else if (isBig(value) && op.big !== undefined) {
    const data = newBigArray(value.dtype, value.data.length);
    for (let i = 0; i < data.length; i++) {
      data[i] = op.big(value.data[i] ?? 0n);
    }
    return { dtype: value.dtype, shape, data };
  } else if ((value.dtype === 'complex64' || value.dtype === 'complex128') && op.complex !== undefined) {
    const data = newComplexArray(value.dtype, value.data.length / 2);
    for (let i = 0; i < data.length / 2; i++) {
      const [real, imaginary] = op.complex(pairAt(value, i));
      data[2 * i] = real;
      data[2 * i + 1] = imaginary;
    }
    return { dtype: value.dtype, shape, data };
  }
  throw new Unsupported(`an operand of ${dtype}`);
}

/** A tensor of truth values from two; `test` gets numbers, or bigints from 64-bit integers. */
export function compareBinary(
  a: Value,
  b: Value,
  test: (order: number) => boolean,
  context: KernelContext,
): RealValue {
  if (a.dtype !== b.dtype) {
    throw new Unsupported(`operands of ${a.dtype} and ${b.dtype}`);
  }
  const operands = aligned(a, b, context);
  const count = productOf(operands.shape);
  const data = new Uint8Array(count);
  const order = ordering(operands.a, operands.b);
  const stepA = productOf(operands.a.shape) === 1 ? 0 : 1;
  const stepB = productOf(operands.b.shape) === 1 ? 0 : 1;
  for (let i = 0; i < count; i++) {
    data[i] = test(order(i * stepA, i * stepB)) ? 1 : 0;
  }
  return { dtype: 'bool', shape: operands.shape, data };
}

/** Compares an element of one with an element of another: negative, 0, positive, or NaN where neither is so. */
function ordering(a: Value, b: Value): (i: number, j: number) => number {
  if (isReal(a) && isReal(b)) {
    return (i, j) => order(a.data[i] ?? 0, b.data[j] ?? 0);
  }
  if (isBig(a) && isBig(b)) {
    return (i, j) => order(a.data[i] ?? 0n, b.data[j] ?? 0n);
  }
  if (a.dtype === 'string' && b.dtype === 'string') {
    return (i, j) => Buffer.compare(a.data[i] ?? noBytes, b.data[j] ?? noBytes);
  }
  const left = a as ComplexValue;
  const right = b as ComplexValue;
  return (i, j) => {
    const [x, y] = [pairAt(left, i), pairAt(right, j)];
    return x[0] === y[0] && x[1] === y[1] ? 0 : Number.NaN;
  };
}

const noBytes = new Uint8Array();

function order<Element extends number | bigint>(x: Element, y: Element): number {
  return x < y ? -1 : x > y ? 1 : x === y ? 0 : Number.NaN;
}

/** Zeros. */
export function newBigArray(dtype: BigValue['dtype'], length: number): BigArray {
  return dtype === 'int64' ? new BigInt64Array(length) : new BigUint64Array(length);
}

/** Zeros; `count` counts complex numbers. */
export function newComplexArray(dtype: ComplexValue['dtype'], count: number): Float32Array | Float64Array {
  return dtype === 'complex64' ? new Float32Array(2 * count) : new Float64Array(2 * count);
}

/** One complex number of a tensor. */
export function pairAt(value: ComplexValue, index: number): Pair {
  return [value.data[2 * index] ?? 0, value.data[2 * index + 1] ?? 0];
}
