// Kernels that find places by numbers: bins of a histogram, indices of a flat one, patches of images.
import { intListAttr, stringAttr, typeAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import { valueOf } from '../../../value.ts';
import { moveFrom } from '../moves.ts';
import { numberAt, numbersAt, realAt, refusal, tensorAt } from '../operands.ts';
import { roundingOf } from '../rounding.ts';
import { productOf, shapeText, stridesOf } from '../shapes.ts';
import type { Kernel, Kernels } from '../contract.ts';

/** Values outside of the range count for its first and last bin. */
const histogramFixedWidth: Kernel = (operands, node, { claim }) => {
  const values = realAt(operands, 0, node);
  const [low, high] = numbersAt(operands, 1, node);
  const bins = numberAt(operands, 2, node);
  if (low === undefined || high === undefined || tensorAt(operands, 1, node).shape.length !== 1) {
    throw refusal('value_range should be a vector of 2 elements');
  }
  if (!(low < high)) {
    throw refusal(`value_range should satisfy value_range[0] < value_range[1], but got '[${low}, ${high}]'`);
  }
  if (bins <= 0) {
    throw refusal(`nbins should be a positive number, but got '${bins}'`);
  }
  const dtype = elementTypeOf(typeAttr(node, 'dtype'));
  if (dtype !== 'int32' && dtype !== 'int64') {
    throw new Unsupported(`${node.op} that gives ${dtype}`);
  }
  claim(bins);
  const round = roundingOf(values.dtype);
  const step = round(high - low) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const value of values.data) {
    if (Number.isNaN(value)) {
      throw refusal('Histogram values must not contain NaN');
    }
    const bin = Math.trunc(Math.min(round(Math.max(value, low) - low) / step, bins - 1));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return [valueOf(dtype, [bins], counts)];
};

const unravelIndex: Kernel = (operands, node) => {
  const indices = tensorAt(operands, 0, node);
  const sizes = numbersAt(operands, 1, node);
  if (indices.dtype !== 'int32' && indices.dtype !== 'int64') {
    throw new Unsupported(`${node.op} of ${indices.dtype}`);
  }
  if (indices.shape.length > 1) {
    throw refusal('The indices can only be scalar or vector.');
  }
  const zero = sizes.indexOf(0);
  if (zero >= 0) {
    throw refusal(`Input dims cannot contain a dim of zero, but dims contains zero at index ${zero}`);
  }
  const flat = numbersAt(operands, 0, node);
  const count = productOf(sizes);
  if (flat.some((index) => index < 0 || index >= count)) {
    throw refusal('index is out of bound as with dims');
  }
  const strides = stridesOf(sizes);
  const unravelled = sizes.flatMap((size, axis) =>
    flat.map((index) => Math.floor(index / (strides[axis] ?? 1)) % size),
  );
  return [valueOf(indices.dtype, [sizes.length, ...indices.shape], unravelled)];
};

interface Window {
  readonly size: number;
  readonly stride: number;
  readonly rate: number;
  /** Places along the input. */
  readonly length: number;
}

/** How many places the window takes, and where the first one begins. */
function placesOf({ size, stride, rate, length }: Window, isSame: boolean): { count: number; start: number } {
  const reach = (size - 1) * rate + 1;
  if (!isSame) {
    return { count: Math.max(0, Math.floor((length - reach) / stride) + 1), start: 0 };
  }
  const count = Math.ceil(length / stride);
  return { count, start: -Math.floor(Math.max(0, (count - 1) * stride + reach - length) / 2) };
}

/** The window at each place, flattened: rows, columns, channels. What lies outside of the image is 0. */
const extractImagePatches: Kernel = (operands, node, { claim }) => {
  const images = tensorAt(operands, 0, node);
  const [batch = 0, rows = 0, columns = 0, depth = 0] = images.shape;
  const padding = stringAttr(node, 'padding');
  if (images.shape.length !== 4 || (padding !== 'SAME' && padding !== 'VALID')) {
    throw new Unsupported(`${node.op} of ${shapeText(images.shape)} with padding ${padding}`);
  }
  const windowAlong = (axis: 1 | 2): Window => ({
    size: intListAttr(node, 'ksizes')[axis] ?? 1,
    stride: intListAttr(node, 'strides')[axis] ?? 1,
    rate: intListAttr(node, 'rates')[axis] ?? 1,
    length: images.shape[axis] ?? 0,
  });
  const [vertical, horizontal] = [windowAlong(1), windowAlong(2)];
  if ([vertical, horizontal].some(({ size, stride, rate }) => size < 1 || stride < 1 || rate < 1)) {
    throw refusal('ksizes, strides and rates must be positive');
  }
  const down = placesOf(vertical, padding === 'SAME');
  const across = placesOf(horizontal, padding === 'SAME');
  const shape = [batch, down.count, across.count, vertical.size * horizontal.size * depth];
  claim(productOf(shape));
  const move = moveFrom([images], productOf(shape));
  const [from] = move.from;
  const pixel = depth * move.width;
  let to = 0;
  for (let place = 0; place < batch * down.count * across.count; place++) {
    const column = across.start + (place % across.count) * horizontal.stride;
    const row = down.start + (Math.floor(place / across.count) % down.count) * vertical.stride;
    const image = Math.floor(place / (across.count * down.count));
    for (let cell = 0; cell < vertical.size * horizontal.size; cell++, to += pixel) {
      const y = row + Math.floor(cell / horizontal.size) * vertical.rate;
      const x = column + (cell % horizontal.size) * horizontal.rate;
      if (y >= 0 && y < rows && x >= 0 && x < columns) {
        const start = ((image * rows + y) * columns + x) * pixel;
        move.to.set(from?.subarray(start, start + pixel) ?? [], to);
      }
    }
  }
  return [move.result(shape)];
};

/** HistogramFixedWidth, UnravelIndex, ExtractImagePatches. */
export const binKernels: Kernels = new Map<string, Kernel>([
  ['HistogramFixedWidth', histogramFixedWidth],
  ['UnravelIndex', unravelIndex],
  ['ExtractImagePatches', extractImagePatches],
]);
