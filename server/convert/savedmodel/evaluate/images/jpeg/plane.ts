// The samples of one component of a JPEG image, as many as its resolution and the ratio leave.
import { JpegError } from './jpeg-error.ts';
import { naturalOrder } from './block-decoders.ts';
import { fastFactors, plainFactors } from './inverse-dct.ts';
import { inverseDct } from './reduced-dct.ts';
import type { InverseDct } from './inverse-dct.ts';
import type { Component, Frame } from './frame.ts';
import type { CoefficientStore } from './scan-decoder.ts';

/** Samples of a component. */
export interface Plane {
  readonly component: Component;
  /** Samples of a block in each direction: 1, 2, 4 or 8. */
  readonly size: number;
  /** Row-major, of whole blocks. */
  readonly samples: Uint8ClampedArray;
  readonly stride: number;
  /** Samples that belong to the image. */
  readonly width: number;
  readonly height: number;
  /** How many pixels each sample is for. */
  readonly acrossEach: number;
  readonly downEach: number;
}

/**
 * How large a component's blocks become: libjpeg rather transforms the chroma to more samples than it upsamples it.
 *
 * @param smallest samples of a block of the component with most samples: 8 divided by the ratio
 */
function blockSize(component: Component, frame: Frame, smallest: number): number {
  let size = smallest;
  while (
    size < 8 &&
    (frame.maximumHorizontal * smallest) % (component.horizontal * size * 2) === 0 &&
    (frame.maximumVertical * smallest) % (component.vertical * size * 2) === 0
  ) {
    size *= 2;
  }
  return size;
}

/** What a plane of a component will be. Throws JpegError where its resolution is no whole part of the image's. */
export function planeShape(component: Component, frame: Frame, smallest: number): Omit<Plane, 'samples'> {
  const size = blockSize(component, frame, smallest);
  const { maximumHorizontal, maximumVertical } = frame;
  const acrossEach = maximumHorizontal / ((component.horizontal * size) / smallest);
  const downEach = maximumVertical / ((component.vertical * size) / smallest);
  if (!Number.isInteger(acrossEach) || !Number.isInteger(downEach)) {
    throw new JpegError('the sampling is fractional');
  }
  return {
    component,
    size,
    stride: component.blocksWide * size,
    width: Math.ceil((frame.width * component.horizontal * size) / (maximumHorizontal * 8)),
    height: Math.ceil((frame.height * component.vertical * size) / (maximumVertical * 8)),
    acrossEach,
    downEach,
  };
}

/** How a plane's blocks are transformed. */
export interface PlaneTransform {
  readonly factors: Int16Array;
  readonly transform: InverseDct;
}

/** @param quantisation in zigzag order */
export function planeTransform(size: number, isFast: boolean, quantisation: Uint16Array): PlaneTransform {
  const natural = new Uint16Array(64);
  quantisation.forEach((value, k) => (natural[naturalOrder[k] ?? 63] = value));
  return {
    factors: size === 8 && isFast ? fastFactors(natural) : plainFactors(natural),
    transform: inverseDct(size, isFast),
  };
}

/** Transforms rows of blocks. @param end row behind the last one; those beyond the component are left out */
export function transformRows(
  plane: Plane,
  { factors, transform }: PlaneTransform,
  store: CoefficientStore,
  start: number,
  end: number,
): void {
  const { component, samples, size, stride } = plane;
  const last = Math.min(end, component.blocksHigh);
  for (let row = start; row < last; row++) {
    const first = (row % store.rowsHeld) * store.blocksPerRow;
    for (let x = 0; x < component.blocksWide; x++) {
      transform(store.data, (first + x) * 64, factors, samples, row * size * stride + x * size, stride);
    }
  }
}
