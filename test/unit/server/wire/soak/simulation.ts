// Half an hour of clients that come, go, break off, flood and fall silent, on a clock that leaps: every close is held
// against what its client did, and nothing may be left of any of them.
import { createLogger, type Logger } from '../../../../../server/log.ts';
import type { CloseCause } from '../../../../../server/wire/close-cause.ts';
import { defaultLimits } from '../../../../../server/wire/http2/connection-limits.ts';
import { defaultTimers } from '../../../../../server/wire/http2/connection-timers.ts';
import { defaultPingRules } from '../../../../../server/wire/http2/ping-policy.ts';
import type { ClosedConnection } from '../../../../../server/wire/socket/connection-table.ts';
import { closeText } from '../../../../../server/wire/socket/close-text.ts';
import type { ListenerSettings } from '../../../../../server/wire/socket/wire-listener.ts';
import { Random } from '../../../codec/support/random.ts';
import { actors, type Actor, type Expected, type ServerKind } from './actors.ts';
import { activity } from './fake-socket.ts';
import { SimClient } from './sim-client.ts';
import { SimClock } from './sim-clock.ts';
import { SimServer } from './sim-server.ts';

const usual: ListenerSettings = {
  limits: defaultLimits,
  timers: defaultTimers,
  pings: defaultPingRules,
  maxConnections: 40,
};

const settingsOf: Readonly<Record<ServerKind, ListenerSettings>> = {
  usual,
  strict: {
    limits: { ...defaultLimits, maxConcurrentStreams: 100 },
    timers: { ...defaultTimers, keepaliveMs: 20_000, keepaliveTimeoutMs: 5000, maxIdleMs: 90_000 },
    pings: { mode: 'strict', minIntervalMs: 10_000, permitWithoutCalls: false, maxStrikes: 2 },
    maxConnections: 25,
  },
  aged: {
    ...usual,
    timers: { ...defaultTimers, maxAgeMs: 120_000, maxAgeGraceMs: 15_000 },
    maxConnections: 25,
  },
};

/** Between two clients, milliseconds on average. */
const arrivalMs = 1200;

/** A listener lives so long, and half as long again at most; then it drains, and another takes its place. */
const lifeMs = 4 * 60_000;
const drainGraceMs = 10_000;

/** Timers are rounded up to whole milliseconds, once per step of theirs. */
const roundingMs = 4;

/** What happened. */
export interface SimReport {
  connections: number;
  calls: number;
  readonly closes: Map<CloseCause['kind'], number>;
  readonly byActor: Map<string, number>;
  /** What should not have been; empty. */
  readonly problems: string[];
  /** One line per close: the same for the same seed. */
  readonly history: string[];
}

interface Visit {
  readonly actor: Actor;
  readonly client: SimClient;
  readonly server: SimServer;
  /** The server was full when it came. */
  readonly wasFull: boolean;
  expected: (() => Expected) | undefined;
  closes: number;
}

