// Who did what through the admin API, and who was refused: kept for a while, told to the log and to those who watch.
import { Waker } from '../apis/waker.ts';
import type { Logger } from '../log.ts';
import { LogBudget } from '../log-budget.ts';
import type { Role } from './roles.ts';

/** Something that happened. */
export interface AuditEvent {
  /** Counts up from 1. A gap tells of events that are kept no more. */
  readonly id: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** A change by an admin call, successful or not; or a request that was not let in. */
  readonly kind: 'admin-call' | 'refusal';
  readonly transport: 'gRPC' | 'REST';
  /** `/<service>/<method>`, or the HTTP method and the path; cut where it is long. */
  readonly method: string;
  /** What the token is called; empty where there was none, or an unknown one. */
  readonly token: string;
  /** Of the token; absent where there was none, or an unknown one. */
  readonly role?: Role;
  /** The client: `host:port`, `unix:`, or for REST its IP address. */
  readonly peer: string;
  /** `OK`, or the code of the error that it was answered with. */
  readonly outcome: string;
}

/** What is told of an event; the rest is known here. */
export type AuditRecord = Omit<AuditEvent, 'id' | 'at'>;

/** Events that are kept of each kind, so that refusals do not push out what was done. */
const keptOfKind = 256;

/** Paths come from outside. */
const longestMethod = 200;

/** The last events. */
export class Audit {
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #kept = { 'admin-call': [] as AuditEvent[], refusal: [] as AuditEvent[] };
  readonly #watchers = new Set<() => void>();
  readonly #budget = new LogBudget();
  #lastId = 0;

  /** `now` gives milliseconds since the Unix epoch. */
  constructor(log: Logger, now: () => number = Date.now) {
    this.#log = log;
    this.#now = now;
  }

  /** Keeps an event, and tells it. */
  record(record: AuditRecord): void {
    const method =
      record.method.length > longestMethod ? `${record.method.slice(0, longestMethod)}…` : record.method;
    const event: AuditEvent = { ...record, method, id: ++this.#lastId, at: this.#now() };
    const kept = this.#kept[event.kind];
    kept.push(event);
    if (kept.length > keptOfKind) {
      kept.shift();
    }
    this.#tell(event);
    this.#watchers.forEach((wake) => wake());
  }

  /** The events that are kept with an id above `afterId`, oldest first. */
  list(afterId = 0): AuditEvent[] {
    return [...this.#kept['admin-call'], ...this.#kept.refusal]
      .filter(({ id }) => id > afterId)
      .sort((a, b) => a.id - b.id);
  }

  /** The events after `afterId` that are kept, and then each as it happens, until `signal` fires. */
  async *watch(signal: AbortSignal, afterId = 0): AsyncGenerator<AuditEvent> {
    const waker = new Waker();
    this.#watchers.add(waker.wake);
    signal.addEventListener('abort', waker.close);
    try {
      let last = afterId;
      do {
        for (const event of this.list(last)) {
          last = event.id;
          yield event;
        }
      } while (!signal.aborted && (await waker.wait()) !== 'closed');
    } finally {
      this.#watchers.delete(waker.wake);
      signal.removeEventListener('abort', waker.close);
    }
  }

  #tell({ kind, transport, method, token, role, peer, outcome }: AuditEvent): void {
    // What was done is told each time; refusals are made by strangers, who must not fill the disk.
    const budget =
      kind === 'refusal' ? this.#budget.take(`${outcome} ${transport}`, performance.now()) : { leftOut: 0 };
    if (budget === undefined) {
      return;
    }
    this.#log.info(kind === 'refusal' ? 'a request was refused' : 'an admin call', {
      transport,
      method,
      ...(token === '' ? {} : { token }),
      ...(role === undefined ? {} : { role }),
      peer,
      outcome,
      ...(budget.leftOut === 0 ? {} : { leftOutBefore: budget.leftOut }),
    });
  }
}
