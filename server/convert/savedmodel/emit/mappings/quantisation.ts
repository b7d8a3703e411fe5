// Quantisation that stays in floating point: values are rounded to those that few bits can hold.
import { boolAttr, floatAttr, intAttr, stringAttr } from '../../graph/attributes.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { cast, type ElementType } from './element-types.ts';
import { castTerm, elementwise } from './elementwise.ts';
import { knownNumber, normalAxis, tensorAt } from './facts.ts';

const single = Math.fround;

/** A grid of numbers: `lowest + i * scale`, all of float32. */
interface Grid {
  readonly lowest: number;
  readonly highest: number;
  readonly scale: number;
  readonly inverse: number;
}

/** The range moved so that zero is on the grid (tensorflow/core/kernels/fake_quant_ops_functor.h, Nudge). */
function nudged(lowest: number, highest: number, bits: number, isNarrow: boolean): Grid {
  if (lowest === 0 && highest === 0) {
    return { lowest: 0, highest: 0, scale: 0, inverse: 0 };
  }
  const first = isNarrow ? 1 : 0;
  const last = 2 ** bits - 1;
  const scale = single(single(highest - lowest) / (last - first));
  const zero = single(first - single(lowest / scale));
  const zeroPoint = zero < first ? first : zero > last ? last : Math.floor(zero + 0.5);
  return {
    lowest: single((first - zeroPoint) * scale),
    highest: single((last - zeroPoint) * scale),
    scale,
    inverse: single((last - first) / single(highest - lowest)),
  };
}

function bitsOf(node: GraphNode): number {
  const bits = intAttr(node, 'num_bits', 8);
  if (bits < 1 || bits > 32) {
    throw new Unsupported(`${bits} bits`);
  }
  return bits;
}

/** Clamped to the grid and rounded to it, halves up: `floor((x - lowest) / scale + 0.5) * scale + lowest`. */
function fakeQuantised(scope: EmitScope, x: TensorTerm, grids: readonly Grid[]): TensorTerm {
  const isScalar = grids.length === 1;
  const constant = (value: (grid: Grid) => number): TensorTerm =>
    scope.constant({
      dtype: 'float32',
      shape: isScalar ? [] : [grids.length],
      data: Float32Array.from(grids, value),
    });
  const operands = [
    x,
    constant(({ lowest }) => lowest),
    constant(({ highest }) => highest),
    constant(({ scale }) => scale),
    constant(({ inverse }) => inverse),
    constant(() => 0.5),
  ];
  return elementwise(
    scope,
    operands,
    'float32',
    ([name = '', low = '', high = '', scale = '', inverse = '', half = '']) => {
      const clamped = scope.node('Max', [scope.node('Min', [name, high]), low]);
      const steps = scope.node('Mul', [scope.node('Sub', [clamped, low]), inverse]);
      const whole = scope.node('Floor', [scope.node('Add', [steps, half])]);
      return scope.node('Add', [scope.node('Mul', [whole, scale]), low]);
    },
  );
}

const fakeQuantArgs: Mapping = (node, inputs, scope) => {
  const [low, high] = [single(floatAttr(node, 'min', -6)), single(floatAttr(node, 'max', 6))];
  const grid = nudged(low, high, bitsOf(node), boolAttr(node, 'narrow_range', false));
  return [fakeQuantised(scope, tensorAt(scope, inputs, 0), [grid])];
};

const fakeQuantVars: Mapping = (node, inputs, scope) => {
  const [x, low, high] = [0, 1, 2].map((index) => tensorAt(scope, inputs, index));
  const isNarrow = boolAttr(node, 'narrow_range', false);
  const bits = bitsOf(node);
  if (x === undefined || low === undefined || high === undefined) {
    throw new Unsupported('too few operands');
  }
  if (low.constant === undefined || high.constant === undefined) {
    return [
      elementwise(scope, [x, low, high], 'float32', (names) =>
        fakeQuantisedInRange(scope, names, bits, isNarrow),
      ),
    ];
  }
  const highs = scope.known(high, 'max');
  const grids = scope.known(low, 'min').map((end, index) => nudged(end, highs[index] ?? 0, bits, isNarrow));
  return [fakeQuantised(scope, x, grids)];
};

