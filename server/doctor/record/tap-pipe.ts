// One direction of a tapped connection: what one socket reads the other one writes, until the tap drops it.
import type { Socket } from 'node:net';

/** So many bytes that are delayed are held; then the sender is not read. */
const delayedBytes = 2 ** 20;

/** What a pipe needs. */
export interface TapPipeOptions {
  readonly from: Socket;
  readonly to: Socket;
  /** Bytes wait so long, milliseconds. */
  readonly delayMs: number;
  /** Gets what comes, before it goes on; also what is dropped. */
  readonly received: (bytes: Buffer) => void;
}

/** See above. `from` is read from the start; half-closes are passed on. */
export class TapPipe {
  readonly #options: TapPipeOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  #heldBytes = 0;
  #isDropped = false;

  constructor(options: TapPipeOptions) {
    this.#options = options;
    const { from, to, received } = options;
    from.on('data', (bytes: Buffer) => {
      received(bytes);
      this.#pass(bytes.length, () => {
        if (!to.write(bytes)) {
          from.pause();
        }
      });
    });
    from.on('end', () => this.#pass(0, () => void to.end()));
    to.on('drain', () => this.#resume());
  }

  /** From now on nothing goes on, the end neither; the sender is read, so that it does not wait. */
  drop(): void {
    this.#isDropped = true;
    for (const timer of this.#timers) {
      clearTimeout(timer);
    }
    this.#timers.clear();
    this.#options.from.resume();
  }

  #pass(byteLength: number, act: () => void): void {
    const { delayMs, from, to } = this.#options;
    if (this.#isDropped || to.destroyed) {
      return;
    }
    if (delayMs === 0) {
      act();
      return;
    }
    this.#heldBytes += byteLength;
    if (this.#heldBytes > delayedBytes) {
      from.pause();
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#heldBytes -= byteLength;
      if (!to.destroyed) {
        act();
        this.#resume();
      }
    }, delayMs);
    this.#timers.add(timer);
  }

  #resume(): void {
    const { from, to } = this.#options;
    if (this.#heldBytes <= delayedBytes && !to.writableNeedDrain) {
      from.resume();
    }
  }
}
