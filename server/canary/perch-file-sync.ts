// Brings a message of a file from one state to another by edits of those values that differ. Pure.
import { isDeepStrictEqual } from 'node:util';
import { parseDocument } from '../textproto/document.ts';
import { deleteField, insertField, setValue } from '../textproto/edit.ts';
import type { NewField, NewValue, PathStep } from '../textproto/edit-path.ts';
import type { Document } from '../textproto/syntax-tree.ts';
import { applyEdits, type TextEdit } from '../textproto/text-edit.ts';

/**
 * `text` where the message at `path`, which means `before`, means `after`. Fields that are the same in both are not touched,
 * however they are written. Messages with a `key` are entries of a map, whose order does not matter. A file can be written so
 * that the result is wrong (the same key twice): whoever calls this looks at it.
 */
export function syncFields(
  text: string,
  path: readonly PathStep[],
  before: readonly NewField[],
  after: readonly NewField[],
): string {
  let synced = text;
  for (const name of new Set([...after, ...before].map((field) => field.name))) {
    const old = valuesOf(before, name);
    const next = valuesOf(after, name);
    if (!isDeepStrictEqual(old, next)) {
      synced = syncValues(synced, path, name, old, next);
    }
  }
  return synced;
}

/** The values of all fields of that name. */
function valuesOf(fields: readonly NewField[], name: string): readonly NewValue[] {
  return fields.filter((field) => field.name === name).map(({ value }) => value);
}

function syncValues(
  text: string,
  path: readonly PathStep[],
  name: string,
  before: readonly NewValue[],
  after: readonly NewValue[],
): string {
  const [any] = [...after, ...before];
  if (any?.kind === 'list') {
    return replaceList(text, path, name, after);
  }
  if (any?.kind === 'message' && any.fields[0]?.name === 'key') {
    return syncMap(text, path, name, before, after);
  }
  let synced = text;
  for (const [index, value] of after.entries()) {
    const place = [...path, { field: name, index }];
    const old = before[index];
    synced =
      old?.kind === 'message' && value.kind === 'message'
        ? syncFields(synced, place, old.fields, value.fields)
        : edited(
            synced,
            (document) => setValue(document, place, value) ?? insertField(document, path, { name, value }),
          );
  }
  for (let index = before.length - 1; index >= after.length; index--) {
    synced = edited(synced, (document) => deleteField(document, [...path, { field: name, index }]));
  }
  return synced;
}

function syncMap(
  text: string,
  path: readonly PathStep[],
  field: string,
  before: readonly NewValue[],
  after: readonly NewValue[],
): string {
  const next = entriesOf(after);
  const gone = entriesOf(before).filter(
    ({ key }) => !next.some((entry) => isDeepStrictEqual(entry.key, key)),
  );
  let synced = text;
  for (const { key, value } of next) {
    const place = [...path, { field, key: 'key', equals: key }, 'value'];
    synced = edited(synced, (document) => setValue(document, place, value));
  }
  for (const { key } of gone) {
    synced = edited(synced, (document) =>
      deleteField(document, [...path, { field, key: 'key', equals: key }]),
    );
  }
  return synced;
}

function entriesOf(
  values: readonly NewValue[],
): readonly { readonly key: NewValue; readonly value: NewValue }[] {
  return values.flatMap((entry) => {
    const [key, value] = entry.kind === 'message' ? entry.fields : [];
    return key === undefined || value === undefined ? [] : [{ key: key.value, value: value.value }];
  });
}

/** A list is written anew: its elements may be spread over lists and fields of their own. */
function replaceList(
  text: string,
  path: readonly PathStep[],
  name: string,
  after: readonly NewValue[],
): string {
  let bare = text;
  for (let edits = deletion(bare, path, name); edits !== undefined; edits = deletion(bare, path, name)) {
    bare = applyEdits(bare, edits);
  }
  return after.reduce(
    (synced, value) => edited(synced, (document) => insertField(document, path, { name, value })),
    bare,
  );
}

function deletion(text: string, path: readonly PathStep[], name: string): readonly TextEdit[] | undefined {
  return deleteField(parseDocument(text), [...path, name]);
}

function edited(text: string, edit: (document: Document) => readonly TextEdit[] | undefined): string {
  return applyEdits(text, edit(parseDocument(text)) ?? []);
}
