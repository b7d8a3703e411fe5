// Functions that JavaScript's Math lacks: the error function and its inverse, the gamma function's logarithm and its derivative.

/** Below this the series of erf converges fast; from here on the continued fraction of erfc does. */
const seriesEnd = 2.5;

/** 2 / sqrt(pi). */
const twoOverRootPi = 2 / Math.sqrt(Math.PI);

/** The error function, to the last bits of a double (Maclaurin series with positive terms; Abramowitz and Stegun 7.1.6). */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (Number.isNaN(x)) {
    return x;
  }
  if (magnitude >= seriesEnd) {
    return Math.sign(x) * (1 - erfcOfLarge(magnitude));
  }
  const square = x * x;
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * square) / (2 * n + 1);
    sum += term;
  }
  return twoOverRootPi * Math.exp(-square) * sum;
}

/** 1 - erf(x), without the loss of digits for large x. */
export function erfc(x: number): number {
  if (x >= seriesEnd) {
    return erfcOfLarge(x);
  }
  return x > 0.5 ? erfcBetween(x) : 1 - erf(x);
}

/** The continued fraction of Laplace (Abramowitz and Stegun 7.1.14), from its end. */
function erfcOfLarge(x: number): number {
  if (x === Infinity) {
    return 0;
  }
  const depth = 120;
  let fraction = x;
  for (let n = depth; n >= 1; n--) {
    fraction = x + n / 2 / fraction;
  }
  return Math.exp(-x * x) / (fraction * Math.sqrt(Math.PI));
}

/** Between 0.5 and 2.5, where 1 - erf(x) would lose digits: a Taylor series around the next larger half. */
function erfcBetween(x: number): number {
  let value = erfcOfLarge(seriesEnd);
  for (let centre = seriesEnd; centre > x; centre -= 0.25) {
    value = erfcStep(centre, Math.max(x, centre - 0.25) - centre, value);
  }
  return value;
}

/** erfc(centre + step) by its Taylor series: the derivatives are Hermite polynomials times the Gaussian. */
function erfcStep(centre: number, step: number, value: number): number {
  let hermite = 1;
  let previous = 0;
  let power = step;
  let sum = 0;
  for (let n = 0; n < 30; n++) {
    sum += hermite * power;
    const next = -2 * centre * hermite - 2 * n * previous;
    previous = hermite;
    hermite = next;
    power *= step / (n + 2);
  }
  return value - twoOverRootPi * Math.exp(-centre * centre) * sum;
}

/** The inverse of the error function: a starting point (Winitzki) made exact by Halley's steps. */
export function erfinv(y: number): number {
  const target = Math.abs(y);
  if (!(target < 1)) {
    return target === 1 ? y * Infinity : Number.NaN;
  }
  if (target === 0) {
    return 0;
  }
  const a = 0.147;
  const logarithm = Math.log1p(-target * target);
  const half = 2 / (Math.PI * a) + logarithm / 2;
  let x = Math.sqrt(Math.sqrt(half * half - logarithm / a) - half);
  for (let i = 0; i < 4; i++) {
    const error = target < 0.5 ? erf(x) - target : 1 - target - erfc(x);
    const step = error / (twoOverRootPi * Math.exp(-x * x));
    x -= step / (1 + x * step);
  }
  return y < 0 ? -x : x;
}

/** The quantile of the normal distribution. */
export function ndtri(probability: number): number {
  return Math.SQRT2 * erfinv(2 * probability - 1);
}

/** Of Lanczos' approximation with g = 7 (nine terms, about 15 digits). */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** log |gamma(x)|; infinite at 0 and the negative integers. */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) {
    return x;
  }
  if (!Number.isFinite(x) || (x <= 0 && Number.isInteger(x))) {
    return Infinity;
  }
  if (x < 0.5) {
    return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
  }
  if (x === 1 || x === 2) {
    return 0;
  }
  const shifted = x - 1;
  const base = shifted + 7.5;
  const sum = lanczos.reduce((total, term, i) => total + (i === 0 ? term : term / (shifted + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

/** The derivative of log gamma; NaN at 0 and the negative integers, as TensorFlow has it. */
export function digamma(x: number): number {
  if (Number.isNaN(x) || x === -Infinity || (x <= 0 && Number.isInteger(x))) {
    return Number.NaN;
  }
  if (x < 0) {
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * x);
  }
  let value = 0;
  let shifted = x;
  while (shifted < 10) {
    value -= 1 / shifted;
    shifted += 1;
  }
  const inverse = 1 / (shifted * shifted);
  const tail =
    inverse *
    (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse * (1 / 132)))));
  return value + Math.log(shifted) - 0.5 / shifted - tail;
}
