// Bits of integers.
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { Unsupported } from '../../unsupported.ts';
import { cast, type ElementType, isUnsigned, scalarOf, typedNode } from './element-types.ts';
import { castTerm, elementwise, elementwiseNode } from './elementwise.ts';
import { tensorAt } from './facts.ts';

const direct =
  (op: string, count: 1 | 2): Mapping =>
  (_node, inputs, scope) => {
    const operands = [0, 1].slice(0, count).map((index) => tensorAt(scope, inputs, index));
    return [elementwiseNode(scope, op, operands)];
  };

function bitsOf(dtype: ElementType): number {
  const bits = Number(/^u?int(\d+)$/.exec(dtype)?.[1] ?? Number.NaN);
  if (Number.isNaN(bits)) {
    throw new Unsupported(`bits of ${dtype} elements`);
  }
  return bits;
}

/** The unsigned type in which ONNX Runtime shifts. */
function shiftType(dtype: ElementType): ElementType {
  switch (bitsOf(dtype)) {
    case 8:
      return 'uint8';
    case 64:
      return 'uint64';
    default:
      return 'uint32';
  }
}

/** Shifts by less than nothing or more than the width are cut down to those, as TensorFlow does. */
function distance(scope: EmitScope, by: string, dtype: ElementType): string {
  const type = dtype.startsWith('u') ? 'uint64' : 'int64';
  const wide = cast(scope, by, dtype, type);
  const bounds = [scalarOf(scope, type, 0), scalarOf(scope, type, bitsOf(dtype) - 1)];
  return cast(scope, scope.node('Clip', [wide, ...bounds]), type, shiftType(dtype));
}

const shift =
  (direction: 'LEFT' | 'RIGHT'): Mapping =>
  (_node, inputs, scope) => {
    const x = tensorAt(scope, inputs, 0);
    const by = tensorAt(scope, inputs, 1);
    const { dtype } = x;
    const type = shiftType(dtype);
    return [
      elementwise(scope, [x, by], dtype, ([a = '', b = '']) => {
        const places = distance(scope, b, dtype);
        const moved = (bits: string): string =>
          cast(
            scope,
            scope.node('BitShift', [cast(scope, bits, dtype, type), places], { direction }),
            type,
            dtype,
          );
        if (direction === 'LEFT' || isUnsigned(dtype)) {
          return moved(a);
        }
        // Ones come in behind a negative number: its complement is shifted, and complemented again.
        const sign = signMask(scope, a, dtype);
        return scope.node('BitwiseXor', [moved(scope.node('BitwiseXor', [a, sign])), sign]);
      }),
    ];
  };

/** -1 for negative numbers, 0 for others. */
function signMask(scope: EmitScope, name: string, dtype: ElementType): string {
  const isNegative = typedNode(scope, 'Sign', dtype, [name]);
  return typedNode(scope, 'Min', dtype, [isNegative, scalarOf(scope, dtype, 0)]);
}

/** Bits that are set, counted in pairs, fours, bytes (Hacker's Delight, 5-1), in 64 bits. */
const populationCount: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const unsigned = `uint${bitsOf(x.dtype)}` as ElementType;
  const wide = castTerm(scope, castTerm(scope, x, unsigned), 'uint64');
  return [elementwise(scope, [wide], 'uint8', ([name = '']) => countBits(scope, name))];
};

function countBits(scope: EmitScope, name: string): string {
  const constant = (value: bigint): string =>
    scope.name(scope.constant({ dtype: 'uint64', shape: [], data: BigUint64Array.of(value) }));
  const right = (value: string, places: bigint): string =>
    scope.node('BitShift', [value, constant(places)], { direction: 'RIGHT' });
  const and = (value: string, mask: bigint): string => scope.node('BitwiseAnd', [value, constant(mask)]);
  const pairs = scope.node('Sub', [name, and(right(name, 1n), 0x5555555555555555n)]);
  const fours = scope.node('Add', [
    and(pairs, 0x3333333333333333n),
    and(right(pairs, 2n), 0x3333333333333333n),
  ]);
  const bytes = and(scope.node('Add', [fours, right(fours, 4n)]), 0x0f0f0f0f0f0f0f0fn);
  const sum = right(scope.node('Mul', [bytes, constant(0x0101010101010101n)]), 56n);
  return cast(scope, sum, 'uint64', 'uint8');
}

const invert: Mapping = (_node, inputs, scope) => {
  const x: TensorTerm = tensorAt(scope, inputs, 0);
  return [elementwiseNode(scope, 'BitwiseNot', [x])];
};

/** Bits of integers. */
export const bitwiseMappings: Mappings = new Map<string, Mapping>([
  ['BitwiseAnd', direct('BitwiseAnd', 2)],
  ['BitwiseOr', direct('BitwiseOr', 2)],
  ['BitwiseXor', direct('BitwiseXor', 2)],
  ['Invert', invert],
  ['LeftShift', shift('LEFT')],
  ['RightShift', shift('RIGHT')],
  ['PopulationCount', populationCount],
]);
