// The header field `grpc-message`: UTF-8 in printable ASCII (grpc/doc/PROTOCOL-HTTP2.md, "Status-Message").

const plain = /^[ -$&-~]*$/;

/** `text` with every byte of its UTF-8 percent-encoded that is `%` or outside U+0020 to U+007E. */
export function percentEncode(text: string): string {
  if (plain.test(text)) {
    return text;
  }
  let encoded = '';
  for (const byte of Buffer.from(text)) {
    encoded +=
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
