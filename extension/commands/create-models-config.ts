// "Create models.config": writes down what is served now, as TensorFlow Serving reads it, and serves that from then on.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { modelsConfigName, modelsConfigText } from '../models-config.ts';
import { inform, warn } from '../notify.ts';
import { serveConfigFile } from '../settings.ts';
import { requireClient, withCurrentModels } from './connection.ts';
import type { Services } from './services.ts';

/**
 * Creates the file beside perch.pbtxt, so that splits and canaries go on; a file that is there is not touched. Gives its
 * place; undefined where there is nothing to do.
 */
export async function createModelsConfig(services: Services): Promise<string | undefined> {
  const { controller, store } = services;
  const { situation } = controller.overview;
  if (requireClient(services) === undefined || situation.kind !== 'ready') {
    return undefined;
  }
  if (situation.configFile !== undefined) {
    warn(vscode.l10n.t('The Perch server serves a model config file already: {0}.', situation.configFile));
    return undefined;
  }
  const file = path.join(situation.directory, modelsConfigName);
  const text = await withCurrentModels(services, () => modelsConfigText(store.models));
  // Labels that moved between the writing and the next start would be lost: nothing is served meanwhile.
  await controller.stop();
  try {
    await writeFile(file, text, { flag: 'wx' });
    await serveConfigFile(situation.folder, file);
  } finally {
    await controller.start();
  }
  await vscode.window.showTextDocument(vscode.Uri.file(file));
  inform(
    vscode.l10n.t(
      'The Perch server serves {0} from now on (setting perch.modelConfigFile). Labels are written there.',
      vscode.workspace.asRelativePath(file),
    ),
  );
  return file;
}
