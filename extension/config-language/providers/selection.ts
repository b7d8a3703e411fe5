// What "Expand Selection" grows to.
import * as vscode from 'vscode';
import { selectionSpansAt } from '../../../server/config/language/selection.ts';
import type { Configs } from '../configs.ts';
import { toRange } from '../in-editor.ts';

/** The provider. */
export function selectionProvider(configs: Configs): vscode.SelectionRangeProvider {
  return {
    provideSelectionRanges(document, positions) {
      const open = configs.get(document);
      const parsed = open?.checked?.document;
      if (open === undefined || parsed === undefined) {
        return undefined;
      }
      return positions.map((position) => {
        const spans = selectionSpansAt(parsed, open.kind, document.offsetAt(position));
        return (
          spans.reduceRight<vscode.SelectionRange | undefined>(
            (outer, span) => new vscode.SelectionRange(toRange(document, span), outer),
            undefined,
          ) ?? new vscode.SelectionRange(new vscode.Range(position, position))
        );
      });
    },
  };
}
