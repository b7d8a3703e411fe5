// The value of one input while it is edited: JSON texts of its elements, or numbers that came from a file.
import { isJsonList, isJsonObject, type JsonNode } from './json-nodes.ts';

/** Elements as they were typed, row-major, each its own JSON text. */
export interface ElementsValue {
  readonly kind: 'elements';
  /** Each at least 0; empty for a scalar. */
  readonly shape: readonly number[];
  readonly elements: readonly string[];
}

/** Numbers as a file brings them. */
export type Numbers =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Many numbers: they are sent, but are no text to be edited. */
export interface DataValue {
  readonly kind: 'data';
  readonly shape: readonly number[];
  readonly numbers: Numbers;
  /** true: the numbers are 0 and 1, and mean false and true. */
  readonly isBool: boolean;
  /** Where they come from: a file's name. */
  readonly source: string;
}

export type TensorValue = ElementsValue | DataValue;

/** More elements than this are kept as data: a text box with more is of no use to a person. */
export const maxTextElements = 4_096;

/** What stands in the JSON view for data, and is replaced by it when the request is sent. */
export function placeholderOf({ shape, source }: DataValue): string {
  return JSON.stringify(`<${source} [${shape.join(', ')}]>`);
}

/** Where lists of one level are not of one length. */
export interface RaggedProblem {
  /** Positions from the outermost list on. */
  readonly path: readonly number[];
}

/** The tensor that nested lists are; a problem where they are not rectangular. */
export function fromNode(node: JsonNode): ElementsValue | RaggedProblem {
  const shape = shapeOf(node);
  const elements: string[] = [];
  const problem = gather(node, shape, [], elements);
  return problem ?? { kind: 'elements', shape, elements };
}

function shapeOf(node: JsonNode): number[] {
  const shape: number[] = [];
  let inner: JsonNode | undefined = node;
  while (isJsonList(inner)) {
    shape.push(inner.length);
    inner = inner[0];
  }
  return shape;
}

function gather(
  node: JsonNode,
  shape: readonly number[],
  path: readonly number[],
  elements: string[],
): RaggedProblem | undefined {
  const size = shape[path.length];
  if (size === undefined) {
    if (isJsonList(node)) {
      return { path };
    }
    elements.push(typeof node === 'string' ? node : scalarText(node));
    return undefined;
  }
  if (!isJsonList(node) || node.length !== size) {
    return { path };
  }
  for (const [index, item] of node.entries()) {
    const problem = gather(item, shape, [...path, index], elements);
    if (problem !== undefined) {
      return problem;
    }
  }
  return undefined;
}

/** The text of a node on one line. */
export function scalarText(node: JsonNode): string {
  if (typeof node === 'string') {
    return node;
  }
  if (isJsonObject(node)) {
    const members = Array.from(
      node.members,
      ([key, value]) => `${JSON.stringify(key)}: ${scalarText(value)}`,
    );
    return `{${members.join(', ')}}`;
  }
  return `[${node.map(scalarText).join(', ')}]`;
}

/** How many elements a value has. */
export function countOf({ shape }: TensorValue): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The JSON text of one element. */
export function elementText(value: TensorValue, index: number): string {
  if (value.kind === 'elements') {
    return value.elements[index] ?? 'null';
  }
  const number = value.numbers[index] ?? 0;
  if (value.isBool) {
    return Number(number) === 0 ? 'false' : 'true';
  }
  return value.numbers instanceof Float32Array ? float32Text(Number(number)) : String(number);
}

/** The fewest digits that read back to the same float32, of 7 to 9: String would write those of the double. */
function float32Text(number: number): string {
  const digits = [7, 8].find((count) => Math.fround(Number(number.toPrecision(count))) === number) ?? 9;
  return Number.isFinite(number) ? String(Number(number.toPrecision(digits))) : String(number);
}

/** The part of a value at `index` of its first dimension. */
export function rowOf(value: TensorValue, index: number): TensorValue {
  const shape = value.shape.slice(1);
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return value.kind === 'elements'
    ? { ...value, shape, elements: value.elements.slice(index * size, (index + 1) * size) }
    : { ...value, shape, numbers: value.numbers.subarray(index * size, (index + 1) * size) };
}

/**
 * The value as nested lists. With `indent`, spaces that the line of its beginning is indented by, each list of lists has
 * its items on lines of their own; without, all is one line.
 */
export function toJson(value: TensorValue, indent?: number): string {
  let next = 0;
  const write = (level: number, at: number | undefined): string => {
    const size = value.shape[level];
    if (size === undefined) {
      return elementText(value, next++);
    }
    const isInnermost = level === value.shape.length - 1;
    const inner = at === undefined || isInnermost ? undefined : at + 2;
    const items = Array.from({ length: size }, () => write(level + 1, inner));
    if (inner === undefined || items.length === 0) {
      return `[${items.join(', ')}]`;
    }
    const before = ' '.repeat(inner);
    return `[\n${items.map((item) => before + item).join(',\n')}\n${' '.repeat(inner - 2)}]`;
  };
  return write(0, indent);
}
