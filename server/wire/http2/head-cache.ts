// Request heads by the header lists they were made of: a client's blocks come again, and so do the decoder's lists.
import type { DecodedList } from '../hpack/decoded-list.ts';
import type { Malformed } from './field-rules.ts';
import { readRequestHead, type WellFormed } from './header-rules.ts';

/** Lists that may come again are at most so many, and at most so large (server/wire/hpack/block-cache.ts). */
const maxLists = 16;
const maxListBytes = 2048;

/** One per connection. */
export class HeadCache {
  #last: DecodedList | undefined;
  #lastHead: WellFormed | undefined;
  #heads: Map<DecodedList, WellFormed> | undefined;

  /** The head of a list, the same object for the same list. */
  read(list: DecodedList): WellFormed | Malformed {
    if (list === this.#last && this.#lastHead !== undefined) {
      return this.#lastHead;
    }
    const head = this.#heads?.get(list) ?? readRequestHead(list.fields);
    if (head.kind === 'request' && list.listBytes <= maxListBytes) {
      this.#keep(list, head);
    }
    return head;
  }

  #keep(list: DecodedList, head: WellFormed): void {
    // A list goes into the map only when it is not the last one any more: most clients send one and the same.
    if (this.#last !== undefined && this.#lastHead !== undefined) {
      this.#heads ??= new Map();
      if (this.#heads.size >= maxLists) {
        this.#heads.clear();
      }
      this.#heads.set(this.#last, this.#lastHead);
    }
    this.#last = list;
    this.#lastHead = head;
  }
}
