// Images made larger or smaller: interpolation as products with matrices, which is exact; ONNX's Resize where it is exact too.
import { boolAttr, stringAttr } from '../../graph/attributes.ts';
import {
  area,
  bicubic,
  bilinear,
  interpolationMatrix,
  nearest,
  sampled,
} from '../../evaluate/interpolation.ts';
import { Unsupported } from '../../unsupported.ts';
import type { Alignment, Interpolation } from '../../evaluate/interpolation.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { cast, inWorkingType } from './element-types.ts';
import { partialOf, shapeName, sliceOf, tensorAt } from './facts.ts';
import { gridCoordinates, type Axis } from './pixel-grids.ts';

/** Interpolation matrices beyond so many elements are not written into the model. */
const maximumMatrix = 2 ** 22;

interface Request {
  readonly image: TensorTerm;
  readonly alignment: Alignment;
  /** Height and width before and after; -1 for one that is not known. */
  readonly before: readonly [number, number];
  readonly after: readonly [number, number];
  readonly shape: readonly number[];
  readonly isKnown: boolean;
}

function requestOf(node: GraphNode, scope: EmitScope, image: TensorTerm, size: TensorTerm): Request {
  const alignment = {
    alignCorners: boolAttr(node, 'align_corners', false),
    halfPixelCenters: boolAttr(node, 'half_pixel_centers', false),
  };
  if (image.shape !== undefined && image.shape.length !== 4) {
    throw new Unsupported(`images of rank ${image.shape.length}`);
  }
  const [batch = -1, height = -1, width = -1, channels = -1] = image.shape ?? [];
  const [outHeight, outWidth] = partialOf(size) ?? [];
  const after = [outHeight ?? -1, outWidth ?? -1] as const;
  if (Math.min(height, width, outHeight ?? 1, outWidth ?? 1) === 0) {
    throw new Unsupported('images without pixels');
  }
  return {
    image,
    alignment,
    before: [height, width],
    after,
    shape: [batch, ...after, channels],
    isKnown: Math.min(height, width, ...after) > 0,
  };
}

/** How ONNX's Resize is told the factors that are powers of two: coordinates are exact then, in TensorFlow and here. */
function exactFactors({ before, after, isKnown, alignment }: Request): readonly number[] | undefined {
  const factors = after.map((size, axis) => size / (before[axis] ?? 1));
  const isExact = factors.every((factor) => factor >= 1 && Number.isInteger(Math.log2(factor)));
  return isKnown && isExact && !alignment.alignCorners ? factors : undefined;
}

/** ONNX's own operator, channels first. */
function byResize(
  scope: EmitScope,
  { image, shape, alignment }: Request,
  factors: readonly number[],
  mode: 'linear' | 'nearest',
): TensorTerm {
  const scales = scope.constant({
    dtype: 'float32',
    shape: [4],
    data: Float32Array.from([1, 1, ...factors]),
  });
  const name = scope.node('Resize', [scope.nchwName(image), '', scope.name(scales)], {
    mode,
    nearest_mode: 'floor',
    coordinate_transformation_mode:
      mode === 'linear' && alignment.halfPixelCenters ? 'half_pixel' : 'asymmetric',
  });
  return scope.nchwTensor(image.dtype, name, { shape });
}

/** Rows and columns each as a product with a matrix of weights; the result is float32, as TensorFlow's is. */
function byMatrices(scope: EmitScope, request: Request, rows: string, columns: string): TensorTerm {
  const { image, shape } = request;
  const pixels = cast(scope, scope.nchwName(image), image.dtype, 'float32');
  const wide = scope.node('MatMul', [pixels, columns]);
  const left = (shape[0] ?? -1) > 0 ? rows : oncePerBatch(scope, rows, pixels);
  return scope.nchwTensor('float32', scope.node('MatMul', [left, wide]), { shape });
}

