// Header lists by the bytes of their blocks: a client sends the same block for call after call.
import type { DecodedList } from './decoded-list.ts';

/** Blocks of real clients that come again have 10 to 100 bytes; lists of 200 to 500. */
const maxBlockBytes = 256;
const maxListBytes = 2048;

/** One for each of the methods, models and deadlines that a client uses in turn; the search is linear. */
const maxEntries = 16;

interface Entry {
  readonly hash: number;
  readonly block: Uint8Array;
  readonly list: DecodedList;
}

/**
 * One per connection. Only for blocks that leave the dynamic table as it is; what it knows holds for one generation of
 * the table. A block is kept when it comes the second time, so that blocks which never come again cost no memory and a
 * connection with few calls has none. Bounded: 16 blocks of 256 bytes, with lists of 2,048 bytes (counted as RFC 9113
 * §6.5.2 does).
 */
export class BlockCache {
  #generation = -1;
  #entries: Entry[] | undefined;
  #nextEntry = 0;
  /** Hashes of blocks that came once, of late. */
  #seen: number[] | undefined;
  #nextSeen = 0;

  /** The list of this block, if it is known for this generation of the table. */
  find(block: Uint8Array, generation: number): DecodedList | undefined {
    if (this.#entries === undefined || this.#generation !== generation || block.length > maxBlockBytes) {
      return undefined;
    }
    const hash = hashOf(block);
    for (const entry of this.#entries) {
      if (entry.hash === hash && isSame(entry.block, block)) {
        return entry.list;
      }
    }
    return undefined;
  }

  /** Tells of a block that was not found, and its list. */
  offer(block: Uint8Array, generation: number, list: DecodedList): void {
    if (block.length > maxBlockBytes || list.listBytes > maxListBytes) {
      return;
    }
    if (this.#generation !== generation) {
      this.#generation = generation;
      this.#entries = undefined;
      this.#nextEntry = 0;
    }
    const hash = hashOf(block);
    if (this.#seen?.includes(hash) !== true) {
      this.#seen ??= [];
      this.#seen[this.#nextSeen] = hash;
      this.#nextSeen = (this.#nextSeen + 1) % maxEntries;
      return;
    }
    this.#entries ??= [];
    this.#entries[this.#nextEntry] = { hash, block: new Uint8Array(block), list };
    this.#nextEntry = (this.#nextEntry + 1) % maxEntries;
  }
}

/** FNV-1a, from the end, in 31 bits so that it stays a small integer. Collisions, made or found, cost a comparison and no more. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c_9dc5;
  let at = bytes.length;
  while (at > 0) {
    hash = Math.imul(hash ^ (bytes[--at] ?? 0), 0x0100_0193);
  }
  return hash & 0x7fff_ffff;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) {
    return false;
  }
  for (let at = 0; at < a.length; at++) {
    if (a[at] !== b[at]) {
      return false;
    }
  }
  return true;
}
