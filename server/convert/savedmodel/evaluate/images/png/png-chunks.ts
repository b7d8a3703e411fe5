// The chunks of a PNG file (PNG specification, section 5), checked as libpng checks them.
import { crc32 } from 'node:zlib';

/** What is wrong with a PNG file. It never leaves the kernels: TensorFlow has two texts, by when it is found. */
export class PngError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PngError';
  }
}

/** What the chunks before the pixels say. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Of a sample: 1, 2, 4, 8 or 16. */
  readonly bits: number;
  /** 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGB and alpha. */
  readonly colourType: number;
  readonly isInterlaced: boolean;
  /** 256 times red, green, blue; what the file leaves out is black. */
  readonly palette: Uint8Array;
  /** The tRNS chunk: alphas of the palette, or the transparent colour in words. */
  readonly transparency: Uint8Array | undefined;
  /** The gAMA or sRGB chunk, times 100,000. */
  readonly gamma: number | undefined;
  readonly hasProfile: boolean;
  /** Where the first IDAT chunk is. */
  readonly dataStart: number;
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  readonly isSound: boolean;
  readonly end: number;
}

function chunkAt(bytes: Uint8Array, at: number): Chunk {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + 12 > bytes.length) {
    throw new PngError('a chunk is cut');
  }
  const length = view.getUint32(at);
  if (length > bytes.length - at - 12) {
    throw new PngError('a chunk is cut');
  }
  const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
  if (!/^[A-Za-z]{4}$/u.test(type)) {
    throw new PngError('a chunk has no name');
  }
  const isSound = crc32(bytes.subarray(at + 4, at + 8 + length)) === view.getUint32(at + 8 + length);
  if (!isSound && isCritical(type)) {
    throw new PngError(`the checksum of ${type} is wrong`);
  }
  return { type, data: bytes.subarray(at + 8, at + 8 + length), isSound, end: at + 12 + length };
}

function isCritical(type: string): boolean {
  return type.charCodeAt(0) < 0x60;
}

/** Whether the pixels begin here: whether they are whole is seen later. */
function startsData(bytes: Uint8Array, at: number): boolean {
  return String.fromCharCode(...bytes.subarray(at + 4, at + 8)) === 'IDAT';
}

const bitsOfColourTypes: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** libpng refuses more by itself. */
const maximumSide = 1_000_000;
const signatureLength = 8;

/** Reads up to the pixels. Throws PngError. */
export function pngHeader(bytes: Uint8Array): PngHeader {
  const first = chunkAt(bytes, signatureLength);
  if (first.type !== 'IHDR' || first.data.length !== 13) {
    throw new PngError('it does not begin with IHDR');
  }
  const view = new DataView(first.data.buffer, first.data.byteOffset, 13);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const [bits = 0, colourType = 0, compression, filter, interlace = 0] = first.data.subarray(8);
  if (Math.min(width, height) === 0 || Math.max(width, height) > maximumSide) {
    throw new PngError('its size is invalid');
  }
  if (bitsOfColourTypes[colourType]?.includes(bits) !== true) {
    throw new PngError('its kind of pixels is invalid');
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw new PngError('its coding is unknown');
  }
  const palette = new Uint8Array(768);
  let transparency: Uint8Array | undefined;
  let gamma: number | undefined;
  let hasProfile = false;
  let colours = 0;
  let at = first.end;
  while (!startsData(bytes, at)) {
    const { type, data, isSound, end } = chunkAt(bytes, at);
    switch (isSound ? type : '') {
      case 'PLTE':
        if (colours > 0 || (colourType === 3 && (data.length % 3 !== 0 || data.length > 768))) {
          throw new PngError('its palette is invalid');
        }
        colours = Math.min(data.length / 3, 1 << bits);
        palette.set(data.subarray(0, Math.min(3 * colours, 768)));
        break;
      case 'tRNS':
        transparency ??= transparencyOf(data, colourType, colours);
        break;
      case 'gAMA':
        gamma ??= data.length === 4 ? new DataView(data.buffer, data.byteOffset).getUint32(0) : undefined;
        break;
      case 'sRGB':
        gamma = 45_455;
        break;
      case 'iCCP':
        hasProfile = true;
        break;
      default:
        if (isCritical(type)) {
          throw new PngError(`the chunk ${type} does not belong there`);
        }
    }
    at = end;
  }
  if (colourType === 3 && colours === 0) {
    throw new PngError('there is no palette');
  }
  const isInterlaced = interlace === 1;
  return {
    width,
    height,
    bits,
    colourType,
    isInterlaced,
    palette,
    transparency,
    gamma,
    hasProfile,
    dataStart: at,
  };
}

/** Transparency that does not fit is left out, as libpng does. */
function transparencyOf(data: Uint8Array, colourType: number, colours: number): Uint8Array | undefined {
  const fits =
    colourType === 0
      ? data.length === 2
      : colourType === 2
        ? data.length === 6
        : colourType === 3 && data.length > 0 && data.length <= colours;
  return fits ? data : undefined;
}

/** The compressed pixels, and all chunks after them checked. Throws PngError. */
export function pngData(bytes: Uint8Array, start: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let isOver = false;
  for (let at = start; ;) {
    const { type, data, end } = chunkAt(bytes, at);
    at = end;
    if (type === 'IEND') {
      return Buffer.concat(parts);
    }
    if (type === 'IDAT') {
      if (!isOver) {
        parts.push(data);
      }
      continue;
    }
    isOver = true;
    if (isCritical(type) && type !== 'PLTE') {
      throw new PngError(`the chunk ${type} does not belong there`);
    }
  }
}
