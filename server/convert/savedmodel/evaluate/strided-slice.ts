// What StridedSlice and its masks mean, worked out for a shape (tensorflow/core/util/strided_slice_op.cc).
import { refusal } from './operands.ts';

/** The five masks: bit i speaks of entry i of begin, end and strides. */
export interface SliceMasks {
  readonly begin: number;
  readonly end: number;
  readonly ellipsis: number;
  readonly newAxis: number;
  readonly shrinkAxis: number;
}

/** A slice of one axis of the operand: `count` places from `start` on, `step` apart. */
export interface AxisSlice {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** What to read, and the shape that it gets. */
export interface SlicePlan {
  /** One for each axis of the operand. */
  readonly axes: readonly AxisSlice[];
  readonly shape: readonly number[];
}

/**
 * Throws INFERENCE_FAILED where TensorFlow refuses.
 *
 * @param begin and `end`, `strides`: as long as each other
 */
export function planSlice(
  shape: readonly number[],
  begin: readonly number[],
  end: readonly number[],
  strides: readonly number[],
  masks: SliceMasks,
): SlicePlan {
  const axes: AxisSlice[] = [];
  const result: number[] = [];
  const whole = (): void => {
    const count = shape[axes.length] ?? 0;
    axes.push({ start: 0, step: 1, count });
    result.push(count);
  };
  const ellipsis = firstBit(masks.ellipsis, strides.length);
  const taken = strides.filter((_, i) => i !== ellipsis && (i > 31 || !has(masks.newAxis, i))).length;
  if (taken > shape.length) {
    throw refusal(`Index out of range using input dim ${shape.length}; input has only ${shape.length} dims`);
  }
  for (const [i, step] of strides.entries()) {
    if (i === ellipsis) {
      for (let rest = shape.length - taken; rest > 0; rest--) {
        whole();
      }
      continue;
    }
    if (has(masks.newAxis, i)) {
      result.push(1);
      continue;
    }
    const size = shape[axes.length] ?? 0;
    if (step === 0) {
      throw refusal(`strides[${i}] must be non-zero`);
    }
    if (has(masks.shrinkAxis, i)) {
      axes.push(oneOf(size, begin[i] ?? 0, step, axes.length));
      continue;
    }
    const slice = sliceOf(
      size,
      has(masks.begin, i) ? undefined : (begin[i] ?? 0),
      has(masks.end, i) ? undefined : (end[i] ?? 0),
      step,
    );
    axes.push(slice);
    result.push(slice.count);
  }
  while (axes.length < shape.length) {
    whole();
  }
  return { axes, shape: result };
}

function has(mask: number, bit: number): boolean {
  return ((mask >> bit) & 1) === 1;
}

function firstBit(mask: number, bits: number): number | undefined {
  for (let bit = 0; bit < Math.min(bits, 32); bit++) {
    if (has(mask, bit)) {
      return bit;
    }
  }
  return undefined;
}

function oneOf(size: number, given: number, step: number, axis: number): AxisSlice {
  const start = given < 0 ? given + size : given;
  if (step < 0) {
    throw refusal('only stride 1 allowed on non-range indexing.');
  }
  if (start < 0 || start >= size) {
    throw refusal(`slice index ${start} of dimension ${axis} out of bounds.`);
  }
  return { start, step: 1, count: 1 };
}

function sliceOf(size: number, begin: number | undefined, end: number | undefined, step: number): AxisSlice {
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const bounded = (place: number): number => Math.max(low, Math.min(high, place < 0 ? place + size : place));
  const start = begin === undefined ? (step > 0 ? low : high) : bounded(begin);
  const stop = end === undefined ? (step > 0 ? high : low) : bounded(end);
  return { start, step, count: Math.max(0, Math.ceil((stop - start) / step)) };
}
