// What a request costs of processor time, and where: by /proc, so Linux only; NaN elsewhere.
import { readdir } from 'node:fs/promises';
import { median } from './conditions.ts';
import { childrenOf, cpuSeconds, statSeconds } from './processes.ts';
import { measure, type Call, type Measured } from './rounds.ts';

/** Columns of the table, and where the time was used. */
const places = [
  ['network thread', 'network'],
  ['other threads', 'otherThreads'],
  ['host processes', 'hosts'],
  ['client', 'client'],
] as const;

/** Processor time, seconds or, of a request, microseconds. */
interface Times {
  /** The daemon's thread that everything but models runs on. */
  readonly network: number;
  /** The daemon's other threads: garbage collection, and engine hosts that are threads. */
  readonly otherThreads: number;
  /** The processes that the daemon started. */
  readonly hosts: number;
  /** This process. */
  readonly client: number;
}

/** What requests cost, by the name of what answered them. */
export class RequestCosts {
  readonly #costs = new Map<string, Times[]>();

  /** Does what `measure` does, and notes under `name` what the daemon with this process id used for it. */
  async measure(
    name: string,
    pid: number | undefined,
    [call, concurrency, roundMs]: readonly [call: Call, concurrency: number, roundMs: number],
  ): Promise<Measured> {
    const before = await timesOf(pid);
    const measured = await measure(call, concurrency, roundMs);
    const after = await timesOf(pid);
    const micros = (where: keyof Times): number => ((after[where] - before[where]) / measured.requests) * 1e6;
    const costs = this.#costs.get(name) ?? [];
    this.#costs.set(name, costs);
    costs.push({
      network: micros('network'),
      otherThreads: micros('otherThreads'),
      hosts: micros('hosts'),
      client: micros('client'),
    });
    return measured;
  }

  /** A table: medians of the rounds, microseconds. */
  table(): string[][] {
    return [
      ['CPU of a request, µs', ...places.map(([title]) => title)],
      ...[...this.#costs].map(([name, costs]) => [
        name,
        ...places.map(([, where]) => median(costs.map((cost) => cost[where])).toFixed(0)),
      ]),
    ];
  }
}

async function timesOf(pid: number | undefined): Promise<Times> {
  const directory = `/proc/${pid ?? 0}/task`;
  const threads = await readdir(directory).catch(() => []);
  const others = threads.filter((thread) => thread !== String(pid));
  const { user, system } = process.cpuUsage();
  return {
    network: await statSeconds(`${directory}/${pid ?? 0}/stat`),
    otherThreads: await sum(others.map((thread) => statSeconds(`${directory}/${thread}/stat`))),
    hosts: await sum((await childrenOf(pid)).map(cpuSeconds)),
    client: (user + system) / 1e6,
  };
}

async function sum(values: readonly Promise<number>[]): Promise<number> {
  return (await Promise.all(values)).reduce((total, value) => total + value, 0);
}
