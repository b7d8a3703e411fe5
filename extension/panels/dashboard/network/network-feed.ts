// Asks the daemon for its network and load again and again while the tab is seen, and for nothing else. No vscode in here.
import { serviceMethods } from '../../../../protos/messages.ts';
import type {
  LoadSample,
  NetworkSnapshot,
  RefusalFacts,
} from '../../../../webview/dashboard/network-snapshot.ts';
import type { AdminChannel } from '../../../daemon/admin-channel.ts';
import type { Translate } from '../../../translate.ts';
import { liveNetwork, loadSamples, refusalFacts } from './network-facts.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

/** As often as the daemon measures its load. */
const intervalMs = 1000;
const timeoutMs = 10_000;
/** Refused requests are looked at every so many rounds. */
const refusalRounds = 5;
/** Ten minutes, as the daemon keeps them. */
const keptSamples = 600;

/** What the feed works with. */
export interface FeedParts {
  /** Undefined while no server runs. */
  readonly server: () =>
    { readonly channel: Pick<AdminChannel, 'call'>; readonly grpcAddress: string } | undefined;
  /** Why there is no server, for the user. */
  readonly idleText: () => string;
  readonly translate: Translate;
  readonly show: (snapshot: NetworkSnapshot) => void;
  /** Milliseconds between two rounds; for tests. */
  readonly intervalMs?: number;
}

/** See above. */
export class NetworkFeed {
  readonly #parts: FeedParts;
  #running: AbortController | undefined;
  #load: readonly LoadSample[] = [];
  #refusals: readonly RefusalFacts[] = [];

  constructor(parts: FeedParts) {
    this.#parts = parts;
  }

  /** The tab is seen, or is no more. */
  setVisible(visible: boolean): void {
    if (!visible) {
      this.#running?.abort();
      this.#running = undefined;
    } else if (this.#running === undefined) {
      this.restart();
    }
  }

  /** Begins anew where it runs, or is to: another server, or a page that has nothing. */
  restart(): void {
    this.#running?.abort();
    this.#running = new AbortController();
    this.#load = [];
    this.#refusals = [];
    void this.#run(this.#running.signal);
  }

  /** Whether it asks now. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  dispose(): void {
    this.setVisible(false);
  }

  async #run(signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => signal.aborted;
    for (let round = 0; !isOver(); round++) {
      const snapshot = await this.#look(round, signal);
      if (isOver()) {
        return;
      }
      this.#parts.show(snapshot);
      await pause(this.#parts.intervalMs ?? intervalMs, signal);
    }
  }

  async #look(round: number, signal: AbortSignal): Promise<NetworkSnapshot> {
    const server = this.#parts.server();
    if (server === undefined) {
      return { kind: 'idle', text: this.#parts.idleText() };
    }
    const { channel, grpcAddress } = server;
    try {
      const [network, load, audit] = await Promise.all([
        channel.call(methods.GetNetwork, {}, timeoutMs, signal),
        channel.call(methods.GetResources, { sinceMs: this.#load.at(-1)?.atMs ?? 0 }, timeoutMs, signal),
        round % refusalRounds === 0
          ? channel.call(methods.ListAuditEvents, {}, timeoutMs, signal)
          : Promise.resolve(undefined),
      ]);
      this.#load = [...this.#load, ...loadSamples(load)].slice(-keptSamples);
      this.#refusals = audit === undefined ? this.#refusals : refusalFacts(audit);
      return liveNetwork(this.#parts.translate, {
        network,
        load: this.#load,
        refusals: this.#refusals,
        grpcAddress,
        now: Date.now(),
      });
    } catch (reason) {
      return { kind: 'idle', text: reason instanceof Error ? reason.message : String(reason) };
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
