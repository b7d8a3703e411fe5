// The daemon's answers about a model, for the unit tests of the tab "Canary".
import type {
  WireCanary,
  WireEvent,
  WireHistory,
  WireTraffic,
  WireVersionStatistics,
} from '../../../extension/panels/dashboard/canary/live-data.ts';

const times = { p50: 2000, p90: 4000, p99: 8000 };

/** Requests that named neither version nor label, by version. */
export function traffic(counts: Readonly<Record<number, number>>): WireTraffic {
  const observed = Object.entries(counts).map(([version, count]) => ({
    version,
    splitRequests: String(count),
    namedRequests: '0',
  }));
  return { shares: [], observed, fallbacks: '0', shadow: null };
}

/** A version with a p50 of 2 ms and a p99 of 8 ms. */
export function statistics(
  version: string,
  fields: {
    readonly requests?: number;
    readonly errors?: Readonly<Record<string, number>>;
    readonly outputs?: WireVersionStatistics['outputs'];
  },
): WireVersionStatistics {
  const { requests = 100, errors = {}, outputs = [] } = fields;
  return {
    model: 'digits',
    version,
    labels: [],
    requests: String(requests),
    rate: requests / 60,
    successRate: 1,
    errors: Object.fromEntries(Object.entries(errors).map(([code, count]) => [code, String(count)])),
    total: times,
    queue: times,
    run: times,
    meanRows: 1,
    outputs,
  };
}

/** Requests in spans of ten seconds, by version. */
export function history(counts: Readonly<Record<number, readonly number[]>>): WireHistory {
  const versions = Object.entries(counts).map(([version, spans]) => ({
    version,
    points: spans.map((requests) => ({
      requests: String(requests),
      errors: '0',
      p50Us: requests === 0 ? NaN : 2000,
      p99Us: requests === 0 ? NaN : 8000,
    })),
  }));
  return { spanMs: 10_000, beginMs: '1000', versions };
}

/** The daemon's word on the canary of `models.ts`. */
export function wireCanary(fields: {
  readonly passesPerStep?: number;
  readonly passedChecks?: number;
  readonly manual?: boolean;
  readonly gates?: WireCanary['gates'];
}): WireCanary {
  const { passesPerStep = 1, passedChecks = 0, manual = false, gates = [] } = fields;
  return {
    version: '3',
    stableVersion: '2',
    phase: 'CANARY_PHASE_PROGRESSING',
    step: 1,
    plan: {
      steps: [1, 5, 25, 50, 100],
      intervalMs: 60_000,
      passesPerStep,
      minRequests: 100,
      failedChecksLimit: 0,
      inconclusiveLimit: 3,
      gates: { minSuccessRate: 0.99, maxP99Ratio: 1.5, golden: [] },
      manual,
      keepWarmMs: 600_000,
      shadowPercent: 0,
    },
    reason: '',
    startedAtMs: '0',
    phaseSinceMs: '0',
    nextEvaluationMs: '90000',
    gates,
    failedChecks: 0,
    passedChecks,
  };
}

/** Something that was done to `digits`. */
export function event(id: string, fields: Partial<WireEvent>): WireEvent {
  return {
    id,
    atMs: '1000',
    model: 'digits',
    kind: 'set_traffic',
    actor: 'vscode',
    reason: '',
    before: '',
    after: '',
    ...fields,
  };
}
