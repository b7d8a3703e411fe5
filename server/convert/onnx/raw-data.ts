// The bytes of a value as ONNX's raw_data has them: little-endian, packed, in pieces.
import { numberToHalf } from '../../codec/half.ts';
import { isReal } from '../value.ts';
import type { Value } from '../value.ts';

/** A value that has raw bytes: every type but strings. */
export type RawValue = Exclude<Value, { readonly dtype: 'string' }>;

/** Elements that are encoded at once. */
const pieceElements = 2 ** 18;

/** How many bytes `rawPieces` gives. */
export function rawLength(value: RawValue): number {
  return isHalf(value) ? value.data.length * 2 : value.data.byteLength;
}

/** Views of the value's own memory where it has ONNX's form. */
export function* rawPieces(value: RawValue): Generator<Uint8Array> {
  if (!isHalf(value)) {
    yield new Uint8Array(value.data.buffer, value.data.byteOffset, value.data.byteLength);
    return;
  }
  const encode = value.dtype === 'float16' ? numberToHalf : numberToBfloat16;
  const numbers = isReal(value) ? value.data : new Float32Array();
  for (let start = 0; start < numbers.length; start += pieceElements) {
    const part = Uint16Array.from(numbers.subarray(start, start + pieceElements), encode);
    yield new Uint8Array(part.buffer);
  }
}

/** float16 and bfloat16 are held as float32. */
function isHalf(value: RawValue): boolean {
  return value.dtype === 'float16' || value.dtype === 'bfloat16';
}

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** The upper half of a float32: values are bfloat16 already, so nothing is rounded. */
function numberToBfloat16(value: number): number {
  single[0] = value;
  return (singleBits[0] ?? 0) >>> 16;
}
