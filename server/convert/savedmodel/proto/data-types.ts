// TensorFlow's element types by number, what they are here, and what ONNX calls them (tensorflow/core/framework/types.proto).
import { Unsupported } from '../unsupported.ts';
import type { ValueType } from '../../value.ts';
import type { DataType } from './messages.ts';

/** What an edge of the graph may carry: elements, or a handle. */
export type EdgeType = ValueType | 'resource' | 'variant';

/** TensorFlow's number and ONNX's (TensorProto.DataType) of each element type. */
const numbers: Readonly<Record<ValueType, { readonly tensorflow: DataType; readonly onnx: number }>> = {
  float32: { tensorflow: 1, onnx: 1 },
  float64: { tensorflow: 2, onnx: 11 },
  int32: { tensorflow: 3, onnx: 6 },
  uint8: { tensorflow: 4, onnx: 2 },
  int16: { tensorflow: 5, onnx: 5 },
  int8: { tensorflow: 6, onnx: 3 },
  string: { tensorflow: 7, onnx: 8 },
  complex64: { tensorflow: 8, onnx: 14 },
  int64: { tensorflow: 9, onnx: 7 },
  bool: { tensorflow: 10, onnx: 9 },
  bfloat16: { tensorflow: 14, onnx: 16 },
  uint16: { tensorflow: 17, onnx: 4 },
  complex128: { tensorflow: 18, onnx: 15 },
  float16: { tensorflow: 19, onnx: 10 },
  uint32: { tensorflow: 22, onnx: 12 },
  uint64: { tensorflow: 23, onnx: 13 },
};

const edgeTypes: ReadonlyMap<DataType, EdgeType> = new Map<DataType, EdgeType>([
  ...(Object.keys(numbers) as ValueType[]).map((type) => [numbers[type].tensorflow, type] as const),
  [20, 'resource'],
  [21, 'variant'],
]);

/** Element types that TensorFlow has and Perch has not. */
const unsupportedNames: ReadonlyMap<DataType, string> = new Map([
  [11, 'qint8'],
  [12, 'quint8'],
  [13, 'qint32'],
  [15, 'qint16'],
  [16, 'quint16'],
  [24, 'float8_e5m2'],
  [25, 'float8_e4m3fn'],
  [26, 'float8_e4m3fnuz'],
  [27, 'float8_e4m3b11fnuz'],
  [28, 'float8_e5m2fnuz'],
  [29, 'int4'],
  [30, 'uint4'],
]);

/** Reference types (`DT_FLOAT_REF` and its like) are 100 above the type they refer to. */
const referenceOffset = 100;

/** The number without the mark of a reference type: 1 for 101. Others as they are. */
export function withoutReference(dataType: number): DataType {
  return dataType > referenceOffset && dataType < 2 * referenceOffset ? dataType - referenceOffset : dataType;
}

/** The type's name, for texts: `float32`, `qint8`, `type 77`. */
export function dataTypeName(dataType: number): string {
  const value = withoutReference(dataType);
  return edgeTypes.get(value) ?? unsupportedNames.get(value) ?? `type ${value}`;
}

/** What a DataType number means. Throws Unsupported, with the type's name, for one that Perch does not compute with. */
export function valueTypeOf(dataType: number): EdgeType {
  const type = edgeTypes.get(withoutReference(dataType));
  if (type === undefined) {
    throw new Unsupported(`elements of ${dataTypeName(dataType)}`);
  }
  return type;
}

/** As `valueTypeOf`, for what must be elements: throws Unsupported for a resource or a variant too. */
export function elementTypeOf(dataType: number): ValueType {
  const type = valueTypeOf(dataType);
  if (type === 'resource' || type === 'variant') {
    throw new Unsupported(`elements of ${type}`);
  }
  return type;
}

/** The DataType number of an element type. */
export function dataTypeOfValue(type: ValueType): DataType {
  return numbers[type].tensorflow;
}

/** TensorProto.DataType of ONNX (onnx.proto). */
export function onnxElementType(type: ValueType): number {
  return numbers[type].onnx;
}
