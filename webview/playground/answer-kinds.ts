// How an output can be shown, and what suits it best; the best classes of a vector of scores.
import { elementTypeOf } from './element-types.ts';
import type { OutputValue } from './read-answer.ts';

/** The ways to show an output. */
export const answerKinds = ['top', 'table', 'histogram', 'line', 'heat', 'image', 'text'] as const;
export type AnswerKind = (typeof answerKinds)[number];

/** Smaller ones are a table. */
const leastSide = 8;
const longVector = 64;
const scoreName = /logit|prob|score|class|softmax/i;

/** The ways that make sense for an output, the best first. `labels`: how many classes the model has names for. */
export function kindsFor(output: OutputValue, labels: number): readonly AnswerKind[] {
  const { shape, isText, numbers } = output;
  if (isText) {
    return ['text', 'table'];
  }
  const rank = shape.length;
  const last = shape[rank - 1] ?? 1;
  const isVector = rank === 2 && last >= 2;
  const possible: readonly AnswerKind[] = [
    'table',
    ...(isVector ? (['top'] as const) : []),
    ...(rank >= 1 && last >= 2 ? (['line'] as const) : []),
    ...(numbers.length >= 2 ? (['histogram'] as const) : []),
    ...(rank >= 2 && rank <= 4 ? (['heat'] as const) : []),
    ...(rank >= 3 && rank <= 4 ? (['image'] as const) : []),
    'text',
  ];
  const best = bestKind(output, labels);
  return [best, ...possible.filter((kind) => kind !== best)];
}

function bestKind({ name, dtype, shape, numbers }: OutputValue, labels: number): AnswerKind {
  const rank = shape.length;
  const last = shape[rank - 1] ?? 1;
  const isFloat = elementTypeOf(dtype).kind === 'float';
  if (
    rank === 2 &&
    last >= 2 &&
    isFloat &&
    (labels === last || scoreName.test(name) || areShares(numbers, last))
  ) {
    return 'top';
  }
  const [height, width] = imageSize(shape) ?? [0, 0];
  if (height >= leastSide && width >= leastSide) {
    return rank === 2 ? 'heat' : 'image';
  }
  return rank >= 1 && rank <= 2 && last > longVector ? 'line' : 'table';
}

/** Whether the first row looks like the probabilities of three classes or more. */
function areShares(numbers: Float64Array, width: number): boolean {
  const first = numbers.subarray(0, width);
  const sum = first.reduce((total, value) => total + value, 0);
  return width >= 3 && first.every((value) => value >= 0 && value <= 1) && Math.abs(sum - 1) < 0.01;
}

/** Height, width, channels and whether the channels come first, of what may be pictures: [N,]H,W, N,H,W,C or N,C,H,W. */
export function imageSize(
  shape: readonly number[],
): readonly [height: number, width: number, channels: number, planar: boolean] | undefined {
  if (shape.length === 2) {
    return [shape[0] ?? 0, shape[1] ?? 0, 1, false];
  }
  if (shape.length === 3) {
    return [shape[1] ?? 0, shape[2] ?? 0, 1, false];
  }
  if (shape.length !== 4) {
    return undefined;
  }
  const [, a = 0, b = 0, c = 0] = shape;
  const isChannels = (size: number): boolean => size === 1 || size === 3;
  return isChannels(a) && !isChannels(c) ? [b, c, a, true] : [a, b, c, false];
}

/** A class and its score. */
export interface RankedClass {
  readonly index: number;
  readonly score: number;
}

/** The `count` highest scores of a vector, the highest first; NaN is never among them. */
export function topClasses(scores: ArrayLike<number>, count: number): readonly RankedClass[] {
  return Array.from(scores, (score, index) => ({ index, score }))
    .filter(({ score }) => !Number.isNaN(score))
    .sort((one, other) => other.score - one.score || one.index - other.index)
    .slice(0, count);
}

/** exp(x) / sum of exp(x), without overflow. */
export function softmax(scores: ArrayLike<number>): Float64Array {
  const highest = Array.from(scores).reduce((most, score) => Math.max(most, score), -Infinity);
  const powers = Float64Array.from(Array.from(scores), (score) => Math.exp(score - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
