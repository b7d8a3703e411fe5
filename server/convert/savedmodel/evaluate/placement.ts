// Where tensors of indices point.
import { refusal } from './operands.ts';
import { productOf, shapeText, stridesOf } from './shapes.ts';
import type { Value } from '../../value.ts';

/** Where element `index` of a tensor lies: `1,0`. */
export function placeText(index: number, shape: readonly number[]): string {
  let rest = index;
  return stridesOf(shape)
    .map((stride) => {
      const place = Math.floor(rest / stride);
      rest %= stride;
      return place;
    })
    .join(',');
}

/** Rows that index vectors name, and how many elements each has. */
export interface Placement {
  readonly rows: Int32Array;
  readonly size: number;
  /** The shape of the indices without their last axis, and of one row. */
  readonly outer: readonly number[];
  readonly inner: readonly number[];
}

/**
 * Where index vectors point. Throws INFERENCE_FAILED for what lies outside.
 *
 * @param target how the error names the tensor: `shape`, `param shape`
 */
export function placementOf(
  indices: Value,
  numbers: readonly number[],
  shape: readonly number[],
  target: string,
  suffix = '',
): Placement {
  const depth = indices.shape.at(-1) ?? 0;
  const outer = indices.shape.slice(0, -1);
  if (depth > shape.length) {
    throw refusal(
      `index innermost dimension length must be <= params rank; saw: ${depth} vs. ${shape.length}`,
    );
  }
  const rows = new Int32Array(productOf(outer));
  for (let row = 0; row < rows.length; row++) {
    let place = 0;
    for (let axis = 0; axis < depth; axis++) {
      const index = numbers[row * depth + axis] ?? 0;
      const size = shape[axis] ?? 0;
      if (!(index >= 0 && index < size)) {
        const vector = numbers.slice(row * depth, (row + 1) * depth).join(', ');
        throw refusal(
          `indices[${placeText(row, outer)}] = [${vector}] does not index into ${target} ${shapeText(shape)}${suffix}`,
        );
      }
      place = place * size + index;
    }
    rows[row] = place;
  }
  const inner = shape.slice(depth);
  return { rows, size: productOf(inner), outer, inner };
}
