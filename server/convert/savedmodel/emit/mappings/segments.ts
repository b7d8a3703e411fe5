// Sums and their like over segments of rows, and counts of numbers.
import { boolAttr } from '../../graph/attributes.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { cast, choose, type ElementType, isFloat, scalarOf, typedNode } from './element-types.ts';
import { farEnd, knownInteger, tensorAt } from './facts.ts';
import { indexName } from './gathering.ts';
import { refuseWhere } from './refusals.ts';
import { productOf, scatterRows, type Scatter } from './scattering.ts';

type Combination = 'sum' | 'mean' | 'sqrt' | 'prod' | 'max' | 'min';

/** Rows to be combined, as matrices. */
interface Rows {
  readonly dtype: ElementType;
  /** [N, T]. */
  readonly values: string;
  /** int64 [N]: the segment of each row; `count` for rows that are left out. */
  readonly ids: string;
  /** int64 [1]: how many segments there are. */
  readonly count: string;
  /** int64 vector: the shape of a row before it was made flat. */
  readonly tail: string;
}

const scatterOf = {
  sum: 'add',
  mean: 'add',
  sqrt: 'add',
  prod: 'mul',
  max: 'max',
  min: 'min',
} as const satisfies Record<Combination, Scatter>;

const lowest: Readonly<Partial<Record<ElementType, number>>> = {
  int8: -128,
  int16: -32768,
  int32: -(2 ** 31),
  uint8: 0,
  uint16: 0,
  uint32: 0,
};
const highest: Readonly<Partial<Record<ElementType, number>>> = {
  int8: 127,
  int16: 32767,
  int32: 2 ** 31 - 1,
  uint8: 255,
  uint16: 65535,
  uint32: 2 ** 32 - 1,
};

/** The name of the scalar that nothing is larger, or smaller, than. */
function bound(scope: EmitScope, dtype: ElementType, isLow: boolean): string {
  if (dtype === 'int64') {
    const value = isLow ? -(2n ** 63n) : 2n ** 63n - 1n;
    return scope.name(scope.constant({ dtype, shape: [], data: BigInt64Array.of(value) }));
  }
  if (dtype === 'uint64') {
    const value = isLow ? 0n : 2n ** 64n - 1n;
    return scope.name(scope.constant({ dtype, shape: [], data: BigUint64Array.of(value) }));
  }
  return scalarOf(scope, dtype, (isLow ? lowest : highest)[dtype] ?? (isLow ? -Infinity : Infinity));
}

/** The largest finite number of a float type: what TensorFlow starts with in segments without order. */
const finiteBound: Readonly<Partial<Record<ElementType, number>>> = {
  float16: 65504,
  bfloat16: 3.3895313892515355e38,
  float32: 3.4028234663852886e38,
  float64: Number.MAX_VALUE,
};

/** `emptyZero`: segments without rows are 0 (1 for a product); otherwise the extreme that nothing changed. */
function combine(scope: EmitScope, rows: Rows, how: Combination, emptyZero: boolean): string {
  const { dtype, values, ids, count, tail } = rows;
  const rowLength = scope.node('Shape', [values], { start: 1, end: 2 });
  const room = scope.node('Add', [count, scope.ints([1])]);
  const start =
    how === 'max' || how === 'min'
      ? bound(scope, dtype, how === 'max')
      : scalarOf(scope, dtype, how === 'prod' ? 1 : 0);
  const base = typedNode(scope, 'Expand', dtype, [start], {}, [
    scope.node('Concat', [room, rowLength], { axis: 0 }),
  ]);
  let result = scatterRows(scope, dtype, base, ids, values, scatterOf[how]);
  if (how !== 'sum' && how !== 'prod') {
    const counts = countsOf(scope, ids, room);
    if (how === 'max' || how === 'min') {
      const isEmpty = scope.node('Equal', [counts, scope.scalar('int64', 0)]);
      const finite = finiteBound[dtype];
      const nothing = emptyZero
        ? scalarOf(scope, dtype, 0)
        : finite === undefined
          ? start
          : scalarOf(scope, dtype, how === 'max' ? -finite : finite);
      result = choose(scope, dtype, isEmpty, nothing, result);
    } else {
      const divisor = scope.node('Max', [counts, scope.scalar('int64', 1)]);
      const type = isFloat(dtype) && dtype !== 'float64' ? 'float32' : dtype;
      const number = cast(scope, divisor, 'int64', type);
      const by = how === 'sqrt' ? scope.node('Sqrt', [number]) : number;
      result = cast(scope, scope.node('Div', [cast(scope, result, dtype, type), by]), type, dtype);
    }
  }
  const kept = typedNode(scope, 'Slice', dtype, [result], {}, [scope.ints([0]), count]);
  const shape = scope.node('Concat', [count, tail], { axis: 0 });
  return scope.node('Reshape', [kept, shape], { allowzero: 1 });
}