/** The matrix [1, 1, rows, columns]; [0, 1, rows, columns] for no images: ONNX Runtime broadcasts no matrix on the left to those. */
function oncePerBatch(scope: EmitScope, matrix: string, images: string): string {
  const batch = scope.node('Shape', [images], { start: 0, end: 1 });
  const once = scope.node('Unsqueeze', [matrix, scope.ints([0, 1])]);
  return scope.node('Slice', [once, scope.ints([0]), batch, scope.ints([0])]);
}

/** The matrices [outputs, inputs] of rows and [inputs, outputs] of columns. */
function knownMatrices(
  scope: EmitScope,
  { before, after }: Request,
  along: (axis: 0 | 1) => Interpolation,
): readonly [string, string] {
  if (Math.max(before[0] * after[0], before[1] * after[1]) > maximumMatrix) {
    throw new Unsupported('images that are too large to be interpolated by matrices');
  }
  const matrix = (axis: 0 | 1): Float32Array => interpolationMatrix(along(axis));
  const named = (rows: number, columns: number, data: Float32Array): string =>
    scope.name(scope.constant({ dtype: 'float32', shape: [rows, columns], data }));
  return [
    named(after[0], before[0], matrix(0)),
    named(before[1], after[1], transposed(matrix(1), after[1], before[1])),
  ];
}

function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  return data.map((_, at) => data[(at % rows) * columns + Math.floor(at / rows)] ?? 0);
}

/** The two axes of space, with their sizes at run time. */
function axesOf(scope: EmitScope, image: TensorTerm, size: TensorTerm): readonly [Axis, Axis] {
  const before = shapeName(scope, image);
  const after = scope.int64Name(size);
  const axis = (index: number): Axis => ({
    before: sliceOf(scope, before, index + 1, index + 2),
    after: sliceOf(scope, after, index, index + 1),
  });
  return [axis(0), axis(1)];
}

/** Weights [outputs, inputs] from sizes at run time: each pixel counts by how near it is to the place. */
function tentMatrix(scope: EmitScope, axis: Axis, alignment: Alignment): string {
  const zero = scope.scalar('float32', 0);
  const last = scope.node('Sub', [cast(scope, axis.before, 'int64', 'float32'), scope.scalar('float32', 1)]);
  const places = gridCoordinates(scope, axis, alignment, alignment.halfPixelCenters ? -0.5 : 0);
  const inside = scope.node('Min', [scope.node('Max', [places, zero]), last]);
  const pixels = scope.node('Range', [
    scope.scalar('int64', 0),
    scope.node('Squeeze', [axis.before]),
    scope.scalar('int64', 1),
  ]);
  const distance = scope.node('Abs', [
    scope.node('Sub', [
      scope.node('Unsqueeze', [inside, scope.ints([1])]),
      cast(scope, pixels, 'int64', 'float32'),
    ]),
  ]);
  return scope.node('Relu', [scope.node('Sub', [scope.scalar('float32', 1), distance])]);
}

const resizeBilinear: Mapping = (node, inputs, scope) => {
  const image = tensorAt(scope, inputs, 0);
  const size = tensorAt(scope, inputs, 1);
  const request = requestOf(node, scope, image, size);
  const { alignment, before, after } = request;
  const factors = exactFactors(request);
  if (factors !== undefined && image.dtype === 'float32') {
    return [byResize(scope, request, factors, 'linear')];
  }
  if (request.isKnown) {
    const [rows, columns] = knownMatrices(scope, request, (axis) =>
      bilinear(before[axis], after[axis], alignment),
    );
    return [byMatrices(scope, request, rows, columns)];
  }
  const [vertical, horizontal] = axesOf(scope, image, size);
  const rows = tentMatrix(scope, vertical, alignment);
  const columns = scope.node('Transpose', [tentMatrix(scope, horizontal, alignment)], { perm: [1, 0] });
  return [byMatrices(scope, request, rows, columns)];
};

