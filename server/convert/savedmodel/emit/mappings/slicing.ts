// Parts of tensors, and parts in another order: slices, padding, reversal, rotation.
import { intAttr, stringAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { cast, typedNode, workingType } from './element-types.ts';
import { farEnd, normalAxis, partialOf, tensorAt } from './facts.ts';

const slice: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const begin = tensorAt(scope, inputs, 1);
  const size = tensorAt(scope, inputs, 2);
  const begins = partialOf(begin);
  const sizes = partialOf(size);
  const shape =
    sizes?.map((length, axis) => {
      const start = begins?.[axis];
      const whole = x.shape?.[axis] ?? -1;
      if (length === null || length >= 0) {
        return length ?? -1;
      }
      return whole >= 0 && typeof start === 'number' ? whole - start : -1;
    }) ?? x.shape?.map(() => -1);
  const from = scope.int64Name(begin);
  let ends: string;
  if (
    begin.constant !== undefined &&
    size.constant !== undefined &&
    begins !== undefined &&
    sizes !== undefined
  ) {
    ends = scope.ints(
      sizes.map((length, axis) => ((length ?? -1) < 0 ? farEnd : (begins[axis] ?? 0) + (length ?? 0))),
    );
  } else {
    const lengths = scope.int64Name(size);
    const isOpen = scope.node('Less', [lengths, scope.scalar('int64', 0)]);
    ends = scope.node('Where', [isOpen, scope.ints([farEnd]), scope.node('Add', [from, lengths])]);
  }
  const start = begins?.[0];
  const partial = partialOf(x);
  const length = shape?.[0] ?? -1;
  const cut = typedNode(scope, 'Slice', x.dtype, [scope.name(x)], {}, [from, ends]);
  const isInside =
    sizes?.every((asked, axis) => {
      const whole = x.shape?.[axis] ?? -1;
      const place = begins?.[axis];
      return asked === -1 || (asked !== null && typeof place === 'number' && whole >= place + asked);
    }) === true;
  return [
    scope.tensor(x.dtype, isInside ? cut : ofSize(scope, cut, size), {
      shape,
      partial:
        partial !== undefined && x.shape?.length === 1 && typeof start === 'number' && length >= 0
          ? partial.slice(start, start + length)
          : undefined,
    }),
  ];
};

/** The slice; a request whose tensor ends before it does is refused: TensorFlow does not cut slices short. */
function ofSize(scope: EmitScope, cut: string, size: TensorTerm): string {
  const sizes = partialOf(size);
  // To `Reshape` 0 is the size that is there.
  const target =
    sizes !== undefined && !sizes.includes(null)
      ? scope.ints(sizes.map((length) => Math.max(length ?? 0, 0)))
      : scope.node('Max', [scope.int64Name(size), scope.scalar('int64', 0)]);
  return scope.node('Reshape', [cut, target], { allowzero: 0 });
}

/** Before and behind each axis as ONNX wants them: all befores, then all behinds. */
function padsName(scope: EmitScope, paddings: TensorTerm, order?: readonly number[]): string {
  if (paddings.constant === undefined) {
    const columns = scope.node('Transpose', [scope.int64Name(paddings)], { perm: [1, 0] });
    return scope.node('Reshape', [columns, scope.ints([-1])]);
  }
  const pads = scope.known(paddings, 'paddings');
  const axes = order ?? Array.from({ length: pads.length / 2 }, (_, axis) => axis);
  return scope.ints([
    ...axes.map((axis) => pads[2 * axis] ?? 0),
    ...axes.map((axis) => pads[2 * axis + 1] ?? 0),
  ]);
}

function paddedShape(scope: EmitScope, x: TensorTerm, paddings: TensorTerm): number[] | undefined {
  const pads = paddings.constant === undefined ? undefined : scope.known(paddings, 'paddings');
  return x.shape?.map((size, axis) =>
    size < 0 || pads === undefined ? -1 : size + (pads[2 * axis] ?? 0) + (pads[2 * axis + 1] ?? 0),
  );
}

function padded(
  scope: EmitScope,
  x: TensorTerm,
  paddings: TensorTerm,
  mode: string,
  value?: string,
): TensorTerm {
  const shape = paddedShape(scope, x, paddings);
  const type = workingType('Pad', x.dtype);
  const isNchw = scope.isNchw(x) && paddings.constant !== undefined;
  const name = cast(scope, isNchw ? scope.nchwName(x) : scope.name(x), x.dtype, type);
  const others = value === undefined ? [] : [cast(scope, value, x.dtype, type)];
  const pads = padsName(scope, paddings, isNchw ? [0, 3, 1, 2] : undefined);
  const result = cast(scope, scope.node('Pad', [name, pads, ...others], { mode }), type, x.dtype);
  return isNchw ? scope.nchwTensor(x.dtype, result, { shape }) : scope.tensor(x.dtype, result, { shape });
}

