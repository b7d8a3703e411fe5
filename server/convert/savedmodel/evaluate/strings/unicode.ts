// Code points from bytes and back, with ICU's treatment of what is malformed, as TensorFlow's Unicode ops have it.

/** A code point, and how many bytes it took. */
export interface CodePoint {
  /** `malformed` for bytes that are no character. */
  readonly value: number;
  readonly length: number;
}

/** Marks what is no character. */
export const malformed = -1;

type Reader = (bytes: Uint8Array, at: number) => CodePoint;

const bad = (length: number): CodePoint => ({ value: malformed, length });

/** What of a malformed sequence could have begun a character is one mistake, as the Unicode standard recommends. */
const utf8: Reader = (bytes, at) => {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) {
    return { value: lead, length: 1 };
  }
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  let value = lead & (0x7f >> length);
  for (let offset = 1; offset < length; offset++) {
    const byte = bytes[at + offset];
    const lowest = offset > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const highest = offset > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (byte === undefined || byte < lowest || byte > highest) {
      return bad(offset);
    }
    value = (value << 6) | (byte & 0x3f);
  }
  return length === 0 ? bad(1) : { value, length };
};

const utf16: Reader = (bytes, at) => {
  if (at + 2 > bytes.length) {
    return bad(1);
  }
  const unit = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  if (unit < 0xd800 || unit > 0xdfff) {
    return { value: unit, length: 2 };
  }
  const next = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  if (unit < 0xdc00 && at + 4 <= bytes.length && next >= 0xdc00 && next <= 0xdfff) {
    return { value: 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00), length: 4 };
  }
  // A first half with too few bytes behind it takes those, too.
  return bad(unit < 0xdc00 && at + 4 > bytes.length ? bytes.length - at : 2);
};

const utf32: Reader = (bytes, at) => {
  if (at + 4 > bytes.length) {
    return bad(bytes.length - at);
  }
  const value =
    (bytes[at] ?? 0) * 0x1000000 +
    (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
  return isScalar(value) ? { value, length: 4 } : bad(4);
};

const latin1: Reader = (bytes, at) => ({ value: bytes[at] ?? 0, length: 1 });

const ascii: Reader = (bytes, at) => ({
  value: (bytes[at] ?? 0) < 0x80 ? (bytes[at] ?? 0) : malformed,
  length: 1,
});

const readers: ReadonlyMap<string, Reader> = new Map([
  ['UTF-8', utf8],
  ['UTF8', utf8],
  ['UTF-16-BE', utf16],
  ['UTF-16BE', utf16],
  ['UTF-32-BE', utf32],
  ['UTF-32BE', utf32],
  ['ISO-8859-1', latin1],
  ['LATIN1', latin1],
  ['US-ASCII', ascii],
  ['ASCII', ascii],
]);

/** How an encoding is read; undefined for one that is not known here. */
export function readerOf(encoding: string): Reader | undefined {
  return readers.get(encoding.toUpperCase());
}

/** Whether a number is a code point that can be encoded. */
export function isScalar(value: number): boolean {
  return value >= 0 && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
}

type Writer = (points: readonly number[]) => Uint8Array;

const writers: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ['UTF-8', (points) => Buffer.from(textOf(points), 'utf8')],
  ['UTF-16-BE', (points) => Buffer.from(textOf(points), 'utf16le').swap16()],
  [
    'UTF-32-BE',
    (points) => {
      const bytes = Buffer.alloc(points.length * 4);
      points.forEach((point, i) => bytes.writeUInt32BE(point, i * 4));
      return bytes;
    },
  ],
]);

/** How an encoding is written; undefined for one that TensorFlow does not write. */
export function writerOf(encoding: string): Writer | undefined {
  return writers.get(encoding);
}

function textOf(points: readonly number[]): string {
  const pieces: string[] = [];
  for (let at = 0; at < points.length; at += 4096) {
    pieces.push(String.fromCodePoint(...points.slice(at, at + 4096)));
  }
  return pieces.join('');
}
