// Kernels of arithmetic on two tensors, with broadcasting.
import { isReal, newRealArray } from '../../../value.ts';
import { Unsupported } from '../../unsupported.ts';
import { aligned, applyBinary, zip } from '../elementwise.ts';
import { refusal, tensorAt, tensorsFrom } from '../operands.ts';
import { productOf, sameShape, shapeText } from '../shapes.ts';
import type { Kernel, Kernels } from '../contract.ts';
import type { BinaryOp, Pair } from '../elementwise.ts';

function binary(op: BinaryOp): Kernel {
  return (operands, node, context) => [
    applyBinary(op, tensorAt(operands, 0, node), tensorAt(operands, 1, node), context),
  ];
}

/** Low bits of a product of 32-bit integers; smaller ones are exact. */
const multiply = (a: number, b: number, bits: number): number => (bits === 32 ? Math.imul(a, b) : a * b);

/** What TensorFlow says where TruncateDiv divides by zero. */
const unnamedError = 'Unexpected error in binary operator (only integer div and mod should have errors)';

function nonZero<Divisor extends number | bigint>(
  divisor: Divisor,
  message = 'Integer division by zero',
): Divisor {
  if (Number(divisor) === 0) {
    throw refusal(message);
  }
  return divisor;
}

const complexProduct = ([a, b]: Pair, [c, d]: Pair): Pair => [a * c - b * d, a * d + b * c];

function complexQuotient([a, b]: Pair, [c, d]: Pair): Pair {
  const norm = c * c + d * d;
  return [(a * c + b * d) / norm, (b * c - a * d) / norm];
}

const add: BinaryOp = {
  float: (a, b) => a + b,
  integer: (a, b) => a + b,
  big: (a, b) => a + b,
  complex: (a, b) => [a[0] + b[0], a[1] + b[1]],
};

const subtract: BinaryOp = {
  float: (a, b) => a - b,
  integer: (a, b) => a - b,
  big: (a, b) => a - b,
  complex: (a, b) => [a[0] - b[0], a[1] - b[1]],
};

const product: BinaryOp = {
  float: (a, b) => a * b,
  integer: multiply,
  big: (a, b) => a * b,
  complex: complexProduct,
};

const quotient: BinaryOp = { float: (a, b) => a / b, complex: complexQuotient };

const truncatedQuotient: BinaryOp = {
  float: (a, b, round) => Math.trunc(round(a / b)),
  integer: (a, b) => Math.trunc(a / nonZero(b)),
  big: (a, b) => a / nonZero(b),
};

const remainder: BinaryOp = {
  float: (a, b) => a % b,
  integer: (a, b) => a % nonZero(b),
  big: (a, b) => a % nonZero(b),
};

function floorQuotient(a: bigint, b: bigint): bigint {
  const truncated = a / nonZero(b);
  return a % b !== 0n && a < 0n !== b < 0n ? truncated - 1n : truncated;
}

/** The remainder with the divisor's sign. */
function floorRemainder(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && b < 0 !== rest < 0 ? rest + b : rest;
}

/** As C++ has it: JavaScript's differs where the base is 1 or -1. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) {
    return 1;
  }
  return base ** exponent;
}

function natural<Exponent extends number | bigint>(exponent: Exponent): Exponent {
  if (exponent < 0) {
    throw refusal('Integers to negative integer powers are not allowed');
  }
  return exponent;
}

/** The low 32 bits of a power of integers. */
function integerPower(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let rest = natural(exponent); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      result = Math.imul(result, square);
    }
    square = Math.imul(square, square);
  }
  return result;
}

/** The low 64 bits of a power of integers. */
function bigPower(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = natural(exponent); rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) {
      result = BigInt.asUintN(64, result * square);
    }
    square = BigInt.asUintN(64, square * square);
  }
  return result;
}

function complexPower(base: Pair, exponent: Pair): Pair {
  if (base[0] === 0 && base[1] === 0) {
    return exponent[0] === 0 && exponent[1] === 0 ? [1, 0] : [0, 0];
  }
  const logarithm: Pair = [Math.log(Math.hypot(base[0], base[1])), Math.atan2(base[1], base[0])];
  const [real, angle] = complexProduct(exponent, logarithm);
  return [Math.exp(real) * Math.cos(angle), Math.exp(real) * Math.sin(angle)];
}

/** NaN wins; of equals the second is given, which tells +0 from -0. */
function pick(wins: (a: number, b: number) => boolean): (a: number, b: number) => number {
  return (a, b) => (Number.isNaN(a) || (!Number.isNaN(b) && wins(a, b)) ? a : b);
}

const largest: BinaryOp = {
  float: pick((a, b) => a > b),
  integer: (a, b) => Math.max(a, b),
  big: (a, b) => (a > b ? a : b),
};

const smallest: BinaryOp = {
  float: pick((a, b) => a < b),
  integer: (a, b) => Math.min(a, b),
  big: (a, b) => (a < b ? a : b),
};

