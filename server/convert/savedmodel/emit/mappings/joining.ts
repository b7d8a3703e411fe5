// Tensors put together, and taken apart.
import { intAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import {
  axisWithin,
  knownNumber,
  normalAxis,
  type Partial1,
  partialOf,
  shapeName,
  tensorAt,
  tensors,
  withSize,
} from './facts.ts';

const nchwAxis = [0, 2, 3, 1];
/** More parts than this are a hostile number. */
const mostParts = 65536;

function joined(scope: EmitScope, parts: readonly TensorTerm[], axis: number): TensorTerm {
  const [first] = parts;
  if (first === undefined) {
    throw new Unsupported('nothing to join');
  }
  if (parts.length === 1) {
    return first;
  }
  const shapes = parts.map(({ shape }) => shape);
  const known = shapes.find((shape) => shape !== undefined);
  const at = axisWithin(axis, known);
  const shape = known?.map((_, index) => {
    const sizes = shapes.map((each) => each?.[index] ?? -1);
    if (index === at) {
      return sizes.every((size) => size >= 0) ? sizes.reduce((sum, size) => sum + size, 0) : -1;
    }
    return Math.max(...sizes);
  });
  if (shape?.length === 4 && at !== undefined && parts.some((part) => scope.isNchw(part))) {
    const names = parts.map((part) => scope.nchwName(part));
    return scope.nchwTensor(first.dtype, scope.node('Concat', names, { axis: nchwAxis[at] ?? at }), {
      shape,
    });
  }
  const partials = parts.map((part): Partial1 | undefined => partialOf(part) ?? unknownVector(part));
  const partial =
    shape?.length === 1 && partials.every((each) => each !== undefined) ? partials.flat() : undefined;
  const names = parts.map((part) => scope.name(part));
  return scope.tensor(first.dtype, scope.node('Concat', names, { axis }), { shape, partial });
}

/** A vector of which only the length is known. */
function unknownVector({ shape }: TensorTerm): Partial1 | undefined {
  const length = shape?.length === 1 ? (shape[0] ?? -1) : -1;
  return length >= 0 && length <= 64 ? new Array<null>(length).fill(null) : undefined;
}

const concatV2: Mapping = (_node, inputs, scope) => {
  const parts = tensors(scope, inputs);
  const axis = knownNumber(scope, tensorAt(scope, inputs, parts.length - 1), 'axis');
  return [joined(scope, parts.slice(0, -1), axis)];
};

const concat: Mapping = (_node, inputs, scope) => {
  const axis = knownNumber(scope, tensorAt(scope, inputs, 0), 'axis');
  return [joined(scope, tensors(scope, inputs.slice(1)), axis)];
};

/** Tensors of one shape along a new axis. */
const pack: Mapping = (node, inputs, scope) => {
  const parts = tensors(scope, inputs);
  const [first] = parts;
  if (first === undefined) {
    throw new Unsupported('nothing to pack');
  }
  const axis = intAttr(node, 'axis', 0);
  const known = parts.find(({ shape }) => shape !== undefined)?.shape;
  const shape = known === undefined ? undefined : [...known];
  shape?.splice(normalAxis(axis, shape.length + 1), 0, parts.length);
  const partial = shape?.length === 1 ? parts.map((part) => partialOf(part)?.[0] ?? null) : undefined;
  const axes = scope.ints([axis]);
  const names = parts.map((part) => scope.node('Unsqueeze', [scope.name(part), axes]));
  const [only = ''] = names;
  const name = names.length === 1 ? only : scope.node('Concat', names, { axis });
  return [scope.tensor(first.dtype, name, { shape, partial })];
};

const unpack: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const axis = intAttr(node, 'axis', 0);
  const count = partsOf(intAttr(node, 'num'));
  if (count === 0) {
    return [];
  }
  const at = axisWithin(axis, x.shape);
  const shape = x.shape?.filter((_, index) => index !== at);
  const partial = partialOf(x);
  const name = scope.name(x);
  const sizes = scope.ints(new Array<number>(count).fill(1));
  const parts = count === 1 ? [name] : scope.nodes('Split', [name, sizes], { axis }, count);
  const axes = scope.ints([axis]);
  return parts.map((part, index) =>
    scope.tensor(x.dtype, scope.node('Squeeze', [part, axes]), {
      shape,
      partial: partial !== undefined && shape?.length === 0 ? [partial[index] ?? null] : undefined,
    }),
  );
};

