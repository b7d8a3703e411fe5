// A tensor as rows of the elements that belong together: those that a reduction, a scan or a search goes over.
import { readStrided, reshaped } from './moves.ts';
import { axisOf, refusal } from './operands.ts';
import { productOf, stridesOf } from './shapes.ts';
import type { Value } from '../../value.ts';

/** A tensor whose last axes are those that are gone over. */
export interface Rows<V extends Value> {
  /** The elements, row by row. */
  readonly value: V;
  readonly count: number;
  /** Elements per row. */
  readonly size: number;
  /** The shape of the axes that stay. */
  readonly kept: readonly number[];
  /** The operand's shape with 1 for the axes that are gone over. */
  readonly keptDims: readonly number[];
}

/** The axes as TensorFlow's reductions take them. Throws INFERENCE_FAILED for one that is not there. */
export function reductionAxes(axes: readonly number[], rank: number): Set<number> {
  return new Set(
    axes.map((axis) => {
      const fromFront = axis < 0 ? axis + rank : axis;
      if (fromFront < 0 || fromFront >= rank) {
        throw refusal(`Invalid reduction dimension (${axis} for input with ${rank} dimension(s)`);
      }
      return fromFront;
    }),
  );
}

/** Brings some axes to the end and reads the tensor as rows of them. */
export function rowsOf<V extends Value>(value: V, axes: ReadonlySet<number>): Rows<V> {
  const { shape } = value;
  const strides = stridesOf(shape);
  const all = shape.map((_, axis) => axis);
  const stay = all.filter((axis) => !axes.has(axis));
  const order = [...stay, ...all.filter((axis) => axes.has(axis))];
  const kept = stay.map((axis) => shape[axis] ?? 0);
  const inPlace = order.every((axis, i) => axis === i || shape[axis] === 1);
  return {
    value: inPlace
      ? value
      : (readStrided(
          value,
          order.map((axis) => shape[axis] ?? 0),
          0,
          order.map((axis) => strides[axis] ?? 0),
        ) as V),
    count: productOf(kept),
    size: productOf(shape.filter((_, axis) => axes.has(axis))),
    kept,
    keptDims: shape.map((size, axis) => (axes.has(axis) ? 1 : size)),
  };
}

/** Brings the last axis, along which rows lie, back to where `axis` was in `shape`. */
export function rowsBack(rows: Value, shape: readonly number[], axis: number): Value {
  const at = axisOf(axis, shape.length);
  const laidOut = [...shape.toSpliced(at, 1), shape[at] ?? 0];
  const strides = stridesOf(laidOut);
  const last = strides.pop() ?? 1;
  return at === shape.length - 1
    ? reshaped(rows, shape)
    : readStrided(rows, shape, 0, strides.toSpliced(at, 0, last));
}
