// A syntax tree and a schema: the message that the file means, and all that is wrong with it for that schema.
import { decodeEnum } from './decode-enum.ts';
import { decodeScalar } from './decode-scalar.ts';
import {
  replaceFix,
  reportInto,
  sortDiagnostics,
  type Diagnostic,
  type Report,
  type Span,
} from './diagnostics.ts';
import {
  defaultKey,
  defaultMapValue,
  emptyMessage,
  type PlainMessage,
  type PlainValue,
} from './plain-message.ts';
import type { FieldSchema, FieldType, MessageSchema, OneofSchema } from './schema.ts';
import { noMessage, type Slot } from './slot.ts';
import type { Document, Field, MessageValue, Value } from './syntax-tree.ts';
import { UnknownFields } from './unknown-field.ts';

export interface Decoded {
  /** Values that are wrong are left out of it. */
  readonly value: PlainMessage;
  /** Beside those of the document, by place. None that follows from a mistake of the document alone. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The message of type `schema` that `document` holds. Never throws. The file is good if neither has errors. */
export function decodeMessage(document: Document, schema: MessageSchema): Decoded {
  const found: Diagnostic[] = [];
  const report = reportInto(found, document.text.length);
  const value = new Decoder(document.text, report, schema).message(document.root, schema);
  return { value, diagnostics: sortDiagnostics(found) };
}

/** What a message has so far, while its fields are read. */
interface Progress {
  readonly message: PlainMessage;
  readonly lists: Map<FieldSchema, PlainValue[]>;
  readonly maps: Map<FieldSchema, Map<string, PlainValue>>;
  readonly set: Set<FieldSchema>;
  readonly oneofs: Map<OneofSchema, FieldSchema>;
}

const anyMessage = 'google.protobuf.Any';

class Decoder {
  private readonly text: string;
  private readonly report: Report;
  private readonly unknown: UnknownFields;

  constructor(text: string, report: Report, root: MessageSchema) {
    this.text = text;
    this.report = report;
    this.unknown = new UnknownFields(root, report);
  }

  message(value: MessageValue, schema: MessageSchema): PlainMessage {
    const progress: Progress = {
      message: emptyMessage(schema),
      lists: new Map(),
      maps: new Map(),
      set: new Set(),
      oneofs: new Map(),
    };
    for (const field of value.fields) {
      this.field(field, schema, progress);
    }
    return progress.message;
  }

  private field(field: Field, schema: MessageSchema, progress: Progress): void {
    const { name } = field;
    if (name.kind !== 'plain') {
      this.bracketed(field, schema, progress);
      return;
    }
    const fieldSchema = schema.fields.get(name.text);
    if (fieldSchema === undefined) {
      // A name without a value is reported already.
      if (!name.malformed && field.value !== undefined && !schema.reservedNames.has(name.text)) {
        this.unknown.reject(name, schema);
      }
      return;
    }
    if (fieldSchema.isDeprecated) {
      this.report('textproto/deprecated', name, `${name.text} is deprecated.`, undefined, 'warning');
    }
    if (fieldSchema.label === 'singular' && !this.claim(field, fieldSchema, progress)) {
      return;
    }
    const { value } = field;
    if (value === undefined) {
      return;
    }
    if (value.kind !== 'list') {
      this.element(field, value, fieldSchema, progress);
      return;
    }
    if (fieldSchema.label === 'singular') {
      const [only] = value.elements;
      const fix =
        only !== undefined && value.elements.length === 1
          ? replaceFix('Remove the list', value, this.text.slice(only.start, only.end))
          : undefined;
      this.report('textproto/not-repeated', value, `${name.text} takes one value, not a list.`, fix);
      return;
    }
    this.needColon(field, fieldSchema, value.elements.length);
    for (const element of value.elements) {
      this.element(field, element, fieldSchema, progress);
    }
  }

  /** Only an empty list is left to the schema: it needs a colon if its elements were scalars. */
  private needColon({ name, colon }: Field, { type, label }: FieldSchema, elements: number): void {
    if (colon === undefined && elements === 0 && type.kind !== 'message' && label !== 'map') {
      const fix = replaceFix('Add the colon', { start: name.end, end: name.end }, ':');
      this.report(
        'textproto/missing-colon',
        name,
        `A colon is missing between ${name.text} and its value.`,
        fix,
      );
    }
  }

  /** Whether a field that can be set once is not set yet; reports if it is, or another one of its oneof. */
  private claim({ name }: Field, field: FieldSchema, progress: Progress): boolean {
    if (progress.set.has(field)) {
      this.report('textproto/duplicate-field', name, `${name.text} is set already, and takes one value.`);
      return false;
    }
    progress.set.add(field);
    const other = field.oneof === undefined ? undefined : progress.oneofs.get(field.oneof);
    if (other !== undefined) {
      this.report('textproto/oneof', name, `${name.text} and ${other.name} exclude each other.`);
      return false;
    }
    if (field.oneof !== undefined) {
      progress.oneofs.set(field.oneof, field);
    }
    return true;
  }