/** One run. */
export class Simulation {
  readonly report: SimReport = {
    connections: 0,
    calls: 0,
    closes: new Map(),
    byActor: new Map(),
    problems: [],
    history: [],
  };
  readonly #clock = new SimClock();
  readonly #random: Random;
  readonly #log: Logger;
  readonly #servers = new Map<ServerKind, SimServer>();
  readonly #all: SimServer[] = [];
  /** Those whose connection, or socket, is not over. */
  readonly #visits = new Map<string, Visit>();
  #isOver = false;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#log = createLogger({ format: 'json', write: (line) => this.#logged(line) }, 'sim');
  }

  /** Plays so many minutes of simulated time, and the end of everything. */
  async run(minutes: number): Promise<SimReport> {
    const { random } = Math;
    // The age of connections is given a jitter.
    Math.random = () => this.#random.next();
    try {
      return await this.#run(minutes);
    } finally {
      Math.random = random;
    }
  }

  async #run(minutes: number): Promise<SimReport> {
    for (const kind of Object.keys(settingsOf) as ServerKind[]) {
      this.#open(kind);
    }
    this.#clock.after(0, () => this.#arrive());
    const end = minutes * 60_000;
    await this.#playUntil(end);
    this.#isOver = true;
    this.#servers.forEach((server) => server.close(drainGraceMs, false));
    // Then there is nothing left to wait for.
    await this.#playUntil(Infinity);
    for (const { actor, client } of this.#visits.values()) {
      this.#problem(client, actor, 'its connection never closed');
    }
    for (const server of this.#all) {
      this.report.problems.push(...server.leftovers());
    }
    return this.report;
  }

  async #playUntil(end: number): Promise<void> {
    while (this.#clock.nextAt < end) {
      this.#clock.step();
      await this.#settle();
      this.#look();
    }
  }

  /** Until nothing moves any more at this moment of time. */
  async #settle(): Promise<void> {
    let still = 0;
    while (still < 2) {
      const before = activity.count;
      await new Promise((resolve) => setImmediate(resolve));
      still = activity.count === before ? still + 1 : 0;
    }
  }

  #open(kind: ServerKind): void {
    const server = new SimServer(this.#clock, settingsOf[kind], this.#log);
    this.#servers.set(kind, server);
    this.#all.push(server);
    this.#clock.after(lifeMs * (1 + this.#random.next() / 2), () => {
      if (!this.#isOver) {
        this.#open(kind);
        server.close(drainGraceMs, this.#random.chance(0.6));
      }
    });
  }

  #arrive(): void {
    if (this.#isOver) {
      return;
    }
    // Mostly one, and now and then a crowd.
    for (let count = this.#random.chance(0.008) ? 60 : 1; count > 0; count--) {
      this.#visit();
    }
    this.#clock.after(-Math.log(1 - this.#random.next()) * arrivalMs, () => this.#arrive());
  }

  #visit(): void {
    const actor = pickActor(this.#random);
    const server = this.#servers.get(this.#random.pick(actor.servers))!;
    const client = new SimClient(this.report.connections++, this.#clock);
    const wasFull = server.openSockets >= server.settings.maxConnections;
    const visit: Visit = { actor, client, server, wasFull, expected: undefined, closes: 0 };
    this.#visits.set(client.peer, visit);
    server.accept(client.socket);
    const script = actor.script({
      client,
      random: new Random(this.#random.below(2 ** 31)),
      settings: server.settings,
      now: () => this.#clock.now(),
      expect: (reason) => (visit.expected = reason),
    });
    const go = (): void => {
      const next = client.isGone ? undefined : script.next();
      if (next?.done === false) {
        this.#clock.after(next.value, go);
      }
    };
    go();
  }

  /** What has closed by now. */
  #look(): void {
    for (const server of this.#all) {
      for (const closed of server.newlyClosed()) {
        this.#judge(server, closed);
      }
    }
    for (const [peer, { client, closes }] of this.#visits) {
      if (closes > 0 && client.socket.isGone) {
        this.#visits.delete(peer);
      }
    }
  }

  #judge(server: SimServer, closed: ClosedConnection): void {
    const { cause, closedAt, peer } = closed;
    const visit = this.#visits.get(peer);
    this.report.closes.set(cause.kind, (this.report.closes.get(cause.kind) ?? 0) + 1);
    this.report.history.push(`${closedAt.toFixed(3)} ${peer} ${JSON.stringify(cause)}`);
    if (visit === undefined) {
      this.report.problems.push(`${peer}, whom nobody knows, closed by ${JSON.stringify(cause)}`);
      return;
    }
    const { actor, client } = visit;
    const name = `${actor.name}: ${cause.kind}`;
    this.report.byActor.set(name, (this.report.byActor.get(name) ?? 0) + 1);
    this.report.calls += client.answered;
    visit.closes++;
    if (visit.closes > 1) {
      this.#problem(client, actor, `closed ${visit.closes} times`);
    }
    const problem = ofServer(visit, server, closed) ? undefined : ofClient(visit, closed);
    if (problem !== undefined) {
      this.#problem(client, actor, `${JSON.stringify(cause)} at ${closedAt - client.begunAt} ms: ${problem}`);
    }
    const { text, advice, level } = closeText(cause);
    if (text === '' || (level === 'warning' && advice === '')) {
      this.#problem(client, actor, `${cause.kind} says "${text}", and advises "${advice}"`);
    }
    for (const violation of client.rules.violations) {
      this.#problem(client, actor, violation);
    }
  }

  #problem({ id, begunAt }: SimClient, { name }: Actor, text: string): void {
    this.report.problems.push(`client ${id} (${name}, since ${begunAt.toFixed(0)} ms): ${text}`);
  }

  #logged(line: string): void {
    if (line.includes('"level":"error"')) {
      this.report.problems.push(line);
    }
  }
}

function pickActor(random: Random): Actor {
  let left = random.below(actors.reduce((sum, { weight }) => sum + weight, 0));
  return actors.find(({ weight }) => (left -= weight) < 0)!;
}

/** Whether the server did it by itself: it was full, it shut down, or the connection was old. It must have said so. */
function ofServer({ client, wasFull }: Visit, server: SimServer, closed: ClosedConnection): boolean {
  const { cause, closedAt } = closed;
  const { maxAgeMs, maxAgeGraceMs } = server.settings.timers;
  const ageMs = closedAt - client.begunAt;
  switch (cause.kind) {
    case 'limit':
      return (
        wasFull &&
        ageMs === 0 &&
        cause.option === 'grpc.max_allowed_incoming_connections' &&
        cause.actual === server.settings.maxConnections + 1
      );
    case 'drained':
      return closedAt >= server.closingAt && closedAt <= server.closingAt + drainGraceMs + roundingMs;
    case 'forced':
      return closedAt === server.forcedAt && cause.cutStreams <= client.open;
    case 'max-age':
      return (
        Math.abs(cause.ageMs - ageMs) < 1 &&
        ageMs >= 0.9 * maxAgeMs &&
        // Who does not answer has five seconds to hear of it.
        ageMs <= 1.1 * maxAgeMs + maxAgeGraceMs + roundingMs &&
        cause.cutStreams <= client.open &&
        (cause.cutStreams === 0 || ageMs >= 0.9 * maxAgeMs + maxAgeGraceMs)
      );
    default:
      return false;
  }
}

/** What contradicts what the client did; undefined where nothing does. */
function ofClient({ expected }: Visit, { cause, closedAt }: ClosedConnection): string | undefined {
  if (expected === undefined) {
    return 'its client has done nothing to that end';
  }
  const { cause: evidence, at } = expected();
  for (const [field, value] of Object.entries(evidence)) {
    const told: unknown = (cause as unknown as Readonly<Record<string, unknown>>)[field];
    const isSame =
      typeof value === 'number' && typeof told === 'number' ? Math.abs(value - told) < 1e-6 : told === value;
    if (!isSame) {
      return `expected ${JSON.stringify(evidence)}`;
    }
  }
  return at === undefined || (closedAt >= at - 1e-6 && closedAt <= at + roundingMs)
    ? undefined
    : `expected at ${at}, and came ${closedAt - at} ms later`;
}
