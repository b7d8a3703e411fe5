// Fields in words: their type, range and default. Pure.
import type { FieldSchema, ScalarType } from '../../textproto/schema.ts';

/** What a value of the scalar type may be, where it has a range. */
const ranges: ReadonlyMap<ScalarType, string> = new Map<ScalarType, string>([
  ['int32', '-2147483648 to 2147483647'],
  ['sint32', '-2147483648 to 2147483647'],
  ['sfixed32', '-2147483648 to 2147483647'],
  ['uint32', '0 to 4294967295'],
  ['fixed32', '0 to 4294967295'],
  ['int64', '-9223372036854775808 to 9223372036854775807'],
  ['sint64', '-9223372036854775808 to 9223372036854775807'],
  ['sfixed64', '-9223372036854775808 to 9223372036854775807'],
  ['uint64', '0 to 18446744073709551615'],
  ['fixed64', '0 to 18446744073709551615'],
]);

/** The type of a field with its label: `list of int64`, `map from string to int64`, `ModelInput`. */
export function fieldSummary({ label, type, mapKey }: FieldSchema): string {
  const own = typeWords(type);
  switch (label) {
    case 'singular':
      return own;
    case 'repeated':
      return `list of ${own}`;
    case 'map':
      return `map from ${mapKey ?? 'string'} to ${own}`;
  }
}

function typeWords(type: FieldSchema['type']): string {
  switch (type.kind) {
    case 'scalar':
      return type.scalar;
    case 'enum':
      return shortName(type.enum.fullName);
    case 'message':
      return shortName(type.message.fullName);
  }
}

/** A full name without its packages and outer messages. */
export function shortName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('.') + 1);
}

/** The numbers that a field takes by its type; undefined for what is no integer. */
export function fieldRange({ type }: FieldSchema): string | undefined {
  return type.kind === 'scalar' ? ranges.get(type.scalar) : undefined;
}

/** What the field counts as where it is not set; undefined where that says nothing. */
export function fieldDefault({
  label,
  type,
  oneof,
  isOptional,
  defaultValue,
}: FieldSchema): string | undefined {
  if (
    label !== 'singular' ||
    type.kind === 'message' ||
    oneof !== undefined ||
    isOptional ||
    defaultValue === null
  ) {
    return undefined;
  }
  return type.kind === 'scalar' && (type.scalar === 'string' || type.scalar === 'bytes')
    ? '""'
    : String(defaultValue);
}
