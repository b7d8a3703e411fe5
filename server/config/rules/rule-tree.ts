// A config file as rules read it: values by field name, each with its place. Pure, and never throws, whatever is written.
import { decodeEnum } from '../../textproto/decode-enum.ts';
import { decodeScalar } from '../../textproto/decode-scalar.ts';
import type { Span } from '../../textproto/diagnostics.ts';
import type { PlainScalar } from '../../textproto/plain-message.ts';
import type { FieldSchema, FieldType, MessageSchema } from '../../textproto/schema.ts';
import { suggest } from '../../textproto/suggest.ts';
import type { Document, Field, ListValue, MessageValue, Value } from '../../textproto/syntax-tree.ts';

/** A value, and where it is written. */
export interface Placed<T> {
  readonly value: T;
  /** The value's own place; where it is not written, that of its message. */
  readonly at: Span;
  /** What it is written in; undefined for a default. */
  readonly written: Written | undefined;
}

/** A value of a field: all that it has, or an element of a list. */
export interface Written {
  readonly field: Field;
  /** The list that the value is element `index` of. */
  readonly list: ListValue | undefined;
  readonly index: number;
}

/** The values of a repeated field. */
export interface PlacedList<T> {
  /** Those that can be read. */
  readonly items: readonly Placed<T>[];
  /** The name of the first field; where it is not written, the place of its message. */
  readonly at: Span;
  /** Whether the items are all that was meant: nothing is unreadable, and no unknown field can be a misspelling. */
  readonly isWhole: boolean;
}

/** An entry of a map. */
export interface RuleEntry<T> {
  readonly key: Placed<string>;
  readonly value: T;
}

/** So many unknown fields of a message are looked at. */
const unknownLimit = 8;

const ignore = (): void => undefined;

/**
 * A message of the file. What is written and cannot be read counts as neither set nor unset: undefined, and rules say
 * nothing of it, since it is reported already. So does what is not written and could be meant by an unknown field.
 * Of a field that is written twice, the first counts.
 */
export class RuleMessage {
  /** Where something that is missing in it is shown: the name of its field, or else of its own first field. */
  readonly place: Span;
  readonly #text: string;
  readonly #schema: MessageSchema;
  readonly #fields = new Map<string, Field[]>();
  #unknown: string[] | undefined;
  /** Several rules look at the same messages. */
  #messages: Map<string, readonly RuleMessage[]> | undefined;

  constructor(text: string, schema: MessageSchema, body: MessageValue, place: Span) {
    this.#text = text;
    this.#schema = schema;
    this.place = place;
    for (const field of body.fields) {
      const { kind, text: name } = field.name;
      if (kind !== 'plain' || !schema.fields.has(name)) {
        this.#unknown ??= [];
        if (this.#unknown.length < unknownLimit) {
          this.#unknown.push(name);
        }
        continue;
      }
      const same = this.#fields.get(name);
      if (same === undefined) {
        this.#fields.set(name, [field]);
      } else {
        same.push(field);
      }
    }
  }

