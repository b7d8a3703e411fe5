// Reals to integers that stand for them, and back.
import { Unsupported } from '../../savedmodel/unsupported.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import type { LiteEdge, Translate, Translations } from '../operation.ts';
import { realsOf } from '../tensor-contents.ts';
import { quantizedMultiplier } from './multiplier.ts';
import { isQuantisedType, rangeOf, scaleOf } from './ranges.ts';
import { quantize, rescale } from './rescale.ts';

/** The reals that the integers of a tensor stand for. */
export function dequantized(build: GraphBuilder, edge: LiteEdge): string {
  const { scale, zero } = scaleOf(edge.tensor);
  return build.node('Mul', [centred(build, edge.ref, zero, 'float32'), build.scalar('float32', scale)]);
}

/** Integers less their zero, as floats. */
export function centred(build: GraphBuilder, ref: string, zero: number, type: 'float32' | 'float64'): string {
  const wide = build.cast(ref, type);
  return zero === 0 ? wide : build.node('Sub', [wide, build.scalar(type, zero)]);
}

/** Weights of 16 bits, or of integers. */
const dequantize: Translate = (operation) => {
  const { build } = operation;
  const edge = operation.input(0);
  const { constant, tensor } = edge;
  if (edge.type === 'float16' || edge.type === 'bfloat16') {
    return [
      constant !== undefined && 'dtype' in constant && constant.data instanceof Float32Array
        ? build.constant({ dtype: 'float32', shape: constant.shape, data: constant.data })
        : build.cast(edge.ref, 'float32'),
    ];
  }
  if (constant !== undefined && tensor.quantization !== undefined) {
    return [build.constant(realsOf(constant, tensor.quantization))];
  }
  return [dequantized(build, edge)];
};

/** Of reals, or of integers of another scale. */
const quantise: Translate = (operation) => {
  const { build } = operation;
  const edge = operation.input(0);
  const { type, tensor } = operation.output();
  if (!isQuantisedType(type)) {
    throw new Unsupported(`quantisation to ${type}`);
  }
  const to = scaleOf(tensor);
  if (!isQuantisedType(edge.type)) {
    return [quantize(build, edge.ref, type, to)];
  }
  const from = scaleOf(edge.tensor);
  return [
    rescale(build, {
      parts: [{ ref: edge.ref, factor: 1 }],
      bias: [-from.zero],
      multipliers: [quantizedMultiplier(from.scale / to.scale)],
      largest: 2 ** 17,
      result: { type, zero: to.zero, range: rangeOf(type) },
    }),
  ];
};

/** The operators that change how numbers stand for reals. */
export const quantizationTranslations: Translations = new Map<string, Translate>([
  ['DEQUANTIZE', dequantize],
  ['QUANTIZE', quantise],
]);
