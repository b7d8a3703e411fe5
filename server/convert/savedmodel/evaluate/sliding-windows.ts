// Windows that slide over images, as convolutions and pools have them: layouts, strides and TensorFlow's padding.
import { intListAttr, stringAttr } from '../graph/attributes.ts';
import { Unsupported } from '../unsupported.ts';
import type { GraphNode } from '../graph/flat-graph.ts';

/** Where batch, channels and space are in a tensor of images. */
export interface Layout {
  readonly channelsLast: boolean;
  /** How many axes of space: 1, 2 or 3. */
  readonly space: number;
}

/** How a window slides along one axis of space. */
export interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
}

/** What is put before and behind an axis. */
export type Padding = readonly (readonly [number, number])[];

/** From the attribute `data_format`: `NHWC`, `NCHW`, `NDHWC`, `NCDHW`. */
export function layoutOf(node: GraphNode, space: number): Layout {
  const format = stringAttr(node, 'data_format', space === 2 ? 'NHWC' : 'NDHWC');
  const channelsLast = format.endsWith('C');
  if (!channelsLast && !format.startsWith('NC')) {
    throw new Unsupported(`data_format ${format}`);
  }
  return { channelsLast, space };
}

/** The elements of an attribute with one number per axis that belong to axes of space. */
export function spatial(node: GraphNode, name: string, { channelsLast, space }: Layout): readonly number[] {
  const all = intListAttr(node, name, new Array<number>(space + 2).fill(1));
  if (all.length !== space + 2) {
    throw new Unsupported(`${name} of ${all.length} axes`);
  }
  if (all[0] !== 1 || all[channelsLast ? space + 1 : 1] !== 1) {
    throw new Unsupported(`${name} along batch or channels`);
  }
  return channelsLast ? all.slice(1, -1) : all.slice(2);
}

/** The sizes of space in a shape; -1 each where the rank is not known. */
export function spaceOf(
  shape: readonly number[] | undefined,
  { channelsLast, space }: Layout,
): readonly number[] {
  if (shape === undefined) {
    return new Array<number>(space).fill(-1);
  }
  if (shape.length !== space + 2) {
    throw new Unsupported(`a tensor of rank ${shape.length} where ${space + 2} belongs`);
  }
  return channelsLast ? shape.slice(1, -1) : shape.slice(2);
}

/** The shape of a tensor in this layout. */
export function shapeWith(
  batch: number,
  channels: number,
  sizes: readonly number[],
  { channelsLast }: Layout,
): number[] {
  return channelsLast ? [batch, ...sizes, channels] : [batch, channels, ...sizes];
}

export function batchOf(shape: readonly number[] | undefined): number {
  return shape?.[0] ?? -1;
}

export function channelsOf(shape: readonly number[] | undefined, { channelsLast }: Layout): number {
  return shape?.[channelsLast ? shape.length - 1 : 1] ?? -1;
}

/** How far a window reaches. */
export function reach({ kernel, dilation }: Window): number {
  return (kernel - 1) * dilation + 1;
}

/** All that TensorFlow's SAME adds to an axis of this size (GetWindowedOutputSize). */
function sameTotal(size: number, window: Window): number {
  return Math.max(0, (Math.ceil(size / window.stride) - 1) * window.stride + reach(window) - size);
}

/** The padding in numbers; undefined where it depends on sizes that are not known. */
export function knownPadding(
  node: GraphNode,
  layout: Layout,
  sizes: readonly number[],
  windows: readonly Window[],
): Padding | undefined {
  const padding = stringAttr(node, 'padding');
  if (padding === 'VALID') {
    return windows.map(() => [0, 0] as const);
  }
  if (padding === 'EXPLICIT') {
    const pads = intListAttr(node, 'explicit_paddings');
    const first = layout.channelsLast ? 1 : 2;
    return windows.map(
      (_, axis) => [pads[2 * (first + axis)] ?? 0, pads[2 * (first + axis) + 1] ?? 0] as const,
    );
  }
  if (padding !== 'SAME') {
    throw new Unsupported(`padding ${padding}`);
  }
  const totals = windows.map((window, axis) => {
    const size = sizes[axis] ?? -1;
    if (size >= 0) {
      return sameTotal(size, window);
    }
    if (reach(window) === 1) {
      return 0;
    }
    return window.stride === 1 ? reach(window) - 1 : undefined;
  });
  return totals.every((total) => total !== undefined)
    ? totals.map((total) => [total >> 1, total - (total >> 1)] as const)
    : undefined;
}

/** A size after the window has slid along it. */
export function slidSize(
  size: number,
  window: Window,
  padding: readonly [number, number] | undefined,
): number {
  if (size < 0) {
    return -1;
  }
  if (padding === undefined) {
    return Math.ceil(size / window.stride);
  }
  return Math.floor((size + padding[0] + padding[1] - reach(window)) / window.stride) + 1;
}
