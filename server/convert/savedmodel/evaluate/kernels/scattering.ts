// Kernels that write at places which a tensor of indices names.
import { isBig, isFloatType, isReal, sizeOf } from '../../../value.ts';
import { Unsupported } from '../../unsupported.ts';
import { pairAt } from '../elementwise.ts';
import { moveFrom, readStrided, reshaped } from '../moves.ts';
import { handleAt, numbersAt, refusal, tensorAt } from '../operands.ts';
import { placementOf } from '../placement.ts';
import { roundingOf } from '../rounding.ts';
import { productOf, sameShape, shapeText, stridesOf } from '../shapes.ts';
import { variableValue } from './variables.ts';
import type { ComplexValue, RealValue, Value } from '../../../value.ts';
import type { Kernel, Kernels } from '../contract.ts';
import type { BinaryOp } from '../elementwise.ts';
import type { Placement } from '../placement.ts';

/** What becomes of an element and its update; undefined: the update takes its place. */
type Scatter = BinaryOp | undefined;

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
const multiply: BinaryOp = { float: (a, b) => a * b, integer: Math.imul, big: (a, b) => a * b };
const divide: BinaryOp = {
  float: (a, b) => a / b,
  integer: (a, b) => Math.trunc(a / b),
  big: (a, b) => a / b,
};
const larger: BinaryOp = {
  float: (a, b) => Math.max(a, b),
  integer: (a, b) => Math.max(a, b),
  big: (a, b) => (a > b ? a : b),
};
const smaller: BinaryOp = {
  float: (a, b) => Math.min(a, b),
  integer: (a, b) => Math.min(a, b),
  big: (a, b) => (a < b ? a : b),
};

/** Puts rows of updates into a copy of the value, one after the other. */
function scattered(
  value: Value,
  { rows, size, outer, inner }: Placement,
  updates: Value,
  op: Scatter,
): Value {
  const wanted = [...outer, ...inner];
  const wide =
    updates.shape.length === 0
      ? readStrided(
          updates,
          wanted,
          0,
          wanted.map(() => 0),
        )
      : updates;
  if (!sameShape(wide.shape, wanted)) {
    throw refusal(
      `Dimensions of updates ${shapeText(updates.shape)} must be ${shapeText(wanted)}, as the indices have it`,
    );
  }
  if (op === undefined) {
    const move = moveFrom([value, wide], productOf(value.shape));
    const { to, width } = move;
    const [own = to, news = to] = move.from;
    const cells = size * width;
    to.set(own);
    for (let i = 0; i < rows.length; i++) {
      to.set(news.subarray(i * cells, (i + 1) * cells), (rows[i] ?? 0) * cells);
    }
    return move.result(value.shape);
  }
  return accumulated(value, rows, size, wide, op);
}

/** Combines rows of updates with those of a copy of the value, one after the other. */
function accumulated(value: Value, rows: Int32Array, size: number, updates: Value, op: BinaryOp): Value {
  const result = readStrided(value, value.shape, 0, stridesOf(value.shape));
  if (isReal(result) && isReal(updates) && result.dtype === updates.dtype) {
    accumulateReal(result, rows, size, updates, op);
  } else if (isBig(result) && isBig(updates) && op.big !== undefined) {
    for (let i = 0; i < updates.data.length; i++) {
      const at = (rows[Math.floor(i / size)] ?? 0) * size + (i % size);
      result.data[at] = op.big(result.data[at] ?? 0n, updates.data[i] ?? 0n);
    }
  } else if (isComplex(result) && isComplex(updates) && op.complex !== undefined) {
    for (let i = 0; i < updates.data.length / 2; i++) {
      const at = (rows[Math.floor(i / size)] ?? 0) * size + (i % size);
      const combined = op.complex(pairAt(result, at), pairAt(updates, i));
      result.data.set(combined, 2 * at);
    }
  } else {
    throw new Unsupported(`a scatter of ${updates.dtype} into ${value.dtype}`);
  }
  return result;
}

