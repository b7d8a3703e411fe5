// Sums of integers brought to another scale, by TensorFlow Lite's fixed-point arithmetic in float64, which holds all of it exactly.
import { boolAttr, intAttr, intListAttr, typeAttr } from '../../savedmodel/graph/attributes.ts';
import { elementwise } from '../../savedmodel/emit/mappings/elementwise.ts';
import { tensors } from '../../savedmodel/emit/mappings/facts.ts';
import { elementTypeOf, onnxElementType } from '../../savedmodel/proto/data-types.ts';
import { Unsupported } from '../../savedmodel/unsupported.ts';
import type { EmitScope, Mapping, Mappings } from '../../savedmodel/emit/contract.ts';
import { flag, int, ints, type } from '../attribute-values.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import type { Multiplier } from './multiplier.ts';
import { rangeOf, type QuantisedType, type Scale } from './ranges.ts';

export const rescaleOp = 'PerchRescale';
export const quantizeOp = 'PerchQuantize';

/**
 * How TensorFlow Lite's reference kernels multiply, as TensorFlow 2.21 was found to: `twice` rounds behind the multiplier
 * (halves up) and behind the shift (halves away from zero), `once` rounds the exact product (halves up), as FULLY_CONNECTED
 * does, and `cut` does that with a multiplier of 15 bits, as convolutions of 16 bits do.
 */
export type Rounding = 'twice' | 'once' | 'cut';

/** What is to be brought to another scale. */
export interface Rescaling {
  /** Tensors of integers, in whatever type, each times its factor, make the sum. */
  readonly parts: readonly { readonly ref: string; readonly factor: number }[];
  /** Added to the sum: one number, or one for each channel. */
  readonly bias: readonly number[];
  /** One, or one for each channel. */
  readonly multipliers: readonly Multiplier[];
  /** The sum's size is at most this: below 2^22, a product with a multiplier is exact in float64. */
  readonly largest: number;
  /** The result's type; undefined for a sum that is computed on with, unbounded, in float64. */
  readonly result:
    | { readonly type: QuantisedType; readonly zero: number; readonly range: readonly [number, number] }
    | undefined;
  /** By default as kernels do that have not been changed for long. */
  readonly rounding?: Rounding;
}

const exactProduct = 2 ** 22;

/** What the constants behind the sum are, by the attribute `arithmetic`. */
const arithmetics = { factor: 1, halves: 2, factorAndShift: 3, halvesAndShift: 4 } as const;

/** Adds the node. */
export function rescale(build: GraphBuilder, rescaling: Rescaling): string {
  const { parts, bias, multipliers, largest, result, rounding = 'twice' } = rescaling;
  const vector = (numbers: readonly number[]): string =>
    build.constant({
      dtype: 'float64',
      shape: numbers.length === 1 ? [] : [numbers.length],
      data: Float64Array.from(numbers),
    });
  const hasBias = bias.some((number) => number !== 0);
  const isShort = largest < exactProduct && multipliers.every(({ shift }) => shift <= 0);
  const { arithmetic, constants } = constantsOf(multipliers, rounding, isShort);
  const [lowest, highest] = result?.range ?? [0, 0];
  return build.node(
    rescaleOp,
    [...parts.map(({ ref }) => ref), ...(hasBias ? [vector(bias)] : []), ...constants.map(vector)],
    {
      type: result?.type ?? 'float64',
      attributes: {
        factors: ints(parts.map(({ factor }) => factor)),
        has_bias: flag(hasBias),
        arithmetic: int(arithmetic),
        type: type(result?.type ?? 'float64'),
        zero: int(result?.zero ?? 0),
        lowest: int(lowest),
        highest: int(highest),
        // Below the zero all is cut off: how negative halves round does not matter.
        is_positive: flag(result !== undefined && lowest >= result.zero),
      },
    },
  );
}

interface Arithmetic {
  readonly arithmetic: number;
  /** A number for each multiplier, in each of them. */
  readonly constants: readonly (readonly number[])[];
}

