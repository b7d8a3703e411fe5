// Load · Reload · Predict · Generate from model, above the file or above each entry.
import path from 'node:path';
import * as vscode from 'vscode';
import { codeLenses, type LensAction } from '../../../server/config/language/code-lens.ts';
import type { ModelRow } from '../../explorer/rows.ts';
import type { Disposable } from '../../signal.ts';
import type { Configs } from '../configs.ts';

/** The provider. What needs the daemon is not offered in a workspace that is not trusted: there is none. */
export function codeLensProvider(configs: Configs, subscriptions: Disposable[]): vscode.CodeLensProvider {
  const changed = new vscode.EventEmitter<void>();
  subscriptions.push(
    changed,
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
  );
  return {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses(document) {
      const open = configs.get(document);
      if (open?.checked === undefined || document.uri.scheme !== 'file') {
        return undefined;
      }
      const directory = path.basename(path.dirname(document.uri.fsPath));
      return codeLenses(open.checked.document, open.kind, directory)
        .filter(({ action }) => vscode.workspace.isTrusted || action === 'generate')
        .map(({ action, model, offset }) => {
          const at = document.positionAt(offset);
          return new vscode.CodeLens(new vscode.Range(at, at), commandOf(action, model, document.uri));
        });
    },
  };
}

function commandOf(action: LensAction, model: string, document: vscode.Uri): vscode.Command {
  const row = { kind: 'model', model } satisfies ModelRow;
  switch (action) {
    case 'load':
      return { title: vscode.l10n.t('Load'), command: 'perch.config.load', arguments: [row] };
    case 'reload':
      return { title: vscode.l10n.t('Reload'), command: 'perch.config.reload', arguments: [row] };
    case 'predict':
      return { title: vscode.l10n.t('Predict'), command: 'perch.model.predictSample', arguments: [row] };
    case 'generate':
      return {
        title: vscode.l10n.t('Generate from model'),
        command: 'perch.config.generate',
        arguments: [document],
      };
  }
}
