// A growing buffer of JSON text, and how numbers and strings are written into it.
import { isUtf8 } from 'node:buffer';
import { halfToNumber } from './half.ts';
import { byte } from './json-string.ts';
import { shortestFloat16, shortestFloat32 } from './shortest-decimal.ts';
import type { Decimal } from './shortest-decimal.ts';

/** How much is written in a turn, bytes: a few milliseconds. */
const turnBytes = 64 * 1024;

/** Up to this the buffer grows by doubling. */
const pieceBytes = 2 ** 20;

/** Longest number: a sign, 17 digits, a point, an exponent, or 21 digits and ".0"; with room to spare. */
const numberRoom = 32;

/** How a decimal is written with an exponent follows JavaScript: below 1e-6 and from 1e21. */
const plainFrom = -6;
const plainTo = 21;

/** Text of control characters below 0x20 that have a short escape. */
const shortEscapes: ReadonlyMap<number, string> = new Map([
  [0x08, '\\b'],
  [byte.TAB, '\\t'],
  [byte.NEWLINE, '\\n'],
  [0x0c, '\\f'],
  [byte.RETURN, '\\r'],
  [byte.QUOTE, '\\"'],
  [byte.BACKSLASH, '\\\\'],
]);

/**
 * `tensorflow`: TensorFlow Serving's dialect, with bare NaN, Infinity and -Infinity. `strict`: standard JSON (RFC 8259)
 * that JSON.parse reads without loss, with null for these three, and integers beyond 2^53 as strings.
 */
export type JsonStyle = 'tensorflow' | 'strict';

/** JSON text in the making. Floats are written so that a whole one has ".0", as TensorFlow Serving does. */
export class JsonOutput {
  /** What is written, but for `buffer`. Large texts are in pieces: to copy megabytes would hold up others. */
  private readonly pieces: Uint8Array[] = [];
  private piecesLength = 0;
  private buffer = Buffer.allocUnsafe(1024);
  private length = 0;
  private turnEnd = turnBytes;
  private readonly decimal: Decimal = { digits: 0, power: 0 };
  private readonly isStrict: boolean;

  constructor(style: JsonStyle = 'tensorflow') {
    this.isStrict = style === 'strict';
  }

  /** The text so far: a view, so this is the last call. */
  finish(): Uint8Array {
    const last = this.buffer.subarray(0, this.length);
    return this.pieces.length === 0 ? last : Buffer.concat([...this.pieces, last]);
  }

  /** The same, where others wait: yields after each piece that it copies. */
  *finishInSteps(): Generator<void, Uint8Array> {
    if (this.pieces.length === 0) {
      return this.finish();
    }
    const all = Buffer.allocUnsafe(this.piecesLength + this.length);
    let length = 0;
    for (const piece of this.pieces) {
      all.set(piece, length);
      length += piece.length;
      yield;
    }
    all.set(this.buffer.subarray(0, this.length), length);
    return all;
  }

  /** Whether so much was written since the last time that others are to have their turn; the next turn begins here. */
  isTurnOver(): boolean {
    const written = this.piecesLength + this.length;
    if (written < this.turnEnd) {
      return false;
    }
    this.turnEnd = written + turnBytes;
    return true;
  }

  /** ASCII text as it is; for anything short. */
  ascii(text: string): void {
    this.reserve(text.length);
    const { buffer } = this;
    for (let index = 0; index < text.length; index++) {
      buffer[this.length++] = text.charCodeAt(index);
    }
  }

  /** A list; `write` writes one item. */
  list<Item>(items: readonly Item[], write: (item: Item) => void): void {
    this.ascii('[');
    items.forEach((item, index) => {
      this.ascii(index === 0 ? '' : ', ');
      write(item);
    });
    this.ascii(']');
  }

  /** An integer, exact. */
  integer(value: number | bigint): void {
    const isSafe = typeof value === 'number' || (value < 2n ** 53n && value > -(2n ** 53n));
    this.ascii(isSafe || !this.isStrict ? String(value) : `"${value}"`);
  }

  /** A JSON string from text. */
  text(value: string): void {
    this.utf8(Buffer.from(value));
  }

  /** A JSON string from bytes that may be anything: base64 in `{"b64": "…"}` where they are not valid UTF-8. */
  bytes(value: Uint8Array): void {
    if (isUtf8(value)) {
      this.utf8(value);
    } else {
      this.base64(value);
    }
  }

  /** `{"b64": "…"}`. */
  base64(value: Uint8Array): void {
    this.ascii('{"b64": "');
    const text = Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
    this.reserve(text.length);
    this.length += this.buffer.write(text, this.length, 'latin1');
    this.ascii('"}');
  }

