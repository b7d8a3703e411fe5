// "Generate from model": writes a config.pbtxt from the model file beside it. Needs no daemon.
import * as vscode from 'vscode';
import type { Services } from './services.ts';

/**
 * Writes the config that is clicked on, or that of the active editor; a file that is not there is begun. It is left to the user
 * to save it.
 */
export async function generateConfig(_services: Services, clicked?: unknown): Promise<void> {
  const document = clicked instanceof vscode.Uri ? await openOrBegin(clicked) : editedConfig();
  if (document === undefined) {
    return;
  }
  const { generateInto } = await import('../config-language/generate-config.ts');
  await generateInto(document, new AbortController().signal);
  if (document.isUntitled) {
    await vscode.window.showTextDocument(document);
  }
}

/** No other file may be replaced: the command can be called with any editor in front. */
function editedConfig(): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.uri.scheme === 'file' && document.languageId === 'textproto' ? document : undefined;
}

async function openOrBegin(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  if (uri.scheme !== 'file') {
    return undefined;
  }
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    return vscode.workspace.openTextDocument(uri.with({ scheme: 'untitled' }));
  }
  return vscode.workspace.openTextDocument(uri);
}
