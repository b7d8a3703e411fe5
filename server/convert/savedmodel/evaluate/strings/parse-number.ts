// Texts as numbers, as strictly as TensorFlow reads them (tensorflow/core/platform/numbers.cc).

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u;
const hexadecimal = /^([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?\d+))?$/iu;
const special = /^([+-]?)(inf|infinity|nan|nan\(\w*\))$/iu;
const outerSpaces = /^[\t-\r ]+|[\t-\r ]+$/gu;

/** A float64; undefined where the text is none. White space around it counts for nothing; `0x1.8p3`, `inf` and `nan` are numbers. */
export function parseFloat64(text: string): number | undefined {
  const trimmed = text.replace(outerSpaces, '');
  if (decimal.test(trimmed)) {
    return Number(trimmed);
  }
  const word = special.exec(trimmed);
  if (word !== null) {
    const value = word[2]?.toLowerCase().startsWith('nan') === true ? NaN : Infinity;
    return word[1] === '-' ? -value : value;
  }
  return parseHexadecimal(trimmed);
}

function parseHexadecimal(text: string): number | undefined {
  const [, sign, whole = '', fraction = '', power = '0'] = hexadecimal.exec(text) ?? [];
  if (whole + fraction === '' || whole.length + fraction.length > maximumDigits) {
    return undefined;
  }
  const size = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(power) - 4 * fraction.length);
  return sign === '-' ? -size : size;
}

/** The float32 that is nearest to the text; by way of float64 it would be rounded twice. */
export function parseFloat32(text: string): number | undefined {
  const value = parseFloat64(text);
  if (value === undefined) {
    return undefined;
  }
  const rounded = Math.fround(value);
  const other = 2 * value - rounded;
  if (!Number.isFinite(value) || rounded === value || Math.fround(other) !== other) {
    return rounded;
  }
  // The float64 lies right between two float32: what the text says beyond it decides.
  const side = compareDecimal(text.replace(outerSpaces, ''), value);
  if (side === 0) {
    return rounded;
  }
  return side > 0 ? Math.max(rounded, other) : Math.min(rounded, other);
}

/** Digits beyond these change nothing that matters, and would cost much. */
const maximumDigits = 2000;

/** The sign of the text's exact value less `value`. */
function compareDecimal(text: string, value: number): number {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/u.exec(text);
  if (match === null || text.length > maximumDigits) {
    return 0;
  }
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  const exponent = Number(power) - fraction.length;
  let left = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  // Every float64 is an integer of at most 2^1100 times 2^-1100.
  let right = exactTimes2(value, 1100);
  left <<= 1100n;
  if (exponent >= 0) {
    left *= 10n ** BigInt(exponent);
  } else {
    right *= 10n ** BigInt(-exponent);
  }
  return left === right ? 0 : left > right ? 1 : -1;
}

/** `value` times 2^`power`, exactly; it must be an integer then. */
function exactTimes2(value: number, power: number): bigint {
  let mantissa = value;
  let rest = power;
  while (!Number.isInteger(mantissa) && rest > 0) {
    mantissa *= 2;
    rest--;
  }
  return BigInt(mantissa) << BigInt(rest);
}

const integer = /^[+-]?\d+$/u;

/** An integer in a range; undefined where the text is none, or out of it. */
export function parseInteger(text: string, lowest: bigint, highest: bigint): bigint | undefined {
  const trimmed = text.replace(outerSpaces, '');
  // Longer texts are zeros or out of range; int64 has 19 digits.
  if (
    !integer.test(trimmed) ||
    (lowest === 0n && trimmed.startsWith('-')) ||
    (trimmed.length > 25 && !/^[+-]?0+\d{1,20}$/u.test(trimmed))
  ) {
    return undefined;
  }
  const value = BigInt(trimmed.replace(/^\+/u, ''));
  return value < lowest || value > highest ? undefined : value;
}
