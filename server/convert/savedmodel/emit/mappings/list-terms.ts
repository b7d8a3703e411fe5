// Lists of tensors as mappings see them: their items stacked in one tensor.
import { newRealArray, sizeOf, valueOf } from '../../../value.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, ListTerm, Term, TensorTerm } from '../contract.ts';
import { scalarOf } from './element-types.ts';
import { knownInteger, partialOf } from './facts.ts';

/** What is known of a shape; -1 for a size, undefined for a rank that is not known. */
export type Shape = readonly number[] | undefined;

/** The operand, which must be a list. */
export function listAt(inputs: readonly Term[], index: number): ListTerm {
  const term = inputs[index];
  if (term?.kind !== 'list') {
    throw new Unsupported('a list that is not known at conversion');
  }
  return term;
}

/** A list all of whose items are in `stacked`. */
export function stackedList(stacked: TensorTerm, itemShape: Shape): ListTerm {
  refuseStrings(stacked.dtype);
  const shape = mergedShape(stacked.shape?.slice(1), itemShape);
  const { dtype } = stacked;
  return { kind: 'list', dtype, length: undefined, stacked, written: undefined, itemShape: shape };
}

/** Strings are bytes, and ONNX Runtime's are UTF-8: the host has lists of them. */
export function refuseStrings(dtype: TensorTerm['dtype']): void {
  if (dtype === 'string') {
    throw new Unsupported('lists of strings');
  }
}

/** The shape that an operand says: -1 alone says nothing. */
export function statedShape(scope: EmitScope, term: Term | undefined): Shape {
  const operand = term === undefined ? undefined : scope.asTensor(term);
  return operand?.shape?.length === 1
    ? partialOf(operand)?.map((size) => (size === null || size < 0 ? -1 : size))
    : undefined;
}

/** What two shapes say together. Where they disagree the first counts. */
export function mergedShape(first: Shape, second: Shape): Shape {
  if (first === undefined || second?.length !== first.length) {
    return first ?? second;
  }
  return first.map((size, axis) => (size >= 0 ? size : (second[axis] ?? -1)));
}

/** Whether no size is missing. */
export function isKnown(shape: Shape): shape is readonly number[] {
  return shape?.every((size) => size >= 0) === true;
}

/** A tensor of zeros, or falses. */
export function zeros(scope: EmitScope, dtype: TensorTerm['dtype'], shape: readonly number[]): TensorTerm {
  refuseStrings(dtype);
  return dtype === 'string'
    ? scope.constant({ dtype, shape, data: [] })
    : scope.constant(valueOf(dtype, shape, newRealArray('uint8', sizeOf(shape))));
}

/** How many items the list has, as an int64 vector of length one. */
export function lengthName(scope: EmitScope, list: ListTerm): string {
  if (list.length !== undefined) {
    return scope.node('Reshape', [scope.int64Name(list.length), scope.ints([1])]);
  }
  if (list.inOrder === true && list.stacked === undefined) {
    throw new Unsupported('the length of a list that is being written');
  }
  if (list.stacked === undefined) {
    return scope.ints([0]);
  }
  const size = list.stacked.shape?.[0] ?? -1;
  return size >= 0
    ? scope.ints([size])
    : scope.node('Shape', [scope.name(list.stacked)], { start: 0, end: 1 });
}

/** A value as the one item of a stack of them. */
export function asItem(scope: EmitScope, item: TensorTerm): TensorTerm {
  const name = scope.node('Unsqueeze', [scope.name(item), scope.ints([0])]);
  return scope.tensor(item.dtype, name, { shape: item.shape && [1, ...item.shape] });
}

/**
 * All items, zeros for those that nobody wrote.
 *
 * @param stated what an operand says of the shape of an item
 * @param like an item of the list, where there is one
 */
export function wholeTensor(scope: EmitScope, list: ListTerm, stated?: Shape, like?: TensorTerm): TensorTerm {
  const { dtype, stacked, length } = list;
  if (list.inOrder === true && stacked === undefined) {
    throw new Unsupported('a list that is read while it is written');
  }
  const shape = mergedShape(mergedShape(list.itemShape, stated), like?.shape);
  if (stacked === undefined && length === undefined) {
    if (!isKnown(shape)) {
      throw new Unsupported('an empty list whose items have no known shape');
    }
    return zeros(scope, dtype, [0, ...shape]);
  }
  if (stacked !== undefined && (length === undefined || hasAll(stacked, length))) {
    return stacked;
  }
  const count = lengthName(scope, list);
  const known = length === undefined ? undefined : knownInteger(length);
  const itemSizes = itemSizesName(scope, stacked, shape, like);
  const zero = scalarOf(scope, dtype, 0);
  const missing =
    stacked === undefined
      ? count
      : scope.node('Sub', [count, scope.node('Shape', [scope.name(stacked)], { start: 0, end: 1 })]);
  const sizes = scope.node('Concat', [missing, itemSizes], { axis: 0 });
  const holes = scope.node('Expand', [zero, sizes]);
  const name =
    stacked === undefined ? holes : scope.node('Concat', [scope.name(stacked), holes], { axis: 0 });
  const whole = mergedShape(shape, stacked?.shape?.slice(1));
  return scope.tensor(dtype, name, { shape: whole && [known ?? -1, ...whole] });
}

function hasAll(stacked: TensorTerm, length: TensorTerm): boolean {
  const size = stacked.shape?.[0] ?? -1;
  return size >= 0 && knownInteger(length) === size;
}

function itemSizesName(
  scope: EmitScope,
  stacked: TensorTerm | undefined,
  shape: Shape,
  like: TensorTerm | undefined,
): string {
  if (isKnown(shape)) {
    return scope.ints(shape);
  }
  if (stacked !== undefined) {
    return scope.node('Shape', [scope.name(stacked)], { start: 1 });
  }
  if (like !== undefined) {
    return scope.node('Shape', [scope.name(like)]);
  }
  throw new Unsupported('a list whose items have no known shape');
}
