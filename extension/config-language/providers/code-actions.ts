// Quick fixes: of one finding, of all of its kind, and of all that can be mended without a choice.
import * as vscode from 'vscode';
import { fixAllAt, fixesAt } from '../../../server/config/language/code-actions.ts';
import type { TextEdit } from '../../../server/textproto/text-edit.ts';
import type { Configs } from '../configs.ts';
import { fixEverything } from '../fix-everything.ts';
import { toRange, toTextEdits } from '../in-editor.ts';

const fixAllKind = vscode.CodeActionKind.SourceFixAll.append('perch');

/** The kinds of actions that there are. */
export const providedActions: readonly vscode.CodeActionKind[] = [vscode.CodeActionKind.QuickFix, fixAllKind];

/** The provider. */
export function codeActionProvider(configs: Configs): vscode.CodeActionProvider {
  return {
    provideCodeActions(document, range, context) {
      const checked = configs.get(document)?.checked;
      if (checked === undefined) {
        return undefined;
      }
      const action = (
        title: string,
        kind: vscode.CodeActionKind,
        edits: readonly TextEdit[],
      ): vscode.CodeAction => {
        const made = new vscode.CodeAction(title, kind);
        made.edit = new vscode.WorkspaceEdit();
        made.edit.set(document.uri, toTextEdits(document, edits));
        return made;
      };
      if (context.only !== undefined && fixAllKind.intersects(context.only)) {
        const edits = fixEverything(checked, configs.get(document)?.around ?? {});
        return edits.length === 0 ? [] : [action(vscode.l10n.t('Fix all'), fixAllKind, edits)];
      }
      const span = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
      const single = fixesAt(checked.findings, span).map(({ title, edits, finding, isPreferred }) => {
        const made = action(title, vscode.CodeActionKind.QuickFix, edits);
        const at = toRange(document, finding);
        made.isPreferred = isPreferred;
        made.diagnostics = context.diagnostics.filter(
          ({ range: shown, message }) => shown.isEqual(at) && message === finding.message,
        );
        return made;
      });
      const many = fixAllAt(checked.findings, span).map(({ title, edits }) =>
        action(title, vscode.CodeActionKind.QuickFix, edits),
      );
      return [...single, ...many];
    },
  };
}