function partsOf(count: number): number {
  if (count < 0 || count > mostParts) {
    throw new Unsupported(`${count} parts`);
  }
  return count;
}

/** Cuts into parts of these sizes; undefined: equal ones. */
function cut(
  scope: EmitScope,
  x: TensorTerm,
  axis: number,
  count: number,
  sizes: string | undefined,
  known: readonly number[],
): readonly TensorTerm[] {
  if (count === 1) {
    return [x];
  }
  const facts = known.map((size) => ({ shape: withSize(x.shape, axis, size) }));
  const others = sizes === undefined ? [] : [sizes];
  const number = sizes === undefined ? { num_outputs: count } : {};
  if (scope.isNchw(x) && x.shape !== undefined) {
    const at = nchwAxis[normalAxis(axis, 4)] ?? axis;
    return scope
      .nodes('Split', [scope.nchwName(x), ...others], { axis: at, ...number }, count)
      .map((name, index) => scope.nchwTensor(x.dtype, name, facts[index]));
  }
  const partial = partialOf(x);
  let start = 0;
  return scope.nodes('Split', [scope.name(x), ...others], { axis, ...number }, count).map((name, index) => {
    const size = known[index] ?? -1;
    const own =
      partial !== undefined && size >= 0 && start >= 0 ? partial.slice(start, start + size) : undefined;
    start = size < 0 ? -1 : start + size;
    return scope.tensor(x.dtype, name, { ...facts[index], partial: own });
  });
}

/** ONNX Runtime cuts nothing into equal parts, and cuts a length that they do not divide, unless it is told the sizes. */
function equalSizes(scope: EmitScope, sizes: string, axis: number, count: number): string {
  const length = scope.node('Gather', [sizes, scope.ints([axis])]);
  const part = scope.node('Div', [length, scope.ints([count])]);
  return scope.node('Expand', [part, scope.ints([count])]);
}

const split: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 1);
  const axis = knownNumber(scope, tensorAt(scope, inputs, 0), 'axis');
  const count = partsOf(intAttr(node, 'num_split'));
  const at = axisWithin(axis, x.shape);
  const length = at === undefined ? -1 : (x.shape?.[at] ?? -1);
  if (length >= 0 && length % count !== 0) {
    throw new Unsupported(`${count} equal parts of ${length}`);
  }
  const size = length < 0 ? -1 : length / count;
  const sizes = length > 0 ? undefined : equalSizes(scope, shapeName(scope, x), axis, count);
  return cut(scope, x, axis, count, sizes, new Array<number>(count).fill(size));
};

const splitV: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const sizesTerm = tensorAt(scope, inputs, 1);
  const axis = knownNumber(scope, tensorAt(scope, inputs, 2), 'axis');
  const given = partialOf(sizesTerm);
  if (given === undefined || sizesTerm.constant === undefined) {
    const count = partsOf(sizesTerm.shape?.[0] ?? -1);
    return cut(scope, x, axis, count, scope.int64Name(sizesTerm), new Array<number>(count).fill(-1));
  }
  const sizes = given.map((size) => size ?? -1);
  const open = sizes.indexOf(-1);
  const rest = sizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
  const at = axisWithin(axis, x.shape);
  const length = at === undefined ? -1 : (x.shape?.[at] ?? -1);
  if (open >= 0 && length >= 0) {
    sizes[open] = length - rest;
  }
  return cut(scope, x, axis, partsOf(sizes.length), splitSizes(scope, x, axis, sizes, rest), sizes);
};

/** The sizes of the parts, of which one may be what the others leave. */
function splitSizes(
  scope: EmitScope,
  x: TensorTerm,
  axis: number,
  sizes: readonly number[],
  rest: number,
): string {
  const open = sizes.indexOf(-1);
  if (open < 0) {
    return scope.ints(sizes);
  }
  const length = scope.node('Gather', [scope.node('Shape', [scope.name(x)]), scope.ints([axis])]);
  const left = scope.node('Sub', [length, scope.ints([rest])]);
  const parts = [scope.ints(sizes.slice(0, open)), left, scope.ints(sizes.slice(open + 1))];
  return scope.node('Concat', parts, { axis: 0 });
}

/** Tensors put together and taken apart. */
export const joiningMappings: Mappings = new Map<string, Mapping>([
  ['ConcatV2', concatV2],
  ['Concat', concat],
  ['Pack', pack],
  ['Unpack', unpack],
  ['Split', split],
  ['SplitV', splitV],
]);
