// Moves elements of any type from tensors to a new one: by their width in bits, whatever they mean.
import { newRealArray } from '../../value.ts';
import { broadcastStrides, productOf, sameShape, stridesOf } from './shapes.ts';
import type { Value } from '../../value.ts';

/** Elements as bits; 64 bits and more are several cells. */
export type Cells = Uint8Array | Uint16Array | Uint32Array;

/** A tensor that is being put together from others of its type. */
export interface Move {
  /** The cells of each source. */
  readonly from: readonly Cells[];
  /** The new tensor's: zeros, or empty strings. */
  readonly to: Cells;
  /** Cells per element. */
  readonly width: number;
  /** The new tensor, when all is moved. */
  result(shape: readonly number[]): Value;
}

const noBytes = new Uint8Array();

/** Prepares a new tensor of so many elements of the sources' type. All sources have the type of the first. */
export function moveFrom(sources: readonly [Value, ...Value[]], count: number): Move {
  const [first] = sources;
  if (first.dtype === 'string') {
    return moveStrings(sources, count);
  }
  const data = newData(first, count);
  return {
    from: sources.map((source) => cellsOf(source.data)),
    to: cellsOf(data),
    width: Math.max(1, data.BYTES_PER_ELEMENT / 4) * (data.length === count ? 1 : 2),
    result: (shape) => ({ ...first, shape, data }) as Value,
  };
}

/** Strings are moved as their numbers in a pool; number 0 is the empty string. */
function moveStrings(sources: readonly Value[], count: number): Move {
  const pool: Uint8Array[] = [noBytes];
  const from = sources.map((source) => {
    const numbers = new Uint32Array(source.data.length);
    for (const [i, bytes] of source.data.entries()) {
      numbers[i] = pool.length;
      pool.push(bytes instanceof Uint8Array ? bytes : noBytes);
    }
    return numbers;
  });
  const to = new Uint32Array(count);
  return {
    from,
    to,
    width: 1,
    result: (shape) => ({
      dtype: 'string',
      shape,
      data: Array.from(to, (number) => pool[number] ?? noBytes),
    }),
  };
}

type NumericData = Exclude<Value['data'], readonly Uint8Array[]>;

function newData(like: Exclude<Value, { readonly dtype: 'string' }>, count: number): NumericData {
  switch (like.dtype) {
    case 'int64':
      return new BigInt64Array(count);
    case 'uint64':
      return new BigUint64Array(count);
    case 'complex64':
      return new Float32Array(2 * count);
    case 'complex128':
      return new Float64Array(2 * count);
    default:
      return newRealArray(like.dtype, count);
  }
}

function cellsOf(data: Value['data']): Cells {
  if (!ArrayBuffer.isView(data)) {
    return noBytes;
  }
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: size } = data;
  switch (size) {
    case 1:
      return new Uint8Array(buffer, byteOffset, byteLength);
    case 2:
      return new Uint16Array(buffer, byteOffset, byteLength / 2);
    default:
      return new Uint32Array(buffer, byteOffset, byteLength / 4);
  }
}

