// The quick picks that take the place of a clicked row when a command comes from the palette, and the boxes to type in.
import * as vscode from 'vscode';
import { versionLook } from '../explorer/look.ts';
import type { ModelRow, VersionRow } from '../explorer/rows.ts';
import { warn } from '../notify.ts';
import { availableVersions, type Model, type Version } from '../state/model.ts';
import type { Parsed } from './canary-plan.ts';
import { withCurrentModels } from './connection.ts';
import type { Services } from './services.ts';

/** Lets the user choose versions for which `allowed` holds. Empty where nothing was chosen. */
export async function pickVersions(
  services: Services,
  title: string,
  allowed: (version: Version) => boolean,
): Promise<readonly VersionRow[]> {
  const items = await versionItems(services, allowed);
  const chosen =
    items.length === 0 ? [] : await vscode.window.showQuickPick(items, { title, canPickMany: true });
  return (chosen ?? []).map(({ row }) => row);
}

/** Lets the user choose one version for which `allowed` holds. */
export async function pickVersion(
  services: Services,
  title: string,
  allowed: (version: Version) => boolean,
): Promise<VersionRow | undefined> {
  const items = await versionItems(services, allowed);
  return items.length === 0 ? undefined : (await vscode.window.showQuickPick(items, { title }))?.row;
}

/** Says so where there is none. */
async function versionItems(
  services: Services,
  allowed: (version: Version) => boolean,
): Promise<readonly (vscode.QuickPickItem & { readonly row: VersionRow })[]> {
  const items = await withCurrentModels(services, () =>
    services.store.models.flatMap((model) =>
      model.versions.filter(allowed).map((version) => ({
        label: vscode.l10n.t('{0} version {1}', model.name, version.number),
        description: versionLook(vscode.l10n.t, model, version, true).description,
        row: { kind: 'version', model: model.name, version: version.number } satisfies VersionRow,
      })),
    ),
  );
  if (items.length === 0) {
    warn(vscode.l10n.t('There is no version for which this makes sense.'));
  }
  return items;
}

/** Lets the user choose a model for which `allowed` holds. */
export async function pickModel(
  services: Services,
  title: string,
  allowed: (model: Model) => boolean,
): Promise<ModelRow | undefined> {
  const items = await withCurrentModels(services, () =>
    services.store.models.filter(allowed).map((model) => ({
      label: model.name,
      description: availableVersions(model)
        .map(({ number }) => number)
        .join(', '),
      row: { kind: 'model', model: model.name } satisfies ModelRow,
    })),
  );
  if (items.length === 0) {
    warn(vscode.l10n.t('There is no model for which this makes sense.'));
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { title }))?.row;
}

/** Lets the user choose one of `versions`, which are `model`'s. */
export async function pickVersionOf(
  title: string,
  model: Model,
  versions: readonly Version[],
): Promise<string | undefined> {
  const items = versions.map((version) => ({
    label: vscode.l10n.t('{0} version {1}', model.name, version.number),
    description: versionLook(vscode.l10n.t, model, version, true).description,
    version: version.number,
  }));
  return (await vscode.window.showQuickPick(items, { title }))?.version;
}

/** What a box for typing shows, and how what is typed is read. */
export interface TypedValue<T> {
  readonly prompt: string;
  readonly value: string;
  readonly parse: (text: string) => Parsed<T>;
}

/** Lets the user type something; what is wrong with it shows while it is typed. Undefined where the box was left. */
export async function typed<T>(
  title: string,
  { prompt, value, parse }: TypedValue<T>,
): Promise<T | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    prompt,
    value,
    validateInput: (typedSoFar) => {
      const parsed = parse(typedSoFar);
      return parsed.kind === 'problem' ? parsed.text : undefined;
    },
  });
  const parsed = text === undefined ? undefined : parse(text);
  return parsed?.kind === 'value' ? parsed.value : undefined;
}
