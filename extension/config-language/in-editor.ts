// Offsets of the language core as places of the editor, and its edits as those of the editor.
import * as vscode from 'vscode';
import type { Span } from '../../server/textproto/diagnostics.ts';
import type { TextEdit } from '../../server/textproto/text-edit.ts';

/** The range of a span of the document's text. */
export function toRange(document: vscode.TextDocument, { start, end }: Span): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** Edits of the document's text. */
export function toTextEdits(document: vscode.TextDocument, edits: readonly TextEdit[]): vscode.TextEdit[] {
  return edits.map((edit) => vscode.TextEdit.replace(toRange(document, edit), edit.text));
}

/** Markdown that may link to pages, and runs nothing. */
export function toMarkdown(text: string): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(text);
  markdown.isTrusted = false;
  return markdown;
}
