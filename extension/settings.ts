// The settings `perch.*`, typed. Their documentation is in package.json and package.nls.json.
import path from 'node:path';
import * as vscode from 'vscode';
import type { Folder } from './models-directory.ts';

/** Settings that a running server does not follow: it must be started again. */
const restartNeeding = [
  'perch.modelConfigFile',
  'perch.modelsDirectory',
  'perch.server.arguments',
  'perch.server.grpcPort',
  'perch.server.restPort',
] as const;

/** How the user wants the server to be started. */
export interface ServerSettings {
  /** The ports to serve on; 0 stands for any free one. */
  readonly grpcPort: number;
  readonly restPort: number;
  /** More flags of `perch serve`. */
  readonly more: readonly string[];
}

/** The folders of the workspace that are on this machine's disk, in the workspace's order. */
export function workspaceFolders(): readonly Folder[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ name, uri }) => {
      const configuration = vscode.workspace.getConfiguration('perch', uri);
      return {
        name,
        path: uri.fsPath,
        modelsDirectory: configuration.get<string>('modelsDirectory', 'models'),
        modelConfigFile: configuration.get<string>('modelConfigFile', ''),
      };
    });
}

/** Makes `file`, absolute, what is served of the folder, in the settings that are shared with it. */
export async function serveConfigFile(folder: Folder, file: string): Promise<void> {
  const relative = path.relative(folder.path, file).split(path.sep).join('/');
  const isShared = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  await vscode.workspace
    .getConfiguration('perch', vscode.Uri.file(folder.path))
    .update(
      'modelConfigFile',
      relative,
      isShared ? vscode.ConfigurationTarget.WorkspaceFolder : vscode.ConfigurationTarget.Workspace,
    );
}

/** Whether the server starts by itself. */
export function autoStart(): boolean {
  return vscode.workspace.getConfiguration('perch').get<boolean>('server.autoStart', true);
}

/** Whether config files are checked also while they are not open. */
export function checksClosedFiles(): boolean {
  return vscode.workspace.getConfiguration('perch').get<boolean>('config.checkClosedFiles', true);
}

/** What the user chose for the folder `scope`. */
export function serverSettings(scope: vscode.Uri | undefined): ServerSettings {
  const configuration = vscode.workspace.getConfiguration('perch', scope);
  const port = (name: string): number => {
    const value = configuration.get<number>(name, 0);
    return Number.isInteger(value) && value >= 0 && value <= 65_535 ? value : 0;
  };
  const more = configuration.get<readonly unknown[]>('server.arguments', []);
  return {
    grpcPort: port('server.grpcPort'),
    restPort: port('server.restPort'),
    more: more.filter((flag) => typeof flag === 'string'),
  };
}

/** Whether a running server of the folder `scope` must be started again to follow the change. */
export function needsRestart(
  change: vscode.ConfigurationChangeEvent,
  scope: vscode.Uri | undefined,
): boolean {
  return restartNeeding.some((name) => change.affectsConfiguration(name, scope));
}
