// The key under which a checkpoint has one slice of a variable (core/util/saved_tensor_slice_util.cc, strings/ordered_code.cc).
import type { TensorSlice } from './tensor-slice.ts';

/** The key, its bytes as latin1 characters: `EncodeTensorNameSlice`. */
export function sliceKey(name: string, slice: TensorSlice): string {
  const parts = [encodeUnsigned(0), encodeText(name), encodeUnsigned(slice.length)];
  for (const extent of slice) {
    parts.push(encodeSigned(extent?.start ?? 0), encodeSigned(extent?.length ?? wholeAxis));
  }
  return parts.join('');
}

/** What TensorFlow writes as the length of an extent that is a whole axis. */
const wholeAxis = -1;

/** `OrderedCode::WriteNumIncreasing`: how many bytes, then the bytes, the highest first. */
function encodeUnsigned(value: number): string {
  let bytes = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) {
    bytes = String.fromCharCode(rest % 256) + bytes;
  }
  return String.fromCharCode(bytes.length) + bytes;
}

/** `OrderedCode::WriteString`: 0 and 255 are escaped, the end is marked. */
function encodeText(latin1: string): string {
  const escaped = latin1.replaceAll(
    /[\0\xff]/gu,
    (character) => character + (character === '\0' ? '\xff' : '\0'),
  );
  return `${escaped}\0\x01`;
}

/** `OrderedCode::WriteSignedNumIncreasing`: the more leading ones (for a negative number zeros), the more bytes follow. */
function encodeSigned(value: number): string {
  const big = BigInt(value);
  const bits = (big < 0n ? ~big : big).toString(2).length;
  const magnitudeBits = big === 0n || big === -1n ? 0 : bits;
  const count = Math.floor(magnitudeBits / 7) + 1;
  const header = ((1n << BigInt(count)) - 1n) << BigInt(7 * count);
  const code = BigInt.asUintN(8 * count, big) ^ header;
  return Buffer.from(code.toString(16).padStart(2 * count, '0'), 'hex').toString('latin1');
}
