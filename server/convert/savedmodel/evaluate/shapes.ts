// Arithmetic on shapes that kernels share.
import { refusal } from './operands.ts';

/** Elements between neighbours along each axis of a row-major tensor. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
}

/** The product of some sizes. */
export function productOf(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** The shape as TensorFlow writes it. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(',')}]`;
}

/** The shape that two broadcast to; undefined where they do not fit. */
export function commonShape(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[a.length - rank + axis] ?? 1;
    const right = b[b.length - rank + axis] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      return undefined;
    }
    shape.push(left === 1 ? right : left);
  }
  return shape;
}

/** The shape that two broadcast to. Throws INFERENCE_FAILED with TensorFlow's words. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const shape = commonShape(a, b);
  if (shape === undefined) {
    throw refusal(`Incompatible shapes: ${shapeText(a)} vs. ${shapeText(b)}`);
  }
  return shape;
}

/** Strides that read a tensor of `shape` as one of `wide`: 0 along axes that are repeated. */
export function broadcastStrides(shape: readonly number[], wide: readonly number[]): number[] {
  const own = stridesOf(shape);
  const missing = wide.length - shape.length;
  return wide.map((_, axis) =>
    axis < missing || shape[axis - missing] === 1 ? 0 : (own[axis - missing] ?? 0),
  );
}
