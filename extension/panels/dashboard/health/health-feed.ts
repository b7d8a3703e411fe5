// Asks the daemon how well it is, again and again while the tab is seen, and for nothing else. No vscode in here.
import { setTimeout as delay } from 'node:timers/promises';
import { serviceMethods } from '../../../../protos/messages.ts';
import type { HealthFacts } from '../../../../webview/dashboard/health-protocol.ts';
import type { AdminChannel } from '../../../daemon/admin-channel.ts';
import type { ServerInfo } from '../../../daemon/admin-client.ts';
import type { Translate } from '../../../translate.ts';
import { healthFacts } from './health-facts.ts';

const methods = serviceMethods('perch.admin.v1.Admin');

const defaultIntervalMs = 2_000;
const timeoutMs = 10_000;

/** What the feed works with. */
export interface HealthFeedParts {
  /** Undefined while no server runs. */
  readonly channel: () => Pick<AdminChannel, 'call'> | undefined;
  /** The newest answer to GetServerInfo; undefined before the first. */
  readonly info: () => ServerInfo | undefined;
  readonly translate: Translate;
  /** Null while no server runs or answers. */
  readonly show: (health: HealthFacts | null) => void;
  /** Between two rounds, milliseconds; for tests. */
  readonly intervalMs?: number;
}

/** See above. */
export class HealthFeed {
  readonly #parts: HealthFeedParts;
  #running: AbortController | undefined;

  constructor(parts: HealthFeedParts) {
    this.#parts = parts;
  }

  /** The tab is seen, or is no more. */
  setVisible(visible: boolean): void {
    if (!visible) {
      this.#running?.abort();
      this.#running = undefined;
    } else if (this.#running === undefined) {
      this.#running = new AbortController();
      void this.#run(this.#running.signal);
    }
  }

  /** Asks at once, where it runs: another server, or a page that has nothing. */
  restart(): void {
    if (this.#running !== undefined) {
      this.setVisible(false);
      this.setVisible(true);
    }
  }

  dispose(): void {
    this.setVisible(false);
  }

  async #run(signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      const health = await this.#ask(signal);
      if (isOver()) {
        return;
      }
      this.#parts.show(health);
      // Rejects when aborted, which the loop's condition sees.
      await delay(this.#parts.intervalMs ?? defaultIntervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #ask(signal: AbortSignal): Promise<HealthFacts | null> {
    const channel = this.#parts.channel();
    if (channel === undefined) {
      return null;
    }
    try {
      const [detail, resources] = await Promise.all([
        channel.call(methods.GetHealthDetail, {}, timeoutMs, signal),
        channel.call(methods.GetResources, {}, timeoutMs, signal),
      ]);
      return healthFacts(this.#parts.translate, { detail, resources, info: this.#parts.info() });
    } catch {
      // A daemon that is going or gone: the server's state says so.
      return null;
    }
  }
}
