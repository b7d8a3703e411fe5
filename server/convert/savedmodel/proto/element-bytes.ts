// Elements as files hold them (little-endian, beside each other), and as values hold them.
import { PerchError } from '../../../errors.ts';
import { sizeOf } from '../../value.ts';
import type { Value, ValueType } from '../../value.ts';
import { elementTypeOf, withoutReference } from './data-types.ts';
import type { DataType } from './messages.ts';

/** What has elements of a fixed size. */
export type FixedType = Exclude<ValueType, 'string'>;

const elementBytes: Readonly<Record<FixedType, number>> = {
  float32: 4,
  float64: 8,
  float16: 2,
  bfloat16: 2,
  int8: 1,
  int16: 2,
  int32: 4,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  bool: 1,
  int64: 8,
  uint64: 8,
  complex64: 8,
  complex128: 16,
};

/** Quantised types (qint8, quint8, qint32, qint16, quint16) are stored as plain integers. */
const quantised: ReadonlyMap<DataType, FixedType> = new Map<DataType, FixedType>([
  [11, 'int8'],
  [12, 'uint8'],
  [13, 'int32'],
  [15, 'int16'],
  [16, 'uint16'],
]);

/** What elements of a DataType are stored as: quantised ones as their integers. Throws Unsupported for what is no element, or unknown. */
export function storedTypeOf(dataType: DataType): ValueType {
  return quantised.get(withoutReference(dataType)) ?? elementTypeOf(dataType);
}

/** Bytes that a tensor takes in a file. Throws SAVED_MODEL_INVALID for a shape that cannot be. */
export function storedBytes(type: FixedType, shape: readonly number[]): number {
  return sizeOf(shape) * elementBytes[type];
}

/**
 * The value that these little-endian bytes are; it may be a view of them, so nobody writes to them from here on.
 * Throws SAVED_MODEL_INVALID where there are more or fewer bytes than the shape wants.
 */
export function valueOfBytes(type: FixedType, shape: readonly number[], bytes: Uint8Array): Value {
  if (bytes.length !== storedBytes(type, shape)) {
    throw new PerchError(
      'SAVED_MODEL_INVALID',
      `A tensor of ${type} and shape [${shape.join(',')}] has ${bytes.length} bytes.`,
    );
  }
  const { buffer, byteOffset, length } = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  switch (type) {
    case 'float32':
      return { dtype: type, shape, data: new Float32Array(buffer, byteOffset, length / 4) };
    case 'float64':
      return { dtype: type, shape, data: new Float64Array(buffer, byteOffset, length / 8) };
    case 'float16':
      return { dtype: type, shape, data: fromHalf(new Uint16Array(buffer, byteOffset, length / 2)) };
    case 'bfloat16':
      return { dtype: type, shape, data: fromBfloat16(new Uint16Array(buffer, byteOffset, length / 2)) };
    case 'int8':
      return { dtype: type, shape, data: new Int8Array(buffer, byteOffset, length) };
    case 'int16':
      return { dtype: type, shape, data: new Int16Array(buffer, byteOffset, length / 2) };
    case 'int32':
      return { dtype: type, shape, data: new Int32Array(buffer, byteOffset, length / 4) };
    case 'uint8':
      return { dtype: type, shape, data: bytes };
    case 'uint16':
      return { dtype: type, shape, data: new Uint16Array(buffer, byteOffset, length / 2) };
    case 'uint32':
      return { dtype: type, shape, data: new Uint32Array(buffer, byteOffset, length / 4) };
    case 'bool':
      return { dtype: type, shape, data: bytes.map((byte) => (byte === 0 ? 0 : 1)) };
    case 'int64':
      return { dtype: type, shape, data: new BigInt64Array(buffer, byteOffset, length / 8) };
    case 'uint64':
      return { dtype: type, shape, data: new BigUint64Array(buffer, byteOffset, length / 8) };
    case 'complex64':
      return { dtype: type, shape, data: new Float32Array(buffer, byteOffset, length / 4) };
    case 'complex128':
      return { dtype: type, shape, data: new Float64Array(buffer, byteOffset, length / 8) };
  }
}

/** float16 by its bits. */
export function fromHalf(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  const floats = new Float32Array(bits.buffer);
  for (let index = 0; index < halves.length; index++) {
    const half = halves[index] ?? 0;
    const sign = (half & 0x8000) << 16;
    const exponent = (half >>> 10) & 31;
    const fraction = half & 0x3ff;
    if (exponent === 0) {
      floats[index] = (sign === 0 ? fraction : -fraction) * 2 ** -24;
    } else if (exponent === 31) {
      bits[index] = sign | 0x7f800000 | (fraction << 13);
    } else {
      bits[index] = sign | ((exponent + 112) << 23) | (fraction << 13);
    }
  }
  return floats;
}

/** bfloat16 by its bits: the upper half of a float32. */
export function fromBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let index = 0; index < halves.length; index++) {
    bits[index] = (halves[index] ?? 0) << 16;
  }
  return new Float32Array(bits.buffer);
}
