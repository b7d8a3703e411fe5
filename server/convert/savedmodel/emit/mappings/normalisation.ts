// Normalisation: over the batch as it was in training, and over neighbouring channels.
import { boolAttr, floatAttr, intAttr } from '../../graph/attributes.ts';
import { layoutOf, type Layout } from '../../evaluate/sliding-windows.ts';
import { Unsupported } from '../../unsupported.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { cast, type ElementType } from './element-types.ts';
import { tensorAt } from './facts.ts';
import { channelsFirst, fromChannelsFirst } from './windows.ts';

/** Scale, offset, mean and variance of a batch normalisation, and in what type it is computed. */
interface Request {
  readonly node: GraphNode;
  readonly input: TensorTerm;
  readonly layout: Layout;
  readonly type: ElementType;
  readonly scale: TensorTerm;
  readonly offset: TensorTerm;
  readonly mean: TensorTerm;
  readonly variance: TensorTerm;
}

const fusedBatchNorm: Mapping = (node, inputs, scope) => {
  const input = tensorAt(scope, inputs, 0);
  const request: Request = {
    node,
    input,
    layout: layoutOf(node, input.shape?.length === 5 ? 3 : 2),
    type: input.dtype === 'float32' ? 'float32' : widened(input.dtype),
    scale: tensorAt(scope, inputs, 1),
    offset: tensorAt(scope, inputs, 2),
    mean: tensorAt(scope, inputs, 3),
    variance: tensorAt(scope, inputs, 4),
  };
  return boolAttr(node, 'is_training', true) ? byBatch(scope, request) : byTraining(scope, request);
};

/** With the mean and variance of training; the reserved outputs are what TensorFlow's CPU kernel gives. */
function byTraining(scope: EmitScope, request: Request): readonly TensorTerm[] {
  const { node, input, layout, type, scale, offset, mean, variance } = request;
  const image = cast(scope, channelsFirst(scope, input, layout), input.dtype, type);
  const parameters = [scale, offset, mean, variance].map((term) =>
    cast(scope, scope.name(term), term.dtype, type),
  );
  const name = scope.node('BatchNormalization', [image, ...parameters], {
    epsilon: { float: floatAttr(node, 'epsilon', 0.0001) },
  });
  return [inLayout(scope, request, name), mean, variance, mean, variance, variance];
}

function inLayout(scope: EmitScope, { input, layout, type }: Request, name: string): TensorTerm {
  return fromChannelsFirst(scope, input.dtype, cast(scope, name, type, input.dtype), input.shape, layout);
}

/** With the mean and variance of this very batch: Keras' LayerNormalization is made so. */
function byBatch(scope: EmitScope, request: Request): readonly TensorTerm[] {
  const { node, input, layout, type, scale, offset } = request;
  if (floatAttr(node, 'exponential_avg_factor', 1) !== 1) {
    throw new Unsupported('exponential_avg_factor');
  }
  const image = cast(scope, channelsFirst(scope, input, layout), input.dtype, type);
  const space = Array.from({ length: layout.space }, (_, axis) => axis + 2);
  const axes = scope.ints([0, ...space]);
  const spread = scope.ints(space.map((axis) => axis - 1));
  const channel = (term: TensorTerm): string =>
    scope.node('Unsqueeze', [cast(scope, scope.name(term), term.dtype, type), spread]);
  const average = (of: string): string => scope.node('ReduceMean', [of, axes]);
  const mean = average(image);
  const centred = scope.node('Sub', [image, mean]);
  const variance = average(scope.node('Mul', [centred, centred]));
  const epsilon = scope.scalar('float32', floatAttr(node, 'epsilon', 0.0001));
  const deviation = scope.node('Sqrt', [scope.node('Add', [variance, epsilon])]);
  const factor = scope.node('Div', [channel(scale), deviation]);
  const scaled = scope.node('Mul', [centred, factor]);
  const name = scope.node('Add', [scaled, channel(offset)]);
  const vector = (of: string): TensorTerm =>
    scope.tensor('float32', scope.node('Reshape', [of, scope.ints([-1])]), { shape: scale.shape });
  const [batchMean, batchVariance] = [vector(mean), vector(variance)];
  // What is told to be kept is the unbiased variance.
  const count = cast(
    scope,
    scope.node('Div', [scope.node('Size', [image]), scope.node('Size', [scope.name(scale)])]),
    'int64',
    'float32',
  );
  const rest = scope.node('Max', [
    scope.node('Sub', [count, scope.scalar('float32', 1)]),
    scope.scalar('float32', 1),
  ]);
  const unbiased = scope.node('Mul', [scope.name(batchVariance), scope.node('Div', [count, rest])]);
  return [
    inLayout(scope, request, name),
    batchMean,
    scope.tensor('float32', unbiased, { shape: scale.shape }),
    batchMean,
    batchVariance,
    batchVariance,
  ];
}

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
