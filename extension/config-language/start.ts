// Starts the config language when there is something for it: the rest of this directory is evaluated only then.
import * as vscode from 'vscode';
import type { Disposable } from '../signal.ts';
import { isCandidateName, textprotoLanguage } from './candidates.ts';

/** How long after activation the workspace is looked at for configs that are not open, milliseconds. */
const quietMs = 1500;

/**
 * Starts the language at the first document that may be a config file, or soon after activation; it ends with
 * `subscriptions`. `extensionDirectory` is where the extension is installed; `report` is told why it could not start.
 */
export function startConfigLanguage(
  extensionDirectory: string,
  subscriptions: Disposable[],
  report: (reason: unknown) => void,
): void {
  let isStarted = false;
  const start = (): void => {
    if (isStarted) {
      return;
    }
    isStarted = true;
    clearTimeout(timer);
    void import('./language.ts')
      .then(({ createConfigLanguage }) => createConfigLanguage(extensionDirectory, subscriptions))
      .catch(report);
  };
  const look = ({ fileName, languageId }: vscode.TextDocument): void => {
    if (languageId === textprotoLanguage || isCandidateName(fileName)) {
      start();
    }
  };
  const timer = setTimeout(start, quietMs);
  subscriptions.push({ dispose: () => clearTimeout(timer) }, vscode.workspace.onDidOpenTextDocument(look));
  vscode.workspace.textDocuments.forEach(look);
}
