// Kernels of convolutions: exact, in float64, for elements that ONNX Runtime does not convolve and filters of unknown shape.
import { newRealArray } from '../../../value.ts';
import { Unsupported } from '../../unsupported.ts';
import { numbersAt, realAt, refusal } from '../operands.ts';
import { settle } from '../rounding.ts';
import {
  channelsOf,
  knownPadding,
  layoutOf,
  shapeWith,
  slidSize,
  spaceOf,
  spatial,
} from '../sliding-windows.ts';
import { forEachTap, gridOf, type Grid } from '../window-taps.ts';
import type { RealValue } from '../../../value.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Kernel, KernelContext, Kernels } from '../contract.ts';
import type { Layout, Padding, Window } from '../sliding-windows.ts';

function windowsOf(node: GraphNode, kernel: readonly number[], layout: Layout): readonly Window[] {
  const strides = spatial(node, 'strides', layout);
  const dilations = spatial(node, 'dilations', layout);
  return kernel.map((size, axis) => ({
    kernel: size,
    stride: strides[axis] ?? 1,
    dilation: dilations[axis] ?? 1,
  }));
}

/** Sizes of space of what is convolved, its padding, and the sizes of the result. */
function slide(
  node: GraphNode,
  layout: Layout,
  shape: readonly number[],
  windows: readonly Window[],
): { readonly padding: Padding; readonly slid: readonly number[] } {
  const sizes = spaceOf(shape, layout);
  const padding = knownPadding(node, layout, sizes, windows) ?? [];
  const slid = windows.map((window, axis) => slidSize(sizes[axis] ?? 0, window, padding[axis]));
  if (slid.some((size) => size < 0)) {
    throw refusal('Computed output size would be negative');
  }
  return { padding, slid };
}

/** Channels of one group, and how many outputs each has. */
interface Channels {
  readonly perGroup: number;
  readonly outputsPerGroup: number;
  readonly groups: number;
}

/** The filter's elements are [taps, channels of a group, outputs]. */
function convolve(
  { image, filter }: { readonly image: RealValue; readonly filter: RealValue },
  from: Grid,
  to: Grid,
  windows: readonly Window[],
  padding: Padding,
  { perGroup, outputsPerGroup, groups }: Channels,
): Float64Array {
  const result = new Float64Array(to.length);
  const outputs = outputsPerGroup * groups;
  forEachTap(to, from, windows, padding, (target, source, tap) => {
    for (let group = 0; group < groups; group++) {
      for (let channel = 0; channel < perGroup; channel++) {
        const pixel = image.data[source + (group * perGroup + channel) * from.channelStride] ?? 0;
        const row = (tap * perGroup + channel) * outputs;
        for (let output = group * outputsPerGroup; output < (group + 1) * outputsPerGroup; output++) {
          const at = target + output * to.channelStride;
          result[at] = (result[at] ?? 0) + pixel * (filter.data[row + output] ?? 0);
        }
      }
    }
  });
  return result;
}

function settled(dtype: RealValue['dtype'], shape: readonly number[], sums: Float64Array): RealValue {
  const data = newRealArray(dtype, sums.length);
  data.set(sums);
  return { dtype, shape, data: settle(dtype, data) };
}

/** @param isDepthwise the filter is [space…, inputs, outputs of each] instead of [space…, inputs of a group, outputs] */
const convolution =
  (space: number, isDepthwise = false): Kernel =>
  (operands, node, context) => {
    const image = realAt(operands, 0, node);
    const filter = realAt(operands, 1, node);
    const layout = layoutOf(node, space);
    if (filter.shape.length !== space + 2) {
      throw refusal(`filter must be ${space + 2}-dimensional: [${filter.shape.join(',')}]`);
    }
    const windows = windowsOf(node, filter.shape.slice(0, space), layout);
    const { padding, slid } = slide(node, layout, image.shape, windows);
    const depth = channelsOf(image.shape, layout);
    const [inputs = 0, outputs = 0] = filter.shape.slice(space);
    const perGroup = isDepthwise ? 1 : inputs;
    const groups = isDepthwise ? inputs : depth / Math.max(1, inputs);
    if (
      !Number.isInteger(groups) ||
      (isDepthwise && inputs !== depth) ||
      (!isDepthwise && outputs % groups)
    ) {
      throw refusal(
        isDepthwise
          ? `input and filter must have the same depth: ${depth} vs ${inputs}`
          : `input depth must be evenly divisible by filter depth: ${depth} vs ${inputs}`,
      );
    }
    const outputsPerGroup = isDepthwise ? outputs : outputs / groups;
    const shape = shapeWith(image.shape[0] ?? 0, outputsPerGroup * groups, slid, layout);
    const to = claimedGrid(shape, layout, context);
    const channels = { perGroup, outputsPerGroup, groups };
    const sums = convolve({ image, filter }, gridOf(image.shape, layout), to, windows, padding, channels);
    return [settled(image.dtype, shape, sums)];
  };

function claimedGrid(shape: readonly number[], layout: Layout, context: KernelContext): Grid {
  const grid = gridOf(shape, layout);
  context.claim(grid.length);
  return grid;
}

/** Each element is spread over the places that a forward convolution would have read for it. */
const transposed =
  (space: number): Kernel =>
  (operands, node, context) => {
    const wanted = numbersAt(operands, 0, node);
    const filter = realAt(operands, 1, node);
    const image = realAt(operands, 2, node);
    const layout = layoutOf(node, space);
    const [outputs = 0, inputs = 0] = filter.shape.slice(space);
    const batch = image.shape[0] ?? 0;
    const sizes = wanted.length === space ? wanted : spaceOf(wanted, layout);
    const shape = shapeWith(batch, outputs, sizes, layout);
    if (filter.shape.length !== space + 2 || channelsOf(image.shape, layout) !== inputs) {
      throw new Unsupported('groups of channels');
    }
    const windows = windowsOf(node, filter.shape.slice(0, space), layout);
    const { padding, slid } = slide(node, layout, shape, windows);
    if (spaceOf(image.shape, layout).some((size, axis) => size !== slid[axis])) {
      throw refusal(`Size of out_backprop doesn't match computed: actual = ${String(image.shape[1])}`);
    }
    const to = claimedGrid(shape, layout, context);
    const from = gridOf(image.shape, layout);
    const sums = new Float64Array(to.length);
    forEachTap(from, to, windows, padding, (source, target, tap) => {
      for (let output = 0; output < outputs; output++) {
        let sum = 0;
        for (let input = 0; input < inputs; input++) {
          const weight = filter.data[(tap * outputs + output) * inputs + input] ?? 0;
          sum += weight * (image.data[source + input * from.channelStride] ?? 0);
        }
        const at = target + output * to.channelStride;
        sums[at] = (sums[at] ?? 0) + sum;
      }
    });
    return [settled(image.dtype, shape, sums)];
  };

/** Convolutions. */
export const convolutionKernels: Kernels = new Map<string, Kernel>([
  ['Conv2D', convolution(2)],
  ['Conv3D', convolution(3)],
  ['DepthwiseConv2dNative', convolution(2, true)],
  ['Conv2DBackpropInput', transposed(2)],
  ['Conv3DBackpropInputV2', transposed(3)],
]);
