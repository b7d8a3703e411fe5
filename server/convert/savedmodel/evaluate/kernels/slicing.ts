// Kernels that cut tensors and put them together: slices, splits, concatenations, packs.
import { sizeOf, valueOf } from '../../../value.ts';
import { intAttr } from '../../graph/attributes.ts';
import { copyBox, moveFrom, readStrided, reshaped } from '../moves.ts';
import { axisOf, numberAt, numbersAt, refusal, tensorAt, tensorsFrom } from '../operands.ts';
import { productOf, sameShape, shapeText, stridesOf } from '../shapes.ts';
import { planSlice } from '../strided-slice.ts';
import type { Value } from '../../../value.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Kernel, KernelContext, Kernels } from '../contract.ts';
import type { SlicePlan } from '../strided-slice.ts';

/** So many places along one axis, from `start` on. */
function cut(value: Value, axis: number, start: number, count: number): Value {
  const strides = stridesOf(value.shape);
  return readStrided(value, value.shape.with(axis, count), start * (strides[axis] ?? 0), strides);
}

const slice: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const begin = numbersAt(operands, 1, node);
  const sizes = numbersAt(operands, 2, node);
  if (begin.length !== value.shape.length || sizes.length !== value.shape.length) {
    throw refusal(
      `Expected begin and size arguments to be 1-D tensors of size ${value.shape.length}, ` +
        `but got shapes [${begin.length}] and [${sizes.length}] instead.`,
    );
  }
  const shape = value.shape.map((size, axis) => {
    const start = begin[axis] ?? 0;
    if (start < 0 || start > size) {
      throw refusal(`Expected begin[${axis}] in [0, ${size}], but got ${start}`);
    }
    const wanted = sizes[axis] === -1 ? size - start : (sizes[axis] ?? 0);
    if (wanted < 0 || start + wanted > size) {
      throw refusal(`Expected size[${axis}] in [0, ${size - start}], but got ${wanted}`);
    }
    return wanted;
  });
  const strides = stridesOf(value.shape);
  const offset = begin.reduce((sum, start, axis) => sum + start * (strides[axis] ?? 0), 0);
  return [readStrided(value, shape, offset, strides)];
};

function slicePlan(
  node: GraphNode,
  shape: readonly number[],
  bounds: readonly (readonly number[])[],
): SlicePlan {
  const [begin = [], end = [], strides = []] = bounds;
  if (begin.length !== strides.length || end.length !== strides.length) {
    throw refusal('Expected begin, end, and strides to be 1D equal size tensors');
  }
  return planSlice(shape, begin, end, strides, {
    begin: intAttr(node, 'begin_mask', 0),
    end: intAttr(node, 'end_mask', 0),
    ellipsis: intAttr(node, 'ellipsis_mask', 0),
    newAxis: intAttr(node, 'new_axis_mask', 0),
    shrinkAxis: intAttr(node, 'shrink_axis_mask', 0),
  });
}

const stridedSlice: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const plan = slicePlan(
    node,
    value.shape,
    [1, 2, 3].map((index) => numbersAt(operands, index, node)),
  );
  const own = stridesOf(value.shape);
  const offset = plan.axes.reduce((sum, { start }, axis) => sum + start * (own[axis] ?? 0), 0);
  const read = readStrided(
    value,
    plan.axes.map(({ count }) => count),
    offset,
    plan.axes.map(({ step }, axis) => step * (own[axis] ?? 0)),
  );
  return [reshaped(read, plan.shape)];
};

/** A tensor with a slice of it replaced. */
const tensorStridedSliceUpdate: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const update = tensorAt(operands, 4, node);
  const plan = slicePlan(
    node,
    value.shape,
    [1, 2, 3].map((index) => numbersAt(operands, index, node)),
  );
  if (!sameShape(plan.shape, update.shape)) {
    throw refusal(`shapes of var ${shapeText(plan.shape)} and rhs ${shapeText(update.shape)} do not match`);
  }
  const own = stridesOf(value.shape);
  const sizes = plan.axes.map(({ count }) => count);
  const move = moveFrom([value, update], productOf(value.shape));
  const [cells = move.to, updates = move.to] = move.from;
  move.to.set(cells);
  copyBox(
    sizes,
    { cells: updates, offset: 0, strides: stridesOf(sizes) },
    {
      cells: move.to,
      offset: plan.axes.reduce((sum, { start }, axis) => sum + start * (own[axis] ?? 0), 0),
      strides: plan.axes.map(({ step }, axis) => step * (own[axis] ?? 0)),
    },
    move.width,
  );
  return [move.result(value.shape)];
};

/** Joins tensors along an axis; shapes fit each other but there. */
export function concatenated(values: readonly Value[], axis: number, context: KernelContext): Value {
  const [first] = values;
  if (first === undefined) {
    throw refusal('ConcatOp : at least one tensor is needed');
  }
  for (const [i, { shape }] of values.entries()) {
    const other = shape.findIndex((size, at) => at !== axis && size !== first.shape[at]);
    if (shape.length !== first.shape.length) {
      throw refusal(
        `ConcatOp : Ranks of all input tensors should match: shape[0] = ${shapeText(first.shape)} vs. shape[${i}] = ${shapeText(shape)}`,
      );
    }
    if (other >= 0) {
      throw refusal(
        `ConcatOp : Dimension ${other} in both shapes must be equal: shape[0] = ${shapeText(first.shape)} vs. shape[${i}] = ${shapeText(shape)}`,
      );
    }
  }
  const shape = first.shape.with(
    axis,
    values.reduce((sum, value) => sum + (value.shape[axis] ?? 0), 0),
  );
  context.claim(sizeOf(shape));
  const strides = stridesOf(shape);
  const move = moveFrom([first, ...values.slice(1)], productOf(shape));
  let place = 0;
  for (const [i, value] of values.entries()) {
    copyBox(
      value.shape,
      { cells: move.from[i] ?? move.to, offset: 0, strides: stridesOf(value.shape) },
      { cells: move.to, offset: place * (strides[axis] ?? 0), strides },
      move.width,
    );
    place += value.shape[axis] ?? 0;
  }
  return move.result(shape);
}

