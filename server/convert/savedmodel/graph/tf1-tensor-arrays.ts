// Turns TensorFlow 1's TensorArrays into tensor lists: the float that orders their ops (the flow) carries the list instead.
import { boolAttr, shapeAttr, typeAttr } from './attributes.ts';
import { nodeOf } from './flat-graph.ts';
import { int32Constant, noOp } from './nodes.ts';
import { isEnter, isExit, isMerge, isNextIteration, isSwitch } from './tf1-ops.ts';
import { scalarOf } from './scalar-constant.ts';
import type { Attribute, Attributes, DataType, PartialShape } from '../proto/messages.ts';
import type { GraphNode } from './flat-graph.ts';
import type { WorkGraph } from './work-graph.ts';

const variant: DataType = 21;
const int32: DataType = 3;

/** An op on an array as one on a list; undefined where it is none that is known. */
type Rewrite = (node: GraphNode, array: GraphNode, arrays: ArrayRewriter) => GraphNode | undefined;

const rewrites: ReadonlyMap<string, Rewrite> = new Map<string, Rewrite>([
  [
    'TensorArrayWriteV3',
    (node, array) => {
      const [, index = '', value = '', flow = ''] = node.inputs;
      return asListOp(
        node,
        'TensorListSetItem',
        [flow, index, value],
        [
          ['element_dtype', { kind: 'type', value: typeAttr(array, 'dtype') }],
          ['resize_if_index_out_of_bounds', { kind: 'bool', value: boolAttr(array, 'dynamic_size', false) }],
        ],
      );
    },
  ],
  [
    'TensorArrayReadV3',
    (node, array, arrays) => {
      const [, index = '', flow = ''] = node.inputs;
      const shape = arrays.shapeInput(node, shapeAttr(array, 'element_shape'));
      return asListOp(node, 'TensorListGetItem', [flow, index, shape], elementType(array));
    },
  ],
  [
    'TensorArrayGatherV3',
    (node, array, arrays) => {
      const [handle = '', indices = '', flow = ''] = node.inputs;
      const shape = arrays.shapeInput(
        node,
        shapeAttr(node, 'element_shape') ?? shapeAttr(array, 'element_shape'),
      );
      return arrays.isWholeArray(indices, handle)
        ? asListOp(
            node,
            'TensorListStack',
            [flow, shape],
            [...elementType(array), ['num_elements', { kind: 'int', value: -1n }]],
          )
        : asListOp(node, 'TensorListGather', [flow, indices, shape], elementType(array));
    },
  ],
  [
    'TensorArrayScatterV3',
    (node, array, arrays) => {
      const [, indices = '', value = '', flow = ''] = node.inputs;
      const shape = arrays.shapeInput(node, shapeAttr(array, 'element_shape'));
      // As many indices as values, so that a range from 0 is all of them, and they are all that is ever read.
      return arrays.rangeFromZero(indices) === undefined
        ? asListOp(node, 'TensorListScatterIntoExistingList', [flow, value, indices], elementType(array))
        : asListOp(
            node,
            'TensorListFromTensor',
            [value, shape],
            [...elementType(array), ['shape_type', { kind: 'type', value: int32 }]],
          );
    },
  ],
  ['TensorArraySizeV3', (node) => asListOp(node, 'TensorListLength', node.inputs.slice(1), [])],
  [
    'TensorArrayConcatV3',
    (node, array) =>
      asListOp(node, 'TensorListConcat', node.inputs.slice(1), [
        ...elementType(array),
        ['element_shape', { kind: 'shape', value: shapeAttr(array, 'element_shape') }],
      ]),
  ],
  [
    'TensorArraySplitV3',
    (node, array, arrays) => {
      const [, value = '', lengths = ''] = node.inputs;
      const shape = arrays.shapeInput(node, shapeAttr(array, 'element_shape'));
      return asListOp(
        node,
        'TensorListSplit',
        [value, shape, lengths],
        [...elementType(array), ['shape_type', { kind: 'type', value: int32 }]],
      );
    },
  ],
  ['TensorArrayCloseV3', (node) => noOp(node.name, node.controls)],
]);

function elementType(array: GraphNode): readonly (readonly [string, Attribute])[] {
  return [['element_dtype', { kind: 'type', value: typeAttr(array, 'dtype') }]];
}

function asListOp(
  { name, controls }: GraphNode,
  op: string,
  inputs: readonly string[],
  attributes: readonly (readonly [string, Attribute])[],
): GraphNode {
  return { name, op, inputs, controls, attributes: new Map(attributes) };
}

/** Rewrites all arrays of a graph. What is not understood stays: who needs it says so. */
export function raiseTensorArrays(graph: WorkGraph): void {
  const arrays = [...graph.nodes.values()].filter(({ op }) => op === 'TensorArrayV3');
  if (arrays.length > 0) {
    new ArrayRewriter(graph).rewrite(arrays);
  }
}

