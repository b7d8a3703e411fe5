// A daemon that is killed at any step of a canary goes on where it was, or is rolled back: never in between.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { sharesOf } from '../../../../server/canary/canary-effects.ts';
import type { CanaryState } from '../../../../server/canary/canary.ts';
import { before, beginning, figures, windowOf } from './support/canaries.ts';
import { FakeDaemon, labelsOf, newWorld, quiet, type World } from './support/fake-daemon.ts';

const by = { actor: 'anna', reason: '' };
type Action = 'good' | 'bad' | 'silent' | 'pause' | 'resume' | 'promote' | 'rollback' | 'lost';

async function act(daemon: FakeDaemon, action: Action): Promise<void> {
  switch (action) {
    case 'good':
    case 'bad':
    case 'silent':
      daemon.measure = (_, seconds) =>
        Promise.resolve(
          seconds.map(() =>
            windowOf({
              canary: figures({
                requests: action === 'silent' ? 1 : 1000,
                successRate: action === 'bad' ? 0 : 1,
              }),
            }),
          ),
        );
      await daemon.pass(60_000);
      return;
    case 'lost':
      void daemon.runner.lost('m', { kind: 'version-lost', reason: 'gone.' });
      break;
    default:
      // Whether it is answered depends on when the kill comes.
      void daemon.runner.ask('m', { kind: action, ...by });
  }
  await quiet();
}

/** What labels and traffic are to be in this state. */
function expected(state: CanaryState): Omit<World, 'kept'> {
  const shares = sharesOf(state);
  switch (state.phase) {
    case 'succeeded':
      return { labels: new Map([['stable', 2n]]), shares, shadow: before.shadow };
    case 'rolled-back':
      return { labels: labelsOf(before), shares: before.shares, shadow: before.shadow };
    default: {
      const shadow = {
        target: { kind: 'label', label: 'canary' },
        percent: 30,
        keepInputs: false,
      } as const;
      return { labels: new Map([...labelsOf(before), ['canary', 2n]]), shares, shadow };
    }
  }
}

describe('a kill at any step', () => {
  it('leaves a canary that goes on as it was kept', async () => {
    const action = fc.constantFrom<Action>(
      'good',
      'good',
      'good',
      'bad',
      'silent',
      'pause',
      'resume',
      'promote',
      'rollback',
      'lost',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 40 }),
        fc.boolean(),
        async (actions, killAt, manual) => {
          const world = newWorld();
          const killed = new FakeDaemon(world);
          let left = killAt;
          killed.interfere = () => (left-- > 0 ? Promise.resolve() : new Promise(() => undefined));
          void killed.runner.start('m', beginning({ shadowPercent: 30, manual }));
          await quiet();
          for (const each of actions) {
            await act(killed, each);
          }
          const { kept } = world;
          if (kept === undefined) {
            assert.deepEqual(world, newWorld());
            return;
          }

          const restarted = new FakeDaemon(world);
          restarted.now = killed.now;
          await restarted.resume(kept);
          const { kept: now, ...around } = world;
          assert.deepEqual(around, expected(kept));
          assert.deepEqual({ ...now, settled: kept.settled }, { ...kept, settled: kept.settled });
          assert.equal(now?.settled === true, kept.phase === 'succeeded' || kept.phase === 'rolled-back');
          assert.equal(restarted.runner.view('m')?.state, restarted.state);
        },
      ),
      { numRuns: 300 },
    );
  });
});
