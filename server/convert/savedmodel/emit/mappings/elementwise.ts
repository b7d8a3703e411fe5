// Emits what works element by element, in ONNX's layout of images where operands lie in it.
import { sizeOf } from '../../../value.ts';
import type { EmitScope, TensorTerm } from '../contract.ts';
import { cast, type ElementType, typedNode } from './element-types.ts';
import { broadcastShape, type Partial1, partialOf, reshaped } from './facts.ts';

/**
 * Emits an elementwise computation on operands that are broadcast. `emit` gets their ONNX names and gives that of a
 * result of type `dtype`; it must not care for the order of the axes.
 */
export function elementwise(
  scope: EmitScope,
  operands: readonly TensorTerm[],
  dtype: ElementType,
  emit: (names: readonly string[]) => string,
  partial?: Partial1,
): TensorTerm {
  const shape = broadcastShape(operands);
  if (shape?.length === 4 && operands.some((term) => scope.isNchw(term)) && operands.every(hasNchwForm)) {
    return scope.nchwTensor(dtype, emit(operands.map((term) => nchwOperand(scope, term))), { shape });
  }
  return scope.tensor(dtype, emit(operands.map((term) => scope.name(term))), { shape, partial });
}

/** An elementwise ONNX op of one type, with the casts that its kernel needs. */
export function elementwiseNode(
  scope: EmitScope,
  op: string,
  operands: readonly TensorTerm[],
  partial?: Partial1,
): TensorTerm {
  const dtype = operands[0]?.dtype ?? 'float32';
  return elementwise(scope, operands, dtype, (names) => typedNode(scope, op, dtype, names), partial);
}

/** The tensor with elements of another type. */
export function castTerm(
  scope: EmitScope,
  term: TensorTerm,
  to: ElementType,
  partial?: Partial1,
): TensorTerm {
  return term.dtype === to
    ? term
    : elementwise(scope, [term], to, ([name = '']) => cast(scope, name, term.dtype, to), partial);
}

function channelsOnly(shape: readonly number[]): boolean {
  return shape.slice(0, -1).every((size) => size === 1);
}

function hasNchwForm(term: TensorTerm): boolean {
  const rank = term.shape?.length;
  if (rank === 4 || rank === 0 || rank === 1) {
    return true;
  }
  return term.constant !== undefined && channelsOnly(term.constant.shape);
}

function nchwOperand(scope: EmitScope, term: TensorTerm): string {
  const value = term.constant;
  if (value !== undefined && channelsOnly(value.shape)) {
    const size = sizeOf(value.shape);
    return scope.name(scope.constant(reshaped(value, size === 1 ? [] : [size, 1, 1])));
  }
  switch (term.shape?.length) {
    case 0:
      return scope.name(term);
    case 1:
      return scope.node('Reshape', [scope.name(term), scope.ints([-1, 1, 1])]);
    default:
      return scope.nchwName(term);
  }
}

/** What is known of an elementwise result on integers: elements that both operands know, and that int32 holds. */
export function partialArithmetic(
  left: TensorTerm,
  right: TensorTerm,
  compute: (a: number, b: number) => number,
): Partial1 | undefined {
  const a = partialOf(left);
  const b = partialOf(right);
  if (a === undefined || b === undefined || (a.length !== b.length && a.length !== 1 && b.length !== 1)) {
    return undefined;
  }
  const length = a.length === 0 || b.length === 0 ? 0 : Math.max(a.length, b.length);
  return Array.from({ length }, (_, index) => {
    const p = a[a.length === 1 ? 0 : index];
    const q = b[b.length === 1 ? 0 : index];
    if (typeof p !== 'number' || typeof q !== 'number') {
      return null;
    }
    const result = compute(p, q);
    return Number.isInteger(result) && Math.abs(result) < 2 ** 31 ? result : null;
  });
}
