// How the answer of one version differs from that of another to the same request.
import {
  elementCount,
  elementSize,
  type Dtype,
  type NumericTensor,
  type StringTensor,
  type Tensor,
  type TensorMap,
} from '../codec/tensor.ts';
import { readNumbers, topPlace } from './tensor-numbers.ts';

/** Floats are the same where |a - b| <= absolute + relative x |a|, a being stable's. */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

/** What float32 arithmetic in another order gives and takes. */
export const defaultTolerance: Tolerance = { absolute: 1e-5, relative: 1e-3 };

/** Of one output no more elements are compared, unless one row has more: that is some 0.2 ms. */
export const defaultMaxElements = 16_384;

/** What only floats can say. */
export interface FloatDifference {
  /** Largest |a - b|: 0 for two NaN and for equal infinities, infinite where else one of the two is not finite. */
  readonly maxAbsolute: number;
  /** Largest |a - b| / max(|a|, |b|), 0 to 2; infinite as above. */
  readonly maxRelative: number;
  /** Of the two as vectors, -1 to 1, without the places where one is not finite; 1 for two that are zero, 0 for one. */
  readonly cosine: number;
  /**
   * Whether the largest element is at the same place, for each vector along the last dimension; NaN is never the largest,
   * the first of equal ones is. Absent with fewer than two dimensions, or a last one below 2.
   */
  readonly top1?: { readonly vectors: number; readonly agreeing: number };
}

/** One output of both, or of one of the two. */
export type OutputComparison =
  | {
      readonly output: string;
      readonly kind: 'compared';
      readonly dtype: Dtype;
      readonly shape: readonly number[];
      /** Elements that were compared, the first ones. */
      readonly elements: number;
      /** Of them those that are not the same: at all, or for floats beyond the tolerance; NaN is the same as NaN. */
      readonly different: number;
      readonly floats?: FloatDifference;
      /** 0 to 1: the part of the vectors with the same top class where there are such, else of the elements that are the same. */
      readonly agreement: number;
    }
  | { readonly output: string; readonly kind: 'only-stable' | 'only-shadow'; readonly agreement: 0 }
  | {
      readonly output: string;
      readonly kind: 'unlike';
      /** Stable's first. */
      readonly dtypes: readonly [Dtype, Dtype];
      readonly shapes: readonly [readonly number[], readonly number[]];
      readonly agreement: 0;
    };

/** All outputs of one request. */
export interface AnswerComparison {
  /** In stable's order; what only the shadow has comes last. */
  readonly outputs: readonly OutputComparison[];
  /** The smallest of the outputs; 1 without outputs. */
  readonly agreement: number;
}

/** What a comparison may be told. */
export interface ComparisonOptions {
  readonly tolerance?: Tolerance;
  readonly maxElements?: number;
}

/** Compares what stable answered to what the shadow did. Takes time that is bounded by `maxElements` for each output. */
export function compareAnswers(
  stable: TensorMap,
  shadow: TensorMap,
  { tolerance = defaultTolerance, maxElements = defaultMaxElements }: ComparisonOptions = {},
): AnswerComparison {
  const outputs: OutputComparison[] = [];
  for (const [output, tensor] of stable) {
    const other = shadow.get(output);
    outputs.push(
      other === undefined
        ? { output, kind: 'only-stable', agreement: 0 }
        : compareTensors(output, tensor, other, tolerance, maxElements),
    );
  }
  for (const output of shadow.keys()) {
    if (!stable.has(output)) {
      outputs.push({ output, kind: 'only-shadow', agreement: 0 });
    }
  }
  return { outputs, agreement: Math.min(1, ...outputs.map(({ agreement }) => agreement)) };
}

function compareTensors(
  output: string,
  stable: Tensor,
  shadow: Tensor,
  tolerance: Tolerance,
  maxElements: number,
): OutputComparison {
  const { dtype, shape } = stable;
  const sameShape =
    shape.length === shadow.shape.length && shape.every((size, i) => size === shadow.shape[i]);
  if (dtype !== shadow.dtype || !sameShape) {
    return {
      output,
      kind: 'unlike',
      dtypes: [dtype, shadow.dtype],
      shapes: [shape, shadow.shape],
      agreement: 0,
    };
  }
  const elements = elementsToCompare(shape, maxElements);
  const facts = { output, kind: 'compared', dtype, shape, elements } as const;
  if (stable.dtype === 'string' || shadow.dtype === 'string') {
    const different =
      stable.dtype === 'string' && shadow.dtype === 'string'
        ? differentStrings(stable, shadow, elements)
        : elements;
    return { ...facts, different, agreement: partOf(elements - different, elements) };
  }
  if (!dtype.startsWith('float')) {
    const different = differentBytes(stable, shadow, elements);
    return { ...facts, different, agreement: partOf(elements - different, elements) };
  }
  const { different, floats } = compareFloats(stable, shadow, elements, tolerance);
  const { top1 } = floats;
  const agreement =
    top1 === undefined ? partOf(elements - different, elements) : partOf(top1.agreeing, top1.vectors);
  return { ...facts, different, floats, agreement };
}

