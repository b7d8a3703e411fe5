// Fields and lists without brackets, held together by their indentation: as YAML has them, or because a brace was forgotten.
import { maxDepth, type Element, type Nesting } from './nesting.ts';
import type { Field, FieldName, ListValue, MessageValue } from './syntax-tree.ts';
import type { TokenReader } from './token-reader.ts';
import type { Token } from './tokens.ts';

/** Whether `token` is a dash with which YAML begins a list item. A number after a dash may be a negative one. */
export function isYamlItem(reader: TokenReader, token: Token): boolean {
  if (token.kind !== '-' || !token.firstOnLine) {
    return false;
  }
  const item = reader.peekAt(1);
  if (item.firstOnLine || item.start === token.end) {
    return false;
  }
  switch (item.kind) {
    case 'number': {
      const next = reader.peekAt(2);
      return next.kind === '-' && next.firstOnLine && next.column === token.column;
    }
    case 'identifier':
      return !/^(?:inf|infinity|nan)$/i.test(reader.text.slice(item.start, item.end));
    default:
      return item.kind === 'string' || item.kind === '{' || item.kind === '[';
  }
}

export function parseYamlList(nesting: Nesting, name: FieldName, depth: number): ListValue {
  const { reader } = nesting;
  const first = reader.peek();
  reader.report(
    'textproto/yaml-list',
    first,
    `There are no list items with dashes: write ${reader.text.slice(name.start, name.end)}: [a, b].`,
  );
  const elements: Element[] = [];
  let { end } = first;
  for (
    let dash = first;
    dash.kind === '-' && dash.firstOnLine && dash.column === first.column;
    dash = reader.peek()
  ) {
    reader.next();
    const element = reader.isFieldStart()
      ? indentedElement(nesting, dash.column, depth)
      : nesting.value(depth);
    if (element !== undefined) {
      elements.push(element);
    }
    end = reader.previous?.end ?? end;
  }
  return { kind: 'list', start: first.start, end, elements, commas: [] };
}

function indentedElement({ reader, fields: read }: Nesting, column: number, depth: number): MessageValue {
  const { start } = reader.peek();
  const fields: Field[] = [];
  read({ kind: 'indented', column }, depth + 1, fields);
  const end = reader.previous?.end ?? start;
  return { kind: 'message', start, end, open: '', fields, bodyStart: start, bodyEnd: end };
}

/** Fields below a name that lacks its braces: as YAML has it, or because the opening one was forgotten. */
export function parseIndentedMessage(
  nesting: Nesting,
  name: FieldName,
  column: number,
  colon: number | undefined,
  depth: number,
): MessageValue | undefined {
  const { reader, brackets } = nesting;
  if (depth + 1 > maxDepth) {
    return undefined;
  }
  const message = indentedElement(nesting, column, depth);
  const isClosed = reader.is('}') && brackets.isExtra('}') && !brackets.isOpen('}');
  const { end } = message;
  if (isClosed) {
    brackets.takeUnopened();
  }
  const lineStart = reader.text.lastIndexOf('\n', name.start - 1) + 1;
  const indent = /^[ \t]*/.exec(reader.text.slice(lineStart, name.start))?.[0] ?? '';
  const opening =
    colon === undefined
      ? { start: name.end, end: name.end, text: ' {' }
      : { start: name.end, end: colon + 1, text: ' {' };
  const shown = reader.text.slice(name.start, name.end);
  reader.report(
    colon === undefined ? 'textproto/missing-open-brace' : 'textproto/yaml-block',
    name,
    colon === undefined
      ? `The { after ${shown} is missing.`
      : `${shown} needs braces around its fields: indentation means nothing in text format.`,
    {
      title: 'Add braces',
      edits: [opening, ...(isClosed ? [] : [{ start: end, end, text: `${reader.eol}${indent}}` }])],
    },
  );
  return isClosed ? { ...message, end: reader.previous?.end ?? end } : message;
}
