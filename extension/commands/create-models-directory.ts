// Creates the models directory that the settings name, which starts the server.
import * as vscode from 'vscode';
import type { Services } from './services.ts';

/** Creates the directory where there is none, and shows it. */
export async function createModelsDirectory(services: Services): Promise<void> {
  const { situation } = services.controller.overview;
  if (situation.kind !== 'no-models-directory') {
    await vscode.commands.executeCommand('perch.server.start', { folder: services.folder });
    return;
  }
  const directory = vscode.Uri.file(situation.expected);
  await vscode.workspace.fs.createDirectory(directory);
  await services.controller.refresh();
  await vscode.commands.executeCommand('revealInExplorer', directory);
}
