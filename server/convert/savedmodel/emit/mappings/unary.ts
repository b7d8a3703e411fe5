// Functions of one number, element by element.
import { stringAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { isFloat, isUnsigned, scalarOf, testNode, typedNode, workingType } from './element-types.ts';
import { castTerm, elementwise, elementwiseNode } from './elementwise.ts';
import { partialOf, tensorAt } from './facts.ts';
import { erfc, expm1, log1p } from './precise-functions.ts';
import { refuseWhere } from './refusals.ts';

/** Emits on the names of one operand in a type that all the ops take. */
type OnName = (scope: EmitScope, name: string, dtype: TensorTerm['dtype']) => string;

/** An op of ONNX that is TensorFlow's. */
const same =
  (op: string): Mapping =>
  (_node, inputs, scope) => [elementwiseNode(scope, op, [tensorAt(scope, inputs, 0)])];

const composed =
  (emit: OnName): Mapping =>
  (_node, inputs, scope) => {
    const x = tensorAt(scope, inputs, 0);
    return [elementwise(scope, [x], x.dtype, ([name = '']) => emit(scope, name, x.dtype))];
  };

/** A function that float64 has no kernel for: others use the op, float64 the composition. */
const withComposition = (op: string, emit: OnName): Mapping =>
  composed((scope, name, dtype) =>
    dtype === 'float64' ? emit(scope, name, dtype) : typedNode(scope, op, dtype, [name]),
  );

/** What rounds: nothing to do for integers. */
const rounding =
  (op: string): Mapping =>
  (_node, inputs, scope) => {
    const x = tensorAt(scope, inputs, 0);
    return [isFloat(x.dtype) ? elementwiseNode(scope, op, [x]) : x];
  };

const test =
  (emit: OnName): Mapping =>
  (_node, inputs, scope) => {
    const x = tensorAt(scope, inputs, 0);
    return [elementwise(scope, [x], 'bool', ([name = '']) => emit(scope, name, x.dtype))];
  };

const negated: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const partial = partialOf(x)?.map((element) => (element === null ? null : -element));
  if (!isUnsigned(x.dtype)) {
    return [elementwiseNode(scope, 'Neg', [x], partial)];
  }
  const zero = scalarOf(scope, x.dtype, 0);
  return [elementwise(scope, [x], x.dtype, ([name = '']) => typedNode(scope, 'Sub', x.dtype, [zero, name]))];
};

const absolute: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  return [isUnsigned(x.dtype) ? x : elementwiseNode(scope, 'Abs', [x])];
};

const cosine: OnName = (scope, name, dtype) => typedNode(scope, 'Cos', dtype, [name]);

/** sinh(x) = (e + e / (e + 1)) / 2 with e = exp(x) - 1: exact for small x. */
const hyperbolicSine: OnName = (scope, name, dtype) => {
  const e = expm1(scope, dtype, name);
  const one = scalarOf(scope, dtype, 1);
  const fraction = scope.node('Div', [e, scope.node('Add', [e, one])]);
  return scope.node('Mul', [scope.node('Add', [e, fraction]), scalarOf(scope, dtype, 0.5)]);
};

const hyperbolicCosine: OnName = (scope, name, dtype) => {
  const e = scope.node('Exp', [scope.node('Abs', [name])]);
  const sum = scope.node('Add', [e, scope.node('Reciprocal', [e])]);
  return scope.node('Mul', [sum, scalarOf(scope, dtype, 0.5)]);
};

/** atanh(x) = log1p(2x / (1 - x)) / 2. */
const areaTangent: OnName = (scope, name, dtype) => {
  const one = scalarOf(scope, dtype, 1);
  const quotient = scope.node('Div', [scope.node('Add', [name, name]), scope.node('Sub', [one, name])]);
  return scope.node('Mul', [log1p(scope, dtype, quotient), scalarOf(scope, dtype, 0.5)]);
};

/** asinh(x) = sign(x) log1p(|x| + x^2 / (1 + sqrt(x^2 + 1))); log(2 |x|) where the squares would be too large. */
const areaSine: OnName = (scope, name, dtype) => {
  const one = scalarOf(scope, dtype, 1);
  const size = scope.node('Abs', [name]);
  const square = scope.node('Mul', [name, name]);
  const root = scope.node('Sqrt', [scope.node('Add', [square, one])]);
  const part = scope.node('Div', [square, scope.node('Add', [root, one])]);
  const near = log1p(scope, dtype, scope.node('Add', [size, part]));
  const far = scope.node('Add', [scope.node('Log', [size]), scalarOf(scope, dtype, Math.LN2)]);
  const isFar = scope.node('Greater', [size, scalarOf(scope, dtype, 1e9)]);
  return scope.node('Mul', [scope.node('Sign', [name]), scope.node('Where', [isFar, far, near])]);
};

