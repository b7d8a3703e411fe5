// The soak: clients of every kind visit a daemon for a while, and what it says of each close is held against what they did.
import assert from 'node:assert/strict';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { H2Connection } from '../../support/h2-client/connection.ts';
import type { Holdings } from '../../support/holdings.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';
import { Random } from '../../unit/codec/support/random.ts';
import {
  connected,
  crowd,
  soakActors,
  soakArguments,
  type Expectation,
  type SoakActor,
} from './soak-actors.ts';
import { startSoakDaemon, type SoakProcess, type ToldClose } from './soak-process.ts';

/** Clients at a time, the crowds not counted. */
const visitors = 16;

/** Between two looks at what the daemon says; it keeps the last 64 closes of each sort. */
const lookMs = 100;

/** MiB by which what is held may differ. */
const heldSlack = 8;

/** What happened. */
export interface SoakReport {
  readonly connections: number;
  readonly closes: ReadonlyMap<string, number>;
  /** The same on the page for Prometheus, polls of this test included. */
  readonly exported: ReadonlyMap<string, number>;
  /** What should not have been; empty. */
  readonly problems: readonly string[];
  readonly before: Holdings;
  readonly after: Holdings;
}

/** Plays for so many seconds, and each actor at least twice. */
export async function soak(seconds: number, seed: number): Promise<SoakReport> {
  const directory = tempDir();
  const daemon = await startSoakDaemon(soakArguments, path.join(directory.path, 'socket'));
  try {
    const run = new Soak(daemon, new Random(seed));
    // Code is compiled and caches are filled by the first round.
    await run.play(0);
    const before = await atRest(daemon);
    await run.play(seconds);
    const after = await atRest(daemon, before);
    const exported = await daemon.closes();
    await run.drain();
    return { ...run.report(), exported, before, after };
  } finally {
    await daemon.stop();
    directory.remove();
  }
}

/** What it holds once nobody is connected; where `base` is given, once it is back at that, or will not get there. */
async function atRest(daemon: SoakProcess, base?: Holdings): Promise<Holdings> {
  await until('the end of all connections', async () => {
    const { open } = await daemon.network();
    return open.every(({ transport }) => transport === 'unix');
  });
  let now = await daemon.holdings();
  const end = Date.now() + 30_000;
  const isBack = (): boolean =>
    base !== undefined && now.descriptors <= base.descriptors && now.held <= base.held + heldSlack;
  // Sockets linger for a second after their connections.
  while (Date.now() < (base === undefined ? end - 27_000 : end) && !isBack()) {
    await sleep(200);
    now = await daemon.holdings();
  }
  return now;
}

interface Visit {
  readonly actor: string;
  readonly peer: string;
  /** Sockets of this test that were open when it came. */
  readonly others: number;
  expected: Expectation | undefined;
  told: ToldClose | undefined;
}

class Soak {
  readonly #daemon: SoakProcess;
  readonly #random: Random;
  readonly #problems: string[] = [];
  readonly #closes = new Map<string, number>();
  readonly #visits: Visit[] = [];
  readonly #seen = new Set<string>();
  readonly #sockets = new Set<Socket>();

  constructor(daemon: SoakProcess, random: Random) {
    this.#daemon = daemon;
    this.#random = random;
  }

