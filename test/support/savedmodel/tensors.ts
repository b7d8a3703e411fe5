// Tensors that tests write into models and checkpoints.
import { numberToHalf } from '../../../server/codec/half.ts';
import { dataTypeOfValue } from '../../../server/convert/savedmodel/proto/data-types.ts';
import type { ValueType } from '../../../server/convert/value.ts';

/** A tensor by its elements, row-major: numbers, bigints for 64-bit integers (numbers do too), texts or bytes for strings, real and imaginary parts in turn. */
export interface TestTensor {
  readonly dtype: ValueType;
  readonly shape: readonly number[];
  readonly data: readonly (number | bigint | string | Uint8Array)[];
}

/** Protobuf's JSON form of a message. */
export type Json = Readonly<Record<string, unknown>>;

/** A tensor; a nested shape is not needed for one or no axis. */
export function tensor(
  dtype: ValueType,
  data: TestTensor['data'] | number | bigint | string,
  shape?: readonly number[],
): TestTensor {
  const list = Array.isArray(data) ? (data as TestTensor['data']) : [data as number | bigint | string];
  return { dtype, shape: shape ?? (Array.isArray(data) ? [list.length] : []), data: list };
}

/** TensorShapeProto; undefined for an unknown rank, -1 for an unknown size. */
export function shapeJson(shape: readonly number[] | undefined): Json {
  return shape === undefined ? { unknown_rank: true } : { dim: shape.map((size) => ({ size })) };
}

/** TensorProto, its elements in `tensor_content` (those of strings in `string_val`). */
export function tensorJson(value: TestTensor): Json {
  const head = { dtype: dataTypeOfValue(value.dtype), tensor_shape: shapeJson(value.shape) };
  return value.dtype === 'string'
    ? { ...head, string_val: stringsOf(value) }
    : { ...head, tensor_content: bytesOf(value) };
}

/** The elements of a string tensor as bytes. */
export function stringsOf(value: TestTensor): Buffer[] {
  return value.data.map((text) =>
    typeof text === 'string' ? Buffer.from(text) : Buffer.from(text as Uint8Array),
  );
}

/** The elements of a tensor that is not of strings, little-endian. */
export function bytesOf({ dtype, data }: TestTensor): Buffer {
  const numbers = data.map(Number);
  const bigs = (): bigint[] => data.map((element) => BigInt(element as number | bigint));
  const array = ((): ArrayBufferView => {
    switch (dtype) {
      case 'float32':
      case 'complex64':
        return Float32Array.from(numbers);
      case 'float64':
      case 'complex128':
        return Float64Array.from(numbers);
      case 'float16':
        return Uint16Array.from(numbers, numberToHalf);
      case 'bfloat16':
        return Uint16Array.from(new Uint32Array(Float32Array.from(numbers).buffer), (bits) => bits >>> 16);
      case 'int8':
        return Int8Array.from(numbers);
      case 'int16':
        return Int16Array.from(numbers);
      case 'int32':
        return Int32Array.from(numbers);
      case 'uint8':
      case 'bool':
        return Uint8Array.from(numbers);
      case 'uint16':
        return Uint16Array.from(numbers);
      case 'uint32':
        return Uint32Array.from(numbers);
      case 'int64':
        return BigInt64Array.from(bigs());
      case 'uint64':
        return BigUint64Array.from(bigs());
      case 'string':
        throw new TypeError('Strings have no bytes of a fixed width.');
    }
  })();
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}
