// The samples of a PNG file: inflated, unfiltered, and brought together from the passes of an interlaced file.
import { constants, inflateRawSync } from 'node:zlib';
import { PngError } from './png-chunks.ts';
import type { PngHeader } from './png-chunks.ts';

/** Samples in the order of the image, one number each: as many for a pixel as the file stores. */
export type Samples = Uint8Array | Uint16Array;

/** A pass of Adam7: where its pixels begin, and how far they are from each other. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
}

const wholeImage: readonly Pass[] = [{ x: 0, y: 0, stepX: 1, stepY: 1 }];
const adam7: readonly Pass[] = [
  { x: 0, y: 0, stepX: 8, stepY: 8 },
  { x: 4, y: 0, stepX: 8, stepY: 8 },
  { x: 0, y: 4, stepX: 4, stepY: 8 },
  { x: 2, y: 0, stepX: 4, stepY: 4 },
  { x: 0, y: 2, stepX: 2, stepY: 4 },
  { x: 1, y: 0, stepX: 2, stepY: 2 },
  { x: 0, y: 1, stepX: 1, stepY: 2 },
];

/** Samples of a pixel as the file stores it. */
export function samplesPerPixel(colourType: number): number {
  return colourType === 2 ? 3 : colourType === 4 ? 2 : colourType === 6 ? 4 : 1;
}

/** What a compressed stream may hold beyond the pixels: libpng passes over it. */
const slack = 65_536;

/**
 * All samples. Throws PngError for what libpng refuses.
 *
 * @param compressed a zlib stream
 * @param claim asks whether so many elements may be allocated
 */
export function pngSamples(
  header: PngHeader,
  compressed: Uint8Array,
  claim: (elements: number) => void,
): Samples {
  const { width, height, bits, colourType, isInterlaced } = header;
  const perPixel = samplesPerPixel(colourType);
  const passes = (isInterlaced ? adam7 : wholeImage).map((pass) => {
    const columns = Math.max(0, Math.ceil((width - pass.x) / pass.stepX));
    const rows = Math.max(0, Math.ceil((height - pass.y) / pass.stepY));
    const rowBytes = columns === 0 ? 0 : Math.ceil((columns * perPixel * bits) / 8);
    return { pass, columns, rows: columns === 0 ? 0 : rows, rowBytes };
  });
  const size = passes.reduce((sum, { rows, rowBytes }) => sum + rows * (rowBytes + 1), 0);
  claim(size + width * height * perPixel);
  const bytes = inflated(compressed, size);
  const count = width * height * perPixel;
  const samples = bits === 16 ? new Uint16Array(count) : new Uint8Array(count);
  let at = 0;
  for (const { pass, columns, rows, rowBytes } of passes) {
    const empty = new Uint8Array(rowBytes);
    let above: Uint8Array = empty;
    for (let row = 0; row < rows; row++) {
      const current = bytes.subarray(at + 1, at + 1 + rowBytes);
      unfilter(bytes[at] ?? 0, current, above, Math.max(1, (perPixel * bits) >> 3));
      const first = ((pass.y + row * pass.stepY) * width + pass.x) * perPixel;
      spread(current, bits, samples, first, { columns, perPixel, step: pass.stepX });
      above = current;
      at += rowBytes + 1;
    }
  }
  return samples;
}

function inflated(compressed: Uint8Array, size: number): Uint8Array {
  const [method = 0, flags = 0] = compressed;
  const isZlib = (method & 15) === 8 && method >> 4 <= 7 && ((method << 8) | flags) % 31 === 0;
  if (!isZlib || (flags & 0x20) !== 0) {
    throw new PngError('its pixels are not compressed as they must be');
  }
  let bytes: Uint8Array;
  try {
    // Without the checksum behind the data, which libpng only warns about; a cut stream gives what there is.
    bytes = inflateRawSync(compressed.subarray(2), {
      maxOutputLength: size + slack,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
  } catch {
    throw new PngError('its pixels cannot be inflated');
  }
  if (bytes.length < size) {
    throw new PngError('there are too few pixels');
  }
  return bytes;
}

/** Undoes the filter of a row in place. @param distance bytes to the pixel before */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array, distance: number): void {
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let i = distance; i < row.length; i++) {
        row[i] = (row[i] ?? 0) + (row[i - distance] ?? 0);
      }
      return;
    case 2:
      for (let i = 0; i < row.length; i++) {
        row[i] = (row[i] ?? 0) + (above[i] ?? 0);
      }
      return;
    case 3:
      for (let i = 0; i < row.length; i++) {
        const left = i < distance ? 0 : (row[i - distance] ?? 0);
        row[i] = (row[i] ?? 0) + ((left + (above[i] ?? 0)) >> 1);
      }
      return;
    case 4:
      for (let i = 0; i < row.length; i++) {
        const left = i < distance ? 0 : (row[i - distance] ?? 0);
        const corner = i < distance ? 0 : (above[i - distance] ?? 0);
        row[i] = (row[i] ?? 0) + paeth(left, above[i] ?? 0, corner);
      }
      return;
    default:
      throw new PngError('a row has no known filter');
  }
}

function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) {
    return left;
  }
  return toAbove <= toCorner ? above : corner;
}

/** Puts the samples of a row to their places. */
function spread(
  row: Uint8Array,
  bits: number,
  samples: Samples,
  first: number,
  { columns, perPixel, step }: { readonly columns: number; readonly perPixel: number; readonly step: number },
): void {
  if (bits === 8 && step === 1) {
    samples.set(row, first);
    return;
  }
  const mask = (1 << bits) - 1;
  for (let column = 0, i = 0; column < columns; column++) {
    const at = first + column * step * perPixel;
    for (let channel = 0; channel < perPixel; channel++, i++) {
      if (bits === 16) {
        samples[at + channel] = ((row[2 * i] ?? 0) << 8) | (row[2 * i + 1] ?? 0);
      } else {
        const bit = i * bits;
        samples[at + channel] = ((row[bit >> 3] ?? 0) >> (8 - bits - (bit & 7))) & mask;
      }
    }
  }
}