  report(): Pick<SoakReport, 'connections' | 'closes' | 'problems'> {
    const errors = this.#daemon
      .log()
      .split('\n')
      .filter((line) => line.includes('"level":"error"'));
    return {
      connections: this.#visits.length,
      closes: this.#closes,
      problems: [...this.#problems, ...errors],
    };
  }

  /** Each actor once, and then any of them until so many seconds are over; at the end all connections are. */
  async play(seconds: number): Promise<void> {
    const looking = new AbortController();
    const looks = this.#lookUntil(looking.signal);
    const end = Date.now() + seconds * 1000;
    const first = [...soakActors()];
    const worker = async (): Promise<void> => {
      for (let actor = first.pop(); actor !== undefined || Date.now() < end; actor = first.pop()) {
        await this.#visit(actor ?? this.#random.pick(soakActors()));
      }
    };
    const crowds = async (): Promise<void> => {
      do {
        await Promise.all(Array.from({ length: 40 }, () => this.#visit(crowd)));
        await sleep(5000);
      } while (Date.now() < end - 5000);
    };
    await Promise.all([...Array.from({ length: visitors }, worker), crowds()]);
    await until('a cause for every close', () => this.#visits.every(({ told }) => told !== undefined)).catch(
      () => undefined,
    );
    looking.abort();
    await looks;
    for (const { actor, peer, told } of this.#visits) {
      if (told === undefined) {
        this.#problems.push(`${actor} (${peer}): the daemon does not say why it closed`);
      }
    }
  }

  /** The daemon goes while there are clients: it says goodbye to each, and ends. */
  async drain(): Promise<void> {
    const connections = await Promise.all(
      Array.from({ length: 10 }, () => H2Connection.open({ port: this.#daemon.port })),
    );
    await Promise.all(connections.map((connection) => connection.settle()));
    const code = await this.#daemon.stop();
    assert.equal(code, 0, this.#daemon.log());
    for (const connection of connections) {
      await connection.untilClosed();
      await connection.untilGoaway();
    }
  }

  async #visit(actor: SoakActor): Promise<void> {
    let visit: Visit | undefined;
    let connection: H2Connection | undefined;
    let socket: Socket | undefined;
    const begin = (localPort: number): void => {
      visit = {
        actor: actor.name,
        peer: `127.0.0.1:${localPort}`,
        others: this.#sockets.size,
        expected: undefined,
        told: undefined,
      };
      this.#visits.push(visit);
    };
    const adopt = (opened: Socket): void => {
      socket = opened;
      begin(opened.localPort ?? 0);
      this.#sockets.add(opened);
      opened.once('close', () => this.#sockets.delete(opened));
    };
    try {
      await actor.act({
        port: this.#daemon.port,
        random: new Random(this.#random.below(2 ** 31)),
        open: async (options) => {
          connection = await H2Connection.open({ port: this.#daemon.port, ...options });
          adopt(connection.socket);
          return connection;
        },
        openSocket: async () => {
          const opened = await connected(this.#daemon.port);
          opened.on('error', () => undefined).resume();
          adopt(opened);
          return opened;
        },
        adopt: begin,
        expect: (expectation) => {
          if (visit !== undefined) {
            visit.expected = expectation;
          }
        },
      });
    } catch (reason) {
      // The daemon may close a connection under its client: because it is full, or the connection is old.
      if (socket?.closed !== true) {
        this.#problems.push(`${actor.name}: ${String(reason)}`);
      }
    }
    const { told } = await until(`a cause for ${actor.name}`, () =>
      visit?.told === undefined ? false : visit,
    ).catch(() => ({ told: undefined }));
    this.#judgeClient(actor, connection, told);
    // One that does not read does not see its end either.
    socket?.destroy();
  }

  #judgeClient({ name }: SoakActor, connection: H2Connection | undefined, told: ToldClose | undefined): void {
    if (told !== undefined && connection !== undefined && name !== 'breaks a rule') {
      this.#problems.push(...connection.violations.map((violation) => `${name}: ${violation}`));
    }
  }

  async #lookUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { closed } = await this.#daemon.network();
      for (const one of closed) {
        const { id, peer, close } = one;
        // Of those that were not let in, the id is 0, and the port may come again.
        const key = `${id} ${peer} ${close.cause} ${one.ageMs}`;
        if (one.transport !== 'unix' && !this.#seen.has(key)) {
          this.#judge(one, key);
        }
      }
      await sleep(lookMs);
    }
  }

  #judge(told: ToldClose, key: string): void {
    const { peer, close } = told;
    const visit = this.#visits.find((one) => one.peer === peer && one.told === undefined);
    if (visit === undefined) {
      // This test does not know it yet.
      return;
    }
    this.#seen.add(key);
    visit.told = told;
    this.#closes.set(close.cause, (this.#closes.get(close.cause) ?? 0) + 1);
    const problem = problemOf(visit, told);
    if (problem !== undefined) {
      this.#problems.push(
        `${visit.actor} (${peer}), ${told.ageMs.toFixed(0)} ms: ${close.cause}: ${close.text}: ${problem}`,
      );
    }
  }
}

/** What contradicts what the client did; undefined where nothing does. */
function problemOf({ expected, others }: Visit, { close, ageMs }: ToldClose): string | undefined {
  const { cause, text, advice, severity } = close;
  if (text === '' || (severity === 'warning' && advice === '')) {
    return `no text or advice`;
  }
  if (cause === 'limit') {
    const limit = soakArguments['grpc.max_allowed_incoming_connections'];
    // Others of the daemon's side may linger, or be this test's looks.
    return text.includes('grpc.max_allowed_incoming_connections') && others > limit / 2
      ? undefined
      : `with ${others} others open`;
  }
  const age = soakArguments['grpc.max_connection_age_ms'];
  if (cause === 'max-age' && ageMs >= 0.9 * age - 1) {
    return undefined;
  }
  if (expected?.causes.includes(cause) !== true) {
    return `expected ${expected?.causes.join(' or ') ?? 'nothing'}`;
  }
  if (expected.text?.test(text) === false) {
    return `expected ${String(expected.text)}`;
  }
  return ageMs < (expected.afterMs ?? 0) ? `not before ${expected.afterMs ?? 0} ms` : undefined;
}
