// Kernels of small matrices: products, diagonals, bands, and the softmax of rows.
import { isFloatType, isReal, newRealArray, sizeOf } from '../../../value.ts';
import { boolAttr, stringAttr, typeAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import { castValue } from '../casts.ts';
import { applyBinary } from '../elementwise.ts';
import { broadcastValue, moveFrom, readStrided, reshaped } from '../moves.ts';
import { numberAt, realAt, refusal, tensorAt } from '../operands.ts';
import { settle } from '../rounding.ts';
import { broadcastShape, productOf, shapeText, stridesOf } from '../shapes.ts';
import type { RealValue } from '../../../value.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Kernel, KernelContext, Kernels } from '../contract.ts';

/** The last two axes exchanged. */
function transposed(value: RealValue): RealValue {
  const strides = stridesOf(value.shape);
  const swap = (list: readonly number[]): number[] => [
    ...list.slice(0, -2),
    list.at(-1) ?? 1,
    list.at(-2) ?? 1,
  ];
  return readStrided(value, swap(value.shape), 0, swap(strides)) as RealValue;
}

/** Products of matrices, [..., m, k] by [..., k, n], with the axes before broadcast. */
function multiplied(a: RealValue, b: RealValue, context: KernelContext): RealValue {
  const [m, k] = [a.shape.at(-2) ?? 1, a.shape.at(-1) ?? 1];
  const [inner, n] = [b.shape.at(-2) ?? 1, b.shape.at(-1) ?? 1];
  if (k !== inner) {
    throw refusal(`Matrix size-incompatible: In[0]: ${shapeText(a.shape)}, In[1]: ${shapeText(b.shape)}`);
  }
  if (a.dtype !== b.dtype || a.dtype === 'bool') {
    throw new Unsupported(`a product of matrices of ${a.dtype} and ${b.dtype}`);
  }
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, m, n];
  context.claim(sizeOf(shape));
  const left = broadcastValue(a, [...batch, m, k]).data;
  const right = broadcastValue(b, [...batch, k, n]).data;
  const data = newRealArray(a.dtype, productOf(shape));
  const multiply = isFloatType(a.dtype) ? undefined : Math.imul;
  const row = new Float64Array(n);
  for (let r = 0; r < productOf(batch) * m; r++) {
    const start = Math.floor(r / m) * k * n;
    row.fill(0);
    for (let i = 0; i < k; i++) {
      const x = left[r * k + i] ?? 0;
      for (let j = 0; j < n; j++) {
        const y = right[start + i * n + j] ?? 0;
        row[j] = multiply === undefined ? (row[j] ?? 0) + x * y : ((row[j] ?? 0) + multiply(x, y)) | 0;
      }
    }
    data.set(row, r * n);
  }
  return { dtype: a.dtype, shape, data: settle(a.dtype, data) };
}

/** BatchMatMulV3 says in which type products are summed up. */
function asProductType(value: RealValue, node: GraphNode): RealValue {
  const dtype = node.attributes.has('Tout') ? elementTypeOf(typeAttr(node, 'Tout')) : value.dtype;
  const result = castValue(value, dtype);
  if (!isReal(result)) {
    throw new Unsupported(`a product of matrices of ${dtype}`);
  }
  return result;
}

/** @param first and `second`: the attributes that say whether an operand is transposed */
function product(first: string, second: string): Kernel {
  return (operands, node, context) => {
    const [a, b] = [0, 1].map((index) => asProductType(realAt(operands, index, node), node)) as [
      RealValue,
      RealValue,
    ];
    if (a.shape.length < 2 || b.shape.length < 2) {
      throw refusal(`In[0] and In[1] must be matrices: ${shapeText(a.shape)}, ${shapeText(b.shape)}`);
    }
    return [
      multiplied(
        boolAttr(node, first, false) ? transposed(a) : a,
        boolAttr(node, second, false) ? transposed(b) : b,
        context,
      ),
    ];
  };
}

/** One operand's labels and the sizes that they have. */
function labelled(labels: string, value: RealValue, sizes: Map<string, number>): void {
  if (labels.length !== value.shape.length || new Set(labels).size !== labels.length) {
    throw new Unsupported(`an equation with ${labels} for rank ${value.shape.length}`);
  }
  for (const [axis, label] of Array.from(labels).entries()) {
    const size = value.shape[axis] ?? 0;
    if ((sizes.get(label) ?? size) !== size) {
      throw refusal(`Expected dimension ${sizes.get(label) ?? 0} at axis ${axis} of the input, got ${size}`);
    }
    sizes.set(label, size);
  }
}

