// The requests whose outcomes are shown: that of the answer, and the two that are compared.
import type { RequestOutcome } from '../../playground/exchange.ts';
import type { AnswerState } from './answer-view.ts';

/** 0: the answer; 1 and 2: the comparison. */
const slots = [0, 1, 2] as const;
export type Slot = (typeof slots)[number];

/** Knows which request each slot waits for, or has the outcome of. */
export class OutcomeSlots {
  readonly #states: [AnswerState, AnswerState, AnswerState] = [
    { kind: 'none' },
    { kind: 'none' },
    { kind: 'none' },
  ];
  #ids: readonly string[];
  #begun = 0;

  /** `ids`: the requests of before a reload, whose outcomes may come again. */
  constructor(ids: readonly string[]) {
    this.#ids = ids;
  }

  /** The requests by slot, to be kept. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  /** The requests without an outcome. */
  get waiting(): readonly string[] {
    return slots.filter((slot) => this.#states[slot].kind === 'waiting').map((slot) => this.#ids[slot] ?? '');
  }

  state(slot: Slot): AnswerState {
    return this.#states[slot];
  }

  /** A new request for the slot; gives its id. */
  begin(slot: Slot): string {
    const id = `${Date.now()}.${++this.#begun}`;
    this.#ids = slots.map((one) => (one === slot ? id : (this.#ids[one] ?? '')));
    this.#states[slot] = { kind: 'waiting' };
    return id;
  }

  /** Takes an outcome; gives its slot, or undefined where no slot waits for it any more. */
  take(id: string, outcome: RequestOutcome): Slot | undefined {
    const slot = slots.find((one) => this.#ids[one] === id);
    if (slot !== undefined) {
      this.#states[slot] = outcome;
    }
    return slot;
  }

  /** Forgets everything: what is under way is waited for no more. */
  clearAll(): void {
    this.#ids = [];
    for (const slot of slots) {
      this.#states[slot] = { kind: 'none' };
    }
  }
}
