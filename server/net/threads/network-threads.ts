// The gRPC listener with several network threads: they share its port, and the main thread answers their calls.
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { Method } from '../../apis/method.ts';
import type { Logger } from '../../log.ts';
import type { CloseCounts, CountedCause } from '../../wire/socket/close-tally.ts';
import { bindAddresses, type BindAddresses, type MoreAddress } from '../bind-addresses.ts';
import type { ChannelArguments } from '../channel-arguments.ts';
import type { ConnectionLists } from '../connection-lists.ts';
import type { TlsConfig } from '../tls-config.ts';
import { toWireSettings } from '../wire-settings.ts';
import { NetworkThread } from './network-thread.ts';
import { SharedCensus } from './shared-census.ts';
import { clockOriginMs, type ThreadSettings } from './thread-messages.ts';

/** How to listen. */
export interface NetworkThreadsOptions extends BindAddresses {
  /** At least 1. */
  readonly threads: number;
  /** The bundled thread-program.ts. */
  readonly programFile: string;
  /** False: each has a port of its own, where `port` is 0. For machines without `reusePort` (port-sharing.ts). */
  readonly sharesPort: boolean;
  readonly methods: readonly Method[];
  /** 0 takes any free one. */
  readonly port: number;
  readonly tls?: TlsConfig | undefined;
  readonly channelArguments?: ChannelArguments;
  /** host:port; empty where REST is off, or not open yet. */
  readonly restAddress?: () => string;
  readonly log: Logger;
}

/** A thread that lived for less is not started again at once. Milliseconds. */
const shortLifeMs = 10_000;
const restartDelayMs = 1000;

/** Open threads; as GrpcListener has it. */
export class NetworkThreads implements CloseCounts {
  readonly #options: NetworkThreadsOptions;
  readonly #methods: ReadonlyMap<string, Method>;
  readonly #census: SharedArrayBuffer;
  readonly #running = new Map<number, NetworkThread>();
  /** Of threads that are gone. */
  readonly #goneByCause = new Map<CountedCause, number>();
  readonly #where: Pick<ThreadSettings, 'port' | 'moreAddresses'>;
  #tls: TlsConfig | undefined;
  #restAddress: string;
  #isClosing = false;
  #addresses: readonly string[] = [];

  private constructor(options: NetworkThreadsOptions, where: Pick<ThreadSettings, 'port' | 'moreAddresses'>) {
    this.#options = options;
    this.#methods = new Map(options.methods.map((method) => [method.path, method]));
    this.#census = SharedCensus.memoryFor(options.threads);
    this.#where = where;
    this.#tls = options.tls;
    this.#restAddress = options.restAddress?.() ?? '';
  }

  /** Starts them; all listen, or none. Rejects with PORT_TAKEN, ADDRESS_INVALID or OPTION_INVALID (a channel argument). */
  static async open(options: NetworkThreadsOptions): Promise<NetworkThreads> {
    const { notices } = toWireSettings(options.channelArguments ?? new Map());
    for (const notice of [...notices, ...(options.tls?.notices ?? [])]) {
      options.log.warning(notice);
    }
    const where = options.sharesPort ? await findPort(options) : { port: 0, moreAddresses: [] };
    const opened = new NetworkThreads(options, where);
    try {
      await opened.#openAll();
    } catch (reason) {
      await opened.close(AbortSignal.abort());
      throw reason;
    }
    return opened;
  }

  /** host:port of every address; where each thread has a port of its own, one per thread. */
  get addresses(): readonly string[] {
    return this.#addresses;
  }

  /** Of CloseCounts. */
  get open(): number {
    return this.#each().reduce((sum, { closes }) => sum + closes.open, 0);
  }

