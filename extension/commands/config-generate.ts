// "Generate from model": writes the open config.pbtxt from the model file beside it. Needs no daemon.
import * as vscode from 'vscode';
import type { Services } from './services.ts';

/** Writes the config that is clicked on, or that of the active editor; it is left to the user to save it. */
export async function generateConfig(_services: Services, clicked?: unknown): Promise<void> {
  const uri = clicked instanceof vscode.Uri ? clicked : vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme !== 'file') {
    return;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const { generateInto } = await import('../config-language/generate-config.ts');
  await generateInto(document, new AbortController().signal);
}
