// Nodes, attributes and functions of graphs that tests write, in protobuf's JSON form (as Python's MessageToDict gives it too).
import { dataTypeOfValue } from '../../../server/convert/savedmodel/proto/data-types.ts';
import type { ValueType } from '../../../server/convert/value.ts';
import { shapeJson, tensorJson, type Json, type TestTensor } from './tensors.ts';

/** NodeDef. */
export interface NodeJson {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, Json>>;
}

/** FunctionDef. */
export interface FunctionJson {
  readonly signature: Json;
  readonly node_def: readonly NodeJson[];
  readonly ret: Readonly<Record<string, string>>;
}

/** An element type by its name here, or a DataType number for `resource` (20), `variant` (21) and references (101 and up). */
export type TypeName = ValueType | number;

function typeNumber(type: TypeName): number {
  return typeof type === 'number' ? type : dataTypeOfValue(type);
}

function functionReference(name: string, attributes: Readonly<Record<string, Json>> = {}): Json {
  return { name, attr: attributes };
}

/** AttrValue of each kind. */
export const attr = {
  int: (value: number | bigint): Json => ({ i: String(value) }),
  float: (value: number): Json => ({ f: value }),
  bool: (value: boolean): Json => ({ b: value }),
  string: (value: string | Uint8Array): Json => ({ s: Buffer.from(value as Uint8Array) }),
  type: (type: TypeName): Json => ({ type: typeNumber(type) }),
  shape: (shape: readonly number[] | undefined): Json => ({ shape: shapeJson(shape) }),
  tensor: (value: TestTensor): Json => ({ tensor: tensorJson(value) }),
  func: (name: string, attributes?: Readonly<Record<string, Json>>): Json => ({
    func: functionReference(name, attributes),
  }),
  placeholder: (name: string): Json => ({ placeholder: name }),
  ints: (values: readonly (number | bigint)[]): Json => ({ list: { i: values.map(String) } }),
  floats: (values: readonly number[]): Json => ({ list: { f: values } }),
  bools: (values: readonly boolean[]): Json => ({ list: { b: values } }),
  strings: (values: readonly string[]): Json => ({ list: { s: values.map((value) => Buffer.from(value)) } }),
  types: (types: readonly TypeName[]): Json => ({ list: { type: types.map(typeNumber) } }),
  shapes: (shapes: readonly (readonly number[] | undefined)[]): Json => ({
    list: { shape: shapes.map(shapeJson) },
  }),
  tensors: (values: readonly TestTensor[]): Json => ({ list: { tensor: values.map(tensorJson) } }),
  funcs: (names: readonly string[]): Json => ({
    list: { func: names.map((name) => functionReference(name)) },
  }),
} as const;

/** A node. */
export function node(
  name: string,
  op: string,
  inputs: readonly string[] = [],
  attrs: Readonly<Record<string, Json>> = {},
): NodeJson {
  return { name, op, input: inputs, attr: attrs };
}

/** A Placeholder. */
export function placeholder(name: string, dtype: TypeName, shape?: readonly number[]): NodeJson {
  return node(name, 'Placeholder', [], { dtype: attr.type(dtype), shape: attr.shape(shape) });
}

/** A Const. */
export function constant(name: string, value: TestTensor): NodeJson {
  return node(name, 'Const', [], { dtype: attr.type(value.dtype), value: attr.tensor(value) });
}

/** An argument or a result of a function. */
export interface TestArgument {
  readonly name: string;
  readonly type: TypeName;
}

/**
 * A function. Inside of it, inputs are `argument`, `node:output:index`; `returns` says the same for each result by name.
 */
export function functionDef(
  name: string,
  inputs: readonly TestArgument[],
  outputs: readonly TestArgument[],
  nodes: readonly NodeJson[],
  returns: Readonly<Record<string, string>>,
): FunctionJson {
  const argument = ({ name: own, type }: TestArgument): Json => ({ name: own, type: typeNumber(type) });
  return {
    signature: { name, input_arg: inputs.map(argument), output_arg: outputs.map(argument) },
    node_def: nodes,
    ret: returns,
  };
}
