// Decodes header blocks of a server (RFC 7541), bit by bit and by its own rules: slow, and independent of server/wire/hpack's decoder.
import { endOfString, huffmanCodes, huffmanLengths } from '../../../server/wire/hpack/huffman-code.ts';
import { staticEntries, staticTable } from '../../../server/wire/hpack/static-table.ts';
import type { HeaderField } from '../../../server/wire/http2/contract.ts';

const symbols = new Map<string, number>();
for (let symbol = 0; symbol < endOfString; symbol++) {
  symbols.set(huffmanCodes[symbol]!.toString(2).padStart(huffmanLengths[symbol]!, '0'), symbol);
}

/** One per connection. */
export class HeaderReader {
  readonly #entries: HeaderField[] = [];
  #maxBytes: number;
  #block: Buffer = Buffer.alloc(0);
  #at = 0;

  /** `maxTableBytes`: what SETTINGS_HEADER_TABLE_SIZE says, 4096 where it says nothing. */
  constructor(maxTableBytes = 4096) {
    this.#maxBytes = maxTableBytes;
  }

  /** The fields of the next block. Throws an Error where it is malformed. */
  decode(block: Buffer): HeaderField[] {
    this.#block = block;
    this.#at = 0;
    const fields: HeaderField[] = [];
    while (this.#at < block.length) {
      const first = block[this.#at]!;
      if (first >= 0x80) {
        fields.push(this.#entry(this.#integer(7)));
      } else if (first >= 0x40) {
        const field = this.#literal(6);
        fields.push(field);
        this.#entries.unshift(field);
        this.#evict();
      } else if (first >= 0x20) {
        this.#maxBytes = this.#integer(5);
        this.#evict();
      } else {
        fields.push(this.#literal(4));
      }
    }
    return fields;
  }

  #literal(prefixBits: number): HeaderField {
    const index = this.#integer(prefixBits);
    const name = index === 0 ? this.#string() : this.#entry(index)[0];
    return [name, this.#string()];
  }

  #entry(index: number): HeaderField {
    const field = index <= staticEntries ? staticTable[index] : this.#entries[index - staticEntries - 1];
    if (field === undefined) {
      throw new Error(`RFC 7541 §2.3.3: there is no entry ${index}`);
    }
    return field;
  }

  #evict(): void {
    let bytes = 0;
    const kept = this.#entries.findIndex(
      ([name, value]) => (bytes += name.length + value.length + 32) > this.#maxBytes,
    );
    this.#entries.length = kept === -1 ? this.#entries.length : kept;
  }

  #integer(prefixBits: number): number {
    const mask = 2 ** prefixBits - 1;
    let value = this.#byte() & mask;
    if (value < mask) {
      return value;
    }
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        return value;
      }
    }
  }

  #string(): string {
    const isHuffman = this.#block[this.#at]! >= 0x80;
    const length = this.#integer(7);
    const bytes = this.#block.subarray(this.#at, (this.#at += length));
    if (bytes.length < length) {
      throw new Error('RFC 7541 §5.2: a string beyond the end of its block');
    }
    return isHuffman ? huffmanText(bytes) : bytes.toString('latin1');
  }

  #byte(): number {
    const byte = this.#block[this.#at++];
    if (byte === undefined) {
      throw new Error('RFC 7541 §5.1: an integer beyond the end of its block');
    }
    return byte;
  }
}

function huffmanText(bytes: Buffer): string {
  const text: number[] = [];
  let code = '';
  for (const byte of bytes) {
    for (const bit of byte.toString(2).padStart(8, '0')) {
      code += bit;
      const symbol = symbols.get(code);
      if (symbol !== undefined) {
        text.push(symbol);
        code = '';
      }
    }
  }
  if (code.length > 7 || code.includes('0')) {
    throw new Error('RFC 7541 §5.2: padding that is not the beginning of the end of a string');
  }
  return Buffer.from(text).toString('latin1');
}
