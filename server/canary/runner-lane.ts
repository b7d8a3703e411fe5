// What the runner knows of the canary of one model.
import { isRunning, type CanaryEffect, type EventEffect } from './canary-effects.ts';
import { isJudged, type CanaryEvent } from './canary-machine.ts';
import type { CanaryState, GateState } from './canary.ts';
import type { CanaryAnswer, CanaryView } from './runner-parts.ts';

/** A canary that is run; changed in its model's turn only, but for timer, isMeasuring and isHeld. */
export interface Lane {
  state: CanaryState;
  gates: readonly GateState[];
  /** The one timer, and when it fires. */
  timer: { readonly cancel: () => void; readonly at: number } | undefined;
  isMeasuring: boolean;
  /** Whether it is not judged yet: after a restart, while its versions load. */
  isHeld: boolean;
  /** Whether labels and traffic are as the state says. */
  isApplied: boolean;
  events: readonly EventEffect[];
  /** A loss of a version that could not be kept yet. */
  lost: Extract<CanaryEvent, { kind: 'version-lost' | 'stable-lost' }> | undefined;
  /** Tries in a row that came to nothing, and what was wrong, a sentence. */
  attempts: number;
  problem: string | undefined;
}

/** A canary that has had no effect yet. */
export function newLane(state: CanaryState): Lane {
  return {
    state,
    gates: [],
    timer: undefined,
    isMeasuring: false,
    isHeld: false,
    isApplied: false,
    events: [],
    lost: undefined,
    attempts: 0,
    problem: undefined,
  };
}

/** For people. */
export function viewOf({ state, gates, timer, problem }: Lane): CanaryView {
  return {
    state: problem === undefined ? state : { ...state, reason: `${state.reason} ${problem}` },
    gates,
    ...(timer !== undefined && isJudged(state.phase) && { nextEvaluationMs: timer.at }),
  };
}

/** For whoever asked. */
export function answer(lane: Lane, refused?: string): CanaryAnswer {
  return {
    view: viewOf(lane),
    ...(refused !== undefined && { refused }),
    ...(!lane.isApplied && lane.problem !== undefined && { pending: lane.problem }),
  };
}

/** Whether it goes to the event log. */
export function isEvent(effect: CanaryEffect): effect is EventEffect {
  return effect.kind === 'event';
}

/** Whether the state has had its effects. */
export function isDone({ isApplied, events, state }: Lane): boolean {
  return isApplied && events.length === 0 && isSettled(state);
}

/** Whether a restart may leave labels and traffic alone, or the canary runs. */
export function isSettled({ phase, settled }: CanaryState): boolean {
  return isRunning(phase) || settled === true;
}
