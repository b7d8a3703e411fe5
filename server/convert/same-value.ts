// Whether two values are the same in type, shape and every bit.
import type { Value } from './value.ts';

/** Compares contents: NaN is NaN, 0 is not -0. */
export function sameValue(left: Value, right: Value): boolean {
  if (left === right) {
    return true;
  }
  if (
    left.dtype !== right.dtype ||
    left.shape.length !== right.shape.length ||
    left.shape.some((size, axis) => size !== right.shape[axis]) ||
    left.data.length !== right.data.length
  ) {
    return false;
  }
  if (left.dtype === 'string' || right.dtype === 'string') {
    return (
      left.dtype === 'string' &&
      right.dtype === 'string' &&
      left.data.every((bytes, index) => Buffer.compare(bytes, right.data[index] ?? bytes) === 0)
    );
  }
  return bytesOf(left.data).equals(bytesOf(right.data));
}

function bytesOf(array: ArrayBufferView): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}
