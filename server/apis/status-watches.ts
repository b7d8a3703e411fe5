// Everybody who watches the health of something: told of changes by one listener, since there may be thousands of them.
import { livenessName, type Health, type ServingStatus } from '../health/health.ts';

/** What a watch says of a name. */
export type WatchedStatus = ServingStatus | 'SERVICE_UNKNOWN';

/** Liveness changes without an event: it is looked at so often while somebody watches it, milliseconds. */
const livenessLookMs = 1000;

type Step = IteratorResult<{ status: WatchedStatus }, undefined>;

const over: Step = { done: true, value: undefined };

/** The watches of a server. It listens to `health` while there are any. */
export class StatusWatches {
  readonly #health: Health;
  readonly #byName = new Map<string, Set<StatusWatch>>();
  #looking: NodeJS.Timeout | undefined;

  constructor(health: Health) {
    this.#health = health;
  }

  /**
   * The status of a name now, then each time it differs from the last one given: states that come and go while the caller
   * reads are left out. Ends after NOT_SERVING when the server drains, so that no watch keeps it.
   */
  watch(name: string): AsyncIterableIterator<{ status: WatchedStatus }, undefined> {
    return new StatusWatch(this, name);
  }

  statusOf(name: string): WatchedStatus {
    return this.#health.statusOf(name) ?? 'SERVICE_UNKNOWN';
  }

  get isDraining(): boolean {
    return this.#health.draining.aborted;
  }

  add(watch: StatusWatch): void {
    if (this.#byName.size === 0) {
      const { events, draining } = this.#health;
      events.on('changed', this.#look).on('removed', this.#look).on('looked', this.#look);
      draining.addEventListener('abort', this.#look);
    }
    const known = this.#byName.get(watch.name);
    if (known !== undefined) {
      known.add(watch);
      return;
    }
    this.#byName.set(watch.name, new Set([watch]));
    if (watch.name === livenessName) {
      this.#looking = setInterval(this.#look, livenessLookMs).unref();
    }
  }

  remove(watch: StatusWatch): void {
    const watches = this.#byName.get(watch.name);
    if (watches?.delete(watch) !== true || watches.size > 0) {
      return;
    }
    this.#byName.delete(watch.name);
    if (watch.name === livenessName) {
      clearInterval(this.#looking);
    }
    if (this.#byName.size === 0) {
      const { events, draining } = this.#health;
      events.off('changed', this.#look).off('removed', this.#look).off('looked', this.#look);
      draining.removeEventListener('abort', this.#look);
    }
  }

  readonly #look = (): void => {
    for (const [name, watches] of this.#byName) {
      const status = this.statusOf(name);
      // Those that end are taken out meanwhile.
      for (const watch of watches) {
        watch.look(status);
      }
    }
  };
}

/** One of them; for one reader, which waits for each step. */
class StatusWatch implements AsyncIterableIterator<{ status: WatchedStatus }, undefined> {
  readonly name: string;
  readonly #watches: StatusWatches;
  #given: WatchedStatus | undefined;
  #isOver = false;
  #waiting: ((step: Step) => void) | undefined;

  constructor(watches: StatusWatches, name: string) {
    this.#watches = watches;
    this.name = name;
    watches.add(this);
  }

  /** What its name's status is now. */
  look(status: WatchedStatus): void {
    if (this.#waiting === undefined) {
      return;
    }
    const step = this.#step(status);
    if (step !== undefined) {
      this.#waiting(step);
      this.#waiting = undefined;
    }
  }

  next(): Promise<Step> {
    if (this.#isOver) {
      return Promise.resolve(over);
    }
    const step = this.#step(this.#watches.statusOf(this.name));
    return step === undefined ? new Promise((resolve) => (this.#waiting = resolve)) : Promise.resolve(step);
  }

  /** Nobody reads any more; what is waited for is the end. */
  return(): Promise<Step> {
    this.#end();
    this.#waiting?.(over);
    this.#waiting = undefined;
    return Promise.resolve(over);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** What there is to give; undefined: nothing yet. */
  #step(status: WatchedStatus): Step | undefined {
    if (status !== this.#given) {
      this.#given = status;
      return { done: false, value: { status } };
    }
    if (this.#watches.isDraining) {
      this.#end();
      return over;
    }
    return undefined;
  }

  #end(): void {
    this.#isOver = true;
    this.#watches.remove(this);
  }
}
