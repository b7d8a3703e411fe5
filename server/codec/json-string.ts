// What JSON text is made of: its bytes, the escapes in its strings, and the error for text that is not JSON.
import { PerchError } from '../errors.ts';

/** The bytes that JSON is made of. */
export const byte = {
  TAB: 0x09,
  NEWLINE: 0x0a,
  RETURN: 0x0d,
  SPACE: 0x20,
  QUOTE: 0x22,
  PLUS: 0x2b,
  COMMA: 0x2c,
  MINUS: 0x2d,
  DOT: 0x2e,
  SLASH: 0x2f,
  ZERO: 0x30,
  COLON: 0x3a,
  UPPER_E: 0x45,
  UPPER_I: 0x49,
  UPPER_N: 0x4e,
  OPEN_LIST: 0x5b,
  BACKSLASH: 0x5c,
  CLOSE_LIST: 0x5d,
  LOWER_B: 0x62,
  LOWER_E: 0x65,
  LOWER_F: 0x66,
  LOWER_N: 0x6e,
  LOWER_R: 0x72,
  LOWER_T: 0x74,
  LOWER_U: 0x75,
  OPEN_OBJECT: 0x7b,
  CLOSE_OBJECT: 0x7d,
} as const;

const shortEscapes: ReadonlyMap<number, number> = new Map([
  [byte.QUOTE, byte.QUOTE],
  [byte.BACKSLASH, byte.BACKSLASH],
  [byte.SLASH, byte.SLASH],
  [byte.LOWER_B, 0x08],
  [byte.LOWER_F, 0x0c],
  [byte.LOWER_N, byte.NEWLINE],
  [byte.LOWER_R, byte.RETURN],
  [byte.LOWER_T, byte.TAB],
]);

/** JSON_INVALID with RapidJSON's words for what is wrong. */
export function jsonSyntaxError(what: string, offset: number): PerchError {
  return new PerchError('JSON_INVALID', `JSON Parse error: ${what} at offset: ${offset}`);
}

/** The error for a string with a control character at `position`, or with no end. */
export function brokenString(bytes: Buffer, position: number): PerchError {
  return position < bytes.length
    ? jsonSyntaxError('Invalid encoding in string.', position)
    : jsonSyntaxError('Missing a closing quotation mark in string.', bytes.length);
}

/** The text between two quotes with its escapes replaced; bytes from `start` to before `end`. */
export function unescapeJson(bytes: Buffer, start: number, end: number): Uint8Array {
  const work = new Unescaping(bytes, start, end);
  work.goOn(Infinity);
  return work.text;
}

/** The same in pieces. */
export class Unescaping {
  readonly #bytes: Buffer;
  readonly #end: number;
  readonly #unescaped: Buffer;
  #position: number;
  #length = 0;

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
    this.#unescaped = Buffer.allocUnsafe(end - start);
  }

  /** What is done so far. */
  get text(): Uint8Array {
    return this.#unescaped.subarray(0, this.#length);
  }

  /** Takes some `count` bytes more; whether that was all. */
  goOn(count: number): boolean {
    const bytes = this.#bytes;
    const unescaped = this.#unescaped;
    const stop = Math.min(this.#end, this.#position + count);
    let length = this.#length;
    let position = this.#position;
    while (position < stop) {
      const next = bytes[position] ?? 0;
      if (next !== byte.BACKSLASH) {
        unescaped[length++] = next;
        position++;
        continue;
      }
      const letter = bytes[position + 1] ?? 0;
      if (letter === byte.LOWER_U) {
        const codePoint = escapedCodePoint(bytes, position);
        length += unescaped.write(String.fromCodePoint(codePoint), length, 'utf8');
        position += codePoint > 0xffff ? 12 : 6;
        continue;
      }
      const replacement = shortEscapes.get(letter);
      if (replacement === undefined) {
        throw jsonSyntaxError('Invalid escape character in string.', position);
      }
      unescaped[length++] = replacement;
      position += 2;
    }
    this.#length = length;
    this.#position = position;
    return position >= this.#end;
  }
}

/** The code point of `\\uXXXX` at `position`, or of two of these that are a surrogate pair. */
function escapedCodePoint(bytes: Buffer, position: number): number {
  const first = hexQuad(bytes, position);
  if (first < 0xd800 || first > 0xdfff) {
    return first;
  }
  const next = position + 6;
  if (first <= 0xdbff && bytes[next] === byte.BACKSLASH && bytes[next + 1] === byte.LOWER_U) {
    const second = hexQuad(bytes, next);
    if (second >= 0xdc00 && second <= 0xdfff) {
      return 0x10000 + (first - 0xd800) * 0x400 + (second - 0xdc00);
    }
  }
  throw jsonSyntaxError('The surrogate pair in string is invalid.', position);
}

/** The number in `\\uXXXX`. A quote is no hex digit, so this never reads beyond the string. */
function hexQuad(bytes: Buffer, position: number): number {
  const text = bytes.toString('latin1', position + 2, position + 6);
  if (!/^[0-9a-fA-F]{4}$/.test(text)) {
    throw jsonSyntaxError('Incorrect hex digit after \\u escape in string.', position);
  }
  return Number.parseInt(text, 16);
}
