// Names of fields: identifiers, names in brackets, and what is written in their place by mistake.
import { quote, replaceFix } from './diagnostics.ts';
import { stringContent } from './strings.ts';
import type { FieldName } from './syntax-tree.ts';
import type { TokenReader } from './token-reader.ts';
import type { Token, TokenKind } from './tokens.ts';

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;
const extensionName = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*$/;
/** The characters of a URL, and a type's name after the last slash. */
const anyName =
  /^(?![0-9])(?:[A-Za-z0-9\-._~!$&()*+,;=/]|%[0-9a-fA-F]{2})+\/[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*$/;

/** What comes between a name and its value, or begins a value without a colon. */
const afterName: readonly TokenKind[] = [':', '{', '<', '[', '='];

/**
 * Reads a name. Undefined where there is none: then what is there is reported and passed over, at least one token of it,
 * unless there is nothing but a separator, a closing bracket or the end.
 */
export function parseFieldName(reader: TokenReader): FieldName | undefined {
  const token = reader.peek();
  switch (token.kind) {
    case 'identifier':
      return identifierName(reader);
    case '[':
      return bracketName(reader);
    case 'string':
    case 'number':
      if (!afterName.includes(reader.kindAt(1))) {
        break;
      }
      return token.kind === 'string' ? quotedName(reader) : numberName(reader);
    case 'placeholder':
      return placeholderName(reader);
    case '{':
    case '<':
    case ':':
    case '=':
      break;
    default:
      reader.next();
      reader.report('textproto/unexpected', token, `Expected a field name, not ${reader.show(token)}.`);
      reader.recover();
      return undefined;
  }
  // A value, or a colon, where a name should be.
  reader.report('textproto/missing-name', token, `Expected a field name before ${reader.show(token)}.`);
  reader.skip();
  reader.recover();
  return undefined;
}

function spanned(text: string, from: Token, to: Token, malformed: boolean): FieldName {
  return { kind: 'plain', text, start: from.start, end: to.end, malformed };
}

/** An identifier, and what hangs together with it: names with dashes or dots are common, and wrong. */
function identifierName(reader: TokenReader): FieldName {
  const first = reader.next();
  let last = first;
  const isGlue = ({ kind }: Token): boolean => kind === '-' || kind === '.' || kind === '/';
  const isWord = ({ kind }: Token): boolean => kind === 'identifier' || kind === 'number';
  for (;;) {
    const glue = reader.raw(0);
    const word = reader.raw(1);
    const isAdjacent = glue.start === last.end && word.start === glue.end;
    if (!isAdjacent || !isGlue(glue) || !isWord(word)) {
      break;
    }
    reader.next();
    last = reader.next();
  }
  const text = reader.text.slice(first.start, last.end);
  if (first === last) {
    return spanned(text, first, last, false);
  }
  const fixed = text.replaceAll('-', '_');
  const name = spanned(fixed, first, last, true);
  reader.report(
    'textproto/field-name',
    name,
    `${quote(text)} is no field name: those have letters, digits and underscores only.`,
    identifier.test(fixed) ? replaceFix(`Write ${fixed}`, name, fixed) : undefined,
  );
  return name;
}

function bracketName(reader: TokenReader): FieldName {
  const open = reader.next();
  let text = '';
  for (let token = reader.raw(0); token.kind !== ']'; token = reader.raw(0)) {
    if (endsBracketName(reader, token)) {
      return unclosedName(reader, open, text);
    }
    text += reader.text.slice(token.start, token.end);
    reader.nextRaw();
  }
  const at = { start: open.start, end: reader.nextRaw().end };
  const isAny = text.includes('/');
  const isGood = (isAny ? anyName : extensionName).test(text);
  if (!isGood) {
    const what = isAny ? 'type URL, such as type.googleapis.com/package.Message' : 'name of an extension';
    reader.report('textproto/field-name', at, `${quote(text)} is no ${what}.`);
  }
  return { kind: isAny ? 'any' : 'extension', text, ...at, malformed: !isGood };
}

const notInBrackets: readonly TokenKind[] = ['end', '{', '}', '<', '>', '[', ':', 'string'];

/** Whether a name in brackets cannot go on with `token`; a field on the next line shows that it was not closed. */
function endsBracketName(reader: TokenReader, token: Token): boolean {
  const isNext = token.firstOnLine && token.kind === 'identifier' && reader.raw(1).kind === ':';
  return notInBrackets.includes(token.kind) || isNext;
}

/** How many tokens on the bracket is looked for. */
const closeLimit = 32;

/** A name in brackets that goes on with something else: up to its bracket, if that is on the same line. */
function unclosedName(reader: TokenReader, open: Token, text: string): FieldName {
  const { line } = reader.raw(0);
  for (let ahead = 0; ahead < closeLimit && reader.raw(ahead).line === line; ahead++) {
    if (reader.raw(ahead).kind === ']') {
      while (reader.raw(0).kind !== ']') {
        reader.nextRaw();
      }
      const at = { start: open.start, end: reader.nextRaw().end };
      reader.report(
        'textproto/field-name',
        at,
        'Names in brackets have letters, digits, underscores, dots and slashes.',
      );
      return { kind: 'extension', text, ...at, malformed: true };
    }
  }
  const at = { start: open.start, end: reader.previous?.end ?? open.end };
  const fix = replaceFix('Add ]', { start: at.end, end: at.end }, ']');
  reader.report('textproto/missing-bracket', at, 'This name in brackets lacks its ].', fix);
  return { kind: 'extension', text, ...at, malformed: true };
}

function quotedName(reader: TokenReader): FieldName {
  const token = reader.next();
  const text = stringContent(reader.text, token.start, token.end);
  const fix = identifier.test(text) ? replaceFix('Remove the quotes', token, text) : undefined;
  reader.report('textproto/quoted-name', token, 'Field names have no quotes in text format.', fix);
  return spanned(text, token, token, true);
}

function numberName(reader: TokenReader): FieldName {
  const token = reader.next();
  reader.report('textproto/field-number', token, 'Fields are written by name, not by number.');
  return spanned(reader.text.slice(token.start, token.end), token, token, true);
}

/** A placeholder is reported already; it may stand for a name, or for whole fields. */
function placeholderName(reader: TokenReader): FieldName | undefined {
  const token = reader.next();
  return afterName.includes(reader.peek().kind) && !reader.peek().firstOnLine
    ? spanned('', token, token, true)
    : undefined;
}
