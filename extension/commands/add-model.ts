// "Add Model…": a model file or a SavedModel becomes the next version of a model, or a new model. Also what dropping a file on the tree does.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { modelsViewId } from '../explorer/models-view-id.ts';
import { rowsOf } from '../explorer/rows.ts';
import { inform, warn } from '../notify.ts';
import {
  addVersion,
  addVersionFromBytes,
  isModelContent,
  isModelSource,
  modelNameFor,
  modelNameProblem,
} from './new-version.ts';
import { explainObstacle } from './server.ts';
import type { Services } from './services.ts';

/** A model to add: where it is on this machine's disk, or its bytes where the browser has it. */
export type ModelSource =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'bytes'; readonly name: string; readonly read: () => Thenable<Uint8Array> };

/** Lets the user choose a file, and adds it to the clicked model, or as a new one. */
export async function addModel(services: Services, clicked?: unknown): Promise<void> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Add Model'),
      openLabel: vscode.l10n.t('Add'),
      // Of a SavedModel its saved_model.pb: not every system's dialog offers files and directories at once.
      filters: { [vscode.l10n.t('Models')]: ['onnx', 'pb', 'tflite', 'json', 'txt'] },
    })) ?? [];
  if (chosen !== undefined) {
    await addModels(services, [{ kind: 'path', path: chosen.fsPath }], rowsOf(clicked, undefined)[0]?.model);
  }
}

/** Adds each as the next version of `model`, or, without one, as a new model whose name the user confirms. */
export async function addModels(
  services: Services,
  sources: readonly ModelSource[],
  model: string | undefined,
): Promise<void> {
  for (const source of sources) {
    const file = source.kind === 'path' ? source.path : source.name;
    const isModel =
      source.kind === 'path' ? await isModelSource(file) : isModelContent(file, await source.read());
    if (!isModel) {
      warn(
        vscode.l10n.t(
          '{0} is no model that is served: add an .onnx or .tflite file, the directory of a SavedModel, or trees of XGBoost (JSON) or LightGBM (text).',
          path.basename(file),
        ),
      );
      continue;
    }
    const target = await targetFor(services, file, model);
    if (target === undefined) {
      return;
    }
    const version = await vscode.window.withProgress({ location: { viewId: modelsViewId } }, () =>
      source.kind === 'path'
        ? addVersion({ source: source.path, basePath: target.basePath })
        : addVersionFromBytes(target.basePath, file, async (copy) => writeFile(copy, await source.read())),
    );
    inform(vscode.l10n.t('{0} version {1} was added.', target.name, version));
  }
}

async function targetFor(
  services: Services,
  file: string,
  model: string | undefined,
): Promise<{ readonly name: string; readonly basePath: string } | undefined> {
  const { store, controller } = services;
  const known = model === undefined ? undefined : store.get(model);
  if (known !== undefined) {
    return known;
  }
  const { situation } = controller.overview;
  if (situation.kind !== 'ready' && situation.kind !== 'no-models-directory') {
    explainObstacle(services);
    return undefined;
  }
  // Where there is no models directory yet, it comes with its first model.
  const directory = situation.kind === 'ready' ? situation.directory : situation.expected;
  if (situation.kind === 'ready' && situation.configFile !== undefined) {
    warn(
      vscode.l10n.t('New models are named in {0}: add an entry there.', path.basename(situation.configFile)),
      {
        title: vscode.l10n.t('Open File'),
        command: 'vscode.open',
        argument: vscode.Uri.file(situation.configFile),
      },
    );
    return undefined;
  }
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Add Model'),
    prompt: vscode.l10n.t('The name of the model. If there is one of this name, this is its next version.'),
    value: modelNameFor(file),
    validateInput: (typed) =>
      modelNameProblem(typed) === undefined
        ? undefined
        : vscode.l10n.t('Use letters, digits, dots, hyphens and underscores.'),
  });
  return name === undefined ? undefined : { name, basePath: path.join(directory, name) };
}