function constantsOf(multipliers: readonly Multiplier[], rounding: Rounding, isShort: boolean): Arithmetic {
  if (rounding === 'cut') {
    return { arithmetic: arithmetics.factor, constants: [multipliers.map(cutFactor)] };
  }
  if (rounding === 'once') {
    return isShort
      ? { arithmetic: arithmetics.factor, constants: [multipliers.map(wholeFactor)] }
      : {
          arithmetic: arithmetics.halves,
          constants: [multipliers.map(upperHalf), multipliers.map(lowerHalf), multipliers.map(sharedFactor)],
        };
  }
  return isShort
    ? {
        arithmetic: arithmetics.factorAndShift,
        constants: [multipliers.map(({ multiplier }) => multiplier * 2 ** -31), multipliers.map(rightFactor)],
      }
    : {
        arithmetic: arithmetics.halvesAndShift,
        constants: [multipliers.map(highFactor), multipliers.map(lowFactor), multipliers.map(rightFactor)],
      };
}

/** A multiplier of 15 bits. */
function cutFactor({ multiplier, shift }: Multiplier): number {
  const reduced = multiplier < 0x7fff0000 ? Math.floor((multiplier + 2 ** 15) / 2 ** 16) : 0x7fff;
  return reduced * 2 ** (shift - 15);
}

function wholeFactor({ multiplier, shift }: Multiplier): number {
  return multiplier * 2 ** (shift - 31);
}

/** What the multiplier does before the shift to the right; its upper and its lower half, scaled so that sums stay integers. */
function highFactor({ multiplier, shift }: Multiplier): number {
  return Math.floor(multiplier / 2 ** 16) * 2 ** (Math.max(0, shift) - 15);
}

function lowFactor({ multiplier, shift }: Multiplier): number {
  return (multiplier % 2 ** 16) * 2 ** (Math.max(0, shift) - 16);
}

function rightFactor({ shift }: Multiplier): number {
  return 2 ** Math.min(0, shift);
}

function upperHalf({ multiplier }: Multiplier): number {
  return Math.floor(multiplier / 2 ** 16);
}

function lowerHalf({ multiplier }: Multiplier): number {
  return (multiplier % 2 ** 16) * 2 ** -16;
}

function sharedFactor({ shift }: Multiplier): number {
  return 2 ** (shift - 15);
}

const emitRescale: Mapping = (node, inputs, scope) => {
  const operands = tensors(scope, inputs);
  const factors = intListAttr(node, 'factors');
  const hasBias = boolAttr(node, 'has_bias');
  const arithmetic = intAttr(node, 'arithmetic');
  const dtype = elementTypeOf(typeAttr(node, 'type'));
  if (dtype !== 'float64' && dtype !== 'int8' && dtype !== 'uint8' && dtype !== 'int16') {
    throw new Unsupported(`sums of ${dtype}`);
  }
  const result = elementwise(scope, operands, dtype, (names) => {
    const sum = sumOf(
      scope,
      names.slice(0, factors.length),
      factors,
      operands.map((term) => term.dtype),
    );
    const [bias, ...more] = names.slice(factors.length);
    const whole = hasBias && bias !== undefined ? scope.node('Add', [sum, bias]) : sum;
    const constants = hasBias || bias === undefined ? more : [bias, ...more];
    const scaled = scaledSum(scope, whole, constants, arithmetic, boolAttr(node, 'is_positive'));
    if (dtype === 'float64') {
      return scaled;
    }
    const bounds = [intAttr(node, 'lowest'), intAttr(node, 'highest')].map((bound) =>
      scope.scalar('float64', bound),
    );
    const shifted = scope.node('Add', [scaled, scope.scalar('float64', intAttr(node, 'zero'))]);
    return scope.node('Cast', [scope.node('Clip', [shifted, ...bounds])], { to: onnxElementType(dtype) });
  });
  return [result];
};

function sumOf(
  scope: EmitScope,
  names: readonly string[],
  factors: readonly number[],
  types: readonly string[],
): string {
  let sum: string | undefined;
  names.forEach((name, index) => {
    const wide =
      types[index] === 'float64' ? name : scope.node('Cast', [name], { to: onnxElementType('float64') });
    const factor = factors[index] ?? 1;
    const part = factor === 1 ? wide : scope.node('Mul', [wide, scope.scalar('float64', factor)]);
    sum = sum === undefined ? part : scope.node('Add', [sum, part]);
  });
  return sum ?? scope.scalar('float64', 0);
}

