// Notices an engine host that does not move: one that has worked on the same call for too long.

/** A host as this looks at it. */
export interface WatchedHost {
  readonly index: number;
  /** The call that it works on; undefined while it has none. */
  readonly oldestCall: number | undefined;
}

/** How often it looks, milliseconds: a call that is over before the next look is never noticed. */
const lookEveryMs = 5000;

/** Looks at all hosts now and then, so that calls cost nothing for it. */
export class EngineWatch {
  readonly #hosts: () => readonly WatchedHost[];
  readonly #stuckAfterMs: number;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  /** The call that each host worked on at the last look, and since when it was seen. */
  #seen = new Map<number, { readonly call: number; readonly since: number }>();

  /** `stuckAfterMs` 0: nothing is ever stuck. */
  constructor(
    hosts: () => readonly WatchedHost[],
    stuckAfterMs: number,
    now: () => number = () => performance.now(),
  ) {
    this.#hosts = hosts;
    this.#stuckAfterMs = stuckAfterMs;
    this.#now = now;
    this.#timer = setInterval(() => this.look(), lookEveryMs).unref();
  }

  /** Looks now. */
  look(): void {
    const seen = new Map<number, { readonly call: number; readonly since: number }>();
    for (const { index, oldestCall } of this.#hosts()) {
      if (oldestCall !== undefined) {
        const before = this.#seen.get(index);
        seen.set(index, before?.call === oldestCall ? before : { call: oldestCall, since: this.#now() });
      }
    }
    this.#seen = seen;
  }

  /** A sentence for each host that is stuck. */
  stuck(): string[] {
    if (this.#stuckAfterMs === 0) {
      return [];
    }
    this.look();
    return [...this.#seen].flatMap(([index, { since }]) => {
      const ms = this.#now() - since;
      return ms < this.#stuckAfterMs
        ? []
        : [
            `Engine host ${index} has worked on one request for ${Math.round(ms / 1000)} s (--engine_stuck_seconds).`,
          ];
    });
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer);
  }
}
