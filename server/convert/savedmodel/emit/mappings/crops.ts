// Crops of images, resized to one size: what detectors do to the boxes that they found.
import { floatAttr, stringAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings } from '../contract.ts';
import { cast } from './element-types.ts';
import { partialOf, shapeName, sliceOf, tensorAt } from './facts.ts';

/** Where the pixels of all crops lie along one axis. */
interface Places {
  /** [boxes, pixels], in pixels of the image. */
  readonly at: string;
  /** Whether a place is inside of the image. */
  readonly isInside: string;
  readonly last: string;
}

/**
 * The places along one axis.
 *
 * @param start the first corner of each box as a share of the image, [boxes, 1]
 * @param size the pixels of the image along the axis, an int64 vector of length one
 */
function placesAlong(scope: EmitScope, start: string, end: string, size: string, pixels: number): Places {
  const number = (value: number): string => scope.scalar('float32', value);
  const last = scope.node('Sub', [cast(scope, size, 'int64', 'float32'), number(1)]);
  let at: string;
  if (pixels > 1) {
    const step = scope.node('Div', [
      scope.node('Mul', [scope.node('Sub', [end, start]), last]),
      number(pixels - 1),
    ]);
    const range = scope.name(
      scope.constant({
        dtype: 'float32',
        shape: [1, pixels],
        data: Float32Array.from({ length: pixels }, (_, i) => i),
      }),
    );
    at = scope.node('Add', [scope.node('Mul', [start, last]), scope.node('Mul', [range, step])]);
  } else {
    const middle = scope.node('Mul', [number(0.5), scope.node('Add', [start, end])]);
    at = scope.node('Mul', [middle, last]);
  }
  const isInside = scope.node('And', [
    scope.node('GreaterOrEqual', [at, number(0)]),
    scope.node('LessOrEqual', [at, last]),
  ]);
  return { at, isInside, last };
}

/** C's roundf of what is not negative. */
function rounded(scope: EmitScope, name: string): string {
  const floor = scope.node('Floor', [name]);
  const isUp = scope.node('GreaterOrEqual', [scope.node('Sub', [name, floor]), scope.scalar('float32', 0.5)]);
  return scope.node('Add', [floor, cast(scope, isUp, 'bool', 'float32')]);
}

/** Crops are made of lists of places, which have no more elements. */
const maximumPixels = 2 ** 22;

const cropAndResize: Mapping = (node, inputs, scope) => {
  const image = tensorAt(scope, inputs, 0);
  const boxes = tensorAt(scope, inputs, 1);
  const boxIndices = tensorAt(scope, inputs, 2);
  const [height, width] = partialOf(tensorAt(scope, inputs, 3)) ?? [];
  const method = stringAttr(node, 'method', 'bilinear');
  if (typeof height !== 'number' || typeof width !== 'number' || Math.min(height, width) < 1) {
    throw new Unsupported('crop_size that is not known');
  }
  if (height * width > maximumPixels) {
    throw new Unsupported('crops that are too large');
  }
  if (method !== 'bilinear' && method !== 'nearest') {
    throw new Unsupported(`method ${method}`);
  }
  const pixels = cast(scope, scope.name(image), image.dtype, 'float32');
  const sizes = shapeName(scope, image);
  const corners = scope.nodes('Split', [scope.name(boxes)], { axis: 1, num_outputs: 4 }, 4);
  const [top = '', left = '', bottom = '', right = ''] = corners;
  const rows = placesAlong(scope, top, bottom, sliceOf(scope, sizes, 1, 2), height);
  const columns = placesAlong(scope, left, right, sliceOf(scope, sizes, 2, 3), width);
  const boxCount = scope.node('Shape', [scope.name(boxes)], { start: 0, end: 1 });
  const grid = scope.node('Concat', [boxCount, scope.ints([height, width, 1])], { axis: 0 });
  const spread = (name: string, shape: readonly number[]): string =>
    scope.node('Expand', [scope.node('Reshape', [name, scope.ints(shape)]), grid]);
  const batch = spread(scope.int64Name(boxIndices), [-1, 1, 1, 1]);
  const inImage = ({ at, last }: Places, round: (name: string) => string): string =>
    cast(
      scope,
      scope.node('Min', [scope.node('Max', [round(at), scope.scalar('float32', 0)]), last]),
      'float32',
      'int64',
    );
  /** The pixels at the places, [boxes, height, width, channels]. */
  const picked = (roundRow: (name: string) => string, roundColumn: (name: string) => string): string =>
    scope.node('GatherND', [
      pixels,
      scope.node(
        'Concat',
        [
          batch,
          spread(inImage(rows, roundRow), [-1, height, 1, 1]),
          spread(inImage(columns, roundColumn), [-1, 1, width, 1]),
        ],
        { axis: 3 },
      ),
    ]);
  const floor = (name: string): string => scope.node('Floor', [name]);
  const ceil = (name: string): string => scope.node('Ceil', [name]);
  const mixed = (from: string, to: string, share: string): string =>
    scope.node('Add', [from, scope.node('Mul', [scope.node('Sub', [to, from]), share])]);
  let name: string;
  if (method === 'nearest') {
    const round = (at: string): string => rounded(scope, at);
    name = picked(round, round);
  } else {
    const share = ({ at }: Places, shape: readonly number[]): string =>
      scope.node('Reshape', [scope.node('Sub', [at, floor(at)]), scope.ints(shape)]);
    const across = share(columns, [-1, 1, width, 1]);
    name = mixed(
      mixed(picked(floor, floor), picked(floor, ceil), across),
      mixed(picked(ceil, floor), picked(ceil, ceil), across),
      share(rows, [-1, height, 1, 1]),
    );
  }
  const isInside = scope.node('And', [
    scope.node('Reshape', [rows.isInside, scope.ints([-1, height, 1, 1])]),
    scope.node('Reshape', [columns.isInside, scope.ints([-1, 1, width, 1])]),
  ]);
  const outside = scope.scalar('float32', floatAttr(node, 'extrapolation_value', 0));
  const count = boxes.shape?.[0] ?? -1;
  return [
    scope.tensor('float32', scope.node('Where', [isInside, name, outside]), {
      shape: [count, height, width, image.shape?.[3] ?? -1],
    }),
  ];
};

/** Crops. */
export const cropMappings: Mappings = new Map<string, Mapping>([['CropAndResize', cropAndResize]]);
