// Convolutions and products of matrices of integers: exact sums, by ONNX Runtime's float32 kernels.
import { Unsupported } from '../../savedmodel/unsupported.ts';
import { numbersOf } from '../../value.ts';
import type { LiteEdge, Operation, Translate, Translations } from '../operation.ts';
import { convolution, depthwiseConvolution, product, transposedConvolution } from '../operators/layers.ts';
import { centred } from './conversions.ts';
import { quantizedMultiplier } from './multiplier.ts';
import { activatedRange, isQuantisedType, rangeOf, scaleOf } from './ranges.ts';
import { rescale, type Rounding } from './rescale.ts';

/** Integers up to here are exact in float32, and with them all sums whose parts' sizes add up to no more. */
const exactFloat = 2 ** 24;

/** How a kind of operator is laid out. */
interface SumKind {
  readonly image: number;
  readonly bias: number;
  /** The axis of the weights that has the output's channels. */
  readonly axis: number;
  readonly activationField: number;
  /** Emits the sum of products of an image and weights. */
  emit(operation: Operation, image: string, weights: string): string;
}

/** Digits of a number, the lowest first, that are as small as they can be: -base/2 up to base/2 - 1; the last has the rest. */
function digitsOf(value: number, base: number, count: number): number[] {
  const digits: number[] = [];
  let rest = value;
  for (let index = 1; index < count; index++) {
    const digit = ((((rest + base / 2) % base) + base) % base) - base / 2;
    digits.push(digit);
    rest = (rest - digit) / base;
  }
  return [...digits, rest];
}

interface Weights {
  /** Parts of the weights that make exact sums; each times its factor, they make the weights. */
  readonly parts: readonly { readonly data: Float32Array; readonly factor: number }[];
  /** The largest sum that an image within the bound can give. */
  readonly largest: number;
}

/** Splits weights so that no sum with numbers up to `bound` leaves what float32 holds exactly. */
function splitWeights(weights: Float32Array, bound: number, channels: number, inner: number): Weights {
  const sizeOfSum = (data: Float32Array): number => {
    const sums = new Float64Array(channels);
    for (let index = 0; index < data.length; index++) {
      const channel = Math.floor(index / inner) % channels;
      sums[channel] = (sums[channel] ?? 0) + Math.abs(data[index] ?? 0) * bound;
    }
    return sums.reduce((largest, sum) => Math.max(largest, sum), 0);
  };
  const largest = sizeOfSum(weights);
  for (const count of [1, 2, 4]) {
    const base = 2 ** (8 / count);
    const all = Array.from({ length: count }, () => new Float32Array(weights.length));
    for (let index = 0; index < weights.length; index++) {
      const digits = count === 1 ? [weights[index] ?? 0] : digitsOf(weights[index] ?? 0, base, count);
      digits.forEach((digit, place) => {
        const part = all[place];
        if (part !== undefined) {
          part[index] = digit;
        }
      });
    }
    if (all.every((data) => sizeOfSum(data) < exactFloat)) {
      return { parts: all.map((data, place) => ({ data, factor: base ** place })), largest };
    }
  }
  throw new Unsupported('sums of so many integers');
}

/** The image as floats whose products float32 adds up exactly: one of 16 bits in two parts. */
function imageParts(operation: Operation, edge: LiteEdge, zero: number): { ref: string; factor: number }[] {
  const { build } = operation;
  const whole = centred(build, edge.ref, zero, 'float32');
  if (edge.type !== 'int16') {
    return [{ ref: whole, factor: 1 }];
  }
  const rounded = build.node('AddV2', [
    build.node('Mul', [whole, build.scalar('float32', 1 / 256)]),
    build.scalar('float32', 0.5),
  ]);
  const high = build.node('Floor', [rounded]);
  const low = build.node('Sub', [whole, build.node('Mul', [high, build.scalar('float32', 256)])]);
  return [
    { ref: high, factor: 256 },
    { ref: low, factor: 1 },
  ];
}

const sum =
  (kind: SumKind): Translate =>
  (operation) => {
    const { build } = operation;
    const image = operation.input(kind.image);
    const weights = operation.input(1);
    const { type, tensor } = operation.output();
    const { quantization } = weights.tensor;
    if (!isQuantisedType(type) || !isQuantisedType(image.type)) {
      throw new Unsupported('integers beside reals');
    }
    if (weights.constant === undefined || quantization === undefined) {
      throw new Unsupported('weights that are not constant');
    }
    const { shape } = weights.tensor;
    const channels = shape[kind.axis] ?? 1;
    const { scales, zeroPoints } = quantization;
    if (scales.length !== 1 && (scales.length !== channels || quantization.axis !== kind.axis)) {
      throw new Unsupported('weights with scales along another axis');
    }
    const inner = shape.slice(kind.axis + 1).reduce((all, size) => all * size, 1);
    const numbers = Float32Array.from(numbersOf(weights.constant), (number, index) => {
      const channel = scales.length === 1 ? 0 : Math.floor(index / inner) % channels;
      return number - (zeroPoints[channel] ?? 0);
    });
    const from = scaleOf(image.tensor);
    const to = scaleOf(tensor);
    const [lowest, highest] = rangeOf(image.type);
    const reach = Math.max(highest - from.zero, from.zero - lowest);
    const isWide = image.type === 'int16';
    const split = splitWeights(numbers, isWide ? 129 : reach, channels, inner);
    const images = imageParts(operation, image, from.zero);
    const parts = split.parts.flatMap(({ data, factor }) => {
      const filter = build.constant({ dtype: 'float32', shape, data });
      return images.map((part) => ({
        ref: kind.emit(operation, part.ref, filter),
        factor: factor * part.factor,
      }));
    });
    const bias = operation.optional(kind.bias);
    const biases = bias === undefined ? [0] : operation.known(kind.bias, 'a bias');
    const largestBias = biases.reduce((largest, number) => Math.max(largest, Math.abs(number)), 0);
    // Kernels with one multiplier for all channels multiply the scales as floats.
    const isShared = scales.length === 1 && (image.type === 'uint8' || operation.name === 'FULLY_CONNECTED');
    const multipliers = scales.map((scale) => {
      const both = from.scale * scale;
      return quantizedMultiplier((isShared ? Math.fround(both) : both) / to.scale);
    });
    return [
      rescale(build, {
        parts,
        bias: biases,
        multipliers,
        largest: (isWide ? 256 : 1) * split.largest + largestBias,
        result: {
          type,
          zero: to.zero,
          range: activatedRange(operation.byte(kind.activationField), type, to),
        },
        rounding: roundingOf(operation, isWide && bias?.type !== 'int32'),
      }),
    ];
  };

function roundingOf(operation: Operation, has64Bits: boolean): Rounding {
  return operation.name === 'FULLY_CONNECTED' ? 'once' : has64Bits ? 'cut' : 'twice';
}

/** Operators that add up products of integers. */
export const sumTranslations: Translations = new Map<string, Translate>([
  ['CONV_2D', sum({ image: 0, bias: 2, axis: 0, activationField: 3, emit: convolution })],
  ['DEPTHWISE_CONV_2D', sum({ image: 0, bias: 2, axis: 3, activationField: 4, emit: depthwiseConvolution })],
  ['FULLY_CONNECTED', sum({ image: 0, bias: 2, axis: 0, activationField: 0, emit: product })],
  ['TRANSPOSE_CONV', sum({ image: 2, bias: 3, axis: 0, activationField: 3, emit: transposedConvolution })],
]);
