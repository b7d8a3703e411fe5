// Header blocks to be sent, encoded without the dynamic table: made once, they can go out on any connection.
import type { HeaderField } from '../http2/contract.ts';
import { BlockWriter } from './block-writer.ts';
import { staticIndexOf, staticIndexOfName } from './static-table.ts';

const notLatin1 = /[^\0-\xff]/;
const none: ReadonlySet<string> = new Set();
const block = new BlockWriter();

/**
 * The block's bytes. Names are in lower case already, values Latin-1: anything else is a RangeError. Fields named in
 * `sensitive` are never indexed, by any hop, so that their values cannot be guessed from sizes (RFC 7541 §7.1.3).
 */
export function encodeFields(
  fields: readonly HeaderField[],
  sensitive: ReadonlySet<string> = none,
): Uint8Array {
  for (const [name, value] of fields) {
    if (notLatin1.test(name) || notLatin1.test(value)) {
      throw new RangeError(`The header field ${JSON.stringify(name)} has characters that are not Latin-1.`);
    }
  }
  for (const field of fields) {
    const [name, value] = field;
    const isSensitive = sensitive.has(name);
    const index = isSensitive ? 0 : staticIndexOf(field);
    if (index > 0) {
      block.integer(0x80, 7, index); // Indexed field (RFC 7541 §6.1).
      continue;
    }
    // Literal never indexed, or literal without indexing (RFC 7541 §6.2.3, §6.2.2).
    const nameIndex = staticIndexOfName(name);
    block.integer(isSensitive ? 0x10 : 0, 4, nameIndex);
    if (nameIndex === 0) {
      block.string(name, true);
    }
    block.string(value, true);
  }
  return block.finish();
}

/**
 * A dynamic table size update to 0 (RFC 7541 §6.3), which empties this side's table for good. A peer whose
 * SETTINGS_HEADER_TABLE_SIZE is below 4,096 must see it at the start of the first block after the acknowledgement
 * (RFC 9113 §4.3.1); once is enough, as no later setting can be below 0.
 */
export const emptyTableUpdate: Uint8Array = Uint8Array.of(0x20);
