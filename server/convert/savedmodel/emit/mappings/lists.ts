// TensorList ops: what loops keep their steps in. A list is its items stacked in one tensor.
import { boolAttr, typeAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { EmitScope, ListTerm, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { knownInteger, tensorAt } from './facts.ts';
import {
  asItem,
  isKnown,
  lengthName,
  listAt,
  mergedShape,
  refuseStrings,
  stackedList,
  statedShape,
  wholeTensor,
  zeros,
} from './list-terms.ts';
import { refuseNegative } from './refusals.ts';

/** The element type that the node says. */
function dtypeOf(node: GraphNode): TensorTerm['dtype'] {
  const dtype = elementTypeOf(typeAttr(node, 'element_dtype'));
  if (dtype === 'complex64' || dtype === 'complex128') {
    throw new Unsupported('lists of complex numbers');
  }
  refuseStrings(dtype);
  return dtype;
}

/** A list of items that nobody wrote yet; of none without a length. */
function newList(
  dtype: TensorTerm['dtype'],
  itemShape: readonly number[] | undefined,
  count?: TensorTerm,
): ListTerm {
  return { kind: 'list', dtype, length: count, stacked: undefined, written: undefined, itemShape };
}

const reserve: Mapping = (node, inputs, scope) => [
  newList(dtypeOf(node), statedShape(scope, inputs[0]), tensorAt(scope, inputs, 1)),
];

const empty: Mapping = (node, inputs, scope) => [newList(dtypeOf(node), statedShape(scope, inputs[0]))];

const fromTensor: Mapping = (_node, inputs, scope) => [
  stackedList(tensorAt(scope, inputs, 0), statedShape(scope, inputs[1])),
];

/** An index as int64; ONNX takes negative ones, TensorFlow refuses them. */
function indexName(scope: EmitScope, index: TensorTerm, shape: readonly number[]): string {
  const known = knownInteger(index);
  if (known !== undefined && known >= 0) {
    return scope.node('Reshape', [scope.int64Name(index), scope.ints(shape)]);
  }
  const checked = refuseNegative(scope, 'int64', scope.int64Name(index));
  return shape.length === 0 ? checked : scope.node('Reshape', [checked, scope.ints(shape)]);
}

/** What `Gather` and the like give of the items. */
function picked(
  scope: EmitScope,
  items: TensorTerm,
  name: string,
  outer: readonly number[],
  list: ListTerm,
): TensorTerm {
  const shape = mergedShape(items.shape?.slice(1), list.itemShape);
  return scope.tensor(items.dtype, name, { shape: shape && [...outer, ...shape] });
}

const getItem: Mapping = (_node, inputs, scope) => {
  const list = listAt(inputs, 0);
  const shape = mergedShape(list.itemShape, statedShape(scope, inputs[2]));
  // Reading what a growing list does not have yet fails, as it does in TensorFlow where the shape is not known.
  const growing = list.inOrder === true && !isKnown(shape) ? list.stacked : undefined;
  const items = growing ?? wholeTensor(scope, list, shape);
  const name = scope.node('Gather', [scope.name(items), indexName(scope, tensorAt(scope, inputs, 1), [])], {
    axis: 0,
  });
  return [picked(scope, items, name, [], { ...list, itemShape: shape })];
};

const setItem: Mapping = (node, inputs, scope) => {
  const list = listAt(inputs, 0);
  const item = tensorAt(scope, inputs, 2);
  if (list.inOrder === true) {
    return [withNext(scope, list, item)];
  }
  refuseStrings(item.dtype);
  const index = tensorAt(scope, inputs, 1);
  const length = list.length === undefined ? list.stacked?.shape?.[0] : knownInteger(list.length);
  if (length === 1 && knownInteger(index) === 0) {
    return [stackedList(asItem(scope, item), list.itemShape)];
  }
  const base = wholeTensor(scope, list, undefined, item);
  const grows = boolAttr(node, 'resize_if_index_out_of_bounds', false);
  const at = indexName(scope, index, [1, 1]);
  const items = grows ? lengthened(scope, base, at) : base;
  const name = scope.node('ScatterND', [scope.name(items), at, scope.name(asItem(scope, item))]);
  const shape = mergedShape(items.shape?.slice(1), item.shape);
  const count = items.shape?.[0] ?? -1;
  return [stackedList(scope.tensor(item.dtype, name, { shape: shape && [count, ...shape] }), list.itemShape)];
};

/** With zeros behind, so that the index is in it. */
function lengthened(scope: EmitScope, items: TensorTerm, at: string): TensorTerm {
  const name = scope.name(items);
  const needed = scope.node('Add', [scope.node('Reshape', [at, scope.ints([1])]), scope.ints([1])]);
  const has = scope.node('Shape', [name], { start: 0, end: 1 });
  const missing = scope.node('Max', [scope.node('Sub', [needed, has]), scope.ints([0])]);
  const sizes = scope.node('Concat', [missing, scope.node('Shape', [name], { start: 1 })], { axis: 0 });
  const holes = scope.node('Expand', [scope.name(zeros(scope, items.dtype, [])), sizes]);
  const joined = scope.node('Concat', [name, holes], { axis: 0 });
  return scope.tensor(items.dtype, joined, { shape: items.shape && [-1, ...items.shape.slice(1)] });
}

/** The list with one item more at its end. */
function withNext(scope: EmitScope, list: ListTerm, item: TensorTerm): ListTerm {
  refuseStrings(item.dtype);
  if (list.inOrder === true && list.stacked === undefined) {
    return { ...list, written: item };
  }
  const next = asItem(scope, item);
  const { stacked } = list;
  if (stacked === undefined) {
    return { ...list, stacked: next };
  }
  const name = scope.node('Concat', [scope.name(stacked), scope.name(next)], { axis: 0 });
  const shape = mergedShape(item.shape, stacked.shape?.slice(1));
  return { ...list, stacked: scope.tensor(item.dtype, name, { shape: shape && [-1, ...shape] }) };
}

const pushBack: Mapping = (_node, inputs, scope) => {
  const list = listAt(inputs, 0);
  const item = tensorAt(scope, inputs, 1);
  if (list.length === undefined || list.inOrder === true) {
    return [withNext(scope, list, item)];
  }
  const whole = wholeTensor(scope, list, undefined, item);
  return [withNext(scope, stackedList(whole, list.itemShape), item)];
};

const popBack: Mapping = (_node, inputs, scope) => {
  const list = listAt(inputs, 0);
  const items = wholeTensor(scope, list, statedShape(scope, inputs[1]));
  const name = scope.name(items);
  const last = scope.node('Gather', [name, scope.scalar('int64', -1)], { axis: 0 });
  const rest = scope.node('Slice', [name, scope.ints([0]), scope.ints([-1]), scope.ints([0])]);
  const count = items.shape?.[0] ?? -1;
  const shape = items.shape && [count > 0 ? count - 1 : -1, ...items.shape.slice(1)];
  return [
    stackedList(scope.tensor(items.dtype, rest, { shape }), list.itemShape),
    picked(scope, items, last, [], list),
  ];
};

const stack: Mapping = (_node, inputs, scope) => [
  wholeTensor(scope, listAt(inputs, 0), statedShape(scope, inputs[1])),
];

const length: Mapping = (_node, inputs, scope) => {
  const list = listAt(inputs, 0);
  if (list.length?.dtype === 'int32') {
    return [list.length];
  }
  const count = scope.node('Reshape', [lengthName(scope, list), scope.ints([])]);
  const size = list.length === undefined ? (list.stacked?.shape?.[0] ?? -1) : -1;
  const facts = { shape: [], partial: [size >= 0 ? size : null] };
  return [scope.tensor('int32', scope.node('Cast', [count], { to: 6 }), facts)];
};

const elementShape: Mapping = (node, inputs, scope) => {
  const list = listAt(inputs, 0);
  const shape = mergedShape(list.itemShape, list.stacked?.shape?.slice(1));
  if (!isKnown(shape)) {
    throw new Unsupported('the shape of items, which is not known');
  }
  const isLong = elementTypeOf(typeAttr(node, 'shape_type')) === 'int64';
  const data = isLong ? BigInt64Array.from(shape, BigInt) : undefined;
  const sizes = [shape.length];
  return [
    scope.constant(
      data === undefined
        ? { dtype: 'int32', shape: sizes, data: Int32Array.from(shape) }
        : { dtype: 'int64', shape: sizes, data },
    ),
  ];
};

const gather: Mapping = (_node, inputs, scope) => {
  const list = listAt(inputs, 0);
  const items = wholeTensor(scope, list, statedShape(scope, inputs[2]));
  const index = tensorAt(scope, inputs, 1);
  const name = scope.node('Gather', [scope.name(items), indexName(scope, index, [-1])], { axis: 0 });
  return [picked(scope, items, name, [index.shape?.[0] ?? -1], list)];
};

function scattered(scope: EmitScope, items: TensorTerm, indices: TensorTerm, updates: TensorTerm): ListTerm {
  const at = indexName(scope, indices, [-1, 1]);
  const name = scope.node('ScatterND', [scope.name(items), at, scope.name(updates)]);
  return stackedList(scope.tensor(items.dtype, name, { shape: items.shape }), undefined);
}

/** Into a list that is as long as the greatest index wants, or as it is told. */
const scatter: Mapping = (_node, inputs, scope) => {
  const updates = tensorAt(scope, inputs, 0);
  const indices = tensorAt(scope, inputs, 1);
  const told = inputs[3] === undefined ? -1 : knownInteger(scope.asTensor(inputs[3]));
  const numbers = scope.known(indices, 'indices');
  if (told === undefined || new Set(numbers).size < numbers.length || numbers.some((index) => index < 0)) {
    throw new Unsupported('such indices of a list');
  }
  const count = numbers.reduce((most, index) => Math.max(most, index + 1), Math.max(told, 0));
  const itemShape = mergedShape(updates.shape?.slice(1), statedShape(scope, inputs[2]));
  const length = scope.constant({ dtype: 'int32', shape: [], data: Int32Array.of(count) });
  const items = wholeTensor(scope, newList(updates.dtype, itemShape, length));
  return [scattered(scope, items, indices, updates)];
};

const scatterInto: Mapping = (_node, inputs, scope) => {
  const updates = tensorAt(scope, inputs, 1);
  const list = listAt(inputs, 0);
  const items = wholeTensor(scope, list, updates.shape?.slice(1));
  return [scattered(scope, items, tensorAt(scope, inputs, 2), updates)];
};

/** Items of one shape, one after the other along their first axis. */
const concat: Mapping = (_node, inputs, scope) => {
  const items = wholeTensor(scope, listAt(inputs, 0), statedShape(scope, inputs[1]));
  const sizes = scope.node('Shape', [scope.name(items)]);
  const [count = -1, each = -1, ...rest] = items.shape ?? [];
  const part = (start: number, end: number): string =>
    scope.node('Slice', [sizes, scope.ints([start]), scope.ints([end])]);
  const tail = scope.node('Shape', [scope.name(items)], { start: 2 });
  const total = scope.node('Mul', [part(0, 1), part(1, 2)]);
  const shape = scope.node('Concat', [total, tail], { axis: 0 });
  const name = scope.node('Reshape', [scope.name(items), shape], { allowzero: 1 });
  const lengths = scope.node('Expand', [part(1, 2), part(0, 1)]);
  const facts = { shape: items.shape && [count >= 0 && each >= 0 ? count * each : -1, ...rest] };
  return [scope.tensor(items.dtype, name, facts), scope.tensor('int64', lengths, { shape: [count] })];
};

const resize: Mapping = (_node, inputs, scope) => {
  const list = listAt(inputs, 0);
  if (list.inOrder === true || (list.stacked !== undefined && list.length !== undefined)) {
    throw new Unsupported('a list that is resized');
  }
  const count = tensorAt(scope, inputs, 1);
  if (list.stacked === undefined) {
    return [{ ...list, length: count }];
  }
  const { stacked } = list;
  const end = scope.node('Reshape', [scope.int64Name(count), scope.ints([1])]);
  const name = scope.node('Slice', [scope.name(stacked), scope.ints([0]), end, scope.ints([0])]);
  const shape = stacked.shape && [-1, ...stacked.shape.slice(1)];
  return [{ ...list, length: count, stacked: scope.tensor(stacked.dtype, name, { shape }) }];
};

/** TensorListReserve, TensorListStack, TensorListGetItem and their like. */
export const listMappings: Mappings = new Map<string, Mapping>([
  ['EmptyTensorList', empty],
  ['TensorListReserve', reserve],
  ['TensorListFromTensor', fromTensor],
  ['TensorListStack', stack],
  ['TensorListGetItem', getItem],
  ['TensorListSetItem', setItem],
  ['TensorListPushBack', pushBack],
  ['TensorListPopBack', popBack],
  ['TensorListLength', length],
  ['TensorListElementShape', elementShape],
  ['TensorListResize', resize],
  ['TensorListGather', gather],
  ['TensorListScatter', scatter],
  ['TensorListScatterV2', scatter],
  ['TensorListScatterIntoExistingList', scatterInto],
  ['TensorListConcat', concat],
  ['TensorListConcatV2', concat],
]);
