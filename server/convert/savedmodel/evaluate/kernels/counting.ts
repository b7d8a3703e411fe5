// Kernels that count the values of each row of a ragged or a sparse tensor.
import { boolAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import { numberAt, numbersAt, refusal, tensorAt } from '../operands.ts';
import { checkSplits, splitsToRows } from '../ragged/splits.ts';
import { newRealArray, numbersOf, valueOf } from '../../../value.ts';
import type { Value } from '../../../value.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Kernel, Kernels, Operand } from '../contract.ts';

/** Counts per row: `rowOf` says the row of each value. */
function counted(
  operands: readonly Operand[],
  at: { readonly values: number; readonly size: number; readonly weights: number },
  rowOf: readonly number[],
  rowCount: number | undefined,
  node: GraphNode,
  claim: (elements: number) => void,
): Value {
  const values = numbersAt(operands, at.values, node);
  const size = numberAt(operands, at.size, node);
  const weights = tensorAt(operands, at.weights, node);
  if (size < 0) {
    throw refusal(`size (${size}) must be non-negative`);
  }
  const { dtype } = weights;
  if (dtype !== 'float32' && dtype !== 'float64' && dtype !== 'int32' && dtype !== 'int64') {
    throw new Unsupported(`${node.op} with weights of ${weights.dtype}`);
  }
  const isBinary = boolAttr(node, 'binary_output', false);
  const total = (rowCount ?? 1) * size;
  claim(total);
  const shape = rowCount === undefined ? [size] : [rowCount, size];
  const given = numbersOf(weights);
  const data = newRealArray(dtype === 'float32' || dtype === 'int32' ? dtype : 'float64', total);
  values.forEach((value, i) => {
    if (value < 0) {
      throw refusal('Input must be non-negative');
    }
    if (value < size) {
      const place = (rowOf[i] ?? 0) * size + value;
      data[place] = isBinary ? 1 : (data[place] ?? 0) + (given.length === 0 ? 1 : (given[i] ?? 0));
    }
  });
  return valueOf(dtype, shape, data);
}

const raggedBincount: Kernel = (operands, node, { claim }) => {
  const splits = numbersAt(operands, 0, node);
  checkSplits(splits, tensorAt(operands, 1, node).data.length);
  const at = { values: 1, size: 2, weights: 3 };
  return [counted(operands, at, splitsToRows(splits), splits.length - 1, node, claim)];
};

const sparseBincount: Kernel = (operands, node, { claim }) => {
  const shape = numbersAt(operands, 2, node);
  const flat = numbersAt(operands, 0, node);
  const at = { values: 1, size: 3, weights: 4 };
  if (shape.length === 1) {
    return [counted(operands, at, [], undefined, node, claim)];
  }
  const rows = flat.filter((_, i) => i % 2 === 0);
  const rowCount = shape[0] ?? 0;
  if (shape.length !== 2 || rows.some((row) => row < 0 || row >= rowCount)) {
    throw refusal('Index is out of the bounds of the sparse tensor');
  }
  return [counted(operands, at, rows, rowCount, node, claim)];
};

export const countingKernels: Kernels = new Map<string, Kernel>([
  ['RaggedBincount', raggedBincount],
  ['SparseBincount', sparseBincount],
]);
