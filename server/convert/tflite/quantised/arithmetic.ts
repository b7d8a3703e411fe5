// Sums, products and averages of integers that stand for reals.
import { Unsupported } from '../../savedmodel/unsupported.ts';
import { flag, ints } from '../attribute-values.ts';
import type { Operation, Translate, Translations } from '../operation.ts';
import { poolWindow } from '../operators/layers.ts';
import { centred } from './conversions.ts';
import { quantizedMultiplier } from './multiplier.ts';
import {
  activatedRange,
  isQuantisedType,
  rangeOf,
  scaleOf,
  type QuantisedType,
  type Scale,
} from './ranges.ts';
import { rescale } from './rescale.ts';

/** The result's type and scale. */
function resultOf(operation: Operation): { readonly type: QuantisedType; readonly to: Scale } {
  const { type, tensor } = operation.output();
  if (!isQuantisedType(type)) {
    throw new Unsupported(`integers that give ${type}`);
  }
  return { type, to: scaleOf(tensor) };
}

/** As `resultOf`, for kernels that take the operand's scale for the result's. */
function sameScale(operation: Operation): { readonly type: QuantisedType; readonly to: Scale } {
  const result = resultOf(operation);
  const { scale, zero } = scaleOf(operation.input(0).tensor);
  if (scale !== result.to.scale || zero !== result.to.zero) {
    throw new Unsupported('a result of another scale than its operand');
  }
  return result;
}

/** Both operands are brought to twice the larger scale, with 20 bits more, or 15 for elements of 16 bits (add.cc, sub.cc). */
const added =
  (sign: 1 | -1): Translate =>
  (operation) => {
    const { build } = operation;
    const { type, to } = resultOf(operation);
    const edges = [operation.input(0), operation.input(1)];
    const scales = edges.map(({ tensor }) => scaleOf(tensor));
    // Field 1 is missing, and true then, in files whose scales of 16 bits are powers of two.
    if (type === 'int16' && operation.byte(1, 1) !== 0) {
      throw new Unsupported('scales of 16 bits that are powers of two');
    }
    const bits = type === 'int16' ? 15 : 20;
    const twice = 2 * Math.max(...scales.map(({ scale }) => scale));
    const parts = edges.map(({ ref }, index) => {
      const { scale, zero } = scales[index] ?? { scale: 1, zero: 0 };
      const ready = rescale(build, {
        parts: [{ ref, factor: 2 ** bits }],
        bias: [-zero * 2 ** bits],
        multipliers: [quantizedMultiplier(scale / twice)],
        largest: Infinity,
        result: undefined,
      });
      return { ref: ready, factor: index === 1 ? sign : 1 };
    });
    return [
      rescale(build, {
        parts,
        bias: [0],
        multipliers: [quantizedMultiplier(twice / (2 ** bits * to.scale))],
        largest: Infinity,
        result: { type, zero: to.zero, range: activatedRange(operation.byte(0), type, to) },
      }),
    ];
  };

/** The kernel multiplies the scales as floats (mul.cc). */
const multiplied: Translate = (operation) => {
  const { build } = operation;
  const { type, to } = resultOf(operation);
  const [left, right] = [operation.input(0), operation.input(1)];
  const [leftScale, rightScale] = [scaleOf(left.tensor), scaleOf(right.tensor)];
  const product = build.node('Mul', [
    centred(build, left.ref, leftScale.zero, 'float64'),
    centred(build, right.ref, rightScale.zero, 'float64'),
  ]);
  const factor = Math.fround(Math.fround(leftScale.scale * rightScale.scale) / to.scale);
  return [
    rescale(build, {
      parts: [{ ref: product, factor: 1 }],
      bias: [0],
      multipliers: [quantizedMultiplier(factor)],
      largest: type === 'int16' ? 2 ** 30 : 2 ** 16,
      result: { type, zero: to.zero, range: activatedRange(operation.byte(0), type, to) },
    }),
  ];
};

