// Lists, with all that users put between, before and behind their elements.
import type { Brackets, OpenBracket } from './brackets.ts';
import { replaceFix } from './diagnostics.ts';
import { maxDepth, type Element, type Nesting } from './nesting.ts';
import type { Field, ListValue, MessageValue } from './syntax-tree.ts';
import type { Token } from './tokens.ts';

/** Reads the list that begins here. */
export function parseList(nesting: Nesting, depth: number): ListValue {
  const { reader, brackets } = nesting;
  const bracket = brackets.enter('[');
  const elements: Element[] = [];
  const commas: number[] = [];
  let comma: Token | undefined;
  for (let token = reader.peek(); ; token = reader.peek()) {
    const verdict = brackets.verdict(token, bracket);
    if (verdict === 'stray') {
      brackets.rejectStray();
    } else if (verdict !== 'inside' || (reader.isFieldStart() && isBehindList(brackets, token, bracket))) {
      break;
    } else if (token.kind === ',' || token.kind === ';') {
      reader.next();
      const fix = replaceFix('Remove it', token, '');
      reader.report(
        'textproto/extra-separator',
        token,
        'A list element is missing before this separator.',
        fix,
      );
    } else {
      comma = parseElement(nesting, depth, elements);
      if (comma !== undefined) {
        commas.push(comma.start);
      }
    }
  }
  if (comma !== undefined && reader.is(']')) {
    const fix = replaceFix('Remove the comma', comma, '');
    reader.report('textproto/trailing-comma', comma, 'A list cannot end with a comma.', fix);
  }
  const { end } = brackets.leave(bracket);
  return { kind: 'list', start: bracket.token.start, end, elements, commas };
}

/** Whether a field that stands in a list is rather one behind it, the closing bracket being missing. */
function isBehindList(brackets: Brackets, token: Token, bracket: OpenBracket): boolean {
  return brackets.isMissing(']') || (token.firstOnLine && token.column <= bracket.indent);
}

/** Reads an element and the comma behind it, which it gives. */
function parseElement(nesting: Nesting, depth: number, elements: Element[]): Token | undefined {
  const { reader } = nesting;
  const element = reader.isFieldStart() ? bareElement(nesting, depth) : nesting.value(depth);
  if (element === undefined) {
    const token = reader.next();
    reader.report('textproto/unexpected', token, `Expected a list element, not ${reader.show(token)}.`);
    reader.recover();
  } else {
    elements.push(element);
  }
  const token = reader.peek();
  if (token.kind === ',') {
    return reader.next();
  }
  if (token.kind === ';') {
    const fix = replaceFix('Write a comma', token, ',');
    reader.report('textproto/list-separator', token, 'List elements are separated by commas.', fix);
    return reader.next();
  }
  const isValue = ['string', 'number', 'identifier', '-', '{', '<', 'placeholder'].includes(token.kind);
  if (element !== undefined && isValue && !reader.isFieldStart()) {
    const fix = replaceFix('Add a comma', { start: element.end, end: element.end }, ',');
    reader.report('textproto/missing-comma', token, 'A comma is missing before this list element.', fix);
  }
  return undefined;
}

/** Fields in a list that lack the braces of an element. */
function bareElement(nesting: Nesting, depth: number): MessageValue | undefined {
  const { reader } = nesting;
  const { start } = reader.peek();
  const name = reader.peek();
  const fields: Field[] = [];
  if (depth + 1 <= maxDepth) {
    nesting.fields({ kind: 'element' }, depth + 1, fields);
  } else {
    reader.skip();
  }
  const end = reader.previous?.end ?? start;
  reader.report('textproto/list-fields', name, 'Fields in a list need braces around each element: [{ … }].', {
    title: 'Add braces',
    edits: [
      { start, end: start, text: '{ ' },
      { start: end, end, text: ' }' },
    ],
  });
  return { kind: 'message', start, end, open: '', fields, bodyStart: start, bodyEnd: end };
}
