// Brings the samples of a component to the image's resolution: libjpeg's triangle filters, or repetition.
import type { Plane } from './plane.ts';

/** The part of the image that is made, in its pixels: libjpeg filters it as if there were nothing beside it. */
export interface Window {
  readonly start: number;
  readonly width: number;
}

/** Writes one row of pixels of a component. @param row of the image */
export type Upsampler = (row: number, target: Uint8Array) => void;

/** @param isFancy whether triangle filters are wanted, and the ratio allows them */
export function upsampler(plane: Plane, window: Window, isFancy: boolean, isNarrow: boolean): Upsampler {
  const { acrossEach, downEach } = plane;
  const part = {
    plane,
    start: window.start / acrossEach,
    width: Math.ceil(window.width / acrossEach),
  };
  if (isFancy && acrossEach === 2 && downEach === 1 && !isNarrow) {
    return (row, target) => triangleAcross(part, row, target);
  }
  if (isFancy && acrossEach === 1 && downEach === 2) {
    return (row, target) => triangleDown(part, row, target);
  }
  if (isFancy && acrossEach === 2 && downEach === 2 && !isNarrow) {
    const sums = new Int32Array(part.width);
    return (row, target) => triangleBoth(part, row, target, sums);
  }
  return (row, target) => repeat(part, row, target, window.width);
}

interface Part {
  readonly plane: Plane;
  /** First sample of a row, and how many. */
  readonly start: number;
  readonly width: number;
}

function repeat({ plane, start, width }: Part, row: number, target: Uint8Array, pixels: number): void {
  const { acrossEach, downEach, samples, stride } = plane;
  const first = Math.floor(row / downEach) * stride + start;
  if (acrossEach === 1) {
    target.set(samples.subarray(first, first + width));
    return;
  }
  for (let x = 0; x < pixels; x++) {
    target[x] = samples[first + Math.floor(x / acrossEach)] ?? 0;
  }
}

/** 3/4 of the nearer sample and 1/4 of the other one; halves are rounded up and down by turns. */
function triangleAcross({ plane, start, width }: Part, row: number, target: Uint8Array): void {
  const { samples, stride } = plane;
  const first = row * stride + start;
  const last = width - 1;
  for (let i = 0; i < width; i++) {
    const value = samples[first + i] ?? 0;
    const before = i === 0 ? value : (samples[first + i - 1] ?? 0);
    const after = i === last ? value : (samples[first + i + 1] ?? 0);
    target[2 * i] = (value * 3 + before + 1) >> 2;
    target[2 * i + 1] = (value * 3 + after + 2) >> 2;
  }
}

/** Where the two rows of samples begin that a row of pixels is made of: the nearer one and the other one. */
function nearRows(plane: Plane, row: number): readonly [near: number, far: number] {
  const near = row >> 1;
  const far = (row & 1) === 0 ? Math.max(near - 1, 0) : Math.min(near + 1, plane.height - 1);
  return [near * plane.stride, far * plane.stride];
}

function triangleDown({ plane, start, width }: Part, row: number, target: Uint8Array): void {
  const { samples } = plane;
  const [near, far] = nearRows(plane, row);
  const bias = (row & 1) === 0 ? 1 : 2;
  for (let i = start; i < start + width; i++) {
    target[i - start] = ((samples[near + i] ?? 0) * 3 + (samples[far + i] ?? 0) + bias) >> 2;
  }
}

function triangleBoth(
  { plane, start, width }: Part,
  row: number,
  target: Uint8Array,
  sums: Int32Array,
): void {
  const { samples } = plane;
  const [near, far] = nearRows(plane, row);
  for (let i = 0; i < width; i++) {
    sums[i] = (samples[near + start + i] ?? 0) * 3 + (samples[far + start + i] ?? 0);
  }
  const last = width - 1;
  for (let i = 0; i < width; i++) {
    const sum = sums[i] ?? 0;
    const before = i === 0 ? sum : (sums[i - 1] ?? 0);
    const after = i === last ? sum : (sums[i + 1] ?? 0);
    target[2 * i] = (sum * 3 + before + 8) >> 4;
    target[2 * i + 1] = (sum * 3 + after + 7) >> 4;
  }
}
