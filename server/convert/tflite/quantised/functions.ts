// What TensorFlow Lite's kernels make of one integer of 8 bits (tensorflow/lite/kernels/activations.cc, internal/reference).
import type { Translate } from '../operation.ts';
import { activation } from '../operators/activation.ts';
import { multiplied, quantizedMultiplier, type Multiplier } from './multiplier.ts';
import { activatedRange, roundAway } from './ranges.ts';
import { tabulated, type IntegerFunction } from './tables.ts';

/** In float32 from end to end, as the kernels that fill tables (LUTPopulate). */
const real =
  (compute: (x: number) => number): IntegerFunction =>
  (value, from, to) => {
    const x = Math.fround(from.scale * (value - from.zero));
    const y = Math.fround(compute(x));
    return to.zero + roundAway(Math.fround(y * Math.fround(1 / to.scale)));
  };

/** The slope of the negative half as a multiplier of its own. */
const leaky =
  (alpha: number): IntegerFunction =>
  (value, from, to) => {
    const scale = Math.fround(from.scale / to.scale);
    const slope = Math.fround(Math.fround(from.scale * alpha) / to.scale);
    const centred = value - from.zero;
    return to.zero + multiplied(centred, quantizedMultiplier(centred >= 0 ? scale : slope));
  };

/** To the result's scale, and cut where the activation cuts. */
const cut =
  (kind: number): IntegerFunction =>
  (value, from, to) => {
    const [lowest, highest] = activatedRange(kind, 'int16', to);
    const factor = quantizedMultiplier(from.scale / to.scale);
    return Math.min(highest, Math.max(lowest, to.zero + multiplied(value - from.zero, factor)));
  };

/** A multiplier of 16 bits (DownScaleInt32ToInt16Multiplier). */
function short({ multiplier, shift }: Multiplier): Multiplier {
  const short =
    multiplier >= 2 ** 31 - 1 - 2 ** 15 ? 2 ** 15 - 1 : Math.floor((multiplier + 2 ** 15) / 2 ** 16);
  return { multiplier: short, shift };
}

function saturated(value: number): number {
  return Math.min(32767, Math.max(-32768, value));
}

/** SaturatingRoundingDoublingHighMul of 16 bits. */
function highProduct(left: number, right: number): number {
  return saturated(Math.floor((left * right + 2 ** 14) / 2 ** 15));
}

function dividedByPower(value: number, exponent: number): number {
  return roundAway(value / 2 ** exponent);
}

/** x * relu6(x + 3) / 6 in 16 bits (reference_ops::HardSwish). */
const hardSwish: IntegerFunction = (value, from, to) => {
  const fine = Math.fround(from.scale / 128);
  const output = short(quantizedMultiplier(Math.fround(fine / to.scale)));
  const gate = short(quantizedMultiplier(Math.fround(fine / Math.fround(3 / 32768))));
  const input = (value - from.zero) * 128;
  let gated = input;
  if (gate.shift > 0) {
    gated = saturated(gated * 2 ** (gate.shift - 1));
  }
  gated = highProduct(gated, gate.multiplier);
  if (gate.shift > 0) {
    gated = saturated(gated * 2);
  } else {
    gated = dividedByPower(gated, -gate.shift);
  }
  gated = Math.floor((gated + 2 ** 15) / 2);
  const product = saturated(Math.trunc((gated * highProduct(input, output.multiplier)) / 2 ** 15));
  return to.zero + dividedByPower(product, Math.max(0, -output.shift));
};

const table =
  (compute: IntegerFunction): ((operation: Parameters<Translate>[0]) => readonly string[] | undefined) =>
  (operation) =>
    tabulated(operation, compute);

/** Tables of operators with one operand; undefined for elements of 16 bits. */
export const tableTranslations: ReadonlyMap<
  string,
  (operation: Parameters<Translate>[0]) => readonly string[] | undefined
> = new Map([
  ['LOGISTIC', table(real((x) => 1 / (1 + Math.exp(-x))))],
  ['TANH', table(real(Math.tanh))],
  ['ELU', table(real((x) => (x < 0 ? Math.expm1(x) : x)))],
  ['EXP', table(real(Math.exp))],
  ['HARD_SWISH', table(hardSwish)],
  ['RELU', table(cut(activation.relu))],
  ['RELU6', table(cut(activation.relu6))],
  ['RELU_N1_TO_1', table(cut(activation.reluN1To1))],
  ['LEAKY_RELU', (operation) => tabulated(operation, leaky(operation.float(0)))],
]);
