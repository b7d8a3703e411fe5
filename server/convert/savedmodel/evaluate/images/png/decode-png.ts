// Decodes a PNG file to the pixels that TensorFlow (libpng, with the transformations that png_io.cc asks for) makes of it.
import { PngError, pngData, pngHeader } from './png-chunks.ts';
import { pngSamples, samplesPerPixel } from './png-rows.ts';
import type { Pixels } from '../pixels.ts';
import type { PngHeader } from './png-chunks.ts';
import type { Samples } from './png-rows.ts';

/** A PNG file whose beginning was read. */
export interface OpenPng {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** The pixels. Throws PngError. @param claim asks whether so many elements may be allocated */
  readonly decode: (claim: (elements: number) => void) => Pixels;
}

/**
 * Reads the beginning of a PNG file. Throws PngError for what libpng refuses by then.
 *
 * @param channels 0 for those of the file, or 1, 3, 4
 * @param isWide whether 16 bits are wanted for each channel; else 8
 */
export function openPng(bytes: Uint8Array, channels: number, isWide: boolean): OpenPng {
  const header = pngHeader(bytes);
  const { width, height } = header;
  const wanted = channels === 0 ? ownChannels(header) : channels;
  return {
    width,
    height,
    channels: wanted,
    decode: (claim) => {
      claim(width * height * wanted);
      const samples = pngSamples(header, pngData(bytes, header.dataStart), claim);
      const colours = coloursOf(header, samples, wanted);
      return { width, height, channels: wanted, data: ofWidth(colours, header.bits === 16, isWide) };
    },
  };
}

function ownChannels({ colourType, transparency }: PngHeader): number {
  return colourType === 3 ? (transparency === undefined ? 3 : 4) : samplesPerPixel(colourType);
}

/** Only the upper byte of 16 bits is kept for 8; 8 bits are repeated for 16. */
function ofWidth(colours: Samples, isWide: boolean, wantsWide: boolean): Samples {
  if (isWide === wantsWide) {
    return colours;
  }
  return wantsWide
    ? Uint16Array.from(colours, (value) => value * 257)
    : Uint8Array.from(colours, (value) => value >> 8);
}

/** How a pixel's red, green, blue and alpha are read. */
interface Source {
  readonly samples: Samples;
  readonly perPixel: number;
  readonly isColour: boolean;
  readonly hasAlpha: boolean;
}

function coloursOf(header: PngHeader, samples: Samples, channels: number): Samples {
  const wantsAlpha = channels % 2 === 0;
  const source = sourceOf(header, samples, wantsAlpha);
  const count = header.width * header.height;
  const target = header.bits === 16 ? new Uint16Array(count * channels) : new Uint8Array(count * channels);
  copyColours(header, source, target, channels);
  if (wantsAlpha) {
    // What is opaque by libpng's filler: for fewer than 8 bits it is not scaled up.
    const opaque = (1 << header.bits) - 1;
    const { perPixel, hasAlpha } = source;
    for (let i = 0; i < count; i++) {
      target[(i + 1) * channels - 1] = hasAlpha ? (source.samples[(i + 1) * perPixel - 1] ?? 0) : opaque;
    }
  }
  return target;
}

function copyColours(header: PngHeader, source: Source, target: Samples, channels: number): void {
  const { samples, perPixel, isColour } = source;
  const count = header.width * header.height;
  if (channels < 3 && isColour) {
    toGray(header, source, target, channels);
    return;
  }
  const colours = channels < 3 ? 1 : 3;
  for (let i = 0; i < count; i++) {
    for (let channel = 0; channel < colours; channel++) {
      target[i * channels + channel] = samples[i * perPixel + (isColour ? channel : 0)] ?? 0;
    }
  }
}

