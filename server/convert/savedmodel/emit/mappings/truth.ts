// What TensorFlow takes for true: the conditions of branches and loops.
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Term, TensorTerm } from '../contract.ts';
import { isFloat, isInteger, scalarOf, testNode } from './element-types.ts';

/** A tensor as one truth value: a number that is not 0, and of other than scalars whether there is any element. */
export function truth(
  scope: EmitScope,
  term: Term,
): { readonly known?: boolean; readonly name: () => string } {
  const tensor = scope.asTensor(term);
  const { constant, dtype, shape } = tensor;
  if (dtype === 'string') {
    throw new Unsupported('a string as a condition');
  }
  if (shape !== undefined && shape.length > 0) {
    const size = shape.reduce((product, next) => (next < 0 ? -1 : product * next), 1);
    if (size >= 0) {
      return { known: size > 0, name: () => scope.name(trueTerm(scope, size > 0)) };
    }
    const any = (): string =>
      scope.node('Greater', [scope.node('Size', [scope.name(tensor)]), scope.scalar('int64', 0)]);
    return { name: any };
  }
  if (constant !== undefined) {
    const known = constant.data[0] !== 0 && constant.data[0] !== 0n;
    return { known, name: () => scope.name(trueTerm(scope, known)) };
  }
  if (dtype === 'bool') {
    return { name: () => scope.name(tensor) };
  }
  if (!isInteger(dtype) && !isFloat(dtype)) {
    throw new Unsupported(`${dtype} as a condition`);
  }
  return {
    name: () =>
      scope.node('Not', [testNode(scope, 'Equal', dtype, [scope.name(tensor), scalarOf(scope, dtype, 0)])]),
  };
}

function trueTerm(scope: EmitScope, value: boolean): TensorTerm {
  return scope.constant({ dtype: 'bool', shape: [], data: Uint8Array.of(value ? 1 : 0) });
}
