// Convolutions, pools, products of matrices and normalisations.
import { PerchError } from '../../../errors.ts';
import { Unsupported } from '../../savedmodel/unsupported.ts';
import type { Attribute } from '../../savedmodel/proto/messages.ts';
import { flag, float, int, ints, text } from '../attribute-values.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import type { Operation, Translate, Translations } from '../operation.ts';
import { activated } from './activation.ts';

/** Padding: SAME is 0, VALID is 1. */
export function paddingOf(operation: Operation): string {
  return operation.byte(0) === 0 ? 'SAME' : 'VALID';
}

/** How a convolution slides, as TensorFlow's attributes; they are the same for the filter as integers and as reals. */
export function slides(
  operation: Operation,
  first: { stride: number; dilation: number },
): Record<string, Attribute> {
  const [strideX, strideY] = [operation.int(first.stride), operation.int(first.stride + 1)];
  const [stepX, stepY] = [operation.int(first.dilation, 1), operation.int(first.dilation + 1, 1)];
  if (strideX < 1 || strideY < 1 || stepX < 1 || stepY < 1) {
    throw new PerchError('MODEL_FILE_INVALID', 'The model file is damaged: a window does not move.');
  }
  return { strides: ints([1, strideY, strideX, 1]), dilations: ints([1, stepY, stepX, 1]) };
}

/** A convolution of an image by a filter [outputs, height, width, inputs]. */
export function convolution(operation: Operation, image: string, filter: string): string {
  const { build } = operation;
  const arranged = build.node('Transpose', [filter, build.int32([1, 2, 3, 0])]);
  return build.node('Conv2D', [image, arranged], {
    attributes: { padding: text(paddingOf(operation)), ...slides(operation, { stride: 1, dilation: 4 }) },
  });
}

/** A convolution of each channel by itself; the filter is [1, height, width, outputs]. */
export function depthwiseConvolution(operation: Operation, image: string, filter: string): string {
  const { build } = operation;
  const [, height = 0, width = 0, outputs = 0] = operation.input(1).tensor.shape;
  const channels = operation.input(0).tensor.shape[3] ?? 0;
  const multiplier = channels > 0 ? outputs / channels : operation.int(3);
  if (!Number.isInteger(multiplier) || multiplier < 1) {
    throw new Unsupported(`a filter of ${outputs} channels for an image of ${channels}`);
  }
  const arranged = build.node('Reshape', [
    filter,
    build.int32([height, width, outputs / multiplier, multiplier]),
  ]);
  return build.node('DepthwiseConv2dNative', [image, arranged], {
    attributes: { padding: text(paddingOf(operation)), ...slides(operation, { stride: 1, dilation: 5 }) },
  });
}

/** Rows times weights [outputs, inputs]. */
export function product(operation: Operation, rows: string, weights: string): string {
  const { build } = operation;
  if (operation.byte(1) !== 0) {
    throw new Unsupported('shuffled weights');
  }
  const { shape } = operation.input(1).tensor;
  if (operation.flag(2)) {
    return build.node('BatchMatMulV2', [rows, weights], { attributes: { adj_y: flag(true) } });
  }
  const isMatrix = operation.input(0).tensor.shape.length === 2;
  const matrix = isMatrix ? rows : build.node('Reshape', [rows, build.int32([-1, shape[1] ?? 0])]);
  return build.node('MatMul', [matrix, weights], { attributes: { transpose_b: flag(true) } });
}

/** An image back to the one that a convolution by filter [outputs, height, width, inputs] would have made it of. */
export function transposedConvolution(operation: Operation, image: string, filter: string): string {
  const { build } = operation;
  const [strideX, strideY] = [operation.int(1), operation.int(2)];
  if (strideX < 1 || strideY < 1) {
    throw new PerchError('MODEL_FILE_INVALID', 'The model file is damaged: a window does not move.');
  }
  const arranged = build.node('Transpose', [filter, build.int32([1, 2, 0, 3])]);
  return build.node('Conv2DBackpropInput', [operation.ref(0), arranged, image], {
    type: build.typeOf(image),
    attributes: { padding: text(paddingOf(operation)), strides: ints([1, strideY, strideX, 1]) },
  });
}

function withBias(operation: Operation, ref: string, at: number, activationField: number): string {
  const { build } = operation;
  const bias = operation.optional(at);
  const sum = bias === undefined ? ref : build.node('AddV2', [ref, bias.ref]);
  return activated(build, sum, operation.byte(activationField));
}

/** What a pool looks at, as TensorFlow's attributes. */
export function poolWindow(operation: Operation): Record<string, Attribute> {
  const [strideX, strideY] = [operation.int(1), operation.int(2)];
  const [width, height] = [operation.int(3), operation.int(4)];
  if (Math.min(strideX, strideY, width, height) < 1) {
    throw new PerchError('MODEL_FILE_INVALID', 'The model file is damaged: a window does not move.');
  }
  return {
    ksize: ints([1, height, width, 1]),
    strides: ints([1, strideY, strideX, 1]),
    padding: text(paddingOf(operation)),
  };
}

