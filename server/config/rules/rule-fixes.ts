// Quick fixes that rules offer. Pure; each looks only at what is around its place.
import { replaceFix, type Fix } from '../../textproto/diagnostics.ts';
import type { Field } from '../../textproto/syntax-tree.ts';
import type { TextEdit } from '../../textproto/text-edit.ts';
import type { Placed, Written } from './rule-tree.ts';

/** Writes `text` in place of a value; none where the value is not written. */
export function writeInstead(placed: Placed<unknown>, text: string, title = `Change to ${text}`): Fix[] {
  return placed.written === undefined ? [] : [replaceFix(title, placed.at, text)];
}

/** Takes out whole fields. */
export function removeFields(title: string, text: string, fields: readonly Field[]): Fix[] {
  return fields.length === 0 ? [] : [{ title, edits: fields.map((field) => removal(text, field)) }];
}

/** Takes out a value, and its field if it is all that it has; none where the value is not written. */
export function removeValue(title: string, text: string, { written }: Placed<unknown>): Fix[] {
  return written === undefined ? [] : [{ title, edits: [removalOfValue(text, written)] }];
}

function removalOfValue(text: string, { field, list, index }: Written): TextEdit {
  const element = list?.elements[index];
  if (list === undefined || element === undefined || list.elements.length === 1) {
    return removal(text, field);
  }
  const next = list.elements[index + 1];
  const previous = list.elements[index - 1];
  return next === undefined
    ? { start: previous?.end ?? element.start, end: element.end, text: '' }
    : { start: element.start, end: next.start, text: '' };
}

/** A field with its separator, and with its lines where it has them for itself. */
function removal(text: string, { start, end: fieldEnd, separator }: Field): TextEdit {
  const end = separator === undefined ? fieldEnd : separator + 1;
  let before = start;
  while (isBlank(text[before - 1])) {
    before--;
  }
  let after = end;
  while (isBlank(text[after]) || text[after] === '\r') {
    after++;
  }
  const isFirst = before === 0 || text[before - 1] === '\n';
  if (isFirst && (after === text.length || text[after] === '\n')) {
    return { start: before, end: Math.min(after + 1, text.length), text: '' };
  }
  return isFirst ? { start, end: after, text: '' } : { start: before, end, text: '' };
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}
