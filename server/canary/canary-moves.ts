// The moves of a canary: into another step or phase, with the effects and the sentence that go with it. Pure.
import {
  canaryPercent,
  sharesOf,
  trafficEffects,
  type CanaryEffect,
  type EventEffect,
} from './canary-effects.ts';
import { sharesText } from './canary-text.ts';
import type { CanaryPhase, CanaryState, GateState } from './canary.ts';

/** Who asks for something, and why, for the event log; the reason may be empty. */
export interface Asked {
  readonly actor: string;
  readonly reason: string;
}

/** What an event made of a canary. */
export interface Transition {
  readonly state: CanaryState;
  /** To be done in this order; empty where nothing changes but counters. Traffic as one step, then the events. */
  readonly effects: readonly CanaryEffect[];
  /** Why nothing was done of what a person asked for, a sentence. What is so already is not refused. */
  readonly refused?: string;
}

/** The actor of what the daemon does by itself. */
export const byItself = 'canary';

/** To the next step, or from the last one to the promotion. */
export function onwards(state: CanaryState, { actor, reason }: Asked, now: number): Transition {
  if (state.step + 1 >= state.plan.steps.length) {
    return promoted(state, reason === '' ? 'Promoted.' : `Promoted: ${reason}`, actor, now);
  }
  const stepped: CanaryState = {
    ...state,
    phase: 'progressing',
    step: state.step + 1,
    passedChecks: 0,
    inconclusiveChecks: 0,
    phaseSinceMs: now,
  };
  return changed(state, { ...stepped, reason: stepSentence(stepped) }, now, {
    event: 'canary_step',
    actor,
    reason,
  });
}

/** The canary becomes stable. */
export function promoted(state: CanaryState, reason: string, actor: string, now: number): Transition {
  const after: CanaryState = { ...state, phase: 'succeeded', phaseSinceMs: now, reason };
  return changed(state, after, now, { event: 'promoted', actor, reason });
}

/** What was before the canary is restored; where that was no split, it is said what is in its place. */
export function rolledBack(state: CanaryState, reason: string, actor: string, now: number): Transition {
  const why = state.before.shares.length > 0 ? reason : `${reason} ${noSplitSentence(state)}`;
  const after: CanaryState = {
    ...state,
    phase: 'rolled-back',
    phaseSinceMs: now,
    reason: why,
    settled: false,
  };
  return changed(state, after, now, { event: 'rolled_back', actor, reason: why });
}

/** "… until the split is cleared": what a roll back leaves where there was no split. */
function noSplitSentence({ before, stableVersion }: CanaryState): string {
  const stable = before.stableLabel === stableVersion ? 'stable' : `version ${stableVersion}`;
  return `There was no split before: so that the newest version does not answer instead, all requests that name no version go to ${stable} until the split is cleared.`;
}

/** Into a phase that leaves the traffic as it is. `reason` is the state's sentence, and the event's where it has none. */
export function move(
  state: CanaryState,
  phase: CanaryPhase,
  reason: string,
  now: number,
  { event, actor, reason: why = reason }: Pick<EventEffect, 'event' | 'actor'> & { readonly reason?: string },
): Transition {
  const after: CanaryState = { ...state, phase, phaseSinceMs: now, reason };
  const shares = sharesText(sharesOf(after));
  return {
    state: after,
    effects: [{ kind: 'event', event, actor, reason: why, before: shares, after: shares }],
  };
}

/** Into a state with other traffic. */
function changed(
  before: CanaryState,
  after: CanaryState,
  now: number,
  event: Pick<EventEffect, 'event' | 'actor' | 'reason'>,
): Transition {
  return {
    state: after,
    effects: [
      ...trafficEffects(after, now),
      { ...event, kind: 'event', before: trafficText(before), after: trafficText(after) },
    ],
  };
}

/** Nothing but, perhaps, counters and the reason. */
export function unchanged(state: CanaryState): Transition {
  return { state, effects: [] };
}

/** For what an ended canary cannot do. */
export function refused(state: CanaryState): Transition {
  const how = state.phase === 'succeeded' ? 'was promoted' : 'was rolled back';
  return {
    ...unchanged(state),
    refused: `The canary with version ${state.version} ${how}; none is running.`,
  };
}

/** Shares, and which version stable is where that has changed: "stable 100% (version 2)". */
function trafficText(state: CanaryState): string {
  const shares = sharesText(sharesOf(state));
  return state.phase === 'succeeded'
    ? `${shares} (version ${state.version})`
    : `${shares} (stable is version ${state.stableVersion})`;
}

/** "Step 2 of 5: 5% of the requests." */
export function stepSentence(state: CanaryState): string {
  return `Step ${state.step + 1} of ${state.plan.steps.length}: ${canaryPercent(state)}% of the requests.`;
}

/** The sentences of the gates with this outcome. */
export function detailsOf(gates: readonly GateState[], outcome: GateState['outcome']): string {
  return gates.flatMap((gate) => (gate.outcome === outcome ? [gate.detail] : [])).join('; ');
}

/** "Paused by anna"; "Paused" where nobody said who they are. */
export function doneBy(what: string, actor: string): string {
  return actor === '' ? what : `${what} by ${actor}`;
}

/** "Paused by anna: it is Friday." */
export function sentence(what: string, why: string): string {
  return why === '' ? `${what}.` : `${what}: ${/[.!?]$/.test(why) ? why : `${why}.`}`;
}
