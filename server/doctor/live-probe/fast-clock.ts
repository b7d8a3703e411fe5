// A clock that runs faster than real time, so that hours pass in seconds.
import type { Clock } from '../../wire/clock.ts';

/** setTimeout cannot wait for longer. */
const longestTimerMs = 2 ** 31 - 1;

/** `speed` of its milliseconds pass in a real one. */
export class FastClock implements Clock {
  readonly speed: number;
  readonly #began = performance.now();

  constructor(speed: number) {
    this.speed = speed;
  }

  /** Milliseconds since it was made. */
  now(): number {
    return (performance.now() - this.#began) * this.speed;
  }

  /**
   * As the process's clock (server/wire/socket): `run` comes after the sockets that had something to read were read, and no
   * timer keeps the process up.
   */
  after(ms: number, run: () => void): () => void {
    let immediate: NodeJS.Immediate | undefined;
    const timeout = setTimeout(
      () => {
        immediate = setImmediate(run);
      },
      Math.min(ms / this.speed, longestTimerMs),
    ).unref();
    return () => {
      clearTimeout(timeout);
      clearImmediate(immediate);
    };
  }

  /** As `after`, at a moment of this clock and never before it: setTimeout may be early by a part of a millisecond. */
  at(moment: number, run: () => void): () => void {
    let cancel: () => void = () => undefined;
    const wait = (): void => {
      cancel = this.after(Math.max(0, moment - this.now()), () => {
        if (this.now() >= moment) {
          run();
        } else {
          wait();
        }
      });
    };
    if (moment !== Infinity) {
      wait();
    }
    return () => cancel();
  }
}

/** Resolves after `ms` of the clock, or when `signal` fires. */
export function passed(clock: FastClock, ms: number, signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve(undefined);
    };
    const cancel = clock.at(clock.now() + ms, done);
    signal.addEventListener('abort', done);
    if (signal.aborted) {
      done();
    }
  });
}