/** A walk over elements of one side: where it starts, and how far neighbours along each axis are from each other. */
export interface Walk {
  readonly cells: Cells;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Copies a box of elements of these sizes from one walk to another. Offsets and strides count elements; strides may be 0 or negative. */
export function copyBox(sizes: readonly number[], source: Walk, target: Walk, width: number): void {
  if (productOf(sizes) === 0) {
    return;
  }
  const axes = joinedAxes(sizes, source, target, width).sort(
    (a, b) => Math.abs(b.target) - Math.abs(a.target),
  );
  const inner = axes.pop() ?? { size: 1, source: 1, target: 1 };
  // Neighbours of the source belong into the plane too, or each read would miss the cache.
  const nearest = axes.reduce(
    (best, axis, i) => (Math.abs(axis.source) <= Math.abs(axes[best]?.source ?? 0) ? i : best),
    0,
  );
  const middle = axes[nearest] ?? { size: 1, source: 0, target: 0 };
  const outer = axes.toSpliced(nearest, 1);
  const index = new Array<number>(outer.length).fill(0);
  let from = source.offset * width;
  let to = target.offset * width;
  for (;;) {
    copyPlane(middle, inner, source.cells, from, target.cells, to);
    let axis = outer.length - 1;
    for (; axis >= 0; axis--) {
      const step = outer[axis] ?? inner;
      const next = (index[axis] ?? 0) + 1;
      from += step.source;
      to += step.target;
      if (next < step.size) {
        index[axis] = next;
        break;
      }
      from -= step.source * step.size;
      to -= step.target * step.size;
      index[axis] = 0;
    }
    if (axis < 0) {
      return;
    }
  }
}

interface Axis {
  readonly size: number;
  readonly source: number;
  readonly target: number;
}

/** The axes of a box in cells, without those of size 1, neighbours joined where they are one run on both sides. */
function joinedAxes(sizes: readonly number[], source: Walk, target: Walk, width: number): Axis[] {
  const axes: Axis[] = [];
  const add = (axis: Axis): void => {
    const last = axes.at(-1);
    if (axis.size === 1) {
      return;
    }
    if (last?.source === axis.source * axis.size && last.target === axis.target * axis.size) {
      axes[axes.length - 1] = { ...axis, size: axis.size * last.size };
    } else {
      axes.push(axis);
    }
  };
  for (const [axis, size] of sizes.entries()) {
    add({
      size,
      source: (source.strides[axis] ?? 0) * width,
      target: (target.strides[axis] ?? 0) * width,
    });
  }
  add({ size: width, source: 1, target: 1 });
  return axes;
}

/** Runs shorter than this are cheaper to copy cell by cell. */
const shortRun = 16;
/** The side of the squares in which a transposition goes, so that both sides stay in the cache. */
const tile = 32;

function copyPlane(middle: Axis, inner: Axis, from: Cells, start: number, to: Cells, target: number): void {
  const runs = inner.source === 1 && inner.target === 1 && inner.size >= shortRun;
  if (runs) {
    for (let i = 0; i < middle.size; i++) {
      const begin = start + i * middle.source;
      to.set(from.subarray(begin, begin + inner.size), target + i * middle.target);
    }
    return;
  }
  const rows = inner.size > tile && middle.size > tile ? tile : middle.size;
  const columns = rows === tile ? tile : inner.size;
  for (let row = 0; row < middle.size; row += rows) {
    const lastRow = Math.min(row + rows, middle.size);
    for (let column = 0; column < inner.size; column += columns) {
      const count = Math.min(columns, inner.size - column);
      for (let i = row; i < lastRow; i++) {
        let read = start + i * middle.source + column * inner.source;
        let write = target + i * middle.target + column * inner.target;
        for (let j = 0; j < count; j++) {
          to[write] = from[read] ?? 0;
          read += inner.source;
          write += inner.target;
        }
      }
    }
  }
}

/** A new tensor of `shape` whose elements are read from `value` with these strides. */
export function readStrided(
  value: Value,
  shape: readonly number[],
  offset: number,
  strides: readonly number[],
): Value {
  const move = moveFrom([value], productOf(shape));
  const [cells = noBytes] = move.from;
  copyBox(
    shape,
    { cells, offset, strides },
    { cells: move.to, offset: 0, strides: stridesOf(shape) },
    move.width,
  );
  return move.result(shape);
}

/** The tensor repeated to a shape that it broadcasts to; itself where that is its shape. */
export function broadcastValue<V extends Value>(value: V, shape: readonly number[]): V {
  return sameShape(value.shape, shape)
    ? value
    : (readStrided(value, shape, 0, broadcastStrides(value.shape, shape)) as V);
}

/**
 * Rows of a tensor, `size` elements each, one for each entry of `rows` by its index; -1 for a row of zeros (empty strings).
 */
export function takeRows(
  value: Value,
  rows: ArrayLike<number>,
  size: number,
  shape: readonly number[],
): Value {
  const move = moveFrom([value], rows.length * size);
  const [from = noBytes] = move.from;
  const cells = size * move.width;
  const { to } = move;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? -1;
    if (row < 0) {
      continue;
    }
    if (cells >= shortRun) {
      to.set(from.subarray(row * cells, (row + 1) * cells), i * cells);
    } else {
      for (let j = 0; j < cells; j++) {
        to[i * cells + j] = from[row * cells + j] ?? 0;
      }
    }
  }
  return move.result(shape);
}

/** The same elements in another shape of the same size. */
export function reshaped<V extends Value>(value: V, shape: readonly number[]): V {
  return { ...value, shape };
}
