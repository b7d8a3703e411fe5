// Tensors with known contents, as conversion and the host part of a converted model compute with them.
import { PerchError } from '../errors.ts';

/** Element types of numbers that JavaScript's number holds exactly, or rounds as their own type does. */
export type RealType =
  | 'float32'
  | 'float64'
  /** Held as a Float32Array of values that float16 has. */
  | 'float16'
  /** Held as a Float32Array of values that bfloat16 has. */
  | 'bfloat16'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  /** 0 or 1. */
  | 'bool';
export type BigType = 'int64' | 'uint64';
/** Real and imaginary part of each element beside each other. */
export type ComplexType = 'complex64' | 'complex128';
/** Every element type of a tensor with known contents. */
export type ValueType = RealType | BigType | ComplexType | 'string';

export type RealArray =
  Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array;
export type BigArray = BigInt64Array | BigUint64Array;

/** Row-major; `data` has as many elements as the product of `shape`. Nobody writes to a value once it is made. */
export interface RealValue {
  readonly dtype: RealType;
  readonly shape: readonly number[];
  readonly data: RealArray;
}

export interface BigValue {
  readonly dtype: BigType;
  readonly shape: readonly number[];
  readonly data: BigArray;
}

export interface ComplexValue {
  readonly dtype: ComplexType;
  readonly shape: readonly number[];
  /** Twice as many numbers as elements. */
  readonly data: Float32Array | Float64Array;
}

export interface StringValue {
  readonly dtype: 'string';
  readonly shape: readonly number[];
  /** Arbitrary bytes. */
  readonly data: readonly Uint8Array[];
}

/** A tensor with known contents. It can be cloned structurally. */
export type Value = RealValue | BigValue | ComplexValue | StringValue;

/** No tensor may have more elements: what says so is wrong, and must not allocate. */
export const maximumElements = 2 ** 31 - 1;

const realArrays: Readonly<Record<RealType, new (length: number) => RealArray>> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Float32Array,
  bfloat16: Float32Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  bool: Uint8Array,
};

export function isReal(value: Value): value is RealValue {
  return value.dtype in realArrays;
}

export function isBig(value: Value): value is BigValue {
  return value.dtype === 'int64' || value.dtype === 'uint64';
}

export function isFloatType(dtype: ValueType): boolean {
  return dtype === 'float32' || dtype === 'float64' || dtype === 'float16' || dtype === 'bfloat16';
}

/** The number of elements. Throws SAVED_MODEL_INVALID for a size that is negative, or a product that no tensor can have. */
export function sizeOf(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new PerchError('SAVED_MODEL_INVALID', `A tensor of shape [${shape.join(',')}] cannot be.`);
    }
    count *= size;
  }
  if (count > maximumElements) {
    throw new PerchError('SAVED_MODEL_INVALID', `A tensor of shape [${shape.join(',')}] is too large.`);
  }
  return count;
}

/** Zeros. */
export function newRealArray(dtype: RealType, length: number): RealArray {
  return new realArrays[dtype](length);
}

/** A value of a real or a big type from numbers; int64 and uint64 from safe integers. The array is copied. */
export function valueOf(
  dtype: RealType | BigType,
  shape: readonly number[],
  numbers: ArrayLike<number>,
): RealValue | BigValue {
  if (dtype === 'int64') {
    return { dtype, shape, data: BigInt64Array.from(Array.from(numbers, BigInt)) };
  }
  if (dtype === 'uint64') {
    return { dtype, shape, data: BigUint64Array.from(Array.from(numbers, BigInt)) };
  }
  const data = newRealArray(dtype, numbers.length);
  data.set(numbers);
  return { dtype, shape, data };
}

/** An int32 vector, or a scalar for a number. */
export function int32(numbers: number | readonly number[]): RealValue {
  return typeof numbers === 'number'
    ? { dtype: 'int32', shape: [], data: Int32Array.of(numbers) }
    : { dtype: 'int32', shape: [numbers.length], data: Int32Array.from(numbers) };
}

/** The elements as JavaScript numbers; int64 beyond 2^53 rounds. Throws for strings and complex numbers. */
export function numbersOf(value: Value): number[] {
  if (isReal(value)) {
    return Array.from(value.data);
  }
  if (isBig(value)) {
    return Array.from<bigint, number>(value.data, Number);
  }
  throw new PerchError(
    'SAVED_MODEL_INVALID',
    `Numbers were expected where there are elements of ${value.dtype}.`,
  );
}
