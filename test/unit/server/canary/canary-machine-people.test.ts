// The ways of a canary by what people ask for.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endByLabels, next } from '../../../../server/canary/canary-machine.ts';
import type { Transition } from '../../../../server/canary/canary-moves.ts';
import { before, begin, beginning, canary, failing, passing, silent } from './support/canaries.ts';
import { after, kinds, label, minute, pause, promote, resume, rollback } from './support/moves.ts';

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

describe('endByLabels', () => {
  const was = { shares: [], stableLabel: 1n, canaryLabel: 2n };
  const end = (how: 'promote' | 'rollback'): Transition =>
    endByLabels({ ...beginning(), before: was, end: how, text: 'stable 1, canary 2' }, begin);

  it('is a promotion that can be taken back as one of a plan', () => {
    const { state, effects } = end('promote');
    assert.deepEqual(
      [state.phase, state.settled, state.reason],
      ['succeeded', undefined, 'Promoted by anna, by the labels alone: new weights.'],
    );
    assert.deepEqual(effects.at(-1), {
      kind: 'event',
      event: 'promoted',
      actor: 'anna',
      reason: 'Promoted by anna, by the labels alone: new weights.',
      before: 'stable 1, canary 2',
      after: 'stable 100% (version 2)',
    });
    const back = next(state, rollback, begin + minute).effects[0];
    assert.deepEqual(back, {
      kind: 'restore',
      before: { ...was, shares: [{ target: label('stable'), percent: 100 }] },
    });
  });

  it('is a roll back to stable', () => {
    const { state, effects } = end('rollback');
    assert.match(state.reason, /^Rolled back by anna, by the labels alone: new weights\. There was no split/);
    assert.equal(state.phase, 'rolled-back');
    assert.deepEqual(kinds(effects), ['restore', 'let-go', 'rolled_back']);
  });
});
