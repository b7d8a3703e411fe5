// What can be folded: messages, lists, and comments of several lines. Pure.
import { lineMap } from '../../textproto/line-map.ts';
import type { Document, MessageValue, Value } from '../../textproto/syntax-tree.ts';

/** Lines that fold into the first of them; counted from 0, the last one included. */
export interface FoldingRange {
  readonly startLine: number;
  readonly endLine: number;
  readonly kind: 'region' | 'comment';
}

/** No comment that has a line for itself is further in: a line may be as long as the file. */
const indentLimit = 1000;

/** The folding ranges of a file, by their first line; one for each first line. Closing brackets stay in sight. */
export function foldingRanges({ text, root, comments }: Document): readonly FoldingRange[] {
  const { position } = lineMap(text);
  const byStart = new Map<number, FoldingRange>();
  const add = (startLine: number, endLine: number, kind: FoldingRange['kind']): void => {
    if (endLine > startLine && (byStart.get(startLine)?.endLine ?? -1) < endLine) {
      byStart.set(startLine, { startLine, endLine, kind });
    }
  };
  const region = (start: number, end: number): void => {
    const last = position(end).line;
    const isClosed = '}>]'.includes(text.charAt(end - 1)) && end > start + 1;
    add(position(start).line, isClosed ? last - 1 : last, 'region');
  };
  const value = (inner: Value): void => {
    if (inner.kind === 'list') {
      region(inner.start, inner.end);
      inner.elements.forEach(value);
    } else if (inner.kind === 'message') {
      region(inner.start, inner.end);
      fields(inner);
    }
  };
  const fields = (message: MessageValue): void => {
    for (const field of message.fields) {
      if (field.value !== undefined) {
        value(field.value);
      }
    }
  };
  fields(root);
  let first: number | undefined;
  let last = -2;
  for (const { start, end } of comments) {
    const { line, column } = position(start);
    const isAlone = column <= indentLimit && text.slice(start - column, start).trim() === '';
    if (!isAlone) {
      continue;
    }
    if (first === undefined || line !== last + 1) {
      first = line;
    }
    last = position(end).line;
    add(first, last, 'comment');
  }
  return [...byStart.values()].toSorted((a, b) => a.startLine - b.startLine);
}
