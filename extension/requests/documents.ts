// Request files as the editor has them: with what is not saved yet.
import * as vscode from 'vscode';
import {
  requestFileEnding,
  parseRequestFile,
  type RequestFile,
} from '../../server/config/golden/request-file.ts';
import type { Session } from '../session.ts';
import type { Sessions } from '../sessions.ts';

/** For providers and watchers. */
export const requestFilePattern = `**/*${requestFileEnding}`;

/** What lies in such directories belongs to others. */
export const excludedPattern = '**/{node_modules,.git}/**';

export function isRequestDocument({ uri }: vscode.TextDocument): boolean {
  return uri.path.endsWith(requestFileEnding);
}

/** The file that a command is about: the one it was given, else the one that is edited. */
export async function requestDocument(argument: unknown): Promise<vscode.TextDocument | undefined> {
  if (argument instanceof vscode.Uri) {
    return vscode.workspace.openTextDocument(argument);
  }
  const document = vscode.window.activeTextEditor?.document;
  return document !== undefined && isRequestDocument(document) ? document : undefined;
}

/** What a request is called that has no name of its own: its file, without the ending. */
export function requestName(uri: vscode.Uri, { name }: RequestFile): string {
  const file = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  return name ?? file.slice(0, -requestFileEnding.length);
}

/** Undefined where the document is no request file as it stands. */
export function readDocument(document: vscode.TextDocument): RequestFile | undefined {
  const read = parseRequestFile(document.getText());
  return read.kind === 'value' ? read.value : undefined;
}

/** Whose server answers the requests in this file: its folder's, else the only one that has models, else the active one. */
export function sessionFor(sessions: Sessions, uri: vscode.Uri): Session {
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
  const own = folder === undefined ? undefined : sessions.of(folder);
  if (own?.controller.overview.situation.kind === 'ready') {
    return own;
  }
  const [only, ...others] = sessions.ready;
  return only !== undefined && others.length === 0 ? only : sessions.active;
}
