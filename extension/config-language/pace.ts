// When things are done: after typing has paused, and in turns with everything else that the extension host does.
import type { Disposable } from '../signal.ts';

/** Runs the last action of each key once nothing more was asked for that key for `waitMs` milliseconds. */
export class Debouncer implements Disposable {
  readonly #waitMs: number;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  schedule(key: string, action: () => void): void {
    this.cancel(key);
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      action();
    }, this.#waitMs);
    this.#timers.set(key, timer);
  }

  cancel(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }

  dispose(): void {
    for (const key of [...this.#timers.keys()]) {
      this.cancel(key);
    }
  }
}

/** Lets everything else that waits run first. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
