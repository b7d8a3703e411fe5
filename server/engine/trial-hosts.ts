// The disposable processes: how many there are at once, who is next, and when an idle one ends.
import type { EngineHost } from './engine-host.ts';
import type { EnginePool } from './engine-pool.ts';

/** Files that are tried at once, unless some of them take long. */
const usualTrials = 4;
/** A trial that takes longer does not hold up others: milliseconds. */
const longTrialMs = 5_000;
/** Trials at once, whatever they do. */
const mostTrials = 16;
/** A disposable process that has nothing to do for so long is ended: milliseconds. */
const idleMs = 10_000;

interface Waiting {
  readonly signal: AbortSignal;
  readonly go: () => void;
}

/** Hands out hosts, one to each trial, in the order in which they were asked for. */
export class TrialHosts {
  readonly #pool: EnginePool;
  /** Since when, by performance.now(). */
  readonly #running = new Map<EngineHost, number>();
  readonly #idle = new Map<EngineHost, NodeJS.Timeout>();
  readonly #waiting = new Set<Waiting>();
  /** Runs while somebody waits: a trial that takes long makes room without ending. */
  #timer: NodeJS.Timeout | undefined;

  constructor(pool: EnginePool) {
    this.#pool = pool;
  }

  /** A host that nobody else uses, once it is this one's turn. Rejects with the signal's reason. */
  async take(signal: AbortSignal): Promise<EngineHost> {
    signal.throwIfAborted();
    if (this.#waiting.size > 0 || !this.#hasRoom()) {
      await this.#turn(signal);
    }
    const host = this.#takeIdle() ?? this.#pool.addTrialHost();
    this.#running.set(host, performance.now());
    this.#wake();
    return host;
  }

  /** The trial is over: the host is there for the next one, or gone for good where it ended. */
  giveBack(host: EngineHost): void {
    this.#running.delete(host);
    if (host.isUp()) {
      const end = (): void => {
        this.#idle.delete(host);
        void this.#pool.endHost(host);
      };
      this.#idle.set(host, setTimeout(end, idleMs).unref());
    } else {
      void this.#pool.endHost(host);
    }
    this.#wake();
  }

  #hasRoom(): boolean {
    const begun = performance.now() - longTrialMs;
    const young = [...this.#running.values()].filter((since) => since > begun).length;
    return young < usualTrials && this.#running.size < mostTrials;
  }

  async #turn(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const waiting: Waiting = {
        signal,
        go: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      const leave = (): void => {
        this.#waiting.delete(waiting);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.add(waiting);
      this.#timer ??= setInterval(() => this.#wake(), longTrialMs / 10).unref();
    });
  }

  /** Lets the next one go where there is room; it wakes the one after it. */
  #wake(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    } else if (this.#hasRoom()) {
      this.#waiting.delete(next);
      next.go();
    }
  }

  /** An idle host; one that ended while nobody looked is let go. */
  #takeIdle(): EngineHost | undefined {
    for (const [host, timer] of this.#idle) {
      clearTimeout(timer);
      this.#idle.delete(host);
      if (host.isUp()) {
        return host;
      }
      void this.#pool.endHost(host);
    }
    return undefined;
  }
}
