// From the pixels of a picture to the numbers of an input: layout, channels, mean and scale.
import type { TensorFacts } from './check-input.ts';
import { elementTypeOf } from './element-types.ts';
import type { Numbers } from './tensor-value.ts';

/** Where the channels are; `flat`: a vector of all pixels. */
export const pixelLayouts = ['NHWC', 'NCHW', 'NHW', 'flat'] as const;
export type PixelLayout = (typeof pixelLayouts)[number];

/** How a picture becomes numbers: `(byte - mean) * scale` for each channel. */
export interface PixelPlan {
  readonly layout: PixelLayout;
  readonly width: number;
  readonly height: number;
  /** 1: grey (Rec. 601), 3: red, green, blue, 4: with alpha. */
  readonly channels: 1 | 3 | 4;
  /** One for all channels, or one for each; in bytes, 0 to 255. */
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  /** Dark is high: for ink on paper where the model knows bright on dark. */
  readonly invert: boolean;
}

/** More pixels than this are no input of a model. */
export const maxSide = 4_096;

/** A plan that fits an input of this shape; undefined where it takes no picture. */
export function planFor({ dtype, shape }: TensorFacts): PixelPlan | undefined {
  if (elementTypeOf(dtype).kind === 'string' || shape.length < 2 || shape.length > 4) {
    return undefined;
  }
  const size = (dimension: number | undefined, otherwise: number): number =>
    dimension === undefined || dimension < 1 ? otherwise : dimension;
  const common = {
    mean: [0],
    scale: [elementTypeOf(dtype).kind === 'float' ? 1 / 255 : 1],
    invert: false,
  };
  const [, a, b, c] = shape;
  if (shape.length === 4) {
    const isChannelsFirst = isChannels(b === undefined ? 0 : (a ?? 0)) && !isChannels(c ?? 0);
    return isChannelsFirst
      ? { ...common, layout: 'NCHW', channels: channelsOf(a), height: size(b, 224), width: size(c, 224) }
      : { ...common, layout: 'NHWC', channels: channelsOf(c), height: size(a, 224), width: size(b, 224) };
  }
  if (shape.length === 3) {
    return { ...common, layout: 'NHW', channels: 1, height: size(a, 28), width: size(b, 28) };
  }
  const side = Math.sqrt(a ?? 0);
  return Number.isInteger(side) && side >= 4
    ? { ...common, layout: 'flat', channels: 1, height: side, width: side }
    : undefined;
}

function isChannels(size: number): boolean {
  return size === 1 || size === 3 || size === 4;
}

function channelsOf(size: number | undefined): 1 | 3 | 4 {
  return size === 1 || size === 4 ? size : 3;
}

/** The tensor of one picture. `rgba`: `width * height` pixels of four bytes, row by row. */
export function fromPixels(
  rgba: Uint8ClampedArray,
  plan: PixelPlan,
): { readonly shape: readonly number[]; readonly numbers: Float32Array } {
  const { layout, width, height, channels, mean, scale, invert } = plan;
  const pixels = width * height;
  const numbers = new Float32Array(pixels * channels);
  const isPlanar = layout === 'NCHW';
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      const byte = channelAt(rgba, pixel * 4, channel, channels);
      const value =
        ((invert && channel < 3 ? 255 - byte : byte) - (mean[channel] ?? mean[0] ?? 0)) *
        (scale[channel] ?? scale[0] ?? 1);
      numbers[isPlanar ? channel * pixels + pixel : pixel * channels + channel] = value;
    }
  }
  return { shape: shapeFor(plan), numbers };
}

/** The pixels as the model gets them: grey where it knows no colour, and inverted. */
export function asSeen(
  rgba: Uint8ClampedArray,
  { channels, invert }: Pick<PixelPlan, 'channels' | 'invert'>,
): Uint8ClampedArray<ArrayBuffer> {
  const seen = new Uint8ClampedArray(rgba);
  for (let at = 0; at < seen.length; at += 4) {
    for (let channel = 0; channel < 3; channel++) {
      const byte = channelAt(rgba, at, channel, channels);
      seen[at + channel] = invert ? 255 - byte : byte;
    }
  }
  return seen;
}

function channelAt(rgba: Uint8ClampedArray, at: number, channel: number, channels: number): number {
  const [red = 0, green = 0, blue = 0] = [rgba[at], rgba[at + 1], rgba[at + 2]];
  return channels === 1 ? 0.299 * red + 0.587 * green + 0.114 * blue : (rgba[at + channel] ?? 0);
}

function shapeFor({ layout, width, height, channels }: PixelPlan): number[] {
  switch (layout) {
    case 'NCHW':
      return [1, channels, height, width];
    case 'NHWC':
      return [1, height, width, channels];
    case 'NHW':
      return [1, height, width];
    case 'flat':
      return [1, height * width * channels];
  }
}

/** Numbers as a type without fractions has them: rounded, and within its range. */
export function roundedFor(dtype: string, numbers: Numbers): Numbers {
  const { kind, least, most } = elementTypeOf(dtype);
  if (kind === 'float') {
    return numbers;
  }
  return Float64Array.from(Array.from(numbers, Number), (value) =>
    Math.min(Math.max(Math.round(value), Number(least)), Number(most)),
  );
}
