// Colour conversions of JPEG, with libjpeg's fixed-point tables.
import { JpegError } from './jpeg-error.ts';
import type { Frame, Tables } from './frame.ts';

/** What the components are. */
export type ColourSpace = 'gray' | 'ycc' | 'rgb' | 'cmyk' | 'ycck' | 'unknown';

/** What libjpeg takes the components for (default_decompress_parms). */
export function colourSpaceOf(frame: Frame, { adobe, hasJfif }: Tables): ColourSpace {
  switch (frame.components.length) {
    case 1:
      return 'gray';
    case 3:
      if (hasJfif) {
        return 'ycc';
      }
      if (adobe !== undefined) {
        return adobe === 0 ? 'rgb' : 'ycc';
      }
      return frame.components.map(({ id }) => id).join() === '82,71,66' ? 'rgb' : 'ycc';
    case 4:
      return adobe === undefined || adobe === 0 ? 'cmyk' : 'ycck';
    default:
      return 'unknown';
  }
}

/** Writes one row of pixels. @param rows of the components, as wide as the row; those that are not needed may be missing */
export type ColourConverter = (
  rows: readonly Uint8Array[],
  skip: number,
  width: number,
  target: Uint8Array,
  at: number,
) => void;

/** How a row is converted, and how many of the components it needs. Throws JpegError where libjpeg has no conversion. */
export function colourConverter(
  space: ColourSpace,
  channels: 1 | 3,
  hasAdobe: boolean,
): { readonly convert: ColourConverter; readonly needed: number } {
  if (channels === 1 && (space === 'gray' || space === 'ycc')) {
    return { convert: copyGray, needed: 1 };
  }
  if (channels === 1 && space === 'rgb') {
    return { convert: rgbToGray, needed: 3 };
  }
  if (channels === 3) {
    switch (space) {
      case 'gray':
        return { convert: grayToRgb, needed: 1 };
      case 'ycc':
        return { convert: yccToRgb, needed: 3 };
      case 'rgb':
        return { convert: copyRgb, needed: 3 };
      case 'cmyk':
        return { convert: cmykToRgb(hasAdobe, false), needed: 4 };
      case 'ycck':
        return { convert: cmykToRgb(hasAdobe, true), needed: 4 };
      case 'unknown':
    }
  }
  throw new JpegError('the colours cannot be converted');
}

function table(factor: number, half: number, shift: number): Int32Array {
  const fixed = Math.floor(factor * 65_536 + 0.5);
  return Int32Array.from({ length: 256 }, (_, i) => (fixed * (i - 128) + half) >> shift);
}

const crToRed = table(1.402, 32_768, 16);
const cbToBlue = table(1.772, 32_768, 16);
const crToGreen = table(0.71414, 0, 0).map((value) => -value);
const cbToGreen = table(0.34414, 0, 0).map((value) => -value + 32_768);

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

const copyGray: ColourConverter = ([row], skip, width, target, at) => {
  if (row !== undefined) {
    target.set(row.subarray(skip, skip + width), at);
  }
};

const grayToRgb: ColourConverter = ([row], skip, width, target, at) => {
  for (let x = 0, to = at; x < width; x++, to += 3) {
    const value = row?.[skip + x] ?? 0;
    target[to] = value;
    target[to + 1] = value;
    target[to + 2] = value;
  }
};

const copyRgb: ColourConverter = (rows, skip, width, target, at) => {
  for (let channel = 0; channel < 3; channel++) {
    const row = rows[channel];
    for (let x = 0; x < width; x++) {
      target[at + 3 * x + channel] = row?.[skip + x] ?? 0;
    }
  }
};

const rgbToGray: ColourConverter = ([red, green, blue], skip, width, target, at) => {
  for (let x = 0; x < width; x++) {
    const i = skip + x;
    target[at + x] =
      ((red?.[i] ?? 0) * 19_595 + (green?.[i] ?? 0) * 38_470 + (blue?.[i] ?? 0) * 7471 + 32_768) >> 16;
  }
};

const yccToRgb: ColourConverter = ([lumas, blues, reds], skip, width, target, at) => {
  if (lumas === undefined || blues === undefined || reds === undefined) {
    return;
  }
  for (let i = skip, end = skip + width, to = at; i < end; i++, to += 3) {
    const luma = lumas[i] ?? 0;
    const cb = blues[i] ?? 0;
    const cr = reds[i] ?? 0;
    target[to] = clamp(luma + (crToRed[cr] ?? 0));
    target[to + 1] = clamp(luma + (((cbToGreen[cb] ?? 0) + (crToGreen[cr] ?? 0)) >> 16));
    target[to + 2] = clamp(luma + (cbToBlue[cb] ?? 0));
  }
};

/** TensorFlow's way from four colours to three. Adobe's files hold inverted ones. */
function cmykToRgb(isInverted: boolean, isYcck: boolean): ColourConverter {
  return (rows, skip, width, target, at) => {
    if (isYcck) {
      yccToRgb(rows, skip, width, target, at);
    } else {
      copyRgb(rows, skip, width, target, at);
    }
    for (let x = 0; x < width; x++) {
      const black = rows[3]?.[skip + x] ?? 0;
      for (let to = at + 3 * x, end = to + 3; to < end; to++) {
        // What YCCK converts to is the inverse of CMY.
        const ink = isYcck ? 255 - (target[to] ?? 0) : (target[to] ?? 0);
        target[to] = isInverted ? (black * ink) / 255 : ((255 - black) * (255 - ink)) / 255;
      }
    }
  };
}
