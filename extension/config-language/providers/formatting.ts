// Formatting of the whole file, in txtpbfmt's style; a file with mistakes of syntax stays as it is.
import type * as vscode from 'vscode';
import { formatEdits } from '../../../server/config/language/format.ts';
import type { Configs } from '../configs.ts';
import { toTextEdits } from '../in-editor.ts';

/** The provider. */
export function formattingProvider(configs: Configs): vscode.DocumentFormattingEditProvider {
  return {
    provideDocumentFormattingEdits(document) {
      const checked = configs.get(document)?.checked;
      return checked && toTextEdits(document, formatEdits(checked.document));
    },
  };
}
