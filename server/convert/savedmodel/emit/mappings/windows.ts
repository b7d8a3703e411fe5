// What convolutions and pools emit in common: channels before space, and SAME's padding at run time.
import { reach, type Layout, type Padding, type Window } from '../../evaluate/sliding-windows.ts';
import type { EmitScope, TensorTerm } from '../contract.ts';
import type { ElementType } from './element-types.ts';

/** The name of the tensor with channels before space, as ONNX wants it. */
export function channelsFirst(scope: EmitScope, term: TensorTerm, { channelsLast, space }: Layout): string {
  if (!channelsLast) {
    return scope.name(term);
  }
  if (space === 2) {
    return scope.nchwName(term);
  }
  const axes = Array.from({ length: space }, (_, axis) => axis + 1);
  return scope.node('Transpose', [scope.name(term)], { perm: [0, space + 1, ...axes] });
}

/** The tensor that an ONNX value with channels before space holds; `shape` is TensorFlow's. */
export function fromChannelsFirst(
  scope: EmitScope,
  dtype: ElementType,
  name: string,
  shape: readonly number[] | undefined,
  { channelsLast, space }: Layout,
): TensorTerm {
  if (!channelsLast) {
    return scope.tensor(dtype, name, { shape });
  }
  if (space === 2) {
    return scope.nchwTensor(dtype, name, { shape });
  }
  const axes = Array.from({ length: space }, (_, axis) => axis + 2);
  return scope.tensor(dtype, scope.node('Transpose', [name], { perm: [0, ...axes, 1] }), { shape });
}

/** `pads` as ONNX writes it: all beginnings, then all ends. */
export function onnxPads(padding: Padding): number[] {
  return [...padding.map(([before]) => before), ...padding.map(([, after]) => after)];
}

/**
 * The input, channels first, padded as SAME pads it, computed from the sizes at run time: where a size is not known,
 * ONNX's SAME_UPPER differs from TensorFlow's for windows shorter than their stride, and for dilated ones.
 */
export function padAtRunTime(
  scope: EmitScope,
  input: string,
  windows: readonly Window[],
  value: string,
): string {
  const sizes = scope.node('Shape', [input], { start: 2 });
  const strides = scope.ints(windows.map(({ stride }) => stride));
  const steps = scope.node('Div', [
    scope.node('Add', [sizes, scope.ints(windows.map(({ stride }) => stride - 1))]),
    strides,
  ]);
  const covered = scope.node('Add', [
    scope.node('Mul', [scope.node('Sub', [steps, scope.ints([1])]), strides]),
    scope.ints(windows.map(reach)),
  ]);
  const total = scope.node('Max', [scope.node('Sub', [covered, sizes]), scope.ints([0])]);
  const before = scope.node('Div', [total, scope.ints([2])]);
  const after = scope.node('Sub', [total, before]);
  return scope.node('Pad', [input, spacePads(scope, before, after), value]);
}

/**
 * The pads of all axes where only those of space have any: ONNX Runtime (1.30) mistakes `Pad`'s operand `axes` when it
 * moves a transposition past it.
 */
export function spacePads(scope: EmitScope, before: string, after: string): string {
  const none = scope.ints([0, 0]);
  return scope.node('Concat', [none, before, none, after], { axis: 0 });
}
