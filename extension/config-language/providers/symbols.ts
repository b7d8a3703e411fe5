// The outline, and with it the breadcrumbs.
import * as vscode from 'vscode';
import { symbolsOf, type ConfigSymbol } from '../../../server/config/language/symbols.ts';
import type { Configs } from '../configs.ts';
import { toRange } from '../in-editor.ts';

const kinds: Readonly<Record<ConfigSymbol['kind'], vscode.SymbolKind>> = {
  message: vscode.SymbolKind.Object,
  string: vscode.SymbolKind.String,
  number: vscode.SymbolKind.Number,
  boolean: vscode.SymbolKind.Boolean,
  enum: vscode.SymbolKind.EnumMember,
  list: vscode.SymbolKind.Array,
};

/** The provider. */
export function symbolProvider(configs: Configs): vscode.DocumentSymbolProvider {
  return {
    provideDocumentSymbols(document) {
      const open = configs.get(document);
      return (
        open?.checked &&
        symbolsOf(open.checked.document, open.kind).map((symbol) => toSymbol(document, symbol))
      );
    },
  };
}

function toSymbol(document: vscode.TextDocument, symbol: ConfigSymbol): vscode.DocumentSymbol {
  const { name, detail, kind, span, selection, children } = symbol;
  const made = new vscode.DocumentSymbol(
    name,
    detail,
    kinds[kind],
    toRange(document, span),
    toRange(document, selection),
  );
  made.children = children.map((child) => toSymbol(document, child));
  return made;
}
