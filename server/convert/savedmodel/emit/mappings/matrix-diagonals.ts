// Diagonals of matrices, and bands: each element of the result is looked up where it comes from.
import { stringAttr } from '../../graph/attributes.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, Term, TensorTerm } from '../contract.ts';
import { scalarOf, typedNode } from './element-types.ts';
import { knownInteger, knownNumber, shapeName, tensorAt } from './facts.ts';
import { refuseWhere } from './refusals.ts';
import { paddingOf, singleDiagonal, singleDiagonalPart } from './single-diagonals.ts';

/** More elements than this of one matrix are not looked up one by one. */
const mostElements = 2 ** 24;

/** The band of diagonals that an op is about: 0 is the main one, those above are positive. */
interface Band {
  readonly lower: number;
  readonly upper: number;
  readonly rows: number;
  readonly columns: number;
  /** The length of the longest diagonal: how long each row of packed diagonals is. */
  readonly length: number;
  readonly align: string;
}

function bandOf(lower: number, upper: number, rows: number, columns: number, align: string): Band {
  const length = Math.min(rows + Math.min(upper, 0), columns - Math.max(lower, 0));
  const isSized = rows >= 0 && columns >= 0 && rows * columns <= mostElements;
  if (!isSized || lower > upper || length < 0 || (upper - lower + 1) * Math.max(length, 1) > mostElements) {
    throw new Unsupported(`diagonals ${lower} to ${upper} of a matrix of ${rows} by ${columns}`);
  }
  return { lower, upper, rows, columns, length, align };
}

/** Where the diagonal `d` begins in its row of packed diagonals. */
function offsetOf({ rows, columns, length, align }: Band, d: number): number {
  const own = Math.min(rows + Math.min(d, 0), columns - Math.max(d, 0));
  const [above, below] = align.split('_');
  const isLeft = (d >= 0 && above === 'LEFT') || (d <= 0 && below === 'LEFT');
  return isLeft ? 0 : length - own;
}

/** Index into packed diagonals [count, length] of the element at a row and column; undefined outside of the band. */
function packedIndex(band: Band, row: number, column: number): number | undefined {
  const d = column - row;
  if (d < band.lower || d > band.upper) {
    return undefined;
  }
  return (band.upper - d) * band.length + offsetOf(band, d) + Math.min(row, column);
}

/** The lower and the upper diagonal: one number, or two. */
function diagonalsOf(scope: EmitScope, term: TensorTerm): readonly [number, number] {
  const numbers = scope.known(term, 'k');
  const [lower, upper = lower] = numbers;
  if (lower === undefined || upper === undefined || numbers.length > 2) {
    throw new Unsupported('k that is neither one number nor two');
  }
  return [lower, upper];
}

const alignOf = (node: GraphNode): string =>
  stringAttr(node, 'align', node.op.endsWith('V3') ? 'RIGHT_LEFT' : 'LEFT_LEFT');

function lastSize(scope: EmitScope, x: TensorTerm, behind: number): number {
  const size = x.shape?.[scope.rank(x) - behind];
  if (size === undefined || size < 0) {
    throw new Unsupported('a matrix of which the size is not known');
  }
  return size;
}

/** The last `flat` axes as one, with one element behind: the padding. */
function flattened(scope: EmitScope, x: TensorTerm, flat: number, padding: string): string {
  const batch = scope.node('Slice', [
    shapeName(scope, x),
    scope.ints([0]),
    scope.ints([scope.rank(x) - flat]),
  ]);
  const sizes = x.shape?.slice(-flat) ?? [];
  const count = sizes.reduce((product, size) => product * size, 1);
  const shape = scope.node('Concat', [batch, scope.ints([count])], { axis: 0 });
  const rows = scope.node('Reshape', [scope.name(x), shape], { allowzero: 1 });
  const paddingShape = scope.node('Concat', [batch, scope.ints([1])], { axis: 0 });
  const column = typedNode(scope, 'Expand', x.dtype, [padding], {}, [paddingShape]);
  return scope.node('Concat', [rows, column], { axis: -1 });
}

