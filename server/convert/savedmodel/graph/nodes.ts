// Makes nodes that are in no file.
import { dataTypeOfValue } from '../proto/data-types.ts';
import type { Attribute, Attributes, AttributeList, DataType } from '../proto/messages.ts';
import type { GraphNode } from './flat-graph.ts';

const noAttributes: Attributes = new Map();

/** A node that only waits for others. */
export function noOp(name: string, controls: readonly string[]): GraphNode {
  return { name, op: 'NoOp', inputs: [], controls, attributes: noAttributes };
}

/** An int32 constant: a scalar, or a vector. */
export function int32Constant(name: string, value: number | readonly number[]): GraphNode {
  const numbers = typeof value === 'number' ? [value] : value;
  const content = new Uint8Array(numbers.length * 4);
  const view = new DataView(content.buffer);
  numbers.forEach((number, i) => {
    view.setInt32(4 * i, number, true);
  });
  // TensorProto: dtype (1), tensor_shape (2) with one dim (2) of size (1) or none, tensor_content (4). Vectors are shorter than 32.
  const shape = typeof value === 'number' ? [] : [0x12, 2, 0x08, numbers.length];
  const bytes = Uint8Array.from([0x08, 3, 0x12, shape.length, ...shape, 0x22, content.length, ...content]);
  return {
    name,
    op: 'Const',
    inputs: [],
    controls: [],
    attributes: new Map<string, Attribute>([
      ['dtype', { kind: 'type', value: dataTypeOfValue('int32') }],
      ['value', { kind: 'tensor', value: { bytes } }],
    ]),
  };
}

/** A node that gives its input on. */
export function identity(name: string, input: string, dataType: DataType): GraphNode {
  return {
    name,
    op: 'Identity',
    inputs: [input],
    controls: [],
    attributes: new Map([['T', { kind: 'type', value: dataType }]]),
  };
}

/** A list without elements. */
export const emptyList: AttributeList = {
  bytes: [],
  ints: [],
  floats: [],
  bools: [],
  types: [],
  shapes: [],
  tensors: [],
  functions: [],
};

/** A list of types. */
export function typeList(types: readonly DataType[]): Attribute {
  return { kind: 'list', value: { ...emptyList, types } };
}

/** A function without attributes. */
export function functionNamed(name: string): Attribute {
  return { kind: 'function', value: { name, attributes: noAttributes } };
}
