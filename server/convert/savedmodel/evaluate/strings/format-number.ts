// Numbers as C's printf writes them with %f, %e and %g: exact decimal digits, ties to even.

/** A positive finite number as integer times a power of two. */
function binaryParts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const fraction = bits & 0xfffffffffffffn;
  const biased = Number(bits >> 52n) & 0x7ff;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10000000000000n, exponent: biased - 1075 };
}

/** The value times 10^`places`, rounded to an integer, ties to even. */
function scaled(value: number, places: number): bigint {
  const { mantissa, exponent } = binaryParts(value);
  let numerator = mantissa;
  let denominator = 1n;
  if (exponent >= 0) {
    numerator <<= BigInt(exponent);
  } else {
    denominator <<= BigInt(-exponent);
  }
  if (places >= 0) {
    numerator *= 10n ** BigInt(places);
  } else {
    denominator *= 10n ** BigInt(-places);
  }
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const up = twice > denominator || (twice === denominator && (quotient & 1n) === 1n);
  return up ? quotient + 1n : quotient;
}

function fixed(value: number, precision: number): string {
  const digits = String(scaled(value, precision)).padStart(precision + 1, '0');
  const point = digits.length - precision;
  return precision === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** So many digits, the first not zero, and the power of ten of the first. */
function significant(value: number, count: number): { readonly digits: string; readonly power: number } {
  if (value === 0) {
    return { digits: '0'.repeat(count), power: 0 };
  }
  const guess = Number(value.toExponential(20).split('e')[1]);
  for (let power = guess - 1; ; power++) {
    const digits = String(scaled(value, count - 1 - power));
    if (digits.length <= count) {
      return { digits, power };
    }
  }
}

function exponentText(power: number): string {
  return `e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function exponential(value: number, precision: number): string {
  const { digits, power } = significant(value, precision + 1);
  const fraction = precision === 0 ? '' : `.${digits.slice(1)}`;
  return `${digits.slice(0, 1)}${fraction}${exponentText(power)}`;
}

function general(value: number, precision: number): string {
  const count = Math.max(precision, 1);
  const { digits, power } = significant(value, count);
  const trim = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/u, '') : text);
  if (power < -4 || power >= count) {
    return trim(`${digits.slice(0, 1)}.${digits.slice(1)}`) + exponentText(power);
  }
  return trim(fixed(value, count - 1 - power));
}

const styles = { f: fixed, e: exponential, g: general } as const;

/** `%f`, `%e` or `%g`. */
export type FloatStyle = keyof typeof styles;

/** A float without padding, its sign first: `-1.500000`, `1e+20`, `inf`, `-nan`. */
export function formatFloat(value: number, style: FloatStyle, precision: number): string {
  const negative = value < 0 || Object.is(value, -0);
  const size = Math.abs(value);
  const text = Number.isFinite(size) ? styles[style](size, precision) : Number.isNaN(size) ? 'nan' : 'inf';
  return negative ? `-${text}` : text;
}

/**
 * What printf makes of `text` by width and one flag: `0`, `-`, `+`, space, or none.
 *
 * @param width least number of characters; -1 for none
 */
export function padNumber(text: string, width: number, flag: string, isNumber = true): string {
  const signed = (flag === '+' || flag === ' ') && !text.startsWith('-') ? `${flag}${text}` : text;
  if (flag === '-') {
    return signed.padEnd(width);
  }
  if (flag !== '0' || !isNumber) {
    return signed.padStart(width);
  }
  const sign = /^[-+ ]?/u.exec(signed)?.[0] ?? '';
  return sign + signed.slice(sign.length).padStart(width - sign.length, '0');
}
