// One models directory of the window: its daemon, and what follows that daemon. A workspace with several has several.
import * as vscode from 'vscode';
import { newsOf } from './canary-news.ts';
import type { AdminClient, AdminEvent } from './daemon/admin-client.ts';
import { daemonLaunch, locateDaemon } from './daemon/launch.ts';
import { describeFailure, describeMissing, type ServerState } from './daemon/server-state.ts';
import { obtainDaemon } from './daemon/shared-daemon.ts';
import { Supervisor } from './daemon/supervisor.ts';
import { writeServerLine, type Logs } from './log.ts';
import { ModelsConfigOffer } from './models-config-offer.ts';
import { reportError, tell, warn } from './notify.ts';
import { ServerController } from './server-controller.ts';
import type { Disposable } from './signal.ts';
import { Follower } from './state/follower.ts';
import { ModelStore } from './state/model-store.ts';
import { RateFeed } from './state/rate-feed.ts';
import { StateStream } from './state/state-stream.ts';
import { createCanaryStatusBar } from './status-bar-canary.ts';
import { StatusWatcher } from './status-watcher.ts';

/** What every session of a window has in common. */
export interface SessionParts {
  readonly logs: Logs;
  /** Where the extension is installed, absolute. */
  readonly extensionDirectory: string;
  readonly extensionVersion: string;
  /** The workspace's. */
  readonly memory: vscode.Memento;
}

/** Everything that belongs to one folder. It does nothing before `controller.refresh()` or `controller.start()`. */
export class Session implements Disposable {
  /** The path of the workspace folder; empty in a window without one. */
  readonly folder: string;
  /** The folder's name in the editor. */
  readonly name: string;
  readonly controller: ServerController;
  readonly store = new ModelStore();
  readonly stream: StateStream;
  readonly rates = new RateFeed();
  readonly status: StatusWatcher;
  readonly #supervisor: Supervisor;
  readonly #subscriptions: Disposable[] = [];

  constructor(folder: { readonly path: string; readonly name: string }, parts: SessionParts) {
    const { logs, extensionDirectory, extensionVersion, memory } = parts;
    const { store, rates } = this;
    this.folder = folder.path;
    this.name = folder.name;
    this.#supervisor = new Supervisor({
      locate: () => locateDaemon(extensionDirectory),
      launch: daemonLaunch,
      obtain: (launch, { models }, start) =>
        obtainDaemon(launch, { models, version: extensionVersion }, start),
      onLog: (line) => writeServerLine(logs.server, line),
    });
    const controller = new ServerController(this.#supervisor, logs.extension, folder.path);
    this.controller = controller;
    const stream = new StateStream({
      store,
      onTrouble: (reason) => logs.extension.warn(`state stream: ${String(reason)}`),
    });
    this.stream = stream;
    const offer = new ModelsConfigOffer(controller, memory);
    const events = new Follower<AdminClient, AdminEvent>({
      open: (client, signal) => client.watchEvents(signal),
      onMessage: (event) => {
        tellNews(event, folder.path);
        if (event.kind === 'promoted') {
          offer.promoted().catch((reason: unknown) => logs.extension.error(String(reason)));
        }
      },
    });
    events.setWanted(true);
    this.status = new StatusWatcher({
      translate: vscode.l10n.t,
      overview: () => controller.overview,
      onOverviewChange: controller.onDidChange,
      info: async () => controller.client?.getServerInfo(),
      store,
      stream,
    });
    this.#subscriptions.push(
      this.#supervisor,
      store,
      stream,
      rates,
      events,
      controller,
      this.status,
      controller.onDidChange((overview) => {
        stream.setSource(controller.client);
        rates.setSource(controller.client);
        events.setSource(controller.client);
        if (overview.situation.kind !== 'ready' || overview.server.kind === 'stopped') {
          store.clear();
        }
      }),
      this.#supervisor.onDidChangeState((state) => reportTrouble(state, logs, folder.path)),
    );
    createCanaryStatusBar(this, this.#subscriptions);
  }

  /** The window, or the folder in it, goes: the daemon is stopped unless others use it. Settles when that is done. */
  leave(): Promise<void> {
    return this.#supervisor.leave();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }
}

function tellNews(event: AdminEvent, folder: string): void {
  const news = newsOf(vscode.l10n.t, event, folder);
  if (news !== undefined) {
    (news.warning ? warn : tell)(news.text, ...news.buttons);
  }
}

function reportTrouble(state: ServerState, logs: Logs, folder: string): void {
  if (state.kind === 'unavailable') {
    logs.server.error(describeMissing(vscode.l10n.t, state));
  } else if (state.kind === 'failed') {
    const reason = describeFailure(vscode.l10n.t, state.failure);
    const text =
      state.crashes === 0
        ? vscode.l10n.t('The Perch server could not be started: {0}', reason)
        : vscode.l10n.t(
            'The Perch server ended {0} times and is not started again: {1}',
            state.crashes,
            reason,
          );
    reportError(
      text,
      { title: vscode.l10n.t('Restart'), command: 'perch.server.restart', argument: { folder } },
      { title: vscode.l10n.t('Show Log'), command: 'perch.server.showLog' },
    );
  }
}
