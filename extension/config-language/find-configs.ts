// The config files of the workspace, open or not.
import * as vscode from 'vscode';
import { resolveModelsDirectory } from '../models-directory.ts';
import { workspaceFolders } from '../settings.ts';
import { modelServerFileNames } from './config-files.ts';
import { modelConfigFiles } from './disk.ts';

/** The most files that list models that are looked for in a folder. */
const mostModelServerConfigs = 100;

/** Names of files that list models, as a pattern below a folder. */
export const modelServerPattern = `**/{${modelServerFileNames.join(',')}}`;

/** Where the configs of models are or would be, and the files that list models; absolute, each once. */
export async function findConfigs(): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const folder of workspaceFolders()) {
    const lists = vscode.workspace.findFiles(
      new vscode.RelativePattern(vscode.Uri.file(folder.path), modelServerPattern),
      '**/node_modules/**',
      mostModelServerConfigs,
    );
    for (const file of await modelConfigFiles(resolveModelsDirectory(folder))) {
      found.add(file);
    }
    for (const { fsPath } of await lists) {
      found.add(fsPath);
    }
  }
  return [...found];
}
