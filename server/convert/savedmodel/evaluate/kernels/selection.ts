// Kernels that choose elements by truth values, and those that make sequences: Select, Where, OneHot, Range.
import { isBig, isReal, newRealArray, sizeOf } from '../../../value.ts';
import { intAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import { newBigArray } from '../elementwise.ts';
import { broadcastValue, copyBox, moveFrom, reshaped } from '../moves.ts';
import { axisOf, numberAt, numbersAt, realAt, refusal, tensorAt } from '../operands.ts';
import { roundingOf, settle } from '../rounding.ts';
import { broadcastShape, productOf, sameShape, shapeText, stridesOf } from '../shapes.ts';
import type { RealValue, Value } from '../../../value.ts';
import type { Kernel, KernelContext, Kernels } from '../contract.ts';

/** Elements of `a` where the condition holds, of `b` elsewhere. */
function selected(
  condition: RealValue,
  a: Value,
  b: Value,
  shape: readonly number[],
  context: KernelContext,
): Value {
  const count = productOf(shape);
  context.claim(count);
  const move = moveFrom([broadcastValue(a, shape), broadcastValue(b, shape)], count);
  const { data } = broadcastValue(condition, shape);
  const { to, width } = move;
  const [yes = to, no = to] = move.from;
  for (let i = 0; i < count; i++) {
    const source = data[i] === 0 ? no : yes;
    for (let j = i * width; j < (i + 1) * width; j++) {
      to[j] = source[j] ?? 0;
    }
  }
  return move.result(shape);
}

/** The condition has the operands' shape, is a scalar, or says for each row. */
const select: Kernel = (operands, node, context) => {
  const condition = realAt(operands, 0, node);
  const [a, b] = [tensorAt(operands, 1, node), tensorAt(operands, 2, node)];
  if (!sameShape(a.shape, b.shape)) {
    throw refusal(
      `'then' and 'else' must have the same size.  but received: ${shapeText(a.shape)} vs. ${shapeText(b.shape)}`,
    );
  }
  const byRow = condition.shape.length === 1 && a.shape.length > 1;
  const spread = byRow
    ? reshaped(condition, [...condition.shape, ...a.shape.slice(1).map(() => 1)])
    : condition;
  return [selected(spread, a, b, broadcastShape(spread.shape, a.shape), context)];
};

const selectV2: Kernel = (operands, node, context) => {
  const condition = realAt(operands, 0, node);
  const [a, b] = [tensorAt(operands, 1, node), tensorAt(operands, 2, node)];
  const shape = broadcastShape(condition.shape, broadcastShape(a.shape, b.shape));
  return [selected(condition, a, b, shape, context)];
};

/** The indices of elements that are not zero, row-major. */
const where: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const rank = value.shape.length;
  if (rank === 0) {
    throw refusal('WhereOp : Unhandled input dimensions: 0');
  }
  if (!isReal(value) && !isBig(value)) {
    throw new Unsupported(`Where of ${value.dtype}`);
  }
  const places: number[] = [];
  for (let i = 0; i < value.data.length; i++) {
    const element = value.data[i];
    if (element !== 0 && element !== 0n) {
      places.push(i);
    }
  }
  const strides = stridesOf(value.shape);
  const data = new BigInt64Array(places.length * rank);
  for (const [row, place] of places.entries()) {
    let rest = place;
    for (const [axis, stride] of strides.entries()) {
      data[row * rank + axis] = BigInt(Math.floor(rest / stride));
      rest %= stride;
    }
  }
  return [{ dtype: 'int64', shape: [places.length, rank], data }];
};