/** As `nudged` and `fakeQuantised`, for a range that is only known at run time. */
function fakeQuantisedInRange(
  scope: EmitScope,
  [x = '', low = '', high = '']: readonly string[],
  bits: number,
  isNarrow: boolean,
): string {
  const constant = (value: number): string => scope.scalar('float32', value);
  const [first, last] = [isNarrow ? 1 : 0, 2 ** bits - 1];
  const width = scope.node('Sub', [high, low]);
  const scale = scope.node('Div', [width, constant(last - first)]);
  const inverse = scope.node('Div', [constant(last - first), width]);
  const zero = scope.node('Sub', [constant(first), scope.node('Div', [low, scale])]);
  const rounded = scope.node('Floor', [scope.node('Add', [zero, constant(0.5)])]);
  const zeroPoint = scope.node('Clip', [rounded, constant(first), constant(last)]);
  const lowest = scope.node('Mul', [scope.node('Sub', [constant(first), zeroPoint]), scale]);
  const highest = scope.node('Mul', [scope.node('Sub', [constant(last), zeroPoint]), scale]);
  const clamped = scope.node('Max', [scope.node('Min', [x, highest]), lowest]);
  const steps = scope.node('Mul', [scope.node('Sub', [clamped, lowest]), inverse]);
  const whole = scope.node('Floor', [scope.node('Add', [steps, constant(0.5)])]);
  const result = scope.node('Add', [scope.node('Mul', [whole, scale]), lowest]);
  const isNothing = scope.node('And', [
    scope.node('Equal', [low, constant(0)]),
    scope.node('Equal', [high, constant(0)]),
  ]);
  return scope.node('Where', [isNothing, constant(0), result]);
}

/** What rounding to a grid around zero needs to know. */
interface Rounding {
  readonly lowest: number;
  readonly highest: number;
  readonly roundsHalfUp: boolean;
}

function roundingOf(node: GraphNode, bits: number): Rounding {
  const isSigned = boolAttr(node, 'signed_input', true);
  const isNarrow = boolAttr(node, 'narrow_range', false);
  if (bits < 1 || bits > 52) {
    throw new Unsupported(`${bits} bits`);
  }
  const half = 2 ** (bits - 1);
  return {
    lowest: isSigned ? (isNarrow ? 1 - half : -half) : 0,
    highest: isSigned ? half - 1 : 2 ** bits - 1,
    roundsHalfUp: stringAttr(node, 'round_mode', 'HALF_TO_EVEN') === 'HALF_UP',
  };
}

/**
 * Rounded to a grid that has zero (tensorflow/core/kernels/quantize_and_dequantize_op.h): the scale is that of the side
 * of the range which needs the coarser one; the other side's end follows from it.
 */
