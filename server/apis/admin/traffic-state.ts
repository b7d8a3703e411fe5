// Traffic, shadow and canary of a model as the admin API's messages, and back.
import type { MessageInput, MessageOutput } from '../../../protos/messages.ts';
import { isRunning } from '../../canary/canary-effects.ts';
import type { CanaryPhase, CanaryPlan, GateState, KeptShare } from '../../canary/canary.ts';
import type { KeptShadow } from '../../canary/model-traffic.ts';
import { fillPlan } from '../../canary/plan.ts';
import { encodePredictRequest } from '../../codec/json-writer.ts';
import { PerchError } from '../../errors.ts';
import type { ModelManager } from '../../lifecycle/model-manager.ts';
import type { KeptCase, ShadowSummary } from '../../routing/shadow-summary.ts';
import type { CanaryView } from '../../canary/runner-parts.ts';

type Target = MessageInput<'perch.admin.v1.TrafficTarget'>;

/** Seconds over which a shadow is summed up. */
const shadowWindowSeconds = 900;

/** A target as the API's message. */
export function toTarget(target: KeptShare['target']): Target {
  return target.kind === 'label' ? { label: target.label } : { version: target.version.toString() };
}

/** Throws REQUEST_MALFORMED where it names nothing. */
export function fromTarget(
  target: MessageOutput<'perch.admin.v1.TrafficTarget'> | null,
): KeptShare['target'] {
  if (target?.target === 'label') {
    return { kind: 'label', label: target.label ?? '' };
  }
  if (target?.target === 'version') {
    return { kind: 'version', version: BigInt(target.version ?? '0') };
  }
  throw new PerchError('REQUEST_MALFORMED', 'A target names a label or a version.');
}

/** Shares with where they lead to now. */
export function toShares(
  manager: ModelManager,
  model: string,
  shares: readonly KeptShare[],
): MessageInput<'perch.admin.v1.TrafficShare'>[] {
  const facts = manager.routingFacts(model);
  return shares.map(({ target, percent }) => {
    const version = target.kind === 'version' ? target.version : facts?.versionOfLabel(target.label);
    return {
      target: toTarget(target),
      percent,
      version: (version ?? 0n).toString(),
      available: version !== undefined && facts?.isAvailable(version) === true,
    };
  });
}

/** The worst cases with `inputs_json`, or without: kept inputs can be large. */
type WithInputs = 'with-inputs' | 'without-inputs';

/** A shadow, and what it showed. */
export function toShadow(
  { target, percent }: KeptShadow,
  summary: ShadowSummary | undefined,
  dropped: number,
  inputs: WithInputs,
): MessageInput<'perch.admin.v1.Shadow'> {
  const window = summary?.window(shadowWindowSeconds);
  const outputs = [...(window?.outputs.values() ?? [])];
  return {
    target: toTarget(target),
    percent,
    compared: window?.compared ?? 0,
    dropped,
    agreement: window?.agreement ?? NaN,
    maxAbsoluteDifference: Math.max(0, ...outputs.map(({ maxAbsolute }) => maxAbsolute)),
    maxRelativeDifference: Math.max(0, ...outputs.map(({ maxRelative }) => maxRelative)),
    worst: (summary?.worst() ?? []).map(({ id, at, stableVersion, shadowVersion, comparison, tensors }) => ({
      id,
      atMs: Math.round(at),
      summary: `version ${stableVersion} against ${shadowVersion}: agreement ${(comparison.agreement * 100).toFixed(1)} %`,
      inputsKept: tensors !== undefined,
      inputsJson:
        tensors === undefined || inputs === 'without-inputs'
          ? Buffer.alloc(0)
          : Buffer.from(encodePredictRequest(tensors.inputs)),
    })),
  };
}

/** The request of a case. Throws SHADOW_CASE_UNKNOWN where there is none, or its inputs are not kept. */
export function toRequest(kept: KeptCase | undefined): MessageInput<'perch.admin.v1.GetShadowCaseResponse'> {
  if (kept?.tensors === undefined) {
    throw new PerchError(
      'SHADOW_CASE_UNKNOWN',
      'There is no such case any more, or its inputs are not kept.',
    );
  }
  return {
    requestJson: Buffer.from(encodePredictRequest(kept.tensors.inputs)),
    stableVersion: kept.stableVersion.toString(),
    shadowVersion: kept.shadowVersion.toString(),
  };
}

const phaseNames = {
  progressing: 'CANARY_PHASE_PROGRESSING',
  paused: 'CANARY_PHASE_PAUSED',
  waiting: 'CANARY_PHASE_WAITING',
  inconclusive: 'CANARY_PHASE_INCONCLUSIVE',
  succeeded: 'CANARY_PHASE_SUCCEEDED',
  'rolled-back': 'CANARY_PHASE_ROLLED_BACK',
} as const satisfies Record<CanaryPhase, string>;

const outcomeNames = { passed: 'PASSED', failed: 'FAILED', 'too-few': 'TOO_FEW' } as const satisfies Record<
  GateState['outcome'],
  string
>;

/** A canary, with the gates of its last evaluation. */
export function toCanary({
  state,
  gates,
  nextEvaluationMs,
}: CanaryView): MessageInput<'perch.admin.v1.Canary'> {
  return {
    version: state.version.toString(),
    stableVersion: state.stableVersion.toString(),
    // An end is told when labels and traffic have followed: whoever waits for it may rely on them.
    phase: phaseNames[isRunning(state.phase) || state.settled === true ? state.phase : 'progressing'],
    step: state.step,
    plan: toPlan(state.plan),
    reason: state.reason,
    startedAtMs: Math.round(state.startedAtMs),
    phaseSinceMs: Math.round(state.phaseSinceMs),
    nextEvaluationMs: Math.round(nextEvaluationMs ?? 0),
    gates: gates.map((gate) => ({ ...gate, outcome: outcomeNames[gate.outcome] })),
    failedChecks: state.failedChecks,
    passedChecks: state.passedChecks,
  };
}

function toPlan({ gates, steps, ...plan }: CanaryPlan): MessageInput<'perch.admin.v1.CanaryPlan'> {
  return {
    ...plan,
    steps: [...steps],
    gates: {
      ...gates,
      golden: gates.golden.map(({ name, requestJson, responseJson, tolerance }) => ({
        name,
        requestJson: Buffer.from(requestJson),
        responseJson: Buffer.from(responseJson),
        tolerance,
      })),
    },
  };
}

/** The plan that a message asks for, with every default. Throws as fillPlan does. */
export function fromPlan(message: MessageOutput<'perch.admin.v1.CanaryPlan'> | null): CanaryPlan {
  if (message === null) {
    return fillPlan({});
  }
  const { gates, ...plan } = message;
  return fillPlan({
    ...plan,
    ...(gates === null
      ? {}
      : {
          gates: {
            ...gates,
            golden: gates.golden.map(({ requestJson, responseJson, ...golden }) => ({
              ...golden,
              requestJson: Buffer.from(requestJson).toString(),
              responseJson: Buffer.from(responseJson).toString(),
            })),
          },
        }),
  });
}
