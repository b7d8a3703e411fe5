// Builds protobuf messages whose size is not known beforehand.

/** Bytes that grow. Fields are written in the order of calls. */
export class ProtoBytes {
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;

  /** A view of what was written; the next write may change it. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** An int64, int32 or enum. */
  int(field: number, value: number | bigint): this {
    return this.tag(field, 0).varint(BigInt(value));
  }

  /** A float. */
  float(field: number, value: number): this {
    this.tag(field, 5);
    this.#grow(4);
    this.#length = this.#bytes.writeFloatLE(value, this.#length);
    return this;
  }

  /** Bytes, text (as UTF-8), or a message that is complete. */
  delimited(field: number, value: Uint8Array | string): this {
    const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
    this.head(field, bytes.length);
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** The head of a field of so many bytes, which are written elsewhere. */
  head(field: number, length: number): this {
    return this.tag(field, 2).varint(BigInt(length));
  }

  private tag(field: number, wireType: number): this {
    return this.varint(BigInt(field * 8 + wireType));
  }

  private varint(value: bigint): this {
    this.#grow(10);
    let rest = BigInt.asUintN(64, value);
    while (rest > 127n) {
      this.#bytes[this.#length++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
    return this;
  }

  #grow(more: number): void {
    if (this.#length + more > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#length + more));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
  }
}
