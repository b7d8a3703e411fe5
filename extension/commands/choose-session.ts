// Which folder a command is for, where the workspace has several with models.
import * as vscode from 'vscode';
import { folderOf } from '../explorer/rows.ts';
import { serverWords } from '../explorer/server-words.ts';
import type { Session } from '../session.ts';
import type { Sessions } from '../sessions.ts';

/**
 * The session of the clicked row, of the file that is edited where the command is about a file, or the only one; otherwise the user chooses.
 * Undefined where nothing was chosen.
 */
export async function chooseSession(
  sessions: Sessions,
  id: string,
  clicked: unknown,
): Promise<Session | undefined> {
  const folder = folderOf(clicked) ?? editedFolder(id, clicked);
  const named = folder === undefined ? undefined : sessions.of(folder);
  if (named !== undefined) {
    return named;
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

/** Commands about a configuration or a request file are for the folder that the file is in. */
function editedFolder(id: string, argument: unknown): string | undefined {
  if (!/^perch\.(?:config|request)\./.test(id)) {
    return undefined;
  }
  const file = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
  return file === undefined ? undefined : vscode.workspace.getWorkspaceFolder(file)?.uri.fsPath;
}
