// What is wrong with a version, whole, with what helps: its explanation, the log, and the configuration if that is the cause.
import { access } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { headingLines } from '../config-language/documentation-links.ts';
import { rowsOf } from '../explorer/rows.ts';
import { inform, warn } from '../notify.ts';
import type { Model, Version } from '../state/model.ts';
import type { Services } from './services.ts';

/** Where the codes of errors are explained, in this installation. */
const documentation = path.join('docs', 'errors.md');
/** A notification has no room for more, UTF-16 units. */
const longestNotified = 600;
/** In the model's directory. */
const ownConfig = 'config.pbtxt';

/** Shows the error of the clicked version. */
export async function showProblem(services: Services, clicked?: unknown): Promise<void> {
  const found = find(services, clicked);
  if (found === undefined || found.version.error === '') {
    return;
  }
  const { model, version } = found;
  const config = await configOf(services, model);
  const { error } = version;
  const told = error.length > longestNotified ? `${error.slice(0, longestNotified)}…` : error;
  const showAll = async (): Promise<void> => {
    const title = vscode.l10n.t('{0} version {1} problem', model.name, version.number);
    // What is listed, as operators that cannot be converted are, on lines of its own.
    const uri = services.predictions.put(`${title}.txt`, `${error.replaceAll('; ', ';\n')}\n`);
    await vscode.window.showTextDocument(uri);
  };
  inform(
    vscode.l10n.t('{0} version {1}: {2}', model.name, version.number, told),
    ...(version.errorCode === ''
      ? []
      : [
          {
            title: vscode.l10n.t('Explain'),
            run: () => explain(services.extensionDirectory, version.errorCode),
          },
        ]),
    ...(version.error.length > longestNotified ? [{ title: vscode.l10n.t('Show All'), run: showAll }] : []),
    ...(config === undefined
      ? []
      : [{ title: vscode.l10n.t('Show in Config'), run: () => openConfig(config, model.name) }]),
    { title: vscode.l10n.t('Show Log'), run: () => services.logs.server.show(true) },
  );
}

/** Opens the configuration that the clicked model has: its own, or its entry among the models. */
export async function showInConfig(services: Services, clicked?: unknown): Promise<void> {
  const model = services.store.get(rowsOf(clicked, undefined)[0]?.model ?? '');
  if (model === undefined) {
    return;
  }
  const config = await configOf(services, model);
  if (config === undefined) {
    warn(vscode.l10n.t('This model has no configuration file.'), {
      title: vscode.l10n.t('Generate Configuration'),
      command: 'perch.config.generate',
      argument: vscode.Uri.file(path.join(model.basePath, ownConfig)),
    });
    return;
  }
  await openConfig(config, model.name);
}

function find(
  { store }: Services,
  clicked: unknown,
): { readonly model: Model; readonly version: Version } | undefined {
  const [row] = rowsOf(clicked, undefined);
  const model = row === undefined ? undefined : store.get(row.model);
  if (model === undefined || row === undefined || row.kind === 'notice') {
    return undefined;
  }
  const version =
    row.kind === 'model'
      ? model.versions.find(({ error }) => error !== '')
      : model.versions.find(({ number }) => number === row.version);
  return version === undefined ? undefined : { model, version };
}

/** The model's own config.pbtxt; else the file that names the models. */
async function configOf({ controller }: Services, { basePath }: Model): Promise<string | undefined> {
  const own = path.join(basePath, ownConfig);
  const hasOwn = await access(own).then(
    () => true,
    () => false,
  );
  const { situation } = controller.overview;
  return hasOwn ? own : situation.kind === 'ready' ? situation.configFile : undefined;
}

async function openConfig(file: string, model: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const at = document.getText().indexOf(`"${model}"`);
  const position = document.positionAt(Math.max(0, at));
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(position, position) });
}

async function explain(extensionDirectory: string, code: string): Promise<void> {
  const uri = vscode.Uri.file(path.join(extensionDirectory, documentation));
  const document = await vscode.workspace.openTextDocument(uri);
  const line = (headingLines(document.getText()).get(code.toLowerCase()) ?? 1) - 1;
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(line, 0, line, 0) });
}
