// Judges a canary by the figures of a window: which gates it passes, which it fails, which cannot be told. Pure.
import type { CanaryPlan, GateState } from './canary.ts';
import { counted, durationText, figures, percentText } from './canary-text.ts';

/** What one version did in a window. */
export interface WindowFigures {
  /** Those that count: see judged-errors.ts. */
  readonly requests: number;
  /** Those that their callers got wrong or cancelled, and that do not count; absent: none. */
  readonly leftOut?: number;
  /** Answered without an error, 0 to 1; NaN where there is none to tell by. */
  readonly successRate: number;
  /** The 99th percentile of the latency, microseconds; NaN where none is known. */
  readonly p99Us: number;
}

/** What came of one golden request. */
export interface GoldenOutcome {
  readonly name: string;
  /** How the answer differs, or why there is none; absent where it holds. */
  readonly problem?: string;
}

/** The figures of both versions in the same window. */
export interface JudgedWindow {
  readonly canary: WindowFigures;
  readonly stable: WindowFigures;
  /** Stable's requests that the canary answered, too, and how many of the answers agree, 0 to 1. */
  readonly shadow?: { readonly compared: number; readonly agreement: number };
  /** Total variation distance of the top classes, 0 to 1; absent where there are too few answers, or none with classes. */
  readonly drift?: number;
  /** One for each golden request of the plan, in any order. */
  readonly golden: readonly GoldenOutcome[];
}

/** What an evaluation comes to. */
export type Verdict = 'passed' | 'failed' | 'too-few';

type Gate = Omit<GateState, 'gate'>;

/**
 * The gates of the plan, in the order success_rate, p99_ratio, agreement, drift, golden; those that the plan does not have
 * are left out, but for the success rate.
 *
 * Nothing passes on silence: below `plan.minRequests` requests of the canary, or of stable where it is compared with
 * stable, a gate is 'too-few'. Two exceptions. A golden answer that is wrong is a failure at once, since it does not take
 * traffic to tell. And at 100 percent (`canaryPercent`) stable has no share: then the gates that need its requests pass
 * where it has too few, and say that they were not compared; the steps before have compared them, and the canary's own
 * success rate, with enough requests, still must hold.
 */
export function judge(plan: CanaryPlan, window: JudgedWindow, canaryPercent: number): GateState[] {
  const { minAgreement, maxDrift, maxP99Ratio, golden } = plan.gates;
  const isAlone = canaryPercent >= 100;
  return [
    { gate: 'success_rate', ...successRate(plan, window) },
    ...(maxP99Ratio === Infinity ? [] : [{ gate: 'p99_ratio' as const, ...p99Ratio(plan, window, isAlone) }]),
    ...(minAgreement === undefined
      ? []
      : [{ gate: 'agreement' as const, ...agreement(plan, minAgreement, window, isAlone) }]),
    ...(maxDrift === undefined
      ? []
      : [{ gate: 'drift' as const, ...driftOf(plan, maxDrift, window, isAlone) }]),
    ...(golden.length === 0 ? [] : [{ gate: 'golden' as const, ...goldenGate(plan, window.golden) }]),
  ];
}

/**
 * Judges by the first of `windows`, which are of the same moment and go from short to long, that tells anything: the short
 * one is the quicker to show a breach, the long one has enough requests where they are rare. At least one window.
 */
export function judgeFirst(
  plan: CanaryPlan,
  windows: readonly JudgedWindow[],
  canaryPercent: number,
): readonly GateState[] {
  let gates: readonly GateState[] = [];
  for (const window of windows) {
    gates = judge(plan, window, canaryPercent);
    if (verdictOf(gates) !== 'too-few') {
      return gates;
    }
  }
  return gates;
}

/** Failed where one gate is; passed where all are. No gates at all is too few. */
export function verdictOf(gates: readonly GateState[]): Verdict {
  if (gates.some(({ outcome }) => outcome === 'failed')) {
    return 'failed';
  }
  return gates.length > 0 && gates.every(({ outcome }) => outcome === 'passed') ? 'passed' : 'too-few';
}

function successRate({ minRequests, gates }: CanaryPlan, { canary }: JudgedWindow): Gate {
  const { requests, successRate: value, leftOut = 0 } = canary;
  const bound = gates.minSuccessRate;
  if (requests < minRequests) {
    const soFar = Number.isNaN(value) ? '' : `; ${percentText(value, 2)} answered so far`;
    const others =
      leftOut === 0 ? '' : ` (${leftOut} that their callers got wrong or cancelled do not count)`;
    const detail = `${tooFew('canary', requests, minRequests)}${others}${soFar}`;
    return { outcome: 'too-few', value, bound, detail };
  }
  const [is, limit] = figures(value, bound, percentText);
  const detail = `${is} of ${counted(requests, 'request')} answered; the plan wants ${limit}`;
  return { outcome: value < bound ? 'failed' : 'passed', value, bound, detail };
}

