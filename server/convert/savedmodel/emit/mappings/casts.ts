// Changes of the element type.
import { boolAttr, typeAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import type { ComplexTerm, EmitScope, Mapping, Mappings, Term, TensorTerm } from '../contract.ts';
import { isFloat, isInteger } from './element-types.ts';
import { castTerm, elementwise } from './elementwise.ts';
import { partialOf } from './facts.ts';

/** Floats become integers by cutting off, integers wrap around: ONNX Runtime casts as C++ does, and so does TensorFlow. */
const castMapping: Mapping = (node, inputs, scope) => {
  const [input] = inputs;
  if (input === undefined) {
    throw new Unsupported('no operand');
  }
  const to = elementTypeOf(typeAttr(node, 'DstT'));
  if (input.kind === 'complex' && to === input.dtype) {
    return [input];
  }
  const x = input.kind === 'complex' ? input.real : scope.asTensor(input);
  if (to === 'complex64' || to === 'complex128') {
    return [complexOf(scope, castTerm(scope, x, to === 'complex64' ? 'float32' : 'float64'), to)];
  }
  if (isFloat(to) && isFloat(x.dtype) && to !== x.dtype && boolAttr(node, 'Truncate', false)) {
    throw new Unsupported('casts between floats that cut off');
  }
  if ((to === 'string') !== (x.dtype === 'string')) {
    throw new Unsupported(`casts from ${x.dtype} to ${to}`);
  }
  return [castTerm(scope, x, to, to === 'int32' || to === 'int64' ? partialOf(x) : undefined)];
};

function complexOf(scope: EmitScope, real: TensorTerm, dtype: ComplexTerm['dtype']): Term {
  const zero = scope.name(scope.constant({ dtype: 'int32', shape: [], data: Int32Array.of(0) }));
  const imaginary = elementwise(scope, [real], real.dtype, ([name = '']) =>
    scope.node('Expand', [scope.node('CastLike', [zero, name]), scope.node('Shape', [name])]),
  );
  return { kind: 'complex', dtype, shape: real.shape, real, imaginary };
}

/** Same bits under another name, where both types are integers of one width; or the same type. */
const bitcast: Mapping = (node, inputs, scope) => {
  const [input] = inputs;
  if (input === undefined) {
    throw new Unsupported('no operand');
  }
  const x = scope.asTensor(input);
  const to = elementTypeOf(typeAttr(node, 'type'));
  const bits = (type: string): string | undefined => /\d+$/.exec(type)?.[0];
  if (to === x.dtype) {
    return [x];
  }
  if (to.startsWith('complex') || !isInteger(x.dtype) || !/^u?int/.test(to) || bits(to) !== bits(x.dtype)) {
    throw new Unsupported(`the bits of ${x.dtype} as ${to}`);
  }
  return [castTerm(scope, x, to as TensorTerm['dtype'])];
};

/** Casts. */
export const castMappings: Mappings = new Map<string, Mapping>([
  ['Cast', castMapping],
  ['Bitcast', bitcast],
]);
