// Huffman tables of JPEG (ITU-T T.81, annex C), made ready for decoding.
import { JpegError } from './jpeg-error.ts';

/** Codes of up to so many bits are found by one look. */
export const lookBits = 9;

/** A table for decoding. */
export interface HuffmanTable {
  /** By the next `lookBits` bits: the code's length times 256, plus its symbol; 0 for a longer code. */
  readonly look: Uint16Array;
  /** By length: the largest code, -1 where there is none. At 17 larger than any code. */
  readonly largest: Int32Array;
  /** By length: what to add to a code for its symbol's index. */
  readonly offset: Int32Array;
  readonly symbols: Uint8Array;
}

/**
 * A table from its definition. Throws JpegError where it is no code tree.
 *
 * @param counts how many codes of each length, 1 to 16
 */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const look = new Uint16Array(1 << lookBits);
  const largest = new Int32Array(18).fill(-1);
  const offset = new Int32Array(18);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    const count = counts[length - 1] ?? 0;
    // No code is all ones (annex C), but libjpeg only minds codes that do not fit.
    if (count > 0) {
      offset[length] = index - code;
      fillLook(look, length, code, symbols.subarray(index, index + count));
      code += count;
      index += count;
      largest[length] = code - 1;
      if (code >= 1 << length) {
        throw new JpegError('a Huffman table is no code tree');
      }
    }
    code <<= 1;
  }
  largest[17] = 0xfffff;
  return { look, largest, offset, symbols };
}

function fillLook(look: Uint16Array, length: number, firstCode: number, symbols: Uint8Array): void {
  if (length > lookBits) {
    return;
  }
  const spare = lookBits - length;
  symbols.forEach((symbol, i) => {
    look.fill((length << 8) | symbol, (firstCode + i) << spare, (firstCode + i + 1) << spare);
  });
}
