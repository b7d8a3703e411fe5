// Kernels that put something around a tensor, or turn it round.
import { sizeOf } from '../../../value.ts';
import { stringAttr } from '../../graph/attributes.ts';
import { copyBox, moveFrom, readStrided } from '../moves.ts';
import { axisOf, numbersAt, refusal, tensorAt } from '../operands.ts';
import { productOf, shapeText, stridesOf } from '../shapes.ts';
import type { Value } from '../../../value.ts';
import type { Kernel, Kernels } from '../contract.ts';

/** Reads a list of sizes per axis as pairs: padding before and behind. */
function paddingsOf(value: Value, paddings: readonly number[]): { before: number[]; after: number[] } {
  if (paddings.length !== 2 * value.shape.length) {
    throw refusal(
      `The first dimension of paddings must be the rank of inputs[${paddings.length / 2},2] ${shapeText(value.shape)}`,
    );
  }
  const before = value.shape.map((_, axis) => paddings[2 * axis] ?? 0);
  const after = value.shape.map((_, axis) => paddings[2 * axis + 1] ?? 0);
  for (const [axis, start] of before.entries()) {
    const end = after[axis] ?? 0;
    if (start < 0 || end < 0) {
      throw refusal(`Paddings must be non-negative: ${start} ${end}`);
    }
  }
  return { before, after };
}

const pad: Kernel = (operands, node, context) => {
  const value = tensorAt(operands, 0, node);
  const { before, after } = paddingsOf(value, numbersAt(operands, 1, node));
  const shape = value.shape.map((size, axis) => size + (before[axis] ?? 0) + (after[axis] ?? 0));
  context.claim(sizeOf(shape));
  const strides = stridesOf(shape);
  const filler = operands[2] === undefined ? undefined : tensorAt(operands, 2, node);
  const move = moveFrom(filler === undefined ? [value] : [value, filler], productOf(shape));
  const { to, width } = move;
  const [cells = to, fillCells] = move.from;
  if (fillCells !== undefined) {
    const nowhere = shape.map(() => 0);
    copyBox(
      shape,
      { cells: fillCells, offset: 0, strides: nowhere },
      { cells: to, offset: 0, strides },
      width,
    );
  }
  const offset = before.reduce((sum, start, axis) => sum + start * (strides[axis] ?? 0), 0);
  copyBox(
    value.shape,
    { cells, offset: 0, strides: stridesOf(value.shape) },
    { cells: to, offset, strides },
    width,
  );
  return [move.result(shape)];
};

/** Pads one axis after the other with what lies at the other side of the edge. */
const mirrorPad: Kernel = (operands, node, context) => {
  let value = tensorAt(operands, 0, node);
  const reflects = stringAttr(node, 'mode') === 'REFLECT';
  const { before, after } = paddingsOf(value, numbersAt(operands, 1, node));
  const inner = reflects ? 1 : 0;
  for (const [axis, size] of value.shape.entries()) {
    const [start, end] = [before[axis] ?? 0, after[axis] ?? 0];
    if (Math.max(start, end) > size - inner) {
      throw refusal(
        `paddings must be ${reflects ? 'less than' : 'no greater than'} the dimension size: ${start}, ${end} ` +
          `${reflects ? 'not less than' : 'greater than'} ${size}`,
      );
    }
    const shape = value.shape.with(axis, size + start + end);
    context.claim(sizeOf(shape));
    value = mirroredAlong(value, shape, axis, start, inner);
  }
  return [value];
};

function mirroredAlong(
  value: Value,
  shape: readonly number[],
  axis: number,
  start: number,
  inner: number,
): Value {
  const size = value.shape[axis] ?? 0;
  const strides = stridesOf(value.shape);
  const step = strides[axis] ?? 0;
  const wide = stridesOf(shape);
  const move = moveFrom([value], productOf(shape));
  const [cells = move.to] = move.from;
  const copy = (count: number, from: number, stride: number, to: number): void => {
    copyBox(
      value.shape.with(axis, count),
      { cells, offset: from * step, strides: strides.with(axis, stride) },
      { cells: move.to, offset: to * (wide[axis] ?? 0), strides: wide },
      move.width,
    );
  };
  const end = (shape[axis] ?? 0) - size - start;
  copy(start, start - 1 + inner, -step, 0);
  copy(size, 0, step, start);
  copy(end, size - 1 - inner, -step, start + size);
  return move.result(shape);
}

const reverse: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const second = tensorAt(operands, 1, node);
  const axes =
    second.dtype === 'bool'
      ? value.shape.map((_, axis) => axis).filter((axis) => second.data[axis] === 1)
      : numbersAt(operands, 1, node).map((axis) => axisOf(axis, value.shape.length));
  const strides = stridesOf(value.shape);
  let offset = 0;
  for (const axis of new Set(axes)) {
    const stride = strides[axis] ?? 0;
    offset += Math.max(0, (value.shape[axis] ?? 0) - 1) * stride;
    strides[axis] = -stride;
  }
  return [readStrided(value, value.shape, offset, strides)];
};

/** Places along an axis moved round. */
const roll: Kernel = (operands, node) => {
  let value = tensorAt(operands, 0, node);
  const shifts = numbersAt(operands, 1, node);
  for (const [i, given] of numbersAt(operands, 2, node).entries()) {
    const axis = axisOf(given, value.shape.length);
    const length = value.shape[axis] ?? 0;
    if (length === 0) {
      continue;
    }
    const shift = (((shifts[i] ?? 0) % length) + length) % length;
    const strides = stridesOf(value.shape);
    const move = moveFrom([value], productOf(value.shape));
    const [cells = move.to] = move.from;
    const step = strides[axis] ?? 0;
    const source = { cells, strides };
    const target = { cells: move.to, strides };
    copyBox(
      value.shape.with(axis, length - shift),
      { ...source, offset: 0 },
      { ...target, offset: shift * step },
      move.width,
    );
    copyBox(
      value.shape.with(axis, shift),
      { ...source, offset: (length - shift) * step },
      { ...target, offset: 0 },
      move.width,
    );
    value = move.result(value.shape);
  }
  return [value];
};

/** Pad, MirrorPad, Reverse, Roll. */
export const paddingKernels: Kernels = new Map<string, Kernel>([
  ['Pad', pad],
  ['PadV2', pad],
  ['MirrorPad', mirrorPad],
  ['Reverse', reverse],
  ['ReverseV2', reverse],
  ['Roll', roll],
]);
