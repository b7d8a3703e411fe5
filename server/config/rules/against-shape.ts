// Shapes of a config against shapes of a model, as Triton's ONNX Runtime backend compares them (triton.md §2.5). Pure.
import type { OnnxValue } from '../../models/onnx-signature.ts';

/** Sizes in the model's order, -1 for any. */
export type Shape = readonly number[];

/** The model's shape; undefined where it does not say its rank. */
export function modelShape({ dims }: OnnxValue): Shape | undefined {
  return dims?.map((size) => (typeof size === 'number' ? size : -1));
}

/** Whether a complete shape fits the model's: outputs must be the same, inputs may be narrower where the model takes any. */
export function fits(model: Shape, config: Shape, isExact: boolean): boolean {
  return (
    model.length === config.length &&
    model.every((size, i) => size === config[i] || (size === -1 && !isExact))
  );
}

/** Whether batches of any size go in or come out. */
export function isBatchable(value: OnnxValue): boolean {
  return modelShape(value)?.[0] === -1;
}

/** Triton's way to write shapes. */
export function shapeText(shape: Shape): string {
  return `[${shape.join(',')}]`;
}

/** What a config says of a tensor of this shape, with or without its first dimension. */
export interface ConfigShape {
  readonly dims: Shape;
  /** Whether it is one value, which takes `reshape { shape: [] }` beside dims. */
  readonly isScalar: boolean;
}

/** What a config is to say of a tensor of this shape; a first dimension of one size is none of batches. */
export function configShape(model: Shape, isBatched: boolean): ConfigShape {
  const dims = isBatched && model[0] === -1 ? model.slice(1) : model;
  return dims.length === 0 ? { dims: [1], isScalar: model.length > 0 } : { dims, isScalar: false };
}
