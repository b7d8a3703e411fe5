// Reads JSON numbers from UTF-8 bytes, correctly rounded, mostly without making a string of them.
import type { PerchError } from '../errors.ts';
import { byte, jsonSyntaxError } from './json-string.ts';
import { exactPowerLimit, powersOfTen } from './powers-of-ten.ts';

/** Below this a mantissa gathered as a double is exact. */
const exactMantissaLimit = 2 ** 53;
/** From here on further digits only count towards the exponent: less than 1e-18 of the value. */
const mantissaLimit = 1e18;
/** More than all rounding errors of the approximate path together, relative. */
const approximationError = 2 ** -49;

/** Digits of a number behind its first 18, and of its fraction: more would hold up others, and say nothing. */
const mostDigits = 1_000_000;

/** The part of a JSON cursor that reads numbers. */
export class JsonNumberScanner {
  readonly bytes: Buffer;
  position = 0;
  /** Whether the number read last was written without fraction and exponent (and is not NaN or Infinity). */
  isInteger = false;
  private numberStart = 0;
  /** The number read last: `mantissa` times ten to the `exponent`, exact if the mantissa is below 2^53. */
  private mantissa = 0;
  private exponent = 0;
  private negative = false;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** A number, correctly rounded to double; NaN, Inf and Infinity too. Too large is infinite, too small is zero. */
  number(): number {
    return this.scanNumber() ? this.toDouble() : this.notFinite();
  }

  /**
   * A number that rounds to the same float32 as `number()` would. Cheaper where there are more than 16 digits: nearly
   * always a double that is a few units off already settles which float32 it is.
   */
  numberForFloat32(): number {
    return this.scanNumber() ? this.toDoubleForFloat32() : this.notFinite();
  }

  /** After `number()` with `isInteger`: the exact integer. */
  exactInteger(): bigint {
    return BigInt(this.bytes.toString('latin1', this.numberStart, this.position));
  }

  /** A syntax error at the current position. */
  error(what: string): PerchError {
    return jsonSyntaxError(what, this.position);
  }

  protected word(expected: string): void {
    for (let index = 0; index < expected.length; index++) {
      if (this.bytes[this.position] !== expected.charCodeAt(index)) {
        throw this.error('Invalid value.');
      }
      this.position++;
    }
  }

  /** Reads a number token; false, with only the sign taken, where no digit follows. */
  protected scanNumber(): boolean {
    const { bytes } = this;
    let position = this.position;
    let mantissa = 0;
    let exponent = 0;
    let isInteger = true;
    this.numberStart = position;
    this.negative = bytes[position] === byte.MINUS;
    if (this.negative) {
      position++;
    }
    let digit = (bytes[position] ?? 0) - byte.ZERO;
    if (digit < 0 || digit > 9) {
      this.position = position;
      return false;
    }
    if (digit === 0) {
      digit = (bytes[++position] ?? 0) - byte.ZERO;
    } else {
      while (digit >= 0 && digit <= 9) {
        if (mantissa < mantissaLimit) {
          mantissa = mantissa * 10 + digit;
        } else if (++exponent > mostDigits) {
          throw jsonSyntaxError('Number with too many digits.', position);
        }
        digit = (bytes[++position] ?? 0) - byte.ZERO;
      }
    }
    if (digit === byte.DOT - byte.ZERO) {
      isInteger = false;
      digit = (bytes[++position] ?? 0) - byte.ZERO;
      if (digit < 0 || digit > 9) {
        throw jsonSyntaxError('Miss fraction part in number.', position);
      }
      while (digit >= 0 && digit <= 9) {
        if (mantissa < mantissaLimit) {
          mantissa = mantissa * 10 + digit;
          exponent--;
        }
        if (position - this.numberStart > 2 * mostDigits) {
          throw jsonSyntaxError('Number with too many digits.', position);
        }
        digit = (bytes[++position] ?? 0) - byte.ZERO;
      }
    }
    this.position = position;
    if (digit === byte.LOWER_E - byte.ZERO || digit === byte.UPPER_E - byte.ZERO) {
      isInteger = false;
      exponent += this.writtenExponent();
    }
    this.mantissa = mantissa;
    this.exponent = exponent;
    this.isInteger = isInteger;
    return true;
  }

  private writtenExponent(): number {
    const { bytes } = this;
    const sign = bytes[++this.position] ?? 0;
    if (sign === byte.PLUS || sign === byte.MINUS) {
      this.position++;
    }
    let digit = (bytes[this.position] ?? 0) - byte.ZERO;
    if (digit < 0 || digit > 9) {
      throw this.error('Miss exponent in number.');
    }
    let value = 0;
    while (digit >= 0 && digit <= 9) {
      value = Math.min(value * 10 + digit, 1e6);
      if (this.position - this.numberStart > 3 * mostDigits) {
        throw this.error('Number with too many digits.');
      }
      digit = (bytes[++this.position] ?? 0) - byte.ZERO;
    }
    return sign === byte.MINUS ? -value : value;
  }

  private toDouble(): number {
    const { mantissa, exponent } = this;
    // Exact mantissa and exact power of ten: one operation rounds correctly (Clinger 1990).
    if (mantissa < exactMantissaLimit && exponent >= -exactPowerLimit && exponent <= exactPowerLimit) {
      return this.roundedOnce();
    }
    return Number(this.bytes.toString('latin1', this.numberStart, this.position));
  }

  private toDoubleForFloat32(): number {
    const { exponent } = this;
    if (this.mantissa >= exactMantissaLimit || exponent < -exactPowerLimit) {
      if (exponent > -powersOfTen.length && exponent <= exactPowerLimit) {
        const value = this.roundedOnce();
        const rounded = Math.fround(value * (1 - approximationError));
        if (rounded === Math.fround(value * (1 + approximationError))) {
          return value;
        }
      }
    }
    return this.toDouble();
  }

  private roundedOnce(): number {
    const { mantissa, exponent } = this;
    const value = exponent < 0 ? mantissa / power(-exponent) : mantissa * power(exponent);
    return this.negative ? -value : value;
  }

  /** NaN, Inf or Infinity, the sign already taken. */
  protected notFinite(): number {
    this.isInteger = false;
    if (this.bytes[this.position] === byte.UPPER_N) {
      this.word('NaN');
      return Number.NaN;
    }
    this.word('Inf');
    if (this.bytes[this.position] === 'i'.charCodeAt(0)) {
      this.word('inity');
    }
    return this.negative ? -Infinity : Infinity;
  }
}

function power(exponent: number): number {
  return powersOfTen[exponent] ?? Number.NaN;
}
