// Decodes a BMP file as TensorFlow does: uncompressed pixels of 8, 24 or 32 bits, 8 bits as gray without the palette.
import { refusal } from '../operands.ts';
import type { Pixels } from './pixels.ts';

const int32Maximum = 2 ** 31 - 1;

/**
 * Throws INFERENCE_FAILED in TensorFlow's words.
 *
 * @param channels 0 for those of the file, or 3, 4
 * @param claim asks whether so many elements may be allocated
 */
export function decodeBmp(bytes: Uint8Array, channels: number, claim: (elements: number) => void): Pixels {
  if (channels === 1) {
    throw refusal('`channels` must be 0, 3 or 4 for BMP, but got 1');
  }
  if (bytes.length < 32) {
    throw refusal(
      `Incomplete bmp content, requires at least 32 bytes to find the header size, width, height, and bpp, got ${bytes.length} bytes`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerSize = view.getInt32(10, true);
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const own = Math.trunc(view.getInt16(28, true) / 8);
  const height = Math.abs(signedHeight);
  if (own !== 1 && own !== 3 && own !== 4) {
    throw refusal(`Number of channels inherent in the image must be 1, 3 or 4, was ${own}`);
  }
  if (width <= 0) {
    throw refusal('Width must be positive');
  }
  if (height === 0) {
    throw refusal('Height must be nonzero');
  }
  if (headerSize < 0) {
    throw refusal('header size must be nonnegative');
  }
  if (width * height >= Math.trunc(int32Maximum / 8)) {
    throw refusal('Total possible pixel bytes must be less than 2^30');
  }
  const rowSize = Math.floor((own * width + 3) / 4) * 4;
  const difference = bytes.length - headerSize - rowSize * height;
  if (difference !== 0) {
    throw refusal(
      `Input size should match (header_size + row_size * abs_height) but they differ by ${difference}`,
    );
  }
  const wanted = channels === 0 ? own : channels;
  claim(width * height * wanted);
  const data = new Uint8Array(width * height * wanted);
  for (let y = 0; y < height; y++) {
    const row = headerSize + (signedHeight < 0 ? y : height - 1 - y) * rowSize;
    for (let x = 0; x < width; x++) {
      copyPixel(bytes, row + x * own, own, data, (y * width + x) * wanted, wanted);
    }
  }
  return { width, height, channels: wanted, data };
}

/** Blue comes first in the file. An alpha that is wanted and not there is opaque. */
function copyPixel(
  bytes: Uint8Array,
  from: number,
  own: number,
  data: Uint8Array,
  to: number,
  wanted: number,
): void {
  if (own === 1) {
    data.fill(bytes[from] ?? 0, to, to + Math.min(wanted, 3));
  } else {
    data[to] = bytes[from + 2] ?? 0;
    data[to + 1] = bytes[from + 1] ?? 0;
    data[to + 2] = bytes[from] ?? 0;
  }
  if (wanted === 4) {
    data[to + 3] = own === 4 ? (bytes[from + 3] ?? 0) : 255;
  }
}
