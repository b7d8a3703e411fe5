// The ways of a canary by itself, event by event.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { next, startCanary } from '../../../../server/canary/canary-machine.ts';
import type { Transition } from '../../../../server/canary/canary-moves.ts';
import type { BeforeCanary } from '../../../../server/canary/canary.ts';
import { before, begin, beginning, canary, failing, passing, silent } from './support/canaries.ts';
import { after, kinds, label, minute, pause, promote, resume } from './support/moves.ts';

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
      { kind: 'set-shadow', shadow: { target: label('canary'), percent: 20, keepInputs: false } },
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
    assert.deepEqual(kinds(effects), ['set-canary-label', 'set-shares', 'canary_step']);
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
      { kind: 'end-canary-shadow' },
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
      { kind: 'let-go', version: 2n },
    ]);
    assert.deepEqual(kinds(effects).at(-1), 'rolled_back');
  });

  it('leaves all to stable after a roll back where there was no split, and says so', () => {
    const rolledBackFrom = (was: BeforeCanary): Transition => after({ ...canary(), before: was }, failing);
    const { state, effects } = rolledBackFrom({ shares: [], stableLabel: 1n });
    assert.deepEqual(effects[0], {
      kind: 'restore',
      before: { shares: [{ target: label('stable'), percent: 100 }], stableLabel: 1n },
    });
    assert.match(state.reason, /There was no split before: .* go to stable until the split is cleared\.$/);
    const event = effects.find(({ kind }) => kind === 'event');
    assert.equal(event?.kind === 'event' && event.reason, state.reason);
    const unlabelled = rolledBackFrom({ shares: [] });
    assert.deepEqual(unlabelled.effects[0], {
      kind: 'restore',
      before: { shares: [{ target: { kind: 'version', version: 1n }, percent: 100 }] },
    });
    assert.match(unlabelled.state.reason, /go to version 1 until/);
  });

  it('copies what was copied before again after a promotion, but not to the label that is gone', () => {
    const own = { target: label('canary'), percent: 3, keepInputs: true } as const;
    for (const shadow of [own, before.shadow]) {
      const state = { ...canary({ shadowPercent: 20 }), before: { ...before, ...(shadow && { shadow }) } };
      assert.deepEqual(after(state, promote).effects.slice(-3, -1), [
        { kind: 'set-shadow', shadow },
        { kind: 'end-canary-shadow' },
      ]);
    }
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