const areaCosine: OnName = (scope, name, dtype) => {
  const one = scalarOf(scope, dtype, 1);
  const below = scope.node('Sqrt', [scope.node('Sub', [name, one])]);
  const above = scope.node('Sqrt', [scope.node('Add', [name, one])]);
  return scope.node('Log', [scope.node('Add', [name, scope.node('Mul', [below, above])])]);
};

/** ONNX Runtime's Sigmoid is off by 1e-7: too much for a small probability. Between convolutions that does no harm, and it is faster. */
const sigmoid: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  if (scope.isNchw(x)) {
    return [elementwiseNode(scope, 'Sigmoid', [x])];
  }
  const type = workingType('Exp', x.dtype);
  const wide = castTerm(scope, x, type);
  const one = scalarOf(scope, type, 1);
  const exact = elementwise(scope, [wide], type, ([name = '']) => {
    const e = scope.node('Exp', [scope.node('Neg', [name])]);
    return scope.node('Reciprocal', [scope.node('Add', [e, one])]);
  });
  return [castTerm(scope, exact, x.dtype)];
};

/** Runs in a type that `Exp` takes: the composed ones below use plain nodes. */
const widened =
  (emit: OnName): Mapping =>
  (_node, inputs, scope) => {
    const x = tensorAt(scope, inputs, 0);
    const wide = castTerm(scope, x, workingType('Exp', x.dtype));
    const result = elementwise(scope, [wide], wide.dtype, ([name = '']) => emit(scope, name, wide.dtype));
    return [castTerm(scope, result, x.dtype)];
  };

/** Between the layers of a network, in GELU, an error of 1e-7 does no harm, and the precise one costs 25 nodes. */
const complementaryError: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const isLayer = x.dtype !== 'float64' && (x.shape?.length ?? 0) > 2;
  return [
    elementwise(scope, [x], x.dtype, ([name = '']) =>
      isLayer
        ? typedNode(scope, 'Sub', x.dtype, [
            scalarOf(scope, x.dtype, 1),
            typedNode(scope, 'Erf', x.dtype, [name]),
          ])
        : erfc(scope, x.dtype, name),
    ),
  ];
};

/** TensorFlow refuses a request whose tensor is not finite. */
const checkNumerics: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const words = `${stringAttr(node, 'message', '')} : Tensor had NaN values`;
  const checked = elementwise(scope, [x], x.dtype, ([name = '']) => {
    const odd = scope.node('Not', [finite(scope, name, x.dtype)]);
    return refuseWhere(scope, x.dtype, name, odd, words);
  });
  return [checked];
};

const finite: OnName = (scope, name, dtype) => {
  if (!isFloat(dtype)) {
    throw new Unsupported(`finiteness of ${dtype} elements`);
  }
  const odd = scope.node('Or', [
    testNode(scope, 'IsNaN', dtype, [name]),
    testNode(scope, 'IsInf', dtype, [name]),
  ]);
  return scope.node('Not', [odd]);
};

const directOps = [
  'Exp',
  'Log',
  'Sqrt',
  'Reciprocal',
  'Tanh',
  'Sin',
  'Cos',
  'Asin',
  'Acos',
  'Atan',
  'Sign',
  'Erf',
] as const;

/** Functions of one number. */
export const unaryMappings: Mappings = new Map<string, Mapping>([
  ...directOps.map((op): [string, Mapping] => [op, same(op)]),
  ['Inv', same('Reciprocal')],
  ['Floor', rounding('Floor')],
  ['Ceil', rounding('Ceil')],
  ['Round', rounding('Round')],
  ['Rint', rounding('Round')],
  ['Neg', negated],
  ['Abs', absolute],
  ['Square', composed((scope, name, dtype) => typedNode(scope, 'Mul', dtype, [name, name]))],
  ['Rsqrt', widened((scope, name) => scope.node('Reciprocal', [scope.node('Sqrt', [name])]))],
  ['Sigmoid', sigmoid],
  ['Log1p', widened((scope, name, dtype) => log1p(scope, dtype, name))],
  ['Expm1', widened((scope, name, dtype) => expm1(scope, dtype, name))],
  ['Erfc', complementaryError],
  [
    'Tan',
    withComposition('Tan', (scope, name, dtype) =>
      scope.node('Div', [typedNode(scope, 'Sin', dtype, [name]), cosine(scope, name, dtype)]),
    ),
  ],
  ['Sinh', withComposition('Sinh', hyperbolicSine)],
  ['Cosh', withComposition('Cosh', hyperbolicCosine)],
  ['Asinh', withComposition('Asinh', areaSine)],
  ['Acosh', withComposition('Acosh', areaCosine)],
  ['Atanh', withComposition('Atanh', areaTangent)],
  ['LogicalNot', test((scope, name) => scope.node('Not', [name]))],
  ['IsNan', test((scope, name, dtype) => testNode(scope, 'IsNaN', dtype, [name]))],
  ['IsInf', test((scope, name, dtype) => testNode(scope, 'IsInf', dtype, [name]))],
  ['IsFinite', test(finite)],
  ['CheckNumerics', checkNumerics],
  ['CheckNumericsV2', checkNumerics],
]);
