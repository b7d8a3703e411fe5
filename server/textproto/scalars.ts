// Scalar values as they are written: strings, numbers and identifiers, and text that should have been a string.
import { quote, replaceFix, type Span } from './diagnostics.ts';
import { numberForm, reportNumber } from './numbers.ts';
import { stringLiteral } from './strings.ts';
import type { BareValue, IdentifierValue, NumberValue, StringValue } from './syntax-tree.ts';
import type { TokenReader } from './token-reader.ts';
import type { TokenKind } from './tokens.ts';

export type Scalar = StringValue | NumberValue | IdentifierValue | BareValue;

const glued: readonly TokenKind[] = ['placeholder', 'identifier', 'number', '-', '.', '/'];

/** Reads a scalar; undefined, and nothing consumed, where none begins. */
export function parseScalar(reader: TokenReader): Scalar | undefined {
  const token = reader.peek();
  if (isBareText(reader)) {
    return bareText(reader);
  }
  switch (token.kind) {
    case 'string':
      return strings(reader);
    case 'number':
    case 'identifier':
      return word(reader, token.start, false);
    case 'placeholder':
      return placeholder(reader);
    case '-':
      return negative(reader);
    default:
      return undefined;
  }
}

/** Adjacent strings are one. But one that has a colon behind it is a name, as JSON writes it. */
function strings(reader: TokenReader): StringValue {
  const first = reader.next();
  const parts: Span[] = [{ start: first.start, end: first.end }];
  let { end } = first;
  while (reader.is('string') && reader.kindAt(1) !== ':') {
    const part = reader.next();
    parts.push({ start: part.start, end: part.end });
    ({ end } = part);
  }
  return { kind: 'string', start: first.start, end, parts };
}

function word(reader: TokenReader, start: number, isNegative: boolean): NumberValue | IdentifierValue {
  const token = reader.next();
  const text = reader.text.slice(token.start, token.end);
  const { end } = token;
  if (token.kind !== 'number') {
    return { kind: 'identifier', start, end, negative: isNegative, text };
  }
  const form = numberForm(text);
  if (form === 'malformed') {
    reportNumber(text, token, reader.report);
  }
  return { kind: 'number', start, end, negative: isNegative, text, form };
}

/** It is reported already; and so is what hangs together with it. */
function placeholder(reader: TokenReader): BareValue {
  const { start } = reader.peek();
  let { end } = reader.next();
  while (reader.raw(0).start === end && glued.includes(reader.raw(0).kind)) {
    ({ end } = reader.next());
  }
  return { kind: 'bare', start, end };
}

function negative(reader: TokenReader): Scalar {
  const sign = reader.next();
  const { kind } = reader.peek();
  if (kind === 'number' || kind === 'identifier') {
    return word(reader, sign.start, true);
  }
  reader.report('textproto/bad-number', sign, 'A minus sign without a number behind it.');
  return { kind: 'bare', start: sign.start, end: sign.end };
}

/** Whether a path, a URL or a name with dashes begins here: no value goes on like that. */
export function isBareText(reader: TokenReader): boolean {
  const token = reader.peek();
  const next = reader.raw(1);
  if (token.kind === '/' || token.kind === '.') {
    return true;
  }
  if ((token.kind !== 'identifier' && token.kind !== 'number') || next.start !== token.end) {
    return false;
  }
  if (next.kind === ':') {
    const { kind, start } = reader.raw(2);
    return start === next.end && (kind === '/' || kind === 'other');
  }
  return next.kind === '/' || next.kind === '.' || next.kind === '-' || next.kind === 'other';
}

/** Up to what cannot be part of it, a comment among it: the lexer takes two slashes for one except behind a colon. */
const bareRun = /(?:[^\s,;{}<>[\]"'#/]|(?<=:)\/\/|\/(?![*/]))*/y;

function bareText(reader: TokenReader): BareValue {
  const { start } = reader.peek();
  bareRun.lastIndex = start;
  let end = start + (bareRun.exec(reader.text)?.[0].length ?? 0);
  do {
    end = Math.max(end, reader.nextRaw().end);
  } while (reader.raw(0).start < end && reader.raw(0).kind !== 'end');
  const text = reader.text.slice(start, end);
  const fix = replaceFix('Put it in quotes', { start, end }, stringLiteral(text));
  reader.report('textproto/unquoted-string', { start, end }, `${quote(text)} needs quotes around it.`, fix);
  return { kind: 'bare', start, end };
}
