// Elements of a numeric tensor as numbers, whatever its type and alignment, and where the largest is.
import { halfToNumber } from '../codec/half.ts';
import { elementSize, type NumericDtype, type NumericTensor } from '../codec/tensor.ts';

/**
 * Writes the elements `from` to `from + count` (not included; they exist) to the beginning of `into`, which has room for
 * them. Integers of 64 bits are rounded to the nearest double.
 */
export function readNumbers(
  { dtype, bytes }: NumericTensor,
  from: number,
  count: number,
  into: Float64Array,
): void {
  const size = elementSize[dtype];
  const begin = bytes.byteOffset + from * size;
  if (begin % size === 0) {
    convert(dtype, bytes.buffer, begin, count, into);
  } else {
    convert(dtype, bytes.slice(from * size, (from + count) * size).buffer, 0, count, into);
  }
}

/** The place of the largest number among `width` from `begin` on, the first of equal ones, never NaN; -1 where all are NaN. */
export function topPlace(values: Float64Array, begin: number, width: number): number {
  let top = -1;
  let largest = -Infinity;
  for (let i = 0; i < width; i++) {
    const value = values[begin + i] ?? NaN;
    if (value > largest) {
      largest = value;
      top = i;
    }
  }
  // Nothing is larger than -Infinity: the first that is that, and no NaN.
  for (let i = 0; top === -1 && i < width; i++) {
    top = values[begin + i] === -Infinity ? i : -1;
  }
  return top;
}

function convert(
  dtype: NumericDtype,
  buffer: ArrayBufferLike,
  offset: number,
  count: number,
  into: Float64Array,
): void {
  switch (dtype) {
    case 'float32':
      into.set(new Float32Array(buffer, offset, count));
      return;
    case 'float64':
      into.set(new Float64Array(buffer, offset, count));
      return;
    case 'int8':
      into.set(new Int8Array(buffer, offset, count));
      return;
    case 'int16':
      into.set(new Int16Array(buffer, offset, count));
      return;
    case 'int32':
      into.set(new Int32Array(buffer, offset, count));
      return;
    case 'uint8':
    case 'bool':
      into.set(new Uint8Array(buffer, offset, count));
      return;
    case 'uint16':
      into.set(new Uint16Array(buffer, offset, count));
      return;
    case 'uint32':
      into.set(new Uint32Array(buffer, offset, count));
      return;
    case 'float16': {
      const bits = new Uint16Array(buffer, offset, count);
      for (let i = 0; i < count; i++) {
        into[i] = halfToNumber(bits[i] ?? 0);
      }
      return;
    }
    case 'int64':
    case 'uint64': {
      // In halves: a BigInt for each element costs many times as much.
      const lows = new Uint32Array(buffer, offset, 2 * count);
      const highs = dtype === 'int64' ? new Int32Array(buffer, offset, 2 * count) : lows;
      for (let i = 0; i < count; i++) {
        into[i] = (highs[2 * i + 1] ?? 0) * 2 ** 32 + (lows[2 * i] ?? 0);
      }
      return;
    }
  }
}