/** By matrices, where all sizes are known; the host does the rest. */
const resizeByMatrices =
  (along: (inputSize: number, outputSize: number, alignment: Alignment) => Interpolation): Mapping =>
  (node, inputs, scope) => {
    const request = requestOf(node, scope, tensorAt(scope, inputs, 0), tensorAt(scope, inputs, 1));
    const { alignment, before, after } = request;
    if (!request.isKnown) {
      throw new Unsupported('sizes that are not known');
    }
    const [rows, columns] = knownMatrices(scope, request, (axis) =>
      along(before[axis], after[axis], alignment),
    );
    return [byMatrices(scope, request, rows, columns)];
  };

const scaleAndTranslate: Mapping = (node, inputs, scope) => {
  const request = requestOf(node, scope, tensorAt(scope, inputs, 0), tensorAt(scope, inputs, 1));
  const scales = scope.known(tensorAt(scope, inputs, 2), 'scale');
  const translations = scope.known(tensorAt(scope, inputs, 3), 'translation');
  if (!request.isKnown || !scales.every((scale) => scale > 0)) {
    throw new Unsupported('sizes that are not known');
  }
  const [rows, columns] = knownMatrices(scope, request, (axis) => {
    const result = sampled(request.before[axis], request.after[axis], {
      kernelType: stringAttr(node, 'kernel_type', 'lanczos3'),
      antialias: boolAttr(node, 'antialias', true),
      scale: scales[axis] ?? 1,
      translation: translations[axis] ?? 0,
    });
    if (result === undefined) {
      throw new Unsupported(`kernel_type ${stringAttr(node, 'kernel_type')}`);
    }
    return result;
  });
  return [byMatrices(scope, request, rows, columns)];
};

/** The pixel of each place, from sizes at run time. */
function nearestIndices(scope: EmitScope, axis: Axis, alignment: Alignment): string {
  const places = gridCoordinates(scope, axis, alignment, 0);
  const floor = scope.node('Floor', [places]);
  let pixels = cast(scope, floor, 'float32', 'int64');
  if (alignment.alignCorners) {
    const isUp = scope.node('GreaterOrEqual', [
      scope.node('Sub', [places, floor]),
      scope.scalar('float32', 0.5),
    ]);
    pixels = scope.node('Add', [pixels, cast(scope, isUp, 'bool', 'int64')]);
  }
  return scope.node('Min', [pixels, scope.node('Sub', [axis.before, scope.ints([1])])]);
}

const resizeNearest: Mapping = (node, inputs, scope) => {
  const image = tensorAt(scope, inputs, 0);
  const size = tensorAt(scope, inputs, 1);
  const request = requestOf(node, scope, image, size);
  const { alignment, before, after } = request;
  const factors = exactFactors(request);
  if (factors !== undefined && image.dtype === 'float32') {
    return [byResize(scope, request, factors, 'nearest')];
  }
  let indices: readonly [string, string];
  if (request.isKnown && Math.max(...after) <= maximumMatrix) {
    const known = (axis: 0 | 1): string =>
      scope.ints([...nearest(before[axis], after[axis], alignment).indices]);
    indices = [known(0), known(1)];
  } else {
    const [vertical, horizontal] = axesOf(scope, image, size);
    indices = [nearestIndices(scope, vertical, alignment), nearestIndices(scope, horizontal, alignment)];
  }
  const isNchw = scope.isNchw(image);
  const first = isNchw ? 2 : 1;
  const source = isNchw ? scope.nchwName(image) : scope.name(image);
  const name = inWorkingType(scope, 'Gather', image.dtype, [source], ([pixels = '']) =>
    scope.node('Gather', [scope.node('Gather', [pixels, indices[0]], { axis: first }), indices[1]], {
      axis: first + 1,
    }),
  );
  const { shape } = request;
  return [
    isNchw ? scope.nchwTensor(image.dtype, name, { shape }) : scope.tensor(image.dtype, name, { shape }),
  ];
};

/** Resizes of images. */
export const resizeMappings: Mappings = new Map<string, Mapping>([
  ['ResizeBilinear', resizeBilinear],
  ['ResizeNearestNeighbor', resizeNearest],
  ['ResizeBicubic', resizeByMatrices(bicubic)],
  ['ResizeArea', resizeByMatrices(area)],
  ['ScaleAndTranslate', scaleAndTranslate],
]);
