// What the tab follows of one model while it is seen: its canary, statistics, traffic and events. No vscode in here.
import { setTimeout as delay } from 'node:timers/promises';
import { serviceMethods, type MessageOutput } from '../../../../protos/messages.ts';
import type { AdminChannel, Method } from '../../../daemon/admin-channel.ts';
import { Signal, type Disposable, type Listen } from '../../../signal.ts';
import { Follower } from '../../../state/follower.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

/** Between two looks at what the daemon does not push, milliseconds. */
const trafficIntervalMs = 2_000;
const historyIntervalMs = 5_000;
const callTimeoutMs = 5_000;

const statisticsWindow = { windowSeconds: 60, intervalMs: 2_000 };
const historySeconds = 600;

/** As many as the daemon keeps: those of the model are among them. */
const eventBacklog = 1000;

export type WireCanary = MessageOutput<'perch.admin.v1.Canary'>;
export type WireTraffic = MessageOutput<'perch.admin.v1.GetTrafficResponse'>;
export type WireVersionStatistics = MessageOutput<'perch.admin.v1.VersionStatistics'>;
export type WireHistory = MessageOutput<'perch.admin.v1.GetStatisticsHistoryResponse'>;
export type WireEvent = MessageOutput<'perch.admin.v1.Event'>;

/** The newest answers about one model; undefined before the first. */
export interface Figures {
  readonly canary: WireCanary | undefined;
  readonly traffic: WireTraffic | undefined;
  /** Of the last minute. */
  readonly statistics: readonly WireVersionStatistics[];
  readonly history: WireHistory | undefined;
  /** Of all models, the oldest first. */
  readonly events: readonly WireEvent[];
}

/** Before the first answer. */
export const noFigures: Figures = {
  canary: undefined,
  traffic: undefined,
  statistics: [],
  history: undefined,
  events: [],
};

/** The part of the connection that is needed. */
export type Calls = Pick<AdminChannel, 'call' | 'stream'>;

interface Target {
  readonly calls: Calls;
  readonly model: string;
}

/** Asks for a model only while there is a daemon, a model, and somebody who sees it. */
export class LiveData implements Disposable {
  readonly #changed = new Signal<void>();
  readonly #ofModel: readonly Follower<Target, Partial<Figures>>[];
  readonly #events: Follower<Calls, MessageOutput<'perch.admin.v1.WatchEventsResponse'>>;
  #figures = noFigures;
  #target: Target | undefined;

  constructor() {
    this.#ofModel = [
      this.#follow(
        ({ calls, model }, signal) => calls.stream(methods.WatchCanary, { model }, signal),
        ({ canary }) => ({ canary: canary ?? undefined }),
        { canary: undefined },
      ),
      this.#follow(
        ({ calls, model }, signal) =>
          calls.stream(methods.WatchStatistics, { model, ...statisticsWindow }, signal),
        ({ versions }) => ({ statistics: versions }),
        { statistics: [] },
      ),
      this.#follow(
        ({ calls, model }, signal) => again(calls, methods.GetTraffic, { model }, trafficIntervalMs, signal),
        (traffic) => ({ traffic }),
        { traffic: undefined },
      ),
      this.#follow(
        ({ calls, model }, signal) => {
          const request = { model, windowSeconds: historySeconds };
          return again(calls, methods.GetStatisticsHistory, request, historyIntervalMs, signal);
        },
        (history) => ({ history }),
        { history: undefined },
      ),
    ];
    this.#events = new Follower({
      open: (calls, signal) => calls.stream(methods.WatchEvents, { backlog: eventBacklog }, signal),
      onMessage: ({ event }) => {
        if (event !== null) {
          this.#put({ events: [...this.#figures.events, event].slice(-eventBacklog) });
        }
      },
      onEnd: () => this.#put({ events: [] }),
    });
  }

  /** Fires when `figures` is something new. */
  get onDidChange(): Listen<void> {
    return this.#changed.event;
  }

  get figures(): Figures {
    return this.#figures;
  }

  /** The daemon to ask and the model to ask for; undefined while there is none. */
  setTarget(calls: Calls | undefined, model: string | undefined): void {
    this.#events.setSource(calls);
    if (calls === this.#target?.calls && model === this.#target?.model) {
      return;
    }
    this.#target = calls === undefined || model === undefined ? undefined : { calls, model };
    for (const follower of this.#ofModel) {
      follower.setSource(this.#target);
    }
  }

  /** Whether anybody sees it. */
  setVisible(visible: boolean): void {
    for (const follower of [...this.#ofModel, this.#events]) {
      follower.setWanted(visible);
    }
  }

  dispose(): void {
    for (const follower of [...this.#ofModel, this.#events]) {
      follower.dispose();
    }
    this.#changed.dispose();
  }

  #follow<Message>(
    open: (target: Target, signal: AbortSignal) => AsyncIterable<Message>,
    read: (message: Message) => Partial<Figures>,
    none: Partial<Figures>,
  ): Follower<Target, Partial<Figures>> {
    return new Follower({
      open: (target: Target, signal) => each(open(target, signal), read),
      onMessage: (part) => this.#put(part),
      onEnd: () => this.#put(none),
    });
  }

  #put(part: Partial<Figures>): void {
    this.#figures = { ...this.#figures, ...part };
    this.#changed.fire();
  }
}

/** Calls again and again, `intervalMs` after each answer. Ends by rejecting, as the call or when aborted. */
async function* again<Request, Answer>(
  calls: Calls,
  method: Method<Request, Answer>,
  request: Request,
  intervalMs: number,
  signal: AbortSignal,
): AsyncGenerator<Answer> {
  for (;;) {
    yield await calls.call(method, request, callTimeoutMs, signal);
    await delay(intervalMs, undefined, { signal });
  }
}

async function* each<Message, Part>(
  messages: AsyncIterable<Message>,
  read: (message: Message) => Part,
): AsyncGenerator<Part> {
  for await (const message of messages) {
    yield read(message);
  }
}
