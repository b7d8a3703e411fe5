// What a canary is: its plan, its gates, where it is. The shapes; the machine that moves it is in canary-machine.ts. Pure.
import type { KeptShadow } from './model-traffic.ts';

/** A request whose answer must hold on the canary at every evaluation. */
export interface GoldenRequest {
  readonly name: string;
  /** UTF-8 JSON as for `:predict`. */
  readonly requestJson: string;
  readonly responseJson: string;
  /** Largest relative or absolute difference of a number. */
  readonly tolerance: number;
}

/** What the canary must keep to; the units are those of perch.admin.v1.CanaryGates. */
export interface CanaryGates {
  readonly minSuccessRate: number;
  readonly maxP99Ratio: number;
  readonly minAgreement?: number;
  readonly maxDrift?: number;
  readonly golden: readonly GoldenRequest[];
}

/** A plan with every default filled in; perch.admin.v1.CanaryPlan explains the fields. */
export interface CanaryPlan {
  /** Percent, ascending, 1 to 100, at least one. */
  readonly steps: readonly number[];
  readonly intervalMs: number;
  readonly passesPerStep: number;
  readonly minRequests: number;
  readonly failedChecksLimit: number;
  readonly inconclusiveLimit: number;
  readonly gates: CanaryGates;
  readonly manual: boolean;
  readonly keepWarmMs: number;
  /** 0: no shadow. */
  readonly shadowPercent: number;
}

export const canaryPhases = [
  'progressing',
  'paused',
  'waiting',
  'inconclusive',
  'succeeded',
  'rolled-back',
] as const;
export type CanaryPhase = (typeof canaryPhases)[number];

/** A share of the traffic as it is kept: percent by target. */
export interface KeptShare {
  readonly target:
    | { readonly kind: 'label'; readonly label: string }
    | { readonly kind: 'version'; readonly version: bigint };
  readonly percent: number;
}

/** What was before a canary, and is restored by a roll back. */
export interface BeforeCanary {
  /** Empty: there was no split. A roll back then sends all requests to stable: the newest version may be the canary. */
  readonly shares: readonly KeptShare[];
  /** Absent where nothing was copied. */
  readonly shadow?: KeptShadow;
  /** The versions that the labels led to; absent where there was no such label. */
  readonly stableLabel?: bigint;
  readonly canaryLabel?: bigint;
}

/** A canary as it is kept in perch.pbtxt: a restart goes on from it. Times are milliseconds since the Unix epoch. */
export interface CanaryState {
  readonly version: bigint;
  /** The version that was stable when it began. */
  readonly stableVersion: bigint;
  readonly phase: CanaryPhase;
  /** Index into plan.steps. */
  readonly step: number;
  /** In this step. */
  readonly passedChecks: number;
  /** In all. */
  readonly failedChecks: number;
  /** In a row. */
  readonly inconclusiveChecks: number;
  readonly startedAtMs: number;
  readonly phaseSinceMs: number;
  /** Why the phase is what it is, a sentence. */
  readonly reason: string;
  readonly plan: CanaryPlan;
  readonly before: BeforeCanary;
  /**
   * Whether labels and traffic are as an ended canary left them, or were changed after that: a restart leaves them alone.
   * Only in the phases succeeded and rolled-back; absent is false.
   */
  readonly settled?: boolean;
}

/** What one gate came to. */
export interface GateState {
  readonly gate: 'success_rate' | 'p99_ratio' | 'agreement' | 'drift' | 'golden';
  readonly outcome: 'passed' | 'failed' | 'too-few';
  /** NaN where there was nothing to measure. */
  readonly value: number;
  readonly bound: number;
  /** A sentence with the figures. */
  readonly detail: string;
}
