// Decoded messages, in the shape that protos/messages.ts gives them, except that maps are Maps.
import type { FieldSchema, MessageSchema } from './schema.ts';

/** Scalars: 64-bit integers are decimal strings, enums names (numbers where they have none), bytes a Uint8Array. */
export type PlainScalar = string | number | boolean | Uint8Array;

export type PlainValue =
  PlainScalar | null | PlainMessage | readonly PlainValue[] | ReadonlyMap<string, PlainValue>;

/**
 * Every field by its property, with its default where it is not set: empty lists and Maps, null for messages. Absent: the
 * members of a oneof but for the one that is set, which the oneof's own property names; and `optional` fields that are not
 * set. Keys of Maps are strings: integers in decimal, `true` and `false`.
 * A google.protobuf.Any that is written with its message has that message as `value`, in place of its bytes.
 */
export interface PlainMessage {
  [property: string]: PlainValue;
}

/** The message with nothing set. */
export function emptyMessage(schema: MessageSchema): PlainMessage {
  const message: PlainMessage = {};
  for (const field of schema.fields.values()) {
    if (field.label === 'repeated') {
      message[field.property] = [];
    } else if (field.label === 'map') {
      message[field.property] = new Map();
    } else if (field.oneof === undefined && !field.isOptional) {
      const isBytes = field.type.kind === 'scalar' && field.type.scalar === 'bytes';
      message[field.property] = isBytes ? new Uint8Array(0) : field.defaultValue;
    }
  }
  return message;
}

/** The key of a map entry that has none. */
export function defaultKey({ mapKey }: FieldSchema): string {
  return mapKey === 'string' ? '' : mapKey === 'bool' ? 'false' : '0';
}

/** The value of a map entry that has none. */
export function defaultMapValue({ type, defaultValue }: FieldSchema): PlainValue {
  if (type.kind === 'message') {
    return emptyMessage(type.message);
  }
  return type.kind === 'scalar' && type.scalar === 'bytes' ? new Uint8Array(0) : defaultValue;
}