/** How many rows each segment has, as int64 [segments, 1]. */
function countsOf(scope: EmitScope, ids: string, room: string): string {
  const zeros = scope.node('Expand', [scope.scalar('int64', 0), room]);
  const ones = scope.node('Expand', [scope.scalar('int64', 1), scope.node('Shape', [ids])]);
  const counts = scope.node('ScatterElements', [zeros, ids, ones], { axis: 0, reduction: 'add' });
  return scope.node('Unsqueeze', [counts, scope.ints([1])]);
}

/** One more than the last id; 0 without ids. */
function segmentCount(scope: EmitScope, ids: string): string {
  const withNone = scope.node('Concat', [scope.ints([-1]), ids], { axis: 0 });
  const last = scope.node('ReduceMax', [withNone, scope.ints([0])], { keepdims: 1 });
  return scope.node('Add', [last, scope.ints([1])]);
}

function matrix(scope: EmitScope, name: string, count: string, tail: string): string {
  const shape = scope.node('Concat', [count, productOf(scope, tail)], { axis: 0 });
  return scope.node('Reshape', [name, shape], { allowzero: 1 });
}

/** Segments whose ids rise with the rows. */
const segment =
  (how: Combination): Mapping =>
  (_node, inputs, scope) => {
    const data = tensorAt(scope, inputs, 0);
    const name = scope.name(data);
    const ids = rising(scope, indexName64(scope, tensorAt(scope, inputs, 1)));
    const tail = scope.node('Shape', [name], { start: 1 });
    const values = matrix(scope, name, scope.node('Shape', [ids]), tail);
    const rows = { dtype: data.dtype, values, ids, count: segmentCount(scope, ids), tail };
    return [tailTensor(scope, data, combine(scope, rows, how, true), -1)];
  };

/** The ids; a request with ids that fall is refused. */
function rising(scope: EmitScope, ids: string): string {
  const earlier = scope.node('Slice', [ids, scope.ints([0]), scope.ints([-1])]);
  const later = scope.node('Slice', [ids, scope.ints([1]), scope.ints([farEnd])]);
  const falls = scope.node('Less', [later, earlier]);
  const first = scope.node('Slice', [ids, scope.ints([0]), scope.ints([1])]);
  const checked = refuseWhere(scope, 'int64', later, falls, 'segment ids are not increasing');
  return scope.node('Concat', [first, checked], { axis: 0 });
}

function indexName64(scope: EmitScope, indices: TensorTerm): string {
  const name = indexName(scope, indices);
  return indices.dtype === 'int32' ? cast(scope, name, 'int32', 'int64') : name;
}

function tailTensor(scope: EmitScope, data: TensorTerm, name: string, count: number): TensorTerm {
  return scope.tensor(data.dtype, name, {
    shape: data.shape === undefined ? undefined : [count, ...data.shape.slice(1)],
  });
}

/** Segments in any order; rows with a negative id are left out, ids beyond the count are refused. */
const unsortedSegment =
  (how: Combination): Mapping =>
  (_node, inputs, scope) => {
    const data = tensorAt(scope, inputs, 0);
    const given = tensorAt(scope, inputs, 1);
    const number = tensorAt(scope, inputs, 2);
    const name = scope.name(data);
    const flat = scope.node('Reshape', [scope.int64Name(given), scope.ints([-1])]);
    const count = scope.node('Reshape', [scope.int64Name(number), scope.ints([1])]);
    const isLeftOut = scope.node('Less', [flat, scope.scalar('int64', 0)]);
    const isBeyond = cast(scope, scope.node('GreaterOrEqual', [flat, count]), 'bool', 'int64');
    const ids = scope.node('Where', [isLeftOut, count, scope.node('Add', [flat, isBeyond])]);
    const rank = scope.node('Shape', [scope.node('Shape', [scope.name(given)])]);
    const tail = scope.node('Slice', [scope.node('Shape', [name]), rank, scope.ints([farEnd])]);
    const values = matrix(scope, name, scope.node('Shape', [flat]), tail);
    const result = combine(scope, { dtype: data.dtype, values, ids, count, tail }, how, false);
    const idRank = given.shape?.length;
    return [
      scope.tensor(data.dtype, result, {
        shape:
          data.shape === undefined || idRank === undefined
            ? undefined
            : [knownInteger(number) ?? -1, ...data.shape.slice(idRank)],
      }),
    ];
  };

