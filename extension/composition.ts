// The composition root: makes every part of the extension and connects them. Nothing else knows how they are made.
import * as vscode from 'vscode';
import type { StatusCommand } from '../webview/protocol.ts';
import { chooseSession } from './commands/choose-session.ts';
import { PredictionDocuments } from './commands/prediction-documents.ts';
import { registerCommands } from './commands/table.ts';
import { startConfigLanguage } from './config-language/start.ts';
import { keepContextKeys } from './context-keys.ts';
import { createModelsView } from './explorer/models-view.ts';
import { createLogs } from './log.ts';
import { createDashboard } from './panels/dashboard/dashboard-panel.ts';
import { registerStatusPanel } from './panels/status-panel.ts';
import type { Session } from './session.ts';
import { Sessions } from './sessions.ts';
import type { Disposable } from './signal.ts';
import { createStatusBar } from './status-bar.ts';

/** What the extension's life ends with. */
export interface Composition {
  /** Stops the daemons that nobody else uses. Settles when they are gone. */
  shutDown(): Promise<void>;
}

/** Builds the extension. Everything but the daemons ends with `context.subscriptions`. */
export function compose(context: vscode.ExtensionContext): Composition {
  const { subscriptions } = context;
  const logs = createLogs(subscriptions);
  const extensionDirectory = context.extensionPath;
  const predictions = new PredictionDocuments();
  const sessions = new Sessions({
    logs,
    extensionDirectory,
    extensionVersion: extensionVersion(context),
    memory: context.workspaceState,
  });
  subscriptions.push(sessions, predictions);
  keepContextKeys(sessions, subscriptions);
  createModelsView(sessions, subscriptions);
  createStatusBar(sessions, extensionVersion(context), subscriptions);

  const partsOf = ({ controller, store, stream }: Session) => ({
    controller,
    store,
    stream,
    logs,
    extensionDirectory,
  });
  const dashboard = createDashboard(context.extensionUri, () => partsOf(sessions.active), subscriptions);
  registerCommands(
    async (id, clicked) => {
      const session = await chooseSession(sessions, id, clicked);
      if (session === undefined) {
        return undefined;
      }
      sessions.activate(session);
      return { ...partsOf(session), predictions, dashboard };
    },
    logs,
    subscriptions,
  );
  const statusChanged = new vscode.EventEmitter<void>();
  const status = registerStatusPanel(context, {
    onDidChange: statusChanged.event,
    snapshot: () => sessions.active.status.snapshot(),
    watch: () => vscode.Disposable.from(sessions.active.status.watch()),
    runCommand: (command: StatusCommand) =>
      vscode.commands.executeCommand(`perch.server.${command}`, { folder: sessions.active.folder }),
  });
  followActive(sessions, subscriptions, {
    changed: () => statusChanged.fire(),
    switched: (name) => {
      dashboard.refill(titleFor(vscode.l10n.t('Perch: Dashboard'), name));
      status.refill(titleFor(vscode.l10n.t('Perch: Server Status'), name));
    },
  });
  subscriptions.push(statusChanged);

  startConfigLanguage(extensionDirectory, subscriptions, (reason) => {
    logs.extension.error(`config language: ${String(reason)}`);
  });
  return { shutDown: () => sessions.leave() };
}

/** Calls `changed` when the active session has news for the status panel, `switched` when another session became active. */
function followActive(
  sessions: Sessions,
  subscriptions: Disposable[],
  on: { readonly changed: () => void; readonly switched: (folderName: string) => void },
): void {
  let active: Session | undefined;
  let news: Disposable | undefined;
  const follow = (): void => {
    if (sessions.active !== active) {
      const before = active;
      active = sessions.active;
      news?.dispose();
      news = active.status.onDidChange(on.changed);
      if (before !== undefined) {
        on.switched(sessions.ready.length > 1 ? active.name : '');
      }
    }
  };
  follow();
  subscriptions.push(sessions.onDidChange(follow), { dispose: () => news?.dispose() });
}

/** Panels show one folder; where there are several, the title says which. */
function titleFor(title: string, folderName: string): string {
  return folderName === '' ? title : `${title} (${folderName})`;
}

function extensionVersion(context: vscode.ExtensionContext): string {
  const manifest: unknown = context.extension.packageJSON;
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return typeof version === 'string' ? version : '';
}
