// How far the answers of one version are from those of another, by the sketches of their outputs.
import type { OutputSketch } from './statistics-outputs.ts';

/** How one output differs. What too few samples cannot tell is absent. */
export interface OutputDrift {
  readonly output: string;
  /** Top classes counted of the two; 0 where the output has no classes. */
  readonly classified: readonly [number, number];
  /** Total variation of the distributions of the top class: the part of the answers that would have to change, 0 to 1. */
  readonly classDistance?: number;
  /**
   * What that distance would be on average, at most, if there were no difference but chance. With few answers and many
   * classes it is large: judge `classDistance` by what it has beyond.
   */
  readonly classDistanceByChance?: number;
  /** Numbers looked at of the two. */
  readonly values: readonly [number, number];
  /** Distance of the means in standard deviations of both; infinite where neither varies and they differ. */
  readonly meanDifference?: number;
  /** Standard deviation of the first to that of the second; infinite where only the second does not vary. */
  readonly deviationRatio?: number;
}

/** Samples below which nothing is said. */
export const defaultMinimumSamples = 100;

/** Compares the outputs that both have, in the order of the first; `minimum` samples are needed of each. */
export function drift(
  a: ReadonlyMap<string, OutputSketch>,
  b: ReadonlyMap<string, OutputSketch>,
  minimum = defaultMinimumSamples,
): OutputDrift[] {
  return [...a].flatMap(([output, left]) => {
    const right = b.get(output);
    return right === undefined ? [] : [outputDrift(output, left, right, minimum)];
  });
}

function outputDrift(output: string, a: OutputSketch, b: OutputSketch, minimum: number): OutputDrift {
  const enough = (left: number, right: number): boolean => Math.min(left, right) >= Math.max(1, minimum);
  return {
    output,
    classified: [a.classified, b.classified],
    ...(enough(a.classified, b.classified) ? classDrift(a, b) : {}),
    values: [a.values, b.values],
    ...(enough(a.values, b.values) ? valueDrift(a, b) : {}),
  };
}

function classDrift(
  a: OutputSketch,
  b: OutputSketch,
): Pick<Required<OutputDrift>, 'classDistance' | 'classDistanceByChance'> {
  let distance = 0;
  let byChance = 0;
  for (let i = 0; i < Math.max(a.classes.length, b.classes.length); i++) {
    const [left, right] = [a.classes[i] ?? 0, b.classes[i] ?? 0];
    distance += Math.abs(left / a.classified - right / b.classified) / 2;
    // The mean distance of two shares that are normally distributed. Counts are whole: with one more it is nowhere too
    // small, and of rare classes it cannot exceed both shares together.
    const all = a.classified + b.classified;
    const share = (left + right) / all;
    const shareAtMost = (left + right + 1) / all;
    const variance = shareAtMost * (1 - share) * (1 / a.classified + 1 / b.classified);
    byChance += Math.min(Math.sqrt((2 / Math.PI) * variance), 2 * share) / 2;
  }
  return { classDistance: distance, classDistanceByChance: byChance };
}

function valueDrift(
  a: OutputSketch,
  b: OutputSketch,
): Pick<Required<OutputDrift>, 'meanDifference' | 'deviationRatio'> {
  const variances = [a.m2 / a.values, b.m2 / b.values] as const;
  return {
    meanDifference: ratio(Math.abs(a.mean - b.mean), Math.sqrt((variances[0] + variances[1]) / 2), 0),
    deviationRatio: ratio(Math.sqrt(variances[0]), Math.sqrt(variances[1]), 1),
  };
}

/** `ofNothing` for 0 / 0. */
function ratio(above: number, below: number, ofNothing: number): number {
  return above === 0 && below === 0 ? ofNothing : above / below;
}
