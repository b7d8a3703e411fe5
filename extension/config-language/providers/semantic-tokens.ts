// Colours by meaning, beside those of the grammar.
import * as vscode from 'vscode';
import {
  semanticTokenModifiers,
  semanticTokens,
  semanticTokenTypes,
} from '../../../server/config/language/semantic-tokens.ts';
import type { Configs } from '../configs.ts';
import { toRange } from '../in-editor.ts';

/** What the numbers of the tokens mean. */
export const semanticTokensLegend = new vscode.SemanticTokensLegend(
  [...semanticTokenTypes],
  [...semanticTokenModifiers],
);

/** The provider. */
export function semanticTokensProvider(configs: Configs): vscode.DocumentSemanticTokensProvider {
  return {
    provideDocumentSemanticTokens(document) {
      const open = configs.get(document);
      if (open?.checked === undefined) {
        return undefined;
      }
      const builder = new vscode.SemanticTokensBuilder(semanticTokensLegend);
      for (const token of semanticTokens(open.checked.document, open.kind)) {
        builder.push(toRange(document, token), token.type, token.isDeprecated ? ['deprecated'] : []);
      }
      return builder.build();
    },
  };
}
