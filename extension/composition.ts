// The composition root: makes every part of the extension and connects them. Nothing else knows how they are made.
import * as vscode from 'vscode';
import { chooseSession } from './commands/choose-session.ts';
import { addModels } from './commands/add-model.ts';
import type { Services } from './commands/services.ts';
import { PredictionDocuments } from './commands/prediction-documents.ts';
import { ReportDocuments } from './commands/report-documents.ts';
import { reportFailures } from './commands/report-failures.ts';
import { registerCommands } from './commands/table.ts';
import { startConfigLanguage } from './config-language/start.ts';
import { keepContextKeys } from './context-keys.ts';
import { createModelsView } from './explorer/models-view.ts';
import { createLogs } from './log.ts';
import { createDashboard } from './panels/dashboard/dashboard-panel.ts';
import { createPlayground } from './panels/playground/playground-panel.ts';
import { startRequests } from './requests/start.ts';
import type { Session } from './session.ts';
import { Sessions } from './sessions.ts';
import type { Disposable } from './signal.ts';
import { createStatusBar } from './status-bar.ts';
import { startGoldenTests } from './testing/golden-controller.ts';

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
  const reports = new ReportDocuments();
  const sessions = new Sessions({
    logs,
    extensionDirectory,
    extensionVersion: extensionVersion(context),
    memory: context.workspaceState,
  });
  subscriptions.push(sessions, predictions, reports);
  keepContextKeys(sessions, subscriptions);
  createStatusBar(sessions, extensionVersion(context), subscriptions);

  const partsOf = ({ controller, store, stream, status, folder }: Session) => ({
    controller,
    store,
    stream,
    status,
    folder,
    logs,
    extensionDirectory,
  });
  const dashboard = createDashboard(context.extensionUri, () => partsOf(sessions.active), subscriptions);
  const playground = createPlayground(
    context.extensionUri,
    context.workspaceState,
    () => partsOf(sessions.active),
    subscriptions,
  );
  const requests = startRequests(sessions, subscriptions);
  startGoldenTests(sessions, logs, subscriptions);
  const servicesOf = (session: Session): Services => ({
    ...partsOf(session),
    predictions,
    reports,
    dashboard,
    playground,
    modelsView,
    requests,
  });
  const modelsView = createModelsView(
    sessions,
    async (sources, { folder, model }) => {
      const id = 'perch.model.add';
      try {
        const session = sessions.of(folder ?? '') ?? (await chooseSession(sessions, id, undefined));
        if (session !== undefined) {
          await addModels(servicesOf(session), sources, model);
        }
      } catch (reason) {
        reportFailures({ logs }, id, [reason]);
      }
    },
    subscriptions,
  );
  registerCommands(
    async (id, clicked) => {
      const session = await chooseSession(sessions, id, clicked);
      if (session === undefined) {
        return undefined;
      }
      sessions.activate(session);
      return servicesOf(session);
    },
    logs,
    subscriptions,
  );
  whenSwitched(sessions, subscriptions, (name) => {
    dashboard.refill(titleFor(vscode.l10n.t('Perch: Dashboard'), name));
    playground.refill(titleFor(vscode.l10n.t('Perch: Playground'), name));
  });

  startConfigLanguage(extensionDirectory, subscriptions, (reason) => {
    logs.extension.error(`config language: ${String(reason)}`);
  });
  return { shutDown: () => sessions.leave() };
}

/** Calls `switched` when another session became active; with the folder's name where there are several. */
function whenSwitched(
  sessions: Sessions,
  subscriptions: Disposable[],
  switched: (folderName: string) => void,
): void {
  let { active } = sessions;
  subscriptions.push(
    sessions.onDidChange(() => {
      if (sessions.active !== active) {
        active = sessions.active;
        switched(sessions.ready.length > 1 ? active.name : '');
      }
    }),
  );
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