function roundTrip(
  scope: EmitScope,
  x: TensorTerm,
  lowName: string,
  highName: string,
  type: ElementType,
  rounding: Rounding,
  isChannelwise: boolean,
): string {
  const scalar = (value: number): string => scope.scalar(type as 'float32', value);
  const zero = scalar(0);
  const largest = scalar(type === 'float64' ? Number.MAX_VALUE : 3.4028234663852886e38);
  const side = (limit: number, end: string): string => {
    const isUsed = scope.node('Greater', [scope.node('Mul', [scalar(limit), end]), zero]);
    return scope.node('Where', [isUsed, scope.node('Div', [scalar(limit), end]), largest]);
  };
  const fromLow = side(rounding.lowest, lowName);
  const fromHigh = side(rounding.highest, highName);
  const isLow = scope.node('Less', [fromLow, fromHigh]);
  const scale = scope.node('Where', [isLow, fromLow, fromHigh]);
  const lowStep = rounding.lowest === 0 ? zero : scope.node('Div', [lowName, scalar(rounding.lowest)]);
  const step = scope.node('Where', [isLow, lowStep, scope.node('Div', [highName, scalar(rounding.highest)])]);
  const low = scope.node('Where', [isLow, lowName, scope.node('Mul', [scalar(rounding.lowest), step])]);
  const high = scope.node('Where', [isLow, scope.node('Mul', [scalar(rounding.highest), step]), highName]);
  const name = isChannelwise ? scope.name(x) : scope.isNchw(x) ? scope.nchwName(x) : scope.name(x);
  const clamped = scope.node('Max', [scope.node('Min', [cast(scope, name, x.dtype, type), high]), low]);
  const steps = scope.node('Mul', [clamped, scale]);
  const whole = rounding.roundsHalfUp
    ? scope.node('Floor', [scope.node('Add', [steps, scalar(0.5)])])
    : scope.node('Round', [steps]);
  return cast(scope, scope.node('Mul', [whole, step]), type, x.dtype);
}

/** The range is given, or that of the values; for the whole tensor, or each channel of an axis. */
const quantizeAndDequantize: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const bits =
    node.op === 'QuantizeAndDequantizeV3'
      ? knownNumber(scope, tensorAt(scope, inputs, 3), 'num_bits')
      : intAttr(node, 'num_bits', 8);
  const rounding = roundingOf(node, bits);
  const type = x.dtype === 'float64' ? 'float64' : 'float32';
  const axis = intAttr(node, 'axis', -1);
  const isGiven = boolAttr(node, 'range_given', true);
  if (isGiven && axis !== -1 && node.op !== 'QuantizeAndDequantizeV3') {
    throw new Unsupported('a range for each channel, which TensorFlow refuses');
  }
  const rank = axis === -1 ? undefined : scope.rank(x);
  const at = rank === undefined ? undefined : normalAxis(axis, rank);
  // Sizes of 1 behind the channels, so that their bounds broadcast.
  const column =
    at === undefined || rank === undefined ? [] : [-1, ...new Array<number>(rank - at - 1).fill(1)];
  const bounds = isGiven
    ? [1, 2].map((index) => {
        const end = castTerm(scope, tensorAt(scope, inputs, index), type);
        return scope.node('Reshape', [scope.name(end), scope.ints(column)]);
      })
    : ['ReduceMin', 'ReduceMax'].map((op) => {
        const name = cast(scope, scope.name(x), x.dtype, type);
        if (at === undefined || rank === undefined) {
          return scope.node(op, [name], { keepdims: 0 });
        }
        const others = Array.from({ length: rank }, (_, index) => index).filter((index) => index !== at);
        const reduced = scope.node(op, [name, scope.ints(others)], { keepdims: 0 });
        return scope.node('Reshape', [reduced, scope.ints(column)]);
      });
  const isChannelwise = at !== undefined;
  const isNchw = !isChannelwise && scope.isNchw(x);
  const name = roundTrip(scope, x, bounds[0] ?? '', bounds[1] ?? '', type, rounding, isChannelwise);
  return [
    isNchw
      ? scope.nchwTensor(x.dtype, name, { shape: x.shape })
      : scope.tensor(x.dtype, name, { shape: x.shape }),
  ];
};

/** Rounding to few bits. */
export const quantisationMappings: Mappings = new Map<string, Mapping>([
  ['FakeQuantWithMinMaxArgs', fakeQuantArgs],
  ['FakeQuantWithMinMaxVars', fakeQuantVars],
  ['FakeQuantWithMinMaxVarsPerChannel', fakeQuantVars],
  ['QuantizeAndDequantizeV2', quantizeAndDequantize],
  ['QuantizeAndDequantizeV3', quantizeAndDequantize],
  ['QuantizeAndDequantizeV4', quantizeAndDequantize],
]);
