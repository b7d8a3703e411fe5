// Attributes of nodes that are in no file: of TensorFlow's kinds, from plain numbers and texts.
import { dataTypeOfValue } from '../savedmodel/proto/data-types.ts';
import { emptyList } from '../savedmodel/graph/nodes.ts';
import type { Attribute } from '../savedmodel/proto/messages.ts';
import type { ValueType } from '../value.ts';

export function int(value: number): Attribute {
  return { kind: 'int', value: BigInt(value) };
}

export function ints(values: readonly number[]): Attribute {
  return { kind: 'list', value: { ...emptyList, ints: values.map(BigInt) } };
}

export function float(value: number): Attribute {
  return { kind: 'float', value };
}

export function flag(value: boolean): Attribute {
  return { kind: 'bool', value };
}

export function type(value: ValueType): Attribute {
  return { kind: 'type', value: dataTypeOfValue(value) };
}

export function text(value: string): Attribute {
  return { kind: 'bytes', value: Buffer.from(value) };
}
