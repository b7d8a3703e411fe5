// The syntax tree beside its schema: which message each value is, and what is at an offset. Pure, and for any text.
import type { Span } from '../../textproto/diagnostics.ts';
import type { FieldSchema, MessageSchema } from '../../textproto/schema.ts';
import { contentText, stringContent } from '../../textproto/strings.ts';
import type {
  Document,
  Field,
  FieldName,
  ListValue,
  MessageValue,
  StringValue,
  Value,
} from '../../textproto/syntax-tree.ts';

/** What a field name stands for. */
export interface NamedField {
  /** Undefined for unknown names and for those in brackets. */
  readonly field: FieldSchema | undefined;
  /** What its messages are; undefined for scalars and unknown names. */
  readonly message: MessageSchema | undefined;
}

/** The field `name` of a message of type `owner`. */
export function namedField(owner: MessageSchema | undefined, name: FieldName): NamedField {
  if (owner === undefined) {
    return { field: undefined, message: undefined };
  }
  if (name.kind === 'plain') {
    const field = owner.fields.get(name.text);
    return { field, message: field === undefined ? undefined : messageOf(owner, field) };
  }
  const message =
    name.kind === 'any' ? owner.schema.message(name.text.slice(name.text.lastIndexOf('/') + 1)) : undefined;
  return { field: undefined, message };
}

/** The type of a field's messages; of a map, that of its entries. Undefined for scalars and enums. */
export function messageOf(owner: MessageSchema, field: FieldSchema): MessageSchema | undefined {
  if (field.label === 'map') {
    return entrySchema(owner, field);
  }
  return field.type.kind === 'message' ? field.type.message : undefined;
}

const entries = new WeakMap<FieldSchema, MessageSchema>();

/** A map's entry as a message of two fields; its full name is the map's, such as `package.Message.labels`. */
function entrySchema(owner: MessageSchema, map: FieldSchema): MessageSchema {
  const known = entries.get(map);
  if (known !== undefined) {
    return known;
  }
  const scalar = map.mapKey ?? 'string';
  const isText = scalar === 'string';
  const common = { label: 'singular', mapKey: undefined, oneof: undefined } as const;
  const flags = { isOptional: false, isDeprecated: false, isPacked: false } as const;
  const key: FieldSchema = {
    ...common,
    ...flags,
    name: 'key',
    property: 'key',
    number: 1,
    type: { kind: 'scalar', scalar },
    defaultValue: isText ? '' : scalar === 'bool' ? false : 0,
  };
  const value: FieldSchema = {
    ...common,
    ...flags,
    name: 'value',
    property: 'value',
    number: 2,
    type: map.type,
    defaultValue: map.defaultValue,
  };
  const entry: MessageSchema = {
    fullName: `${owner.fullName}.${map.name}`,
    fields: new Map([
      ['key', key],
      ['value', value],
    ]),
    fieldsByNumber: new Map([
      [1, key],
      [2, value],
    ]),
    oneofs: [],
    reservedNames: new Set(),
    schema: owner.schema,
  };
  entries.set(map, entry);
  return entry;
}

/** A message that an offset is in, and the field of it that the offset is on. */
export interface Level extends NamedField {
  readonly body: MessageValue;
  /** Type of `body`. */
  readonly schema: MessageSchema | undefined;
  /** The field at the offset; undefined between fields. */
  readonly at: Field | undefined;
  /** Where the offset is in a list: that. */
  readonly list: ListValue | undefined;
}

/** What is at an offset. */
export interface Located {
  /** From the file inward; never empty. */
  readonly levels: readonly Level[];
  /** The last of them. */
  readonly level: Level;
  readonly part: 'name' | 'value' | 'other';
  /** The value that is no message and no list, where `part` is `value`. */
  readonly value: Value | undefined;
}

/** What is at `offset`; places right behind something count as on it. */
export function locate(document: Document, schema: MessageSchema, offset: number): Located {
  const levels: Level[] = [];
  let body: MessageValue = document.root;
  let type: MessageSchema | undefined = schema;
  for (;;) {
    const at = lastAt(body.fields, offset);
    const named: NamedField =
      at === undefined ? { field: undefined, message: undefined } : namedField(type, at.name);
    const list = at?.value?.kind === 'list' && isOn(at.value, offset) ? at.value : undefined;
    const value: Value | undefined = list === undefined ? at?.value : lastAt(list.elements, offset);
    const level: Level = { body, schema: type, at, list, ...named };
    levels.push(level);
    if (value?.kind !== 'message' || offset < value.bodyStart || offset > value.end) {
      const isOnValue = value !== undefined && value.kind !== 'message' && isOn(value, offset);
      const part = at !== undefined && isOn(at.name, offset) ? 'name' : isOnValue ? 'value' : 'other';
      return { levels, level, part, value: part === 'value' ? value : undefined };
    }
    body = value;
    type = named.message;
  }
}

function isOn({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

/** The last of `spans`, which are in order, that `offset` is on. */
function lastAt<T extends Span>(spans: readonly T[], offset: number): T | undefined {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.start ?? Infinity) <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const found = spans[low - 1];
  return found !== undefined && isOn(found, offset) ? found : undefined;
}

/** A field as `walkFields` comes by it. */
export interface Visit extends NamedField {
  readonly at: Field;
  readonly body: MessageValue;
  /** Type of `body`. */
  readonly owner: MessageSchema | undefined;
}

/** Calls `visit` for every field of the file, outer ones before those in them. */
export function walkFields(document: Document, schema: MessageSchema, visit: (field: Visit) => void): void {
  walkMessage(document.root, schema, visit);
}

function walkMessage(
  body: MessageValue,
  owner: MessageSchema | undefined,
  visit: (field: Visit) => void,
): void {
  for (const at of body.fields) {
    const named = namedField(owner, at.name);
    visit({ at, body, owner, ...named });
    for (const message of messagesOf(at)) {
      walkMessage(message, named.message, visit);
    }
  }
}

/** The messages among the values of a field. */
export function messagesOf({ value }: Field): readonly MessageValue[] {
  if (value?.kind === 'message') {
    return [value];
  }
  return value?.kind === 'list' ? value.elements.filter((element) => element.kind === 'message') : [];
}

/** The values of a field that are no list: the value itself, or the elements. */
export function elementsOf({ value }: Field): readonly Exclude<Value, ListValue>[] {
  return value === undefined ? [] : value.kind === 'list' ? value.elements : [value];
}

/** The string that a value is; undefined for other values and for bytes that are no UTF-8. */
export function textOf(text: string, value: Value | undefined): string | undefined {
  if (value?.kind !== 'string') {
    return undefined;
  }
  return contentText(value.parts.map(({ start, end }) => stringContent(text, start, end)).join(''));
}

/** The place between the quotes of a string in one piece; undefined for others. */
export function contentSpan(text: string, { parts }: StringValue): Span | undefined {
  const [part] = parts;
  if (part === undefined || parts.length !== 1) {
    return undefined;
  }
  const start = part.start + 1;
  return { start, end: start + stringContent(text, part.start, part.end).length };
}

/** The first field `name` of a message. */
export function fieldOf(body: MessageValue, name: string): Field | undefined {
  return body.fields.find((field) => field.name.kind === 'plain' && field.name.text === name);
}

/** The string that the first field `name` of a message holds. */
export function stringField(text: string, body: MessageValue | undefined, name: string): string | undefined {
  const field = body === undefined ? undefined : fieldOf(body, name);
  return field === undefined ? undefined : textOf(text, field.value);
}
