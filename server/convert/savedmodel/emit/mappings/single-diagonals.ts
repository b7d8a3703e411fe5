// One diagonal of matrices whose size is only known at run time, and the elements of a tensor on its own diagonal.
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, Term, TensorTerm } from '../contract.ts';
import { choose, scalarOf, typedNode } from './element-types.ts';
import { farEnd, shapeName, tensorAt } from './facts.ts';
import { refuseWhere } from './refusals.ts';

/** The name of what stands beside the diagonals: zero where nothing else is said. */
export function paddingOf(scope: EmitScope, x: TensorTerm, term: TensorTerm | undefined): string {
  return term === undefined ? scalarOf(scope, x.dtype, 0) : scope.name(term);
}

/** Matrices of any size with one diagonal: compared by row and column. */
export function singleDiagonal(
  scope: EmitScope,
  diagonal: TensorTerm,
  k: number,
  said: readonly Term[],
): TensorTerm {
  const [rowsTerm, columnsTerm, paddingTerm] = said.map((term) => scope.asTensor(term));
  const one = scope.ints([1]);
  const own = scope.node('Shape', [scope.name(diagonal)], { start: -1 });
  const longerBy = (extra: number): string => scope.node('Add', [own, scope.ints([extra])]);
  const given = (size: TensorTerm | undefined): string =>
    size === undefined ? scope.ints([-1]) : scope.node('Reshape', [scope.int64Name(size), one]);
  const sizeOf = (term: TensorTerm | undefined, other: TensorTerm | undefined, extra: number): string => {
    const isSaid = scope.node('GreaterOrEqual', [given(term), scope.ints([0])]);
    const otherIsSaid = scope.node('GreaterOrEqual', [given(other), scope.ints([0])]);
    // Where neither is said the matrix is a square.
    const fallback = scope.node('Where', [otherIsSaid, longerBy(extra), longerBy(Math.abs(k))]);
    return scope.node('Where', [isSaid, given(term), fallback]);
  };
  const rows = sizeOf(rowsTerm, columnsTerm, Math.max(-k, 0));
  const columns = sizeOf(columnsTerm, rowsTerm, Math.max(k, 0));
  const padding = paddingOf(scope, diagonal, paddingTerm);
  const batch = scope.node('Shape', [scope.name(diagonal)], { end: -1 });
  const filler = (count: string): string =>
    typedNode(scope, 'Expand', diagonal.dtype, [padding], {}, [
      scope.node('Concat', [batch, count], { axis: 0 }),
    ]);
  const missing = scope.node('Sub', [rows, longerBy(Math.max(-k, 0))]);
  const before = k < 0 ? [filler(scope.ints([-k]))] : [];
  // A last row without an element of the diagonal may be there, or not.
  const behind = filler(scope.node('Max', [missing, scope.ints([0])]));
  const perRow = scope.node('Concat', [...before, scope.name(diagonal), behind], { axis: -1 });
  const places = (count: string, first: number): string => {
    const end = scope.node('Reshape', [count, scope.ints([])]);
    const numbers = scope.node('Range', [scope.scalar('int64', 0), end, scope.scalar('int64', 1)]);
    return scope.node('Add', [numbers, scope.scalar('int64', first)]);
  };
  const isOn = scope.node('Equal', [scope.node('Unsqueeze', [places(rows, k), one]), places(columns, 0)]);
  const column = scope.node('Unsqueeze', [perRow, scope.ints([-1])]);
  const name = choose(scope, diagonal.dtype, isOn, column, padding);
  return scope.tensor(diagonal.dtype, name, {
    shape: diagonal.shape === undefined ? undefined : [...diagonal.shape.slice(0, -1), -1, -1],
  });
}

/** The diagonal `k` of matrices of any size: of each matrix, laid out row by row, every so many elements one. */
export function singleDiagonalPart(scope: EmitScope, x: TensorTerm, k: number): TensorTerm {
  if (x.shape !== undefined && x.shape.length < 2) {
    throw new Unsupported('input must be at least 2-dim');
  }
  const name = scope.name(x);
  const rows = scope.node('Shape', [name], { start: -2, end: -1 });
  const columns = scope.node('Shape', [name], { start: -1 });
  const below = scope.node('Sub', [rows, scope.ints([Math.max(-k, 0)])]);
  const above = scope.node('Sub', [columns, scope.ints([Math.max(k, 0)])]);
  const isOutside = scope.node('Less', [k < 0 ? below : above, scope.ints([k === 0 ? 0 : 1])]);
  const length = refuseWhere(
    scope,
    'int64',
    scope.node('Min', [below, above]),
    isOutside,
    `lower_diag_index is out of bound: ${k}`,
  );
  const step = scope.node('Add', [columns, scope.ints([1])]);
  const start = k < 0 ? scope.node('Mul', [columns, scope.ints([-k])]) : scope.ints([k]);
  const end = scope.node('Add', [start, scope.node('Mul', [length, step])]);
  const batch = scope.node('Shape', [name], { end: -2 });
  const flatShape = scope.node('Concat', [batch, scope.node('Mul', [rows, columns])], { axis: 0 });
  const flat = scope.node('Reshape', [name, flatShape], { allowzero: 1 });
  const picked = typedNode(scope, 'Slice', x.dtype, [flat], {}, [start, end, scope.ints([-1]), step]);
  return scope.tensor(x.dtype, picked, {
    shape: x.shape === undefined ? undefined : [...x.shape.slice(0, -2), -1],
  });
}

/** A tensor of twice the rank with the elements where both halves of the indices are the same. */
const diag: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const sizes = shapeName(scope, x);
  const flat = scope.tensor(x.dtype, scope.node('Reshape', [scope.name(x), scope.ints([-1])]), {
    shape: [-1],
  });
  const matrix = scope.name(singleDiagonal(scope, flat, 0, []));
  const shape = scope.node('Concat', [sizes, sizes], { axis: 0 });
  return [
    scope.tensor(x.dtype, scope.node('Reshape', [matrix, shape], { allowzero: 1 }), {
      shape: x.shape === undefined ? undefined : [...x.shape, ...x.shape],
    }),
  ];
};

/** The inverse of `diag`: every so many elements one. */
const diagPart: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const half = scope.rank(x) / 2;
  const sizes = scope.node('Slice', [shapeName(scope, x), scope.ints([0]), scope.ints([half])]);
  const count = scope.node('ReduceProd', [sizes], { keepdims: 1 });
  const flat = scope.node('Reshape', [scope.name(x), scope.ints([-1])]);
  const step = scope.node('Add', [count, scope.ints([1])]);
  const picked = typedNode(scope, 'Slice', x.dtype, [flat], {}, [
    scope.ints([0]),
    scope.ints([farEnd]),
    scope.ints([0]),
    step,
  ]);
  const name = scope.node('Reshape', [picked, sizes], { allowzero: 1 });
  return [scope.tensor(x.dtype, name, { shape: x.shape?.slice(0, half) })];
};

/** Diagonals of tensors as a whole. */
export const singleDiagonalMappings: Mappings = new Map<string, Mapping>([
  ['Diag', diag],
  ['DiagPart', diagPart],
]);
