// Kernel of images seen through a projective transformation (core/kernels/image/image_ops.h).
import { newRealArray } from '../../../value.ts';
import { stringAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import { numberAt, numbersAt, realAt, refusal } from '../operands.ts';
import { settle } from '../rounding.ts';
import type { Kernel, Kernels } from '../contract.ts';

type Fold = (place: number, size: number) => number;

const clamp: Fold = (place, size) => Math.min(Math.max(place, 0), size - 1);

/** Where a place outside of the image is taken from, by `fill_mode`. */
const folds: ReadonlyMap<string, Fold> = new Map<string, Fold>([
  ['CONSTANT', (place) => place],
  ['NEAREST', clamp],
  [
    'REFLECT',
    (place, size) => {
      const twice = 2 * size;
      let at = place;
      if (at < 0) {
        at = at < twice ? twice * Math.trunc(-at / twice) + at : at;
        at = at < -size ? at + twice : -at - 1;
      } else if (at > size - 1) {
        at -= twice * Math.trunc(at / twice);
        at = at >= size ? twice - at - 1 : at;
      }
      return clamp(size <= 1 ? 0 : at, size);
    },
  ],
  [
    'WRAP',
    (place, size) => {
      let at = place;
      if (at < 0) {
        at += size * (Math.trunc(-at / (size - 1)) + 1);
      } else if (at > size - 1) {
        at -= size * Math.trunc(at / (size - 1));
      }
      return clamp(size <= 1 ? 0 : at, size);
    },
  ],
]);

/** C's roundf. */
function rounded(value: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
}

/** @param hasFill whether there is a third version's operand `fill_value` */
const transform =
  (hasFill: boolean): Kernel =>
  (operands, node, context) => {
    const image = realAt(operands, 0, node);
    const transforms = realAt(operands, 1, node);
    const [outHeight = 0, outWidth = 0] = numbersAt(operands, 2, node);
    const fill = hasFill ? numberAt(operands, 3, node) : 0;
    const fold = folds.get(stringAttr(node, 'fill_mode', 'CONSTANT'));
    const interpolation = stringAttr(node, 'interpolation');
    const [batch = 0, height = 0, width = 0, channels = 0] = image.shape;
    if (fold === undefined || (interpolation !== 'BILINEAR' && interpolation !== 'NEAREST')) {
      throw new Unsupported(`fill_mode or interpolation ${interpolation}`);
    }
    if (image.shape.length !== 4) {
      throw refusal('input images must have rank 4');
    }
    const [rows = 0, columns] = transforms.shape;
    if (transforms.shape.length !== 2 || columns !== 8 || (rows !== batch && rows !== 1)) {
      throw refusal('Input transform should be num_images x 8 or 1 x 8');
    }
    if (outHeight <= 0 || outWidth <= 0) {
      throw refusal(`Output shape must be positive, got [${outHeight},${outWidth}]`);
    }
    context.claim(batch * outHeight * outWidth * channels);
    const data = newRealArray(image.dtype, batch * outHeight * outWidth * channels);
    for (let pixel = 0; pixel < batch * outHeight * outWidth; pixel++) {
      const x = pixel % outWidth;
      const y = Math.floor(pixel / outWidth) % outHeight;
      const item = Math.floor(pixel / (outWidth * outHeight));
      const factor = (index: number): number => transforms.data[(rows === 1 ? 0 : item) * 8 + index] ?? 0;
      const projection = Math.fround(factor(6) * x + factor(7) * y + 1);
      const along = (index: number, size: number): number =>
        fold(
          Math.fround(
            Math.fround(factor(index) * x + factor(index + 1) * y + factor(index + 2)) / projection,
          ),
          size,
        );
      const atX = along(0, width);
      const atY = along(3, height);
      for (let channel = 0; channel < channels; channel++) {
        const read = (row: number, column: number): number =>
          row >= 0 && row < height && column >= 0 && column < width
            ? (image.data[((item * height + row) * width + column) * channels + channel] ?? 0)
            : fill;
        let value = fill;
        if (projection !== 0 && interpolation === 'NEAREST') {
          value = read(rounded(atY), rounded(atX));
        } else if (projection !== 0) {
          const [left, top] = [Math.floor(atX), Math.floor(atY)];
          const row = (of: number): number =>
            (left + 1 - atX) * read(of, left) + (atX - left) * read(of, left + 1);
          value = (top + 1 - atY) * row(top) + (atY - top) * row(top + 1);
        }
        data[pixel * channels + channel] = value;
      }
    }
    const shape = [batch, outHeight, outWidth, channels];
    return [{ dtype: image.dtype, shape, data: settle(image.dtype, data) }];
  };

/** Projective transformations. */
export const projectionKernels: Kernels = new Map<string, Kernel>([
  ['ImageProjectiveTransformV2', transform(false)],
  ['ImageProjectiveTransformV3', transform(true)],
]);