const concat: Kernel = (operands, node, context) => {
  const last = operands.length - 1;
  const [axisAt, values] =
    node.op === 'Concat'
      ? [0, tensorsFrom(operands, 1, node)]
      : [last, tensorsFrom(operands.slice(0, last), 0, node)];
  const axis = axisOf(numberAt(operands, axisAt, node), values[0]?.shape.length ?? 0);
  return [concatenated(values, axis, context)];
};

/** Where each of the tensors begins in their concatenation. */
const concatOffset: Kernel = (operands, node) => {
  const axis = numberAt(operands, 0, node);
  let offset = 0;
  return operands.slice(1).map((_, i) => {
    const shape = numbersAt(operands, i + 1, node);
    const at = axisOf(axis, shape.length);
    const place = shape.map((_size, other) => (other === at ? offset : 0));
    offset += shape[at] ?? 0;
    const dtype = tensorAt(operands, i + 1, node).dtype === 'int64' ? 'int64' : 'int32';
    return valueOf(dtype, [shape.length], place);
  });
};

/** Tensors of one shape along a new axis. */
export function packed(values: readonly Value[], givenAxis: number, context: KernelContext): Value {
  const shape = values[0]?.shape ?? [];
  const axis = axisOf(givenAxis, shape.length + 1);
  const other = values.findIndex((value) => !sameShape(value.shape, shape));
  if (other >= 0) {
    throw refusal(
      `Shapes of all inputs must match: values[0].shape = ${shapeText(shape)} != values[${other}].shape = ${shapeText(values[other]?.shape ?? [])}`,
    );
  }
  return concatenated(
    values.map((value) => reshaped(value, shape.toSpliced(axis, 0, 1))),
    axis,
    context,
  );
}

const pack: Kernel = (operands, node, context) => [
  packed(tensorsFrom(operands, 0, node), intAttr(node, 'axis', 0), context),
];

/** The tensors along an axis, without that axis. */
export function unpacked(value: Value, axis: number): Value[] {
  return Array.from({ length: value.shape[axis] ?? 0 }, (_, place) =>
    reshaped(cut(value, axis, place, 1), value.shape.toSpliced(axis, 1)),
  );
}

const unpack: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const axis = axisOf(intAttr(node, 'axis', 0), value.shape.length);
  const wanted = intAttr(node, 'num', value.shape[axis] ?? 0);
  if (wanted !== value.shape[axis]) {
    throw refusal(`Input shape axis ${axis} must equal ${wanted}, got shape ${shapeText(value.shape)}`);
  }
  return unpacked(value, axis);
};

function pieces(value: Value, axis: number, sizes: readonly number[]): Value[] {
  let start = 0;
  return sizes.map((size) => {
    const piece = cut(value, axis, start, size);
    start += size;
    return piece;
  });
}

const split: Kernel = (operands, node) => {
  const value = tensorAt(operands, 1, node);
  const axis = axisOf(numberAt(operands, 0, node), value.shape.length);
  const count = intAttr(node, 'num_split', 1);
  const size = value.shape[axis] ?? 0;
  if (count < 1 || size % count !== 0) {
    throw refusal(
      `Number of ways to split should evenly divide the split dimension, but got split_dim ${axis} (size = ${size}) and num_split ${count}`,
    );
  }
  return pieces(
    value,
    axis,
    Array.from({ length: count }, () => size / count),
  );
};

const splitV: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const axis = axisOf(numberAt(operands, 2, node), value.shape.length);
  const size = value.shape[axis] ?? 0;
  const wanted = numbersAt(operands, 1, node);
  const known = wanted.reduce((sum, one) => sum + Math.max(0, one), 0);
  const open = wanted.filter((one) => one === -1).length;
  if (open > 1) {
    throw refusal('There can only be one -1 in the input.');
  }
  if (wanted.some((one) => one < -1) || (open === 0 ? known !== size : known > size)) {
    throw refusal(
      'Determined shape must either match input shape along split_dim exactly if fully specified, or be less than ' +
        `the size of the input along split_dim if not fully specified.  Got: ${known}`,
    );
  }
  return pieces(
    value,
    axis,
    wanted.map((one) => (one === -1 ? size - known : one)),
  );
};

/** Slice, StridedSlice, Concat, Pack, Split and their like. */
export const slicingKernels: Kernels = new Map<string, Kernel>([
  ['Slice', slice],
  ['StridedSlice', stridedSlice],
  ['TensorStridedSliceUpdate', tensorStridedSliceUpdate],
  ['Concat', concat],
  ['ConcatV2', concat],
  ['ConcatOffset', concatOffset],
  ['Pack', pack],
  ['Unpack', unpack],
  ['Split', split],
  ['SplitV', splitV],
]);
