// Kernels that give a tensor another shape or repeat it, and those that tell shapes.
import { sizeOf, valueOf } from '../../../value.ts';
import { intListAttr, shapeAttr, typeAttr } from '../../graph/attributes.ts';
import { dataTypeOfValue, elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import { applyUnary } from '../elementwise.ts';
import { broadcastValue, readStrided, reshaped } from '../moves.ts';
import { axisOf, numberAt, numbersAt, refusal, tensorAt, tensorsFrom } from '../operands.ts';
import { broadcastShape, productOf, sameShape, shapeText, stridesOf } from '../shapes.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Kernel, Kernels } from '../contract.ts';

/** The type that Shape and its like give: `out_type`, int32 where nothing is said. */
export function integerTypeOf(node: GraphNode, attribute: string): 'int32' | 'int64' {
  const type = elementTypeOf(typeAttr(node, attribute, dataTypeOfValue('int32')));
  if (type !== 'int32' && type !== 'int64') {
    throw new Unsupported(`${attribute} ${type}`);
  }
  return type;
}

/** A shape with a -1 in it, for a tensor of another. Where the shape has zeros, those of the tensor do not count: [0,3] becomes [0,-1] as [0,3]. */
function completedShape(wanted: readonly number[], shape: readonly number[]): number[] {
  const open = wanted.indexOf(-1);
  const second = wanted.indexOf(-1, open + 1);
  if (open >= 0 && second >= 0) {
    throw refusal(`Only one input size may be -1, not both ${open} and ${second}`);
  }
  const negative = wanted.findIndex((size) => size < -1);
  if (negative >= 0) {
    throw refusal(`Size ${negative} must be non-negative, not ${wanted[negative] ?? ''}`);
  }
  const hasZero = wanted.includes(0);
  const known = productOf(wanted.filter((size) => size > 0));
  const among = productOf(hasZero ? shape.filter((size) => size > 0) : shape);
  const completed = wanted.map((size) => (size === -1 ? Math.floor(among / known) : size));
  if (open >= 0 && !hasZero && among % known !== 0) {
    throw refusal(
      `Input to reshape is a tensor with ${among} values, but the requested shape requires a multiple of ${known}`,
    );
  }
  const count = productOf(shape);
  if (productOf(completed) !== count) {
    throw refusal(
      `Input to reshape is a tensor with ${count} values, but the requested shape has ${productOf(completed)}`,
    );
  }
  return completed;
}

const reshape: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  return [reshaped(value, completedShape(numbersAt(operands, 1, node), value.shape))];
};

const expandDims: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const axis = axisOf(numberAt(operands, 1, node), value.shape.length + 1);
  return [reshaped(value, value.shape.toSpliced(axis, 0, 1))];
};

const squeeze: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const { shape } = value;
  const axes = intListAttr(node, 'squeeze_dims', intListAttr(node, 'axis', [])).map((axis) =>
    axisOf(axis, shape.length),
  );
  for (const axis of axes) {
    if (shape[axis] !== 1) {
      throw refusal(`Can not squeeze dim[${axis}], expected a dimension of 1, got ${shape[axis] ?? 0}`);
    }
  }
  const kept = shape.filter((size, axis) => (axes.length === 0 ? size !== 1 : !axes.includes(axis)));
  return [reshaped(value, kept)];
};

const transpose: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const order = numbersAt(operands, 1, node).map((axis) => (axis < 0 ? axis + value.shape.length : axis));
  if (order.length !== value.shape.length) {
    throw refusal(
      `transpose expects a vector of size ${value.shape.length}. But input(1) is a vector of size ${order.length}`,
    );
  }
  const missing = order.findIndex((_, axis) => !order.includes(axis));
  if (missing >= 0) {
    throw refusal(`${missing} is missing from {${order.join(',')}}.`);
  }
  const strides = stridesOf(value.shape);
  const shape = order.map((axis) => value.shape[axis] ?? 0);
  const turned = readStrided(
    value,
    shape,
    0,
    order.map((axis) => strides[axis] ?? 0),
  );
  const isConjugated = node.op === 'ConjugateTranspose' && turned.dtype.startsWith('complex');
  return [isConjugated ? applyUnary({ complex: ([a, b]) => [a, -b] }, turned) : turned];
};

