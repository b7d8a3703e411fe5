// Slots for requests without a routing key: at random, and yet each slot once in every 100.
import { slotCount } from './slot-of.ts';

/**
 * Deals out the 100 slots in a random order, and again in another one: any 100 requests from a start or a multiple of 100
 * on hold every share exactly, and nobody can tell where the next one goes. The same seed gives the same slots.
 */
export class AnonymousChooser {
  readonly #slots = Uint8Array.from({ length: slotCount }, (_, slot) => slot);
  readonly #random: () => number;
  #dealt = 0;

  /** `seed`: any 32 bits. */
  constructor(seed: number) {
    this.#random = sfc32(seed);
  }

  /** The next slot, 0 to 99. */
  next(): number {
    // A step of Fisher and Yates' shuffle for each: what is dealt out comes to the front, in an order that does not matter next time.
    const from = this.#dealt;
    const to = from + Math.floor((this.#random() / 2 ** 32) * (slotCount - from));
    const slot = this.#slots[to] ?? 0;
    this.#slots[to] = this.#slots[from] ?? 0;
    this.#slots[from] = slot;
    this.#dealt = from + 1 === slotCount ? 0 : from + 1;
    return slot;
  }

  /** Begins a new 100: after the shares have changed, they hold from the next request on. */
  restart(): void {
    this.#dealt = 0;
  }
}

/** Chris Doty-Humphrey's small fast counting generator: 32 random bits per call, a period of at least 2^32. */
function sfc32(seed: number): () => number {
  let a = 0;
  let b = seed | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const next = (): number => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  // Until the seed has reached every bit of the state.
  for (let i = 0; i < 15; i++) {
    next();
  }
  return next;
}
