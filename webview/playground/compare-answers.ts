// How the answers of two versions to one request differ.
import type { OutputValue } from './read-answer.ts';

/** One element that differs. */
export interface ElementDifference {
  /** Row-major. */
  readonly index: number;
  /** JSON texts. */
  readonly first: string;
  readonly second: string;
  /** NaN where one of the two is no number. */
  readonly absolute: number;
}

/** What an output of both comes to. */
export interface OutputDifference {
  readonly name: string;
  /** `same` within the tolerance; `unlike`: other shapes; `only-first`, `only-second`: the other has no such output. */
  readonly verdict: 'same' | 'different' | 'unlike' | 'only-first' | 'only-second';
  readonly shape: readonly number[];
  readonly elements: number;
  /** Elements beyond the tolerance. */
  readonly different: number;
  readonly maxAbsolute: number;
  /** |a - b| / max(|a|, |b|), 0 to 2. */
  readonly maxRelative: number;
  /** Rows whose largest element moved, where rows have two elements or more. */
  readonly movedTops: readonly { readonly row: number; readonly first: number; readonly second: number }[];
  /** The largest differences, largest first; at most `maxShown`. */
  readonly worst: readonly ElementDifference[];
}

/** Elements that are listed at most. */
export const maxShown = 200;

/** What float32 arithmetic in another order gives and takes; as the daemon's shadow comparison has it. */
const absoluteTolerance = 1e-5;
const relativeTolerance = 1e-3;

/** Compares output by output, in the order of the first, then what only the second has. */
export function compareAnswers(
  first: readonly OutputValue[],
  second: readonly OutputValue[],
): readonly OutputDifference[] {
  const others = new Map(second.map((output) => [output.name, output]));
  const known = new Set(first.map(({ name }) => name));
  return [
    ...first.map((output) => compareOutput(output, others.get(output.name))),
    ...second.filter(({ name }) => !known.has(name)).map((output) => lone(output, 'only-second')),
  ];
}

function lone(
  { name, shape, elements }: OutputValue,
  verdict: OutputDifference['verdict'],
): OutputDifference {
  const none = { different: 0, maxAbsolute: NaN, maxRelative: NaN, movedTops: [], worst: [] };
  return { name, verdict, shape, elements: elements.length, ...none };
}

function compareOutput(first: OutputValue, second: OutputValue | undefined): OutputDifference {
  if (second === undefined) {
    return lone(first, 'only-first');
  }
  if (first.shape.join() !== second.shape.join()) {
    return lone(first, 'unlike');
  }
  const differences: ElementDifference[] = [];
  let maxAbsolute = 0;
  let maxRelative = 0;
  for (const [index, text] of first.elements.entries()) {
    const other = second.elements[index] ?? '';
    const [a, b] = [first.numbers[index] ?? NaN, second.numbers[index] ?? NaN];
    const absolute = text === other ? 0 : Math.abs(a - b);
    const relative = absolute === 0 ? 0 : absolute / Math.max(Math.abs(a), Math.abs(b));
    if (!Number.isNaN(absolute)) {
      maxAbsolute = Math.max(maxAbsolute, absolute);
      maxRelative = Math.max(maxRelative, Number.isNaN(relative) ? Infinity : relative);
    }
    const isNear =
      Number.isFinite(absolute) && absolute <= absoluteTolerance + relativeTolerance * Math.abs(a);
    if (text !== other && !isNear) {
      differences.push({ index, first: text, second: other, absolute });
    }
  }
  const size = (one: ElementDifference): number => (Number.isNaN(one.absolute) ? Infinity : one.absolute);
  differences.sort((one, other) => size(other) - size(one) || one.index - other.index);
  return {
    name: first.name,
    verdict: differences.length === 0 ? 'same' : 'different',
    shape: first.shape,
    elements: first.elements.length,
    different: differences.length,
    maxAbsolute,
    maxRelative,
    movedTops: first.isText ? [] : movedTops(first, second),
    worst: differences.slice(0, maxShown),
  };
}

function movedTops(first: OutputValue, second: OutputValue): OutputDifference['movedTops'] {
  const width = first.shape.at(-1) ?? 1;
  if (width < 2) {
    return [];
  }
  const rows = first.numbers.length / width;
  return Array.from({ length: rows }, (_, row) => ({
    row,
    first: topOf(first.numbers.subarray(row * width, (row + 1) * width)),
    second: topOf(second.numbers.subarray(row * width, (row + 1) * width)),
  })).filter((tops) => tops.first !== tops.second);
}

function topOf(row: Float64Array): number {
  return row.reduce((top, value, index) => (value > (row[top] ?? NaN) ? index : top), 0);
}
