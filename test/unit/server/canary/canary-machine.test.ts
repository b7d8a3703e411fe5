// The ways of a canary, event by event.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CanaryEffect } from '../../../../server/canary/canary-effects.ts';
import { next, startCanary, type CanaryEvent } from '../../../../server/canary/canary-machine.ts';
import type { Transition } from '../../../../server/canary/canary-moves.ts';
import type { CanaryState, GateState } from '../../../../server/canary/canary.ts';
import { before, begin, beginning, canary, failing, passing, silent } from './support/canaries.ts';

const minute = 60_000;

/** What a state becomes by events, one a minute; an evaluation is of the state that it meets. */
function after(
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
const pause = { kind: 'pause', ...by } as const;
const resume = { kind: 'resume', ...by } as const;
const promote = { kind: 'promote', ...by } as const;
const rollback = { kind: 'rollback', ...by } as const;

const kinds = (effects: readonly CanaryEffect[]): string[] =>
  effects.map((effect) => (effect.kind === 'event' ? effect.event : effect.kind));
const label = (name: string): { kind: 'label'; label: string } => ({ kind: 'label', label: name });

describe('startCanary', () => {
  it('gives the canary its label and the first step', () => {
    const { state, effects } = startCanary(beginning({ shadowPercent: 20 }), begin);
    assert.equal(state.phase, 'progressing');
    assert.equal(state.reason, 'Step 1 of 3: 10% of the requests.');
    assert.deepEqual(effects, [
      { kind: 'set-canary-label', version: 2n },
      {
        kind: 'set-shares',
        shares: [
          { target: label('stable'), percent: 90 },
          { target: label('canary'), percent: 10 },
        ],
      },
      { kind: 'set-shadow', percent: 20 },
      {
        kind: 'event',
        event: 'canary_started',
        actor: 'anna',
        reason: 'new weights',
        before: 'stable 100%',
        after: 'stable 90%, canary 10%',
      },
    ]);
  });

  it('names the stable version where no label leads to it', () => {
    const { effects } = startCanary({ ...beginning(), before: { shares: [] } }, begin);
    assert.deepEqual(effects[1], {
      kind: 'set-shares',
      shares: [
        { target: { kind: 'version', version: 1n }, percent: 90 },
        { target: label('canary'), percent: 10 },
      ],
    });
  });
});

describe('next, evaluated', () => {
  it('goes to the next step when this one has passed often enough', () => {
    const once = after(canary({ passesPerStep: 2 }), passing);
    assert.deepEqual([once.state.step, once.state.passedChecks, once.effects], [0, 1, []]);
    assert.equal(once.state.reason, 'Step 1 of 3: 10% of the requests. Passed 1 of 2 checks.');
    const { state, effects } = after(canary({ passesPerStep: 2 }), passing, passing);
    assert.deepEqual([state.step, state.passedChecks, state.phaseSinceMs], [1, 0, begin + 2 * minute]);
    assert.deepEqual(kinds(effects), ['set-canary-label', 'set-shares', 'set-shadow', 'canary_step']);
    assert.equal(state.reason, 'Step 2 of 3: 50% of the requests.');
  });

  it('promotes by itself after the last step', () => {
    const { state, effects } = after(canary(), passing, passing, passing);
    assert.equal(state.phase, 'succeeded');
    assert.deepEqual(effects, [
      { kind: 'keep-warm', version: 1n, ms: 600_000 },
      { kind: 'move-stable-label', version: 2n },
      { kind: 'drop-canary-label' },
      { kind: 'set-shares', shares: [{ target: label('stable'), percent: 100 }] },
      { kind: 'set-shadow', percent: 0 },
      {
        kind: 'event',
        event: 'promoted',
        actor: 'canary',
        reason: 'Promoted: Passed at 100%.',
        before: 'stable 0%, canary 100% (stable is version 1)',
        after: 'stable 100% (version 2)',
      },
    ]);
  });

  it('promotes after the last step of a plan that ends below 100', () => {
    assert.equal(after(canary({ steps: [20] }), passing).state.phase, 'succeeded');
  });

  it('rolls back at a breach, and says which', () => {
    const { state, effects } = after(canary(), passing, failing);
    assert.equal(state.phase, 'rolled-back');
    assert.equal(state.reason, 'Rolled back at 50%: 50% of 200 requests answered; the plan wants 99%.');
    assert.deepEqual(effects.slice(0, 2), [
      { kind: 'restore', before },
      { kind: 'set-shadow', percent: 0 },
    ]);
    assert.deepEqual(kinds(effects).at(-1), 'rolled_back');
  });

  it('bears as many failed checks as the plan says, in all', () => {
    const borne = after(canary({ failedChecksLimit: 2 }), failing, passing, failing);
    assert.deepEqual([borne.state.phase, borne.state.failedChecks, borne.state.step], ['progressing', 2, 1]);
    assert.equal(
      borne.state.reason,
      '2 failed checks of 2 that the plan bears: 50% of 200 requests answered; the plan wants 99%.',
    );
    const { state } = after(canary({ failedChecksLimit: 2 }), failing, passing, failing, failing);
    assert.equal(
      state.reason,
      'Rolled back at 50%: 50% of 200 requests answered; the plan wants 99% (3 failed checks; the plan bears 2).',
    );
  });

  it('waits for a person after too many evaluations in a row that tell nothing', () => {
    const twice = after(canary(), silent, silent);
    assert.deepEqual([twice.state.phase, twice.state.inconclusiveChecks], ['progressing', 2]);
    const { state, effects } = after(canary(), silent, silent, silent);
    assert.equal(state.phase, 'inconclusive');
    assert.equal(
      state.reason,
      'Waits for a person after 3 evaluations in a row without enough to judge by: 3 requests to canary, of the 100 that are needed.',
    );
    assert.deepEqual(kinds(effects), ['canary_inconclusive']);
    assert.equal(after(canary(), silent, silent, passing, silent, silent).state.phase, 'progressing');
    assert.equal(after(state, passing, silent, passing).state.phase, 'inconclusive');
  });

  it('takes no gates at all for silence', () => {
    assert.equal(after(canary({ inconclusiveLimit: 1 }), []).state.phase, 'inconclusive');
  });

  it('rolls back what waits for a person, too', () => {
    assert.equal(after(canary({ manual: true }), passing, failing).state.phase, 'rolled-back');
    assert.equal(after(canary(), silent, silent, silent, failing).state.phase, 'rolled-back');
    const borne = after(canary({ manual: true, failedChecksLimit: 1 }), passing, failing).state;
    assert.deepEqual([borne.phase, borne.failedChecks], ['waiting', 1]);
    assert.match(borne.reason, /^Passed at 10%/);
  });

  it('ignores an evaluation of what has changed since, and one that comes twice', () => {
    const state = canary({ passesPerStep: 3, failedChecksLimit: 3 });
    for (const gates of [passing, failing, silent]) {
      const event = { kind: 'evaluated', gates, of: state } as const;
      const once = next(state, event, begin + minute);
      assert.deepEqual(next(once.state, event, begin + 2 * minute), { state: once.state, effects: [] });
    }
    const resumed = after(state, pause, resume).state;
    assert.equal(next(resumed, { kind: 'evaluated', gates: failing, of: state }, begin).state, resumed);
  });
});

describe('next, by people', () => {
  it('stops at manual gates, before each further step and before the promotion', () => {
    const waits = after(canary({ manual: true }), passing);
    assert.equal(waits.state.phase, 'waiting');
    assert.equal(waits.state.reason, 'Passed at 10%. Waits for a person before it takes 50%.');
    const phases = (...events: Parameters<typeof after>[1][]): string => {
      const { phase, step } = after(canary({ manual: true }), ...events).state;
      return `${phase} ${step}`;
    };
    assert.equal(phases(passing, passing), 'waiting 0');
    assert.equal(phases(passing, resume), 'progressing 1');
    assert.equal(phases(passing, resume, passing, resume, passing), 'waiting 2');
    assert.equal(phases(passing, resume, passing, resume, passing, resume), 'succeeded 2');
  });

  it('holds while paused: nothing is judged', () => {
    const { state, effects } = after(canary(), pause, failing, passing, silent);
    assert.deepEqual([state.phase, state.failedChecks, state.passedChecks, effects], ['paused', 0, 0, []]);
    assert.equal(state.reason, 'Paused by anna.');
    const resumed = after(canary({ passesPerStep: 2 }), passing, pause, resume);
    assert.deepEqual([resumed.state.phase, resumed.state.passedChecks], ['progressing', 1]);
    assert.equal(resumed.state.phaseSinceMs, begin + 3 * minute);
    assert.deepEqual(kinds(resumed.effects), ['canary_resumed']);
  });

  it('comes to a manual gate again after a pause there', () => {
    const resumed = after(canary({ manual: true, passesPerStep: 2 }), passing, passing, pause, resume);
    assert.deepEqual([resumed.state.phase, resumed.state.step], ['progressing', 0]);
    assert.deepEqual(after(resumed.state, passing).state.phase, 'waiting');
  });

  it('goes on after inconclusive with the counters of the step reset', () => {
    const { state } = after(canary({ passesPerStep: 2 }), passing, silent, silent, silent, resume);
    assert.deepEqual([state.phase, state.passedChecks, state.inconclusiveChecks], ['progressing', 0, 0]);
  });

  it('promotes in any phase', () => {
    const ways = [[], [pause], [silent, silent, silent], [passing]] as const;
    for (const way of ways) {
      const { state } = after(canary({ manual: true }), ...way, promote);
      assert.deepEqual([state.phase, state.reason], ['succeeded', 'Promoted by anna at 10%.']);
    }
  });

  it('rolls back in any phase, and after the promotion while the old version is warm', () => {
    for (const way of [[], [pause], [silent, silent, silent], [promote]] as const) {
      const { state, effects } = after(canary(), ...way, { ...rollback, reason: 'It is Friday' });
      assert.equal(state.phase, 'rolled-back');
      assert.match(state.reason, /^Rolled back by anna (at 10%|after the promotion): It is Friday\.$/);
      assert.deepEqual(effects[0], { kind: 'restore', before });
    }
    const promoted = after(canary({ keepWarmMs: minute }), promote).state;
    assert.equal(next(promoted, rollback, promoted.phaseSinceMs + minute - 1).state.phase, 'rolled-back');
    const late = next(promoted, rollback, promoted.phaseSinceMs + minute);
    assert.deepEqual(late, {
      state: promoted,
      effects: [],
      refused: 'Version 2 was promoted, and version 1 is not kept any longer.',
    });
  });

  it('does nothing for what is so already, and refuses what an ended canary cannot do', () => {
    for (const [state, event] of [
      [canary(), resume],
      [after(canary(), pause).state, pause],
      [after(canary(), promote).state, promote],
      [after(canary(), rollback).state, rollback],
    ] as const) {
      assert.deepEqual(next(state, event, begin), { state, effects: [] });
    }
    for (const event of [pause, resume, promote]) {
      const { state } = after(canary(), rollback);
      assert.equal(
        next(state, event, begin).refused,
        'The canary with version 2 was rolled back; none is running.',
      );
    }
    assert.match(next(after(canary(), promote).state, pause, begin).refused ?? '', /was promoted/);
  });

  it('does not name who did not say who they are', () => {
    const anonymous = { actor: '', reason: '' };
    assert.equal(after(canary(), { ...pause, ...anonymous }).state.reason, 'Paused.');
    assert.equal(after(canary(), { ...rollback, ...anonymous }).state.reason, 'Rolled back at 10%.');
  });

  it('writes who and why to the event log', () => {
    const { effects } = after(canary(), { ...pause, reason: 'lunch' });
    assert.deepEqual(effects, [
      {
        kind: 'event',
        event: 'canary_paused',
        actor: 'anna',
        reason: 'lunch',
        before: 'stable 90%, canary 10%',
        after: 'stable 90%, canary 10%',
      },
    ]);
  });
});

describe('next, lost versions', () => {
  const versionLost = { kind: 'version-lost', reason: 'version 2 was unloaded.' } as const;
  const stableLost = { kind: 'stable-lost', reason: 'version 1 was unloaded.' } as const;

  it('rolls back in any phase where the canary is lost', () => {
    for (const way of [[], [pause], [passing], [silent, silent, silent]] as const) {
      const { state } = after(canary({ manual: true }), ...way, versionLost);
      assert.deepEqual(
        [state.phase, state.reason],
        ['rolled-back', 'Rolled back at 10%: version 2 was unloaded.'],
      );
    }
    const promoted = after(canary(), promote).state;
    assert.deepEqual(next(promoted, versionLost, begin), { state: promoted, effects: [] });
  });

  it('pauses where stable is lost: there is nothing to go back to', () => {
    for (const way of [[], [passing], [silent, silent, silent]] as const) {
      const { state, effects } = after(canary({ manual: true }), ...way, stableLost);
      assert.equal(state.phase, 'paused');
      assert.equal(
        state.reason,
        'There is nothing to compare with or to go back to: version 1 was unloaded.',
      );
      assert.deepEqual(kinds(effects), ['canary_paused']);
    }
    const paused = after(canary(), pause).state;
    assert.equal(next(paused, stableLost, begin).state, paused);
  });
});