  /** The fields of that name, in their order. */
  fields(name: string): readonly Field[] {
    return this.#fields.get(name) ?? [];
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  /** Whether the field is missing: it is not written, and no unknown field can be a misspelling of it. */
  lacks(name: string): boolean {
    return (
      !this.has(name) && this.#unknown?.some((unknown) => suggest(unknown, [name]) !== undefined) !== true
    );
  }

  /** A string. */
  text(name: string): Placed<string> | undefined {
    return this.#one(name, toText);
  }

  /** An integer of any width. */
  integer(name: string): Placed<bigint> | undefined {
    return this.#one(name, toInteger);
  }

  /** A float or double. */
  decimal(name: string): Placed<number> | undefined {
    return this.#one(name, toDecimal);
  }

  flag(name: string): Placed<boolean> | undefined {
    return this.#one(name, toFlag);
  }

  /** An enum value by name; its number in decimal where it has none. */
  choice(name: string): Placed<string> | undefined {
    return this.#one(name, toChoice);
  }

  texts(name: string): PlacedList<string> {
    return this.#all(name, toText);
  }

  integers(name: string): PlacedList<bigint> {
    return this.#all(name, toInteger);
  }

  /** How many values a repeated field has, readable or not. */
  count(name: string): number {
    return this.#written(name).length;
  }

  /** The message that a field holds; undefined where it is not written, or is no message. */
  message(name: string): RuleMessage | undefined {
    const [only] = this.messages(name);
    return only;
  }

  /** The messages that a repeated field holds. */
  messages(name: string): readonly RuleMessage[] {
    const known = this.#messages?.get(name);
    if (known !== undefined) {
      return known;
    }
    const read = this.#readMessages(name);
    this.#messages ??= new Map();
    this.#messages.set(name, read);
    return read;
  }

  #readMessages(name: string): readonly RuleMessage[] {
    const type = this.#schema.fields.get(name)?.type;
    if (type?.kind !== 'message') {
      return [];
    }
    const found: RuleMessage[] = [];
    for (const { value, written } of this.#written(name)) {
      if (value?.kind === 'message') {
        found.push(new RuleMessage(this.#text, type.message, value, placeOf(value, written)));
      }
    }
    return found;
  }

  /** The entries of a map to strings, also those whose key comes again. Unreadable ones are left out. */
  textEntries(name: string): readonly RuleEntry<Placed<string>>[] {
    return this.#entries(name, (field, type, place) => {
      if (field === undefined) {
        return { value: '', at: place, written: undefined };
      }
      const value = field.value === undefined ? undefined : toText(this.#decoded(field.value, type, name));
      return field.value === undefined || value === undefined
        ? undefined
        : { value, at: field.value, written: { field, list: undefined, index: 0 } };
    });
  }

  /** The entries of a map to messages, also those whose key comes again. Unreadable ones are left out. */
  messageEntries(name: string): readonly RuleEntry<RuleMessage>[] {
    return this.#entries(name, (field, type, place) => {
      if (type.kind !== 'message') {
        return undefined;
      }
      if (field === undefined) {
        return new RuleMessage(this.#text, type.message, emptyBody, place);
      }
      return field.value?.kind === 'message'
        ? new RuleMessage(this.#text, type.message, field.value, field.name)
        : undefined;
    });
  }

  #one<T>(name: string, read: (value: PlainScalar | undefined) => T | undefined): Placed<T> | undefined {
    const schema = this.#schema.fields.get(name);
    const [field] = this.fields(name);
    if (schema === undefined) {
      return undefined;
    }
    if (field === undefined) {
      const value = this.lacks(name) ? read(schema.defaultValue ?? undefined) : undefined;
      return value === undefined ? undefined : { value, at: this.place, written: undefined };
    }
    if (field.value === undefined) {
      return undefined;
    }
    const value = read(this.#decoded(field.value, schema.type, name));
    return value === undefined
      ? undefined
      : { value, at: field.value, written: { field, list: undefined, index: 0 } };
  }

  #all<T>(name: string, read: (value: PlainScalar | undefined) => T | undefined): PlacedList<T> {
    const [first] = this.fields(name);
    const schema = this.#schema.fields.get(name);
    const items: Placed<T>[] = [];
    let isWhole = this.has(name) || this.lacks(name);
    for (const { value: node, written } of schema === undefined ? [] : this.#written(name)) {
      const value =
        node === undefined || schema === undefined ? undefined : read(this.#decoded(node, schema.type, name));
      if (node === undefined || value === undefined) {
        isWhole = false;
      } else {
        items.push({ value, at: node, written });
      }
    }
    return { items, at: first?.name ?? this.place, isWhole };
  }

  #entries<T>(
    name: string,
    read: (field: Field | undefined, type: FieldType, place: Span) => T | undefined,
  ): readonly RuleEntry<T>[] {
    const schema = this.#schema.fields.get(name);
    const found: RuleEntry<T>[] = [];
    for (const { value: entry, written } of schema === undefined ? [] : this.#written(name)) {
      if (entry?.kind !== 'message' || schema === undefined) {
        continue;
      }
      const place = placeOf(entry, written);
      const key = this.#key(
        schema,
        entry.fields.find((field) => field.name.text === 'key'),
        place,
      );
      const value = read(
        entry.fields.find((field) => field.name.text === 'value'),
        schema.type,
        place,
      );
      if (key !== undefined && value !== undefined) {
        found.push({ key, value });
      }
    }
    return found;
  }

  #key(schema: FieldSchema, field: Field | undefined, place: Span): Placed<string> | undefined {
    const scalar = schema.mapKey ?? 'string';
    if (field === undefined) {
      return { value: scalar === 'string' ? '' : '0', at: place, written: undefined };
    }
    const value =
      field.value === undefined ? undefined : this.#decoded(field.value, { kind: 'scalar', scalar }, 'key');
    return field.value === undefined || value === undefined || typeof value === 'object'
      ? undefined
      : { value: String(value), at: field.value, written: { field, list: undefined, index: 0 } };
  }

  #decoded(value: Value, type: FieldType, name: string): PlainScalar | undefined {
    const slot = { text: this.#text, report: ignore, name, value, whole: undefined };
    switch (type.kind) {
      case 'scalar':
        return decodeScalar(slot, type.scalar);
      case 'enum':
        return decodeEnum(slot, type.enum);
      case 'message':
        return undefined;
    }
  }

  /** The values of all fields of that name, one by one. */
  #written(name: string): readonly { readonly value: Value | undefined; readonly written: Written }[] {
    const found: { value: Value | undefined; written: Written }[] = [];
    for (const field of this.fields(name)) {
      const { value } = field;
      if (value?.kind !== 'list') {
        found.push({ value, written: { field, list: undefined, index: 0 } });
        continue;
      }
      value.elements.forEach((element, index) => {
        found.push({ value: element, written: { field, list: value, index } });
      });
    }
    return found;
  }
}

/** The file itself. */
export function ruleTree({ text, root }: Document, schema: MessageSchema): RuleMessage {
  return new RuleMessage(text, schema, root, root.fields[0]?.name ?? { start: 0, end: 1 });
}

const emptyBody: MessageValue = {
  kind: 'message',
  open: '',
  fields: [],
  start: 0,
  end: 0,
  bodyStart: 0,
  bodyEnd: 0,
};

/** The name of the field, unless that stands for several messages. */
function placeOf(value: MessageValue, { field, list }: Written): Span {
  return list === undefined || list.elements.length === 1 ? field.name : (value.fields[0]?.name ?? value);
}

function toText(value: PlainScalar | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function toInteger(value: PlainScalar | undefined): bigint | undefined {
  return typeof value === 'string' || typeof value === 'number' ? BigInt(value) : undefined;
}

function toDecimal(value: PlainScalar | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function toFlag(value: PlainScalar | undefined): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function toChoice(value: PlainScalar | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
