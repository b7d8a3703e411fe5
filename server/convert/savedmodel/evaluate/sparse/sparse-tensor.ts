// What the kernels of sparse tensors share: rows of indices, shapes.
import { refusal } from '../operands.ts';
import { productOf, shapeText } from '../shapes.ts';
import type { BigValue } from '../../../value.ts';

export function int64Vector(numbers: readonly number[]): BigValue {
  return { dtype: 'int64', shape: [numbers.length], data: BigInt64Array.from(numbers, BigInt) };
}

/** Rows of indices. */
export function int64Matrix(numbers: readonly number[], columns: number): BigValue {
  const rows = columns === 0 ? 0 : numbers.length / columns;
  return { dtype: 'int64', shape: [rows, columns], data: BigInt64Array.from(numbers, BigInt) };
}

/** `indices[1] = [2,0]`, as TensorFlow names a row. */
export function rowText(name: string, row: number, index: readonly number[]): string {
  return `${name}[${row}] = ${shapeText(index)}`;
}

/** The rows of a matrix of indices, each with its number. */
export function sparseRow(
  flat: readonly number[],
  rank: number,
): { readonly entry: number; readonly index: readonly number[] }[] {
  return Array.from({ length: flat.length / Math.max(rank, 1) }, (_, entry) => ({
    entry,
    index: flat.slice(entry * rank, (entry + 1) * rank),
  }));
}

/** The shape asked for, a size of -1 filled in. Throws INFERENCE_FAILED with TensorFlow's words. */
export function inferredShape(from: readonly number[], asked: readonly number[]): number[] {
  const count = productOf(from);
  const open = asked.indexOf(-1);
  const second = asked.indexOf(-1, open + 1);
  if (open !== -1 && second !== -1) {
    throw refusal(`only one output dimension may be -1, not both ${open} and ${second}`);
  }
  const known = productOf(asked.filter((size) => size !== -1));
  if (open !== -1 && known === 0) {
    throw refusal(
      'reshape cannot infer the missing input size for an empty tensor unless all specified input sizes are non-zero',
    );
  }
  if (open !== -1 && count % known !== 0) {
    throw refusal(
      `Input to reshape is a SparseTensor with ${count} dense values, but the requested shape requires a multiple of ${known}. input_shape=${shapeText(from)} output_shape=${shapeText(asked)}`,
    );
  }
  const shape = asked.map((size) => (size === -1 ? count / known : size));
  if (productOf(shape) !== count) {
    throw refusal(
      `Input to reshape is a tensor with ${count} dense values, but the requested shape has ${productOf(shape)}. input_shape=${shapeText(from)} output_shape=${shapeText(shape)}`,
    );
  }
  return shape;
}
