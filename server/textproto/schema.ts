// What messages and enums there are, for reading values and for all that the editor says about fields.

export const scalarTypes = [
  'double',
  'float',
  'int32',
  'int64',
  'uint32',
  'uint64',
  'sint32',
  'sint64',
  'fixed32',
  'fixed64',
  'sfixed32',
  'sfixed64',
  'bool',
  'string',
  'bytes',
] as const;
export type ScalarType = (typeof scalarTypes)[number];

/** What a field holds. */
export type FieldType =
  | { readonly kind: 'scalar'; readonly scalar: ScalarType }
  | { readonly kind: 'enum'; readonly enum: EnumSchema }
  | { readonly kind: 'message'; readonly message: MessageSchema };

export interface FieldSchema {
  /** As in the .proto file, and so in text. */
  readonly name: string;
  /** Its key in decoded messages: in camel case, as in protos/messages.ts. */
  readonly property: string;
  readonly number: number;
  readonly label: 'singular' | 'repeated' | 'map';
  /** Of the field, of one element, or of a map's values. */
  readonly type: FieldType;
  /** For maps only. */
  readonly mapKey: ScalarType | undefined;
  /** The oneof that it is a member of. */
  readonly oneof: OneofSchema | undefined;
  /** Declared `optional`: absent from decoded messages when it is not set. */
  readonly isOptional: boolean;
  /** What a scalar or enum counts as when it is not set, in the form of decoded values; null for messages. */
  readonly defaultValue: string | number | boolean | null;
  readonly isDeprecated: boolean;
  /** Whether the elements lie together on the wire. */
  readonly isPacked: boolean;
}

/** Fields of which one at most is set. Not those that protobuf makes for `optional`. */
export interface OneofSchema {
  readonly name: string;
  /** Its key in decoded messages: holds the property of the member that is set. */
  readonly property: string;
  readonly fields: readonly FieldSchema[];
}

export interface MessageSchema {
  /** Without a leading dot. */
  readonly fullName: string;
  /** By name, in the order of their numbers. */
  readonly fields: ReadonlyMap<string, FieldSchema>;
  readonly fieldsByNumber: ReadonlyMap<number, FieldSchema>;
  readonly oneofs: readonly OneofSchema[];
  /** Names of former fields: text may still have them, and they mean nothing. */
  readonly reservedNames: ReadonlySet<string>;
  /** The schema that it is part of. */
  readonly schema: Schema;
}

export interface EnumSchema {
  readonly fullName: string;
  /** Numbers by name, in the order of the .proto file. */
  readonly values: ReadonlyMap<string, number>;
  /** The first name of each number. */
  readonly names: ReadonlyMap<number, string>;
  /** Takes no numbers without a name (proto2). */
  readonly isClosed: boolean;
}

/** All messages and enums, by their full names, with or without a leading dot. */
export interface Schema {
  readonly message: (fullName: string) => MessageSchema | undefined;
  readonly enum: (fullName: string) => EnumSchema | undefined;
}

/** How messages name the type of a field: `int32`, `TYPE of package.Enum`, a message's name. */
export function typeName(field: FieldSchema): string {
  switch (field.type.kind) {
    case 'scalar':
      return field.type.scalar;
    case 'enum':
      return field.type.enum.fullName;
    case 'message':
      return field.type.message.fullName;
  }
}
