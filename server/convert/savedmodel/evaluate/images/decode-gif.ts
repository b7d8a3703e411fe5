// Decodes a GIF file to the frames that TensorFlow (giflib) makes of it: RGB, each frame drawn over the one before.

/** What is wrong with a GIF file. It never leaves the kernels. */
export class GifError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'GifError';
  }
}

/** Frames of one size. */
export interface Frames {
  readonly count: number;
  readonly width: number;
  readonly height: number;
  /** RGB, frame after frame. */
  readonly data: Uint8Array;
}

interface GifImage {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly colours: Uint8Array | undefined;
  /** The index of pixels that are not drawn; -1 for none. */
  readonly transparent: number;
  readonly isInterlaced: boolean;
  readonly minimumCodeSize: number;
  readonly blocks: readonly Uint8Array[];
}

/**
 * Throws GifError for what cannot be read whole (giflib would give what there is of a cut file).
 *
 * @param isAnimated whether all frames are wanted, else the first one
 * @param claim asks whether so many elements may be allocated
 */
export function decodeGif(bytes: Uint8Array, isAnimated: boolean, claim: (elements: number) => void): Frames {
  const all = new GifReader(bytes).images();
  const width = Math.max(0, ...all.map((image) => image.width));
  const height = Math.max(0, ...all.map((image) => image.height));
  const images = isAnimated ? all : all.slice(0, 1);
  const size = width * height * 3;
  claim(size * images.length + width * height);
  const data = new Uint8Array(size * images.length);
  images.forEach((image, k) => {
    if (k > 0) {
      data.copyWithin(k * size, (k - 1) * size, k * size);
    }
    drawImage(image, data.subarray(k * size, (k + 1) * size), width, height, k);
  });
  return { count: images.length, width, height, data };
}

function drawImage(image: GifImage, canvas: Uint8Array, width: number, height: number, frame: number): void {
  const { colours } = image;
  if (colours === undefined) {
    throw new GifError(`missing color map for frame ${frame}`);
  }
  const raster = rasterOf(image);
  const right = Math.min(image.left + image.width, width);
  const bottom = Math.min(image.top + image.height, height);
  for (let y = image.top; y < bottom; y++) {
    for (let x = image.left; x < right; x++) {
      const index = raster[(y - image.top) * image.width + x - image.left] ?? 0;
      if (index === image.transparent) {
        continue;
      }
      if (index * 3 >= colours.length) {
        throw new GifError(`found color index ${index} outside of color map range ${colours.length / 3}`);
      }
      canvas.set(colours.subarray(index * 3, index * 3 + 3), (y * width + x) * 3);
    }
  }
}

/** More pixels in all images together are refused before any of them is decoded. */
const maximumPixels = 2 ** 29;

class GifReader {
  readonly #bytes: Uint8Array;
  #at = 13;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    if (bytes.length < 13) {
      throw new GifError('failed to open gif file: No screen descriptor detected');
    }
  }

  images(): readonly GifImage[] {
    const flags = this.#bytes[10] ?? 0;
    const shared = (flags & 0x80) === 0 ? undefined : this.#take(3 << ((flags & 7) + 1));
    const images: GifImage[] = [];
    let transparent = -1;
    let pixels = 0;
    for (;;) {
      const kind = this.#byte();
      if (kind === 0x3b) {
        break;
      }
      if (kind === 0x21) {
        transparent = this.#extension(transparent);
      } else if (kind === 0x2c) {
        const image = this.#image(shared, transparent);
        images.push(image);
        transparent = -1;
        pixels += image.width * image.height;
      } else {
        throw new GifError('failed to slurp gif file: Wrong record type detected');
      }
      if (pixels > maximumPixels) {
        throw new GifError('its images are too large');
      }
    }
    if (images.length === 0) {
      throw new GifError('gif file does not contain any image');
    }
    return images;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) {
      throw new GifError('failed to slurp gif file: Failed to read from given file');
    }
    this.#at++;
    return byte;
  }

  #take(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) {
      throw new GifError('failed to slurp gif file: Failed to read from given file');
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #word(): number {
    return this.#byte() | (this.#byte() << 8);
  }

  #blocks(): readonly Uint8Array[] {
    const blocks: Uint8Array[] = [];
    for (let length = this.#byte(); length !== 0; length = this.#byte()) {
      blocks.push(this.#take(length));
    }
    return blocks;
  }

  /** The transparent index after an extension: a graphics control says it. */
  #extension(before: number): number {
    const label = this.#byte();
    const [first] = this.#blocks();
    if (label !== 0xf9 || first?.length !== 4) {
      return before;
    }
    return ((first[0] ?? 0) & 1) === 0 ? -1 : (first[3] ?? 0);
  }

  #image(shared: Uint8Array | undefined, transparent: number): GifImage {
    const left = this.#word();
    const top = this.#word();
    const width = this.#word();
    const height = this.#word();
    const flags = this.#byte();
    const colours = (flags & 0x80) === 0 ? shared : this.#take(3 << ((flags & 7) + 1));
    const isInterlaced = (flags & 0x40) !== 0;
    const minimumCodeSize = this.#byte();
    if (width === 0 || height === 0 || minimumCodeSize > 8) {
      throw new GifError('failed to slurp gif file: Image is defective, decoding aborted');
    }
    const blocks = this.#blocks();
    return { left, top, width, height, colours, transparent, isInterlaced, minimumCodeSize, blocks };
  }
}

