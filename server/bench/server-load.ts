// Follows the load of the server while it is measured, by Admin.GetResources.
import type { MessageOutput } from '../../protos/messages.ts';
import { loadFigures, type LoadSummary, type ServerLoad } from './bench-lines.ts';

type Resources = MessageOutput<'perch.admin.v1.GetResourcesResponse'>;
type Sample = Resources['samples'][number];

/** Asks for the samples after this time, milliseconds since the Unix epoch; 0: all that are kept. */
export type ReadResources = (sinceMs: string) => Promise<Resources>;

/** What the server told since the start. A server that tells nothing is asked once. */
export class ServerLoadLog {
  readonly #read: ReadResources;
  readonly #loads: ServerLoad[] = [];
  #newest: ServerLoad | undefined;
  /** Undefined: it does not tell. */
  #since: string | undefined;
  #isAsking = false;

  constructor(read: ReadResources) {
    this.#read = read;
  }

  /** Whether the server tells its load; what it did before does not count. */
  async start(): Promise<boolean> {
    try {
      const { samples } = await this.#read('0');
      this.#since = samples.at(-1)?.atMs ?? '0';
    } catch {
      this.#since = undefined;
    }
    return this.#since !== undefined;
  }

  /** Asks for what is new. Never rejects. */
  async poll(): Promise<void> {
    if (this.#since === undefined || this.#isAsking) {
      return;
    }
    this.#isAsking = true;
    try {
      const { samples } = await this.#read(this.#since);
      for (const sample of samples) {
        this.#newest = loadOf(sample);
        this.#loads.push(this.#newest);
        this.#since = sample.atMs;
      }
    } catch {
      // It may answer the next time: a server under load refuses too.
    } finally {
      this.#isAsking = false;
    }
  }

  /** The newest sample that was not taken yet. */
  takeNewest(): ServerLoad | null {
    const newest = this.#newest ?? null;
    this.#newest = undefined;
    return newest;
  }

  /** Null where the server told nothing. */
  summary(): LoadSummary | null {
    if (this.#loads.length === 0) {
      return null;
    }
    const entries = loadFigures.map((figure) => [figure, figuresOf(this.#loads, figure)] as const);
    return Object.fromEntries(entries) as LoadSummary;
  }
}

function figuresOf(
  loads: readonly ServerLoad[],
  figure: (typeof loadFigures)[number],
): { readonly mean: number; readonly max: number } | null {
  const values = loads.map((load) => load[figure]).filter((value) => value !== null);
  return values.length === 0
    ? null
    : { mean: values.reduce((sum, value) => sum + value, 0) / values.length, max: Math.max(...values) };
}

function loadOf(sample: Sample): ServerLoad {
  return {
    atMs: Number(sample.atMs),
    processCpuPercent: sample.processCpuPercent,
    engineCpuPercent: sample.engineCpuPercent ?? null,
    hostCpuPercent: sample.hostCpuPercent,
    rssBytes: Number(sample.rssBytes),
    engineRssBytes: toNumber(sample.engineRssBytes),
    memoryAvailableBytes: Number(sample.memoryAvailableBytes),
    loopDelayMaxMs: sample.loopDelayMaxMs,
    loopBusyPercent: sample.loopBusyPercent,
    gpus: sample.gpus.map(({ index, utilizationPercent, memoryUsedBytes }) => ({
      index,
      utilizationPercent: utilizationPercent ?? null,
      memoryUsedBytes: toNumber(memoryUsedBytes),
    })),
  };
}

function toNumber(value: string | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}
