// The encoder of a test client: with a dynamic table, as real clients have one (server/wire/hpack sends without).
import { BlockWriter } from '../../../server/wire/hpack/block-writer.ts';
import { DynamicTable } from '../../../server/wire/hpack/dynamic-table.ts';
import { staticEntries, staticIndexOf, staticIndexOfName } from '../../../server/wire/hpack/static-table.ts';
import type { HeaderField } from '../../../server/wire/http2/contract.ts';

/** How fields are encoded. */
export interface EncodeOptions {
  /** Whether a field goes into the dynamic table; all do unless told otherwise. */
  readonly index?: (field: HeaderField) => boolean;
  /** Whether a field's literal is marked as never to be indexed; none is unless told otherwise. */
  readonly sensitive?: (field: HeaderField) => boolean;
  /** Whether strings may be in Huffman code (where that is shorter); true unless told otherwise. */
  readonly huffman?: boolean;
}

/** One per connection: what it has encoded must be decoded in the same order by one decoder. */
export class HeaderEncoder {
  readonly #table: DynamicTable;
  /** Sizes that are to be told at the start of the next block: the least since the last one, and the newest. */
  #updates: { readonly least: number; readonly last: number } | undefined;

  /** `maxTableBytes`: the table's maximum size; the decoder begins with the same. */
  constructor(maxTableBytes = 4096) {
    this.#table = new DynamicTable(maxTableBytes);
  }

  /** Bytes in the dynamic table. */
  get tableBytes(): number {
    return this.#table.bytes;
  }

  /** Entries in the dynamic table. */
  get tableCount(): number {
    return this.#table.count;
  }

  /** Another maximum size; the next block says so (RFC 7541 §4.2: the least in between too). */
  setMaxTableBytes(maxBytes: number): void {
    this.#updates = { least: Math.min(maxBytes, this.#updates?.least ?? maxBytes), last: maxBytes };
    this.#table.resize(maxBytes);
  }

  /** The next block of the connection. */
  encode(fields: readonly HeaderField[], options: EncodeOptions = {}): Uint8Array {
    const { index = () => true, sensitive = () => false, huffman = true } = options;
    const block = new BlockWriter();
    if (this.#updates !== undefined) {
      const { least, last } = this.#updates;
      for (const maxBytes of least === last ? [last] : [least, last]) {
        block.integer(0x20, 5, maxBytes);
      }
      this.#updates = undefined;
    }
    for (const field of fields) {
      const [name, value] = field;
      const isSensitive = sensitive(field);
      const whole = isSensitive ? 0 : this.#indexOf(field);
      if (whole > 0) {
        block.integer(0x80, 7, whole);
        continue;
      }
      const adds = !isSensitive && index(field);
      const nameIndex = this.#indexOfName(name);
      if (adds) {
        block.integer(0x40, 6, nameIndex);
      } else {
        block.integer(isSensitive ? 0x10 : 0, 4, nameIndex);
      }
      if (nameIndex === 0) {
        block.string(name, huffman);
      }
      block.string(value, huffman);
      if (adds) {
        this.#table.add(field);
      }
    }
    return block.finish();
  }

  #indexOf(field: HeaderField): number {
    return staticIndexOf(field) || this.#find(([name, value]) => name === field[0] && value === field[1]);
  }

  #indexOfName(name: string): number {
    return staticIndexOfName(name) || this.#find((entry) => entry[0] === name);
  }

  #find(matches: (entry: HeaderField) => boolean): number {
    for (let age = 0; age < this.#table.count; age++) {
      const entry = this.#table.get(age);
      if (entry !== undefined && matches(entry)) {
        return staticEntries + 1 + age;
      }
    }
    return 0;
  }
}
