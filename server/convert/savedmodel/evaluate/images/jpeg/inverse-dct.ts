// The two integer inverse DCTs of 8x8 blocks that TensorFlow asks libjpeg-turbo for, bit for bit as its vector code for x86-64 computes them.

/** Dequantises a block, transforms it and writes size x size samples. Not reentrant: it keeps a workspace. */
export type InverseDct = (
  coefficients: Int16Array,
  at: number,
  factors: Int16Array,
  samples: Uint8ClampedArray,
  target: number,
  stride: number,
) => void;

const workspace = new Int16Array(64);

/** Scale factors of the fast transform, by row or column: 1, then cos(k pi / 16) sqrt(2). */
const scales = Float64Array.from({ length: 8 }, (_, k) =>
  k === 0 ? 1 : Math.cos((k * Math.PI) / 16) * Math.SQRT2,
);
/** The products of those of row and column, with 14 fraction bits. */
const blockScales = Int32Array.from({ length: 64 }, (_, i) =>
  Math.round((scales[i >> 3] ?? 1) * (scales[i & 7] ?? 1) * 16384),
);

/** Factors for `fastDct` from quantisation values in natural order. */
export function fastFactors(quantisation: ArrayLike<number>): Int16Array {
  return Int16Array.from(blockScales, (scale, i) => ((quantisation[i] ?? 0) * scale + 2048) >> 12);
}

/** Factors for all other transforms. */
export function plainFactors(quantisation: ArrayLike<number>): Int16Array {
  return Int16Array.from(quantisation);
}

/** The product with a constant of 8 fraction bits, as vector code has it: of the low 14 bits. */
function times(value: number, constant: number): number {
  return (((value << 18) >> 18) * constant) >> 8;
}

function isFlat(coefficients: Int16Array, at: number): boolean {
  for (let i = at + 1; i < at + 64; i++) {
    if (coefficients[i] !== 0) {
      return false;
    }
  }
  return true;
}

function fillBlock(samples: Uint8ClampedArray, target: number, stride: number, value: number): void {
  for (let row = target, end = target + 8 * stride; row < end; row += stride) {
    samples.fill(value, row, row + 8);
  }
}

/** JDCT_IFAST (Arai, Agui and Nakajima), TensorFlow's default. */
export const fastDct: InverseDct = (coefficients, at, factors, samples, target, stride) => {
  if (isFlat(coefficients, at)) {
    const dc = (Math.imul(coefficients[at] ?? 0, factors[0] ?? 0) << 16) >> 21;
    fillBlock(samples, target, stride, dc + 128);
    return;
  }
  for (let i = 0; i < 8; i++) {
    fastPass(coefficients, at + i, factors, i);
  }
  for (let i = 0; i < 8; i++) {
    fastRow(i * 8, samples, target + i * stride);
  }
};

function fastPass(coefficients: Int16Array, at: number, factors: Int16Array, i: number): void {
  const in0 = Math.imul(coefficients[at] ?? 0, factors[i] ?? 0);
  const in1 = Math.imul(coefficients[at + 8] ?? 0, factors[i + 8] ?? 0);
  const in2 = Math.imul(coefficients[at + 16] ?? 0, factors[i + 16] ?? 0);
  const in3 = Math.imul(coefficients[at + 24] ?? 0, factors[i + 24] ?? 0);
  const in4 = Math.imul(coefficients[at + 32] ?? 0, factors[i + 32] ?? 0);
  const in5 = Math.imul(coefficients[at + 40] ?? 0, factors[i + 40] ?? 0);
  const in6 = Math.imul(coefficients[at + 48] ?? 0, factors[i + 48] ?? 0);
  const in7 = Math.imul(coefficients[at + 56] ?? 0, factors[i + 56] ?? 0);
  const even = in2 + in6;
  const evenOdd = times(in2 - in6, 362) - even;
  const e0 = in0 + in4 + even;
  const e3 = in0 + in4 - even;
  const e1 = in0 - in4 + evenOdd;
  const e2 = in0 - in4 - evenOdd;
  const z13 = in5 + in3;
  const z10 = in5 - in3;
  const z11 = in1 + in7;
  const z12 = in1 - in7;
  const z5 = times(z10 + z12, 473);
  const o7 = z11 + z13;
  const o6 = times(z10, -413) - z10 + z5 - o7;
  const o5 = times(z11 - z13, 362) - o6;
  const o4 = times(z12, 277) - z5 + o5;
  workspace[i] = e0 + o7;
  workspace[i + 56] = e0 - o7;
  workspace[i + 8] = e1 + o6;
  workspace[i + 48] = e1 - o6;
  workspace[i + 16] = e2 + o5;
  workspace[i + 40] = e2 - o5;
  workspace[i + 32] = e3 + o4;
  workspace[i + 24] = e3 - o4;
}

