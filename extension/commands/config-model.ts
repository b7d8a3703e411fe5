// "Load" and "Reload" above a model's config.pbtxt: the daemon takes the model's versions with the configuration of now.
import path from 'node:path';
import * as vscode from 'vscode';
import { modelsViewId } from '../explorer/models-view-id.ts';
import { rowsOf, type VersionRow } from '../explorer/rows.ts';
import { warn } from '../notify.ts';
import { availableVersions, canLoad, type Model } from '../state/model.ts';
import { requireClient, withCurrentModels } from './connection.ts';
import type { Services } from './services.ts';

/** Asks the daemon to load the newest version that is not loaded. Gives the versions that were loaded. */
export async function loadConfigModel(services: Services, clicked?: unknown): Promise<readonly VersionRow[]> {
  return change(services, clicked, (model) => model.versions.filter(canLoad).slice(0, 1));
}

/**
 * Asks the daemon to unload the versions that are loaded, and to load them again; where none is, to load the newest.
 * Gives the versions that were loaded.
 */
export async function reloadConfigModel(
  services: Services,
  clicked?: unknown,
): Promise<readonly VersionRow[]> {
  return change(services, clicked, (model) => {
    const loaded = availableVersions(model);
    return loaded.length > 0 ? loaded : model.versions.filter(canLoad).slice(0, 1);
  });
}

async function change(
  services: Services,
  clicked: unknown,
  choose: (model: Model) => Model['versions'],
): Promise<readonly VersionRow[]> {
  const client = requireClient(services);
  const name = modelNameOf(clicked);
  if (client === undefined || name === undefined) {
    return [];
  }
  if (!(await savedConfig())) {
    return [];
  }
  const model = await withCurrentModels(services, () => services.store.get(name));
  if (model === undefined) {
    warn(vscode.l10n.t('The Perch server has no model {0}.', name));
    return [];
  }
  const versions = choose(model);
  await vscode.window.withProgress({ location: { viewId: modelsViewId } }, async () => {
    for (const { number, phase } of versions) {
      if (phase === 'available') {
        await client.unloadVersion(name, number);
      }
      await client.loadVersion(name, number);
    }
  });
  return versions.map(({ number }) => ({ kind: 'version', model: name, version: number }));
}

/** The model of the row that the lens gives; from the palette, that of the config in the active editor. */
function modelNameOf(clicked: unknown): string | undefined {
  const [row] = rowsOf(clicked, undefined);
  if (row !== undefined) {
    return row.model;
  }
  const document = vscode.window.activeTextEditor?.document;
  return document?.uri.scheme === 'file' ? path.basename(path.dirname(document.uri.fsPath)) : undefined;
}

/** The daemon reads the file from disk: what is typed is written first. False where it could not be. */
async function savedConfig(): Promise<boolean> {
  const document = vscode.window.activeTextEditor?.document;
  return document?.isDirty === true && document.languageId === 'textproto' ? document.save() : true;
}
