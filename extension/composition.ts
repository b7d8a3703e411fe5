// The composition root: makes every part of the extension and connects them. Nothing else knows how they are made.
import * as vscode from 'vscode';
import type { StatusCommand } from '../webview/protocol.ts';
import { PredictionDocuments } from './commands/prediction-documents.ts';
import { newsOf } from './canary-news.ts';
import { registerCommands } from './commands/table.ts';
import { startConfigLanguage } from './config-language/start.ts';
import { daemonLaunch, locateDaemon } from './daemon/launch.ts';
import type { AdminClient, AdminEvent } from './daemon/admin-client.ts';
import { describeFailure, describeMissing } from './daemon/server-state.ts';
import { Supervisor } from './daemon/supervisor.ts';
import { createModelsView } from './explorer/models-view.ts';
import { createLogs, writeServerLine } from './log.ts';
import { ModelsConfigOffer } from './models-config-offer.ts';
import { reportError, tell, warn } from './notify.ts';
import { createDashboard } from './panels/dashboard/dashboard-panel.ts';
import { registerStatusPanel } from './panels/status-panel.ts';
import { ServerController } from './server-controller.ts';
import type { Disposable } from './signal.ts';
import { Follower } from './state/follower.ts';
import { ModelStore } from './state/model-store.ts';
import { RateFeed } from './state/rate-feed.ts';
import { StateStream } from './state/state-stream.ts';
import { createCanaryStatusBar } from './status-bar-canary.ts';
import { createStatusBar } from './status-bar.ts';
import { StatusWatcher } from './status-watcher.ts';

/** What the extension's life ends with. */
export interface Composition {
  /** Stops the daemon. Settles when it is gone. */
  shutDown(): Promise<void>;
}

/** Builds the extension. Everything but the daemon ends with `context.subscriptions`. */
export function compose(context: vscode.ExtensionContext): Composition {
  const { subscriptions } = context;
  const logs = createLogs(subscriptions);
  const supervisor = new Supervisor({
    locate: () => locateDaemon(context.extensionPath),
    launch: daemonLaunch,
    onLog: (line) => writeServerLine(logs.server, line),
  });
  const store = new ModelStore();
  const stream = new StateStream({
    store,
    onTrouble: (reason) => logs.extension.warn(`state stream: ${String(reason)}`),
  });
  const controller = new ServerController(supervisor, logs.extension);
  const predictions = new PredictionDocuments();
  const rates = new RateFeed();
  const offer = new ModelsConfigOffer(controller, context.workspaceState);
  const events = new Follower<AdminClient, AdminEvent>({
    open: (client, signal) => client.watchEvents(signal),
    onMessage: (event) => {
      tellNews(event);
      if (event.kind === 'promoted') {
        offer.promoted().catch((reason: unknown) => logs.extension.error(String(reason)));
      }
    },
  });
  events.setWanted(true);
  const status = new StatusWatcher({
    translate: vscode.l10n.t,
    overview: () => controller.overview,
    onOverviewChange: controller.onDidChange,
    info: async () => controller.client?.getServerInfo(),
    store,
    stream,
  });
  subscriptions.push(supervisor, store, stream, rates, events, controller, predictions, status);

  subscriptions.push(
    controller.onDidChange((overview) => {
      stream.setSource(controller.client);
      rates.setSource(controller.client);
      events.setSource(controller.client);
      if (overview.situation.kind !== 'ready' || overview.server.kind === 'stopped') {
        store.clear();
      }
    }),
    supervisor.onDidChangeState((state) => {
      if (state.kind === 'failed') {
        reportFailure(describeFailure(vscode.l10n.t, state.failure), state.crashes);
      } else if (state.kind === 'unavailable') {
        logs.server.error(describeMissing(vscode.l10n.t, state));
      }
    }),
  );
  keepContextKeys(controller, store, subscriptions);
  createModelsView({ controller, store, stream, rates }, subscriptions);
  createStatusBar(controller, extensionVersion(context), subscriptions);
  createCanaryStatusBar(store, stream, subscriptions);
  const extensionDirectory = context.extensionPath;
  const parts = { controller, store, stream, logs, extensionDirectory };
  const dashboard = createDashboard(context.extensionUri, parts, subscriptions);
  registerCommands({ ...parts, predictions, dashboard }, subscriptions);
  const statusChanged = new vscode.EventEmitter<void>();
  subscriptions.push(
    statusChanged,
    status.onDidChange(() => statusChanged.fire()),
  );
  registerStatusPanel(context, {
    onDidChange: statusChanged.event,
    snapshot: () => status.snapshot(),
    watch: () => vscode.Disposable.from(status.watch()),
    runCommand: (command: StatusCommand) => vscode.commands.executeCommand(`perch.server.${command}`),
  });

  startConfigLanguage(extensionDirectory, subscriptions, (reason) => {
    logs.extension.error(`config language: ${String(reason)}`);
  });

  void controller.refresh();
  return { shutDown: () => supervisor.stop() };
}

function keepContextKeys(controller: ServerController, store: ModelStore, subscriptions: Disposable[]): void {
  const known = new Map<string, string | boolean>();
  const set = (key: string, value: string | boolean): void => {
    if (known.get(key) !== value) {
      known.set(key, value);
      void vscode.commands.executeCommand('setContext', key, value);
    }
  };
  const update = (): void => {
    set('perch.state', controller.word);
    set('perch.hasModels', store.models.length > 0);
    set('perch.live', store.live);
    const { situation } = controller.overview;
    set('perch.servesDirectory', situation.kind === 'ready' && situation.configFile === undefined);
  };
  subscriptions.push(controller.onDidChange(update), store.onDidChange(update));
  update();
}

function tellNews(event: AdminEvent): void {
  const news = newsOf(vscode.l10n.t, event);
  if (news !== undefined) {
    (news.warning ? warn : tell)(news.text, ...news.buttons);
  }
}

function reportFailure(reason: string, crashes: number): void {
  const text =
    crashes === 0
      ? vscode.l10n.t('The Perch server could not be started: {0}', reason)
      : vscode.l10n.t('The Perch server ended {0} times and is not started again: {1}', crashes, reason);
  reportError(
    text,
    { title: vscode.l10n.t('Restart'), command: 'perch.server.restart' },
    { title: vscode.l10n.t('Show Log'), command: 'perch.server.showLog' },
  );
}

function extensionVersion(context: vscode.ExtensionContext): string {
  const manifest: unknown = context.extension.packageJSON;
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return typeof version === 'string' ? version : '';
}
