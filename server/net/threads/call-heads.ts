// Heads of calls, told once: a client that makes the same call again sends the same fields, and so a call is some numbers
// and its message.
import type { HeaderField } from '../../wire/http2/contract.ts';

/** What the main thread needs to know of a call before its messages. */
export interface CallHead {
  readonly path: string;
  readonly peer: string;
  /** Without the deadline, which each call has for itself. */
  readonly fields: readonly HeaderField[];
}

/** Heads that are known at once. A client with other fields in each call takes a slot for each. */
const slotCount = 256;

interface Slot {
  readonly slot: number;
  readonly text: string;
  readonly path: string;
  readonly peer: string;
}

/** In the network thread: gives out the slots, in turn. */
export class HeadSlots {
  readonly #tell: (slot: number, head: CallHead) => void;
  readonly #slots: (Slot | undefined)[] = Array.from({ length: slotCount }, () => undefined);
  readonly #byText = new Map<string, Slot>();
  /** The connection keeps a client's fields, and gives the very same ones with each of its calls. */
  readonly #byFields = new WeakMap<readonly HeaderField[], Slot>();
  #next = 0;

  /** `tell` is called for every head before its slot is used. */
  constructor(tell: (slot: number, head: CallHead) => void) {
    this.#tell = tell;
  }

  /** The slot that the main thread knows the head by, from now on until further heads have taken all slots. */
  slotOf(path: string, peer: string, fields: readonly HeaderField[]): number {
    const known = this.#byFields.get(fields);
    if (
      known !== undefined &&
      this.#slots[known.slot] === known &&
      known.path === path &&
      known.peer === peer
    ) {
      return known.slot;
    }
    const head: CallHead = { path, peer, fields: fields.filter(([name]) => name !== 'grpc-timeout') };
    const text = JSON.stringify(head);
    const slot = this.#byText.get(text) ?? this.#add(text, head);
    this.#byFields.set(fields, slot);
    return slot.slot;
  }

  #add(text: string, head: CallHead): Slot {
    const { path, peer } = head;
    const added: Slot = { slot: this.#next, text, path, peer };
    this.#next = (this.#next + 1) % slotCount;
    const left = this.#slots[added.slot];
    if (left !== undefined) {
      this.#byText.delete(left.text);
    }
    this.#slots[added.slot] = added;
    this.#byText.set(text, added);
    this.#tell(added.slot, head);
    return added;
  }
}