function fastRow(i: number, samples: Uint8ClampedArray, row: number): void {
  const in0 = workspace[i] ?? 0;
  const in1 = workspace[i + 1] ?? 0;
  const in2 = workspace[i + 2] ?? 0;
  const in3 = workspace[i + 3] ?? 0;
  const in4 = workspace[i + 4] ?? 0;
  const in5 = workspace[i + 5] ?? 0;
  const in6 = workspace[i + 6] ?? 0;
  const in7 = workspace[i + 7] ?? 0;
  const even = in2 + in6;
  const evenOdd = times(in2 - in6, 362) - even;
  const e0 = in0 + in4 + even;
  const e3 = in0 + in4 - even;
  const e1 = in0 - in4 + evenOdd;
  const e2 = in0 - in4 - evenOdd;
  const z13 = in5 + in3;
  const z10 = in5 - in3;
  const z11 = in1 + in7;
  const z12 = in1 - in7;
  const z5 = times(z10 + z12, 473);
  const o7 = z11 + z13;
  const o6 = times(z10, -413) - z10 + z5 - o7;
  const o5 = times(z11 - z13, 362) - o6;
  const o4 = times(z12, 277) - z5 + o5;
  samples[row] = (((e0 + o7) << 16) >> 21) + 128;
  samples[row + 7] = (((e0 - o7) << 16) >> 21) + 128;
  samples[row + 1] = (((e1 + o6) << 16) >> 21) + 128;
  samples[row + 6] = (((e1 - o6) << 16) >> 21) + 128;
  samples[row + 2] = (((e2 + o5) << 16) >> 21) + 128;
  samples[row + 5] = (((e2 - o5) << 16) >> 21) + 128;
  samples[row + 4] = (((e3 + o4) << 16) >> 21) + 128;
  samples[row + 3] = (((e3 - o4) << 16) >> 21) + 128;
}

/** JDCT_ISLOW (Loeffler, Ligtenberg and Moschytz). */
export const accurateDct: InverseDct = (coefficients, at, factors, samples, target, stride) => {
  if (isFlat(coefficients, at)) {
    const dc = (Math.imul(coefficients[at] ?? 0, factors[0] ?? 0) << 18) >> 16;
    fillBlock(samples, target, stride, ((dc + 16) >> 5) + 128);
    return;
  }
  for (let i = 0; i < 8; i++) {
    for (let k = 0; k < 64; k += 8) {
      column[k >> 3] = Math.imul(coefficients[at + i + k] ?? 0, factors[i + k] ?? 0);
    }
    accurateStep(11);
    for (let k = 0; k < 8; k++) {
      workspace[i + 8 * k] = saturated(results[k] ?? 0);
    }
  }
  for (let i = 0; i < 8; i++) {
    column.set(workspace.subarray(8 * i, 8 * i + 8));
    accurateStep(18);
    for (let k = 0; k < 8; k++) {
      samples[target + i * stride + k] = (results[k] ?? 0) + 128;
    }
  }
};

const column = new Int16Array(8);
const results = new Int32Array(8);

function saturated(value: number): number {
  return value > 32767 ? 32767 : value < -32768 ? -32768 : value;
}

/** One dimension, from `column` to `results`, rounded and shifted. Sums of two inputs are of 16 bits. */
function accurateStep(shift: number): void {
  const half = 1 << (shift - 1);
  const in0 = column[0] ?? 0;
  const in1 = column[1] ?? 0;
  const in2 = column[2] ?? 0;
  const in3 = column[3] ?? 0;
  const in4 = column[4] ?? 0;
  const in5 = column[5] ?? 0;
  const in6 = column[6] ?? 0;
  const in7 = column[7] ?? 0;
  const even2 = in2 * 4433 + in6 * (4433 - 15137);
  const even3 = in2 * (4433 + 6270) + in6 * 4433;
  const sum = (((in0 + in4) << 16) >> 16) * 8192 + half;
  const difference = (((in0 - in4) << 16) >> 16) * 8192 + half;
  const e0 = sum + even3;
  const e3 = sum - even3;
  const e1 = difference + even2;
  const e2 = difference - even2;
  const z3 = ((in7 + in3) << 16) >> 16;
  const z4 = ((in5 + in1) << 16) >> 16;
  const s3 = z3 * (9633 - 16069) + z4 * 9633;
  const s4 = z3 * 9633 + z4 * (9633 - 3196);
  const o0 = in7 * (2446 - 7373) + in1 * -7373 + s3;
  const o1 = in5 * (16819 - 20995) + in3 * -20995 + s4;
  const o2 = in3 * (25172 - 20995) + in5 * -20995 + s3;
  const o3 = in1 * (12299 - 7373) + in7 * -7373 + s4;
  results[0] = (e0 + o3) >> shift;
  results[7] = (e0 - o3) >> shift;
  results[1] = (e1 + o2) >> shift;
  results[6] = (e1 - o2) >> shift;
  results[2] = (e2 + o1) >> shift;
  results[5] = (e2 - o1) >> shift;
  results[3] = (e3 + o0) >> shift;
  results[4] = (e3 - o0) >> shift;
}