/** The indices of an image, row by row. */
function rasterOf({ width, height, isInterlaced, minimumCodeSize, blocks }: GifImage): Uint8Array {
  const indices = new Uint8Array(width * height);
  if (unpack(Buffer.concat(blocks), minimumCodeSize, indices) < indices.length) {
    throw new GifError('failed to slurp gif file: Image is defective, decoding aborted');
  }
  if (!isInterlaced) {
    return indices;
  }
  const raster = new Uint8Array(width * height);
  let row = 0;
  for (const [start, step] of [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ] as const) {
    for (let y = start; y < height; y += step, row++) {
      raster.set(indices.subarray(row * width, (row + 1) * width), y * width);
    }
  }
  return raster;
}

const maximumCodes = 4096;

/** LZW of GIF89a, appendix F. How many indices there are, at most as many as the target has. */
function unpack(bytes: Uint8Array, minimumCodeSize: number, target: Uint8Array): number {
  const clear = 1 << minimumCodeSize;
  const prefix = new Uint16Array(maximumCodes);
  const suffix = new Uint8Array(maximumCodes);
  const lengths = new Uint16Array(maximumCodes).fill(1, 0, clear);
  suffix.set(Uint8Array.from({ length: clear }, (_, i) => i));
  let codes = clear + 2;
  let size = minimumCodeSize + 1;
  let before = -1;
  let buffer = 0;
  let bits = 0;
  let at = 0;
  let made = 0;
  while (made < target.length) {
    while (bits < size) {
      const byte = bytes[at++];
      if (byte === undefined) {
        return made;
      }
      buffer |= byte << bits;
      bits += 8;
    }
    const code = buffer & ((1 << size) - 1);
    buffer >>= size;
    bits -= size;
    if (code === clear) {
      codes = clear + 2;
      size = minimumCodeSize + 1;
      before = -1;
      continue;
    }
    if (code === clear + 1 || code > codes || (code === codes && before < 0)) {
      return made;
    }
    if (before >= 0 && codes < maximumCodes) {
      prefix[codes] = before;
      lengths[codes] = (lengths[before] ?? 0) + 1;
      suffix[codes] = firstOf(prefix, lengths, code === codes ? before : code);
      codes++;
      if (codes === 1 << size && size < 12) {
        size++;
      }
    }
    const length = lengths[code] ?? 0;
    for (let i = length - 1, rest = code; i >= 0; i--) {
      if (made + i < target.length) {
        target[made + i] = suffix[rest] ?? 0;
      }
      rest = prefix[rest] ?? 0;
    }
    made += length;
    before = code;
  }
  return target.length;
}

function firstOf(prefix: Uint16Array, lengths: Uint16Array, code: number): number {
  let rest = code;
  for (let length = lengths[code] ?? 0; length > 1; length--) {
    rest = prefix[rest] ?? 0;
  }
  return rest;
}
