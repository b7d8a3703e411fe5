// The primitives of a received header block: integers and strings (RFC 7541 §5).
import { HpackError } from './hpack-error.ts';
import { huffmanDecode, mostDecodedBytes } from './huffman-decode.ts';

/** The greatest integer that is accepted: nothing in a block that could be obeyed is greater. */
const mostInteger = 0x7fff_ffff;

/** Where the last of as many continuation bytes as `mostInteger` needs is shifted to. */
const lastShift = 28;

const truncated = (what: string, rule: string): HpackError =>
  new HpackError(rule, `The header block ends in the middle of ${what}.`);

/** Room for decoded strings, reused, as nearly all are shorter. */
const scratch = Buffer.allocUnsafeSlow(4096);

/** Reads a block from its start to its end. */
export class BlockReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(block: Uint8Array) {
    this.#bytes = Buffer.isBuffer(block)
      ? block
      : Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** The next byte, which is not read yet; 0 at the end. */
  get next(): number {
    return this.#bytes[this.#at] ?? 0;
  }

  /**
   * An integer with a prefix of `prefixBits` bits, 0 to 2^31-1. Throws HpackError where it is greater, or has more
   * continuation bytes than such an integer needs, be they zeros: RFC 7541 §5.1 lets the implementation set both limits.
   */
  integer(prefixBits: number): number {
    const most = (1 << prefixBits) - 1;
    let value = this.#byte() & most;
    if (value < most) {
      return value;
    }
    for (let shift = 0; shift <= lastShift; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > mostInteger) {
          break;
        }
        return value;
      }
    }
    throw new HpackError('RFC 7541 §5.1', 'An integer of a header block is greater than 2^31-1.');
  }

  /** A string literal, as Latin-1. Throws HpackError where it is not complete, or as `huffmanDecode` does. */
  string(): string {
    const isCoded = this.next >= 0x80;
    const start = this.#stringStart();
    if (!isCoded) {
      return this.#bytes.toString('latin1', start, this.#at);
    }
    const most = mostDecodedBytes(this.#at - start);
    const target = most <= scratch.length ? scratch : Buffer.allocUnsafe(most);
    return target.toString('latin1', 0, huffmanDecode(this.#bytes, start, this.#at, target));
  }

  /** Reads and checks a string literal like `string`, but only tells how many bytes it has. */
  stringBytes(): number {
    const isCoded = this.next >= 0x80;
    const start = this.#stringStart();
    const bytes = this.#at - start;
    if (!isCoded) {
      return bytes;
    }
    const most = mostDecodedBytes(bytes);
    const target = most <= scratch.length ? scratch : Buffer.allocUnsafe(most);
    return huffmanDecode(this.#bytes, start, this.#at, target);
  }

  /** Reads a string literal's length; moves behind the string and answers where it starts. */
  #stringStart(): number {
    const length = this.integer(7);
    const start = this.#at;
    if (length > this.#bytes.length - start) {
      throw truncated('a string', 'RFC 7541 §5.2');
    }
    this.#at = start + length;
    return start;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) {
      throw truncated('an integer', 'RFC 7541 §5.1');
    }
    return byte;
  }
}
