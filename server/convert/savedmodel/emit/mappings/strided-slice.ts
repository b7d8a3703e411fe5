// StridedSlice: Python's slices with masks, on tensors of any rank.
import { intAttr } from '../../graph/attributes.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import { Unsupported } from '../../unsupported.ts';
import type { EmitScope, Mapping, Mappings, TensorTerm } from '../contract.ts';
import { typedNode } from './element-types.ts';
import { farEnd, type Partial1, partialOf, sliceOf, tensorAt } from './facts.ts';

/** One entry of the slice's specification. */
type Entry =
  | { readonly kind: 'new' }
  | {
      readonly kind: 'range' | 'pick';
      /** Counted from the end (negative) behind an ellipsis of unknown length. */
      readonly axis: number;
      /** Where begin and end stand in their vectors. */
      readonly index: number;
      /** null: known only at run time; undefined: not bounded. */
      readonly begin: number | null | undefined;
      readonly end: number | null | undefined;
      readonly stride: number;
    };

interface Specification {
  readonly entries: readonly Entry[];
  /** Index in `entries` before which all axes that are not named stay as they are. */
  readonly ellipsis: number;
}

function specification(
  node: GraphNode,
  begins: Partial1,
  ends: Partial1,
  strides: readonly number[],
  rank: number | undefined,
): Specification {
  const bit = (name: string, index: number): boolean => ((intAttr(node, name, 0) >> index) & 1) === 1;
  const named = strides.map((_, index) => index);
  const ellipsisAt = named.find((index) => bit('ellipsis_mask', index));
  const takesAxis = (index: number): boolean => index !== ellipsisAt && !bit('new_axis_mask', index);
  const behind =
    ellipsisAt === undefined ? 0 : named.filter((index) => index > ellipsisAt && takesAxis(index)).length;
  const entries: Entry[] = [];
  let ellipsis: number | undefined;
  let axis = 0;
  for (const index of named) {
    if (index === ellipsisAt) {
      ellipsis = entries.length;
      axis = rank === undefined ? -behind : rank - behind;
    } else if (bit('new_axis_mask', index)) {
      entries.push({ kind: 'new' });
    } else {
      const isPick = bit('shrink_axis_mask', index);
      entries.push({
        kind: isPick ? 'pick' : 'range',
        axis,
        index,
        begin: bit('begin_mask', index) && !isPick ? undefined : begins[index],
        end: bit('end_mask', index) && !isPick ? undefined : ends[index],
        stride: isPick ? 1 : (strides[index] ?? 1),
      });
      axis += 1;
    }
  }
  return { entries, ellipsis: ellipsis ?? entries.length };
}

/** What to slice along one axis: numbers, or names of int64 vectors of one element. */
interface Cut {
  readonly axis: number;
  readonly start: bigint | string;
  readonly end: bigint | string;
  readonly step: number;
  /** The size of the result; -1 where it is not known. */
  readonly size: number;
}

function cutPick(
  scope: EmitScope,
  entry: Entry & { readonly kind: 'range' | 'pick' },
  begins: TensorTerm,
): Cut {
  const { axis, begin } = entry;
  if (typeof begin === 'number') {
    return { axis, start: BigInt(begin), end: begin === -1 ? farEnd : BigInt(begin + 1), step: 1, size: 1 };
  }
  const start = sliceOf(scope, scope.int64Name(begins), entry.index, entry.index + 1);
  const next = scope.node('Add', [start, scope.ints([1])]);
  const isLast = scope.node('Equal', [next, scope.ints([0])]);
  return { axis, start, end: scope.node('Where', [isLast, scope.ints([farEnd]), next]), step: 1, size: 1 };
}

function cutRange(
  scope: EmitScope,
  entry: Entry & { readonly kind: 'range' | 'pick' },
  length: number,
  begins: TensorTerm,
  ends: TensorTerm,
): Cut | undefined {
  const { axis, begin, end, stride: step, index } = entry;
  if (begin === undefined && end === undefined && step === 1) {
    return undefined;
  }
  if (length >= 0 && begin !== null && end !== null) {
    return cutKnown(axis, begin, end, step, length);
  }
  const isBackward = step < 0;
  // ONNX starts inside of the axis where TensorFlow's slice is empty: begin before the first element, backward.
  if (isBackward && begin !== undefined && (begin === null || begin < -1)) {
    throw new Unsupported('backward slices from a place that is not known');
  }
  const at = (place: number | null | undefined, open: bigint, vector: TensorTerm): bigint | string => {
    if (place === undefined) {
      return open;
    }
    return place === null ? sliceOf(scope, scope.int64Name(vector), index, index + 1) : BigInt(place);
  };
  return {
    axis,
    start: at(begin, isBackward ? farEnd : 0n, begins),
    end: at(end, isBackward ? -farEnd : farEnd, ends),
    step,
    size: -1,
  };
}

