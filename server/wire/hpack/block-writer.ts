// The primitives of a header block to be sent: integers and strings (RFC 7541 §5).
import { huffmanByteLength, huffmanEncode } from './huffman-encode.ts';

const firstCapacity = 128;

/** Collects a block, and after it the next one in the same memory. */
export class BlockWriter {
  #bytes = Buffer.allocUnsafeSlow(firstCapacity);
  #length = 0;

  /** `value` in a prefix of `prefixBits` (1 to 8) bits, behind the pattern in the bits before them (RFC 7541 §5.1). */
  integer(pattern: number, prefixBits: number, value: number): void {
    this.#reserve(6);
    const most = (1 << prefixBits) - 1;
    if (value < most) {
      this.#bytes[this.#length++] = pattern | value;
      return;
    }
    this.#bytes[this.#length++] = pattern | most;
    let rest = value - most;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = 0x80 | (rest & 0x7f);
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A string literal; in Huffman code where that is wanted and shorter (RFC 7541 §5.2). */
  string(text: string, huffman: boolean): void {
    const coded = huffman ? huffmanByteLength(text) : text.length;
    if (coded < text.length) {
      this.integer(0x80, 7, coded);
      this.#reserve(coded);
      huffmanEncode(text, this.#bytes, this.#length);
      this.#length += coded;
    } else {
      this.integer(0, 7, text.length);
      this.#reserve(text.length);
      this.#length += this.#bytes.write(text, this.#length, 'latin1');
    }
  }

  /** What was written, in memory of its own; what is written next begins another block. */
  finish(): Uint8Array {
    const block = new Uint8Array(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return block;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, this.#length + bytes));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
  }
}
