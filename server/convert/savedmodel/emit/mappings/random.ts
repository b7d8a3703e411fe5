// Random numbers. The values of TensorFlow's stateful ops are nobody's contract: any of the same distribution will do.
import { typeAttr } from '../../graph/attributes.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, Term } from '../contract.ts';
import { cast } from './element-types.ts';
import { shapeFrom, tensorAt } from './facts.ts';

/** Numbers of a distribution, as float32 of the shape that the first operand says. Stateless ops, whose values are a contract, have no mapping. */
function drawn(scope: EmitScope, inputs: readonly Term[], op: string): string {
  const sizes = scope.int64Name(tensorAt(scope, inputs, 0));
  return scope.node(op, [scope.node('Expand', [scope.scalar('float32', 0), sizes])]);
}

function outputType(node: GraphNode): 'float16' | 'float32' | 'float64' {
  const type = elementTypeOf(typeAttr(node, 'dtype', 1));
  if (type !== 'float16' && type !== 'float32' && type !== 'float64') {
    throw new Unsupported(`random numbers of type ${type}`);
  }
  return type;
}

const distribution =
  (op: string): Mapping =>
  (node, inputs, scope) => {
    const dtype = outputType(node);
    const name = cast(scope, drawn(scope, inputs, op), 'float32', dtype);
    return [scope.tensor(dtype, name, { shape: shapeFrom(tensorAt(scope, inputs, 0)) })];
  };

/** Whole numbers from the first bound up to, without, the second. */
const uniformIntegers: Mapping = (_node, inputs, scope) => {
  const low = tensorAt(scope, inputs, 1);
  const from = cast(scope, scope.name(low), low.dtype, 'float64');
  const to = cast(scope, scope.name(tensorAt(scope, inputs, 2)), low.dtype, 'float64');
  const fraction = cast(scope, drawn(scope, inputs, 'RandomUniformLike'), 'float32', 'float64');
  const offset = scope.node('Floor', [scope.node('Mul', [fraction, scope.node('Sub', [to, from])])]);
  const name = cast(scope, scope.node('Add', [from, offset]), 'float64', low.dtype);
  return [scope.tensor(low.dtype, name, { shape: shapeFrom(tensorAt(scope, inputs, 0)) })];
};

/** Random numbers of stateful ops. */
export const randomMappings: Mappings = new Map<string, Mapping>([
  ['RandomUniform', distribution('RandomUniformLike')],
  ['RandomStandardNormal', distribution('RandomNormalLike')],
  ['RandomUniformInt', uniformIntegers],
]);