const binaryOps: Readonly<Record<string, BinaryOp>> = {
  AddV2: add,
  Sub: subtract,
  Mul: product,
  RealDiv: quotient,
  /** Of integers it truncates. */
  Div: { ...truncatedQuotient, ...quotient },
  FloorDiv: {
    float: (a, b, round) => Math.floor(round(a / b)),
    integer: (a, b) => Math.floor(a / nonZero(b)),
    big: floorQuotient,
  },
  TruncateDiv: {
    ...truncatedQuotient,
    integer: (a, b) => Math.trunc(a / nonZero(b, unnamedError)),
    big: (a, b) => a / nonZero(b, unnamedError),
  },
  FloorMod: {
    float: floorRemainder,
    integer: (a, b) => floorRemainder(a, nonZero(b)),
    big: (a, b) => a - floorQuotient(a, b) * b,
  },
  Mod: remainder,
  TruncateMod: remainder,
  DivNoNan: {
    float: (a, b) => (b === 0 ? 0 : a / b),
    complex: (a, b) => (b[0] === 0 && b[1] === 0 ? [0, 0] : complexQuotient(a, b)),
  },
  MulNoNan: {
    float: (a, b) => (b === 0 ? 0 : a * b),
    complex: (a, b) => (b[0] === 0 && b[1] === 0 ? [0, 0] : complexProduct(a, b)),
  },
  Maximum: largest,
  Minimum: smallest,
  Pow: { float: power, integer: integerPower, big: bigPower, complex: complexPower },
  Atan2: { float: Math.atan2 },
  SquaredDifference: {
    float: (a, b, round) => round(a - b) ** 2,
    integer: (a, b) => Math.imul(a - b, a - b),
    big: (a, b) => (a - b) * (a - b),
    complex: (a, b) => [(a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2, 0],
  },
  Xdivy: { float: (a, b) => (a === 0 ? a : a / b) },
  Xlogy: { float: (a, b, round) => timesLogarithm(a, round(Math.log(b))) },
  Xlog1py: { float: (a, b, round) => timesLogarithm(a, round(Math.log1p(b))) },
  BitwiseAnd: { integer: (a, b) => a & b, big: (a, b) => a & b },
  BitwiseOr: { integer: (a, b) => a | b, big: (a, b) => a | b },
  BitwiseXor: { integer: (a, b) => a ^ b, big: (a, b) => a ^ b },
  /** Distances outside of the type's bits are brought to its ends. */
  LeftShift: {
    integer: (a, b, bits) => a << clamped(b, bits),
    big: (a, b) => a << BigInt(clamped(Number(b), 64)),
  },
  RightShift: {
    integer: (a, b, bits) => (a > 0x7fffffff ? a >>> clamped(b, bits) : a >> clamped(b, bits)),
    big: (a, b) => a >> BigInt(clamped(Number(b), 64)),
  },
};

function timesLogarithm(x: number, logarithm: number): number {
  return x === 0 ? x : x * logarithm;
}

function clamped(distance: number, bits: number): number {
  return Math.max(0, Math.min(distance, bits - 1));
}

/** Adds numbers, or joins strings: TensorFlow's AddV2 does not take these. */
const addOrJoin: Kernel = (operands, node, context) => {
  const [a, b] = [tensorAt(operands, 0, node), tensorAt(operands, 1, node)];
  if (a.dtype === 'string' && b.dtype === 'string') {
    const { shape, a: left, b: right } = aligned(a, b, context);
    const [stepA, stepB] = [left, right].map(({ data }) => (data.length === 1 ? 0 : 1));
    const data = Array.from({ length: productOf(shape) }, (_, i) =>
      Buffer.concat([
        left.data[i * (stepA ?? 1)] ?? new Uint8Array(),
        right.data[i * (stepB ?? 1)] ?? new Uint8Array(),
      ]),
    );
    return [{ dtype: 'string', shape, data }];
  }
  return [applyBinary(add, a, b, context)];
};

/** Sum of tensors of one shape. */
const addN: Kernel = (operands, node, context) => {
  const [first, ...others] = tensorsFrom(operands, 0, node);
  if (first === undefined) {
    throw refusal('AddN needs an operand.');
  }
  let sum = first;
  for (const [index, other] of others.entries()) {
    if (!sameShape(first.shape, other.shape)) {
      throw refusal(
        `Inputs to operation ${node.name} of type AddN must have the same size and shape.  ` +
          `Input 0: ${shapeText(first.shape)} != input ${index + 1}: ${shapeText(other.shape)}`,
      );
    }
    sum = applyBinary(add, sum, other, context);
  }
  return [sum];
};

const clipByValue: Kernel = (operands, node, context) => {
  const [value, low, high] = [0, 1, 2].map((index) => tensorAt(operands, index, node));
  if (value === undefined || low === undefined || high === undefined) {
    throw refusal('ClipByValue needs three operands.');
  }
  return [applyBinary(largest, applyBinary(smallest, value, high, context), low, context)];
};

const approximateTolerance = 1e-5;

const approximateEqual: Kernel = (operands, node) => {
  const [a, b] = [tensorAt(operands, 0, node), tensorAt(operands, 1, node)];
  const attribute = node.attributes.get('tolerance');
  const tolerance = attribute?.kind === 'float' ? attribute.value : approximateTolerance;
  if (!isReal(a) || !isReal(b) || !sameShape(a.shape, b.shape)) {
    throw new Unsupported('ApproximateEqual of these operands');
  }
  const data = newRealArray('bool', a.data.length);
  zip(data, a.data, b.data, (x, y) => (Math.abs(x - y) < tolerance ? 1 : 0));
  return [{ dtype: 'bool', shape: a.shape, data }];
};

/** Add, Mul, FloorMod and their like. */
export const arithmeticKernels: Kernels = new Map<string, Kernel>([
  ...Object.entries(binaryOps).map(([op, definition]) => [op, binary(definition)] as const),
  ['Add', addOrJoin],
  ['AddN', addN],
  ['AccumulateNV2', addN],
  ['ApproximateEqual', approximateEqual],
  ['ClipByValue', clipByValue],
]);