/** Begin and end as places of an axis whose length is known, as TensorFlow clamps them. */
function cutKnown(
  axis: number,
  begin: number | undefined,
  end: number | undefined,
  step: number,
  length: number,
): Cut {
  const isBackward = step < 0;
  const [low, high] = isBackward ? [-1, length - 1] : [0, length];
  const clamp = (place: number): number => Math.min(high, Math.max(low, place < 0 ? place + length : place));
  const from = begin === undefined ? (isBackward ? length - 1 : 0) : clamp(begin);
  const to = end === undefined ? (isBackward ? -1 : length) : clamp(end);
  const size = Math.max(0, Math.ceil((to - from) / step));
  if (size === 0) {
    return { axis, start: 0n, end: 0n, step: 1, size };
  }
  return { axis, start: BigInt(from), end: to < 0 ? -farEnd : BigInt(to), step, size };
}

/** A vector of places, most of them numbers. */
function placesName(scope: EmitScope, places: readonly (bigint | string)[]): string {
  const numbers = places.filter((place) => typeof place === 'bigint');
  if (numbers.length === places.length) {
    return scope.ints(numbers);
  }
  const names = places.map((place) => (typeof place === 'bigint' ? scope.ints([place]) : place));
  const [only = ''] = names;
  return names.length === 1 ? only : scope.node('Concat', names, { axis: 0 });
}

const stridedSlice: Mapping = (node, inputs, scope) => {
  const x = tensorAt(scope, inputs, 0);
  const begins = tensorAt(scope, inputs, 1);
  const ends = tensorAt(scope, inputs, 2);
  const strides = scope.known(tensorAt(scope, inputs, 3), 'strides');
  if (strides.length > 32 || strides.includes(0)) {
    throw new Unsupported(`strides [${strides.join(',')}]`);
  }
  const unknown = new Array<null>(strides.length).fill(null);
  const rank = x.shape?.length;
  const { entries, ellipsis } = specification(
    node,
    partialOf(begins) ?? unknown,
    partialOf(ends) ?? unknown,
    strides,
    rank,
  );
  const cuts: Cut[] = [];
  const picked: number[] = [];
  const shape: number[] = [];
  const fresh: number[] = [];
  const named = entries.filter((entry) => entry.kind !== 'new').length;
  const untouched = rank === undefined ? 0 : rank - named;
  if (untouched < 0) {
    throw new Unsupported(`${named} slices of a tensor of rank ${rank ?? 0}`);
  }
  let axis = 0;
  const outputs = entries.filter((entry) => entry.kind !== 'pick').length;
  const keepRest = (): void => {
    shape.push(...(x.shape?.slice(axis, axis + untouched) ?? []));
    axis += untouched;
  };
  entries.forEach((entry, index) => {
    if (index === ellipsis) {
      keepRest();
    }
    if (entry.kind === 'new') {
      // Behind an ellipsis of unknown length new axes are counted from the end of the result.
      fresh.push(rank === undefined && index >= ellipsis ? shape.length - outputs : shape.length);
      shape.push(1);
      return;
    }
    const length = x.shape?.[axis] ?? -1;
    axis += 1;
    const cut =
      entry.kind === 'pick' ? cutPick(scope, entry, begins) : cutRange(scope, entry, length, begins, ends);
    if (cut !== undefined) {
      cuts.push(cut);
    }
    if (entry.kind === 'pick') {
      picked.push(entry.axis);
    } else {
      shape.push(cut?.size ?? length);
    }
  });
  if (ellipsis === entries.length) {
    keepRest();
  }
  let name = scope.name(x);
  if (cuts.length > 0) {
    name = typedNode(scope, 'Slice', x.dtype, [name], {}, [
      placesName(
        scope,
        cuts.map(({ start }) => start),
      ),
      placesName(
        scope,
        cuts.map(({ end }) => end),
      ),
      scope.ints(cuts.map((cut) => cut.axis)),
      scope.ints(cuts.map(({ step }) => step)),
    ]);
  }
  if (picked.length > 0) {
    name = scope.node('Squeeze', [name, scope.ints(picked)]);
  }
  if (fresh.length > 0) {
    name = scope.node('Unsqueeze', [name, scope.ints(fresh)]);
  }
  return [
    scope.tensor(x.dtype, name, {
      shape: rank === undefined ? undefined : shape,
      partial: slicedPartial(x, entries, cuts),
    }),
  ];
};

/** The elements that a slice of a vector leaves. */
function slicedPartial(x: TensorTerm, entries: readonly Entry[], cuts: readonly Cut[]): Partial1 | undefined {
  const partial = partialOf(x);
  const [entry] = entries;
  if (
    partial === undefined ||
    x.shape?.length !== 1 ||
    entries.length !== 1 ||
    entry === undefined ||
    entry.kind === 'new'
  ) {
    return undefined;
  }
  const [cut] = cuts;
  if (cut === undefined) {
    return partial;
  }
  if (typeof cut.start === 'string' || cut.size < 0) {
    return undefined;
  }
  const first = Number(cut.start);
  const from = first < 0 ? first + partial.length : first;
  return Array.from({ length: cut.size }, (_, index) => partial[from + index * cut.step] ?? null);
}

/** Slices with strides. */
export const stridedSliceMappings: Mappings = new Map<string, Mapping>([['StridedSlice', stridedSlice]]);
