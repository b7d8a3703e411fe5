// An OnnxGraph in onnx.proto's wire format (IR version 10, opset 21, ai.onnx.ml 4).
import { onnxElementType } from '../savedmodel/proto/data-types.ts';
import { ProtoBytes } from './proto-bytes.ts';
import { rawLength, rawPieces } from './raw-data.ts';
import type { Value } from '../value.ts';
import type { OnnxAttribute, OnnxGraph, OnnxInitializer, OnnxNode, OnnxValueInfo } from './onnx-model.ts';
import type { RawValue } from './raw-data.ts';

const irVersion = 10;
/** Versions of the operator sets, by domain. */
const opsets = [
  ['', 21],
  ['com.microsoft', 1],
] as const;
const mlVersion = 4;

const attributeTypes = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7, strings: 8 };
const externalLocation = 1;

/** Where a value lies in a file of weights. */
export interface ExternalPlace {
  /** The file's name, beside the model. */
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/** A piece of the model's bytes: as it is, or the raw bytes of a value. */
export type ModelPiece = Uint8Array | RawValue;

/** Bytes of a piece. */
function pieceLength(piece: ModelPiece): number {
  return piece instanceof Uint8Array ? piece.length : rawLength(piece);
}

/** The model's bytes in order. @param place where an initializer's bytes lie; undefined for those that belong into the model */
export function encodeModel(
  graph: OnnxGraph,
  place: (value: RawValue) => ExternalPlace | undefined,
): readonly ModelPiece[] {
  const pieces = graphPieces(graph, place);
  const length = pieces.reduce((sum, piece) => sum + pieceLength(piece), 0);
  const head = new ProtoBytes().int(1, irVersion).delimited(2, 'perch');
  for (const [domain, version] of [...opsets, ['ai.onnx.ml', graph.mlVersion ?? mlVersion] as const]) {
    head.delimited(8, new ProtoBytes().delimited(1, domain).int(2, version).bytes);
  }
  return [head.head(7, length).bytes, ...pieces];
}

function graphPieces(
  graph: OnnxGraph,
  place: (value: RawValue) => ExternalPlace | undefined,
): readonly ModelPiece[] {
  const rest = graphFields(graph);
  return [...graph.initializers.flatMap((initializer) => initializerPieces(initializer, place)), rest.bytes];
}

/** All of a graph but its initializers. */
function graphFields(graph: OnnxGraph): ProtoBytes {
  const fields = new ProtoBytes();
  graph.nodes.forEach((node, index) => fields.delimited(1, nodeBytes(node, index)));
  fields.delimited(2, graph.name);
  for (const input of graph.inputs) {
    fields.delimited(11, valueInfoBytes(input));
  }
  for (const output of graph.outputs) {
    fields.delimited(12, valueInfoBytes(output));
  }
  return fields;
}

function nodeBytes({ op, domain, inputs, outputs, attributes, label }: OnnxNode, index: number): Uint8Array {
  const node = new ProtoBytes();
  for (const input of inputs) {
    node.delimited(1, input);
  }
  for (const output of outputs) {
    node.delimited(2, output);
  }
  // Two nodes of one name are refused.
  node.delimited(3, `${label ?? op}_${index}`).delimited(4, op);
  for (const [name, attribute] of Object.entries(attributes)) {
    node.delimited(5, attributeBytes(name, attribute));
  }
  if (domain !== '') {
    node.delimited(7, domain);
  }
  return node.bytes;
}

function attributeBytes(name: string, attribute: OnnxAttribute): Uint8Array {
  const bytes = new ProtoBytes().delimited(1, name);
  return bytes.int(20, addAttributeValue(bytes, attribute)).bytes;
}

/** Gives the attribute's type. */
function addAttributeValue(bytes: ProtoBytes, attribute: OnnxAttribute): number {
  if (typeof attribute === 'number' || typeof attribute === 'bigint') {
    bytes.int(3, attribute);
    return attributeTypes.int;
  }
  if (typeof attribute === 'string') {
    bytes.delimited(4, attribute);
    return attributeTypes.string;
  }
  if ('float' in attribute) {
    bytes.float(2, attribute.float);
    return attributeTypes.float;
  }
  if ('floats' in attribute) {
    attribute.floats.forEach((number) => bytes.float(7, number));
    return attributeTypes.floats;
  }
  if ('strings' in attribute) {
    attribute.strings.forEach((text) => bytes.delimited(9, text));
    return attributeTypes.strings;
  }
  if ('tensor' in attribute) {
    bytes.delimited(5, tensorBytes('', attribute.tensor));
    return attributeTypes.tensor;
  }
  if ('graph' in attribute) {
    bytes.delimited(6, graphFields(attribute.graph).bytes);
    return attributeTypes.graph;
  }
  const ints = 'ints' in attribute ? attribute.ints : attribute;
  ints.forEach((number) => bytes.int(8, number));
  return attributeTypes.ints;
}

function valueInfoBytes({ name, elementType, shape }: OnnxValueInfo): Uint8Array {
  const tensor = new ProtoBytes().int(1, elementType);
  if (shape !== undefined) {
    const sizes = new ProtoBytes();
    shape.forEach((size, axis) => {
      const known =
        size >= 0 ? new ProtoBytes().int(1, size) : new ProtoBytes().delimited(2, `${name}_${axis}`);
      sizes.delimited(1, known.bytes);
    });
    tensor.delimited(2, sizes.bytes);
  }
  const type = new ProtoBytes().delimited(1, tensor.bytes);
  return new ProtoBytes().delimited(1, name).delimited(2, type.bytes).bytes;
}

function initializerPieces(
  { name, value }: OnnxInitializer,
  place: (value: RawValue) => ExternalPlace | undefined,
): readonly ModelPiece[] {
  if (value.dtype === 'string') {
    return [new ProtoBytes().delimited(5, tensorBytes(name, value)).bytes];
  }
  const external = place(value);
  if (external !== undefined) {
    return [new ProtoBytes().delimited(5, externalTensor(name, value, external)).bytes];
  }
  const head = tensorHead(name, value).head(9, rawLength(value)).bytes;
  return [new ProtoBytes().head(5, head.length + rawLength(value)).bytes, head, value];
}

function tensorHead(name: string, { dtype, shape }: Value): ProtoBytes {
  const tensor = new ProtoBytes();
  for (const size of shape) {
    tensor.int(1, size);
  }
  tensor.int(2, onnxElementType(dtype));
  return name === '' ? tensor : tensor.delimited(8, name);
}

function tensorBytes(name: string, value: Value): Uint8Array {
  const tensor = tensorHead(name, value);
  if (value.dtype === 'string') {
    value.data.forEach((bytes) => tensor.delimited(6, bytes));
    return tensor.bytes;
  }
  return tensor.delimited(9, Buffer.concat([...rawPieces(value)])).bytes;
}

function externalTensor(name: string, value: Value, { file, offset, length }: ExternalPlace): Uint8Array {
  const tensor = tensorHead(name, value);
  for (const [key, text] of [
    ['location', file],
    ['offset', String(offset)],
    ['length', String(length)],
  ] as const) {
    tensor.delimited(13, new ProtoBytes().delimited(1, key).delimited(2, text).bytes);
  }
  return tensor.int(14, externalLocation).bytes;
}
