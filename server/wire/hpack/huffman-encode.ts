// Strings to Huffman code (RFC 7541 §5.2).
import { huffmanCodes, huffmanLengths } from './huffman-code.ts';

/** Bytes that `text` (Latin-1) takes in Huffman code, padding included. */
export function huffmanByteLength(text: string): number {
  let bits = 0;
  for (let at = 0; at < text.length; at++) {
    bits += huffmanLengths[text.charCodeAt(at)] ?? 0;
  }
  return Math.ceil(bits / 8);
}

/** Writes `text` (Latin-1) to `target` from `offset` on, where `huffmanByteLength(text)` bytes have room. */
export function huffmanEncode(text: string, target: Uint8Array, offset: number): void {
  // Fewer than 8 bits wait in `pending`, aligned to the right; a code of up to 24 bits fits in behind them. Of a
  // longer one all but its last 16 bits go out first.
  let pending = 0;
  let pendingBits = 0;
  let at = offset;
  for (let index = 0; index < text.length; index++) {
    const symbol = text.charCodeAt(index);
    let code = huffmanCodes[symbol] ?? 0;
    let bits = huffmanLengths[symbol] ?? 0;
    if (bits > 24) {
      bits -= 16;
      pending = (pending << bits) | (code >>> 16);
      pendingBits += bits;
      while (pendingBits >= 8) {
        pendingBits -= 8;
        target[at++] = pending >>> pendingBits;
      }
      code &= 0xffff;
      bits = 16;
    }
    pending = (pending << bits) | code;
    pendingBits += bits;
    while (pendingBits >= 8) {
      pendingBits -= 8;
      target[at++] = pending >>> pendingBits;
    }
  }
  if (pendingBits > 0) {
    // Padding: the first bits of the code for the end of the string, which are ones.
    target[at] = (pending << (8 - pendingBits)) | (0xff >>> pendingBits);
  }
}
