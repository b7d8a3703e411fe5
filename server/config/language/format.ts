// Formatting as an edit: only what differs is replaced, so that cursors and marks elsewhere stay where they are. Pure.
import { formatDocument } from '../../textproto/printer.ts';
import type { Document } from '../../textproto/syntax-tree.ts';
import type { TextEdit } from '../../textproto/text-edit.ts';

/** The edits that format the file; none if it is formatted, or has mistakes of syntax. */
export function formatEdits(document: Document): readonly TextEdit[] {
  const { text } = document;
  const formatted = formatDocument(document);
  if (formatted === text) {
    return [];
  }
  const most = Math.min(text.length, formatted.length);
  let start = 0;
  while (start < most && text.charCodeAt(start) === formatted.charCodeAt(start)) {
    start++;
  }
  let same = 0;
  while (
    same < most - start &&
    text.charCodeAt(text.length - 1 - same) === formatted.charCodeAt(formatted.length - 1 - same)
  ) {
    same++;
  }
  return [{ start, end: text.length - same, text: formatted.slice(start, formatted.length - same) }];
}
