// One operator of a .tflite file becomes nodes of TensorFlow's: by its kind, and by whether it computes with reals or with integers.
import { Unsupported } from '../savedmodel/unsupported.ts';
import { controlTranslations } from './operators/control.ts';
import { elementwiseTranslations } from './operators/elementwise.ts';
import { layerTranslations } from './operators/layers.ts';
import { recurrentTranslations } from './operators/recurrent.ts';
import { selectingTranslations } from './operators/selecting.ts';
import { shapingTranslations } from './operators/shaping.ts';
import { Operation, type LiteEdge, type OperationParts, type Translate } from './operation.ts';
import { integerTranslations } from './quantised/integer-translations.ts';
import { isQuantisedType, scaleOf } from './quantised/ranges.ts';
import { dequantized, quantizationTranslations } from './quantised/conversions.ts';
import { quantize } from './quantised/rescale.ts';
import { realsOf } from './tensor-contents.ts';
import type { LiteTensor } from './tflite-model.ts';

const translations: ReadonlyMap<string, Translate> = new Map([
  ...elementwiseTranslations,
  ...layerTranslations,
  ...shapingTranslations,
  ...selectingTranslations,
  ...controlTranslations,
  ...recurrentTranslations,
  ...quantizationTranslations,
]);

/** Operators whose results are elements of their operands: the integers of quantised ones are moved as they are. */
const moves: ReadonlySet<string> = new Set([
  ...[...shapingTranslations.keys()].filter(
    (name) => name !== 'CUMSUM' && name !== 'PAD' && name !== 'SPACE_TO_BATCH_ND',
  ),
  ...['GATHER', 'GATHER_ND', 'EMBEDDING_LOOKUP', 'TOPK_V2', 'REDUCE_MAX', 'REDUCE_MIN', 'ARG_MAX', 'ARG_MIN'],
  ...['SELECT', 'SELECT_V2', 'MAXIMUM', 'MINIMUM', 'ONE_HOT'],
]);

/** Operators that take integers for what they are, whatever they stand for. */
const literal: ReadonlySet<string> = new Set([...quantizationTranslations.keys(), 'IF', 'WHILE', 'CAST']);

/** Operators whose kernels for integers round on the way: what the reals would give is another answer. */
const notThroughReals: ReadonlySet<string> = new Set([...recurrentTranslations.keys()]);

/** Gives the refs of its outputs. Throws Unsupported. */
export function translateOperator(parts: OperationParts): readonly string[] {
  const translate = translations.get(parts.name);
  if (translate === undefined) {
    throw new Unsupported('this operator of TensorFlow Lite is not known here');
  }
  if (literal.has(parts.name)) {
    return translate(new Operation(parts));
  }
  if (!parts.outputs.some(({ tensor, type }) => isQuantised(tensor, type)) && !readsIntegers(parts)) {
    return translate(new Operation({ ...parts, inputs: parts.inputs.map((edge) => withReals(parts, edge)) }));
  }
  const fixed = new Operation(parts);
  if (moves.has(parts.name) && hasOneScale(parts)) {
    return translate(fixed);
  }
  return integerTranslations.get(parts.name)?.(fixed) ?? throughReals(parts, translate);
}

function isQuantised({ quantization }: LiteTensor, type: LiteEdge['type']): boolean {
  return quantization !== undefined && isQuantisedType(type);
}

/** Whether it reads quantised tensors that are computed: such with only constant ones have weights of few bits, and compute with reals. */
function readsIntegers({ inputs }: OperationParts): boolean {
  return inputs.some(
    (edge) => edge !== undefined && edge.constant === undefined && isQuantised(edge.tensor, edge.type),
  );
}

/** Weights of few bits as the reals that they stand for. */
function withReals({ build }: OperationParts, edge: LiteEdge | undefined): LiteEdge | undefined {
  if (edge?.constant === undefined || edge.tensor.quantization === undefined) {
    return edge;
  }
  const constant = realsOf(edge.constant, edge.tensor.quantization);
  return { ...edge, constant, type: 'float32', ref: build.constant(constant) };
}

/** Whether all quantised tensors that it touches stand for reals in the same way. */
function hasOneScale({ inputs, outputs }: OperationParts): boolean {
  const texts = [...inputs, ...outputs].flatMap((edge) =>
    edge !== undefined && isQuantised(edge.tensor, edge.type)
      ? [JSON.stringify(edge.tensor.quantization)]
      : [],
  );
  return new Set(texts).size <= 1;
}

/** What the operator does with the reals that the integers stand for, rounded to integers again. */
function throughReals(parts: OperationParts, translate: Translate): readonly string[] {
  const { build } = parts;
  if (notThroughReals.has(parts.name)) {
    throw new Unsupported('integers');
  }
  const inputs = parts.inputs.map((edge): LiteEdge | undefined => {
    if (edge === undefined || edge.constant !== undefined || !isQuantised(edge.tensor, edge.type)) {
      return withReals(parts, edge);
    }
    return { ...edge, type: 'float32', ref: dequantized(build, edge) };
  });
  const outputs = parts.outputs.map((output) =>
    isQuantised(output.tensor, output.type) ? { ...output, type: 'float32' as const } : output,
  );
  const refs = translate(new Operation({ ...parts, inputs, outputs }));
  return parts.outputs.map(({ tensor, type }, index) => {
    const ref = refs[index] ?? '';
    return isQuantisedType(type) && isQuantised(tensor, type)
      ? quantize(build, ref, type, scaleOf(tensor))
      : ref;
  });
}
