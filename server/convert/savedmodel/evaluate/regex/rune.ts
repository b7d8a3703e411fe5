// One character of UTF-8 bytes, read as leniently as RE2 reads.

/** Is no character: a byte that begins no sequence, or one that is cut. */
export const invalidRune = -1;
/** A sequence that is overlong or beyond Unicode: RE2 takes it for `.`, and for nothing narrower. */
export const irregularRune = -2;

/** A character and how many bytes it takes. */
export interface Rune {
  /** Its code point, or one of the two marks above. */
  readonly value: number;
  /** 1 to 4. */
  readonly length: number;
}

/** The character that begins at `at`; a zero at the end of the text. */
export function decodeRune(text: Uint8Array, at: number): Rune {
  const lead = text[at] ?? 0;
  if (lead < 0x80) {
    return { value: lead, length: 1 };
  }
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > text.length) {
    return { value: invalidRune, length: 1 };
  }
  let value = lead & (0x7f >> length);
  for (let offset = 1; offset < length; offset++) {
    const byte = text[at + offset] ?? 0;
    if ((byte & 0xc0) !== 0x80) {
      return { value: invalidRune, length: 1 };
    }
    value = (value << 6) | (byte & 0x3f);
  }
  const regular = length === 2 || (length === 3 ? value >= 0x800 : value >= 0x10000 && value <= 0x10ffff);
  return { value: regular ? value : irregularRune, length };
}