/** The sum of a window divided by how many elements it has, without those beyond the edge; halves away from zero. */
const averagePool: Translate = (operation) => {
  const { build } = operation;
  const { type, to } = sameScale(operation);
  const window = poolWindow(operation);
  const [width, height] = [operation.int(3), operation.int(4)];
  const channels = operation.input(0).tensor.shape[3] ?? 0;
  if (width * height * channels > 2 ** 22 || width * height * 2 ** 15 >= 2 ** 24) {
    throw new Unsupported('a window of so many elements');
  }
  const ones = build.constant({
    dtype: 'float32',
    shape: [height, width, channels, 1],
    data: new Float32Array(height * width * channels).fill(1),
  });
  const { strides, padding } = window;
  const attributes = {
    ...(strides !== undefined && { strides }),
    ...(padding !== undefined && { padding }),
    dilations: ints([1, 1, 1, 1]),
  };
  const add = (ref: string): string => build.node('DepthwiseConv2dNative', [ref, ones], { attributes });
  const image = build.cast(operation.ref(0), 'float32');
  const count = add(build.node('OnesLike', [image]));
  const half = build.node('Floor', [build.node('Mul', [count, build.scalar('float32', 0.5)])]);
  const sum = add(image);
  const size = build.node('AddV2', [build.node('Abs', [sum]), half]);
  const [wideSize, wideCount] = [build.cast(size, 'float64'), build.cast(count, 'float64')];
  const quotient = build.node('Floor', [build.node('RealDiv', [wideSize, wideCount])]);
  const signed = build.node('Mul', [quotient, build.cast(build.node('Sign', [sum]), 'float64')]);
  const [lowest, highest] = activatedRange(operation.byte(5), type, to);
  const clipped = build.node('ClipByValue', [
    signed,
    build.scalar('float64', lowest),
    build.scalar('float64', highest),
  ]);
  return [build.cast(clipped, type)];
};

/** The count of elements is part of the multiplier (QuantizedMeanOrSum of reduce.h). */
const reduced =
  (isMean: boolean): Translate =>
  (operation) => {
    const { build } = operation;
    const { type, to } = resultOf(operation);
    const input = operation.input(0);
    const from = scaleOf(input.tensor);
    const { shape } = input.tensor;
    const axes = operation.known(1, 'axes').map((axis) => (axis < 0 ? axis + shape.length : axis));
    const count = [...new Set(axes)].reduce((product, axis) => product * (shape[axis] ?? -1), 1);
    if (!(count > 0)) {
      throw new Unsupported('an average of so many elements as is not known');
    }
    const sum = build.node('Sum', [build.cast(input.ref, 'float64'), operation.ref(1)], {
      attributes: { keep_dims: flag(operation.flag(0)) },
    });
    const whole = quantizedMultiplier(from.scale / to.scale);
    const bits = Math.max(0, Math.min(Math.floor(Math.log2(count)), 32, 31 + whole.shift));
    const mean = {
      multiplier: Number((BigInt(whole.multiplier) << BigInt(bits)) / BigInt(count)),
      shift: whole.shift - bits,
    };
    return [
      rescale(build, {
        parts: [{ ref: sum, factor: 1 }],
        bias: [-from.zero * count],
        multipliers: [isMean ? mean : whole],
        largest: count * 2 ** 16,
        result: { type, zero: to.zero, range: rangeOf(type) },
      }),
    ];
  };

/** The largest, and then what is left behind the activation. */
const maximumPool: Translate = (operation) => {
  const { build } = operation;
  const { type, to } = sameScale(operation);
  const pooled = build.node('MaxPool', [operation.ref(0)], { attributes: poolWindow(operation) });
  const range = activatedRange(operation.byte(5), type, to);
  const [lowest, highest] = rangeOf(type);
  if (range[0] === lowest && range[1] === highest) {
    return [pooled];
  }
  const bounds = range.map((bound) => build.scalar('float32', bound));
  return [build.cast(build.node('ClipByValue', [build.cast(pooled, 'float32'), ...bounds]), type)];
};

/** What fills up with zeros fills up with the integer that stands for zero. */
const centredMove =
  (op: string): Translate =>
  (operation) => {
    const { build } = operation;
    const { type, to } = sameScale(operation);
    const [, ...others] = operation.refs;
    const moved = build.node(op, [centred(build, operation.ref(0), to.zero, 'float32'), ...others]);
    const back = to.zero === 0 ? moved : build.node('AddV2', [moved, build.scalar('float32', to.zero)]);
    return [build.cast(back, type)];
  };

/** Operators of integers that are no sums of products. */
export const arithmeticTranslations: Translations = new Map<string, Translate>([
  ['ADD', added(1)],
  ['SUB', added(-1)],
  ['MUL', multiplied],
  ['AVERAGE_POOL_2D', averagePool],
  ['MAX_POOL_2D', maximumPool],
  ['MEAN', reduced(true)],
  ['SUM', reduced(false)],
  ['PAD', centredMove('Pad')],
  ['SPACE_TO_BATCH_ND', centredMove('SpaceToBatchND')],
]);
