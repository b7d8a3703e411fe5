// Moves a canary from step to step: what each event makes of it, and what is to be done about it. Pure.
import { canaryPercent, isRunning, sharesOf, trafficEffects, warmFor } from './canary-effects.ts';
import {
  byItself,
  detailsOf,
  doneBy,
  move,
  onwards,
  promoted,
  refused,
  rolledBack,
  sentence,
  stepSentence,
  unchanged,
  type Asked,
  type Transition,
} from './canary-moves.ts';
import { counted, sharesText } from './canary-text.ts';
import type { BeforeCanary, CanaryPhase, CanaryPlan, CanaryState, GateState } from './canary.ts';
import { verdictOf } from './gates.ts';

/** What happens to a canary. */
export type CanaryEvent =
  /** `of` is the state that was measured: where the canary has moved since, the evaluation says nothing of it. */
  | { readonly kind: 'evaluated'; readonly gates: readonly GateState[]; readonly of: CanaryState }
  | ({ readonly kind: 'pause' | 'resume' | 'promote' | 'rollback' } & Asked)
  /** The canary's version, or stable's, is not AVAILABLE any more; the reason is a sentence. */
  | { readonly kind: 'version-lost' | 'stable-lost'; readonly reason: string };

/** What a canary begins with. */
export interface CanaryBeginning extends Asked {
  readonly version: bigint;
  readonly stableVersion: bigint;
  readonly plan: CanaryPlan;
  readonly before: BeforeCanary;
}

/**
 * Begins a canary at its first step. Whoever starts one with manual gates has thereby passed the first: it waits before
 * each further step, and before the promotion.
 */
export function startCanary(beginning: CanaryBeginning, now: number): Transition {
  const { version, stableVersion, plan, before, actor, reason } = beginning;
  const state: CanaryState = {
    version,
    stableVersion,
    phase: 'progressing',
    step: 0,
    passedChecks: 0,
    failedChecks: 0,
    inconclusiveChecks: 0,
    startedAtMs: now,
    phaseSinceMs: now,
    reason: '',
    plan,
    before,
  };
  const started = { ...state, reason: stepSentence(state) };
  return {
    state: started,
    effects: [
      ...trafficEffects(started, now),
      {
        kind: 'event',
        event: 'canary_started',
        actor,
        reason,
        before: sharesText(before.shares),
        after: sharesText(sharesOf(started)),
      },
    ],
  };
}

/** What is promoted or rolled back by the labels alone. */
export interface EndByLabels extends CanaryBeginning {
  readonly end: 'promote' | 'rollback';
  /** Labels and shares now, for the event log. */
  readonly text: string;
}

/** A promotion or a roll back of a version that has the label `canary`, without a plan: it begins and ends in one step. */
export function endByLabels({ end, text, ...beginning }: EndByLabels, now: number): Transition {
  const { actor, reason } = beginning;
  const { state } = startCanary(beginning, now);
  const how = 'by the labels alone';
  const ended =
    end === 'promote'
      ? promoted(state, sentence(`${doneBy('Promoted', actor)}, ${how}`, reason), actor, now)
      : rolledBack(state, sentence(`${doneBy('Rolled back', actor)}, ${how}`, reason), actor, now);
  return {
    ...ended,
    // It never had the shares of a step.
    effects: ended.effects.map((effect) => (effect.kind === 'event' ? { ...effect, before: text } : effect)),
  };
}

/**
 * The state after an event, and what is to be done. The same event twice is as one. Milliseconds since the Unix epoch.
 *
 * From each phase, beside staying there:
 * - progressing: paused, waiting, inconclusive, succeeded, rolled-back
 * - paused: progressing, succeeded, rolled-back
 * - waiting and inconclusive: paused, progressing, succeeded, rolled-back
 * - succeeded: rolled-back, while the old version is warm
 * - rolled-back: none
 */
export function next(state: CanaryState, event: CanaryEvent, now: number): Transition {
  switch (event.kind) {
    case 'evaluated':
      return evaluated(state, event.gates, event.of, now);
    case 'pause':
      return paused(state, event, now);
    case 'resume':
      return resumed(state, event, now);
    case 'promote':
      return promotedByHand(state, event, now);
    case 'rollback':
      return rolledBackByHand(state, event, now);
    case 'version-lost':
      return isRunning(state.phase)
        ? rolledBack(state, `Rolled back at ${canaryPercent(state)}%: ${event.reason}`, byItself, now)
        : unchanged(state);
    case 'stable-lost':
      return isJudged(state.phase)
        ? move(state, 'paused', `There is nothing to compare with or to go back to: ${event.reason}`, now, {
            event: 'canary_paused',
            actor: byItself,
          })
        : unchanged(state);
  }
}

/**
 * Whether the canary is evaluated in this phase. One that waits for a person still takes traffic: it moves on only by
 * that person, and back by itself.
 */
export function isJudged(phase: CanaryPhase): boolean {
  return phase === 'progressing' || phase === 'waiting' || phase === 'inconclusive';
}

function evaluated(
  state: CanaryState,
  gates: readonly GateState[],
  of: CanaryState,
  now: number,
): Transition {
  if (!isJudged(state.phase) || !isSameMoment(state, of)) {
    return unchanged(state);
  }
  switch (verdictOf(gates)) {
    case 'failed':
      return failed(state, gates, now);
    case 'too-few':
      return state.phase === 'progressing' ? tooFew(state, gates, now) : unchanged(state);
    case 'passed':
      return state.phase === 'progressing' ? passed(state, now) : unchanged(state);
  }
}

