// Canaries, gates and windows for tests: of version 2, beside version 1 that is stable.
import { startCanary } from '../../../../../server/canary/canary-machine.ts';
import type {
  BeforeCanary,
  CanaryPlan,
  CanaryState,
  GateState,
} from '../../../../../server/canary/canary.ts';
import type { JudgedWindow, WindowFigures } from '../../../../../server/canary/gates.ts';
import { fillPlan, type WirePlan } from '../../../../../server/canary/plan.ts';

/** When everything begins. */
export const begin = 1_700_000_000_000;

export const before: BeforeCanary = {
  shares: [{ target: { kind: 'label', label: 'stable' }, percent: 100 }],
  stableLabel: 1n,
  shadow: { target: { kind: 'version', version: 7n }, percent: 40, keepInputs: true },
};

export function plan(wire: WirePlan = {}): CanaryPlan {
  return fillPlan({ steps: [10, 50, 100], intervalMs: 60_000, ...wire });
}

export const beginning = (wire: WirePlan = {}): Parameters<typeof startCanary>[0] => ({
  version: 2n,
  stableVersion: 1n,
  plan: plan(wire),
  before,
  actor: 'anna',
  reason: 'new weights',
});

/** A canary at its first step, changed as given. */
export function canary(wire: WirePlan = {}, changes: Partial<CanaryState> = {}): CanaryState {
  return { ...startCanary(beginning(wire), begin).state, ...changes };
}

const gate = (outcome: GateState['outcome'], detail: string): readonly GateState[] => [
  { gate: 'success_rate', outcome, value: 0.5, bound: 0.99, detail },
];

export const passing = gate('passed', '100% of 200 requests answered; the plan wants 99%');
export const failing = gate('failed', '50% of 200 requests answered; the plan wants 99%');
export const silent = gate('too-few', '3 requests to canary, of the 100 that are needed');

/** A version that does well: 10 ms. */
export function figures(changes: Partial<WindowFigures> = {}): WindowFigures {
  return { requests: 1000, successRate: 1, p99Us: 10_000, ...changes };
}

export function windowOf(changes: Partial<JudgedWindow> = {}): JudgedWindow {
  return { canary: figures(), stable: figures(), golden: [], ...changes };
}
