// Keeps what the dashboard shows of the server current: the daemon's own figures, asked for while somebody watches.
import type { StatusSnapshot } from '../webview/protocol.ts';
import type { ServerInfo } from './daemon/admin-client.ts';
import { describeObstacle } from './models-directory.ts';
import { toStatusSnapshot } from './panels/status-snapshot.ts';
import type { Overview } from './server-controller.ts';
import { Signal, type Disposable, type Listen } from './signal.ts';
import type { ModelStore } from './state/model-store.ts';
import type { StateStream } from './state/state-stream.ts';
import type { Translate } from './translate.ts';

/** How often the daemon is asked for its figures, milliseconds. */
const infoIntervalMs = 5_000;

/** Where the figures come from. */
export interface StatusWatcherParts {
  readonly translate: Translate;
  readonly overview: () => Overview;
  readonly onOverviewChange: Listen<unknown>;
  /** Rejects, or gives undefined, while there is no daemon to ask. */
  readonly info: () => Promise<ServerInfo | undefined>;
  readonly store: ModelStore;
  readonly stream: StateStream;
}

/** The source of the server's status. */
export class StatusWatcher implements Disposable {
  readonly #parts: StatusWatcherParts;
  readonly #changed = new Signal<void>();
  readonly #subscriptions: readonly Disposable[];
  readonly #watches = new Set<Disposable>();
  #info: ServerInfo | undefined;
  /** Counts the servers, or states of one. */
  #server = 0;

  constructor(parts: StatusWatcherParts) {
    this.#parts = parts;
    this.#subscriptions = [
      parts.onOverviewChange(() => {
        this.#server += 1;
        this.#info = undefined;
        this.#changed.fire();
        if (this.#watches.size > 0) {
          void this.#ask();
        }
      }),
      parts.store.onDidChange(() => this.#changed.fire()),
    ];
  }

  /** Fires when `snapshot` would give something new. */
  get onDidChange(): Listen<void> {
    return this.#changed.event;
  }

  /** The daemon's newest answer; undefined before the first. */
  get info(): ServerInfo | undefined {
    return this.#info;
  }

  /** All that there is to show now. */
  snapshot(): StatusSnapshot {
    const { translate, overview, store } = this.#parts;
    const { situation, server } = overview();
    return toStatusSnapshot(translate, {
      server,
      info: this.#info,
      models: store.live ? store.models : [],
      obstacle: describeObstacle(translate, situation),
    });
  }

  /** Keeps models and figures current until the result is disposed of. */
  watch(): Disposable {
    const held = this.#parts.stream.hold();
    const timer = setInterval(() => void this.#ask(), infoIntervalMs);
    const watch = {
      dispose: (): void => {
        clearInterval(timer);
        held.dispose();
        this.#watches.delete(watch);
      },
    };
    this.#watches.add(watch);
    void this.#ask();
    return watch;
  }

  dispose(): void {
    for (const disposable of [...this.#subscriptions, ...this.#watches]) {
      disposable.dispose();
    }
    this.#changed.dispose();
  }

  async #ask(): Promise<void> {
    const asked = this.#server;
    try {
      const info = await this.#parts.info();
      if (asked === this.#server) {
        this.#info = info;
        this.#changed.fire();
      }
    } catch {
      // The daemon is going or gone: the supervisor says so in its own time.
    }
  }
}