  /** Reads one value of a field, and puts it where it belongs. */
  private element(field: Field, value: Value, schema: FieldSchema, progress: Progress): void {
    if (schema.label === 'map') {
      this.mapEntry(field, value, schema, progress);
      return;
    }
    const whole = field.value === value ? wholeField(field) : undefined;
    const decoded = this.value(value, schema.type, schema.name, field, whole);
    if (decoded === undefined) {
      return;
    }
    if (schema.label === 'repeated') {
      const list = progress.lists.get(schema) ?? [];
      list.push(decoded);
      progress.lists.set(schema, list);
      progress.message[schema.property] = list;
      return;
    }
    progress.message[schema.property] = decoded;
    if (schema.oneof !== undefined) {
      progress.message[schema.oneof.property] = schema.property;
    }
  }

  private value(
    value: Value,
    type: FieldType,
    name: string,
    field: Field,
    whole?: Span,
  ): PlainValue | undefined {
    const slot: Slot = { text: this.text, report: this.report, name, value, whole };
    switch (type.kind) {
      case 'scalar':
        return decodeScalar(slot, type.scalar);
      case 'enum':
        return decodeEnum(slot, type.enum);
      case 'message':
        if (value.kind === 'message') {
          return this.message(value, type.message);
        }
        noMessage(slot, type.message, field);
        return undefined;
    }
  }

  private mapEntry(field: Field, value: Value, schema: FieldSchema, progress: Progress): void {
    if (value.kind !== 'message') {
      if (value.kind !== 'bare') {
        this.report(
          'textproto/wrong-type',
          value,
          `${schema.name} takes entries: ${schema.name} { key: … value: … }.`,
        );
      }
      return;
    }
    const entry = this.entryFields(value, schema);
    const keyField = entry.get('key');
    const valueField = entry.get('value');
    const keyType: FieldType = { kind: 'scalar', scalar: schema.mapKey ?? 'string' };
    const key =
      keyField?.value === undefined ? undefined : this.value(keyField.value, keyType, 'key', keyField);
    const given =
      valueField?.value === undefined
        ? undefined
        : this.value(valueField.value, schema.type, 'value', valueField);
    const map = progress.maps.get(schema) ?? new Map<string, PlainValue>();
    const mapKey = typeof key === 'object' || key === undefined ? defaultKey(schema) : String(key);
    if (map.has(mapKey)) {
      const message = `${schema.name} has the key ${mapKey} already; the last one counts.`;
      this.report('textproto/duplicate-key', keyField?.value ?? field.name, message, undefined, 'warning');
    }
    map.set(mapKey, given ?? defaultMapValue(schema));
    progress.maps.set(schema, map);
    progress.message[schema.property] = map;
  }

  /** The fields of a map entry by name; reports those that it cannot have. */
  private entryFields(value: MessageValue, schema: FieldSchema): ReadonlyMap<string, Field> {
    const entry = new Map<string, Field>();
    for (const field of value.fields) {
      const { name, value: given } = field;
      if (name.kind !== 'plain' || (name.text !== 'key' && name.text !== 'value')) {
        if (!name.malformed) {
          const message = `The entries of ${schema.name} have a key and a value, and no ${name.text}.`;
          this.report('textproto/unknown-field', name, message);
        }
      } else if (entry.has(name.text)) {
        this.report('textproto/duplicate-field', name, `${name.text} is set already, and takes one value.`);
      } else if (given?.kind === 'list') {
        this.report('textproto/not-repeated', given, `${name.text} takes one value, not a list.`);
      } else {
        entry.set(name.text, field);
      }
    }
    return entry;
  }

  /** Names in brackets: there are no extensions in the schemas, but the messages of Any are written with them. */
  private bracketed({ name, value }: Field, schema: MessageSchema, progress: Progress): void {
    if (name.malformed) {
      return;
    }
    const typeUrl = schema.fields.get('type_url');
    const content = schema.fields.get('value');
    if (
      schema.fullName !== anyMessage ||
      name.kind !== 'any' ||
      typeUrl === undefined ||
      content === undefined
    ) {
      this.report('textproto/unknown-extension', name, `${schema.fullName} has no extension [${name.text}].`);
      return;
    }
    if (progress.set.has(typeUrl) || progress.set.has(content)) {
      this.report('textproto/duplicate-field', name, 'This Any is set already, and holds one message.');
      return;
    }
    progress.set.add(typeUrl).add(content);
    const embedded = schema.schema.message(name.text.slice(name.text.lastIndexOf('/') + 1));
    if (embedded === undefined) {
      this.report(
        'textproto/unknown-extension',
        name,
        `There is no message ${name.text.slice(name.text.lastIndexOf('/') + 1)}.`,
      );
      return;
    }
    if (value?.kind === 'message') {
      progress.message[typeUrl.property] = name.text;
      progress.message[content.property] = this.message(value, embedded);
    } else if (value !== undefined && value.kind !== 'bare') {
      this.report('textproto/wrong-type', value, `[${name.text}] takes a message.`);
    }
  }
}

/** A field with its separator. */
function wholeField({ start, end, separator }: Field): Span {
  return { start, end: separator === undefined ? end : separator + 1 };
}