/** Segments of rows that are looked up first. */
const sparseSegment =
  (how: Combination, saysCount: boolean): Mapping =>
  (_node, inputs, scope) => {
    const data = tensorAt(scope, inputs, 0);
    const ids = rising(scope, indexName64(scope, tensorAt(scope, inputs, 2)));
    const indices = indexName(scope, tensorAt(scope, inputs, 1));
    const name = typedNode(scope, 'Gather', data.dtype, [scope.name(data)], { axis: 0 }, [indices]);
    const tail = scope.node('Shape', [scope.name(data)], { start: 1 });
    const values = matrix(scope, name, scope.node('Shape', [ids]), tail);
    const number = saysCount ? tensorAt(scope, inputs, 3) : undefined;
    const count =
      number === undefined
        ? segmentCount(scope, ids)
        : scope.node('Reshape', [scope.int64Name(number), scope.ints([1])]);
    const result = combine(scope, { dtype: data.dtype, values, ids, count, tail }, how, true);
    return [tailTensor(scope, data, result, number === undefined ? -1 : (knownInteger(number) ?? -1))];
  };

/** How often each number below the size occurs, or the sum of its weights; larger numbers do not count. */
const binCount: Mapping = (node, inputs, scope) => {
  const input = tensorAt(scope, inputs, 0);
  const size = tensorAt(scope, inputs, 1);
  const weights = tensorAt(scope, inputs, 2);
  const isBinary = boolAttr(node, 'binary_output', false);
  const { dtype } = weights;
  const given = scope.int64Name(input);
  const count = scope.node('Reshape', [scope.int64Name(size), scope.ints([1])]);
  const isMatrix = node.op !== 'Bincount' && scope.rank(input) === 2;
  const isNegative = scope.node('Less', [given, scope.scalar('int64', 0)]);
  const checked = refuseWhere(scope, 'int64', given, isNegative, 'Input arr must be non-negative!');
  const number = scope.node('Min', [checked, count]);
  const numbers = isMatrix ? number : scope.node('Reshape', [number, scope.ints([-1])]);
  const room = scope.node('Add', [count, scope.ints([1])]);
  const batch = scope.node('Shape', [numbers], { start: 0, end: isMatrix ? 1 : 0 });
  const zeros = scope.node('Expand', [
    scalarOf(scope, dtype, 0),
    scope.node('Concat', [batch, room], { axis: 0 }),
  ]);
  const hasWeights = !isBinary && weights.shape?.some((length) => length === 0) !== true;
  const shape = scope.node('Shape', [numbers]);
  const updates = hasWeights
    ? weightsOrOnes(scope, weights, shape)
    : scope.node('Expand', [scalarOf(scope, dtype, 1), shape]);
  const sums = scope.node('ScatterElements', [zeros, numbers, updates], {
    axis: isMatrix ? 1 : 0,
    reduction: isBinary ? 'max' : 'add',
  });
  const result = scope.node('Slice', [sums, scope.ints([0]), count, scope.ints([-1])]);
  const length = knownInteger(size) ?? -1;
  return [scope.tensor(dtype, result, { shape: isMatrix ? [input.shape?.[0] ?? -1, length] : [length] })];
};

/** The weights; where there are none at run time, ones. */
function weightsOrOnes(scope: EmitScope, weights: TensorTerm, shape: string): string {
  const name = scope.name(weights);
  const isKnown = weights.shape?.every((length) => length > 0) === true;
  if (isKnown) {
    return scope.node('Reshape', [name, shape]);
  }
  const one = scope.node('Reshape', [scalarOf(scope, weights.dtype, 1), scope.ints([1])]);
  const flat = scope.node('Concat', [scope.node('Reshape', [name, scope.ints([-1])]), one], { axis: 0 });
  const length = scope.node('Size', [name]);
  const isNone = scope.node('Equal', [length, scope.scalar('int64', 0)]);
  const total = scope.node('ReduceProd', [shape], { keepdims: 0 });
  const places = scope.node('Range', [scope.scalar('int64', 0), total, scope.scalar('int64', 1)]);
  const picked = scope.node('Where', [isNone, scope.scalar('int64', 0), places]);
  return scope.node('Reshape', [scope.node('Gather', [flat, picked]), shape], { allowzero: 1 });
}

const combinations = { Sum: 'sum', Mean: 'mean', Prod: 'prod', Max: 'max', Min: 'min' } as const;
const sparseCombinations = { Sum: 'sum', Mean: 'mean', SqrtN: 'sqrt' } as const;

/** Segments and counts. */
export const segmentMappings: Mappings = new Map<string, Mapping>([
  ...Object.entries(combinations).flatMap(([name, how]): [string, Mapping][] => [
    [`Segment${name}`, segment(how)],
    ...(how === 'mean' ? [] : [[`UnsortedSegment${name}`, unsortedSegment(how)] satisfies [string, Mapping]]),
  ]),
  ...Object.entries(sparseCombinations).flatMap(([name, how]): [string, Mapping][] => [
    [`SparseSegment${name}`, sparseSegment(how, false)],
    [`SparseSegment${name}WithNumSegments`, sparseSegment(how, true)],
  ]),
  ['Bincount', binCount],
  ['DenseBincount', binCount],
]);