const broadcastTo: Kernel = (operands, node, context) => {
  const value = tensorAt(operands, 0, node);
  const shape = numbersAt(operands, 1, node);
  context.claim(sizeOf(shape));
  if (shape.length < value.shape.length || !sameShape(broadcastShape(value.shape, shape), shape)) {
    throw refusal(`Incompatible shapes: ${shapeText(value.shape)} vs. ${shapeText(shape)}`);
  }
  return [broadcastValue(value, shape)];
};

const tile: Kernel = (operands, node, context) => {
  const value = tensorAt(operands, 0, node);
  const multiples = numbersAt(operands, 1, node);
  const { shape } = value;
  if (multiples.length !== shape.length) {
    throw refusal(
      `Expected multiples argument to be a vector of length ${shape.length} but got length ${multiples.length}`,
    );
  }
  const negative = multiples.findIndex((multiple) => multiple < 0);
  if (negative >= 0) {
    throw refusal(`Expected multiples[${negative}] >= 0, but got ${multiples[negative] ?? 0}`);
  }
  const tiled = shape.map((size, axis) => size * (multiples[axis] ?? 1));
  context.claim(sizeOf(tiled));
  const strides = stridesOf(shape);
  // Each axis is two: how often, and along the tensor.
  const sizes = shape.flatMap((size, axis) => [multiples[axis] ?? 1, size]);
  const steps = strides.flatMap((stride) => [0, stride]);
  return [reshaped(readStrided(value, sizes, 0, steps), tiled)];
};

const fill: Kernel = (operands, node, context) => {
  const shape = numbersAt(operands, 0, node);
  const value = tensorAt(operands, 1, node);
  const negative = shape.find((size) => size < 0);
  if (negative !== undefined) {
    throw refusal(`Dimension ${negative} must be >= 0`);
  }
  if (productOf(value.shape) !== 1) {
    throw refusal(`value must be a scalar but got shape ${shapeText(value.shape)}`);
  }
  context.claim(sizeOf(shape));
  return [
    readStrided(
      value,
      shape,
      0,
      shape.map(() => 0),
    ),
  ];
};

/** A tensor of one type and shape, all elements the same number. */
function filledWith(number: number): Kernel {
  return (operands, node) => {
    const { dtype, shape } = tensorAt(operands, 0, node);
    if (dtype === 'string' || dtype === 'complex64' || dtype === 'complex128') {
      throw new Unsupported(`${node.op} of ${dtype}`);
    }
    const one = valueOf(dtype, [], [number]);
    return [
      readStrided(
        one,
        shape,
        0,
        shape.map(() => 0),
      ),
    ];
  };
}

const shapeOf: Kernel = (operands, node) => {
  const { shape } = tensorAt(operands, 0, node);
  return [valueOf(integerTypeOf(node, 'out_type'), [shape.length], shape)];
};

const shapesOf: Kernel = (operands, node) =>
  tensorsFrom(operands, 0, node).map(({ shape }) =>
    valueOf(integerTypeOf(node, 'out_type'), [shape.length], shape),
  );

const size: Kernel = (operands, node) => [
  valueOf(integerTypeOf(node, 'out_type'), [], [productOf(tensorAt(operands, 0, node).shape)]),
];

const rank: Kernel = (operands, node) => [valueOf('int32', [], [tensorAt(operands, 0, node).shape.length])];

const ensureShape: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  const wanted = shapeAttr(node, 'shape');
  const fits =
    wanted === undefined ||
    (wanted.length === value.shape.length &&
      wanted.every((one, axis) => one === -1 || one === value.shape[axis]));
  if (!fits) {
    const text = wanted.map((one) => (one === -1 ? '?' : String(one))).join(',');
    throw refusal(
      `Shape of tensor ${node.inputs[0] ?? ''} ${shapeText(value.shape)} is not compatible with expected shape [${text}].`,
    );
  }
  return [value];
};

/** Reshape, Transpose, Tile, Shape and their like. */
export const shapingKernels: Kernels = new Map<string, Kernel>([
  ['Reshape', reshape],
  ['ExpandDims', expandDims],
  ['Squeeze', squeeze],
  ['Transpose', transpose],
  ['ConjugateTranspose', transpose],
  ['BroadcastTo', broadcastTo],
  ['Tile', tile],
  ['Fill', fill],
  ['ZerosLike', filledWith(0)],
  ['OnesLike', filledWith(1)],
  ['Shape', shapeOf],
  ['ShapeN', shapesOf],
  ['Size', size],
  ['Rank', rank],
  ['EnsureShape', ensureShape],
]);
