// Header blocks to header lists (RFC 7541 §3, §6): the receiving half of a connection's HPACK.
import type { HeaderField } from '../http2/contract.ts';
import { BlockCache } from './block-cache.ts';
import { BlockReader } from './block-reader.ts';
import type { DecodedList } from './decoded-list.ts';
import { DynamicTable, entryBytes, entryOverhead } from './dynamic-table.ts';
import { HpackError } from './hpack-error.ts';
import { staticEntries, staticTable } from './static-table.ts';

/** SETTINGS_HEADER_TABLE_SIZE until it is changed (RFC 9113 §6.5.2). */
export const initialMaxTableBytes = 4096;

/** The patterns before an index or a name (RFC 7541 §6): an indexed field has the first bit set. */
const indexedField = 0x80;
const withIndexing = 0x40;
const tableSizeUpdate = 0x20;

/** How often one block may change the table's size (RFC 7541 §4.2). */
const maxSizeUpdates = 2;

/**
 * One per connection; it must see every block, in the order of their arrival. After an error it is of no further use.
 * What it costs is bound by the bytes that came in: an entry that is referred to a thousand times exists once.
 */
export class HeaderDecoder {
  readonly #table: DynamicTable;
  readonly #cache = new BlockCache();
  /** SETTINGS_HEADER_TABLE_SIZE as the peer has acknowledged it. */
  #limit: number;
  /** Where that has become less than the table's size: the least it was since, which the next block has to go down to. */
  #mustShrinkTo: number | undefined;

  constructor(maxTableBytes: number = initialMaxTableBytes) {
    this.#table = new DynamicTable(maxTableBytes);
    this.#limit = maxTableBytes;
  }

  /** Bytes in the dynamic table, as RFC 7541 §4.1 counts them. */
  get tableBytes(): number {
    return this.#table.bytes;
  }

  /**
   * This side's SETTINGS_HEADER_TABLE_SIZE, from the moment on at which the peer has acknowledged it. The table's own size
   * follows when the peer says so; below that size, it has to say so in its next block.
   */
  setMaxTableBytes(maxTableBytes: number): void {
    this.#limit = maxTableBytes;
    if (maxTableBytes < (this.#mustShrinkTo ?? this.#table.maxBytes)) {
      this.#mustShrinkTo = maxTableBytes;
    }
  }

  /**
   * Decodes a whole block. A list greater than `maxListBytes` is decoded to its end, for the table's sake, but not kept.
   * `block` is not kept. Throws HpackError: the connection's end.
   */
  decode(block: Uint8Array, maxListBytes: number): DecodedList {
    const generation = this.#table.generation;
    if (this.#mustShrinkTo === undefined) {
      const known = this.#cache.find(block, generation);
      if (known !== undefined && known.listBytes <= maxListBytes) {
        return known;
      }
    }
    const reader = new BlockReader(block);
    const sizeChanged = this.#readSizeUpdates(reader);
    const list = this.#readFields(reader, maxListBytes);
    if (!sizeChanged && !list.tooLarge && this.#table.generation === generation) {
      this.#cache.offer(block, generation, list);
    }
    return list;
  }

  /** Dynamic table size updates stand at the start of a block (RFC 7541 §4.2, §6.3). Whether there were any. */
  #readSizeUpdates(reader: BlockReader): boolean {
    let updates = 0;
    while ((reader.next & 0xe0) === tableSizeUpdate) {
      const maxBytes = reader.integer(5);
      if (maxBytes > this.#limit) {
        throw new HpackError(
          'RFC 7541 §6.3',
          `A dynamic table size update to ${maxBytes} bytes is above SETTINGS_HEADER_TABLE_SIZE, ${this.#limit}.`,
        );
      }
      if (maxBytes > (this.#mustShrinkTo ?? maxBytes)) {
        break;
      }
      if (++updates > maxSizeUpdates) {
        throw new HpackError(
          'RFC 7541 §4.2',
          `A header block has more than ${maxSizeUpdates} dynamic table size updates.`,
        );
      }
      this.#table.resize(maxBytes);
      this.#mustShrinkTo = undefined;
    }
    if (this.#mustShrinkTo !== undefined) {
      throw new HpackError(
        'RFC 9113 §4.3.1',
        `A header block does not start with a dynamic table size update to at most ${this.#mustShrinkTo} bytes, ` +
          'although SETTINGS_HEADER_TABLE_SIZE was reduced to that.',
      );
    }
    return updates > 0;
  }

  #readFields(reader: BlockReader, maxListBytes: number): DecodedList {
    const fields: HeaderField[] = [];
    let listBytes = 0;
    while (!reader.isAtEnd) {
      const first = reader.next;
      let field: HeaderField | undefined;
      if (first >= indexedField) {
        field = this.#entry(reader.integer(7)); // Indexed field (RFC 7541 §6.1).
        listBytes += entryBytes(field);
      } else if (first >= withIndexing) {
        field = this.#literal(reader, 6); // Literal with incremental indexing (RFC 7541 §6.2.1).
        this.#table.add(field);
        listBytes += entryBytes(field);
      } else if (first >= tableSizeUpdate) {
        throw new HpackError(
          'RFC 7541 §4.2',
          'A dynamic table size update stands behind a field of its header block.',
        );
      } else if (listBytes <= maxListBytes) {
        // Literal without indexing, or never indexed (RFC 7541 §6.2.2, §6.2.3): one and the same for an end point, which
        // passes no block on.
        field = this.#literal(reader, 4);
        listBytes += entryBytes(field);
      } else {
        listBytes += this.#literalBytes(reader, 4);
      }
      if (field !== undefined && listBytes <= maxListBytes) {
        fields.push(field);
      }
    }
    const tooLarge = listBytes > maxListBytes;
    return { fields: tooLarge ? [] : fields, tooLarge, listBytes };
  }

  #literal(reader: BlockReader, prefixBits: number): HeaderField {
    const index = reader.integer(prefixBits);
    const name = index === 0 ? reader.string() : this.#entry(index)[0];
    return [name, reader.string()];
  }

  #literalBytes(reader: BlockReader, prefixBits: number): number {
    const index = reader.integer(prefixBits);
    const nameBytes = index === 0 ? reader.stringBytes() : this.#entry(index)[0].length;
    return nameBytes + reader.stringBytes() + entryOverhead;
  }

  /** The tables' common index space (RFC 7541 §2.3.3). */
  #entry(index: number): HeaderField {
    const entry = index <= staticEntries ? staticTable[index] : this.#table.get(index - staticEntries - 1);
    if (entry === undefined) {
      throw index === 0
        ? new HpackError('RFC 7541 §6.1', 'A header block refers to index 0.')
        : new HpackError(
            'RFC 7541 §2.3.3',
            `A header block refers to index ${index}; the last one is ${staticEntries + this.#table.count}.`,
          );
    }
    return entry;
  }
}
