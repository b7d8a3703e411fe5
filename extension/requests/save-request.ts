// `perch.request.save`: keeps a request, and the answer to it, as a file of the workspace.
import * as vscode from 'vscode';
import { printRequestFile } from '../../server/config/golden/print-request-file.ts';
import { requestFileEnding } from '../../server/config/golden/request-file.ts';
import type { Services } from '../commands/services.ts';
import { warn } from '../notify.ts';
import { requestPath, toSave, type RequestToSave } from './request-path.ts';

/** Where request files are put if nothing else is said, relative to the workspace folder. */
const usualDirectory = 'requests';

/**
 * `argument`: `{model, version?, label?, name?, request, answer?, file?}`, request and answer as JSON text; `file`, a path in
 * the workspace folder, is asked for where it is not there. Gives the file; undefined where the user thought better of it.
 */
export async function saveRequest(services: Services, argument?: unknown): Promise<vscode.Uri | undefined> {
  const request = toSave(argument);
  const folder = folderFor(services);
  if (request === undefined || folder === undefined) {
    warn(vscode.l10n.t('There is no request to save, or no folder to save it in.'));
    return undefined;
  }
  const place = request.file ?? (await askForPlace(folder, request));
  const path = place === undefined ? undefined : requestPath(place);
  if (path === undefined) {
    return undefined;
  }
  const uri = vscode.Uri.joinPath(folder, path);
  if ((await exists(uri)) && !(await mayReplace(path))) {
    return undefined;
  }
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(printRequestFile(request)));
  await vscode.window.showTextDocument(uri, { preview: true });
  return uri;
}

/** The one whose models are served, else the first. */
function folderFor({ controller }: Services): vscode.Uri | undefined {
  const { situation } = controller.overview;
  return situation.kind === 'ready'
    ? vscode.Uri.file(situation.folder.path)
    : vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri;
}

async function askForPlace(folder: vscode.Uri, { model, name }: RequestToSave): Promise<string | undefined> {
  const t = vscode.l10n.t;
  const base = `${usualDirectory}/${(name ?? model).replace(/[^\p{L}\p{N}._-]+/gu, '-')}`;
  const value = await freePlace(folder, base);
  return vscode.window.showInputBox({
    title: t('Save Request'),
    prompt: t('A file of the workspace, which ends with {0}', requestFileEnding),
    value,
    valueSelection: [value.lastIndexOf('/') + 1, value.length - requestFileEnding.length],
    validateInput: (text) =>
      requestPath(text) === undefined
        ? t('A path within the workspace folder is needed, which ends with {0}.', requestFileEnding)
        : undefined,
  });
}

/** `base`, or with a number behind it, so that no file is there yet. */
async function freePlace(folder: vscode.Uri, base: string): Promise<string> {
  let place = `${base}${requestFileEnding}`;
  for (let number = 2; await exists(vscode.Uri.joinPath(folder, place)); number++) {
    place = `${base}-${number}${requestFileEnding}`;
  }
  return place;
}

async function mayReplace(place: string): Promise<boolean> {
  const replace = vscode.l10n.t('Replace');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} is there already. Replace it?', place),
    { modal: true },
    replace,
  );
  return chosen === replace;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
