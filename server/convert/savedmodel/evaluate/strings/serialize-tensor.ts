// A tensor as the bytes of a TensorProto, as SerializeTensor writes it (tensorflow/core/framework/tensor.proto).
import { numberToHalf } from '../../../../codec/half.ts';
import type { Value } from '../../../value.ts';

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

function field(number: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.from([number * 8 + 2, ...varint(bytes.length)]), bytes]);
}

function content(value: Exclude<Value, { readonly dtype: 'string' }>): Uint8Array {
  const { dtype, data } = value;
  if (dtype === 'float16') {
    return viewOf(Uint16Array.from(data, numberToHalf));
  }
  if (dtype === 'bfloat16') {
    const words = new Uint32Array(Float32Array.from(data).buffer);
    return viewOf(Uint16Array.from(words, (word) => word >>> 16));
  }
  return viewOf(data);
}

function viewOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** @param dataType TensorFlow's number of the element type */
export function serializeTensor(value: Value, dataType: number): Uint8Array {
  const dimensions = value.shape.map((size) =>
    field(2, size === 0 ? new Uint8Array() : Uint8Array.from([8, ...varint(size)])),
  );
  const parts = [Uint8Array.of(8, dataType), field(2, Buffer.concat(dimensions))];
  if (value.dtype === 'string') {
    parts.push(...value.data.map((bytes) => field(8, bytes)));
  } else if (value.data.length > 0) {
    parts.push(field(4, content(value)));
  }
  return Buffer.concat(parts);
}
