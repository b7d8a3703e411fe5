// Functions that ONNX lacks, with TensorFlow's precision: small arguments do not drown beside 1, tails keep their digits.
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope } from '../contract.ts';
import { type ElementType, inWorkingType, scalarOf } from './element-types.ts';

/** log(1 + x) of float32 or float64 (or float16): with u = 1 + x rounded, log(u) * x / (u - 1) has the error of u taken out (Kahan). */
export function log1p(scope: EmitScope, dtype: ElementType, x: string): string {
  const one = scalarOf(scope, dtype, 1);
  const u = scope.node('Add', [x, one]);
  const difference = scope.node('Sub', [u, one]);
  const exact = scope.node('Equal', [difference, x]);
  const ratio = scope.node('Where', [exact, one, scope.node('Div', [x, difference])]);
  const precise = scope.node('Mul', [scope.node('Log', [u]), ratio]);
  return scope.node('Where', [scope.node('Equal', [u, one]), x, precise]);
}

/** exp(x) - 1 of the same types: tanh(x / 2) * (exp(x) + 1) does not cancel. */
export function expm1(scope: EmitScope, dtype: ElementType, x: string): string {
  const half = scope.node('Tanh', [scope.node('Mul', [x, scalarOf(scope, dtype, 0.5)])]);
  const sum = scope.node('Add', [scope.node('Exp', [x]), scalarOf(scope, dtype, 1)]);
  return scope.node('Mul', [half, sum]);
}

/** Chebyshev coefficients of log(erfc(x) exp(x^2) / t) in t, highest first (Numerical Recipes, erfcc): relative error 1.2e-7. */
const erfcCoefficients = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196,
  1.00002368, -1.26551223,
];

/** 1 - erf(x) with a small relative error in the tail, too. Throws Unsupported for float64. */
export function erfc(scope: EmitScope, dtype: ElementType, name: string): string {
  if (dtype === 'float64') {
    throw new Unsupported('Erfc of float64 elements');
  }
  return inWorkingType(scope, 'Erf', dtype, [name], ([x = ''], type) => {
    const constant = (value: number): string => scalarOf(scope, type, value);
    const size = scope.node('Abs', [x]);
    const t = scope.node('Reciprocal', [
      scope.node('Add', [scope.node('Mul', [size, constant(0.5)]), constant(1)]),
    ]);
    const polynomial = erfcCoefficients
      .slice(1)
      .reduce(
        (sum, coefficient) => scope.node('Add', [scope.node('Mul', [sum, t]), constant(coefficient)]),
        constant(erfcCoefficients[0] ?? 0),
      );
    const exponent = scope.node('Sub', [polynomial, scope.node('Mul', [x, x])]);
    const tail = scope.node('Mul', [t, scope.node('Exp', [exponent])]);
    const negative = scope.node('Less', [x, constant(0)]);
    return scope.node('Where', [negative, scope.node('Sub', [constant(2), tail]), tail]);
  });
}

/** The angle of the point (x, y), with the signs of zeros and infinities as C has them. Throws Unsupported for float64. */
export function arcTangent2(scope: EmitScope, dtype: ElementType, yName: string, xName: string): string {
  return inWorkingType(scope, 'Atan', dtype, [yName, xName], ([y = '', x = ''], type) => {
    const zero = scalarOf(scope, type, 0);
    const constant = (value: number): string => scalarOf(scope, type, value);
    const isNegative = (name: string): string =>
      scope.node('Or', [
        scope.node('Less', [name, zero]),
        scope.node('Less', [scope.node('Reciprocal', [name]), zero]),
      ]);
    const height = scope.node('Abs', [y]);
    const width = scope.node('Abs', [x]);
    const larger = scope.node('Max', [height, width]);
    const smaller = scope.node('Min', [height, width]);
    const equal = scope.node('Equal', [larger, smaller]);
    const bothZero = scope.node('Equal', [larger, zero]);
    const atEqual = scope.node('Where', [bothZero, zero, constant(1)]);
    const slope = scope.node('Where', [equal, atEqual, scope.node('Div', [smaller, larger])]);
    const low = scope.node('Atan', [slope]);
    const steep = scope.node('Greater', [height, width]);
    const quarter = scope.node('Where', [steep, scope.node('Sub', [constant(Math.PI / 2), low]), low]);
    const half = scope.node('Where', [
      isNegative(x),
      scope.node('Sub', [constant(Math.PI), quarter]),
      quarter,
    ]);
    return scope.node('Where', [isNegative(y), scope.node('Neg', [half]), half]);
  });
}
