// Writes the config of a model from its model file, as an edit of the open document that can be taken back.
import path from 'node:path';
import * as vscode from 'vscode';
import { checkConfig } from '../../server/config/check-config.ts';
import { generateConfig } from '../../server/config/language/generate.ts';
import { newestSignature } from '../../server/config/language/model-facts.ts';
import { readSurroundings } from '../../server/config/read-surroundings.ts';

/** Replaces the text of `document`, a config.pbtxt beside version directories. Rejects where there is no model to read. */
export async function generateInto(document: vscode.TextDocument, signal: AbortSignal): Promise<void> {
  const file = document.uri.fsPath;
  const { message } = checkConfig(document.getText(), 'model');
  const { directory } = await readSurroundings('model', file, message, signal);
  const newest = newestSignature(directory);
  if (newest === undefined) {
    const problem = directory?.versions.findLast((version) => version.problem !== undefined)?.problem;
    throw new Error(
      problem ?? vscode.l10n.t('There is no version with a model file in {0}.', path.dirname(file)),
    );
  }
  const { version, signature } = newest;
  const fileName = message.defaultModelFilename;
  const text = generateConfig(signature, {
    name: path.basename(path.dirname(file)),
    version: version.name,
    ...(typeof fileName === 'string' && fileName !== '' ? { fileName } : {}),
  });
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  await vscode.workspace.applyEdit(edit);
}