/** The axes brought into the order of `wanted`, which names some or all of them and others of size 1. */
function arranged(
  value: RealValue,
  labels: string,
  wanted: readonly string[],
  sizes: readonly number[],
): RealValue {
  const strides = stridesOf(value.shape);
  return readStrided(
    value,
    sizes,
    0,
    wanted.map((label) => (labels.includes(label) ? (strides[labels.indexOf(label)] ?? 0) : 0)),
  ) as RealValue;
}

/** Equations of one or two operands without ellipsis and without a label twice in one operand. */
const einsum: Kernel = (operands, node, context) => {
  const [inputs = '', output] = stringAttr(node, 'equation').replaceAll(' ', '').split('->');
  const labels = inputs.split(',');
  if (
    output === undefined ||
    inputs.includes('.') ||
    labels.length !== operands.length ||
    labels.length > 2
  ) {
    throw new Unsupported('this equation');
  }
  const values = labels.map((_, i) => realAt(operands, i, node));
  const sizes = new Map<string, number>();
  for (const [i, value] of values.entries()) {
    labelled(labels[i] ?? '', value, sizes);
  }
  const [first, second] = values;
  const [a = '', b = ''] = labels;
  if (first === undefined) {
    throw new Unsupported('this equation');
  }
  const right: RealValue = second ?? {
    dtype: first.dtype,
    shape: [],
    data: newRealArray(first.dtype, 1).fill(1),
  };
  const all = [...sizes.keys()];
  const batch = all.filter((label) => output.includes(label) && a.includes(label) && b.includes(label));
  const rows = all.filter((label) => output.includes(label) && a.includes(label) && !b.includes(label));
  const columns = all.filter((label) => output.includes(label) && !a.includes(label));
  const summed = all.filter((label) => !output.includes(label));
  const sizeOfAll = (list: readonly string[]): number[] => list.map((label) => sizes.get(label) ?? 1);
  const count = (list: readonly string[]): number => productOf(sizeOfAll(list));
  for (const list of [
    [...batch, ...rows, ...summed],
    [...batch, ...summed, ...columns],
  ]) {
    context.claim(count(list));
  }
  const leftMatrix = arranged(
    first,
    a,
    [...batch, ...rows, ...summed],
    sizeOfAll([...batch, ...rows, ...summed]),
  );
  const rightMatrix = arranged(
    right,
    b,
    [...batch, ...summed, ...columns],
    sizeOfAll([...batch, ...summed, ...columns]),
  );
  const result = multiplied(
    reshaped(leftMatrix, [count(batch), count(rows), count(summed)]),
    reshaped(rightMatrix, [count(batch), count(summed), count(columns)]),
    context,
  );
  const order = [...batch, ...rows, ...columns];
  const laidOut = reshaped(result, sizeOfAll(order));
  const wanted = Array.from(output);
  return [arranged(laidOut, order.join(''), wanted, sizeOfAll(wanted))];
};

/** Everything outside a band of diagonals becomes zero; a negative number of diagonals keeps all on its side. */
const bandPart: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  if (value.shape.length < 2) {
    throw refusal(`input must be at least 2-dim, received shape: [${value.shape.join(',')}]`);
  }
  const [lower, upper] = [numberAt(operands, 1, node), numberAt(operands, 2, node)];
  const [rows, columns] = [value.shape.at(-2) ?? 0, value.shape.at(-1) ?? 0];
  for (const [name, given, size, what] of [
    ['num_lower', lower, rows, 'rows'],
    ['num_upper', upper, columns, 'columns'],
  ] as const) {
    if (given > size) {
      throw refusal(`${name} must be negative or less or equal to number of ${what} (${size}) got: ${given}`);
    }
  }
  const move = moveFrom([value], productOf(value.shape));
  const { to, width } = move;
  const [from = to] = move.from;
  for (let r = 0; r < productOf(value.shape.slice(0, -1)); r++) {
    const row = r % rows;
    const start = lower < 0 ? 0 : Math.min(columns, Math.max(0, row - lower));
    const end = upper < 0 ? columns : Math.max(start, Math.min(columns, row + upper + 1));
    const first = (r * columns + start) * width;
    to.set(from.subarray(first, (r * columns + end) * width), first);
  }
  return [move.result(value.shape)];
};