  /** The shortest decimal that reads back to this float32. */
  float32(value: number): void {
    if (!this.special(value)) {
      shortestFloat32(Math.abs(value), this.decimal);
      this.writeDecimal();
    }
  }

  /** The shortest decimal that reads back to this float16, given by its bits. */
  float16(bits: number): void {
    if (!this.special(halfToNumber(bits))) {
      shortestFloat16(bits & 0x7fff, this.decimal);
      this.writeDecimal();
    }
  }

  /** The shortest decimal that reads back to this double. */
  float64(value: number): void {
    if (!this.special(value)) {
      const text = String(Math.abs(value));
      this.ascii(text);
      if (!/[.e]/.test(text)) {
        this.ascii('.0');
      }
    }
  }

  /** Writes zero and what is not finite, or only the sign of any other value; false in the latter case. */
  private special(value: number): boolean {
    if (this.isStrict && !Number.isFinite(value)) {
      this.ascii('null');
      return true;
    }
    if (Number.isNaN(value)) {
      this.ascii('NaN');
      return true;
    }
    if (value < 0 || Object.is(value, -0)) {
      this.ascii('-');
    }
    if (value === 0) {
      this.ascii('0.0');
      return true;
    }
    if (Number.isFinite(value)) {
      return false;
    }
    this.ascii('Infinity');
    return true;
  }

  private writeDecimal(): void {
    const { digits, power } = this.decimal;
    this.reserve(numberRoom);
    const { buffer } = this;
    const digitCount = countDigits(digits);
    /** Where the point goes, counted from the first digit. */
    const point = digitCount - power;
    if (point > plainTo || point <= plainFrom) {
      this.scientific(digits, digitCount, point - 1);
    } else if (point <= 0) {
      this.ascii('0.');
      this.writeZeros(-point);
      this.writeDigits(digits, digitCount);
    } else if (digitCount <= point) {
      this.writeDigits(digits, digitCount);
      this.writeZeros(point - digitCount);
      this.ascii('.0');
    } else {
      const start = this.length;
      this.length++;
      this.writeDigits(digits, digitCount);
      buffer.copyWithin(start, start + 1, start + 1 + point);
      buffer[start + point] = byte.DOT;
    }
  }

  private scientific(digits: number, digitCount: number, exponent: number): void {
    const start = this.length;
    const { buffer } = this;
    if (digitCount > 1) {
      this.length++;
      this.writeDigits(digits, digitCount);
      buffer[start] = buffer[start + 1] ?? 0;
      buffer[start + 1] = byte.DOT;
    } else {
      this.writeDigits(digits, digitCount);
    }
    this.ascii(exponent < 0 ? `e${exponent}` : `e+${exponent}`);
  }

  private writeZeros(count: number): void {
    for (let index = 0; index < count; index++) {
      this.buffer[this.length++] = byte.ZERO;
    }
  }

  private writeDigits(digits: number, digitCount: number): void {
    let rest = digits;
    for (let at = this.length + digitCount - 1; at >= this.length; at--) {
      const tenth = Math.floor(rest / 10);
      this.buffer[at] = byte.ZERO + (rest - tenth * 10);
      rest = tenth;
    }
    this.length += digitCount;
  }

  private utf8(value: Uint8Array): void {
    this.reserve(6 * value.length + 2);
    const { buffer } = this;
    buffer[this.length++] = byte.QUOTE;
    for (const next of value) {
      if (next >= byte.SPACE && next !== byte.QUOTE && next !== byte.BACKSLASH) {
        buffer[this.length++] = next;
      } else {
        this.ascii(shortEscapes.get(next) ?? `\\u${next.toString(16).padStart(4, '0')}`);
      }
    }
    buffer[this.length++] = byte.QUOTE;
  }

  private reserve(size: number): void {
    if (this.length + size > this.buffer.length) {
      if (this.length >= pieceBytes / 2) {
        this.pieces.push(this.buffer.subarray(0, this.length));
        this.piecesLength += this.length;
        this.buffer = Buffer.allocUnsafe(Math.max(pieceBytes, size));
        this.length = 0;
        return;
      }
      const grown = Buffer.allocUnsafe(Math.max(2 * this.buffer.length, this.length + size));
      this.buffer.copy(grown, 0, 0, this.length);
      this.buffer = grown;
    }
  }
}

function countDigits(value: number): number {
  let count = 1;
  for (let limit = 10; value >= limit; limit *= 10) {
    count++;
  }
  return count;
}
