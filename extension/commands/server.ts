// The commands that start and stop the server and show its log.
import * as vscode from 'vscode';
import { warn } from '../notify.ts';
import { describeObstacle } from '../models-directory.ts';
import type { Services } from './services.ts';

/** Starts the server, or says what is in the way. */
export async function startServer(services: Services): Promise<void> {
  if (!(await services.controller.start())) {
    explainObstacle(services);
  }
}

/** Stops the server; it stays stopped until it is started by command. One that others use is stopped only when confirmed. */
export async function stopServer({ controller }: Services): Promise<void> {
  if (!controller.isUsedByOthers) {
    await controller.stop();
    return;
  }
  const stop = vscode.l10n.t('Stop Server');
  const disconnect = vscode.l10n.t('Disconnect This Window');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Another window or program uses this server too. Stop it for all who use it?'),
    { modal: true },
    stop,
    disconnect,
  );
  if (chosen === stop) {
    await controller.stop();
  } else if (chosen === disconnect) {
    await controller.disconnect();
  }
}

/** Stops and starts the server, or says what is in the way. One that others use is restarted only when confirmed. */
export async function restartServer(services: Services): Promise<void> {
  if (services.controller.isUsedByOthers) {
    const restart = vscode.l10n.t('Restart Server');
    const chosen = await vscode.window.showWarningMessage(
      vscode.l10n.t('Another window or program uses this server too. Restart it for all who use it?'),
      { modal: true },
      restart,
    );
    if (chosen !== restart) {
      return;
    }
  }
  if (!(await services.controller.restart())) {
    explainObstacle(services);
  }
}

/** Shows the daemon's log. */
export function showServerLog(services: Services): void {
  services.logs.server.show(true);
}

/** Says why no server is started for the folder, with the way out; nothing where nothing is in the way. */
export function explainObstacle({ controller, folder }: Services): void {
  const { situation } = controller.overview;
  const text = describeObstacle(vscode.l10n.t, situation);
  switch (situation.kind) {
    case 'unknown':
    case 'ready':
      return;
    case 'no-folder':
      warn(text, { title: vscode.l10n.t('Open Folder'), command: 'vscode.openFolder' });
      return;
    case 'untrusted':
      warn(text, { title: vscode.l10n.t('Manage Workspace Trust'), command: 'workbench.trust.manage' });
      return;
    case 'no-models-directory':
      warn(text, {
        title: vscode.l10n.t('Create Models Directory'),
        command: 'perch.models.createDirectory',
        argument: { folder },
      });
  }
}