/** A matrix with a vector (of the last axis) on its diagonal, zeros elsewhere. */
const matrixDiag: Kernel = (operands, node, context) => {
  const value = tensorAt(operands, 0, node);
  const size = value.shape.at(-1);
  if (size === undefined) {
    throw refusal('input must be at least 1-dim, received shape: []');
  }
  const shape = [...value.shape, size];
  context.claim(sizeOf(shape));
  const move = moveFrom([value], productOf(shape));
  const { to, width } = move;
  const [from = to] = move.from;
  for (let i = 0; i < productOf(value.shape); i++) {
    to.set(from.subarray(i * width, (i + 1) * width), (i * size + (i % size)) * width);
  }
  return [move.result(shape)];
};

/** The diagonal of the last two axes. */
const matrixDiagPart: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  if (value.shape.length < 2) {
    throw refusal(`input must be at least 2-dim, received shape: ${shapeText(value.shape)}`);
  }
  const strides = stridesOf(value.shape);
  const size = Math.min(value.shape.at(-2) ?? 0, value.shape.at(-1) ?? 0);
  const shape = [...value.shape.slice(0, -2), size];
  return [readStrided(value, shape, 0, [...strides.slice(0, -2), (strides.at(-2) ?? 0) + 1])];
};

/** The softmax of the last axis, or its logarithm. */
function softmax(logarithm: boolean): Kernel {
  return (operands, node) => {
    const value = realAt(operands, 0, node);
    const size = value.shape.at(-1);
    if (size === undefined || !isFloatType(value.dtype)) {
      throw refusal('logits must have >= 1 dimension, got []');
    }
    const data = newRealArray(value.dtype, value.data.length);
    for (let start = 0; size > 0 && start < data.length; start += size) {
      const row = value.data.subarray(start, start + size);
      let largest = -Infinity;
      for (const x of row) {
        largest = Math.max(largest, x);
      }
      let total = 0;
      for (const x of row) {
        total += Math.exp(x - largest);
      }
      for (const [i, x] of row.entries()) {
        data[start + i] = logarithm ? x - largest - Math.log(total) : Math.exp(x - largest) / total;
      }
    }
    return [{ dtype: value.dtype, shape: value.shape, data: settle(value.dtype, data) }];
  };
}

/** Adds a vector along the channels: the last axis, or the second of NCHW. */
const biasAdd: Kernel = (operands, node, context) => {
  const [value, bias] = [tensorAt(operands, 0, node), tensorAt(operands, 1, node)];
  const rank = value.shape.length;
  const axis = stringAttr(node, 'data_format', 'NHWC') === 'NCHW' ? 1 : rank - 1;
  const size = bias.shape[0] ?? 0;
  if (bias.shape.length !== 1 || size !== value.shape[axis]) {
    throw refusal(
      `Must provide as many biases as the last dimension of the input tensor: ${shapeText(bias.shape)} vs. ${shapeText(value.shape)}`,
    );
  }
  const wide = reshaped(
    bias,
    value.shape.map((_, at) => (at === axis ? size : 1)),
  );
  return [
    applyBinary(
      { float: (a, b) => a + b, integer: (a, b) => a + b, big: (a, b) => a + b },
      value,
      wide,
      context,
    ),
  ];
};

/** MatMul, Einsum, MatrixBandPart, Softmax and their like. */
export const matrixKernels: Kernels = new Map<string, Kernel>([
  ['MatMul', product('transpose_a', 'transpose_b')],
  ['BatchMatMul', product('adj_x', 'adj_y')],
  ['BatchMatMulV2', product('adj_x', 'adj_y')],
  ['BatchMatMulV3', product('adj_x', 'adj_y')],
  ['Einsum', einsum],
  ['BatchMatrixBandPart', bandPart],
  ['MatrixBandPart', bandPart],
  ['MatrixDiag', matrixDiag],
  ['MatrixDiagPart', matrixDiagPart],
  ['Softmax', softmax(false)],
  ['LogSoftmax', softmax(true)],
  ['BiasAdd', biasAdd],
  ['BiasAddV1', biasAdd],
]);
