// Schemas from what protobufjs writes as JSON, such as protos/gen/root-json.ts. Plain data in: no protobufjs is needed here.
import {
  scalarTypes,
  type EnumSchema,
  type FieldSchema,
  type FieldType,
  type MessageSchema,
  type OneofSchema,
  type ScalarType,
  type Schema,
} from './schema.ts';

/** A field that users write and a message does not have. */
export interface ExtraField {
  /** Full name of the message that gets it. */
  readonly message: string;
  /** As in text. */
  readonly name: string;
  readonly type: ScalarType;
}

/** Anything of the tree: what it is shows in the members that it has. */
interface NodeJson {
  readonly nested?: Readonly<Record<string, object>>;
  readonly fields?: Readonly<Record<string, FieldJson>>;
  readonly oneofs?: Readonly<Record<string, { readonly oneof: readonly string[] }>>;
  readonly values?: Readonly<Record<string, number>>;
  readonly reserved?: readonly (readonly number[] | string)[];
  readonly edition?: string;
}

interface FieldJson {
  readonly type: string;
  readonly id: number;
  readonly rule?: string;
  readonly keyType?: string;
  /** Where it differs from the key in camel case. */
  readonly protoName?: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

interface MessageBuild {
  readonly json: NodeJson;
  readonly message: MessageSchema;
  readonly fields: Map<string, FieldSchema>;
  readonly fieldsByNumber: Map<number, FieldSchema>;
  readonly oneofs: OneofSchema[];
}

/** Extra fields count down from the highest number that a field can have, where no real field is. */
const highestNumber = 536_870_911;

/**
 * The schema of a root in JSON, with `extra` fields added. Throws TypeError if a field has a type that the root does not
 * have.
 */
export function schemaFromJson(rootJson: object, extra: readonly ExtraField[] = []): Schema {
  const messages = new Map<string, MessageBuild>();
  const enums = new Map<string, EnumSchema>();
  const schema: Schema = {
    message: (name) => messages.get(withoutDot(name))?.message,
    enum: (name) => enums.get(withoutDot(name)),
  };
  collect(rootJson, '', undefined, schema, messages, enums);
  for (const build of messages.values()) {
    fill(build, (type) => resolve(type, build.message.fullName, messages, enums));
  }
  extra.forEach(({ message, name, type }, at) => {
    const build = messages.get(message);
    const field = fieldSchema(
      name,
      { type, id: highestNumber - at, protoName: name },
      { kind: 'scalar', scalar: type },
    );
    build?.fields.set(name, { ...field, property: camelCase(name) });
  });
  return schema;
}

function withoutDot(name: string): string {
  return name.startsWith('.') ? name.slice(1) : name;
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

/** Goes through the tree, and makes messages without fields, which can then refer to each other. */
function collect(
  node: NodeJson,
  fullName: string,
  edition: string | undefined,
  schema: Schema,
  messages: Map<string, MessageBuild>,
  enums: Map<string, EnumSchema>,
): void {
  const ownEdition = node.edition ?? edition;
  if (node.values !== undefined) {
    enums.set(fullName, enumSchema(fullName, node.values, ownEdition === 'proto2'));
  }
  if (node.fields !== undefined) {
    const fields = new Map<string, FieldSchema>();
    const fieldsByNumber = new Map<number, FieldSchema>();
    const oneofs: OneofSchema[] = [];
    const reservedNames = new Set((node.reserved ?? []).filter((range) => typeof range === 'string'));
    const message = { fullName, fields, fieldsByNumber, oneofs, reservedNames, schema };
    messages.set(fullName, { json: node, message, fields, fieldsByNumber, oneofs });
  }
  for (const [name, child] of Object.entries(node.nested ?? {})) {
    collect(child, fullName === '' ? name : `${fullName}.${name}`, ownEdition, schema, messages, enums);
  }
}

function enumSchema(
  fullName: string,
  values: Readonly<Record<string, number>>,
  isClosed: boolean,
): EnumSchema {
  const entries = Object.entries(values);
  // The first name of a number is the one that counts.
  const names = new Map(entries.toReversed().map(([name, number]) => [number, name]));
  return { fullName, values: new Map(entries), names, isClosed };
}

function fill(build: MessageBuild, resolveType: (type: string) => FieldType): void {
  const { json, fields, fieldsByNumber, oneofs } = build;
  const byProperty = new Map<string, FieldSchema>();
  const optional = new Set<string>();
  const memberOf = new Map<string, OneofSchema>();
  const all = Object.entries(json.fields ?? {});
  for (const [property, oneof] of Object.entries(json.oneofs ?? {})) {
    const [only = ''] = oneof.oneof;
    if (oneof.oneof.length === 1 && json.fields?.[only]?.options?.proto3_optional === true) {
      optional.add(only);
      continue;
    }
    const members: FieldSchema[] = [];
    const schema = { name: snakeCase(property), property, fields: members };
    oneofs.push(schema);
    oneof.oneof.forEach((member) => memberOf.set(member, schema));
  }
  for (const [property, field] of all.toSorted(([, a], [, b]) => a.id - b.id)) {
    const schema = {
      ...fieldSchema(property, field, resolveType(field.type)),
      oneof: memberOf.get(property),
      isOptional: optional.has(property),
    };
    byProperty.set(property, schema);
    fields.set(schema.name, schema);
    fieldsByNumber.set(schema.number, schema);
    (memberOf.get(property)?.fields as FieldSchema[] | undefined)?.push(schema);
  }
}

/** protobufjs keeps no original name of a oneof. */
function snakeCase(property: string): string {
  return property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function fieldSchema(property: string, json: FieldJson, type: FieldType): FieldSchema {
  const isRepeated = json.rule === 'repeated';
  const isPackable =
    type.kind === 'enum' || (type.kind === 'scalar' && type.scalar !== 'string' && type.scalar !== 'bytes');
  return {
    name: json.protoName ?? property,
    property,
    number: json.id,
    label: json.keyType !== undefined ? 'map' : isRepeated ? 'repeated' : 'singular',
    type,
    mapKey: scalarTypes.find((name) => name === json.keyType),
    oneof: undefined,
    isOptional: false,
    defaultValue: defaultValue(type, json.options?.default),
    isDeprecated: json.options?.deprecated === true,
    isPacked: isRepeated && isPackable && json.options?.packed !== false,
  };
}

function defaultValue(type: FieldType, declared: unknown): FieldSchema['defaultValue'] {
  if (typeof declared === 'string' || typeof declared === 'number' || typeof declared === 'boolean') {
    return declared;
  }
  if (type.kind !== 'scalar') {
    return type.kind === 'enum' ? (type.enum.values.keys().next().value ?? 0) : null;
  }
  switch (type.scalar) {
    case 'string':
    case 'bytes':
      return '';
    case 'bool':
      return false;
    case 'int64':
    case 'uint64':
    case 'sint64':
    case 'fixed64':
    case 'sfixed64':
      return '0';
    default:
      return 0;
  }
}

/** A name is looked up in the message itself, then in what is around it, from the inside out. */
function resolve(
  name: string,
  scope: string,
  messages: ReadonlyMap<string, MessageBuild>,
  enums: ReadonlyMap<string, EnumSchema>,
): FieldType {
  const scalar = scalarTypes.find((known) => known === name);
  if (scalar !== undefined) {
    return { kind: 'scalar', scalar };
  }
  for (let prefix = name.startsWith('.') ? '' : `${scope}.`; ; prefix = prefix.replace(/[^.]*\.$/, '')) {
    const fullName = prefix + withoutDot(name);
    const message = messages.get(fullName)?.message;
    if (message !== undefined) {
      return { kind: 'message', message };
    }
    const enumeration = enums.get(fullName);
    if (enumeration !== undefined) {
      return { kind: 'enum', enum: enumeration };
    }
    if (prefix === '') {
      throw new TypeError(`${scope} has a field of type ${name}, which is not there`);
    }
  }
}
