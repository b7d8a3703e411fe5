// Kernels of functions of one tensor, element by element.
import { isReal } from '../../../value.ts';
import { floatAttr } from '../../graph/attributes.ts';
import { Unsupported } from '../../unsupported.ts';
import { applyUnary } from '../elementwise.ts';
import { tensorAt } from '../operands.ts';
import { digamma, erf, erfc, erfinv, lgamma, ndtri } from '../special-functions.ts';
import type { Kernel, Kernels } from '../contract.ts';
import type { Pair, UnaryOp } from '../elementwise.ts';

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) {
    return rest < 0.5 ? floor : Math.ceil(x);
  }
  const even = floor % 2 === 0 ? floor : floor + 1;
  return even === 0 && x < 0 ? -0 : even;
}

function signOf(x: number): number {
  return x > 0 ? 1 : x < 0 ? -1 : Number.isNaN(x) ? x : 0;
}

const same = <Element>(x: Element): Element => x;

function complexRoot([real, imaginary]: Pair): Pair {
  const size = Math.hypot(real, imaginary);
  const root = Math.sqrt((size + Math.abs(real)) / 2);
  if (root === 0) {
    return [0, imaginary];
  }
  const other = imaginary / (2 * root);
  return real >= 0 ? [root, other] : [Math.abs(other), imaginary < 0 ? -root : root];
}

const complexExp = ([real, imaginary]: Pair): Pair => [
  Math.exp(real) * Math.cos(imaginary),
  Math.exp(real) * Math.sin(imaginary),
];

function complexInverse([real, imaginary]: Pair): Pair {
  const norm = real * real + imaginary * imaginary;
  return [real / norm, -imaginary / norm];
}

const reciprocal: UnaryOp = { float: (x) => 1 / x, complex: complexInverse };
const nearest: UnaryOp = { float: roundHalfEven, integer: same, big: same };
const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

const positive = (x: number): number => (x > 0 || Number.isNaN(x) ? x : 0);

const unaryOps: Readonly<Record<string, UnaryOp>> = {
  Abs: { float: Math.abs, integer: Math.abs, big: (x) => (x < 0n ? -x : x) },
  Neg: { float: (x) => -x, integer: (x) => -x, big: (x) => -x, complex: ([a, b]) => [-a, -b] },
  Sign: { float: signOf, integer: signOf, big: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n) },
  Square: {
    float: (x) => x * x,
    integer: (x) => Math.imul(x, x),
    big: (x) => x * x,
    complex: ([a, b]) => [a * a - b * b, 2 * a * b],
  },
  Sqrt: { float: Math.sqrt, complex: complexRoot },
  Rsqrt: { float: (x, round) => 1 / round(Math.sqrt(x)), complex: (x) => complexInverse(complexRoot(x)) },
  Reciprocal: reciprocal,
  Inv: reciprocal,
  Round: nearest,
  Rint: nearest,
  Floor: { float: Math.floor, integer: same, big: same },
  Ceil: { float: Math.ceil, integer: same, big: same },
  Exp: { float: Math.exp, complex: complexExp },
  Expm1: { float: Math.expm1 },
  Log: { float: Math.log, complex: ([a, b]) => [Math.log(Math.hypot(a, b)), Math.atan2(b, a)] },
  Log1p: { float: Math.log1p },
  Sin: { float: Math.sin },
  Cos: { float: Math.cos },
  Tan: { float: Math.tan },
  Asin: { float: Math.asin },
  Acos: { float: Math.acos },
  Atan: { float: Math.atan },
  Sinh: { float: Math.sinh },
  Cosh: { float: Math.cosh },
  Tanh: { float: Math.tanh },
  Asinh: { float: Math.asinh },
  Acosh: { float: Math.acosh },
  Atanh: { float: Math.atanh },
  Erf: { float: erf },
  Erfc: { float: erfc },
  Erfinv: { float: erfinv },
  Ndtri: { float: ndtri },
  Lgamma: { float: lgamma },
  Digamma: { float: digamma },
  Sigmoid: { float: (x) => 1 / (1 + Math.exp(-x)) },
  Softplus: { float: (x) => (Number.isNaN(x) ? x : Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))) },
  Softsign: { float: (x) => x / (1 + Math.abs(x)) },
  Relu: { float: positive, integer: positive, big: (x) => (x > 0n ? x : 0n) },
  Relu6: {
    float: (x) => (x > 6 ? 6 : positive(x)),
    integer: (x) => Math.min(6, positive(x)),
    big: (x) => (x > 6n ? 6n : x > 0n ? x : 0n),
  },
  Elu: { float: (x) => (x < 0 ? Math.expm1(x) : x) },
  Selu: { float: (x) => (x < 0 ? seluScale * seluAlpha * Math.expm1(x) : seluScale * x) },
  Invert: { integer: (x) => ~x, big: (x) => ~x },
  Conj: { float: same, complex: ([a, b]) => [a, -b] },
};

const leakyRelu: Kernel = (operands, node) => {
  const alpha = Math.fround(floatAttr(node, 'alpha', 0.2));
  return [applyUnary({ float: (x) => (x > 0 ? x : x * alpha) }, tensorAt(operands, 0, node))];
};

/** Truth values of floating-point numbers. */
function floatTest(test: (x: number) => boolean): Kernel {
  return (operands, node) => {
    const value = tensorAt(operands, 0, node);
    if (!isReal(value)) {
      throw new Unsupported(`${node.op} of ${value.dtype}`);
    }
    const data = new Uint8Array(value.data.length);
    for (let i = 0; i < data.length; i++) {
      data[i] = test(value.data[i] ?? 0) ? 1 : 0;
    }
    return [{ dtype: 'bool', shape: value.shape, data }];
  };
}

/** How many bits are set, as uint8. */
const populationCount: Kernel = (operands, node) => {
  const value = tensorAt(operands, 0, node);
  if (value.dtype === 'string' || !('BYTES_PER_ELEMENT' in value.data)) {
    throw new Unsupported('PopulationCount of strings');
  }
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: size } = value.data;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const data = new Uint8Array(byteLength / size);
  for (const [i, byte] of bytes.entries()) {
    const index = Math.floor(i / size);
    for (let rest = byte; rest > 0; rest >>= 1) {
      data[index] = (data[index] ?? 0) + (rest & 1);
    }
  }
  return [{ dtype: 'uint8', shape: value.shape, data }];
};

/** Abs, Exp, Relu and their like. */
export const unaryKernels: Kernels = new Map<string, Kernel>([
  ...Object.entries(unaryOps).map(
    ([op, definition]) =>
      [op, (operands, node) => [applyUnary(definition, tensorAt(operands, 0, node))]] as [string, Kernel],
  ),
  ['LeakyRelu', leakyRelu],
  ['IsNan', floatTest(Number.isNaN)],
  ['IsFinite', floatTest(Number.isFinite)],
  ['IsInf', floatTest((x) => Math.abs(x) === Infinity)],
  ['PopulationCount', populationCount],
]);