/** Elements of flat rows by place, in the shape of the places. */
function lookedUp(
  scope: EmitScope,
  x: TensorTerm,
  rows: string,
  places: readonly number[],
  shape: readonly number[],
  batch: readonly number[],
): TensorTerm {
  const index = scope.name(scope.constant({ dtype: 'int32', shape, data: Int32Array.from(places) }));
  const name = typedNode(scope, 'Gather', x.dtype, [rows], { axis: -1 }, [index]);
  return scope.tensor(x.dtype, name, { shape: [...batch, ...shape] });
}

function eachElement<T>(rows: number, columns: number, at: (row: number, column: number) => T): T[] {
  return Array.from({ length: rows * columns }, (_, index) =>
    at(Math.floor(index / columns), index % columns),
  );
}

const matrixDiag: Mapping = (node, inputs, scope) => {
  const diagonal = tensorAt(scope, inputs, 0);
  const isSimple = node.op === 'MatrixDiag' || node.op === 'BatchMatrixDiag';
  const [lower, upper] = isSimple ? [0, 0] : diagonalsOf(scope, tensorAt(scope, inputs, 1));
  const operands = isSimple ? [] : inputs.slice(2);
  if (lower === upper && !hasKnownSizes(scope, diagonal, operands.slice(0, 2))) {
    return [singleDiagonal(scope, diagonal, lower, operands)];
  }
  const length = lastSize(scope, diagonal, 1);
  const minimumRows = length - Math.min(upper, 0);
  const minimumColumns = length + Math.max(lower, 0);
  const said = isSimple
    ? [-1, -1]
    : [2, 3].map((index) => knownNumber(scope, tensorAt(scope, inputs, index), 'size'));
  let [rows = -1, columns = -1] = said;
  if (rows === -1 && columns === -1) {
    rows = columns = Math.max(minimumRows, minimumColumns);
  }
  const band = bandOf(
    lower,
    upper,
    rows === -1 ? minimumRows : rows,
    columns === -1 ? minimumColumns : columns,
    alignOf(node),
  );
  if (band.length !== length) {
    throw new Unsupported(`diagonals of length ${length} where ${band.length} belong`);
  }
  const flat = lower === upper ? 1 : 2;
  const padding = paddingOf(scope, diagonal, isSimple ? undefined : tensorAt(scope, inputs, 4));
  const outside = length * (upper - lower + 1);
  const places = eachElement(
    band.rows,
    band.columns,
    (row, column) => packedIndex(band, row, column) ?? outside,
  );
  const batch = diagonal.shape?.slice(0, -flat) ?? [];
  const shape = [band.rows, band.columns];
  return [lookedUp(scope, diagonal, flattened(scope, diagonal, flat, padding), places, shape, batch)];
};

function hasKnownSizes(scope: EmitScope, diagonal: TensorTerm, sizes: readonly Term[]): boolean {
  const length = diagonal.shape?.at(-1) ?? -1;
  return length >= 0 && sizes.every((size) => scope.asTensor(size).constant !== undefined);
}

const matrixDiagPart: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const isSimple = node.op === 'MatrixDiagPart' || node.op === 'BatchMatrixDiagPart';
  const [lower, upper] = isSimple ? [0, 0] : diagonalsOf(scope, tensorAt(scope, inputs, 1));
  if (lower === upper && (x.shape === undefined || Math.min(...x.shape.slice(-2)) < 0)) {
    return [singleDiagonalPart(scope, x, lower)];
  }
  const band = bandOf(lower, upper, lastSize(scope, x, 2), lastSize(scope, x, 1), alignOf(node));
  const count = upper - lower + 1;
  const places = new Array<number>(count * band.length).fill(band.rows * band.columns);
  for (let d = lower; d <= upper; d += 1) {
    const own = Math.min(band.rows + Math.min(d, 0), band.columns - Math.max(d, 0));
    const start = (upper - d) * band.length + offsetOf(band, d);
    for (let index = 0; index < own; index += 1) {
      places[start + index] = (index - Math.min(d, 0)) * band.columns + index + Math.max(d, 0);
    }
  }
  const padding = paddingOf(scope, x, isSimple ? undefined : tensorAt(scope, inputs, 2));
  const shape = count === 1 ? [band.length] : [count, band.length];
  return [lookedUp(scope, x, flattened(scope, x, 2, padding), places, shape, x.shape?.slice(0, -2) ?? [])];
};