/** All, or as many whole rows as `maxElements` allows, but at least one. */
function elementsToCompare(shape: readonly number[], maxElements: number): number {
  const all = elementCount(shape) ?? 0;
  const rows = shape[0] ?? 1;
  if (all <= maxElements || rows === 0) {
    return all;
  }
  const row = all / rows;
  return row * Math.max(1, Math.floor(maxElements / row));
}

/** 1 for a part of nothing. */
function partOf(part: number, all: number): number {
  return all === 0 ? 1 : part / all;
}

function differentStrings(stable: StringTensor, shadow: StringTensor, elements: number): number {
  const empty = new Uint8Array(0);
  let different = 0;
  for (let i = 0; i < elements; i++) {
    different += Buffer.compare(stable.values[i] ?? empty, shadow.values[i] ?? empty) === 0 ? 0 : 1;
  }
  return different;
}

function differentBytes(stable: NumericTensor, shadow: NumericTensor, elements: number): number {
  const size = elementSize[stable.dtype];
  const length = elements * size;
  if (Buffer.compare(stable.bytes.subarray(0, length), shadow.bytes.subarray(0, length)) === 0) {
    return 0;
  }
  let different = 0;
  for (let begin = 0; begin < length; begin += size) {
    let i = begin;
    while (i < begin + size && stable.bytes[i] === shadow.bytes[i]) {
      i++;
    }
    different += i === begin + size ? 0 : 1;
  }
  return different;
}

function compareFloats(
  stable: NumericTensor,
  shadow: NumericTensor,
  elements: number,
  tolerance: Tolerance,
): { different: number; floats: FloatDifference } {
  const left = new Float64Array(elements);
  const right = new Float64Array(elements);
  readNumbers(stable, 0, elements, left);
  readNumbers(shadow, 0, elements, right);
  const { shape } = stable;
  const width = shape.length < 2 ? 1 : (shape[shape.length - 1] ?? 1);
  return compareElements(left, right, tolerance, width < 2 ? undefined : compareTops(left, right, width));
}

function compareElements(
  left: Float64Array,
  right: Float64Array,
  { absolute, relative }: Tolerance,
  top1: FloatDifference['top1'],
): { different: number; floats: FloatDifference } {
  let different = 0;
  let maxAbsolute = 0;
  let maxRelative = 0;
  let product = 0;
  let leftSquares = 0;
  let rightSquares = 0;
  for (let i = 0; i < left.length; i++) {
    const a = left[i] ?? 0;
    const b = right[i] ?? 0;
    if (Number.isFinite(a) && Number.isFinite(b)) {
      const distance = Math.abs(a - b);
      const size = Math.abs(a);
      if (distance > maxAbsolute) {
        maxAbsolute = distance;
      }
      if (distance > maxRelative * Math.max(size, Math.abs(b))) {
        maxRelative = distance / Math.max(size, Math.abs(b));
      }
      if (distance > absolute + relative * size) {
        different++;
      }
      product += a * b;
      leftSquares += a * a;
      rightSquares += b * b;
    } else if (!Object.is(a, b)) {
      different++;
      maxAbsolute = Infinity;
      maxRelative = Infinity;
    }
  }
  const cosine = Number.isFinite(leftSquares + rightSquares)
    ? cosineOf(product, leftSquares, rightSquares)
    : cosineOfLarge(left, right);
  return { different, floats: { maxAbsolute, maxRelative, cosine, ...(top1 !== undefined && { top1 }) } };
}

function cosineOf(product: number, leftSquares: number, rightSquares: number): number {
  if (leftSquares === 0 || rightSquares === 0) {
    return leftSquares === rightSquares ? 1 : 0;
  }
  return Math.min(1, Math.max(-1, product / (Math.sqrt(leftSquares) * Math.sqrt(rightSquares))));
}

/** For numbers whose squares do not fit a double. */
function cosineOfLarge(left: Float64Array, right: Float64Array): number {
  const scale = 2 ** -600;
  let product = 0;
  let leftSquares = 0;
  let rightSquares = 0;
  for (let i = 0; i < left.length; i++) {
    const a = (left[i] ?? 0) * scale;
    const b = (right[i] ?? 0) * scale;
    if (Number.isFinite(a) && Number.isFinite(b)) {
      product += a * b;
      leftSquares += a * a;
      rightSquares += b * b;
    }
  }
  return cosineOf(product, leftSquares, rightSquares);
}

function compareTops(
  left: Float64Array,
  right: Float64Array,
  width: number,
): { vectors: number; agreeing: number } {
  let agreeing = 0;
  for (let begin = 0; begin < left.length; begin += width) {
    agreeing += topPlace(left, begin, width) === topPlace(right, begin, width) ? 1 : 0;
  }
  return { vectors: left.length / width, agreeing };
}