class ArrayRewriter {
  readonly #graph: WorkGraph;

  constructor(graph: WorkGraph) {
    this.#graph = graph;
  }

  rewrite(arrays: readonly GraphNode[]): void {
    const rewritten: GraphNode[] = [];
    for (const node of this.#graph.nodes.values()) {
      const array = rewrites.has(node.op) ? this.#arrayOf(node.inputs[0] ?? '') : undefined;
      const listOp = array && rewrites.get(node.op)?.(node, array, this);
      if (listOp !== undefined) {
        rewritten.push(listOp);
      }
    }
    this.#markFlows(arrays);
    for (const array of arrays) {
      rewritten.push(this.#reserve(array));
      this.#graph.aliases.set(`${array.name}:1`, `${array.name}:0`);
    }
    for (const node of rewritten) {
      this.#graph.nodes.set(node.name, node);
    }
  }

  /** A constant that says the shape of an element: -1 for what is unknown. */
  shapeInput(node: GraphNode, shape: PartialShape): string {
    const name = `${node.name}@shape`;
    const known = shape !== undefined && shape.length <= maximumRank ? shape : -1;
    this.#graph.nodes.set(name, int32Constant(name, known));
    return `${name}:0`;
  }

  /** Whether indices are a range over all of an array: up to what the array was made for, or what it says its size is. */
  isWholeArray(indices: string, handle: string): boolean {
    const end = this.rangeFromZero(indices);
    const array = this.#arrayOf(handle);
    if (end === undefined || array === undefined) {
      return false;
    }
    const size = this.#source(end);
    if (size?.op === 'TensorArraySizeV3') {
      return this.#arrayOf(size.inputs[0] ?? '') === array;
    }
    const made = this.#source(array.inputs[0] ?? '');
    const number = scalarOf(size);
    return size === made || (number !== undefined && number === scalarOf(made));
  }

  /** The end of a range that starts at 0 and counts by 1. */
  rangeFromZero(indices: string): string | undefined {
    const range = this.#source(indices);
    const [start = '', end = '', step = ''] = range?.inputs ?? [];
    return range?.op === 'Range' && scalarOf(this.#source(start)) === 0 && scalarOf(this.#source(step)) === 1
      ? end
      : undefined;
  }

  #reserve(array: GraphNode): GraphNode {
    const shape = this.shapeInput(array, shapeAttr(array, 'element_shape'));
    const attributes: Attributes = new Map<string, Attribute>([
      ...elementType(array),
      ['shape_type', { kind: 'type', value: int32 }],
    ]);
    return { ...array, op: 'TensorListReserve', inputs: [shape, ...array.inputs.slice(0, 1)], attributes };
  }

  /** The array behind a handle, which loops and branches pass on. */
  #arrayOf(handle: string): GraphNode | undefined {
    const node = this.#source(handle);
    return node?.op === 'TensorArrayV3' ? node : undefined;
  }

  /** The node that makes what others only pass on. */
  #source(ref: string): GraphNode | undefined {
    const seen = new Set<GraphNode>();
    let node = this.#graph.nodes.get(nodeOf(this.#graph.resolve(ref)));
    while (node !== undefined && passesOn(node) && !seen.has(node)) {
      seen.add(node);
      node = this.#graph.nodes.get(nodeOf(this.#graph.resolve(node.inputs[0] ?? '')));
    }
    return node;
  }

  /** Nodes that pass a flow on pass a list on now. */
  #markFlows(arrays: readonly GraphNode[]): void {
    const consumers = new Map<string, GraphNode[]>();
    for (const node of this.#graph.nodes.values()) {
      for (const input of passesOn(node) ? node.inputs : []) {
        const ref = this.#graph.resolve(input);
        consumers.set(ref, [...(consumers.get(ref) ?? []), node]);
      }
    }
    const waiting = arrays.map(({ name }) => `${name}:1`);
    for (const node of this.#graph.nodes.values()) {
      if (makesFlow.has(node.op)) {
        waiting.push(`${node.name}:0`);
      }
    }
    const seen = new Set<string>();
    for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
      for (const node of consumers.get(ref) ?? []) {
        if (!seen.has(node.name) && node.attributes.has('T')) {
          seen.add(node.name);
          const attributes = new Map(node.attributes).set('T', { kind: 'type', value: variant });
          this.#graph.nodes.set(node.name, { ...node, attributes });
          waiting.push(`${node.name}:0`, `${node.name}:1`);
        }
      }
    }
  }
}

const makesFlow: ReadonlySet<string> = new Set([
  'TensorArrayWriteV3',
  'TensorArrayScatterV3',
  'TensorArraySplitV3',
]);

function passesOn(node: GraphNode): boolean {
  return (
    node.op === 'Identity' ||
    isEnter(node) ||
    isExit(node) ||
    isMerge(node) ||
    isNextIteration(node) ||
    isSwitch(node)
  );
}

/** More than any tensor of TensorFlow has. */
const maximumRank = 30;
