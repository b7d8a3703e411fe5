// Row splits of ragged tensors: row i has the elements from splits[i] up to splits[i + 1].
import { refusal } from '../operands.ts';
import type { Value } from '../../../value.ts';

/** Throws INFERENCE_FAILED, with TensorFlow's words, for splits that do not fit so many values. */
export function checkSplits(splits: readonly number[], valueCount: number): void {
  if (splits.length === 0) {
    throw refusal('Invalid empty ragged splits.');
  }
  if (splits[0] !== 0) {
    throw refusal('First value of ragged splits must be 0.');
  }
  splits.forEach((split, i) => {
    const before = splits[i - 1] ?? 0;
    if (split < before) {
      throw refusal(`Ragged splits should be non decreasing, but we got ${before} followed by ${split}`);
    }
  });
  if (splits.at(-1) !== valueCount) {
    throw refusal('Final value of ragged splits must match the length the corresponding ragged values.');
  }
}

/** The row of each value. */
export function splitsToRows(splits: readonly number[]): number[] {
  const rows: number[] = [];
  for (let row = 0; row + 1 < splits.length; row++) {
    for (let at = splits[row] ?? 0; at < (splits[row + 1] ?? 0); at++) {
      rows.push(row);
    }
  }
  return rows;
}

/** The splits from the row of each value. Throws INFERENCE_FAILED where rows are not in order, or beyond the last. */
export function rowsToSplits(rows: readonly number[], rowCount: number): number[] {
  const counts = new Array<number>(rowCount).fill(0);
  rows.forEach((row, i) => {
    const count = counts[row];
    if (count === undefined || row < (rows[i - 1] ?? 0)) {
      throw refusal(`The row ids of a ragged tensor are not in order, or beyond ${rowCount} rows.`);
    }
    counts[row] = count + 1;
  });
  let sum = 0;
  return [0, ...counts.map((count) => (sum += count))];
}

/** Splits as a tensor. */
export function splitsValue(type: 'int32' | 'int64', splits: readonly number[]): Value {
  return type === 'int32'
    ? { dtype: type, shape: [splits.length], data: Int32Array.from(splits) }
    : { dtype: type, shape: [splits.length], data: BigInt64Array.from(splits, BigInt) };
}
