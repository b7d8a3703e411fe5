// The dynamic table (RFC 7541 §2.3.2, §4): first in, first out, bounded in bytes.
import type { HeaderField } from '../http2/contract.ts';

/** What an entry costs beside the bytes of its name and value (RFC 7541 §4.1). */
export const entryOverhead = 32;

/** Bytes of an entry as the table counts them (RFC 7541 §4.1), and as a header list's size does (RFC 9113 §6.5.2). */
export function entryBytes(field: HeaderField): number {
  return field[0].length + field[1].length + entryOverhead;
}

const firstCapacity = 8;

/**
 * One per connection and direction. A ring that grows with its entries, so that a connection without any has none. Every
 * operation is amortised constant per entry added.
 */
export class DynamicTable {
  /** As long as a power of two, or empty. */
  #ring: (HeaderField | undefined)[] = [];
  /** Where the newest entry lies. */
  #newest = -1;
  #count = 0;
  #bytes = 0;
  #maxBytes: number;
  #generation = 0;

  /** `maxBytes`: the maximum size to begin with (RFC 7541 §4.2). */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get maxBytes(): number {
    return this.#maxBytes;
  }

  /** Another number whenever an index may stand for another entry than before. */
  get generation(): number {
    return this.#generation;
  }

  /** `age`: 0 is the newest. The same object each time. */
  get(age: number): HeaderField | undefined {
    return age < this.#count ? this.#ring[(this.#newest - age) & (this.#ring.length - 1)] : undefined;
  }

  /** Makes room and adds. An entry greater than the table empties it and is not added; that is no error (RFC 7541 §4.4). */
  add(field: HeaderField): void {
    const bytes = entryBytes(field);
    this.#evictTo(this.#maxBytes - bytes);
    if (bytes > this.#maxBytes) {
      return;
    }
    this.#generation++;
    if (this.#count === this.#ring.length) {
      this.#grow();
    }
    this.#newest = (this.#newest + 1) & (this.#ring.length - 1);
    this.#ring[this.#newest] = field;
    this.#count++;
    this.#bytes += bytes;
  }

  /** Another maximum size; what is too much goes (RFC 7541 §4.3). */
  resize(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#evictTo(maxBytes);
  }

  /** Drops the oldest entries until no more than `bytes` are left (RFC 7541 §4.3, §4.4). */
  #evictTo(bytes: number): void {
    if (this.#bytes <= Math.max(bytes, 0)) {
      return;
    }
    this.#generation++;
    if (bytes <= 0) {
      this.#ring = [];
      this.#newest = -1;
      this.#count = 0;
      this.#bytes = 0;
      return;
    }
    while (this.#bytes > bytes) {
      const oldest = (this.#newest - this.#count + 1) & (this.#ring.length - 1);
      const field = this.#ring[oldest];
      this.#ring[oldest] = undefined;
      this.#count--;
      this.#bytes -= field === undefined ? 0 : entryBytes(field);
    }
  }

  #grow(): void {
    const entries: (HeaderField | undefined)[] = [];
    for (let age = this.#count - 1; age >= 0; age--) {
      entries.push(this.get(age));
    }
    this.#newest = entries.length - 1;
    const capacity = Math.max(firstCapacity, 2 * entries.length);
    while (entries.length < capacity) {
      entries.push(undefined);
    }
    this.#ring = entries;
  }
}
