// Parts of a tensor: how RestoreV2 and checkpoints name them, and how their elements are copied (core/framework/tensor_slice.h).
import { PerchError } from '../../../errors.ts';
import type { Value } from '../../value.ts';

/** A run of an axis: `length` elements, at least 1, from `start`. */
export interface Extent {
  readonly start: number;
  readonly length: number;
}

/** One for each axis; undefined where it is the whole axis. */
export type TensorSlice = readonly (Extent | undefined)[];

/** A slice with every extent said. */
export type Box = readonly Extent[];

/** What RestoreV2's `shape_and_slices` asks for: the shape that the whole variable must have, and the part. */
export interface ShapeAndSlice {
  readonly shape: readonly number[];
  readonly slice: TensorSlice;
}

/** Reads `4 10 0,2:-`: the sizes of the whole, then the extents, `-` for a whole axis. Throws SAVED_MODEL_INVALID for other texts. */
export function parseShapeAndSlice(text: string): ShapeAndSlice {
  const words = text.split(' ');
  const shape = words.slice(0, -1).map(Number);
  const extents = (words.at(-1) ?? '').split(':').map((extent) => {
    const match = /^(\d{1,15}),(\d{1,15})$/u.exec(extent);
    return match === null ? extent : { start: Number(match[1]), length: Number(match[2]) };
  });
  const slice: (Extent | undefined)[] = [];
  for (const extent of extents) {
    if (typeof extent === 'string' ? extent !== '-' : extent.length === 0) {
      break;
    }
    slice.push(typeof extent === 'string' ? undefined : extent);
  }
  const sizesAreRight = words.slice(0, -1).every((word) => /^\d{1,15}$/u.test(word));
  if (!sizesAreRight || slice.length !== extents.length || slice.length !== shape.length) {
    throw new PerchError('SAVED_MODEL_INVALID', `The graph restores a slice that is not one: "${text}".`);
  }
  return { shape, slice };
}

/** The slice in a tensor of this shape; undefined where it does not lie in it. */
export function boxOf(slice: TensorSlice, shape: readonly number[]): Box | undefined {
  if (slice.length !== shape.length) {
    return undefined;
  }
  const box = shape.map((size, axis) => slice[axis] ?? { start: 0, length: size });
  return box.every(({ start, length }, axis) => start + length <= (shape[axis] ?? 0)) ? box : undefined;
}

/** All of a tensor of this shape. */
export function wholeBox(shape: readonly number[]): Box {
  return shape.map((length) => ({ start: 0, length }));
}

/** What both have; undefined where that is nothing. */
export function intersection(first: Box, second: Box): Box | undefined {
  const common: Extent[] = [];
  for (const [axis, { start, length }] of first.entries()) {
    const other = second[axis] ?? { start: 0, length: 0 };
    const from = Math.max(start, other.start);
    const to = Math.min(start + length, other.start + other.length);
    if (to <= from) {
      return undefined;
    }
    common.push({ start: from, length: to - from });
  }
  return common;
}

/** How many elements a box has. */
export function volumeOf(box: Box): number {
  return box.reduce((volume, { length }) => volume * length, 1);
}

/** The sizes of a box. */
export function shapeOfBox(box: Box): number[] {
  return box.map(({ length }) => length);
}

/** Elements by index: every array that a Value may have, of one kind on both sides of a copy. */
type Elements = Value['data'];

/**
 * Copies the elements of `part` from one box of a tensor to another, both row-major.
 *
 * @param width how many places in the arrays an element takes: 2 for complex numbers.
 */
export function copyPart(
  part: Box,
  from: { readonly data: Elements; readonly box: Box },
  to: { readonly data: Elements; readonly box: Box },
  width: number,
): void {
  const run = (part.at(-1)?.length ?? 1) * width;
  const rows = volumeOf(part.slice(0, -1));
  const copy = rowCopier(from.data, to.data);
  const index = part.map(() => 0);
  for (let row = 0; row < rows; row++) {
    copy(offsetIn(from.box, part, index) * width, offsetIn(to.box, part, index) * width, run);
    for (let axis = part.length - 2; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      index[axis] = next;
      if (next < (part[axis]?.length ?? 0)) {
        break;
      }
      index[axis] = 0;
    }
  }
}

/** Where the element at `index` of `part` is in a box that has it. */
function offsetIn(box: Box, part: Box, index: readonly number[]): number {
  let offset = 0;
  for (const [axis, { start, length }] of box.entries()) {
    offset = offset * length + (part[axis]?.start ?? 0) - start + (index[axis] ?? 0);
  }
  return offset;
}

type CopyRow = (from: number, to: number, count: number) => void;

function rowCopier(source: Elements, target: Elements): CopyRow {
  if (isTyped(source) && isTyped(target)) {
    const bytes = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    const targetBytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    const size = source.BYTES_PER_ELEMENT;
    return (from, to, count) =>
      targetBytes.set(bytes.subarray(from * size, (from + count) * size), to * size);
  }
  const strings = source as Uint8Array[];
  const targetStrings = target as Uint8Array[];
  return (from, to, count) => {
    for (let index = 0; index < count; index++) {
      targetStrings[to + index] = strings[from + index] ?? new Uint8Array();
    }
  };
}

function isTyped(data: Elements): data is Exclude<Elements, readonly Uint8Array[]> {
  return ArrayBuffer.isView(data);
}
