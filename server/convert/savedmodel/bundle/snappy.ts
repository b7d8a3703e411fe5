// Decompresses snappy's raw format (google/snappy, format_description.txt), trusting nothing of it.
import { PerchError } from '../../../errors.ts';

/** No input can become longer than this many times itself: a copy of 64 bytes takes at least 3. */
const mostPerByte = 22;

/** The low two bits of an element's first byte. */
const elementKind = { LITERAL: 0, COPY_OF_ONE_OFFSET_BYTE: 1, COPY_OF_TWO_OFFSET_BYTES: 2 } as const;

/**
 * The plain bytes.
 *
 * @param limit how many bytes there may be.
 * @param fileName for error texts.
 * Throws SAVED_MODEL_INVALID for bytes that are not snappy's, before anything is allocated that the input cannot fill.
 */
export function unsnappy(input: Uint8Array, limit: number, fileName: string): Uint8Array {
  const broken = (): PerchError =>
    new PerchError('SAVED_MODEL_INVALID', `${fileName} has a block that is not valid snappy data.`);
  let position = 0;
  const littleEndian = (count: number): number => {
    let value = 0;
    for (let index = 0; index < count; index++) {
      const byte = input[position++];
      if (byte === undefined) {
        throw broken();
      }
      value += byte * 2 ** (8 * index);
    }
    return value;
  };

  let length = 0;
  for (let scale = 1, more = true; more; scale *= 128) {
    const byte = littleEndian(1);
    length += (byte & 127) * scale;
    more = byte >= 128;
    if (length > limit || scale > 2 ** 28) {
      throw broken();
    }
  }
  if (length > input.length * mostPerByte) {
    throw broken();
  }

  const output = new Uint8Array(length);
  let filled = 0;
  while (position < input.length) {
    const tag = littleEndian(1);
    const kind = tag & 3;
    if (kind === elementKind.LITERAL) {
      const short = tag >>> 2;
      const count = (short < 60 ? short : littleEndian(short - 59)) + 1;
      if (count > input.length - position || count > length - filled) {
        throw broken();
      }
      output.set(input.subarray(position, position + count), filled);
      position += count;
      filled += count;
      continue;
    }
    let count = (tag >>> 2) + 1;
    let distance;
    if (kind === elementKind.COPY_OF_ONE_OFFSET_BYTE) {
      count = ((tag >>> 2) & 7) + 4;
      distance = (tag >>> 5) * 256 + littleEndian(1);
    } else {
      distance = littleEndian(kind === elementKind.COPY_OF_TWO_OFFSET_BYTES ? 2 : 4);
    }
    if (distance === 0 || distance > filled || count > length - filled) {
      throw broken();
    }
    // Byte by byte: where the distance is below the count, the copy repeats what it has just written.
    for (const end = filled + count; filled < end; filled++) {
      output[filled] = output[filled - distance] ?? 0;
    }
  }
  if (filled !== length) {
    throw broken();
  }
  return output;
}
