// Real factors as TensorFlow Lite multiplies integers by them (QuantizeMultiplier of tensorflow/lite/kernels/internal/quantization_util.cc).
import { roundAway } from './ranges.ts';

/** multiplier * 2^(shift - 31), the multiplier from 2^30 up to 2^31. */
export interface Multiplier {
  readonly multiplier: number;
  readonly shift: number;
}

/** The nearest to a factor that is not negative. */
export function quantizedMultiplier(real: number): Multiplier {
  if (!(real > 0) || !Number.isFinite(real)) {
    return { multiplier: 0, shift: 0 };
  }
  let shift = Math.floor(Math.log2(real)) + 1;
  // log2 rounds: the fraction must lie from 1/2 up to 1.
  while (real / 2 ** shift >= 1) {
    shift++;
  }
  while (real / 2 ** shift < 0.5) {
    shift--;
  }
  let multiplier = roundAway((real / 2 ** shift) * 2 ** 31);
  if (multiplier === 2 ** 31) {
    multiplier /= 2;
    shift++;
  }
  if (shift < -31) {
    return { multiplier: 0, shift: 0 };
  }
  return shift > 30 ? { multiplier: 2 ** 31 - 1, shift: 30 } : { multiplier, shift };
}

/** An integer times the factor, for tables that are computed at conversion (MultiplyByQuantizedMultiplier). */
export function multiplied(value: number, { multiplier, shift }: Multiplier): number {
  const left = BigInt(value) * BigInt(multiplier) * (1n << BigInt(Math.max(0, shift)));
  const high = Number((left + (1n << 30n)) >> 31n);
  const right = Math.max(0, -shift);
  return roundAway(high / 2 ** right);
}
