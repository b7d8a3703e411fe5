// Blocks of pixels to channels or to the batch, and back.
import { intAttr, stringAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { typedNode } from './element-types.ts';
import { tensorAt } from './facts.ts';

/** Both ops exist in ONNX for N, C, H, W; TensorFlow's channels run as `DCR` says. */
const betweenSpaceAndDepth =
  (op: 'SpaceToDepth' | 'DepthToSpace'): Mapping =>
  (node, inputs, scope) => {
    const input = tensorAt(scope, inputs, 0);
    const size = intAttr(node, 'block_size');
    const isLast = stringAttr(node, 'data_format', 'NHWC') === 'NHWC';
    const [batch = -1, height = -1, width = -1, channels = -1] = input.shape ?? [];
    const shape =
      op === 'SpaceToDepth'
        ? [batch, divided(height, size), divided(width, size), times(channels, size * size)]
        : [batch, times(height, size), times(width, size), divided(channels, size * size)];
    if (input.dtype !== 'float32' && input.dtype !== 'float64') {
      return [
        scope.tensor(input.dtype, byTranspose(scope, op, input, size, isLast), isLast ? { shape } : {}),
      ];
    }
    const attributes = op === 'DepthToSpace' ? { blocksize: size, mode: 'DCR' } : { blocksize: size };
    if (!isLast) {
      return [scope.tensor(input.dtype, scope.node(op, [scope.name(input)], attributes))];
    }
    return [scope.nchwTensor(input.dtype, scope.node(op, [scope.nchwName(input)], attributes), { shape })];
  };

function divided(size: number, by: number): number {
  return size < 0 ? -1 : Math.floor(size / by);
}

function times(size: number, by: number): number {
  return size < 0 ? -1 : size * by;
}

/** The same by reshaping, for elements that ONNX Runtime's kernels do not move. */
function byTranspose(
  scope: EmitScope,
  op: 'SpaceToDepth' | 'DepthToSpace',
  input: TensorTerm,
  size: number,
  isLast: boolean,
): string {
  const [, height = -1, width = -1, channels = -1] = input.shape ?? [];
  if (!isLast || Math.min(height, width, channels) < 0) {
    throw new Unsupported(`${input.dtype} elements in sizes that are not known`);
  }
  const name = scope.name(input);
  if (op === 'SpaceToDepth') {
    const split = scope.node('Reshape', [
      name,
      scope.ints([-1, height / size, size, width / size, size, channels]),
    ]);
    const moved = scope.node('Transpose', [split], { perm: [0, 1, 3, 2, 4, 5] });
    return scope.node('Reshape', [
      moved,
      scope.ints([-1, height / size, width / size, size * size * channels]),
    ]);
  }
  const depth = channels / (size * size);
  const split = scope.node('Reshape', [name, scope.ints([-1, height, width, size, size, depth])]);
  const moved = scope.node('Transpose', [split], { perm: [0, 1, 3, 2, 4, 5] });
  return scope.node('Reshape', [moved, scope.ints([-1, height * size, width * size, depth])]);
}

/** Pads, then moves each block's pixels to the batch: TensorFlow's definition, step by step. */
const spaceToBatch =
  (hasShape: boolean): Mapping =>
  (node, inputs, scope) => {
    const input = tensorAt(scope, inputs, 0);
    const rank = scope.rank(input);
    const block = hasShape
      ? scope.known(tensorAt(scope, inputs, 1), 'block_shape')
      : twice(intAttr(node, 'block_size'));
    const paddings = tensorAt(scope, inputs, hasShape ? 2 : 1);
    const pads = paddings.constant === undefined ? undefined : scope.known(paddings, 'paddings');
    const space = block.length;
    const rest = Array.from({ length: rank - 1 - space }, (_, axis) => axis + 1 + space);
    const axes = block.map((_, axis) => axis + 1);
    // Of all axes: see spacePads.
    const side = (offset: 0 | 1): readonly string[] => [
      scope.ints([0]),
      column(scope, paddings, offset),
      scope.ints(rest.map(() => 0)),
    ];
    const padded =
      pads?.every((pad) => pad === 0) === true
        ? scope.name(input)
        : typedNode(scope, 'Pad', input.dtype, [scope.name(input)], {}, [
            scope.node('Concat', [...side(0), ...side(1)], { axis: 0 }),
          ]);
    const sizes = scope.node('Shape', [padded]);
    const sizeAt = (axis: number): string =>
      scope.node('Slice', [sizes, scope.ints([axis]), scope.ints([axis + 1])]);
    const parts = axes.map((axis, at) => scope.node('Div', [sizeAt(axis), scope.ints([block[at] ?? 1])]));
    const split = scope.node(
      'Concat',
      [sizeAt(0), ...parts.flatMap((part, at) => [part, scope.ints([block[at] ?? 1])]), ...rest.map(sizeAt)],
      { axis: 0 },
    );
    const moved = scope.node('Transpose', [scope.node('Reshape', [padded, split], { allowzero: 1 })], {
      perm: [
        ...axes.map((_, at) => 2 + 2 * at),
        0,
        ...axes.map((_, at) => 1 + 2 * at),
        ...rest.map((axis) => axis + space),
      ],
    });
    const product = block.reduce((left, right) => left * right, 1);
    const target = scope.node(
      'Concat',
      [scope.node('Mul', [sizeAt(0), scope.ints([product])]), ...parts, ...rest.map(sizeAt)],
      { axis: 0 },
    );
    const shape = input.shape?.map((size, axis) => {
      const by = block[axis - 1];
      if (axis === 0) {
        return times(size, product);
      }
      return by === undefined || size < 0
        ? size
        : pads === undefined
          ? -1
          : (size + (pads[2 * axis - 2] ?? 0) + (pads[2 * axis - 1] ?? 0)) / by;
    });
    return [scope.tensor(input.dtype, scope.node('Reshape', [moved, target], { allowzero: 1 }), { shape })];
  };

/** The way back, and then cuts the edges off. */
const batchToSpace =
  (hasShape: boolean): Mapping =>
  (node, inputs, scope) => {
    const input = tensorAt(scope, inputs, 0);
    const rank = scope.rank(input);
    const block = hasShape
      ? scope.known(tensorAt(scope, inputs, 1), 'block_shape')
      : twice(intAttr(node, 'block_size'));
    const cropping = tensorAt(scope, inputs, hasShape ? 2 : 1);
    const crops = cropping.constant === undefined ? undefined : scope.known(cropping, 'crops');
    const space = block.length;
    const axes = block.map((_, axis) => axis + 1);
    const rest = Array.from({ length: rank - 1 - space }, (_, axis) => axis + 1 + space);
    const name = scope.name(input);
    const sizes = scope.node('Shape', [name]);
    const sizeAt = (axis: number): string =>
      scope.node('Slice', [sizes, scope.ints([axis]), scope.ints([axis + 1])]);
    const product = block.reduce((left, right) => left * right, 1);
    const batch = scope.node('Div', [sizeAt(0), scope.ints([product])]);
    const split = scope.node('Concat', [scope.ints(block), batch, ...axes.map(sizeAt), ...rest.map(sizeAt)], {
      axis: 0,
    });
    const moved = scope.node('Transpose', [scope.node('Reshape', [name, split], { allowzero: 1 })], {
      perm: [space, ...axes.flatMap((_, at) => [space + 1 + at, at]), ...rest.map((axis) => axis + space)],
    });
    const grown = axes.map((axis, at) => scope.node('Mul', [sizeAt(axis), scope.ints([block[at] ?? 1])]));
    const joined = scope.node(
      'Reshape',
      [moved, scope.node('Concat', [batch, ...grown, ...rest.map(sizeAt)], { axis: 0 })],
      { allowzero: 1 },
    );
    const all = scope.node('Concat', grown, { axis: 0 });
    const cut =
      crops?.every((crop) => crop === 0) === true
        ? joined
        : scope.node('Slice', [
            joined,
            column(scope, cropping, 0),
            scope.node('Sub', [all, column(scope, cropping, 1)]),
            scope.ints(axes),
          ]);
    const shape = input.shape?.map((size, axis) => {
      const by = block[axis - 1];
      if (axis === 0) {
        return divided(size, product);
      }
      return by === undefined || size < 0
        ? size
        : crops === undefined
          ? -1
          : size * by - (crops[2 * axis - 2] ?? 0) - (crops[2 * axis - 1] ?? 0);
    });
    return [scope.tensor(input.dtype, cut, { shape })];
  };

/** One column of a matrix [axes, 2], as an int64 vector; known where it is known. */
function column(scope: EmitScope, matrix: TensorTerm, offset: 0 | 1): string {
  if (matrix.constant !== undefined) {
    return scope.ints(scope.known(matrix, 'paddings').filter((_, index) => index % 2 === offset));
  }
  return scope.node('Gather', [scope.int64Name(matrix), scope.scalar('int64', offset)], { axis: 1 });
}

function twice(size: number): readonly number[] {
  return [size, size];
}

/** Blocks of pixels. */
export const blockMappings: Mappings = new Map<string, Mapping>([
  ['SpaceToDepth', betweenSpaceAndDepth('SpaceToDepth')],
  ['DepthToSpace', betweenSpaceAndDepth('DepthToSpace')],
  ['SpaceToBatchND', spaceToBatch(true)],
  ['SpaceToBatch', spaceToBatch(false)],
  ['BatchToSpaceND', batchToSpace(true)],
  ['BatchToSpace', batchToSpace(false)],
]);
