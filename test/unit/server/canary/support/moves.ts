// Events for the machine, and what comes of several of them.
import type { CanaryEffect } from '../../../../../server/canary/canary-effects.ts';
import { next, type CanaryEvent } from '../../../../../server/canary/canary-machine.ts';
import type { Transition } from '../../../../../server/canary/canary-moves.ts';
import type { CanaryState, GateState } from '../../../../../server/canary/canary.ts';
import { begin } from './canaries.ts';

export const minute = 60_000;

/** What a state becomes by events, one a minute; an evaluation is of the state that it meets. */
export function after(
  state: CanaryState,
  ...events: (readonly GateState[] | Exclude<CanaryEvent, { kind: 'evaluated' }>)[]
): Transition {
  return events.reduce<Transition>(
    (last, event, index) =>
      next(
        last.state,
        'kind' in event ? event : { kind: 'evaluated', gates: event, of: last.state },
        begin + (index + 1) * minute,
      ),
    { state, effects: [] },
  );
}

const by = { actor: 'anna', reason: '' } as const;
export const pause = { kind: 'pause', ...by } as const;
export const resume = { kind: 'resume', ...by } as const;
export const promote = { kind: 'promote', ...by } as const;
export const rollback = { kind: 'rollback', ...by } as const;

export const kinds = (effects: readonly CanaryEffect[]): string[] =>
  effects.map((effect) => (effect.kind === 'event' ? effect.event : effect.kind));
export const label = (name: string): { kind: 'label'; label: string } => ({ kind: 'label', label: name });
