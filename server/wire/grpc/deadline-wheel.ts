// The deadlines of all calls of a thread on one timer of the process: a wheel of slots, each some milliseconds wide.
import type { Clock } from '../clock.ts';

/** A call with a deadline. */
export interface Expiring {
  /** The deadline has passed, by less than `slotMs` where the thread is not busy. */
  expired(): void;
}

/**
 * The width of a slot, milliseconds. Deadlines are never early, and late by this much at most: less than clocks and
 * networks are off by, and a client gives up by its own clock anyway.
 */
export const slotMs = 8;

/** Slots of the wheel. What is further away than one turn stays in its slot for further turns. */
const slotCount = 512;

/** A deadline in the circular list of its slot: to set one and to take it back is some assignments, however many there are. */
export class SetDeadline {
  /** The number, counted from the clock's 0, of the slot at whose beginning it expires. */
  readonly slot: number;
  #call: Expiring | undefined;
  next: SetDeadline = this;
  previous: SetDeadline = this;

  constructor(call: Expiring | undefined, slot: number) {
    this.#call = call;
    this.slot = slot;
  }

  /** Its call is not told any more. */
  cancel(): void {
    this.#call = undefined;
    this.unlink();
  }

  /** Takes it out of its list. */
  unlink(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
    this.next = this;
    this.previous = this;
  }

  /** Puts `other` before this one. */
  insert(other: SetDeadline): void {
    other.previous = this.previous;
    other.next = this;
    this.previous.next = other;
    this.previous = other;
  }

  /** Tells its call, unless it was cancelled. */
  expire(): void {
    this.#call?.expired();
  }
}

/** One per thread. */
export class DeadlineWheel {
  readonly #clock: Clock;
  /** The lists' heads, which are no deadlines themselves. */
  readonly #heads = Array.from({ length: slotCount }, (_, slot) => new SetDeadline(undefined, slot));
  /** The last slot that was gone through. */
  #passed: number;
  /** The slot that the timer is set for; Infinity: no timer. */
  #armedFor = Infinity;
  #disarm: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#passed = Math.floor(clock.now() / slotMs);
  }

  /** `call` expires at `at`, in the clock's milliseconds, unless the deadline is cancelled before. */
  set(call: Expiring, at: number): SetDeadline {
    const deadline = new SetDeadline(call, Math.max(this.#passed + 1, Math.ceil(at / slotMs)));
    this.#headOf(deadline.slot).insert(deadline);
    if (deadline.slot < this.#armedFor) {
      this.#arm(deadline.slot);
    }
    return deadline;
  }

  #headOf(slot: number): SetDeadline {
    const head = this.#heads[slot % slotCount];
    if (head === undefined) {
      throw new RangeError(`There is no slot ${slot}.`);
    }
    return head;
  }

  #arm(slot: number): void {
    this.#disarm();
    this.#armedFor = slot;
    // Rounded up: a timer that fires a fraction too early would only be set again.
    const ms = Math.max(0, Math.ceil(slot * slotMs - this.#clock.now()));
    this.#disarm = this.#clock.after(ms, () => this.#turn());
  }

  /** Goes through the slots that have passed, and sets the timer for what is left. */
  #turn(): void {
    this.#armedFor = Infinity;
    const now = Math.floor(this.#clock.now() / slotMs);
    // All first: what a call does when it is told may cancel others, or set new ones.
    const due: SetDeadline[] = [];
    for (let slot = Math.max(this.#passed + 1, now - slotCount + 1); slot <= now; slot++) {
      const head = this.#headOf(slot);
      for (let one = head.next; one !== head;) {
        const { next } = one;
        if (one.slot <= now) {
          one.unlink();
          due.push(one);
        }
        one = next;
      }
    }
    this.#passed = now;
    for (const deadline of due) {
      deadline.expire();
    }
    this.#armForNext();
  }

  /** For the next slot that has anything in it, and be it for a further turn. */
  #armForNext(): void {
    const last = Math.min(this.#passed + slotCount, this.#armedFor - 1);
    for (let slot = this.#passed + 1; slot <= last; slot++) {
      const head = this.#headOf(slot);
      if (head.next !== head) {
        this.#arm(slot);
        return;
      }
    }
  }
}
