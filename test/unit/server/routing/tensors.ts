// Tensors of numbers and texts, made short.
import type { NumericTensor, StringTensor } from '../../../../server/codec/tensor.ts';

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  bool: Uint8Array,
  /** Bits. */
  float16: Uint16Array,
} as const;

/** A tensor of a type whose elements are numbers here; float16 takes bits. */
export function numbers(
  dtype: keyof typeof arrays,
  shape: readonly number[],
  values: readonly number[],
): NumericTensor {
  return { dtype, shape, bytes: new Uint8Array(arrays[dtype].from(values).buffer) };
}

/** A tensor of 64-bit integers. */
export function bigNumbers(
  dtype: 'int64' | 'uint64',
  shape: readonly number[],
  values: readonly bigint[],
): NumericTensor {
  const array = dtype === 'int64' ? BigInt64Array.from(values) : BigUint64Array.from(values);
  return { dtype, shape, bytes: new Uint8Array(array.buffer) };
}

/** The same tensor one byte further on in its memory. */
export function misaligned(tensor: NumericTensor): NumericTensor {
  const memory = new Uint8Array(tensor.bytes.length + 1);
  memory.set(tensor.bytes, 1);
  return { ...tensor, bytes: memory.subarray(1) };
}

export function texts(shape: readonly number[], values: readonly string[]): StringTensor {
  return { dtype: 'string', shape, values: values.map((value) => new TextEncoder().encode(value)) };
}
