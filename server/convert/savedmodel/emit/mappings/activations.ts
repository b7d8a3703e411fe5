// Activation functions, and the softmax family.
import { floatAttr } from '../../graph/attributes.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { choose, isUnsigned, scalarOf, typedNode, workingType } from './element-types.ts';
import { castTerm, elementwise, elementwiseNode } from './elementwise.ts';
import { tensorAt } from './facts.ts';
import { expm1, log1p } from './precise-functions.ts';

const relu: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  if (isUnsigned(x.dtype)) {
    return [x];
  }
  if (x.dtype.startsWith('int') && x.dtype !== 'int32') {
    const zero = scalarOf(scope, x.dtype, 0);
    return [
      elementwise(scope, [x], x.dtype, ([name = '']) => typedNode(scope, 'Max', x.dtype, [name, zero])),
    ];
  }
  return [elementwiseNode(scope, 'Relu', [x])];
};

const relu6: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const type = workingType('Clip', x.dtype);
  const wide = castTerm(scope, x, type);
  const bounds = [scalarOf(scope, type, 0), scalarOf(scope, type, 6)];
  const clipped = elementwise(scope, [wide], type, (names) => scope.node('Clip', [...names, ...bounds]));
  return [castTerm(scope, clipped, x.dtype)];
};

/** An op of ONNX with its attributes; `inDouble` composes it for float64, of which there is no kernel. */
function activation(
  scope: EmitScope,
  x: TensorTerm,
  op: string,
  attributes: Readonly<Record<string, { readonly float: number }>>,
  inDouble: (name: string) => string,
): TensorTerm {
  return elementwise(scope, [x], x.dtype, ([name = '']) =>
    x.dtype === 'float64' ? inDouble(name) : typedNode(scope, op, x.dtype, [name], attributes),
  );
}

const leakyRelu: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const alpha = floatAttr(node, 'alpha', 0.2);
  return [
    activation(scope, x, 'LeakyRelu', { alpha: { float: alpha } }, (name) => {
      const isPositive = scope.node('Greater', [name, scope.scalar('float64', 0)]);
      return choose(
        scope,
        'float64',
        isPositive,
        name,
        scope.node('Mul', [name, scope.scalar('float64', alpha)]),
      );
    }),
  ];
};

/** `scale` times x above zero, `scale * alpha * (exp(x) - 1)` below. */
const exponentialUnit =
  (scale: number, alpha: number): Mapping =>
  (_node, inputs, scope) => {
    const x = tensorAt(scope, inputs, 0);
    const double = (name: string): string => {
      const below = scope.node('Mul', [expm1(scope, 'float64', name), scope.scalar('float64', alpha)]);
      const isPositive = scope.node('Greater', [name, scope.scalar('float64', 0)]);
      const unit = choose(scope, 'float64', isPositive, name, below);
      return scope.node('Mul', [unit, scope.scalar('float64', scale)]);
    };
    const op = scale === 1 ? 'Elu' : 'Selu';
    const attributes = { alpha: { float: alpha }, ...(scale !== 1 && { gamma: { float: scale } }) };
    return [activation(scope, x, op, attributes, double)];
  };

/** log(1 + exp(x)) as max(x, 0) + log1p(exp(-|x|)) in float64. */
const softplus: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  return [
    activation(scope, x, 'Softplus', {}, (name) => {
      const e = scope.node('Exp', [scope.node('Neg', [scope.node('Abs', [name])])]);
      const above = scope.node('Max', [name, scope.scalar('float64', 0)]);
      return scope.node('Add', [above, log1p(scope, 'float64', e)]);
    }),
  ];
};

const softsign: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  return [
    activation(scope, x, 'Softsign', {}, (name) =>
      scope.node('Div', [name, scope.node('Add', [scope.node('Abs', [name]), scope.scalar('float64', 1)])]),
    ),
  ];
};

/** Along the last axis. */
const softmax =
  (op: string): Mapping =>
  (_node, inputs, scope) => {
    const x = tensorAt(scope, inputs, 0);
    return scope.isNchw(x)
      ? [
          scope.nchwTensor(x.dtype, typedNode(scope, op, x.dtype, [scope.nchwName(x)], { axis: 1 }), {
            shape: x.shape,
          }),
        ]
      : [
          scope.tensor(x.dtype, typedNode(scope, op, x.dtype, [scope.name(x)], { axis: -1 }), {
            shape: x.shape,
          }),
        ];
  };

/** Activation functions. */
export const activationMappings: Mappings = new Map<string, Mapping>([
  ['Relu', relu],
  ['Relu6', relu6],
  ['LeakyRelu', leakyRelu],
  ['Elu', exponentialUnit(1, 1)],
  ['Selu', exponentialUnit(1.0507009873554805, 1.6732632423543772)],
  ['Softplus', softplus],
  ['Softsign', softsign],
  ['Softmax', softmax('Softmax')],
  ['LogSoftmax', softmax('LogSoftmax')],
]);