const oneHot: Kernel = (operands, node, context) => {
  const indices = tensorAt(operands, 0, node);
  const depth = numberAt(operands, 1, node);
  if (depth < 0) {
    throw refusal(`depth must be non-negative, got: ${depth}`);
  }
  const [on, off] = [tensorAt(operands, 2, node), tensorAt(operands, 3, node)];
  const given = intAttr(node, 'axis', -1);
  const axis = given === -1 ? indices.shape.length : axisOf(given, indices.shape.length + 1);
  const shape = indices.shape.toSpliced(axis, 0, depth);
  const count = sizeOf(shape);
  context.claim(count);
  const move = moveFrom([on, off], count);
  const { to, width } = move;
  const [onCells = to, offCells = to] = move.from;
  const strides = stridesOf(shape);
  copyBox(
    shape,
    { cells: offCells, offset: 0, strides: shape.map(() => 0) },
    { cells: to, offset: 0, strides },
    width,
  );
  const inner = productOf(indices.shape.slice(axis));
  for (const [i, index] of numbersAt(operands, 0, node).entries()) {
    if (index >= 0 && index < depth) {
      const place = (Math.floor(i / inner) * depth + index) * inner + (i % inner);
      to.set(onCells.subarray(0, width), place * width);
    }
  }
  return [move.result(shape)];
};

const range: Kernel = (operands, node, context) => {
  const [start, limit, delta] = [0, 1, 2].map((index) => tensorAt(operands, index, node));
  if (start === undefined || limit === undefined || delta === undefined) {
    throw refusal('Range needs three operands.');
  }
  const [from, to, step] = [0, 1, 2].map((index) => numberAt(operands, index, node)) as [
    number,
    number,
    number,
  ];
  if (step === 0) {
    throw refusal('Requires delta != 0: 0');
  }
  if (step > 0 ? from > to : from < to) {
    throw refusal(
      `Requires start ${step > 0 ? '<=' : '>='} limit when delta ${step > 0 ? '>' : '<'} 0: ${from}/${to}`,
    );
  }
  if (isBig(start) && isBig(limit) && isBig(delta)) {
    return [bigRange(start.data[0] ?? 0n, limit.data[0] ?? 0n, delta.data[0] ?? 1n, start.dtype, context)];
  }
  if (!isReal(start)) {
    throw new Unsupported(`Range of ${start.dtype}`);
  }
  const { dtype } = start;
  const count = Math.ceil(Math.abs((to - from) / step));
  context.claim(count);
  const round = roundingOf(dtype);
  const data = newRealArray(dtype, sizeOf([count]));
  let next = from;
  for (let i = 0; i < count; i++) {
    data[i] = next;
    next = round(next + step);
  }
  return [{ dtype, shape: [count], data: settle(dtype, data) }];
};

function bigRange(
  start: bigint,
  limit: bigint,
  delta: bigint,
  dtype: 'int64' | 'uint64',
  context: KernelContext,
): Value {
  const span = limit > start ? limit - start : start - limit;
  const step = delta < 0n ? -delta : delta;
  const count = Number((span + step - 1n) / step);
  context.claim(count);
  const data = newBigArray(dtype, sizeOf([count]));
  for (let i = 0, next = start; i < count; i++, next += delta) {
    data[i] = next;
  }
  return { dtype, shape: [count], data };
}

const linSpace: Kernel = (operands, node, context) => {
  const start = realAt(operands, 0, node);
  const [from, to, count] = [0, 1, 2].map((index) => numberAt(operands, index, node)) as [
    number,
    number,
    number,
  ];
  if (count <= 0) {
    throw refusal(`Requires num > 0: ${count}`);
  }
  context.claim(count);
  const data = newRealArray(start.dtype, sizeOf([count]));
  const round = roundingOf(start.dtype);
  const step = round(round(to - from) / (count - 1));
  for (let i = 0; i < count; i++) {
    data[i] = i === 0 ? from : i === count - 1 ? to : from + round(step * i);
  }
  return [{ dtype: start.dtype, shape: [count], data: settle(start.dtype, data) }];
};

/** Select, Where, OneHot, Range, LinSpace. */
export const selectionKernels: Kernels = new Map<string, Kernel>([
  ['Select', select],
  ['SelectV2', selectV2],
  ['Where', where],
  ['OneHot', oneHot],
  ['Range', range],
  ['LinSpace', linSpace],
]);
