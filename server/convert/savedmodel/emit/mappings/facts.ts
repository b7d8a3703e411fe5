// What mappings know of tensors before they have contents: shapes, and elements of small integer vectors.
import type { Value } from '../../../value.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Term, TensorTerm } from '../contract.ts';
import { isInteger } from './element-types.ts';

/** Elements of an integer scalar or vector that are known, null for others. */
export type Partial1 = readonly (number | null)[];

/** Longer vectors are not followed element by element. */
const longestPartial = 64;

/** The operand, which must be a tensor. Throws Unsupported for lists and handles, and where it is missing. */
export function tensorAt(scope: EmitScope, inputs: readonly Term[], index: number): TensorTerm {
  const term = inputs[index];
  if (term === undefined) {
    throw new Unsupported(`no operand ${index}`);
  }
  return scope.asTensor(term);
}

/** All operands as tensors. */
export function tensors(scope: EmitScope, inputs: readonly Term[]): readonly TensorTerm[] {
  return inputs.map((term) => scope.asTensor(term));
}

/** The elements of an integer scalar or vector as far as they are known; undefined where nothing is. */
export function partialOf(term: TensorTerm): Partial1 | undefined {
  return isInteger(term.dtype) ? term.partial : undefined;
}

/** The one integer that the operand is, if it is known. */
export function knownInteger(term: TensorTerm): number | undefined {
  const partial = partialOf(term);
  return partial?.length === 1 ? (partial[0] ?? undefined) : undefined;
}

/** The shape that a vector of sizes says; undefined where not even its length is known. */
export function shapeFrom(sizes: TensorTerm): number[] | undefined {
  const partial = partialOf(sizes);
  if (partial !== undefined) {
    return partial.map((size) => size ?? -1);
  }
  const length = sizes.shape?.length === 1 ? sizes.shape[0] : undefined;
  return length !== undefined && length >= 0 && length <= longestPartial
    ? new Array<number>(length).fill(-1)
    : undefined;
}

/** The shape of tensors broadcast against each other; undefined where a rank is not known. */
export function broadcastShape(terms: readonly TensorTerm[]): number[] | undefined {
  let result: number[] = [];
  for (const { shape } of terms) {
    if (shape === undefined) {
      return undefined;
    }
    result = broadcastSizes(result, shape);
  }
  return result;
}

/** As `broadcastShape`, of two shapes. */
export function broadcastSizes(left: readonly number[], right: readonly number[]): number[] {
  const rank = Math.max(left.length, right.length);
  return Array.from({ length: rank }, (_, index) => {
    const a = left[left.length - rank + index] ?? 1;
    const b = right[right.length - rank + index] ?? 1;
    if (a === 1) {
      return b;
    }
    return b === 1 || a !== -1 ? a : b;
  });
}

/** An axis counted from the front. Throws Unsupported where the rank does not have it. */
export function normalAxis(axis: number, rank: number): number {
  const result = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(result) || result < 0 || result >= rank) {
    throw new Unsupported(`axis ${axis} of a tensor of rank ${rank}`);
  }
  return result;
}

/** As `normalAxis` where the rank is known, and for an axis from the front; undefined where it cannot be said. */
export function axisWithin(axis: number, shape: readonly number[] | undefined): number | undefined {
  if (shape !== undefined) {
    return normalAxis(axis, shape.length);
  }
  return axis >= 0 ? axis : undefined;
}

/** The shape with one size replaced; undefined where it cannot be said. */
export function withSize(
  shape: readonly number[] | undefined,
  axis: number,
  size: number,
): number[] | undefined {
  if (shape === undefined) {
    return undefined;
  }
  const at = normalAxis(axis, shape.length);
  return shape.map((old, index) => (index === at ? size : old));
}

/** The single number that an operand must be known to be. */
export function knownNumber(scope: EmitScope, term: Term, what: string): number {
  const [number, ...more] = scope.known(term, what);
  if (number === undefined || more.length > 0) {
    throw new Unsupported(`${what} that is not one number`);
  }
  return number;
}

/** A constant with another shape of as many elements. */
export function reshaped(value: Value, shape: readonly number[]): Value {
  return { ...value, shape };
}

/** The sizes at run time as an int64 vector, in TensorFlow's order of axes. */
export function shapeName(scope: EmitScope, term: TensorTerm): string {
  if (term.shape?.every((size) => size >= 0) === true) {
    return scope.ints(term.shape);
  }
  if (scope.isNchw(term)) {
    const sizes = scope.node('Shape', [scope.nchwName(term)]);
    return scope.node('Gather', [sizes, scope.ints([0, 2, 3, 1])]);
  }
  return scope.node('Shape', [scope.name(term)]);
}

/** Elements from `start` up to `end` of a vector; both are int64 vectors of length one. */
export function sliceOf(scope: EmitScope, vector: string, start: number, end: number): string {
  return scope.node('Slice', [vector, scope.ints([start]), scope.ints([end])]);
}

/** An operand of integers as an int64 vector, a scalar as one of length one. */
export function vectorName(scope: EmitScope, term: TensorTerm): string {
  const name = scope.int64Name(term);
  return term.shape?.length === 1 ? name : scope.node('Reshape', [name, scope.ints([-1])]);
}

/** Beyond the end of every axis: `Slice` cuts it down. */
export const farEnd = 9223372036854775807n;