function p99Ratio(plan: CanaryPlan, { canary, stable }: JudgedWindow, isAlone: boolean): Gate {
  const bound = plan.gates.maxP99Ratio;
  const value = canary.p99Us / stable.p99Us;
  const missing = notCompared(plan, canary.requests, stable.requests, isAlone);
  if (missing !== undefined) {
    return { ...missing, value, bound };
  }
  // No latency is known where no request was answered: the success rate says so.
  if (!Number.isFinite(value)) {
    return { outcome: 'too-few', value: NaN, bound, detail: 'no latencies to compare' };
  }
  const [is, limit] = figures(value, bound);
  const detail = `p99 ${durationText(canary.p99Us)} is ${is} times stable's ${durationText(stable.p99Us)}; the plan allows ${limit}`;
  return { outcome: value > bound ? 'failed' : 'passed', value, bound, detail };
}

function agreement(plan: CanaryPlan, bound: number, { shadow }: JudgedWindow, isAlone: boolean): Gate {
  const compared = shadow?.compared ?? 0;
  const value = compared === 0 ? NaN : (shadow?.agreement ?? NaN);
  if (compared < plan.minRequests || Number.isNaN(value)) {
    return isAlone
      ? { ...unneeded, value, bound }
      : {
          outcome: 'too-few',
          value,
          bound,
          detail: `${counted(compared, 'answer')} compared with stable's, of the ${plan.minRequests} that are needed`,
        };
  }
  const [is, limit] = figures(value, bound, percentText);
  const detail = `${is} of ${counted(compared, 'answer')} agree with stable's; the plan wants ${limit}`;
  return { outcome: value < bound ? 'failed' : 'passed', value, bound, detail };
}

function driftOf(
  plan: CanaryPlan,
  bound: number,
  { canary, stable, drift }: JudgedWindow,
  isAlone: boolean,
): Gate {
  const value = drift ?? NaN;
  const missing = notCompared(plan, canary.requests, stable.requests, isAlone);
  if (missing !== undefined) {
    return { ...missing, value, bound };
  }
  if (Number.isNaN(value)) {
    return isAlone
      ? { ...unneeded, value, bound }
      : { outcome: 'too-few', value, bound, detail: 'too few answers with classes to compare' };
  }
  const [is, limit] = figures(value, bound);
  const detail = `the top classes are ${is} away from stable's, of 1; the plan allows ${limit}`;
  return { outcome: value > bound ? 'failed' : 'passed', value, bound, detail };
}

function goldenGate({ gates: { golden } }: CanaryPlan, outcomes: readonly GoldenOutcome[]): Gate {
  const bound = golden.length;
  const wrong = outcomes.filter(({ problem }) => problem !== undefined);
  const value = outcomes.length - wrong.length;
  const [first] = wrong;
  if (first !== undefined) {
    const others = wrong.length === 1 ? '' : ` (and ${counted(wrong.length - 1, 'other')})`;
    return { outcome: 'failed', value, bound, detail: `${first.name}: ${first.problem ?? ''}${others}` };
  }
  return value < bound
    ? { outcome: 'too-few', value, bound, detail: `${value} of ${counted(bound, 'golden request')} tried` }
    : { outcome: 'passed', value, bound, detail: `${counted(bound, 'golden answer')} as wanted` };
}

const unneeded = {
  outcome: 'passed',
  detail: 'not compared: stable has too few requests beside a canary that takes all of them',
} as const;

/** Why there is no comparison of what both versions did; undefined where there is one. */
function notCompared(
  { minRequests }: CanaryPlan,
  canaryRequests: number,
  stableRequests: number,
  isAlone: boolean,
): Pick<Gate, 'outcome' | 'detail'> | undefined {
  if (canaryRequests < minRequests) {
    return { outcome: 'too-few', detail: tooFew('canary', canaryRequests, minRequests) };
  }
  if (stableRequests < minRequests) {
    return isAlone ? unneeded : { outcome: 'too-few', detail: tooFew('stable', stableRequests, minRequests) };
  }
  return undefined;
}

function tooFew(who: string, requests: number, minRequests: number): string {
  return `${counted(requests, 'request')} to ${who}, of the ${minRequests} that are needed`;
}