/** SaturatingRoundingDoublingHighMul, which rounds halves up, then RoundingDivideByPOT, which rounds them away from zero. */
function scaledSum(
  scope: EmitScope,
  sum: string,
  constants: readonly string[],
  arithmetic: number,
  isPositive: boolean,
): string {
  const half = scope.scalar('float64', 0.5);
  const [first = '', second = '', third = ''] = constants;
  const product = scope.node('Mul', [sum, first]);
  if (arithmetic === arithmetics.factor) {
    return scope.node('Floor', [scope.node('Add', [product, half])]);
  }
  if (arithmetic === arithmetics.halves) {
    const rest = scope.node('Floor', [scope.node('Mul', [sum, second])]);
    const scaled = scope.node('Mul', [scope.node('Add', [product, rest]), third]);
    return scope.node('Floor', [scope.node('Add', [scaled, half])]);
  }
  if (arithmetic === arithmetics.factorAndShift) {
    return divided(scope, scope.node('Floor', [scope.node('Add', [product, half])]), second, isPositive);
  }
  const low = scope.node('Mul', [sum, second]);
  const carry = scope.node('Floor', [scope.node('Add', [low, scope.scalar('float64', 2 ** 14)])]);
  const carried = scope.node('Mul', [carry, scope.scalar('float64', 2 ** -15)]);
  return divided(scope, scope.node('Floor', [scope.node('Add', [product, carried])]), third, isPositive);
}

function divided(scope: EmitScope, integer: string, factor: string, isPositive: boolean): string {
  const half = scope.scalar('float64', 0.5);
  if (isPositive) {
    return scope.node('Floor', [scope.node('Add', [scope.node('Mul', [integer, factor]), half])]);
  }
  const size = scope.node('Mul', [scope.node('Abs', [integer]), factor]);
  const rounded = scope.node('Floor', [scope.node('Add', [size, half])]);
  return scope.node('Mul', [scope.node('Sign', [integer]), rounded]);
}

/** Reals as integers: divided by the scale in float32, halves rounded away from zero (AffineQuantize). */
export function quantize(
  build: GraphBuilder,
  ref: string,
  to: QuantisedType,
  { scale, zero }: Scale,
): string {
  const [lowest, highest] = rangeOf(to);
  return build.node(quantizeOp, [ref, build.scalar('float32', scale)], {
    type: to,
    attributes: { type: type(to), zero: int(zero), lowest: int(lowest), highest: int(highest) },
  });
}

const emitQuantize: Mapping = (node, inputs, scope) => {
  const dtype = elementTypeOf(typeAttr(node, 'type'));
  if (dtype !== 'int8' && dtype !== 'uint8' && dtype !== 'int16') {
    throw new Unsupported(`quantisation to ${dtype}`);
  }
  const double = (value: number): string => scope.scalar('float64', value);
  const result = elementwise(scope, tensors(scope, inputs), dtype, ([x = '', scale = '']) => {
    const wide = scope.node('Cast', [scope.node('Div', [x, scale])], { to: onnxElementType('float64') });
    const size = scope.node('Floor', [scope.node('Add', [scope.node('Abs', [wide]), double(0.5)])]);
    const rounded = scope.node('Mul', [scope.node('Sign', [wide]), size]);
    const shifted = scope.node('Add', [rounded, double(intAttr(node, 'zero'))]);
    const bounds = [double(intAttr(node, 'lowest')), double(intAttr(node, 'highest'))];
    return scope.node('Cast', [scope.node('Clip', [shifted, ...bounds])], { to: onnxElementType(dtype) });
  });
  return [result];
};

/** The ops that only the graphs of .tflite files have. */
export const rescaleMappings: Mappings = new Map<string, Mapping>([
  [rescaleOp, emitRescale],
  [quantizeOp, emitQuantize],
]);
