// The version of a converted model that a command is about, and its signature.
import * as vscode from 'vscode';
import { rowsOf } from '../explorer/rows.ts';
import { methodWord } from '../explorer/version-words.ts';
import { warn } from '../notify.ts';
import type { Model, Version } from '../state/model.ts';
import { withCurrentModels } from './connection.ts';
import { pickVersion } from './pick.ts';
import type { Services } from './services.ts';

/** A converted version that answers. */
export interface ConvertedTarget {
  readonly model: Model;
  readonly version: Version;
}

/** The clicked version; otherwise the user chooses among those that were converted. Says so where it was not. */
export async function convertedTarget(
  services: Services,
  title: string,
  clicked: unknown,
): Promise<ConvertedTarget | undefined> {
  const [row] = rowsOf(clicked, undefined);
  const chosen =
    row?.kind === 'version' || row?.kind === 'detail'
      ? row
      : await pickVersion(services, title, ({ convertedFrom }) => convertedFrom !== '');
  if (chosen === undefined) {
    return undefined;
  }
  const found = await withCurrentModels(services, () => {
    const model = services.store.get(chosen.model);
    const version = model?.versions.find(({ number }) => number === chosen.version);
    return model === undefined || version === undefined ? undefined : { model, version };
  });
  if (found === undefined || found.version.convertedFrom === '') {
    warn(vscode.l10n.t('{0} version {1} is no converted model that answers.', chosen.model, chosen.version));
    return undefined;
  }
  return found;
}

/** The name of the only signature, or of the one that the user chooses. */
export async function pickSignature(title: string, { signatures }: Version): Promise<string | undefined> {
  const [first, ...others] = signatures;
  if (first === undefined || others.length === 0) {
    return first?.name;
  }
  const items = signatures.map(({ name, methodName }) => ({
    label: name,
    description: methodWord(methodName),
  }));
  return (await vscode.window.showQuickPick(items, { title }))?.label;
}
