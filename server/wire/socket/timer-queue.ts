// The timers of all connections on one timer of the process: a heap of the moments at which they want to be called.
import type { Clock } from '../clock.ts';

/** setTimeout cannot wait for longer. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * The process's clock. `run` comes after the sockets that had something to read have been read: a process that stood
 * still for longer than a time-out, and has the answer it waited for in its socket, must not take the timer for the truth.
 * No timer keeps the process up.
 */
export const processClock: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    let immediate: NodeJS.Immediate | undefined;
    const timeout = setTimeout(
      () => {
        // The loop polls between its timers and its immediates.
        immediate = setImmediate(run);
      },
      Math.min(ms, longestTimerMs),
    ).unref();
    return () => {
      clearTimeout(timeout);
      clearImmediate(immediate);
    };
  },
};

/** What wants to be called at some time. The two numbers belong to the queue. */
export interface Timed {
  /** Its place in the heap; -1 outside. */
  timerSlot: number;
  /** When it is called. */
  timerAt: number;
  /** Its time has come, or a little more. It is not in the queue then, and may go into it again. */
  timeout(now: number): void;
}

/** A binary heap, which costs a connection two numbers, and one timer for its first. */
export class TimerQueue {
  readonly #clock: Clock;
  readonly #heap: Timed[] = [];
  #armedAt = Infinity;
  #disarm: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many wait. */
  get size(): number {
    return this.#heap.length;
  }

  /** `item` is called at `at`, or earlier where it was to be called earlier already. Infinity: never. */
  callBy(item: Timed, at: number): void {
    if (item.timerSlot === -1) {
      if (at === Infinity) {
        return;
      }
      item.timerAt = at;
      this.#heap.push(item);
      this.#rise(item, this.#heap.length - 1);
    } else if (at < item.timerAt) {
      item.timerAt = at;
      this.#rise(item, item.timerSlot);
    } else {
      return;
    }
    this.#arm();
  }

  /** `item` is not called any more. The timer stays as it is: at worst it fires for nothing, once. */
  remove(item: Timed): void {
    const slot = item.timerSlot;
    if (slot === -1) {
      return;
    }
    item.timerSlot = -1;
    const last = this.#heap.pop();
    if (last !== undefined && last !== item) {
      this.#sink(last, slot);
      this.#rise(last, last.timerSlot);
    }
  }

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined || first.timerAt >= this.#armedAt) {
      return;
    }
    this.#disarm();
    this.#armedAt = first.timerAt;
    // Rounded up: a timer that fires a fraction too early would only be set again.
    const ms = Math.max(0, Math.ceil(first.timerAt - this.#clock.now()));
    this.#disarm = this.#clock.after(ms, () => this.#fire());
  }

  #fire(): void {
    this.#armedAt = Infinity;
    const now = this.#clock.now();
    // Each is called once at most: what it asks for within its call comes with the next timer.
    const due: Timed[] = [];
    for (let first = this.#heap[0]; first !== undefined && first.timerAt <= now; first = this.#heap[0]) {
      this.remove(first);
      due.push(first);
    }
    for (const item of due) {
      item.timeout(now);
    }
    this.#arm();
  }

  #rise(item: Timed, from: number): void {
    let slot = from;
    while (slot > 0) {
      const above = (slot - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || parent.timerAt <= item.timerAt) {
        break;
      }
      this.#put(parent, slot);
      slot = above;
    }
    this.#put(item, slot);
  }

  #sink(item: Timed, from: number): void {
    let slot = from;
    for (;;) {
      const left = this.#heap[2 * slot + 1];
      const right = this.#heap[2 * slot + 2];
      const child = right !== undefined && left !== undefined && right.timerAt < left.timerAt ? right : left;
      if (child === undefined || child.timerAt >= item.timerAt) {
        break;
      }
      const childSlot = child.timerSlot;
      this.#put(child, slot);
      slot = childSlot;
    }
    this.#put(item, slot);
  }

  #put(item: Timed, slot: number): void {
    this.#heap[slot] = item;
    item.timerSlot = slot;
  }
}
