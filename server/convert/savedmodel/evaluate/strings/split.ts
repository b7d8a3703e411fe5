// Splitting of byte strings, as TensorFlow's StringSplit and StringSplitV2 do it.
import { isSpace } from './ascii.ts';

/** At every one of the delimiter's bytes; an empty delimiter: into single bytes. An empty text has no parts. */
export function splitAtAny(text: Uint8Array, delimiters: Uint8Array, skipsEmpty: boolean): Uint8Array[] {
  if (delimiters.length === 0) {
    return Array.from(text, (_, at) => text.subarray(at, at + 1));
  }
  if (text.length === 0) {
    return [];
  }
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at === text.length || delimiters.includes(text[at] ?? 0)) {
      if (!skipsEmpty || at > start) {
        parts.push(text.subarray(start, at));
      }
      start = at + 1;
    }
  }
  return parts;
}

/** At runs of white space; what is left after `limit` splits is the last part. */
export function splitAtWhiteSpace(text: Uint8Array, limit: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = afterSpace(text, 0);
  while (at < text.length) {
    let end = at;
    while (end < text.length && !isSpace(text[end])) {
      end++;
    }
    parts.push(text.subarray(at, end));
    at = afterSpace(text, end);
    if (parts.length === limit) {
      parts.push(text.subarray(at));
      break;
    }
  }
  return parts;
}

function afterSpace(text: Uint8Array, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text[at])) {
    at++;
  }
  return at;
}

/** At every separator, at most `limit` times. */
export function splitAtText(text: Uint8Array, separator: Uint8Array, limit: number): Uint8Array[] {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.length);
  const parts: Uint8Array[] = [];
  let start = 0;
  while (parts.length < limit) {
    const end = bytes.indexOf(separator, start);
    if (end === -1) {
      break;
    }
    parts.push(text.subarray(start, end));
    start = end + separator.length;
  }
  parts.push(text.subarray(start));
  return parts;
}
