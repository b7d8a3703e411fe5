// Reads kernel-cases.json: single ops with operands and what TensorFlow 2.21 gave for them on a CPU.
import { readFileSync } from 'node:fs';
import { newRealArray } from '../../../../../../server/convert/value.ts';
import { isReal } from '../../../../../../server/convert/value.ts';
import type { GraphNode } from '../../../../../../server/convert/savedmodel/graph/flat-graph.ts';
import type { Attribute } from '../../../../../../server/convert/savedmodel/proto/messages.ts';
import type { RealType, Value, ValueType } from '../../../../../../server/convert/value.ts';

/** Type, shape, elements: 64-bit integers and what JSON lacks as texts, strings by their latin1 bytes. */
type StoredTensor = readonly [dtype: ValueType, shape: number[], elements: (number | string)[]];

type StoredAttribute =
  | readonly ['int' | 'type', number]
  | readonly ['bool', boolean]
  | readonly ['bytes', string]
  | readonly ['floats', number[]];

/** One op: its outputs, or TensorFlow's error. */
export interface KernelCase {
  readonly op: string;
  readonly in: readonly StoredTensor[];
  readonly attrs: Readonly<Record<string, StoredAttribute>>;
  readonly out?: readonly StoredTensor[];
  readonly error?: string;
}

/** All cases. */
export function kernelCases(): readonly KernelCase[] {
  const file = new URL('kernel-cases.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as readonly KernelCase[];
}

/** A stored tensor. */
export function valueOfStored([dtype, shape, elements]: StoredTensor): Value {
  switch (dtype) {
    case 'string':
      return { dtype, shape, data: elements.map((text) => Buffer.from(String(text), 'latin1')) };
    case 'int64':
      return { dtype, shape, data: BigInt64Array.from(elements, BigInt) };
    case 'uint64':
      return { dtype, shape, data: BigUint64Array.from(elements, BigInt) };
    case 'complex64':
      return { dtype, shape, data: Float32Array.from(elements, Number) };
    case 'complex128':
      return { dtype, shape, data: Float64Array.from(elements, Number) };
    default: {
      const data = newRealArray(dtype, elements.length);
      data.set(elements.map(Number));
      return { dtype, shape, data };
    }
  }
}

/** A node of the case's op and attributes. */
export function nodeOfCase({ op, attrs }: Pick<KernelCase, 'op' | 'attrs'>): GraphNode {
  const attributes = Object.entries(attrs).map(([name, stored]) => [name, attributeOf(stored)] as const);
  return { name: op, op, inputs: [], controls: [], attributes: new Map(attributes) };
}

const emptyList = {
  bytes: [],
  ints: [],
  floats: [],
  bools: [],
  types: [],
  shapes: [],
  tensors: [],
  functions: [],
};

function attributeOf(stored: StoredAttribute): Attribute {
  switch (stored[0]) {
    case 'int':
      return { kind: 'int', value: BigInt(stored[1]) };
    case 'type':
      return { kind: 'type', value: stored[1] };
    case 'bool':
      return { kind: 'bool', value: stored[1] };
    case 'bytes':
      return { kind: 'bytes', value: Buffer.from(stored[1]) };
    case 'floats':
      return { kind: 'list', value: { ...emptyList, floats: stored[1] } };
  }
}

/** How far two elements of a type may lie from each other, relative to the larger one (or to 1). */
const tolerances: ReadonlyMap<ValueType, number> = new Map<ValueType, number>([
  ['float32', 1e-5],
  ['complex64', 1e-5],
  ['float64', 1e-12],
  ['complex128', 1e-12],
]);

/** What differs between a tensor and the stored one; undefined: nothing. */
export function difference(value: Value, stored: StoredTensor): string | undefined {
  const wanted = valueOfStored(stored);
  const text = `${value.dtype} [${value.shape.join()}] ${elementsText(value)}, not ${wanted.dtype} [${wanted.shape.join()}] ${elementsText(wanted)}`;
  if (value.dtype !== wanted.dtype || value.shape.join() !== wanted.shape.join()) {
    return text;
  }
  const tolerance = tolerances.get(wanted.dtype);
  for (let i = 0; i < wanted.data.length || i < value.data.length; i++) {
    const [mine, theirs] = [value.data[i], wanted.data[i]];
    const same =
      mine instanceof Uint8Array && theirs instanceof Uint8Array
        ? Buffer.compare(mine, theirs) === 0
        : typeof mine === 'number' && typeof theirs === 'number' && tolerance !== undefined
          ? close(mine, theirs, tolerance)
          : Object.is(mine, theirs);
    if (!same) {
      return text;
    }
  }
  return undefined;
}

function close(mine: number, theirs: number, tolerance: number): boolean {
  const isClose = Math.abs(mine - theirs) <= tolerance * Math.max(Math.abs(theirs), 1e-30);
  return Object.is(mine, theirs) || (isClose && (mine !== 0 || Object.is(mine, theirs)));
}

function elementsText(value: Value): string {
  const elements =
    isReal(value) || value.dtype !== 'string'
      ? Array.from<unknown>(value.data)
      : value.data.map((bytes) => Buffer.from(bytes).toString('latin1'));
  return elements.map((element) => (Object.is(element, -0) ? '-0' : String(element))).join(' ');
}

/** The type of a real tensor, for tests that make them by hand. */
export type { RealType };
