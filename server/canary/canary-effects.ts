// What a canary does to labels and traffic: a function of where it is, so that it can be done again after a restart. Pure.
import type { BeforeCanary, CanaryPhase, CanaryState, KeptShare } from './canary.ts';
import type { KeptShadow } from './model-traffic.ts';

/** Something that a canary changes around it. Each may be done twice without harm. */
export type TrafficEffect =
  | { readonly kind: 'set-canary-label'; readonly version: bigint }
  | { readonly kind: 'set-shares'; readonly shares: readonly KeptShare[] }
  /** What is copied becomes exactly this; undefined: nothing. */
  | { readonly kind: 'set-shadow'; readonly shadow: KeptShadow | undefined }
  /** Nothing is copied to the label of the canary any more; copies that go elsewhere go on. */
  | { readonly kind: 'end-canary-shadow' }
  | { readonly kind: 'move-stable-label'; readonly version: bigint }
  | { readonly kind: 'drop-canary-label' }
  /** Shares, labels and shadow become exactly these; labels and a shadow that are absent go. */
  | { readonly kind: 'restore'; readonly before: BeforeCanary }
  /** The version stays loaded for so long, whatever the version policy says. */
  | { readonly kind: 'keep-warm'; readonly version: bigint; readonly ms: number }
  /** The version leaves the version policy if it was put there for its label, and nothing else needs it. */
  | { readonly kind: 'let-go'; readonly version: bigint };

/** The kinds of events that perch.admin.v1.Event knows of canaries. */
export type CanaryEventKind =
  | 'canary_started'
  | 'canary_step'
  | 'canary_paused'
  | 'canary_resumed'
  | 'canary_inconclusive'
  | 'promoted'
  | 'rolled_back';

/** Something to write to the event log. Unlike the others it is not to be done twice, and nothing depends on it. */
export interface EventEffect {
  readonly kind: 'event';
  readonly event: CanaryEventKind;
  /** "canary" for what the daemon did by itself. */
  readonly actor: string;
  readonly reason: string;
  readonly before: string;
  readonly after: string;
}

export type CanaryEffect = TrafficEffect | EventEffect;

/** Whether the canary takes traffic, and can be promoted or rolled back. */
export function isRunning(phase: CanaryPhase): boolean {
  return phase !== 'succeeded' && phase !== 'rolled-back';
}

/** The share of the canary in its step, percent. */
export function canaryPercent({ plan, step }: CanaryState): number {
  return plan.steps[Math.min(step, plan.steps.length - 1)] ?? 0;
}

/**
 * The shares while a canary is in this phase, 100 percent together. Where there was no split before, a roll back leaves one
 * that sends all to stable: without it the newest version answers, and that may be the one that was taken back.
 */
export function sharesOf(state: CanaryState): readonly KeptShare[] {
  if (state.phase === 'rolled-back') {
    return state.before.shares.length > 0
      ? state.before.shares
      : [{ target: stableTarget(state), percent: 100 }];
  }
  if (state.phase === 'succeeded') {
    return [{ target: { kind: 'label', label: 'stable' }, percent: 100 }];
  }
  const percent = canaryPercent(state);
  return [
    { target: stableTarget(state), percent: 100 - percent },
    { target: canaryTarget, percent },
  ];
}

const canaryTarget: KeptShare['target'] = { kind: 'label', label: 'canary' };

/** The label, or the version where no label leads to it. */
function stableTarget({ before, stableVersion }: CanaryState): KeptShare['target'] {
  return before.stableLabel === stableVersion
    ? { kind: 'label', label: 'stable' }
    : { kind: 'version', version: stableVersion };
}

/**
 * Everything that a canary in this state does to labels and traffic, to be done as one step. After a restart, doing it
 * again brings labels and traffic to where the state says, wherever the daemon was killed. A settled state, which has had
 * its effect, leaves them alone: they may have been changed since.
 */
export function trafficEffects(state: CanaryState, now: number): readonly TrafficEffect[] {
  const { version, stableVersion, plan, phase } = state;
  if (phase === 'rolled-back') {
    return state.settled === true
      ? []
      : [
          { kind: 'restore', before: { ...state.before, shares: sharesOf(state) } },
          { kind: 'let-go', version },
        ];
  }
  if (phase === 'succeeded') {
    const left = warmFor(state, now);
    const old: TrafficEffect =
      left > 0
        ? { kind: 'keep-warm', version: stableVersion, ms: left }
        : { kind: 'let-go', version: stableVersion };
    return state.settled === true
      ? [old]
      : [
          old,
          { kind: 'move-stable-label', version },
          { kind: 'drop-canary-label' },
          { kind: 'set-shares', shares: sharesOf(state) },
          ...shadowAfter(state),
        ];
  }
  return [
    { kind: 'set-canary-label', version },
    { kind: 'set-shares', shares: sharesOf(state) },
    ...(plan.shadowPercent === 0
      ? []
      : [
          {
            kind: 'set-shadow' as const,
            shadow: { target: canaryTarget, percent: plan.shadowPercent, keepInputs: false },
          },
        ]),
  ];
}

/** After a promotion what was copied before is copied again, but for copies to the label that is gone. */
function shadowAfter({ plan, before: { shadow } }: CanaryState): readonly TrafficEffect[] {
  return plan.shadowPercent === 0
    ? [{ kind: 'end-canary-shadow' }]
    : [{ kind: 'set-shadow', shadow }, { kind: 'end-canary-shadow' }];
}

/** How much longer the old version stays loaded after a promotion, and with it the way back: milliseconds. */
export function warmFor({ phase, plan, phaseSinceMs }: CanaryState, now: number): number {
  return phase === 'succeeded'
    ? Math.min(plan.keepWarmMs, Math.max(0, phaseSinceMs + plan.keepWarmMs - now))
    : 0;
}
