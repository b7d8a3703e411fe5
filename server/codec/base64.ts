// Strict base64 (RFC 4648 section 4); Buffer's own decoder takes nearly anything.

/** Decodes base64 with or without padding, white space allowed; undefined if it is not that. */
export function decodeBase64(encoded: Uint8Array): Uint8Array | undefined {
  const work = new Base64Decoding(encoded);
  work.goOn(Infinity);
  return work.decoded;
}

/** The same in pieces. */
export class Base64Decoding {
  readonly #encoded: Buffer;
  readonly #bytes: Buffer;
  #position = 0;
  #length = 0;
  /** Digits that are not decoded, less than four. */
  #rest = '';
  #padding = '';
  #isValid = true;

  constructor(encoded: Uint8Array) {
    this.#encoded = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.length);
    this.#bytes = Buffer.allocUnsafe(Math.ceil((encoded.length * 3) / 4));
  }

  /** Once `goOn` has ended: the bytes, or undefined if the text is no base64. */
  get decoded(): Uint8Array | undefined {
    return this.#isValid ? this.#bytes.subarray(0, this.#length) : undefined;
  }

  /** Takes some `count` bytes more; whether that was all. */
  goOn(count: number): boolean {
    const stop = Math.min(this.#encoded.length, this.#position + count);
    const text = this.#encoded.toString('latin1', this.#position, stop);
    this.#position = stop;
    const digits = /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? text : text.replaceAll(/[ \t\r\n]/g, '');
    const [, data, padding = ''] = /^([A-Za-z0-9+/]*)(={0,2})$/.exec(digits) ?? [];
    if (data === undefined || (data !== '' && this.#padding !== '')) {
      this.#isValid = false;
      return true;
    }
    this.#padding += padding;
    const all = this.#rest + data;
    const isEnd = stop === this.#encoded.length;
    const whole = isEnd ? all.length : all.length - (all.length % 4);
    this.#rest = all.slice(whole);
    this.#length += this.#bytes.write(all.slice(0, whole), this.#length, 'base64');
    if (isEnd) {
      const rest = all.length % 4;
      const padded = this.#padding.length;
      this.#isValid = rest !== 1 && padded <= 2 && (padded === 0 || rest + padded === 4);
    }
    return isEnd;
  }
}
