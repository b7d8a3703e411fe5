// Walks over what windows cover, place by place.
import { sizeOf } from '../../value.ts';
import type { Layout, Padding, Window } from './sliding-windows.ts';

/** Where the elements of images are in memory. */
export interface Grid {
  readonly batch: number;
  /** Sizes of space, always three; images with fewer axes have ones before them. */
  readonly sizes: readonly [number, number, number];
  /** How far neighbours along each axis of space are apart. */
  readonly strides: readonly [number, number, number];
  readonly batchStride: number;
  readonly channelStride: number;
  readonly channels: number;
  /** All elements. */
  readonly length: number;
}

/** The grid of images of such a shape. Throws SAVED_MODEL_INVALID for one that cannot be. */
export function gridOf(shape: readonly number[], { channelsLast }: Layout): Grid {
  const length = sizeOf(shape);
  const batch = shape[0] ?? 0;
  const channels = shape[channelsLast ? shape.length - 1 : 1] ?? 0;
  const space = channelsLast ? shape.slice(1, -1) : shape.slice(2);
  const [depth, height, width] = [space.at(-3) ?? 1, space.at(-2) ?? 1, space.at(-1) ?? 1];
  const unit = channelsLast ? channels : 1;
  const plane = depth * height * width;
  return {
    batch,
    sizes: [depth, height, width],
    strides: [height * width * unit, width * unit, unit],
    batchStride: plane * channels,
    channelStride: channelsLast ? 1 : plane,
    channels,
    length,
  };
}

/** A window and what is before an axis. */
interface Slide extends Window {
  readonly before: number;
}

function slides(windows: readonly Window[], padding: Padding): readonly [Slide, Slide, Slide] {
  const all = windows.map((window, axis): Slide => ({ ...window, before: padding[axis]?.[0] ?? 0 }));
  const none: Slide = { kernel: 1, stride: 1, dilation: 1, before: 0 };
  return [all.at(-3) ?? none, all.at(-2) ?? none, all.at(-1) ?? none];
}

/**
 * Calls `visit` for each pixel of `outer` and each pixel of `inner` that its window covers.
 *
 * @param outer what the windows' results make up
 * @param visit gets where the first channels of both pixels are, and which element of the window it is
 */
export function forEachTap(
  outer: Grid,
  inner: Grid,
  windows: readonly Window[],
  padding: Padding,
  visit: (outer: number, inner: number, tap: number) => void,
): void {
  const [deep, high, wide] = slides(windows, padding);
  for (let item = 0; item < outer.batch; item++) {
    for (let z = 0; z < outer.sizes[0]; z++) {
      const depth = coveredBy(deep, z, inner.sizes[0]);
      for (let y = 0; y < outer.sizes[1]; y++) {
        const height = coveredBy(high, y, inner.sizes[1]);
        for (let x = 0; x < outer.sizes[2]; x++) {
          const width = coveredBy(wide, x, inner.sizes[2]);
          const target =
            item * outer.batchStride + z * outer.strides[0] + y * outer.strides[1] + x * outer.strides[2];
          for (let tapZ = depth.first; tapZ < depth.end; tapZ++) {
            const inZ = item * inner.batchStride + (depth.start + tapZ * deep.dilation) * inner.strides[0];
            for (let tapY = height.first; tapY < height.end; tapY++) {
              const inY = inZ + (height.start + tapY * high.dilation) * inner.strides[1];
              const row = (tapZ * high.kernel + tapY) * wide.kernel;
              for (let tapX = width.first; tapX < width.end; tapX++) {
                const source = inY + (width.start + tapX * wide.dilation) * inner.strides[2];
                visit(target, source, row + tapX);
              }
            }
          }
        }
      }
    }
  }
}

/** Where a window begins, and which of its elements lie inside of the axis. */
interface Covered {
  readonly start: number;
  readonly first: number;
  readonly end: number;
}

function coveredBy({ kernel, stride, dilation, before }: Slide, at: number, size: number): Covered {
  const start = at * stride - before;
  return {
    start,
    first: Math.max(0, Math.ceil(-start / dilation)),
    end: Math.min(kernel, Math.floor((size - 1 - start) / dilation) + 1),
  };
}
