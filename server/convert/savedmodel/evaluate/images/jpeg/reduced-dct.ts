// Inverse DCTs of an 8x8 block to fewer samples (ratio 2, 4, 8), as libjpeg's jidctred.c computes them.
import { fastDct, accurateDct } from './inverse-dct.ts';
import type { InverseDct } from './inverse-dct.ts';

const workspace = new Int16Array(32);
const wide = new Int32Array(16);

function saturated(value: number): number {
  return value > 32767 ? 32767 : value < -32768 ? -32768 : value;
}

function product(coefficients: Int16Array, factors: Int16Array, at: number, place: number): number {
  return (Math.imul(coefficients[at + place] ?? 0, factors[place] ?? 0) << 16) >> 16;
}

/** To 4x4. */
const dctOfFour: InverseDct = (coefficients, at, factors, samples, target, stride) => {
  for (let i = 0; i < 8; i++) {
    if (i === 4) {
      continue;
    }
    const base = product(coefficients, factors, at, i) * 16384 + 2048;
    const even =
      product(coefficients, factors, at, i + 16) * 15137 - product(coefficients, factors, at, i + 48) * 6270;
    const in1 = product(coefficients, factors, at, i + 8);
    const in3 = product(coefficients, factors, at, i + 24);
    const in5 = product(coefficients, factors, at, i + 40);
    const in7 = product(coefficients, factors, at, i + 56);
    const inner = in7 * -1730 + in5 * 11893 + in3 * -17799 + in1 * 8697;
    const outer = in7 * -4176 + in5 * -4926 + in3 * 7373 + in1 * 20995;
    workspace[i] = saturated((base + even + outer) >> 12);
    workspace[i + 24] = saturated((base + even - outer) >> 12);
    workspace[i + 8] = saturated((base - even + inner) >> 12);
    workspace[i + 16] = saturated((base - even - inner) >> 12);
  }
  for (let row = 0; row < 4; row++) {
    const i = 8 * row;
    const base = (workspace[i] ?? 0) * 16384 + (1 << 18);
    const even = (workspace[i + 2] ?? 0) * 15137 - (workspace[i + 6] ?? 0) * 6270;
    const in1 = workspace[i + 1] ?? 0;
    const in3 = workspace[i + 3] ?? 0;
    const in5 = workspace[i + 5] ?? 0;
    const in7 = workspace[i + 7] ?? 0;
    const inner = in7 * -1730 + in5 * 11893 + in3 * -17799 + in1 * 8697;
    const outer = in7 * -4176 + in5 * -4926 + in3 * 7373 + in1 * 20995;
    const to = target + row * stride;
    samples[to] = ((base + even + outer) >> 19) + 128;
    samples[to + 3] = ((base + even - outer) >> 19) + 128;
    samples[to + 1] = ((base - even + inner) >> 19) + 128;
    samples[to + 2] = ((base - even - inner) >> 19) + 128;
  }
};

/** To 2x2. */
const dctOfTwo: InverseDct = (coefficients, at, factors, samples, target, stride) => {
  for (let i = 0; i < 8; i++) {
    if (i === 2 || i === 4 || i === 6) {
      continue;
    }
    const base = product(coefficients, factors, at, i) * 32768 + 4096;
    const odd =
      product(coefficients, factors, at, i + 56) * -5906 +
      product(coefficients, factors, at, i + 40) * 6967 +
      product(coefficients, factors, at, i + 24) * -10426 +
      product(coefficients, factors, at, i + 8) * 29692;
    wide[i] = i === 0 ? (base + odd) >> 13 : saturated((base + odd) >> 13);
    wide[i + 8] = i === 0 ? (base - odd) >> 13 : saturated((base - odd) >> 13);
  }
  for (let row = 0; row < 2; row++) {
    const i = 8 * row;
    const base = (wide[i] ?? 0) * 32768 + (1 << 19);
    const odd =
      (wide[i + 7] ?? 0) * -5906 +
      (wide[i + 5] ?? 0) * 6967 +
      (wide[i + 3] ?? 0) * -10426 +
      (wide[i + 1] ?? 0) * 29692;
    const to = target + row * stride;
    samples[to] = ((base + odd) >> 20) + 128;
    samples[to + 1] = ((base - odd) >> 20) + 128;
  }
};

/** To one sample. Where it is far out of range, libjpeg's table of limits begins anew (10 bits). */
const dctOfOne: InverseDct = (coefficients, at, factors, samples, target) => {
  const value = (Math.imul(coefficients[at] ?? 0, factors[0] ?? 0) + 4) >> 3;
  samples[target] = ((value << 22) >> 22) + 128;
};

/** The transform to `size` x `size` samples. Only the whole size is offered in a fast and an accurate kind. */
export function inverseDct(size: number, isFast: boolean): InverseDct {
  switch (size) {
    case 1:
      return dctOfOne;
    case 2:
      return dctOfTwo;
    case 4:
      return dctOfFour;
    default:
      return isFast ? fastDct : accurateDct;
  }
}
