// The canary of a model as the tab shows it: where it is, how it goes on, and how it did at its gates. No vscode in here.
import type { MessageOutput } from '../../../../protos/messages.ts';
import type { CanaryState, GateRow } from '../../../../webview/dashboard/canary-snapshot.ts';
import { goldenWords, percentText } from '../../../commands/canary-plan.ts';
import { canaryWords } from '../../../explorer/version-words.ts';
import type { Model } from '../../../state/model.ts';
import { isRunning, type Canary } from '../../../state/traffic.ts';
import type { Translate } from '../../../translate.ts';
import type { WireCanary } from './live-data.ts';
import { gateWords } from './words.ts';

/** The daemon's own, where a message has none. */
const defaultIntervalMs = 60_000;

/** Null where none was started. `wire`: the daemon's newest word; undefined before the first. */
export function canaryOf(
  t: Translate,
  { canary }: Model,
  wire: WireCanary | undefined,
  nowMs: number,
): CanaryState | null {
  if (canary === undefined) {
    return null;
  }
  const plan = wire?.plan ?? undefined;
  const passesPerStep = plan?.passesPerStep ?? 1;
  const passed = wire?.passedChecks ?? 0;
  const nextMs = canary.nextEvaluationMs === 0 ? null : Math.max(0, canary.nextEvaluationMs - nowMs);
  const goesOn = canary.phase === 'progressing' && nextMs !== null && plan?.manual === false;
  const more = Math.max(0, passesPerStep - passed - 1) * (plan?.intervalMs ?? defaultIntervalMs);
  return {
    version: canary.version,
    running: isRunning(canary),
    waiting: canary.phase === 'waiting' || canary.phase === 'inconclusive',
    state: t('Version {0}, {1}', canary.version, canaryWords(t, canary)),
    reason: canary.reason,
    sinceMs: canary.phaseSinceMs,
    steps: canary.steps,
    step: canary.step,
    passed,
    passesPerStep,
    failed: wire?.failedChecks ?? 0,
    failedLimit: plan?.failedChecksLimit ?? 0,
    nextMs: isRunning(canary) ? nextMs : null,
    nextStepMs: goesOn ? nextMs + more : null,
    outlook: outlookOf(t, canary, plan?.manual === true),
    gates: gatesOf(t, wire),
  };
}

function outlookOf(t: Translate, { phase, steps, step }: Canary, manual: boolean): string {
  const next = steps[step + 1];
  switch (phase) {
    case 'progressing':
      if (manual) {
        return t('Where it passes its gates it waits for you.');
      }
      return next === undefined
        ? t('Where it passes its gates it is promoted.')
        : t('Where it passes its gates it goes on to {0} %.', next);
    case 'waiting':
      return next === undefined
        ? t('Resume it to promote it, or roll it back.')
        : t('Resume it to go on to {0} %, or roll it back.', next);
    case 'inconclusive':
      return t('It is never promoted on silence. Resume it to be judged again, or roll it back.');
    case 'paused':
      return t('Nothing is judged or changed until it is resumed.');
    case 'succeeded':
    case 'rolled-back':
    case 'unknown':
      return '';
  }
}

/** Those of the last evaluation; before the first, those that it will be judged by. */
function gatesOf(t: Translate, wire: WireCanary | undefined): readonly GateRow[] {
  if (wire !== undefined && wire.gates.length > 0) {
    return wire.gates.map(({ gate, outcome, detail }) => ({
      name: gateWords(t, gate),
      outcome: outcome === 'PASSED' ? 'passed' : outcome === 'FAILED' ? 'failed' : 'tooFew',
      detail,
    }));
  }
  const gates = wire?.plan?.gates;
  return gates == null
    ? []
    : boundsOf(t, gates).map(([gate, detail]) => ({ name: gateWords(t, gate), outcome: 'notYet', detail }));
}

/** What a plan looks at, in the daemon's order. */
function boundsOf(
  t: Translate,
  gates: MessageOutput<'perch.admin.v1.CanaryGates'>,
): readonly (readonly [gate: string, bound: string])[] {
  const { minSuccessRate, maxP99Ratio, minAgreement, maxDrift, golden } = gates;
  return [
    ...(minSuccessRate === undefined
      ? []
      : [['success_rate', t('success rate at least {0} %', percentText(minSuccessRate))] as const]),
    ...(maxP99Ratio === undefined || maxP99Ratio === Infinity
      ? []
      : [['p99_ratio', t('p99 at most {0} times that of stable', maxP99Ratio)] as const]),
    ...(minAgreement === undefined
      ? []
      : [['agreement', t('agreement with stable at least {0} %', percentText(minAgreement))] as const]),
    ...(maxDrift === undefined
      ? []
      : [['drift', t('at most {0} % of the answers differ', percentText(maxDrift))] as const]),
    ...(golden.length === 0 ? [] : [['golden', goldenWords(t, golden.length)] as const]),
  ];
}
