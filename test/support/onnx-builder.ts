// Builds ONNX files field by field, so that tests can write what no exporter would: wrong, hostile, or merely rare.

/** Attribute values of a node, by kind. */
export type AttributeValue =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string }
  | { readonly tensor: Uint8Array }
  | { readonly graph: Uint8Array };

/** What a TensorProto says; `raw` is its data in little-endian bytes. */
export interface TensorParts {
  readonly name?: string;
  readonly dims: readonly (number | bigint)[];
  /** ONNX's number of the element type; 1 is float. */
  readonly type?: number;
  readonly raw?: Uint8Array;
  readonly strings?: readonly Uint8Array[];
  /** external_data entries in their order; they set data_location to EXTERNAL. */
  readonly external?: readonly (readonly [string, string])[];
  /** More fields, behind all others. */
  readonly more?: Uint8Array;
}

/** What a GraphProto says, each part an encoded message. */
export interface GraphParts {
  readonly nodes?: readonly Uint8Array[];
  readonly initializers?: readonly Uint8Array[];
  readonly inputs?: readonly Uint8Array[];
  readonly outputs?: readonly Uint8Array[];
  /** More fields, behind all others. */
  readonly more?: Uint8Array;
}

/** Numbers of ONNX's element types. */
export const elementType = { float: 1, int64: 7, string: 8, bool: 9 } as const;

/** A protobuf varint; negative numbers take ten bytes, as in an int64. */
export function varint(value: number | bigint): Buffer {
  if (value >= 0 && value < 128) {
    return Buffer.of(Number(value));
  }
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
  return Buffer.from([...bytes, Number(rest)]);
}

/** A field of wire type 2. */
export function field(number: number, content: Uint8Array | string): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/** A field of wire type 0. */
export function varintField(number: number, value: number | bigint): Buffer {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

/** An unknown field of wire types 3 and 4 around `content`. */
export function group(number: number, content: Uint8Array): Buffer {
  return Buffer.concat([varint(number * 8 + 3), content, varint(number * 8 + 4)]);
}

/** A StringStringEntryProto in field 13 of a TensorProto. */
export function externalEntry(key: string, value: string): Buffer {
  return field(13, Buffer.concat([field(1, key), field(2, value)]));
}

/** data_location EXTERNAL. */
export const externalLocation = varintField(14, 1);

/** A TensorProto. */
export function tensor({
  name = '',
  dims,
  type = elementType.float,
  raw,
  strings,
  external,
  more,
}: TensorParts): Buffer {
  return Buffer.concat([
    ...dims.map((size) => varintField(1, size)),
    varintField(2, type),
    ...(strings ?? []).map((value) => field(6, value)),
    field(8, name),
    ...(raw === undefined ? [] : [field(9, raw)]),
    ...(external ?? []).map(([key, value]) => externalEntry(key, value)),
    ...(external === undefined ? [] : [externalLocation]),
    ...(more === undefined ? [] : [more]),
  ]);
}

/** A TensorProto of int64 values, by default a vector of them. */
export function int64Tensor(
  name: string,
  values: readonly (number | bigint)[],
  dims?: readonly number[],
): Buffer {
  const raw = Buffer.alloc(values.length * 8);
  values.forEach((value, i) => raw.writeBigInt64LE(BigInt(value), i * 8));
  return tensor({ name, dims: dims ?? [values.length], type: elementType.int64, raw });
}

/** A NodeProto. */
export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
): Buffer {
  return Buffer.concat([
    ...inputs.map((name) => field(1, name)),
    ...outputs.map((name) => field(2, name)),
    field(4, op),
    ...Object.entries(attributes).map(([name, value]) => field(5, attribute(name, value))),
  ]);
}

function attribute(name: string, value: AttributeValue): Buffer {
  const head = field(1, name);
  if ('int' in value) {
    return Buffer.concat([head, varintField(3, value.int), varintField(20, 2)]);
  }
  if ('ints' in value) {
    return Buffer.concat([head, ...value.ints.map((each) => varintField(8, each)), varintField(20, 7)]);
  }
  if ('text' in value) {
    return Buffer.concat([head, field(4, value.text), varintField(20, 3)]);
  }
  return 'tensor' in value
    ? Buffer.concat([head, field(5, value.tensor), varintField(20, 4)])
    : Buffer.concat([head, field(6, value.graph), varintField(20, 5)]);
}

/** A ValueInfoProto of a tensor; a string is a dynamic dimension's name. Without `shape` it has any rank. */
export function value(
  name: string,
  shape?: readonly (number | bigint | string)[],
  type: number = elementType.float,
): Buffer {
  const dims = shape?.map((size) =>
    field(1, typeof size === 'string' ? field(2, size) : varintField(1, size)),
  );
  const shapeField = dims === undefined ? [] : [field(2, Buffer.concat(dims))];
  const tensorType = Buffer.concat([varintField(1, type), ...shapeField]);
  return Buffer.concat([field(1, name), field(2, field(1, tensorType))]);
}

/** A GraphProto. */
export function graph({
  nodes = [],
  initializers = [],
  inputs = [],
  outputs = [],
  more,
}: GraphParts): Buffer {
  return Buffer.concat([
    ...nodes.map((each) => field(1, each)),
    field(2, 'g'),
    ...initializers.map((each) => field(5, each)),
    ...inputs.map((each) => field(11, each)),
    ...outputs.map((each) => field(12, each)),
    ...(more === undefined ? [] : [more]),
  ]);
}

/** A ModelProto around a graph; `more` are fields behind all others. */
export function model(
  graphBytes: Uint8Array,
  { irVersion = 8, opset = 17, more }: { irVersion?: number; opset?: number; more?: Uint8Array } = {},
): Buffer {
  return Buffer.concat([
    varintField(1, irVersion),
    field(7, graphBytes),
    field(8, Buffer.concat([field(1, ''), varintField(2, opset)])),
    ...(more === undefined ? [] : [more]),
  ]);
}

/** A model `y = x + w` of vectors of `length` floats, with this encoded TensorProto as the initializer `w`. */
export function addModel(weights: Uint8Array, length = 4): Buffer {
  return model(addGraph([weights], length));
}

/** The graph of `addModel`, with all these initializers. */
export function addGraph(initializers: readonly Uint8Array[], length = 4): Buffer {
  return graph({
    nodes: [node('Add', ['x', 'w'], ['y'])],
    initializers,
    inputs: [value('x', [length])],
    outputs: [value('y', [length])],
  });
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