/** Palettes and few bits are expanded, a transparent colour becomes an alpha where one is wanted. */
function sourceOf(header: PngHeader, samples: Samples, wantsAlpha: boolean): Source {
  const { bits, colourType, transparency } = header;
  if (colourType === 3) {
    return paletteSource(header, samples);
  }
  const perPixel = samplesPerPixel(colourType);
  const isColour = colourType === 2 || colourType === 6;
  const scale = bits < 8 ? 255 / ((1 << bits) - 1) : 1;
  const expanded = scale === 1 ? samples : samples.map((value) => value * scale);
  if (colourType >= 4 || !wantsAlpha || transparency === undefined) {
    return { samples: expanded, perPixel, isColour, hasAlpha: colourType >= 4 };
  }
  const mask = (1 << bits) - 1;
  const key = Array.from(
    { length: perPixel },
    (_, i) => ((((transparency[2 * i] ?? 0) << 8) | (transparency[2 * i + 1] ?? 0)) & mask) * scale,
  );
  const opaque = bits === 16 ? 65_535 : 255;
  const count = samples.length / perPixel;
  const withAlpha =
    bits === 16 ? new Uint16Array(count * (perPixel + 1)) : new Uint8Array(count * (perPixel + 1));
  for (let i = 0; i < count; i++) {
    const pixel = expanded.subarray(i * perPixel, (i + 1) * perPixel);
    withAlpha.set(pixel, i * (perPixel + 1));
    withAlpha[(i + 1) * (perPixel + 1) - 1] = pixel.every((value, k) => value === key[k]) ? 0 : opaque;
  }
  return { samples: withAlpha, perPixel: perPixel + 1, isColour, hasAlpha: true };
}

function paletteSource({ palette, transparency }: PngHeader, samples: Samples): Source {
  const perPixel = transparency === undefined ? 3 : 4;
  const colours = new Uint8Array(samples.length * perPixel);
  for (let i = 0; i < samples.length; i++) {
    const index = samples[i] ?? 0;
    colours[i * perPixel] = palette[3 * index] ?? 0;
    colours[i * perPixel + 1] = palette[3 * index + 1] ?? 0;
    colours[i * perPixel + 2] = palette[3 * index + 2] ?? 0;
    if (transparency !== undefined) {
      colours[i * 4 + 3] = transparency[index] ?? 255;
    }
  }
  return { samples: colours, perPixel, isColour: true, hasAlpha: transparency !== undefined };
}

/** libpng's weights of red, green and blue for TensorFlow's 0.299 and 0.587, by 2^15. */
const weights = [9797, 19_234, 3737] as const;

function toGray(header: PngHeader, { samples, perPixel }: Source, target: Samples, channels: number): void {
  const isWide = header.bits === 16;
  const gamma = significantGamma(header);
  if (isWide && gamma !== undefined) {
    throw new PngError('colours of 16 bits with a gamma cannot be made gray');
  }
  const toLinear = gamma === undefined ? undefined : gammaTable(reciprocal(gamma));
  const fromLinear = gamma === undefined ? undefined : gammaTable(reciprocal(reciprocal(gamma)));
  const half = isWide || toLinear !== undefined ? 16_384 : 0;
  for (let i = 0; i < target.length / channels; i++) {
    const red = samples[i * perPixel] ?? 0;
    const green = samples[i * perPixel + 1] ?? 0;
    const blue = samples[i * perPixel + 2] ?? 0;
    let gray = red;
    if (red !== green || red !== blue) {
      const sum =
        (toLinear?.[red] ?? red) * weights[0] +
        (toLinear?.[green] ?? green) * weights[1] +
        (toLinear?.[blue] ?? blue) * weights[2];
      gray = Math.floor((sum + half) / 32_768);
      gray = fromLinear?.[gray] ?? gray;
    }
    target[i * channels] = gray;
  }
}

/** The file's gamma where it is so far from 1 that libpng weighs colours by their light. */
function significantGamma({ gamma, hasProfile }: PngHeader): number | undefined {
  if (hasProfile) {
    throw new PngError('colours with a profile cannot be made gray');
  }
  return gamma === undefined || gamma === 0 || (gamma >= 95_000 && gamma <= 105_000) ? undefined : gamma;
}

/** png_reciprocal: of numbers times 100,000. */
function reciprocal(value: number): number {
  return Math.floor(1e10 / value + 0.5);
}

/** png_build_8bit_table. */
function gammaTable(gamma: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, i) =>
    i === 0 || i === 255 || (gamma >= 95_000 && gamma <= 105_000)
      ? i
      : Math.floor(255 * Math.pow(i / 255, gamma * 0.00001) + 0.5),
  );
}
