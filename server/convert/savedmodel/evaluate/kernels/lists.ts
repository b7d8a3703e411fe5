// Kernels of TensorLists: what Keras' and tf.function's loops keep their steps in.
import { PerchError } from '../../../../errors.ts';
import { newRealArray, sizeOf, valueOf } from '../../../value.ts';
import { typeAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import { listAt, numberAt, numbersAt, refusal, tensorAt } from '../operands.ts';
import { concatenated, packed, unpacked } from './slicing.ts';
import type { Value, ValueType } from '../../../value.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Kernel, KernelContext, Kernels, ListHandle, Operand } from '../contract.ts';

function listOf(items: readonly (Value | undefined)[]): ListHandle {
  return { kind: 'list', items };
}

const reserve: Kernel = (operands, node, context) => {
  const count = numberAt(operands, 1, node);
  if (count < 0) {
    throw refusal(`The num_elements to reserve must be a non negative number, but got ${count}`);
  }
  context.claim(sizeOf([count]));
  return [listOf(Array.from({ length: count }, () => undefined))];
};

const fromTensor: Kernel = (operands, node) => [listOf(unpacked(tensorAt(operands, 0, node), 0))];

/** Zeros for an item that nobody wrote. */
function zeros(dtype: ValueType, shape: readonly number[], context: KernelContext): Value {
  context.claim(sizeOf(shape));
  const count = sizeOf(shape);
  if (dtype === 'string') {
    return { dtype, shape, data: Array.from({ length: count }, () => new Uint8Array()) };
  }
  if (dtype === 'complex64' || dtype === 'complex128') {
    throw new Unsupported(`a list of ${dtype} with holes`);
  }
  const nothing = newRealArray('uint8', count);
  return valueOf(dtype, shape, nothing);
}

/** The items with holes filled; their shape is that of the others, or what the node says. */
function filledItems(
  list: ListHandle,
  stated: readonly number[],
  node: GraphNode,
  context: KernelContext,
): Value[] {
  const known = list.items.find((item) => item !== undefined)?.shape;
  const shape = known ?? stated;
  if (list.items.includes(undefined) && shape.some((size) => size < 0)) {
    throw refusal('Tried to stack elements of a list with uninitialized tensors and an unknown shape.');
  }
  return list.items.map(
    (item) => item ?? zeros(elementTypeOf(typeAttr(node, 'element_dtype')), shape, context),
  );
}

/** A shape operand: -1 as a scalar says nothing. */
function statedShape(operands: readonly Operand[], index: number, node: GraphNode): number[] {
  return tensorAt(operands, index, node).shape.length === 0 ? [-1] : numbersAt(operands, index, node);
}

const stack: Kernel = (operands, node, context) => {
  const list = listAt(operands, 0, node);
  const stated = statedShape(operands, 1, node);
  if (list.items.length === 0) {
    if (stated.some((size) => size < 0)) {
      throw refusal('Tried to stack an empty list with non-fully-defined element_shape.');
    }
    return [zeros(elementTypeOf(typeAttr(node, 'element_dtype')), [0, ...stated], context)];
  }
  return [packed(filledItems(list, stated, node, context), 0, context)];
};

function itemAt(list: ListHandle, index: number): Value | undefined {
  if (index < 0 || index >= list.items.length) {
    throw refusal(`Trying to access element ${index} in a list with ${list.items.length} elements.`);
  }
  return list.items[index];
}

const getItem: Kernel = (operands, node, context) => {
  const list = listAt(operands, 0, node);
  const item = itemAt(list, numberAt(operands, 1, node));
  const [first] =
    item === undefined
      ? filledItems(
          { kind: 'list', items: [undefined, ...list.items] },
          statedShape(operands, 2, node),
          node,
          context,
        )
      : [item];
  if (first === undefined) {
    throw new PerchError('SAVED_MODEL_INVALID', `Node ${node.name} reads an empty list.`);
  }
  return [first];
};

const setItem: Kernel = (operands, node) => {
  const list = listAt(operands, 0, node);
  const index = numberAt(operands, 1, node);
  itemAt(list, index);
  return [listOf(list.items.with(index, tensorAt(operands, 2, node)))];
};

const pushBack: Kernel = (operands, node) => [
  listOf([...listAt(operands, 0, node).items, tensorAt(operands, 1, node)]),
];

const popBack: Kernel = (operands, node) => {
  const { items } = listAt(operands, 0, node);
  const last = items.at(-1);
  if (last === undefined) {
    throw refusal('Trying to pop from an empty list.');
  }
  return [listOf(items.slice(0, -1)), last];
};

const length: Kernel = (operands, node) => [valueOf('int32', [], [listAt(operands, 0, node).items.length])];

const resize: Kernel = (operands, node, context) => {
  const { items } = listAt(operands, 0, node);
  const count = numberAt(operands, 1, node);
  context.claim(sizeOf([count]));
  return [listOf(Array.from({ length: count }, (_, i) => items[i]))];
};

const gather: Kernel = (operands, node, context) => {
  const list = listAt(operands, 0, node);
  const picked = listOf(numbersAt(operands, 1, node).map((index) => itemAt(list, index)));
  return [packed(filledItems(picked, statedShape(operands, 2, node), node, context), 0, context)];
};

/** Items at their indices; the list is as long as it must be, or as it is told. */
const scatter: Kernel = (operands, node, context) => {
  const values = unpacked(tensorAt(operands, 0, node), 0);
  const indices = numbersAt(operands, 1, node);
  const told = operands.length > 3 ? numberAt(operands, 3, node) : -1;
  const count = indices.reduce((most, index) => Math.max(most, index + 1), Math.max(0, told));
  context.claim(sizeOf([count]));
  const items = Array.from<unknown, Value | undefined>({ length: count }, () => undefined);
  for (const [i, index] of indices.entries()) {
    if (index < 0) {
      throw refusal(`Indices in TensorListScatter must all be non-negative.`);
    }
    items[index] = values[i];
  }
  return [listOf(items)];
};

/** Items one after the other along their first axis, and how long each is. */
const concat: Kernel = (operands, node, context) => {
  const items = listAt(operands, 0, node).items.filter((item) => item !== undefined);
  if (items.length === 0 || items.length < listAt(operands, 0, node).items.length) {
    throw new Unsupported('TensorListConcat of lists with holes');
  }
  const lengths = items.map(({ shape }) => shape[0] ?? 0);
  return [concatenated(items, 0, context), valueOf('int64', [lengths.length], lengths)];
};

/** The shape of the first item that is there. */
const elementShape: Kernel = (operands, node) => {
  const item = listAt(operands, 0, node).items.find((one) => one !== undefined);
  if (item === undefined) {
    throw new Unsupported('the shape of an empty list');
  }
  const dtype = elementTypeOf(typeAttr(node, 'shape_type')) === 'int64' ? 'int64' : 'int32';
  return [valueOf(dtype, [item.shape.length], item.shape)];
};

/** TensorListReserve, TensorListStack, TensorListGetItem and their like. */
export const listKernels: Kernels = new Map<string, Kernel>([
  ['EmptyTensorList', () => [listOf([])]],
  ['TensorListReserve', reserve],
  ['TensorListFromTensor', fromTensor],
  ['TensorListStack', stack],
  ['TensorListGetItem', getItem],
  ['TensorListSetItem', setItem],
  ['TensorListPushBack', pushBack],
  ['TensorListPopBack', popBack],
  ['TensorListLength', length],
  ['TensorListResize', resize],
  ['TensorListGather', gather],
  ['TensorListScatter', scatter],
  ['TensorListScatterV2', scatter],
  ['TensorListConcat', concat],
  ['TensorListConcatV2', concat],
  ['TensorListElementShape', elementShape],
]);
