// Reads the attributes of a node by the kind that its op says they have.
import { PerchError } from '../../../errors.ts';
import type {
  Attribute,
  AttributeList,
  Attributes,
  DataType,
  FunctionReference,
  PartialShape,
  RawTensor,
} from '../proto/messages.ts';

/** A node, or anything else with named attributes (a call's function, a definition). */
export interface AttributeHolder {
  readonly name: string;
  readonly attributes: Attributes;
}

type Kind = Attribute['kind'];
type OfKind<K extends Kind> = Extract<Attribute, { readonly kind: K }>;

/** The attribute, which must be there and of that kind. */
function need<K extends Kind>(node: AttributeHolder, name: string, kind: K): OfKind<K> {
  const attribute = node.attributes.get(name);
  if (attribute === undefined) {
    throw new PerchError('SAVED_MODEL_INVALID', `Node ${node.name} has no attribute ${name}.`);
  }
  if (!isOfKind(attribute, kind)) {
    throw wrongKind(node, name, attribute.kind, kind);
  }
  return attribute;
}

function isOfKind<K extends Kind>(attribute: Attribute, kind: K): attribute is OfKind<K> {
  return attribute.kind === kind;
}

function wrongKind(node: AttributeHolder, name: string, found: string, expected: string): PerchError {
  return new PerchError(
    'SAVED_MODEL_INVALID',
    `Attribute ${name} of node ${node.name} is of kind ${found} where ${expected} belongs.`,
  );
}

const listKinds = ['bytes', 'ints', 'floats', 'bools', 'types', 'shapes', 'tensors', 'functions'] as const;

/** The elements of a list attribute; the fallback where it is absent. A list of other elements is refused, an empty one fits every kind. */
function listOfKind<K extends keyof AttributeList>(
  node: AttributeHolder,
  name: string,
  kind: K,
  fallback: AttributeList[K] | undefined,
): AttributeList[K] {
  if (isLeftOut(node, name, fallback)) {
    return fallback;
  }
  const list = need(node, name, 'list').value;
  const other = listKinds.find((listKind) => listKind !== kind && list[listKind].length > 0);
  if (other !== undefined) {
    throw wrongKind(node, name, `list of ${other}`, `list of ${kind}`);
  }
  return list[kind];
}

/** Whether the fallback takes the place of an attribute. */
function isLeftOut<T>(node: AttributeHolder, name: string, fallback: T | undefined): fallback is T {
  return fallback !== undefined && !node.attributes.has(name);
}

function safeNumber(node: AttributeHolder, name: string, value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw new PerchError(
      'SAVED_MODEL_INVALID',
      `Attribute ${name} of node ${node.name} is ${String(value)}: out of range.`,
    );
  }
  return number;
}

/** Text that says which of a few things is meant. Bytes that are no UTF-8 become U+FFFD: no such text is one of them. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/*
 * All accessors below: the value of an attribute of their kind, `fallback` where the node does not have it. They throw
 * SAVED_MODEL_INVALID, naming node and attribute, where it is of another kind, or absent and no fallback is given.
 */

export function hasAttr(node: AttributeHolder, name: string): boolean {
  return node.attributes.has(name);
}

/** Refuses what is beyond 2^53, too: `bigintAttr` reads that. */
export function intAttr(node: AttributeHolder, name: string, fallback?: number): number {
  return isLeftOut(node, name, fallback) ? fallback : safeNumber(node, name, need(node, name, 'int').value);
}

/** All 64 bits (seeds, hash keys). */
export function bigintAttr(node: AttributeHolder, name: string, fallback?: bigint): bigint {
  return isLeftOut(node, name, fallback) ? fallback : need(node, name, 'int').value;
}

export function floatAttr(node: AttributeHolder, name: string, fallback?: number): number {
  return isLeftOut(node, name, fallback) ? fallback : need(node, name, 'float').value;
}

export function boolAttr(node: AttributeHolder, name: string, fallback?: boolean): boolean {
  return isLeftOut(node, name, fallback) ? fallback : need(node, name, 'bool').value;
}

/** The text of an attribute of bytes, read as UTF-8. */
export function stringAttr(node: AttributeHolder, name: string, fallback?: string): string {
  if (isLeftOut(node, name, fallback)) {
    return fallback;
  }
  return utf8.decode(need(node, name, 'bytes').value);
}

export function bytesAttr(node: AttributeHolder, name: string, fallback?: Uint8Array): Uint8Array {
  return isLeftOut(node, name, fallback) ? fallback : need(node, name, 'bytes').value;
}

export function typeAttr(node: AttributeHolder, name: string, fallback?: DataType): DataType {
  return isLeftOut(node, name, fallback) ? fallback : need(node, name, 'type').value;
}

/** undefined: the rank is unknown, or there is no such attribute. */
export function shapeAttr(node: AttributeHolder, name: string): PartialShape {
  return node.attributes.has(name) ? need(node, name, 'shape').value : undefined;
}

export function tensorAttr(node: AttributeHolder, name: string): RawTensor {
  return need(node, name, 'tensor').value;
}

export function functionAttr(node: AttributeHolder, name: string): FunctionReference {
  return need(node, name, 'function').value;
}

/** Refuses elements beyond 2^53, too: `bigintListAttr` reads those. */
export function intListAttr(
  node: AttributeHolder,
  name: string,
  fallback?: readonly number[],
): readonly number[] {
  return listOfKind(node, name, 'ints', fallback?.map(BigInt)).map((value) => safeNumber(node, name, value));
}

export function bigintListAttr(
  node: AttributeHolder,
  name: string,
  fallback?: readonly bigint[],
): readonly bigint[] {
  return listOfKind(node, name, 'ints', fallback);
}

export function floatListAttr(
  node: AttributeHolder,
  name: string,
  fallback?: readonly number[],
): readonly number[] {
  return listOfKind(node, name, 'floats', fallback);
}

/** The texts of a list of bytes, read as UTF-8. */
export function stringListAttr(
  node: AttributeHolder,
  name: string,
  fallback?: readonly string[],
): readonly string[] {
  if (isLeftOut(node, name, fallback)) {
    return fallback;
  }
  return listOfKind(node, name, 'bytes', undefined).map((bytes) => utf8.decode(bytes));
}

export function bytesListAttr(
  node: AttributeHolder,
  name: string,
  fallback?: readonly Uint8Array[],
): readonly Uint8Array[] {
  return listOfKind(node, name, 'bytes', fallback);
}

export function typeListAttr(
  node: AttributeHolder,
  name: string,
  fallback?: readonly DataType[],
): readonly DataType[] {
  return listOfKind(node, name, 'types', fallback);
}

export function shapeListAttr(
  node: AttributeHolder,
  name: string,
  fallback?: readonly PartialShape[],
): readonly PartialShape[] {
  return listOfKind(node, name, 'shapes', fallback);
}

export function functionListAttr(
  node: AttributeHolder,
  name: string,
  fallback?: readonly FunctionReference[],
): readonly FunctionReference[] {
  return listOfKind(node, name, 'functions', fallback);
}
