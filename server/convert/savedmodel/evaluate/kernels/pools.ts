// Kernels of pools, for elements that ONNX Runtime does not pool.
import { newRealArray } from '../../../value.ts';
import { realAt, refusal } from '../operands.ts';
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
import { forEachTap, gridOf } from '../window-taps.ts';
import type { Kernel, Kernels } from '../contract.ts';

/** An average counts only what lies inside of the image. */
const pool =
  (op: 'max' | 'average', space: number): Kernel =>
  (operands, node, context) => {
    const image = realAt(operands, 0, node);
    const layout = layoutOf(node, space);
    const strides = spatial(node, 'strides', layout);
    const windows = spatial(node, 'ksize', layout).map((kernel, axis) => ({
      kernel,
      stride: strides[axis] ?? 1,
      dilation: 1,
    }));
    const sizes = spaceOf(image.shape, layout);
    const padding = knownPadding(node, layout, sizes, windows) ?? [];
    const slid = windows.map((window, axis) => slidSize(sizes[axis] ?? 0, window, padding[axis]));
    if (slid.some((size) => size < 0)) {
      throw refusal('Computed output size would be negative');
    }
    const shape = shapeWith(image.shape[0] ?? 0, channelsOf(image.shape, layout), slid, layout);
    const to = gridOf(shape, layout);
    const from = gridOf(image.shape, layout);
    context.claim(2 * to.length);
    const results = new Float64Array(to.length).fill(op === 'max' ? -Infinity : 0);
    const counts = new Int32Array(to.length);
    forEachTap(to, from, windows, padding, (target, source) => {
      for (let channel = 0; channel < to.channels; channel++) {
        const at = target + channel * to.channelStride;
        const pixel = image.data[source + channel * from.channelStride] ?? 0;
        const before = results[at] ?? 0;
        results[at] = op === 'max' ? Math.max(before, pixel) : before + pixel;
        counts[at] = (counts[at] ?? 0) + 1;
      }
    });
    const data = newRealArray(image.dtype, to.length);
    data.set(op === 'max' ? results : results.map((sum, at) => sum / (counts[at] ?? 1)));
    return [{ dtype: image.dtype, shape, data: settle(image.dtype, data) }];
  };

/** Pools. */
export const poolKernels: Kernels = new Map<string, Kernel>([
  ['AvgPool', pool('average', 2)],
  ['AvgPool3D', pool('average', 3)],
  ['MaxPool', pool('max', 2)],
  ['MaxPool3D', pool('max', 3)],
]);
