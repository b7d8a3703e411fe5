// Conversion between element types as TensorFlow's CPU kernels do it, what is out of range included.
import { isBig, isFloatType, isReal, newRealArray } from '../../value.ts';
import { Unsupported } from '../unsupported.ts';
import { newBigArray, newComplexArray } from './elementwise.ts';
import { settle } from './rounding.ts';
import type {
  BigArray,
  BigType,
  BigValue,
  ComplexType,
  RealArray,
  RealType,
  RealValue,
  Value,
  ValueType,
} from '../../value.ts';

/** The tensor with its elements as another type; itself where it has that type. Throws Unsupported for strings. */
export function castValue(value: Value, dtype: ValueType): Value {
  if (value.dtype === dtype) {
    return value;
  }
  if (value.dtype === 'string' || dtype === 'string') {
    throw new Unsupported(`a cast from ${value.dtype} to ${dtype}`);
  }
  if (dtype === 'complex64' || dtype === 'complex128') {
    return complexOf(value, dtype);
  }
  if (!isReal(value) && !isBig(value)) {
    return castValue(realParts(value), dtype);
  }
  const { shape } = value;
  if (dtype === 'int64' || dtype === 'uint64') {
    return { dtype, shape, data: isBig(value) ? rewrapped(value.data, dtype) : bigsOf(value, dtype) };
  }
  return { dtype, shape, data: isBig(value) ? realsOfBig(value, dtype) : realsOf(value, dtype) };
}

/** The real parts of complex numbers. */
function realParts(value: Extract<Value, { readonly dtype: ComplexType }>): RealValue {
  const dtype = value.dtype === 'complex64' ? 'float32' : 'float64';
  const data = newRealArray(dtype, value.data.length / 2);
  for (let i = 0; i < data.length; i++) {
    data[i] = value.data[2 * i] ?? 0;
  }
  return { dtype, shape: value.shape, data };
}

function complexOf(value: Exclude<Value, { readonly dtype: 'string' }>, dtype: ComplexType): Value {
  if (value.dtype === 'complex64' || value.dtype === 'complex128') {
    const data = newComplexArray(dtype, value.data.length / 2);
    data.set(value.data);
    return { dtype, shape: value.shape, data };
  }
  const data = newComplexArray(dtype, value.data.length);
  for (let i = 0; i < value.data.length; i++) {
    data[2 * i] = Number(value.data[i] ?? 0);
  }
  return { dtype, shape: value.shape, data };
}

function rewrapped(source: BigArray, dtype: BigType): BigArray {
  return dtype === 'int64'
    ? new BigInt64Array(source.buffer, source.byteOffset, source.length)
    : new BigUint64Array(source.buffer, source.byteOffset, source.length);
}

const int64End = 2 ** 63;

/** What does not fit into 64 bits, and NaN, becomes the smallest int64, or as uint64 2^63. */
function bigsOf(value: RealValue, dtype: BigType): BigArray {
  const data = newBigArray(dtype, value.data.length);
  const end = dtype === 'uint64' ? 2 * int64End : int64End;
  for (let i = 0; i < data.length; i++) {
    const x = value.data[i] ?? 0;
    data[i] = x >= -int64End && x < end ? BigInt(Math.trunc(x)) : -(2n ** 63n);
  }
  return data;
}

function realsOfBig(value: BigValue, dtype: RealType): RealArray {
  const data = newRealArray(dtype, value.data.length);
  if (dtype === 'bool') {
    for (let i = 0; i < data.length; i++) {
      data[i] = value.data[i] === 0n ? 0 : 1;
    }
  } else if (isFloatType(dtype)) {
    for (let i = 0; i < data.length; i++) {
      data[i] = Number(value.data[i] ?? 0n);
    }
    return settle(dtype, data);
  } else {
    const words = new Int32Array(value.data.buffer, value.data.byteOffset, 2 * value.data.length);
    for (let i = 0; i < data.length; i++) {
      data[i] = words[2 * i] ?? 0;
    }
  }
  return data;
}

function realsOf(value: RealValue, dtype: RealType): RealArray {
  const data = newRealArray(dtype, value.data.length);
  if (isFloatType(dtype)) {
    data.set(value.data);
    return settle(dtype, data);
  }
  if (dtype === 'bool') {
    for (let i = 0; i < data.length; i++) {
      data[i] = value.data[i] === 0 ? 0 : 1;
    }
  } else if (!isFloatType(value.dtype)) {
    data.set(value.data);
  } else {
    truncate(value.data, data, dtype);
  }
  return data;
}

const int32End = 2 ** 31;

/** Floating point to integers: through int32 for up to 32 signed bits, through int64 for uint32; what does not fit there becomes the smallest of them. */
function truncate(source: RealArray, data: RealArray, dtype: RealType): void {
  const start = dtype === 'uint32' ? -int64End : -int32End;
  const end = -start;
  for (let i = 0; i < data.length; i++) {
    const x = Math.trunc(source[i] ?? 0);
    data[i] = x >= start && x < end ? x : int32End;
  }
}
