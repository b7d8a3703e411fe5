// ASCII on bytes, as the C library's "C" locale has it.

/** Tab, line feed, vertical tab, form feed, carriage return, space. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 9 && byte <= 13);
}

/** Without white space at both ends; a view. */
export function strip(text: Uint8Array): Uint8Array {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text[start])) {
    start++;
  }
  while (end > start && isSpace(text[end - 1])) {
    end--;
  }
  return text.subarray(start, end);
}

/** Bytes as text of one character each. */
export function latin1Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

/** As UTF-8, for messages: what is not becomes a replacement character. */
export function utf8Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

/** The bytes of a text of characters up to U+00FF. */
export function latin1Bytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

export function utf8Bytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

/** All parts with the separator between them. */
export function joinBytes(parts: readonly Uint8Array[], separator: Uint8Array): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    return only;
  }
  return Buffer.concat(
    separator.length === 0 ? parts : parts.flatMap((part, i) => (i === 0 ? [part] : [separator, part])),
  );
}
