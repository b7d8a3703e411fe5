// Makes a request fail where TensorFlow refuses it: ONNX has no op for that, but an index out of range fails.
import type { EmitScope } from '../contract.ts';
import { cast, type ElementType, scalarOf, typedNode } from './element-types.ts';

/**
 * The named value, unchanged, of a tensor of numbers; a request fails where the condition, of the same shape, holds for
 * any element. `words` are TensorFlow's: they are the name of the node, which ONNX Runtime tells in its message.
 */
export function refuseWhere(
  scope: EmitScope,
  dtype: ElementType,
  name: string,
  condition: string,
  words: string,
): string {
  const zeros = scope.node('Reshape', [scalarOf(scope, dtype, 0), scope.ints([1])]);
  const index = cast(scope, condition, 'bool', 'int64');
  const [zero = ''] = scope.nodes('Gather', [zeros, index], {}, 1, '', words);
  return typedNode(scope, 'Add', dtype, [name, zero]);
}

/** Indices of int32 or int64 of which negative ones are out of every range: ONNX counts them from the end, TensorFlow refuses them. */
export function refuseNegative(scope: EmitScope, dtype: 'int32' | 'int64', name: string): string {
  const mask =
    dtype === 'int32'
      ? scope.scalar('int32', 2 ** 31 - 1)
      : scope.name(
          scope.constant({ dtype: 'int64', shape: [], data: BigInt64Array.of(9223372036854775807n) }),
        );
  return scope.node('BitwiseAnd', [name, mask]);
}