  /** Of CloseCounts. */
  byCause(): ReadonlyMap<CountedCause, number> {
    const all = new Map<CountedCause, number>([['unknown', 0], ...this.#goneByCause]);
    this.#each().forEach(({ closes }) => addTo(all, closes.byCause));
    return all;
  }

  renewTls(tls: TlsConfig): void {
    this.#tls = tls;
    this.#each().forEach((thread) => thread.send({ kind: 'renew-tls', tls }));
  }

  /** REST is open now: where, `restAddress` of the options says. */
  restOpened(): void {
    const address = this.#options.restAddress?.() ?? '';
    this.#restAddress = address;
    this.#each().forEach((thread) => thread.send({ kind: 'rest-address', address }));
  }

  /** The connections of all threads, in the order in which they came or closed. */
  async connections(): Promise<ConnectionLists> {
    const lists = await Promise.all(this.#each().map((thread) => thread.look()));
    return {
      open: lists.flatMap(({ open }) => open).sort((a, b) => a.since - b.since),
      closed: lists.flatMap(({ closed }) => closed).sort((a, b) => a.closedAt - b.closedAt),
    };
  }

  /** Takes no new connections; resolves when the calls in flight have ended, or soon when `force` fires. */
  async close(force: AbortSignal): Promise<void> {
    this.#isClosing = true;
    await Promise.all(this.#each().map((thread) => thread.close(force)));
  }

  #each(): readonly NetworkThread[] {
    return [...this.#running.values()];
  }

  async #openAll(): Promise<void> {
    const { threads, sharesPort } = this.#options;
    const ports = Array.from({ length: threads }, () => this.#where.port);
    const addresses = await Promise.all(ports.map((port, index) => this.#start(index, port).listening));
    this.#addresses = sharesPort ? (addresses[0] ?? []) : addresses.flat();
  }

  #start(index: number, port: number): NetworkThread {
    const options = this.#options;
    const startedAt = performance.now();
    const settings: Omit<ThreadSettings, 'link'> = {
      index,
      threads: options.threads,
      methods: options.methods.map(({ kind, path }) => ({ kind, path })),
      bindAddress: options.bindAddress,
      moreAddresses: this.#where.moreAddresses,
      port,
      sharesPort: options.sharesPort,
      tls: this.#tls,
      channelArguments: options.channelArguments ?? new Map(),
      restAddress: this.#restAddress,
      census: this.#census,
      clockOriginMs: clockOriginMs(),
    };
    const thread = new NetworkThread(settings, {
      programFile: options.programFile,
      methods: this.#methods,
      log: options.log,
      ended: (failure) => this.#ended(index, failure, performance.now() - startedAt),
    });
    this.#running.set(index, thread);
    return thread;
  }

  /** Unless it was closed, another one takes its place. */
  #ended(index: number, failure: string, livedMs: number): void {
    const { log } = this.#options;
    const ended = this.#running.get(index);
    this.#running.delete(index);
    new SharedCensus(this.#census, index).clear();
    if (ended !== undefined) {
      addTo(this.#goneByCause, ended.closes.byCause);
      addTo(this.#goneByCause, new Map([['internal', ended.closes.open]]));
    }
    if (this.#isClosing) {
      return;
    }
    log.error(
      'a network thread ended, and its connections with it; another takes its place. Please report it, with this line.',
      { thread: index + 1, connections: ended?.closes.open ?? 0 },
      failure,
    );
    setTimeout(() => this.#restart(index), livedMs < shortLifeMs ? restartDelayMs : 0).unref();
  }

  #restart(index: number): void {
    if (!this.#isClosing) {
      const { sharesPort } = this.#options;
      const port = sharesPort ? this.#where.port : Number(this.#addresses[index]?.split(':').at(-1) ?? 0);
      this.#start(index, port).listening.then(
        () => this.#options.log.info('a network thread serves again', { thread: index + 1 }),
        // It has ended: its end is told, and followed by another start.
        () => undefined,
      );
    }
  }
}

/**
 * The port, and which addresses there are. To have them for this process alone, as a listener with one thread has them,
 * they are taken without sharing first: another server with network threads would otherwise share them unasked.
 */
async function findPort(
  options: NetworkThreadsOptions,
): Promise<{ port: number; moreAddresses: readonly MoreAddress[] }> {
  const { bindAddress, moreAddresses = [], port, log } = options;
  const { servers } = await bindAddresses<Server>({
    ...{ bindAddress, moreAddresses, port, log },
    portFlag: '--port',
    make: () => createServer((socket) => socket.destroy()),
  });
  const bound = servers.map((server) => server.address() as AddressInfo);
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  const there = new Set(bound.map(({ address }) => address));
  return {
    port: bound[0]?.port ?? port,
    moreAddresses: moreAddresses.filter(({ address }) => there.has(address)),
  };
}

function addTo(sums: Map<CountedCause, number>, counts: ReadonlyMap<CountedCause, number>): void {
  counts.forEach((count, cause) => sums.set(cause, (sums.get(cause) ?? 0) + count));
}
