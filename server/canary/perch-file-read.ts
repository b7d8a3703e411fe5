// An entry of perch.pbtxt, decoded and free of errors, as what is kept of a model. Pure.
import type { MessageOutput } from '../../protos/messages.ts';
import {
  canaryPhases,
  type CanaryGates,
  type CanaryPhase,
  type CanaryPlan,
  type CanaryState,
  type KeptShare,
} from './canary.ts';
import type { KeptShadow, ModelTraffic } from './model-traffic.ts';
import { phaseNames } from './perch-file-fields.ts';

type Entry = MessageOutput<'perch.config.v1.ModelTraffic'>;
type CanaryEntry = MessageOutput<'perch.config.v1.Canary'>;
type PlanEntry = MessageOutput<'perch.config.v1.Plan'>;

/** The traffic that `entry` means, which the rules of server/config/rules/perch-rules.ts find no fault with. */
export function readTraffic({ share, shadow, canary, slots, label, addedVersion }: Entry): ModelTraffic {
  return {
    shares: share.map(readShare),
    ...(shadow === null ? {} : { shadow: readShadow(shadow) }),
    ...(canary === null ? {} : { canary: readCanary(canary) }),
    slots,
    labels: new Map(Object.entries(label).map(([name, version]) => [name, BigInt(version)])),
    ...(addedVersion.length === 0 ? {} : { addedVersions: addedVersion.map(BigInt) }),
  };
}

interface TargetEntry {
  readonly label?: string;
  readonly version?: string;
}

function readTarget({ label, version }: TargetEntry): KeptShare['target'] {
  return label === undefined ? { kind: 'version', version: BigInt(version ?? 0) } : { kind: 'label', label };
}

function readShare(share: TargetEntry & { readonly percent: number }): KeptShare {
  return { target: readTarget(share), percent: share.percent };
}

function readShadow(
  shadow: TargetEntry & { readonly percent: number; readonly keepInputs: boolean },
): KeptShadow {
  return { target: readTarget(shadow), percent: shadow.percent, keepInputs: shadow.keepInputs };
}

function readCanary(canary: CanaryEntry): CanaryState {
  const { plan, stableLabelBefore, canaryLabelBefore, shadowBefore, settled } = canary;
  return {
    version: BigInt(canary.version),
    stableVersion: BigInt(canary.stableVersion),
    phase: readPhase(canary.phase),
    step: canary.step,
    passedChecks: canary.passedChecks,
    failedChecks: canary.failedChecks,
    inconclusiveChecks: canary.inconclusiveChecks,
    startedAtMs: Number(canary.startedAtMs),
    phaseSinceMs: Number(canary.phaseSinceMs),
    reason: canary.reason,
    plan: readPlan(plan),
    before: {
      shares: canary.shareBefore.map(readShare),
      ...(stableLabelBefore === undefined ? {} : { stableLabel: BigInt(stableLabelBefore) }),
      ...(canaryLabelBefore === undefined ? {} : { canaryLabel: BigInt(canaryLabelBefore) }),
      ...(shadowBefore === null ? {} : { shadow: readShadow(shadowBefore) }),
    },
    ...(settled ? { settled } : {}),
  };
}

function readPhase(name: CanaryEntry['phase']): CanaryPhase {
  const phase = canaryPhases.find((known) => phaseNames[known] === name);
  if (phase === undefined) {
    throw new Error(`The rules let the phase ${name} through.`);
  }
  return phase;
}

function readPlan(plan: PlanEntry | null): CanaryPlan {
  if (plan === null) {
    throw new Error('The rules let a canary without a plan through.');
  }
  return {
    steps: plan.stepPercent,
    intervalMs: plan.intervalMs,
    passesPerStep: plan.passesPerStep,
    minRequests: plan.minRequests,
    failedChecksLimit: plan.failedChecksLimit,
    inconclusiveLimit: plan.inconclusiveLimit,
    gates: readGates(plan),
    manual: plan.manual,
    keepWarmMs: plan.keepWarmMs,
    shadowPercent: plan.shadowPercent,
  };
}

function readGates({ minSuccessRate, maxP99Ratio, minAgreement, maxDrift, golden }: PlanEntry): CanaryGates {
  return {
    minSuccessRate,
    maxP99Ratio,
    ...(minAgreement === undefined ? {} : { minAgreement }),
    ...(maxDrift === undefined ? {} : { maxDrift }),
    golden,
  };
}
