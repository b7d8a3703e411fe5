// The activation that an operator of a .tflite file has fused into it.
import { Unsupported } from '../../savedmodel/unsupported.ts';
import type { GraphBuilder } from '../graph-builder.ts';

/** ActivationFunctionType. */
export const activation = { none: 0, relu: 1, reluN1To1: 2, relu6: 3, tanh: 4 } as const;

/** What follows a float result. Throws Unsupported for SIGN_BIT. */
export function activated(build: GraphBuilder, ref: string, kind: number): string {
  switch (kind) {
    case activation.none:
      return ref;
    case activation.relu:
      return build.node('Relu', [ref]);
    case activation.reluN1To1:
      return clipped(build, ref, -1, 1);
    case activation.relu6:
      return build.node('Relu6', [ref]);
    case activation.tanh:
      return build.node('Tanh', [ref]);
    default:
      throw new Unsupported(`fused activation ${kind}`);
  }
}

export function clipped(build: GraphBuilder, ref: string, minimum: number, maximum: number): string {
  const type = build.typeOf(ref);
  return build.node('ClipByValue', [ref, build.scalar(type, minimum), build.scalar(type, maximum)]);
}
