// Convolutions: plain, grouped, depthwise, dilated, in two and three dimensions.
import { int32, type Value } from '../../../value.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import {
  batchOf,
  channelsOf,
  knownPadding,
  layoutOf,
  shapeWith,
  slidSize,
  spaceOf,
  spatial,
  type Layout,
  type Window,
} from '../../evaluate/sliding-windows.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { cast, type ElementType } from './element-types.ts';
import { tensorAt } from './facts.ts';
import { channelsFirst, fromChannelsFirst, onnxPads, padAtRunTime } from './windows.ts';

/** In what ONNX Runtime convolves elements of a type: it has no kernel for wider floats and none for bfloat16. */
export function convolvedType(dtype: ElementType): ElementType {
  switch (dtype) {
    case 'float32':
    case 'float16':
      return dtype;
    case 'bfloat16':
      return 'float32';
    default:
      throw new Unsupported(`convolutions of ${dtype} elements`);
  }
}

/** A filter with its axes in another order, and in another shape where one is given; folded where it is known. */
export function arranged(
  scope: EmitScope,
  node: GraphNode,
  filter: TensorTerm,
  permutation: readonly number[],
  shape?: readonly number[],
): string {
  const known: Value | undefined =
    filter.constant === undefined
      ? undefined
      : scope.fold('Transpose', node, [filter.constant, int32(permutation)])?.[0];
  if (known !== undefined) {
    return scope.name(scope.constant(shape === undefined ? known : reshapedOnce(known, shape)));
  }
  const name = scope.node('Transpose', [scope.name(filter)], { perm: [...permutation] });
  return shape === undefined ? name : scope.node('Reshape', [name, scope.ints(shape)]);
}

/** Signatures share weights by the identity of their values: a value has one reshaped twin. */
const reshapedTwins = new WeakMap<Value, Value>();

function reshapedOnce(value: Value, shape: readonly number[]): Value {
  const twin = reshapedTwins.get(value) ?? { ...value, shape };
  reshapedTwins.set(value, twin);
  return twin;
}

/** The sizes of a filter, all of which must be known. */
export function filterShape(filter: TensorTerm, rank: number): readonly number[] {
  const { shape } = filter;
  if (shape?.length !== rank || shape.some((size) => size < 0)) {
    throw new Unsupported('a filter whose shape is not known');
  }
  return shape;
}

/** Emits ONNX's Conv on a filter that is arranged already. */
function convolved(
  node: GraphNode,
  scope: EmitScope,
  input: TensorTerm,
  filter: string,
  kernel: readonly number[],
  { layout, outputs, group }: { readonly layout: Layout; readonly outputs: number; readonly group: number },
): TensorTerm {
  const strides = spatial(node, 'strides', layout);
  const dilations = spatial(node, 'dilations', layout);
  const windows = kernel.map((size, axis): Window => ({
    kernel: size,
    stride: strides[axis] ?? 1,
    dilation: dilations[axis] ?? 1,
  }));
  const sizes = spaceOf(input.shape, layout);
  const padding = knownPadding(node, layout, sizes, windows);
  const type = convolvedType(input.dtype);
  let image = cast(scope, channelsFirst(scope, input, layout), input.dtype, type);
  if (padding === undefined) {
    image = padAtRunTime(scope, image, windows, scope.scalar('float32', 0));
  }
  const name = scope.node('Conv', [image, cast(scope, filter, input.dtype, type)], {
    kernel_shape: [...kernel],
    strides: [...strides],
    dilations: [...dilations],
    group,
    pads: padding === undefined ? kernel.flatMap(() => [0, 0]) : onnxPads(padding),
  });
  const slid = windows.map((window, axis) => slidSize(sizes[axis] ?? -1, window, padding?.[axis]));
  const shape = shapeWith(batchOf(input.shape), outputs, slid, layout);
  return fromChannelsFirst(scope, input.dtype, cast(scope, name, type, input.dtype), shape, layout);
}

/** TensorFlow's filter is [space…, inputs, outputs], ONNX's [outputs, inputs, space…]. */
const convolution =
  (space: number): Mapping =>
  (node, inputs, scope) => {
    const input = tensorAt(scope, inputs, 0);
    const filter = tensorAt(scope, inputs, 1);
    const layout = layoutOf(node, space);
    const shape = filterShape(filter, space + 2);
    const axes = Array.from({ length: space }, (_, axis) => axis);
    const [perGroup = 0, outputs = 0] = shape.slice(space);
    const channels = channelsOf(input.shape, layout);
    const group = channels > 0 && perGroup > 0 ? channels / perGroup : 1;
    if (!Number.isInteger(group)) {
      throw new Unsupported(`${channels} channels in groups of ${perGroup}`);
    }
    const name = arranged(scope, node, filter, [space + 1, space, ...axes]);
    return [convolved(node, scope, input, name, shape.slice(0, space), { layout, outputs, group })];
  };

/** TensorFlow's filter is [height, width, inputs, multiplier]: a group per input. */
const depthwise: Mapping = (node, inputs, scope) => {
  const input = tensorAt(scope, inputs, 0);
  const filter = tensorAt(scope, inputs, 1);
  const layout = layoutOf(node, 2);
  const [height = 0, width = 0, channels = 0, multiplier = 0] = filterShape(filter, 4);
  const outputs = channels * multiplier;
  const name = arranged(scope, node, filter, [2, 3, 0, 1], [outputs, 1, height, width]);
  return [convolved(node, scope, input, name, [height, width], { layout, outputs, group: channels })];
};

/** Convolutions. */
export const convolutionMappings: Mappings = new Map<string, Mapping>([
  ['Conv2D', convolution(2)],
  ['Conv3D', convolution(3)],
  ['DepthwiseConv2dNative', depthwise],
]);
