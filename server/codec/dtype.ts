// TensorFlow's DataType numbers and names beside this daemon's element types (tensorflow/core/framework/types.proto).
import type { Dtype } from './tensor.ts';

/** DataType numbers of the supported element types. */
export const dataTypeOf: Readonly<Record<Dtype, number>> = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  int16: 5,
  int8: 6,
  string: 7,
  int64: 9,
  bool: 10,
  uint16: 17,
  float16: 19,
  uint32: 22,
  uint64: 23,
};

const dtypeByNumber: ReadonlyMap<number, Dtype> = new Map(
  Object.entries(dataTypeOf).map(([dtype, number]) => [number, dtype as Dtype]),
);

/** Names in the order of their numbers, from DT_INVALID = 0. */
const dataTypeNames = [
  'DT_INVALID',
  'DT_FLOAT',
  'DT_DOUBLE',
  'DT_INT32',
  'DT_UINT8',
  'DT_INT16',
  'DT_INT8',
  'DT_STRING',
  'DT_COMPLEX64',
  'DT_INT64',
  'DT_BOOL',
  'DT_QINT8',
  'DT_QUINT8',
  'DT_QINT32',
  'DT_BFLOAT16',
  'DT_QINT16',
  'DT_QUINT16',
  'DT_UINT16',
  'DT_COMPLEX128',
  'DT_HALF',
  'DT_RESOURCE',
  'DT_VARIANT',
  'DT_UINT32',
  'DT_UINT64',
  'DT_FLOAT8_E5M2',
  'DT_FLOAT8_E4M3FN',
  'DT_FLOAT8_E4M3FNUZ',
  'DT_FLOAT8_E4M3B11FNUZ',
  'DT_FLOAT8_E5M2FNUZ',
  'DT_INT4',
  'DT_UINT4',
  'DT_INT2',
  'DT_UINT2',
] as const;

/** What TensorFlow calls the element types in its messages (DataTypeString). */
const typeStrings: Readonly<Record<Dtype, string>> = {
  float32: 'float',
  float64: 'double',
  float16: 'half',
  int8: 'int8',
  int16: 'int16',
  int32: 'int32',
  int64: 'int64',
  uint8: 'uint8',
  uint16: 'uint16',
  uint32: 'uint32',
  uint64: 'uint64',
  bool: 'bool',
  string: 'string',
};

/** The element type of a DataType number, or undefined for one that this daemon cannot serve or that does not exist. */
export function dtypeOfDataType(dataType: number): Dtype | undefined {
  return dtypeByNumber.get(dataType);
}

/** `DT_FLOAT` for 1; undefined for a number that names no value type (the reference types, 101 and up, are not any). */
export function dataTypeName(dataType: number): string | undefined {
  return dataTypeNames[dataType];
}

/** `DT_FLOAT` for 'float32'. */
export function dataTypeNameOf(dtype: Dtype): string {
  return dataTypeNames[dataTypeOf[dtype]] ?? 'DT_INVALID';
}

/** 'float32' for `DT_FLOAT`; undefined for a name of no element type that can be served here. */
export function dtypeNamed(name: string): Dtype | undefined {
  return dtypeByNumber.get(dataTypeNames.findIndex((known) => known === name));
}

/** `float` for 'float32': TensorFlow's word in error texts. */
export function typeStringOf(dtype: Dtype): string {
  return typeStrings[dtype];
}
