// Renaming a model in all configs that name it, with the directory that it lies in.
import path from 'node:path';
import * as vscode from 'vscode';
import { modelNameAt, renameModel, type WorkspaceConfig } from '../../../server/config/language/rename.ts';
import { parseDocument } from '../../../server/textproto/document.ts';
import { documentKind } from '../config-files.ts';
import type { Configs } from '../configs.ts';
import { readConfig } from '../disk.ts';
import { findConfigs } from '../find-configs.ts';
import { toRange, toTextEdits } from '../in-editor.ts';
import { openDocument } from '../open-problems.ts';
import { turn } from '../pace.ts';

/** The provider. */
export function renameProvider(configs: Configs): vscode.RenameProvider {
  const mentionAt = (document: vscode.TextDocument, position: vscode.Position) => {
    const open = configs.get(document);
    const mention =
      open?.checked && modelNameAt(open.checked.document, open.kind, document.offsetAt(position));
    if (mention === undefined) {
      throw new Error(vscode.l10n.t('Only names of models can be renamed here.'));
    }
    return mention;
  };
  return {
    prepareRename(document, position) {
      const { name, span } = mentionAt(document, position);
      return { range: toRange(document, span), placeholder: name };
    },
    async provideRenameEdits(document, position, newName, token) {
      const { name } = mentionAt(document, position);
      const known = await allConfigs(token);
      const rename = renameModel(known, name, newName);
      if (rename.kind === 'refused') {
        throw new Error(rename.reason);
      }
      const edit = new vscode.WorkspaceEdit();
      for (const [file, edits] of rename.edits) {
        const changed = await vscode.workspace.openTextDocument(file);
        edit.set(changed.uri, toTextEdits(changed, edits));
      }
      for (const file of rename.directories) {
        const directory = path.dirname(file);
        edit.renameFile(
          vscode.Uri.file(directory),
          vscode.Uri.file(path.join(path.dirname(directory), newName)),
          { overwrite: false },
          {
            needsConfirmation: true,
            label: vscode.l10n.t('Rename the directory of the model'),
            description: vscode.l10n.t('The name in the configuration must be that of the directory.'),
          },
        );
      }
      return edit;
    },
  };
}

/** All configs of the workspace and all that are open, by file; as they are in the editor where they are open. */
async function allConfigs(token: vscode.CancellationToken): Promise<ReadonlyMap<string, WorkspaceConfig>> {
  const all = new Map<string, WorkspaceConfig>();
  const open = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'file');
  const files = new Set([...(await findConfigs()), ...open.map(({ uri }) => uri.fsPath)]);
  for (const file of files) {
    const document = openDocument(file);
    const text = document?.getText() ?? (await readConfig(file))?.text ?? '';
    const kind = documentKind(file, document?.languageId ?? '', text);
    if (kind !== undefined && text !== '') {
      const directory = path.basename(path.dirname(file));
      all.set(file, { kind, document: parseDocument(text), directory });
      await turn();
    }
    if (token.isCancellationRequested) {
      break;
    }
  }
  return all;
}
