// What was done to the models, by whom and why: kept in memory, followed by watchers, and written to the log.
import { EventEmitter } from 'node:events';
import type { Logger } from '../log.ts';

/** Something that was done. The fields are those of perch.admin.v1.Event. */
export interface TrafficEvent {
  readonly id: bigint;
  readonly atMs: number;
  /** Empty for what concerns no model. */
  readonly model: string;
  readonly kind: string;
  readonly actor: string;
  readonly reason: string;
  readonly before: string;
  readonly after: string;
}

/** Events that are kept. */
const keptEvents = 1000;

/** Keeps the last events. */
export class EventLog {
  readonly #events: TrafficEvent[] = [];
  readonly #emitter = new EventEmitter<{ event: [TrafficEvent] }>();
  readonly #log: Logger;
  readonly #now: () => number;
  #nextId = 1n;

  constructor(log: Logger, now: () => number = Date.now) {
    this.#log = log;
    this.#now = now;
    // One listener per open watch.
    this.#emitter.setMaxListeners(0);
  }

  /** Keeps and tells an event that happened now. */
  record(event: Omit<TrafficEvent, 'id' | 'atMs'>): void {
    const full = { ...event, id: this.#nextId++, atMs: this.#now() };
    this.#events.push(full);
    if (this.#events.length > keptEvents) {
      this.#events.shift();
    }
    const { kind, model, actor, reason, before, after } = event;
    this.#log.info(kind, { model, actor, reason, before, after });
    this.#emitter.emit('event', full);
  }

  /** The last `count` events, the oldest first. */
  last(count: number): readonly TrafficEvent[] {
    return count <= 0 ? [] : this.#events.slice(-count);
  }

  /** Calls `listener` with every event from now on; gives a function that ends that. */
  follow(listener: (event: TrafficEvent) => void): () => void {
    this.#emitter.on('event', listener);
    return () => this.#emitter.off('event', listener);
  }
}
