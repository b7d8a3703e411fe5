// Normalisation: over the batch as it was in training, and over neighbouring channels.
import { boolAttr, floatAttr, intAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import type { Mapping, Mappings } from '../contract.ts';
import { cast, type ElementType } from './element-types.ts';
import { tensorAt } from './facts.ts';
import { channelsFirst, fromChannelsFirst, layoutOf } from './windows.ts';

/** With the mean and variance of training; the reserved outputs are what TensorFlow's CPU kernel gives. */
const fusedBatchNorm: Mapping = (node, inputs, scope) => {
  if (boolAttr(node, 'is_training', true)) {
    throw new Unsupported('is_training');
  }
  const input = tensorAt(scope, inputs, 0);
  const layout = layoutOf(node, input.shape?.length === 5 ? 3 : 2);
  const type: ElementType = input.dtype === 'float32' ? 'float32' : widened(input.dtype);
  const [scale, offset, mean, variance] = [1, 2, 3, 4].map((index) => tensorAt(scope, inputs, index));
  if (scale === undefined || offset === undefined || mean === undefined || variance === undefined) {
    throw new Unsupported('operands that are missing');
  }
  const image = cast(scope, channelsFirst(scope, input, layout), input.dtype, type);
  const parameters = [scale, offset, mean, variance].map((term) =>
    cast(scope, scope.name(term), term.dtype, type),
  );
  const name = scope.node('BatchNormalization', [image, ...parameters], {
    epsilon: { float: floatAttr(node, 'epsilon', 0.0001) },
  });
  const result = fromChannelsFirst(
    scope,
    input.dtype,
    cast(scope, name, type, input.dtype),
    input.shape,
    layout,
  );
  return [result, mean, variance, mean, variance, variance];
};

/** Half precision is normalised in float32, as TensorFlow does. */
function widened(dtype: ElementType): ElementType {
  if (dtype === 'float16' || dtype === 'bfloat16') {
    return 'float32';
  }
  throw new Unsupported(`batch normalisation of ${dtype} elements`);
}

/** TensorFlow divides by (bias + alpha * sum)^beta, ONNX by (bias + alpha / size * sum)^beta. */
const localResponse: Mapping = (node, inputs, scope) => {
  const input = tensorAt(scope, inputs, 0);
  if (input.dtype !== 'float32') {
    throw new Unsupported(`${input.dtype} elements`);
  }
  const size = 2 * intAttr(node, 'depth_radius', 5) + 1;
  const name = scope.node('LRN', [scope.nchwName(input)], {
    alpha: { float: floatAttr(node, 'alpha', 1) * size },
    beta: { float: floatAttr(node, 'beta', 0.5) },
    bias: { float: floatAttr(node, 'bias', 1) },
    size,
  });
  return [scope.nchwTensor(input.dtype, name, { shape: input.shape })];
};

/** Normalisation. */
export const normalisationMappings: Mappings = new Map<string, Mapping>([
  ['FusedBatchNorm', fusedBatchNorm],
  ['FusedBatchNormV2', fusedBatchNorm],
  ['FusedBatchNormV3', fusedBatchNorm],
  ['LRN', localResponse],
]);
