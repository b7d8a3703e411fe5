// Where in a file an edit goes: paths of field names, and the nodes of the tree that they lead to.
import { stringContent, stringLiteral } from './strings.ts';
import type { Document, Field, ListValue, MessageValue, Value } from './syntax-tree.ts';

/** A value that is to be written. */
export type NewValue =
  | { readonly kind: 'string'; readonly value: string }
  /** A number, an enum value or a boolean, as it is written. */
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'list'; readonly elements: readonly NewValue[] }
  | { readonly kind: 'message'; readonly fields: readonly NewField[] };

export interface NewField {
  readonly name: string;
  readonly value: NewValue;
}

/** One of several values of a field. */
export type PathStep =
  /** The only value, or the first one. */
  | string
  /** By its place among the values of the field, from 0, be they fields of that name or elements of lists. */
  | { readonly field: string; readonly index: number }
  /** The first message whose field `key` is `equals`. */
  | { readonly field: string; readonly key: string; readonly equals: NewValue };

/** A value, and what it is part of. */
export interface Found {
  readonly parent: MessageValue;
  readonly field: Field;
  /** Where the value is an element of a list. */
  readonly list: ListValue | undefined;
  readonly value: Value;
}

export function fieldOf(step: PathStep): string {
  return typeof step === 'string' ? step : step.field;
}

/** The value that `step` leads to from `parent`. */
export function findStep({ text }: Document, parent: MessageValue, step: PathStep): Found | undefined {
  const all = valuesOf(parent, fieldOf(step));
  if (typeof step === 'string') {
    return all[0];
  }
  if ('index' in step) {
    return all[step.index];
  }
  return all.find(
    ({ value }) =>
      value.kind === 'message' &&
      valuesOf(value, step.key).some((found) => isEqual(text, found.value, step.equals)),
  );
}

/** The values of a field, in their order. A list without elements counts as one value. */
export function valuesOf(parent: MessageValue, name: string): readonly Found[] {
  return parent.fields.flatMap((field): readonly Found[] => {
    const { value } = field;
    if (field.name.text !== name || value === undefined) {
      return [];
    }
    return value.kind === 'list'
      ? value.elements.map((element) => ({ parent, field, list: value, value: element }))
      : [{ parent, field, list: undefined, value }];
  });
}

function isEqual(text: string, value: Value, wanted: NewValue): boolean {
  switch (wanted.kind) {
    case 'string':
      return value.kind === 'string' && literalOf(text, value.parts) === stringLiteral(wanted.value);
    case 'scalar':
      return text.slice(value.start, value.end) === wanted.text;
    default:
      return false;
  }
}

/** Strings as one literal in double quotes; equal for equal strings that are written with the usual escapes. */
function literalOf(text: string, parts: readonly { readonly start: number; readonly end: number }[]): string {
  const content = parts.map(({ start, end }) => stringContent(text, start, end)).join('');
  return `"${content.replaceAll(/\\'|"|\\[^]/g, (found) => (found === "\\'" ? "'" : found === '"' ? '\\"' : found))}"`;
}