const pad: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const value = inputs.length > 2 ? scope.name(tensorAt(scope, inputs, 2)) : undefined;
  if (x.dtype === 'string') {
    throw new Unsupported('padding of string elements');
  }
  return [padded(scope, x, tensorAt(scope, inputs, 1), 'constant', value)];
};

/** ONNX reflects without the edge; with it, reversed ends are put before and behind. */
const mirrorPad: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const paddings = tensorAt(scope, inputs, 1);
  if (stringAttr(node, 'mode') === 'REFLECT') {
    return [padded(scope, x, paddings, 'reflect')];
  }
  const pads = scope.known(paddings, 'paddings');
  let name = scope.name(x);
  for (let axis = 0; 2 * axis < pads.length; axis += 1) {
    const before = pads[2 * axis] ?? 0;
    const behind = pads[2 * axis + 1] ?? 0;
    const reversed = (start: number, end: number | bigint): string =>
      typedNode(scope, 'Slice', x.dtype, [name], {}, [
        scope.ints([start]),
        scope.ints([end]),
        scope.ints([axis]),
        scope.ints([-1]),
      ]);
    const parts = [
      ...(before > 0 ? [reversed(before - 1, -farEnd)] : []),
      name,
      ...(behind > 0 ? [reversed(-1, -behind - 1)] : []),
    ];
    name = parts.length === 1 ? name : scope.node('Concat', parts, { axis });
  }
  return [scope.tensor(x.dtype, name, { shape: paddedShape(scope, x, paddings) })];
};

const reverse: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const given = tensorAt(scope, inputs, 1);
  const flags = scope.known(given, 'axes');
  const axes = given.dtype === 'bool' ? flags.flatMap((flag, axis) => (flag === 0 ? [] : [axis])) : flags;
  if (axes.length === 0) {
    return [x];
  }
  const name = typedNode(scope, 'Slice', x.dtype, [scope.name(x)], {}, [
    scope.ints(axes.map(() => -1)),
    scope.ints(axes.map(() => -farEnd)),
    scope.ints(axes),
    scope.ints(axes.map(() => -1)),
  ]);
  return [scope.tensor(x.dtype, name, { shape: x.shape })];
};

/** The first so many elements of each row reversed. ONNX knows the first two axes only: others are brought there. */
const reverseSequence: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const time = intAttr(node, 'seq_dim');
  const batch = intAttr(node, 'batch_dim', 0);
  const lengths = scope.int64Name(tensorAt(scope, inputs, 1));
  const emit = (name: string, batchAxis: 0 | 1): string =>
    typedNode(
      scope,
      'ReverseSequence',
      x.dtype,
      [name],
      { batch_axis: batchAxis, time_axis: 1 - batchAxis },
      [lengths],
    );
  if ((batch === 0 && time === 1) || (batch === 1 && time === 0)) {
    return [scope.tensor(x.dtype, emit(scope.name(x), batch), { shape: x.shape })];
  }
  const rank = scope.rank(x);
  const front = [normalAxis(batch, rank), normalAxis(time, rank)];
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const perm = [...front, ...axes.filter((axis) => !front.includes(axis))];
  const moved = emit(scope.node('Transpose', [scope.name(x)], { perm }), 0);
  const back = scope.node('Transpose', [moved], { perm: axes.map((axis) => perm.indexOf(axis)) });
  return [scope.tensor(x.dtype, back, { shape: x.shape })];
};

/** Rotates along axes; what leaves at one end comes back at the other. */
const roll: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const axes = scope.known(tensorAt(scope, inputs, 2), 'axis');
  const shifts = scope.node('Reshape', [scope.int64Name(tensorAt(scope, inputs, 1)), scope.ints([-1])]);
  let name = scope.name(x);
  axes.forEach((axis, index) => {
    const shift = scope.node('Slice', [shifts, scope.ints([index]), scope.ints([index + 1])]);
    const size = scope.node('Gather', [scope.node('Shape', [name]), scope.ints([axis])]);
    // An empty axis has nothing to rotate: no remainder by zero.
    const length = scope.node('Max', [size, scope.ints([1])]);
    const start = scope.node('Sub', [length, scope.node('Mod', [shift, length])]);
    const along = scope.ints([axis]);
    const part = (from: string, to: string): string =>
      typedNode(scope, 'Slice', x.dtype, [name], {}, [from, to, along]);
    name = scope.node('Concat', [part(start, scope.ints([farEnd])), part(scope.ints([0]), start)], { axis });
  });
  return [scope.tensor(x.dtype, name, { shape: x.shape })];
};

/** Parts of tensors. */
export const slicingMappings: Mappings = new Map<string, Mapping>([
  ['Slice', slice],
  ['Pad', pad],
  ['PadV2', pad],
  ['MirrorPad', mirrorPad],
  ['Reverse', reverse],
  ['ReverseV2', reverse],
  ['ReverseSequence', reverseSequence],
  ['Roll', roll],
]);