function accumulateReal(
  { dtype, data }: RealValue,
  rows: Int32Array,
  size: number,
  updates: RealValue,
  op: BinaryOp,
): void {
  const { float, integer } = op;
  const round = roundingOf(dtype);
  const combine = isFloatType(dtype)
    ? float && ((a: number, b: number) => round(float(a, b, round)))
    : integer && ((a: number, b: number) => integer(a, b, 8 * data.BYTES_PER_ELEMENT));
  if (combine === undefined || dtype === 'bool') {
    throw new Unsupported(`a scatter of ${dtype}`);
  }
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] ?? 0) * size;
    for (let j = 0; j < size; j++) {
      data[start + j] = combine(data[start + j] ?? 0, updates.data[i * size + j] ?? 0);
    }
  }
}

function isComplex(value: Value): value is ComplexValue {
  return value.dtype === 'complex64' || value.dtype === 'complex128';
}

/** Zeros, or empty strings, like a value. */
function zerosLike(value: Value, shape: readonly number[]): Value {
  return moveFrom([value], productOf(shape)).result(shape);
}

const scatterNd: Kernel = (operands, node, context) => {
  const [indices, updates] = [tensorAt(operands, 0, node), tensorAt(operands, 1, node)];
  const shape = numbersAt(operands, 2, node);
  context.claim(sizeOf(shape));
  const placement = placementOf(indices, numbersAt(operands, 0, node), shape, 'shape');
  const op = updates.dtype === 'string' || updates.dtype === 'bool' ? undefined : add;
  return [scattered(zerosLike(updates, shape), placement, updates, op)];
};

function tensorScatter(op: Scatter): Kernel {
  return (operands, node) => {
    const value = tensorAt(operands, 0, node);
    const indices = tensorAt(operands, 1, node);
    const placement = placementOf(indices, numbersAt(operands, 1, node), value.shape, 'shape');
    return [scattered(value, placement, tensorAt(operands, 2, node), op)];
  };
}

/** Changes a variable: rows by their index, or (Nd) by index vectors. */
function variableScatter(op: Scatter, vectors: boolean): Kernel {
  return (operands, node, context) => {
    const handle = handleAt(operands, 0, node, 'variable');
    const value = variableValue(handle, context);
    const given = tensorAt(operands, 1, node);
    const indices = vectors ? given : reshaped(given, [...given.shape, 1]);
    const placement = placementOf(indices, numbersAt(operands, 1, node), value.shape, 'shape');
    context.state.variables.set(handle.key, scattered(value, placement, tensorAt(operands, 2, node), op));
    return [handle];
  };
}

const scatters: readonly (readonly [string, Scatter])[] = [
  ['Add', add],
  ['Sub', subtract],
  ['Update', undefined],
];
const variableOnly: readonly (readonly [string, Scatter])[] = [
  ['Mul', multiply],
  ['Div', divide],
];
const extremes: readonly (readonly [string, Scatter])[] = [
  ['Max', larger],
  ['Min', smaller],
];

/** Index tensors and values of a sparse tensor, written into a dense one. */
/** ScatterNd, TensorScatter and their like. */
export const scatteringKernels: Kernels = new Map<string, Kernel>([
  ['ScatterNd', scatterNd],
  ...[...scatters, ...extremes].flatMap(([name, op]): [string, Kernel][] => [
    [`TensorScatter${name}`, tensorScatter(op)],
    [`ResourceScatterNd${name}`, variableScatter(op, true)],
    [`ScatterNd${name}`, variableScatter(op, true)],
  ]),
  ...[...scatters, ...variableOnly, ...extremes].flatMap(([name, op]): [string, Kernel][] => [
    [`ResourceScatter${name}`, variableScatter(op, false)],
    [`Scatter${name}`, variableScatter(op, false)],
  ]),
]);