/** Each evaluation of a step that counts moves one of these. */
function isSameMoment(state: CanaryState, of: CanaryState): boolean {
  return (
    state.phase === of.phase &&
    state.step === of.step &&
    state.phaseSinceMs === of.phaseSinceMs &&
    state.startedAtMs === of.startedAtMs &&
    state.passedChecks === of.passedChecks &&
    state.failedChecks === of.failedChecks &&
    state.inconclusiveChecks === of.inconclusiveChecks
  );
}

function failed(state: CanaryState, gates: readonly GateState[], now: number): Transition {
  const failedChecks = state.failedChecks + 1;
  const breaches = detailsOf(gates, 'failed');
  const limit = state.plan.failedChecksLimit;
  const counting = { ...state, failedChecks, inconclusiveChecks: 0 };
  if (failedChecks > limit) {
    const budget = limit === 0 ? '' : ` (${counted(failedChecks, 'failed check')}; the plan bears ${limit})`;
    return rolledBack(
      counting,
      `Rolled back at ${canaryPercent(state)}%: ${breaches}${budget}.`,
      byItself,
      now,
    );
  }
  if (state.phase !== 'progressing') {
    return unchanged(counting);
  }
  const reason = `${counted(failedChecks, 'failed check')} of ${limit} that the plan bears: ${breaches}.`;
  return unchanged({ ...counting, reason });
}

function tooFew(state: CanaryState, gates: readonly GateState[], now: number): Transition {
  const inconclusiveChecks = state.inconclusiveChecks + 1;
  const missing = gates.length === 0 ? 'nothing could be measured' : detailsOf(gates, 'too-few');
  const counting = { ...state, inconclusiveChecks };
  if (inconclusiveChecks >= state.plan.inconclusiveLimit) {
    const reason = `Waits for a person after ${counted(inconclusiveChecks, 'evaluation')} in a row without enough to judge by: ${missing}.`;
    return move(counting, 'inconclusive', reason, now, { event: 'canary_inconclusive', actor: byItself });
  }
  const reason = `${stepSentence(state)} Not judged yet: ${missing}.`;
  return unchanged({ ...counting, reason });
}

function passed(state: CanaryState, now: number): Transition {
  const { passesPerStep, manual, steps } = state.plan;
  const counting = { ...state, passedChecks: state.passedChecks + 1, inconclusiveChecks: 0 };
  if (counting.passedChecks < passesPerStep) {
    const reason = `${stepSentence(state)} Passed ${counting.passedChecks} of ${counted(passesPerStep, 'check')}.`;
    return unchanged({ ...counting, reason });
  }
  if (manual) {
    const onward = steps[state.step + 1];
    const what = onward === undefined ? 'it is promoted' : `it takes ${onward}%`;
    const reason = `Passed at ${canaryPercent(state)}%. Waits for a person before ${what}.`;
    return move(counting, 'waiting', reason, now, { event: 'canary_paused', actor: byItself });
  }
  return onwards(counting, { actor: byItself, reason: `Passed at ${canaryPercent(state)}%.` }, now);
}

function paused(state: CanaryState, asked: Asked, now: number): Transition {
  if (!isRunning(state.phase)) {
    return refused(state);
  }
  return state.phase === 'paused'
    ? unchanged(state)
    : move(state, 'paused', sentence(doneBy('Paused', asked.actor), asked.reason), now, {
        event: 'canary_paused',
        ...asked,
      });
}

/** A pause ends where it began, but at a manual gate, which is then come to again; other waits end in what they wait for. */
function resumed(state: CanaryState, asked: Asked, now: number): Transition {
  switch (state.phase) {
    case 'progressing':
      return unchanged(state);
    case 'paused':
    case 'inconclusive': {
      const { passesPerStep } = state.plan;
      const fresh = {
        ...state,
        passedChecks: state.phase === 'paused' ? Math.min(state.passedChecks, passesPerStep - 1) : 0,
        inconclusiveChecks: 0,
      };
      return move(fresh, 'progressing', `${doneBy('Resumed', asked.actor)}. ${stepSentence(state)}`, now, {
        event: 'canary_resumed',
        ...asked,
      });
    }
    case 'waiting':
      return onwards(
        state,
        { ...asked, reason: sentence(doneBy('resumed', asked.actor), asked.reason) },
        now,
      );
    default:
      return refused(state);
  }
}

function promotedByHand(state: CanaryState, asked: Asked, now: number): Transition {
  switch (state.phase) {
    case 'succeeded':
      return unchanged(state);
    case 'rolled-back':
      return refused(state);
    default:
      return promoted(
        state,
        sentence(`${doneBy('Promoted', asked.actor)} at ${canaryPercent(state)}%`, asked.reason),
        asked.actor,
        now,
      );
  }
}

function rolledBackByHand(state: CanaryState, asked: Asked, now: number): Transition {
  if (state.phase === 'rolled-back') {
    return unchanged(state);
  }
  if (state.phase === 'succeeded' && warmFor(state, now) === 0) {
    return {
      ...unchanged(state),
      refused: `Version ${state.version} was promoted, and version ${state.stableVersion} is not kept any longer.`,
    };
  }
  const where = state.phase === 'succeeded' ? 'after the promotion' : `at ${canaryPercent(state)}%`;
  return rolledBack(
    state,
    sentence(`${doneBy('Rolled back', asked.actor)} ${where}`, asked.reason),
    asked.actor,
    now,
  );
}
