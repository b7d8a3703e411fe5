// Kernels that multiply and add up sparse tensors.
import { boolAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import { isReal, newRealArray, sizeOf } from '../../../value.ts';
import { axisOf, numbersAt, realAt, refusal, tensorAt } from '../operands.ts';
import { settle } from '../rounding.ts';
import { shapeText, stridesOf } from '../shapes.ts';
import type { Kernel, Kernels } from '../contract.ts';

const sparseTensorDenseMatMul: Kernel = (operands, node, context) => {
  const flat = numbersAt(operands, 0, node);
  const values = realAt(operands, 1, node);
  const shape = numbersAt(operands, 2, node);
  const dense = realAt(operands, 3, node);
  if (shape.length !== 2 || dense.shape.length !== 2) {
    throw refusal("Tensor 'a_shape' and 'b' must be of rank 2");
  }
  const isTurned = boolAttr(node, 'adjoint_a', false);
  const isDenseTurned = boolAttr(node, 'adjoint_b', false);
  const [rows = 0, inner = 0] = isTurned ? shape.toReversed() : shape;
  const [denseRows = 0, denseColumns = 0] = dense.shape;
  const [depth, width] = isDenseTurned ? [denseColumns, denseRows] : [denseRows, denseColumns];
  if (inner !== depth) {
    throw refusal(
      `Cannot multiply A and B because inner dimension does not match: ${inner} vs. ${depth}.  Did you forget a transpose?  Dimensions of A: [${rows}, ${inner}).  Dimensions of B: ${shapeText(dense.shape)}`,
    );
  }
  context.claim(rows * width);
  const sums = newRealArray(values.dtype, rows * width);
  values.data.forEach((value, i) => {
    const row = flat[i * 2 + (isTurned ? 1 : 0)] ?? 0;
    const k = flat[i * 2 + (isTurned ? 0 : 1)] ?? 0;
    if (k < 0 || k >= inner) {
      throw refusal(`k (${k}) from index[${i},${isTurned ? 0 : 1}] out of bounds (>=${inner})`);
    }
    if (row < 0 || row >= rows) {
      throw refusal(`m (${row}) from index[${i},${isTurned ? 1 : 0}] out of bounds (>=${rows})`);
    }
    for (let column = 0; column < width; column++) {
      const at = isDenseTurned ? column * depth + k : k * width + column;
      sums[row * width + column] = (sums[row * width + column] ?? 0) + value * (dense.data[at] ?? 0);
    }
  });
  return [{ dtype: values.dtype, shape: [rows, width], data: settle(values.dtype, sums) }];
};

const sparseReduceSum: Kernel = (operands, node, context) => {
  const flat = numbersAt(operands, 0, node);
  const values = tensorAt(operands, 1, node);
  const shape = numbersAt(operands, 2, node);
  const axes = numbersAt(operands, 3, node).map((axis) => axisOf(axis, shape.length));
  if (!isReal(values)) {
    throw new Unsupported(`${node.op} of ${values.dtype}`);
  }
  const wide = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const count = sizeOf(wide);
  context.claim(count);
  const strides = stridesOf(wide);
  const sums = newRealArray(values.dtype, count);
  values.data.forEach((value, i) => {
    const at = shape.reduce(
      (sum, _, axis) =>
        sum + (axes.includes(axis) ? 0 : (flat[i * shape.length + axis] ?? 0) * (strides[axis] ?? 0)),
      0,
    );
    sums[at] = (sums[at] ?? 0) + value;
  });
  const outShape = boolAttr(node, 'keep_dims', false)
    ? wide
    : shape.filter((_, axis) => !axes.includes(axis));
  return [{ dtype: values.dtype, shape: outShape, data: settle(values.dtype, sums) }];
};

export const sparseSumKernels: Kernels = new Map<string, Kernel>([
  ['SparseTensorDenseMatMul', sparseTensorDenseMatMul],
  ['SparseReduceSum', sparseReduceSum],
]);
