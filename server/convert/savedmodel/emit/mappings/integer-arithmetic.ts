// Division, remainders and powers, where integers and negative numbers make ONNX and TensorFlow differ.
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { numbersOf } from '../../../value.ts';
import { Unsupported } from '../../unsupported.ts';
import { type ElementType, isFloat, isInteger, isUnsigned, scalarOf, workingType } from './element-types.ts';
import { castTerm, elementwise, elementwiseNode, partialArithmetic } from './elementwise.ts';
import { type Partial1, tensorAt } from './facts.ts';
import { refuseWhere } from './refusals.ts';

/** Emits on operands of one type that a division by can do no harm. */
type OnNames = (scope: EmitScope, x: string, y: string, dtype: ElementType) => string;

/**
 * Integer division. ONNX Runtime dies of a division by zero, and of the lowest number by -1: the first refuses the
 * request, as TensorFlow does; 64 bits leave room for the second, and int64 has -1 handled apart by `byMinusOne`.
 */
function divideIntegers(
  scope: EmitScope,
  x: TensorTerm,
  y: TensorTerm,
  emit: OnNames,
  byMinusOne: (scope: EmitScope, x: string) => string,
  partial: Partial1 | undefined,
): TensorTerm {
  const type = x.dtype === 'uint64' ? 'uint64' : 'int64';
  const divisors = y.constant === undefined ? undefined : numbersOf(y.constant);
  const operands = [castTerm(scope, x, type), castTerm(scope, y, type)];
  const result = elementwise(scope, operands, type, ([a = '', given = '']) => {
    const isSafe = divisors?.every((divisor) => divisor !== 0) === true;
    const b = isSafe
      ? given
      : refuseWhere(
          scope,
          type,
          given,
          scope.node('Equal', [given, scalarOf(scope, type, 0)]),
          'Integer division by zero',
        );
    if (x.dtype !== 'int64' || divisors?.every((divisor) => divisor !== -1) === true) {
      return emit(scope, a, b, type);
    }
    const minusOne = scope.node('Equal', [b, scalarOf(scope, type, -1)]);
    const other = scope.node('Where', [minusOne, scalarOf(scope, type, 1), b]);
    return scope.node('Where', [minusOne, byMinusOne(scope, a), emit(scope, a, other, type)]);
  });
  return castTerm(
    scope,
    partial === undefined ? result : withPartial(scope, result, partial),
    x.dtype,
    partial,
  );
}

function withPartial(scope: EmitScope, term: TensorTerm, partial: Partial1): TensorTerm {
  return scope.tensor(term.dtype, scope.name(term), { shape: term.shape, partial });
}

const negate = (scope: EmitScope, x: string): string => scope.node('Neg', [x]);
const nothing = (scope: EmitScope, x: string): string => scope.node('Sub', [x, x]);

const truncatedQuotient: OnNames = (scope, x, y) => scope.node('Div', [x, y]);
const truncatedRemainder: OnNames = (scope, x, y) => scope.node('Mod', [x, y], { fmod: 1 });
/** ONNX's Mod of integers has the sign of the divisor, as TensorFlow's FloorMod. */
const flooredRemainder: OnNames = (scope, x, y) => scope.node('Mod', [x, y]);

/** One less than the truncated quotient where a remainder is left and the signs differ. */
const flooredQuotient: OnNames = (scope, x, y, dtype) => {
  const quotient = scope.node('Div', [x, y]);
  if (isUnsigned(dtype)) {
    return quotient;
  }
  const zero = scalarOf(scope, dtype, 0);
  const rest = scope.node('Sub', [x, scope.node('Mul', [quotient, y])]);
  const signsDiffer = scope.node('Xor', [scope.node('Less', [rest, zero]), scope.node('Less', [y, zero])]);
  const isLess = scope.node('And', [scope.node('Not', [scope.node('Equal', [rest, zero])]), signsDiffer]);
  return scope.node('Where', [isLess, scope.node('Sub', [quotient, scalarOf(scope, dtype, 1)]), quotient]);
};

/** fmod, and the divisor added where the signs differ. */
const flooredFloatRemainder: OnNames = (scope, x, y, dtype) => {
  const zero = scalarOf(scope, dtype, 0);
  const rest = scope.node('Mod', [x, y], { fmod: 1 });
  const signsDiffer = scope.node('Xor', [scope.node('Less', [rest, zero]), scope.node('Less', [y, zero])]);
  const isOff = scope.node('And', [scope.node('Not', [scope.node('Equal', [rest, zero])]), signsDiffer]);
  return scope.node('Where', [isOff, scope.node('Add', [rest, y]), rest]);
};

