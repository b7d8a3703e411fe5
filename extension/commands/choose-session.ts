// Which folder a command is for, where the workspace has several with models.
import * as vscode from 'vscode';
import { folderOf } from '../explorer/rows.ts';
import { serverWords } from '../explorer/server-words.ts';
import type { Session } from '../session.ts';
import type { Sessions } from '../sessions.ts';

/** Commands about the window: which folder makes no difference. */
const ofWindow: ReadonlySet<string> = new Set([
  'perch.gpu.install',
  'perch.models.clearFilter',
  'perch.models.filter',
  'perch.server.showLog',
]);

/**
 * The session of the clicked row, of the file that is edited where the command is about a file, or the only one; otherwise the
 * user chooses. Undefined where nothing was chosen.
 */
export async function chooseSession(
  sessions: Sessions,
  id: string,
  clicked: unknown,
): Promise<Session | undefined> {
  const named = sessionOf(sessions, folderOf(clicked));
  if (named !== undefined) {
    return named;
  }
  const edited = sessionOf(sessions, editedFolder(id, clicked));
  if (edited !== undefined && sessions.ready.includes(edited)) {
    return edited;
  }
  if (ofWindow.has(id)) {
    return sessions.active;
  }
  const [first, ...others] = sessions.ready;
  if (first === undefined || others.length === 0) {
    return first ?? sessions.active;
  }
  const items = [first, ...others].map((session) => ({
    label: session.name,
    description: serverWords(session.controller.overview.server),
    detail: session.folder,
    session,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Which Folder?') });
  return chosen?.session;
}

function sessionOf(sessions: Sessions, folder: string | undefined): Session | undefined {
  return folder === undefined ? undefined : sessions.of(folder);
}

/** Commands about a configuration or a request file are for the folder that the file is in; a lens gives a row without one. */
function editedFolder(id: string, argument: unknown): string | undefined {
  const isOfLens = id === 'perch.model.predictSample' && argument !== undefined;
  if (!isOfLens && !/^perch\.(?:config|request)\./.test(id)) {
    return undefined;
  }
  const file = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
  return file === undefined ? undefined : vscode.workspace.getWorkspaceFolder(file)?.uri.fsPath;
}
