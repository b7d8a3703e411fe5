// The largest or smallest elements along the last axis, by ONNX's TopK.
import { onnxElementType } from '../../proto/data-types.ts';
import type { EmitScope, TensorTerm } from '../contract.ts';
import { cast, typedNode, workingType } from './element-types.ts';
import { farEnd, shapeName } from './facts.ts';

/** What TopK gives: the elements in the tensor's type, and their places as int64. */
export interface SortedRows {
  readonly values: string;
  readonly places: string;
}

/**
 * The first `count` (an int64 vector of one element) of each row. ONNX Runtime divides by the number of rows, and its
 * process ends where there are none: such a tensor gets a row, which is cut off behind.
 */
export function sortedRows(
  scope: EmitScope,
  x: TensorTerm,
  count: string,
  attributes: { readonly largest?: number; readonly sorted?: number },
): SortedRows {
  const type = workingType('TopK', x.dtype);
  const hasRows = x.shape?.slice(0, -1).every((size) => size > 0) === true;
  const leading = hasRows ? undefined : leadingSizes(scope, x);
  const rows = leading === undefined ? scope.name(x) : withRow(scope, x, leading);
  const [values = '', places = ''] = scope.nodes(
    'TopK',
    [cast(scope, rows, x.dtype, type), count],
    { axis: -1, ...attributes },
    2,
  );
  const cut = (name: string): string =>
    leading === undefined ? name : scope.node('Slice', [name, ...withoutRow(scope, leading)]);
  return { values: cast(scope, cut(values), type, x.dtype), places: cut(places) };
}

/** All sizes but the last. */
function leadingSizes(scope: EmitScope, x: TensorTerm): string {
  return scope.node('Slice', [shapeName(scope, x), scope.ints([0]), scope.ints([-1])]);
}

/** The tensor with 1 in place of each leading size 0. */
function withRow(scope: EmitScope, x: TensorTerm, leading: string): string {
  const missing = scope.node('Cast', [scope.node('Equal', [leading, scope.ints([0])])], {
    to: onnxElementType('int64'),
  });
  const none = scope.node('Mul', [leading, scope.ints([0])]);
  const pads = scope.node('Concat', [none, scope.ints([0]), missing, scope.ints([0])], { axis: 0 });
  return typedNode(scope, 'Pad', x.dtype, [scope.name(x)], {}, [pads]);
}

function withoutRow(scope: EmitScope, leading: string): readonly [starts: string, ends: string] {
  const none = scope.node('Mul', [leading, scope.ints([0])]);
  const join = (sizes: string, last: number | bigint): string =>
    scope.node('Concat', [sizes, scope.ints([last])], { axis: 0 });
  return [join(none, 0), join(leading, farEnd)];
}