const division =
  (
    integers: OnNames,
    floats: OnNames,
    byMinusOne: (scope: EmitScope, x: string) => string,
    arithmetic: (a: number, b: number) => number,
  ): Mapping =>
  (_node, inputs, scope) => {
    const x = tensorAt(scope, inputs, 0);
    const y = tensorAt(scope, inputs, 1);
    if (isInteger(x.dtype)) {
      const partial = partialArithmetic(x, y, arithmetic);
      return [divideIntegers(scope, x, y, integers, byMinusOne, partial)];
    }
    const type = workingType('Floor', x.dtype);
    const operands = [castTerm(scope, x, type), castTerm(scope, y, type)];
    const result = elementwise(scope, operands, type, ([a = '', b = '']) => floats(scope, a, b, type));
    return [castTerm(scope, result, x.dtype)];
  };

const truncated = division(truncatedQuotient, truncatedQuotient, negate, (a, b) => Math.trunc(a / b));
const flooredFloats: OnNames = (scope, x, y) => scope.node('Floor', [scope.node('Div', [x, y])]);

/** `x ^ y` by squaring, exact modulo the width of the type; ONNX Runtime computes it in floating point. */
function integerPower(scope: EmitScope, x: TensorTerm, y: TensorTerm): TensorTerm {
  const type = x.dtype === 'uint64' ? 'uint64' : 'int64';
  const exponents = y.constant === undefined ? undefined : numbersOf(y.constant);
  const bits = exponents === undefined ? 31 : Math.ceil(Math.log2(Math.max(1, ...exponents) + 1));
  if (bits > 31 || (y.dtype.endsWith('64') && exponents === undefined)) {
    throw new Unsupported('integer powers with exponents of 64 bits');
  }
  if (exponents?.some((exponent) => exponent < 0) === true) {
    throw new Unsupported('negative powers of integers');
  }
  const operands = [castTerm(scope, x, type), castTerm(scope, y, 'int64')];
  const result = elementwise(scope, operands, type, ([base = '', given = '']) => {
    const [zero, one, two] = [0, 1, 2].map((value) => scope.scalar('int64', value));
    let exponent =
      exponents === undefined
        ? refuseWhere(
            scope,
            'int64',
            given,
            scope.node('Less', [given, zero ?? '']),
            'Integers to negative integer powers are not allowed',
          )
        : given;
    let power = base;
    let product = scalarOf(scope, type, 1);
    for (let bit = 0; bit < bits; bit += 1) {
      const isSet = scope.node('Equal', [scope.node('Mod', [exponent, two ?? '']), one ?? '']);
      const factor = typedNodeWhere(scope, type, isSet, power);
      product = scope.node('Mul', [product, factor]);
      if (bit + 1 < bits) {
        power = scope.node('Mul', [power, power]);
        exponent = scope.node('Div', [exponent, two ?? '']);
      }
    }
    return product;
  });
  return castTerm(scope, result, x.dtype);
}

/** The power where the bit is set, else 1, in a type that Where takes. */
function typedNodeWhere(scope: EmitScope, type: ElementType, condition: string, power: string): string {
  if (type === 'int64') {
    return scope.node('Where', [condition, power, scope.scalar('int64', 1)]);
  }
  throw new Unsupported(`powers of ${type} elements`);
}

const power: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const y = tensorAt(scope, inputs, 1);
  return [isFloat(x.dtype) ? elementwiseNode(scope, 'Pow', [x, y]) : integerPower(scope, x, y)];
};

/** Division, remainders, powers. */
export const integerArithmeticMappings: Mappings = new Map<string, Mapping>([
  ['Div', truncated],
  ['TruncateDiv', truncated],
  ['FloorDiv', division(flooredQuotient, flooredFloats, negate, (a, b) => Math.floor(a / b))],
  [
    'FloorMod',
    division(flooredRemainder, flooredFloatRemainder, nothing, (a, b) => a - b * Math.floor(a / b)),
  ],
  ['TruncateMod', division(truncatedRemainder, truncatedRemainder, nothing, (a, b) => a % b)],
  ['Mod', division(truncatedRemainder, truncatedRemainder, nothing, (a, b) => a % b)],
  ['Pow', power],
]);
