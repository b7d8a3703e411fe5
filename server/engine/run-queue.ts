// The runs that wait for a host: few are under way, so that one whose caller left can still be dropped before it costs anything.
import { PerchError } from '../errors.ts';

/**
 * Runs that are with the worker at once: one that runs, and enough behind it that it need not wait for the way to the
 * daemon and back between short ones.
 */
const underWay = 4;
/** Of so many last runs the time is kept, for the hint when to come again. */
const rememberedRuns = 16;

/** A run that waits. */
export interface QueuedRun<Result> {
  readonly signal: AbortSignal;
  /** Whether nobody waits for its answer: it begins only where nothing else runs or waits, and one at a time. */
  readonly isBackground?: boolean;
  /** Sends it to the worker. */
  readonly begin: () => Promise<Result>;
}

interface Waiting {
  readonly signal: AbortSignal;
  readonly start: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Runs in the order in which they came; those of the background when there is nothing else to do. */
export class RunQueue {
  readonly #limit: number;
  /** What waits begins at `#head`; what is before it is gone. */
  #waiting: Waiting[] = [];
  #head = 0;
  #running = 0;
  /** Milliseconds between the ends of two runs, on average over the last ones. */
  #pace = 0;
  #lastEnd = 0;
  #busySinceLastEnd = false;
  /** The first is the next. */
  readonly #background = new Set<() => void>();
  #isBackgroundUnderWay = false;

  /** At most `limit` runs wait, 0: any number; whoever asks for runs in the background bounds these. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs that wait, without those of the background. */
  get length(): number {
    return this.#waiting.length - this.#head;
  }

  /**
   * Begins the run now or when its turn comes, unless its signal has fired by then. Rejects as `begin` does, with the
   * signal's reason, or with ENGINE_QUEUE_FULL. One of the background does so as soon as its signal fires: its turn may
   * never come.
   */
  async run<Result>({ signal, isBackground = false, begin }: QueuedRun<Result>): Promise<Result> {
    signal.throwIfAborted();
    if (isBackground) {
      return this.#runInBackground(signal, begin);
    }
    if (this.#running >= underWay) {
      await this.#turn(signal);
    } else {
      this.#running++;
    }
    try {
      return await begin();
    } finally {
      this.#ended();
    }
  }

  /** The place of a run that ended goes to the next one: `#running` stays as it is. */
  async #turn(signal: AbortSignal): Promise<void> {
    if (this.#limit > 0 && this.length >= this.#limit) {
      this.#dropAborted();
      this.#refuseWhereFull();
    }
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ signal, start: resolve, reject });
    });
  }

  #ended(): void {
    const now = performance.now();
    // Only between runs of a busy host: an hour without requests is no pace.
    if (this.#busySinceLastEnd) {
      this.#pace += (now - this.#lastEnd - this.#pace) / rememberedRuns;
    }
    this.#lastEnd = now;
    this.#busySinceLastEnd = this.length > 0;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      if (!next.signal.aborted) {
        next.start();
        return;
      }
      next.reject(next.signal.reason);
    }
    this.#running--;
    this.#beginBackground();
  }

  async #runInBackground<Result>(signal: AbortSignal, begin: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((resolve, reject) => {
      const start = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#background.delete(start);
        reject(PerchError.from(signal.reason));
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#background.add(start);
      this.#beginBackground();
    });
    try {
      return await begin();
    } finally {
      this.#isBackgroundUnderWay = false;
      this.#beginBackground();
    }
  }

  /** Lets the next of the background go where the host has nothing to do: what has begun cannot be interrupted. */
  #beginBackground(): void {
    const [start] = this.#background;
    if (start !== undefined && this.#running === 0 && !this.#isBackgroundUnderWay) {
      this.#background.delete(start);
      this.#isBackgroundUnderWay = true;
      start();
    }
  }

  #next(): Waiting | undefined {
    const next = this.#waiting[this.#head];
    if (next === undefined) {
      return undefined;
    }
    this.#head++;
    if (this.#head === this.#waiting.length || this.#head > 1024) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return next;
  }

  #dropAborted(): void {
    const all = this.#waiting.slice(this.#head);
    this.#waiting = all.filter(({ signal }) => !signal.aborted);
    this.#head = 0;
    all.filter(({ signal }) => signal.aborted).forEach(({ signal, reject }) => reject(signal.reason));
  }

  #refuseWhereFull(): void {
    if (this.length >= this.#limit) {
      throw new PerchError(
        'ENGINE_QUEUE_FULL',
        `${this.length} requests wait for the engine already, as many as --engine_queue_limit allows; try again later.`,
        { retryAfterMs: Math.min(30_000, Math.max(1, Math.round(this.#pace * this.length))) },
      );
    }
  }
}
