// Convolutions that run backwards (Conv2DTranspose): the gradient of a convolution with respect to its input.
import { boolAttr, stringAttr } from '../../graph/attributes.ts';
import {
  batchOf,
  layoutOf,
  reach,
  shapeWith,
  spaceOf,
  spatial,
  type Layout,
  type Window,
} from '../../evaluate/sliding-windows.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { arranged, convolvedType, filterShape } from './convolutions.ts';
import { cast } from './element-types.ts';
import { partialOf, tensorAt } from './facts.ts';
import { channelsFirst, fromChannelsFirst, onnxPads, spacePads } from './windows.ts';

/**
 * ONNX's ConvTranspose without padding gives `(size - 1) * stride + reach`. TensorFlow's output has the size that it is told: what
 * is too much is what the forward convolution's padding would have covered, and what is missing is zeros at the end.
 */
const transposed =
  (space: number): Mapping =>
  (node, inputs, scope) => {
    const outputSizes = tensorAt(scope, inputs, 0);
    const filter = tensorAt(scope, inputs, 1);
    const input = tensorAt(scope, inputs, 2);
    const layout = layoutOf(node, space);
    const shape = filterShape(filter, space + 2);
    const strides = spatial(node, 'strides', layout);
    const dilations = spatial(node, 'dilations', layout);
    const windows = shape.slice(0, space).map((kernel, axis): Window => ({
      kernel,
      stride: strides[axis] ?? 1,
      dilation: dilations[axis] ?? 1,
    }));
    if (boolAttr(node, 'use_cudnn_on_gpu', true) && stringAttr(node, 'padding') === 'EXPLICIT') {
      throw new Unsupported('explicit padding');
    }
    const axes = Array.from({ length: space }, (_, axis) => axis);
    const weights = arranged(scope, node, filter, [space + 1, space, ...axes]);
    const type = convolvedType(input.dtype);
    const image = cast(scope, channelsFirst(scope, input, layout), input.dtype, type);
    const attributes = {
      kernel_shape: windows.map(({ kernel }) => kernel),
      strides: [...strides],
      dilations: [...dilations],
    };
    const operands = [image, cast(scope, weights, input.dtype, type)];
    const wanted = wantedSizes(outputSizes, layout);
    const sizes = spaceOf(input.shape, layout);
    const full = windows.map((window, axis) => {
      const size = sizes[axis] ?? -1;
      return size < 0 ? -1 : (size - 1) * window.stride + reach(window);
    });
    const isSame = stringAttr(node, 'padding') === 'SAME';
    let name: string;
    if (wanted.every((size) => size >= 0) && full.every((size) => size >= 0)) {
      const missing = wanted.map((size, axis) => Math.max(0, size - (full[axis] ?? 0)));
      const padding = wanted.map((size, axis): readonly [number, number] => {
        const total = Math.max(0, (full[axis] ?? 0) - size);
        const before = isSame ? total >> 1 : 0;
        return [before, total - before];
      });
      name = scope.node('ConvTranspose', operands, {
        ...attributes,
        pads: onnxPads(padding),
        output_padding: missing,
      });
    } else {
      name = cutAtRunTime(
        scope,
        scope.node('ConvTranspose', operands, attributes),
        outputSizes,
        layout,
        isSame,
      );
    }
    const result = shapeWith(batchOf(input.shape), shape[space] ?? -1, wanted, layout);
    return [fromChannelsFirst(scope, input.dtype, cast(scope, name, type, input.dtype), result, layout)];
  };

/** The sizes of space that are asked for: the operand has all axes, or only those of space. */
function wantedSizes(sizes: TensorTerm, layout: Layout): readonly number[] {
  const partial = partialOf(sizes)?.map((size) => size ?? -1);
  return partial?.length === layout.space ? partial : spaceOf(partial, layout);
}

/** Cuts the full result down to the sizes that the operand says, or fills it up. */
function cutAtRunTime(
  scope: EmitScope,
  full: string,
  outputSizes: TensorTerm,
  { channelsLast, space }: Layout,
  isSame: boolean,
): string {
  const all = scope.int64Name(outputSizes);
  const hasAll = outputSizes.shape?.[0] !== space;
  const first = channelsLast ? 1 : 2;
  const wanted = hasAll ? scope.node('Slice', [all, scope.ints([first]), scope.ints([first + space])]) : all;
  const given = scope.node('Shape', [full], { start: 2 });
  const axes = scope.ints(Array.from({ length: space }, (_, axis) => axis + 2));
  const missing = scope.node('Max', [scope.node('Sub', [wanted, given]), scope.ints([0])]);
  const none = scope.ints(new Array<number>(space).fill(0));
  const filled = scope.node('Pad', [full, spacePads(scope, none, missing), scope.scalar('float32', 0)]);
  const tooMuch = scope.node('Max', [scope.node('Sub', [given, wanted]), scope.ints([0])]);
  const start = isSame ? scope.node('Div', [tooMuch, scope.ints([2])]) : none;
  return scope.node('Slice', [filled, start, scope.node('Add', [start, wanted]), axes]);
}

/** Transposed convolutions. */
export const transposedConvolutionMappings: Mappings = new Map<string, Mapping>([
  ['Conv2DBackpropInput', transposed(2)],
  ['Conv3DBackpropInputV2', transposed(3)],
]);
