// Minimal edits of a file: a value is set, a field goes in or out, and every other byte stays as it is.
import {
  fieldOf,
  findStep,
  valuesOf,
  type Found,
  type NewField,
  type NewValue,
  type PathStep,
} from './edit-path.ts';
import {
  indentAt,
  isFirstOnLine,
  lineEnd,
  renderField,
  renderValue,
  separatorOf,
  styleOf,
} from './file-style.ts';
import type { Document, Field, ListValue, MessageValue } from './syntax-tree.ts';
import type { TextEdit } from './text-edit.ts';

/**
 * Makes the value at `path` `value`; fields and messages on the way that are not there are added, with the keys that steps
 * name. No edits if it is so already; undefined if the path leads through something that is no message, or to an index that
 * does not exist.
 */
export function setValue(
  document: Document,
  path: readonly PathStep[],
  value: NewValue,
): readonly TextEdit[] | undefined {
  let parent = document.root;
  for (const [i, step] of path.entries()) {
    const found = findStep(document, parent, step);
    const isLast = i === path.length - 1;
    if (found === undefined) {
      const field = newField(path.slice(i), value);
      return field === undefined ? undefined : insertInto(document, parent, field);
    }
    if (isLast) {
      return replaceValue(document, found, value);
    }
    if (found.value.kind !== 'message') {
      return undefined;
    }
    parent = found.value;
  }
  return undefined;
}

/** Adds `field` to the message at `path`; [] is the file. Undefined if there is no such message. */
export function insertField(
  document: Document,
  path: readonly PathStep[],
  field: NewField,
): readonly TextEdit[] | undefined {
  let parent = document.root;
  for (const step of path) {
    const found = findStep(document, parent, step);
    if (found?.value.kind !== 'message') {
      return undefined;
    }
    parent = found.value;
  }
  return insertInto(document, parent, field);
}

/** Takes out the value at `path`, and its field if it is all that it has. Undefined if it is not there. */
export function deleteField(document: Document, path: readonly PathStep[]): readonly TextEdit[] | undefined {
  let parent = document.root;
  for (const [i, step] of path.entries()) {
    const found = findStep(document, parent, step);
    if (found === undefined) {
      return undefined;
    }
    if (i === path.length - 1) {
      return found.list === undefined || found.list.elements.length === 1
        ? [deleteWhole(document.text, found.field, found.parent)]
        : deleteElement(document.text, found, found.list);
    }
    if (found.value.kind !== 'message') {
      return undefined;
    }
    parent = found.value;
  }
  return undefined;
}

/** The field that the rest of a path describes. */
function newField(path: readonly PathStep[], value: NewValue): NewField | undefined {
  const [step, ...rest] = path;
  if (step === undefined || (typeof step === 'object' && 'index' in step)) {
    return undefined;
  }
  const key = typeof step === 'string' ? [] : [{ name: step.key, value: step.equals }];
  if (rest.length === 0) {
    return typeof step === 'string' ? { name: step, value } : withKey(step.field, key, value);
  }
  const inner = newField(rest, value);
  return inner && { name: fieldOf(step), value: { kind: 'message', fields: [...key, inner] } };
}

function withKey(name: string, key: readonly NewField[], value: NewValue): NewField | undefined {
  return value.kind === 'message'
    ? {
        name,
        value: {
          kind: 'message',
          fields: [...key, ...value.fields.filter((field) => field.name !== key[0]?.name)],
        },
      }
    : undefined;
}

function replaceValue(document: Document, found: Found, value: NewValue): readonly TextEdit[] {
  const { text } = document;
  const { field, list } = found;
  const isInline =
    !text.slice(found.value.start, found.value.end).includes('\n') && found.value.kind === 'message';
  const rendered = renderValue(
    value,
    styleOf(document),
    isInline ? undefined : indentAt(text, found.value.start),
  );
  if (text.slice(found.value.start, found.value.end) === rendered) {
    return [];
  }
  const edit = { start: found.value.start, end: found.value.end, text: rendered };
  if (field.colon !== undefined || value.kind === 'message') {
    return [edit];
  }
  return list === undefined
    ? [{ ...edit, start: field.name.end, text: `: ${rendered}` }]
    : [{ start: field.name.end, end: field.name.end, text: ':' }, edit];
}

/** Behind the last value of the same field, or else behind the last field. */
function insertInto(document: Document, parent: MessageValue, field: NewField): readonly TextEdit[] {
  const { text } = document;
  const style = styleOf(document);
  const last = valuesOf(parent, field.name).at(-1);
  if (last?.list !== undefined && last.value.kind === 'message' && field.value.kind === 'message') {
    return insertElement(document, last, last.list, field.value);
  }
  const after = last?.field ?? parent.fields.at(-1);
  if (after === undefined) {
    return [firstField(document, parent, field)];
  }
  const hasColon = last?.field.colon !== undefined;
  const separator = separatorOf(text, parent.fields);
  const end = after.separator === undefined ? after.end : after.separator + 1;
  const isNextOnLine = parent.fields.some((other) => other.start >= end && other.start < lineEnd(text, end));
  const isClosedOnLine = parent !== document.root && parent.bodyEnd <= lineEnd(text, end);
  const missing =
    after.separator === undefined && separator !== '' ? [{ start: end, end, text: separator }] : [];
  const own = after.separator === undefined ? '' : separator;
  if (isNextOnLine || isClosedOnLine) {
    const behind = isNextOnLine && own === '' ? separator : own;
    return [
      ...missing,
      { start: end, end, text: ` ${renderField(field, style, undefined, hasColon)}${behind}` },
    ];
  }
  const indent = fieldIndent(document, parent, after);
  const place = lineEnd(text, end);
  return [
    ...missing,
    {
      start: place,
      end: place,
      text: `${style.eol}${indent}${renderField(field, style, indent, hasColon)}${own}`,
    },
  ];
}