const matrixSetDiag: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const diagonal = tensorAt(scope, inputs, 1);
  const isSimple = node.op === 'MatrixSetDiag' || node.op === 'BatchMatrixSetDiag';
  const [lower, upper] = isSimple ? [0, 0] : diagonalsOf(scope, tensorAt(scope, inputs, 2));
  const band = bandOf(lower, upper, lastSize(scope, x, 2), lastSize(scope, x, 1), alignOf(node));
  const flat = lower === upper ? 1 : 2;
  if (lastSize(scope, diagonal, 1) !== band.length) {
    throw new Unsupported(`diagonals of another length than ${band.length}`);
  }
  const zero = scalarOf(scope, x.dtype, 0);
  const rows = scope.node('Concat', [flattened(scope, x, 2, zero), flattened(scope, diagonal, flat, zero)], {
    axis: -1,
  });
  const first = band.rows * band.columns + 1;
  const places = eachElement(band.rows, band.columns, (row, column) => {
    const packed = packedIndex(band, row, column);
    return packed === undefined ? row * band.columns + column : first + packed;
  });
  return [lookedUp(scope, x, rows, places, [band.rows, band.columns], x.shape?.slice(0, -2) ?? [])];
};

/** Keeps a band of each matrix; a negative number of diagonals keeps all on that side. */
const matrixBandPart: Mapping = (_node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  if (x.shape !== undefined && x.shape.length < 2) {
    const rank = scope.node('Size', [scope.node('Shape', [scope.name(x)])]);
    const isFlat = scope.node('Less', [rank, scope.scalar('int64', 2)]);
    const refused = refuseWhere(scope, x.dtype, scope.name(x), isFlat, 'input must be at least 2-dim');
    return [scope.tensor(x.dtype, refused, { shape: x.shape })];
  }
  const all = scope.scalar('int64', 2 ** 30);
  const count = (index: 1 | 2, words: string): string => {
    const term = tensorAt(scope, inputs, index);
    const known = knownInteger(term);
    if (known !== undefined && known < 0) {
      return all;
    }
    const given = scope.node('Reshape', [scope.int64Name(term), scope.ints([])]);
    const most = x.shape?.at(index - 3) ?? -1;
    if (known === 0 || (known !== undefined && known <= most)) {
      return given;
    }
    const size = scope.node('Shape', [scope.name(x)], index === 1 ? { start: -2, end: -1 } : { start: -1 });
    const isBeyond = scope.node('Greater', [given, scope.node('Reshape', [size, scope.ints([])])]);
    const checked = refuseWhere(scope, 'int64', given, isBeyond, words);
    const isAll = scope.node('Less', [checked, scope.scalar('int64', 0)]);
    return scope.node('Where', [isAll, all, checked]);
  };
  const lower = count(1, 'num_lower must be negative or less or equal to number of rows');
  const upper = count(2, 'num_upper must be negative or less or equal to number of columns');
  const above = typedNode(scope, 'Trilu', x.dtype, [scope.name(x)], { upper: 1 }, [
    scope.node('Neg', [lower]),
  ]);
  const name = typedNode(scope, 'Trilu', x.dtype, [above], { upper: 0 }, [upper]);
  return [scope.tensor(x.dtype, name, { shape: x.shape })];
};

/** Diagonals and bands. */
export const matrixDiagonalMappings: Mappings = new Map<string, Mapping>([
  ...['MatrixDiag', 'MatrixDiagV2', 'MatrixDiagV3', 'BatchMatrixDiag'].map((op): [string, Mapping] => [
    op,
    matrixDiag,
  ]),
  ...['MatrixDiagPart', 'MatrixDiagPartV2', 'MatrixDiagPartV3', 'BatchMatrixDiagPart'].map(
    (op): [string, Mapping] => [op, matrixDiagPart],
  ),
  ...['MatrixSetDiag', 'MatrixSetDiagV2', 'MatrixSetDiagV3', 'BatchMatrixSetDiag'].map(
    (op): [string, Mapping] => [op, matrixSetDiag],
  ),
  ['MatrixBandPart', matrixBandPart],
  ['BatchMatrixBandPart', matrixBandPart],
]);
