// How a file is written, so that what is put into it looks like what is there: line ends, indentation, separators.
import { stringLiteral } from './strings.ts';
import type { NewField, NewValue } from './edit-path.ts';
import type { Document, Field, MessageValue } from './syntax-tree.ts';

export interface FileStyle {
  readonly eol: '\n' | '\r\n';
  /** One level of indentation. */
  readonly unit: string;
}

/** The style of a file; that of txtpbfmt where the file is too small to tell. */
export function styleOf({ text, root }: Document): FileStyle {
  return { eol: text.includes('\r\n') ? '\r\n' : '\n', unit: unitIn(text, root) ?? '  ' };
}

function unitIn(text: string, message: MessageValue): string | undefined {
  for (const { value, start } of message.fields) {
    const nested = value?.kind === 'list' ? value.elements : value === undefined ? [] : [value];
    for (const inner of nested) {
      if (inner.kind !== 'message') {
        continue;
      }
      const outer = value?.kind === 'list' ? inner.start : start;
      const [first] = inner.fields;
      const around = indentAt(text, outer);
      const within = indentAt(text, first?.start ?? outer);
      if (
        isFirstOnLine(text, first?.start ?? outer) &&
        within.length > around.length &&
        within.startsWith(around)
      ) {
        return within.slice(around.length);
      }
      const deeper = unitIn(text, inner);
      if (deeper !== undefined) {
        return deeper;
      }
    }
  }
  return undefined;
}

/** The space at the start of the line that `offset` is on. */
export function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? '';
}

/** Whether nothing but space is before `offset` on its line. */
export function isFirstOnLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';
}

/** Offset of the end of the line that `offset` is on, before its line end. */
export function lineEnd(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset);
  return feed === -1 ? text.length : text[feed - 1] === '\r' && feed > offset ? feed - 1 : feed;
}

/** The separator that fields of a message have behind them, if they have one. */
export function separatorOf(text: string, fields: readonly Field[]): string {
  const at = fields.find(({ separator }) => separator !== undefined)?.separator;
  return at === undefined ? '' : text.charAt(at);
}

/** The text of a new value. Messages take several lines if `indent`, that of the line they begin on, is given. */
export function renderValue(value: NewValue, style: FileStyle, indent: string | undefined): string {
  switch (value.kind) {
    case 'string':
      return stringLiteral(value.value);
    case 'scalar':
      return value.text;
    case 'list':
      return `[${value.elements.map((element) => renderValue(element, style, undefined)).join(', ')}]`;
    case 'message': {
      if (value.fields.length === 0) {
        return '{}';
      }
      if (indent === undefined) {
        return `{ ${value.fields.map((field) => renderField(field, style, undefined)).join(' ')} }`;
      }
      const inner = indent + style.unit;
      const lines = value.fields.map((field) => `${inner}${renderField(field, style, inner)}${style.eol}`);
      return `{${style.eol}${lines.join('')}${indent}}`;
    }
  }
}

/** The text of a new field: without a colon before messages, unless `hasColon`. */
export function renderField(
  { name, value }: NewField,
  style: FileStyle,
  indent: string | undefined,
  hasColon = false,
): string {
  const colon = value.kind === 'message' && !hasColon ? '' : ':';
  return `${name}${colon} ${renderValue(value, style, indent)}`;
}
