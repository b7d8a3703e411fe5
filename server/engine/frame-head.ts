// Writes and reads the binary head of a frame: numbers and texts one after the other, little-endian, unaligned.

/** Heads are short: names, shapes, lengths. One buffer is used again and again, and grows where it must. */
let scratch = Buffer.allocUnsafeSlow(4096);

/** Writes a head. Only one may be in use at a time: `bytes` is overwritten by the next writer. */
export class HeadWriter {
  /** Bytes written so far. */
  length = 0;

  /** Holds the head in its first `length` bytes. */
  get bytes(): Uint8Array {
    return scratch;
  }

  u32(value: number): void {
    this.#reserve(4);
    this.length = scratch.writeUInt32LE(value, this.length);
  }

  f64(value: number): void {
    this.#reserve(8);
    this.length = scratch.writeDoubleLE(value, this.length);
  }

  /** Its length in bytes, then UTF-8. */
  text(value: string): void {
    // At most three bytes per UTF-16 unit.
    this.#reserve(4 + value.length * 3);
    const length = scratch.write(value, this.length + 4);
    scratch.writeUInt32LE(length, this.length);
    this.length += 4 + length;
  }

  #reserve(bytes: number): void {
    if (this.length + bytes > scratch.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(scratch.length * 2, this.length + bytes));
      larger.set(scratch.subarray(0, this.length));
      scratch = larger;
    }
  }
}

/** Reads a head from `offset` of `bytes` on. Throws RangeError beyond the end. */
export class HeadReader {
  readonly #bytes: Buffer;
  #offset: number;

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
  }

  u32(): number {
    this.#offset += 4;
    return this.#bytes.readUInt32LE(this.#offset - 4);
  }

  f64(): number {
    this.#offset += 8;
    return this.#bytes.readDoubleLE(this.#offset - 8);
  }

  text(): string {
    const length = this.u32();
    this.#offset += length;
    return this.#bytes.toString('utf8', this.#offset - length, this.#offset);
  }
}
