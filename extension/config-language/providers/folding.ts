// What can be folded.
import * as vscode from 'vscode';
import { foldingRanges } from '../../../server/config/language/folding.ts';
import type { Configs } from '../configs.ts';

/** The provider. */
export function foldingProvider(configs: Configs): vscode.FoldingRangeProvider {
  return {
    provideFoldingRanges(document) {
      const checked = configs.get(document)?.checked;
      return (
        checked &&
        foldingRanges(checked.document).map(
          ({ startLine, endLine, kind }) =>
            new vscode.FoldingRange(
              startLine,
              endLine,
              kind === 'comment' ? vscode.FoldingRangeKind.Comment : vscode.FoldingRangeKind.Region,
            ),
        )
      );
    },
  };
}