const pool =
  (op: string): Translate =>
  (operation) => {
    const pooled = operation.build.node(op, [operation.ref(0)], { attributes: poolWindow(operation) });
    return [activated(operation.build, pooled, operation.byte(5))];
  };

/** The root of the mean of squares. */
const l2Pool: Translate = (operation) => {
  const { build } = operation;
  const squares = build.node('Square', [operation.ref(0)]);
  const mean = build.node('AvgPool', [squares], { attributes: poolWindow(operation) });
  return [activated(build, build.node('Sqrt', [mean]), operation.byte(5))];
};

/** Each vector along the last axis divided by its length. */
const l2Normalisation: Translate = (operation) => {
  const { build } = operation;
  const x = operation.ref(0);
  const length = build.node('Sum', [build.node('Square', [x]), build.int32([-1])], {
    attributes: { keep_dims: flag(true) },
  });
  const root = build.node('Maximum', [build.node('Sqrt', [length]), build.scalar('float32', 1e-6)]);
  return [activated(build, build.node('RealDiv', [x, root]), operation.byte(0))];
};

const responseNormalisation: Translate = (operation) => [
  operation.build.node('LRN', [operation.ref(0)], {
    attributes: {
      depth_radius: int(operation.int(0)),
      bias: float(operation.float(1)),
      alpha: float(operation.float(2)),
      beta: float(operation.float(3)),
    },
  }),
];

/** exp(beta x) along the last axis, divided by its sum. */
const softmax: Translate = (operation) => {
  const beta = operation.float(0);
  return [operation.build.node('Softmax', [scaled(operation.build, operation.ref(0), beta)])];
};

function scaled(build: GraphBuilder, ref: string, factor: number): string {
  return factor === 1 ? ref : build.node('Mul', [ref, build.scalar('float32', factor)]);
}

const batchedProduct: Translate = (operation) => [
  operation.build.node('BatchMatMulV2', operation.refs, {
    attributes: { adj_x: flag(operation.flag(0)), adj_y: flag(operation.flag(1)) },
  }),
];

const spaceConvolution: Translate = (operation) => {
  const strides = [operation.int(1), operation.int(3), operation.int(2)];
  const dilations = [operation.int(5, 1), operation.int(7, 1), operation.int(6, 1)];
  if (Math.min(...strides, ...dilations) < 1) {
    throw new PerchError('MODEL_FILE_INVALID', 'The model file is damaged: a window does not move.');
  }
  const ref = operation.build.node('Conv3D', [operation.ref(0), operation.ref(1)], {
    attributes: {
      padding: text(paddingOf(operation)),
      strides: ints([1, ...strides, 1]),
      dilations: ints([1, ...dilations, 1]),
    },
  });
  return [withBias(operation, ref, 2, 4)];
};

const resize =
  (op: string, alignField: number): Translate =>
  (operation) => [
    operation.build.node(op, operation.refs, {
      attributes: {
        align_corners: flag(operation.flag(alignField)),
        half_pixel_centers: flag(operation.flag(alignField + 1)),
      },
    }),
  ];

/** Layers of reals. */
export const layerTranslations: Translations = new Map<string, Translate>([
  ['CONV_2D', (o) => [withBias(o, convolution(o, o.ref(0), o.ref(1)), 2, 3)]],
  ['DEPTHWISE_CONV_2D', (o) => [withBias(o, depthwiseConvolution(o, o.ref(0), o.ref(1)), 2, 4)]],
  ['TRANSPOSE_CONV', (o) => [withBias(o, transposedConvolution(o, o.ref(2), o.ref(1)), 3, 3)]],
  ['FULLY_CONNECTED', (o) => [withBias(o, product(o, o.ref(0), o.ref(1)), 2, 0)]],
  ['CONV_3D', spaceConvolution],
  ['BATCH_MATMUL', batchedProduct],
  ['AVERAGE_POOL_2D', pool('AvgPool')],
  ['MAX_POOL_2D', pool('MaxPool')],
  ['L2_POOL_2D', l2Pool],
  ['L2_NORMALIZATION', l2Normalisation],
  ['LOCAL_RESPONSE_NORMALIZATION', responseNormalisation],
  ['SOFTMAX', softmax],
  ['LOG_SOFTMAX', (o) => [o.build.node('LogSoftmax', [o.ref(0)])]],
  ['RESIZE_BILINEAR', resize('ResizeBilinear', 2)],
  ['RESIZE_NEAREST_NEIGHBOR', resize('ResizeNearestNeighbor', 0)],
]);