/** The indentation of a new line behind `after`. */
function fieldIndent(document: Document, parent: MessageValue, after: Field): string {
  const { text } = document;
  const sibling = [after, ...parent.fields].find(({ start }) => isFirstOnLine(text, start));
  if (sibling !== undefined) {
    return indentAt(text, sibling.start);
  }
  return parent === document.root ? '' : indentAt(text, parent.start) + styleOf(document).unit;
}

/** The first field of a message. */
function firstField(document: Document, parent: MessageValue, field: NewField): TextEdit {
  const { text } = document;
  const style = styleOf(document);
  if (parent === document.root) {
    const isOpenLine = text !== '' && !text.endsWith('\n');
    const rendered = `${isOpenLine ? style.eol : ''}${renderField(field, style, '')}${style.eol}`;
    return { start: text.length, end: text.length, text: rendered };
  }
  const { bodyStart: start, bodyEnd } = parent;
  if (!text.slice(start, bodyEnd).includes('\n')) {
    return { start, end: bodyEnd, text: ` ${renderField(field, style, undefined)} ` };
  }
  const indent = indentAt(text, parent.start) + style.unit;
  // Behind a comment on the line of the brace, and those below it.
  const place = lineEnd(text, text.slice(start, bodyEnd).trimEnd().length + start);
  return { start: place, end: place, text: `${style.eol}${indent}${renderField(field, style, indent)}` };
}

/** A message behind `last` in the list that it is in. */
function insertElement(
  document: Document,
  last: Found,
  list: ListValue,
  value: NewValue,
): readonly TextEdit[] {
  const { text } = document;
  const style = styleOf(document);
  const { start, end } = last.value;
  if (!isFirstOnLine(text, start)) {
    const isInline = !text.slice(list.start, list.end).includes('\n');
    const indent = isInline ? undefined : indentAt(text, start);
    return [{ start: end, end, text: `, ${renderValue(value, style, indent)}` }];
  }
  const indent = indentAt(text, start);
  const isInline = !text.slice(start, end).includes('\n');
  const place = lineEnd(text, end);
  const rendered = `${style.eol}${indent}${renderValue(value, style, isInline ? undefined : indent)}`;
  // Not behind the bracket, if it closes on the same line.
  return place >= list.end
    ? [{ start: end, end, text: `,${rendered}` }]
    : [
        { start: end, end, text: ',' },
        { start: place, end: place, text: rendered },
      ];
}

/** A field with its separator, and with its lines where it has them for itself. */
function deleteWhole(text: string, field: Field, parent: MessageValue): TextEdit {
  const end = field.separator === undefined ? field.end : field.separator + 1;
  return deleteSpan(text, field.start, end, parent.bodyStart);
}

/** Deletes [start, end) with the space around it that has no more use: whole lines, or the space on one side. */
function deleteSpan(text: string, start: number, end: number, from: number): TextEdit {
  const rest = /^[ \t]*(?:#[^\n]*)?/.exec(text.slice(end, lineEnd(text, end)))?.[0] ?? '';
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  if (isFirstOnLine(text, start) && end + rest.length === lineEnd(text, end)) {
    const feed = text.indexOf('\n', end);
    return { start: lineStart, end: feed === -1 ? text.length : feed + 1, text: '' };
  }
  const before = /[ \t]*$/.exec(text.slice(Math.max(from, lineStart), start))?.[0].length ?? 0;
  const after = /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0;
  return before > 0 ? { start: start - before, end, text: '' } : { start, end: end + after, text: '' };
}

/** An element and one comma. */
function deleteElement(text: string, { value }: Found, list: ListValue): readonly TextEdit[] {
  const at = list.elements.indexOf(value as ListValue['elements'][number]);
  const comma = list.commas[at];
  const previous = list.commas[at - 1];
  if (comma !== undefined) {
    return text.slice(value.end, comma).trim() === ''
      ? [deleteSpan(text, value.start, comma + 1, list.start + 1)]
      : [
          deleteSpan(text, value.start, value.end, list.start + 1),
          { start: comma, end: comma + 1, text: '' },
        ];
  }
  const element = deleteSpan(text, value.start, value.end, (previous ?? list.start) + 1);
  return previous === undefined ? [element] : [{ start: previous, end: previous + 1, text: '' }, element];
}
