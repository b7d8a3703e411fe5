// The contents of a constant tensor of a .tflite file, and the reals that quantised ones stand for.
import { PerchError } from '../../errors.ts';
import { storedBytes, valueOfBytes } from '../savedmodel/proto/element-bytes.ts';
import { Unsupported } from '../savedmodel/unsupported.ts';
import { isBig, isReal, sizeOf, type RealValue, type Value } from '../value.ts';
import { int4Type, liteType } from './operator-names.ts';
import type { LiteTensor, Quantization } from './tflite-model.ts';

/** Throws MODEL_FILE_INVALID where the bytes do not fit the shape, and Unsupported for types that are not known. */
export function contentsOf(tensor: LiteTensor, data: Uint8Array): Value {
  const type = liteType(tensor.type);
  if (tensor.isSparse) {
    throw new Unsupported('sparse weights');
  }
  if (type === 'string') {
    return { dtype: type, shape: tensor.shape, data: stringsOf(data, sizeOf(tensor.shape)) };
  }
  const bytes = tensor.type === int4Type ? unpacked(data, sizeOf(tensor.shape)) : data;
  if (bytes.length !== storedBytes(type, tensor.shape)) {
    throw damaged(tensor);
  }
  return valueOfBytes(type, tensor.shape, bytes);
}

/** Nibbles of two's complement, the lower one first. */
function unpacked(packed: Uint8Array, length: number): Uint8Array {
  if (packed.length !== Math.ceil(length / 2)) {
    return packed;
  }
  const elements = new Int8Array(length);
  for (let index = 0; index < length; index++) {
    const byte = packed[index >> 1] ?? 0;
    elements[index] = ((index % 2 === 0 ? byte << 4 : byte) << 24) >> 28;
  }
  return new Uint8Array(elements.buffer);
}

/** A count, the offsets of all strings and of the end, and the strings (tensorflow/lite/string_util.h). */
function stringsOf(data: Uint8Array, length: number): readonly Uint8Array[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < 4 * (length + 2) || view.getInt32(0, true) !== length) {
    throw new PerchError('MODEL_FILE_INVALID', 'The model file is damaged: strings are cut off.');
  }
  return Array.from({ length }, (_, index) => {
    const [start, end] = [view.getInt32(4 + 4 * index, true), view.getInt32(8 + 4 * index, true)];
    return data.subarray(Math.max(0, start), Math.max(0, end));
  });
}

/** real = scale * (number - zeroPoint), as float32. Throws Unsupported for what is quantised otherwise. */
export function realsOf(value: Value, { scales, zeroPoints, axis }: Quantization): RealValue {
  if (!isReal(value) && !isBig(value)) {
    throw new Unsupported(`quantised elements of ${value.dtype}`);
  }
  const data = new Float32Array(value.data.length);
  if (scales.length === 1) {
    const [scale = 1, zero = 0] = [scales[0], zeroPoints[0]];
    for (let index = 0; index < data.length; index++) {
      data[index] = scale * (Number(value.data[index] ?? 0) - zero);
    }
    return { dtype: 'float32', shape: value.shape, data };
  }
  if (value.shape[axis] !== scales.length) {
    throw new PerchError('MODEL_FILE_INVALID', 'The model file is damaged: scales do not fit their tensor.');
  }
  const inner = value.shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  for (let index = 0; index < data.length; index++) {
    const at = Math.floor(index / inner) % scales.length;
    data[index] = (scales[at] ?? 1) * (Number(value.data[index] ?? 0) - (zeroPoints[at] ?? 0));
  }
  return { dtype: 'float32', shape: value.shape, data };
}

function damaged({ name }: LiteTensor): PerchError {
  return new PerchError(
    'MODEL_FILE_INVALID',
    `The model file is damaged: tensor ${name.slice(0, 200)} has contents of another size than its shape's.`,
  );
}
