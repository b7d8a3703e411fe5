// Kernels of images that are made larger or smaller.
import { boolAttr, stringAttr } from '../../graph/attributes.ts';
import { isReal, newRealArray, numbersOf } from '../../../value.ts';
import { Unsupported } from '../../unsupported.ts';
import { area, bicubic, bilinear, nearest, sampled } from '../interpolation.ts';
import { numbersAt, refusal, tensorAt } from '../operands.ts';
import type { RealType, Value } from '../../../value.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { Kernel, KernelContext, Kernels, Operand } from '../contract.ts';
import type { Alignment, Interpolation } from '../interpolation.ts';

/** Sizes of a batch of images, and what they shall become. Throws INFERENCE_FAILED in TensorFlow's words. */
interface Sizes {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

function sizesOf(operands: readonly Operand[], node: GraphNode): Sizes {
  const { shape } = tensorAt(operands, 0, node);
  if (shape.length !== 4) {
    throw refusal(`input must be 4-dimensional[${shape.join(',')}]`);
  }
  const size = tensorAt(operands, 1, node);
  if (size.shape.length !== 1) {
    throw refusal(`shape_t must be 1-dimensional[${size.shape.join(',')}]`);
  }
  const [outHeight = -1, outWidth = -1, ...more] = numbersAt(operands, 1, node);
  if (more.length > 0 || size.shape[0] !== 2) {
    throw refusal(`shape_t must have two elements[${size.shape.join(',')}]`);
  }
  if (outHeight <= 0 || outWidth <= 0) {
    throw refusal('output dimensions must be positive');
  }
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  if (height === 0 || width === 0 || channels === 0) {
    throw refusal('input image must be of non-zero size');
  }
  return { batch, height, width, channels, outHeight, outWidth };
}

function alignmentOf(node: GraphNode): Alignment {
  const alignment = {
    alignCorners: boolAttr(node, 'align_corners', false),
    halfPixelCenters: boolAttr(node, 'half_pixel_centers', false),
  };
  if (alignment.alignCorners && alignment.halfPixelCenters) {
    throw refusal('If half_pixel_centers is True, align_corners must be False.');
  }
  return alignment;
}

/** The images resampled along both axes. */
function resampled(
  image: Value,
  { batch, height, width, channels, outHeight, outWidth }: Sizes,
  rows: Interpolation,
  columns: Interpolation,
  dtype: RealType,
  context: KernelContext,
): Value {
  const line = width * channels;
  context.claim(batch * outHeight * outWidth * channels);
  context.claim(line);
  const source = isReal(image) ? image.data : Float64Array.from(numbersOf(image));
  const data = newRealArray(dtype, batch * outHeight * outWidth * channels);
  const mixed = new Float64Array(line);
  let target = 0;
  for (let item = 0; item < batch; item++) {
    for (let y = 0; y < outHeight; y++) {
      mixed.fill(0);
      for (let tap = y * rows.taps; tap < (y + 1) * rows.taps; tap++) {
        const weight = rows.weights[tap] ?? 0;
        const start = (item * height + (rows.indices[tap] ?? 0)) * line;
        for (let at = 0; weight !== 0 && at < line; at++) {
          mixed[at] = (mixed[at] ?? 0) + weight * (source[start + at] ?? 0);
        }
      }
      for (let x = 0; x < outWidth; x++) {
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          for (let tap = x * columns.taps; tap < (x + 1) * columns.taps; tap++) {
            const weight = columns.weights[tap] ?? 0;
            sum += weight === 0 ? 0 : weight * (mixed[(columns.indices[tap] ?? 0) * channels + channel] ?? 0);
          }
          data[target++] = sum;
        }
      }
    }
  }
  return { dtype, shape: [batch, outHeight, outWidth, channels], data };
}

const resize =
  (along: (inputSize: number, outputSize: number, alignment: Alignment) => Interpolation): Kernel =>
  (operands, node, context) => {
    const sizes = sizesOf(operands, node);
    const alignment = alignmentOf(node);
    context.claim((sizes.outHeight + sizes.outWidth) * 8);
    const rows = along(sizes.height, sizes.outHeight, alignment);
    const columns = along(sizes.width, sizes.outWidth, alignment);
    return [resampled(tensorAt(operands, 0, node), sizes, rows, columns, 'float32', context)];
  };

/** The pixels as they are, of any numbers. */
const resizeNearest: Kernel = (operands, node, context) => {
  const sizes = sizesOf(operands, node);
  const image = tensorAt(operands, 0, node);
  if (!isReal(image)) {
    throw new Unsupported(`ResizeNearestNeighbor of ${image.dtype}`);
  }
  const alignment = alignmentOf(node);
  context.claim(sizes.outHeight + sizes.outWidth);
  const rows = nearest(sizes.height, sizes.outHeight, alignment);
  const columns = nearest(sizes.width, sizes.outWidth, alignment);
  return [resampled(image, sizes, rows, columns, image.dtype, context)];
};

const scaleAndTranslate: Kernel = (operands, node, context) => {
  const sizes = sizesOf(operands, node);
  const scales = numbersAt(operands, 2, node);
  const translations = numbersAt(operands, 3, node);
  if (!scales.every((scale) => scale > 0)) {
    throw refusal('Scale must be greater than zero.');
  }
  const along = (axis: 0 | 1, inputSize: number, outputSize: number): Interpolation => {
    const scale = scales[axis] ?? 1;
    context.claim(outputSize * (2 * Math.min(inputSize, 5 / scale + 5) + 1));
    const result = sampled(inputSize, outputSize, {
      kernelType: stringAttr(node, 'kernel_type', 'lanczos3'),
      antialias: boolAttr(node, 'antialias', true),
      scale,
      translation: translations[axis] ?? 0,
    });
    if (result === undefined) {
      throw refusal(`Unrecognized kernel type: ${stringAttr(node, 'kernel_type')}`);
    }
    return result;
  };
  const rows = along(0, sizes.height, sizes.outHeight);
  const columns = along(1, sizes.width, sizes.outWidth);
  return [resampled(tensorAt(operands, 0, node), sizes, rows, columns, 'float32', context)];
};

/** Resizes of images. */
export const resizeKernels: Kernels = new Map<string, Kernel>([
  ['ResizeBilinear', resize(bilinear)],
  ['ResizeBicubic', resize(bicubic)],
  ['ResizeArea', resize(area)],
  ['ResizeNearestNeighbor', resizeNearest],
  ['ScaleAndTranslate', scaleAndTranslate],
]);
