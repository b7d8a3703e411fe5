// The figures that a canary is judged by: what both versions did in a window, how shadows compare, whether golden answers hold.
import type { CanaryState, GoldenRequest } from '../canary/canary.ts';
import type { GoldenOutcome, JudgedWindow, WindowFigures } from '../canary/gates.ts';
import { goldenDifference } from '../config/golden/golden-difference.ts';
import { judgedRequests } from '../canary/judged-errors.ts';
import { deadlineAfter } from '../deadline.ts';
import { PerchError } from '../errors.ts';
import { drift } from '../observe/statistics-drift.ts';
import type { WindowStatistics } from '../observe/statistics-tally.ts';
import type { VersionStatistics } from '../observe/version-statistics.ts';
import type { Shadows } from './shadows.ts';

/** A golden request that takes longer has no answer: milliseconds. */
const goldenTimeoutMs = 10_000;

/** Where the figures come from. */
export interface MeasureParts {
  readonly statistics: VersionStatistics;
  readonly shadows: Shadows;
  /** Answers a REST predict body on a version, with JSON. */
  readonly predict: (model: string, version: bigint, json: string, signal: AbortSignal) => Promise<string>;
}

/** As RunnerParts.measure. */
export async function measureCanary(
  { statistics, shadows, predict }: MeasureParts,
  model: string,
  { version, stableVersion, plan }: CanaryState,
  windowSeconds: readonly number[],
): Promise<readonly JudgedWindow[]> {
  const golden = await Promise.all(
    plan.gates.golden.map((request) =>
      tryGolden(request, (json, signal) => predict(model, version, json, signal)),
    ),
  );
  return windowSeconds.map((seconds) => {
    const canary = statistics.window(model, version, seconds);
    const stable = statistics.window(model, stableVersion, seconds);
    const shadow = shadows.summary(model)?.window(seconds);
    const distance = driftBetween(canary, stable);
    return {
      canary: toFigures(canary),
      stable: toFigures(stable),
      golden,
      ...(shadow?.agreement === undefined
        ? {}
        : { shadow: { compared: shadow.compared, agreement: shadow.agreement } }),
      ...(distance === undefined ? {} : { drift: distance }),
    };
  });
}

async function tryGolden(
  { name, requestJson, responseJson, tolerance }: GoldenRequest,
  predict: (json: string, signal: AbortSignal) => Promise<string>,
): Promise<GoldenOutcome> {
  using deadline = deadlineAfter(goldenTimeoutMs, new AbortController().signal);
  const problem = await predict(requestJson, deadline.signal)
    .then((answer) => goldenDifference(answer, responseJson, tolerance))
    .catch((reason: unknown) => PerchError.from(reason).message);
  return { name, ...(problem === undefined ? {} : { problem }) };
}

/** The time of the run itself: in one engine host each version waits behind the other, and a slow one would hide. */
function toFigures({ requests, errorsByCode, total, run }: WindowStatistics): WindowFigures {
  return { ...judgedRequests(requests, errorsByCode), p99Us: (run ?? total)?.p99Us ?? NaN };
}

/** The largest distance of the top classes of any output, beyond what chance alone would make of it. */
function driftBetween(canary: WindowStatistics, stable: WindowStatistics): number | undefined {
  const distances = drift(canary.outputs, stable.outputs).flatMap(
    ({ classDistance, classDistanceByChance = 0 }) =>
      classDistance === undefined ? [] : [Math.max(0, classDistance - classDistanceByChance)],
  );
  return distances.length === 0 ? undefined : Math.max(...distances);
}
