// The runner: one evaluation per interval, one at a time, nothing in effect that is not kept, and what fails is tried again.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { windowSeconds } from '../../../../server/canary/window-seconds.ts';
import { begin, beginning, canary, figures, windowOf } from './support/canaries.ts';
import { FakeDaemon, quiet } from './support/fake-daemon.ts';

const minute = 60_000;
const by = { actor: 'anna', reason: '' };
const pause = { kind: 'pause', ...by } as const;
const resume = { kind: 'resume', ...by } as const;
const promote = { kind: 'promote', ...by } as const;
const rollback = { kind: 'rollback', ...by } as const;
const lost = { kind: 'version-lost', reason: 'version 2 was unloaded.' } as const;

async function started(wire: Parameters<typeof beginning>[0] = {}): Promise<FakeDaemon> {
  const daemon = new FakeDaemon();
  await daemon.runner.start('m', beginning(wire));
  return daemon;
}

/** Fails the steps that begin so, as often as given. */
function break_(daemon: FakeDaemon, beginsWith: string, times = Infinity): void {
  let left = times;
  daemon.interfere = (step) =>
    step.startsWith(beginsWith) && left-- > 0 ? Promise.reject(new Error('disk full')) : Promise.resolve();
}

describe('CanaryRunner', () => {
  it('keeps the beginning before it takes effect', async () => {
    const daemon = await started({ shadowPercent: 5 });
    assert.deepEqual(daemon.steps, [
      'persist progressing 0',
      'apply set-canary-label',
      'apply set-shares',
      'apply set-shadow',
      'apply event',
    ]);
    assert.deepEqual(daemon.runner.view('m'), {
      state: canary({ shadowPercent: 5 }),
      gates: [],
      nextEvaluationMs: begin + minute,
    });
    assert.equal(daemon.views.length, 1);
  });

  it('evaluates once an interval, over windows of this step only', async () => {
    const daemon = await started({ passesPerStep: 3 });
    const asked: (readonly number[])[] = [];
    daemon.measure = (_, seconds) => {
      asked.push(seconds);
      return Promise.resolve(seconds.map(() => windowOf()));
    };
    await daemon.pass(minute - 1);
    assert.equal(asked.length, 0);
    await daemon.pass(4 * minute);
    assert.deepEqual(asked, [[60], [60, 120], [60, 180], [60]]);
    assert.deepEqual([daemon.state.step, daemon.state.passedChecks], [1, 1]);
    assert.deepEqual(
      daemon.runner.view('m')?.gates.map(({ gate, outcome }) => [gate, outcome]),
      [
        ['success_rate', 'passed'],
        ['p99_ratio', 'passed'],
      ],
    );
    assert.equal(daemon.timers, 1);
  });

  it('never evaluates twice at once, and does not look at what has changed meanwhile', async () => {
    const daemon = await started();
    let asked = 0;
    const ends: (() => void)[] = [];
    daemon.measure = (_, seconds) => {
      asked++;
      return new Promise((resolve) => {
        ends.push(() => resolve(seconds.map(() => windowOf({ canary: figures({ successRate: 0 }) }))));
      });
    };
    await daemon.pass(minute);
    await daemon.runner.ask('m', pause);
    await daemon.runner.ask('m', resume);
    await daemon.pass(2 * minute);
    assert.equal(asked, 1);
    ends[0]?.();
    await quiet();
    assert.deepEqual([daemon.state.phase, daemon.state.failedChecks, daemon.timers], ['progressing', 0, 1]);
    await daemon.pass(minute);
    assert.equal(asked, 2);
    ends[1]?.();
    await quiet();
    assert.equal(daemon.state.phase, 'rolled-back');
  });

  it('has no timer while it is paused and after its end', async () => {
    const daemon = await started();
    await daemon.runner.ask('m', pause);
    assert.equal(daemon.timers, 0);
    assert.equal(daemon.runner.view('m')?.nextEvaluationMs, undefined);
    await daemon.runner.ask('m', promote);
    assert.equal(daemon.timers, 0);
    assert.deepEqual([...daemon.world.labels], [['stable', 2n]]);
    assert.deepEqual(daemon.warm, [{ kind: 'keep-warm', version: 1n, ms: 600_000 }]);
    assert.equal(daemon.world.kept?.settled, true);
    await daemon.runner.ask('m', rollback);
    assert.deepEqual([...daemon.world.labels], [['stable', 1n]]);
    assert.equal(daemon.steps.at(-1), 'persist rolled-back 0 settled');
  });

  it('refuses a second canary, and what there is none for', async () => {
    const daemon = await started();
    const second = await daemon.runner.start('m', { ...beginning(), version: 3n });
    assert.equal(second.refused, 'A canary with version 2 runs.');
    assert.equal(daemon.state.version, 2n);
    assert.equal((await daemon.runner.ask('other', pause)).refused, 'There is no canary of model other.');
    await daemon.runner.ask('m', rollback);
    assert.match((await daemon.runner.ask('m', promote)).refused ?? '', /was rolled back/);
    await daemon.runner.start('m', { ...beginning(), version: 3n });
    assert.deepEqual([daemon.state.version, daemon.timers], [3n, 1]);
  });

  it('takes an evaluation that fails for one that tells nothing', async () => {
    const daemon = await started();
    daemon.measure = () => Promise.reject(new Error('no engine'));
    await daemon.pass(minute);
    assert.match(
      daemon.state.reason,
      /nothing could be measured\. The last evaluation failed: Internal error/,
    );
    assert.match(daemon.logged.join(), /could not be evaluated.*no engine/);
    await daemon.pass(2 * minute);
    assert.equal(daemon.state.phase, 'inconclusive');
  });

  it('rejects what a person asks for where it cannot be kept, and changes nothing', async () => {
    const daemon = await started();
    const { steps, state } = daemon;
    const done = steps.length;
    break_(daemon, 'persist');
    await assert.rejects(daemon.runner.ask('m', promote), /disk full/);
    assert.deepEqual([daemon.steps.length, daemon.timers, daemon.state], [done, 1, state]);
    await assert.rejects(
      new FakeDaemon().runner
        .ask('m', promote)
        .then(() => break_(daemon, ''))
        .then(() => daemon.runner.ask('m', pause)),
      /disk full/,
    );
  });

  it('does not begin a canary that cannot be kept', async () => {
    const daemon = new FakeDaemon();
    break_(daemon, 'persist');
    await assert.rejects(daemon.runner.start('m', beginning()), /disk full/);
    assert.deepEqual([daemon.runner.view('m'), daemon.steps, daemon.timers], [undefined, [], 0]);
  });

  it('tries again to keep what it decided, with longer and longer waits, and says so', async () => {
    const daemon = await started();
    const asked: number[] = [];
    daemon.measure = (_, seconds) => {
      asked.push(daemon.now - begin);
      return Promise.resolve(seconds.map(() => windowOf({ canary: figures({ successRate: 0 }) })));
    };
    break_(daemon, 'persist', 7);
    await daemon.pass(minute);
    assert.equal(daemon.state.phase, 'progressing');
    assert.match(
      daemon.state.reason,
      /^Step 1 of 3: 10% of the requests\. It could not be kept .* tried again/,
    );
    assert.match(daemon.logged.join(), /disk full/);
    await daemon.pass(4 * minute);
    assert.deepEqual(
      asked.map((ms) => ms / 1000),
      [60, 61, 63, 67, 75, 91, 121, 151],
    );
    assert.equal(daemon.state.phase, 'rolled-back');
    assert.match(daemon.state.reason, /^Rolled back at 10%: .*99%\.$/);
    assert.deepEqual([...daemon.world.labels], [['stable', 1n]]);
  });

  it('tries again to put into effect what is kept, and does not evaluate before', async () => {
    const daemon = await started();
    break_(daemon, 'apply set-shares', 3);
    await daemon.pass(minute);
    assert.deepEqual([daemon.state.step, daemon.world.shares[1]?.percent], [1, 10]);
    assert.match(
      daemon.state.reason,
      /^Step 2 of 3: 50% of the requests\. Not in effect yet, and tried again/,
    );
    assert.equal(daemon.world.kept?.reason, 'Step 2 of 3: 50% of the requests.');
    await daemon.pass(7000);
    assert.equal(daemon.world.shares[1]?.percent, 50);
    assert.equal(daemon.state.reason, 'Step 2 of 3: 50% of the requests.');
    assert.deepEqual(
      daemon.events.map(({ event }) => event),
      ['canary_started', 'canary_step'],
    );
    await daemon.pass(minute);
    assert.equal(daemon.state.step, 2);
  });

  it('tells a person that what is kept is not in effect yet; what they ask for next takes its place', async () => {
    const daemon = await started();
    break_(daemon, 'apply move-stable-label');
    const promoted = await daemon.runner.ask('m', promote);
    assert.match(promoted.pending ?? '', /^Not in effect yet/);
    assert.equal(daemon.world.kept?.phase, 'succeeded');
    const again = await daemon.runner.start('m', beginning());
    assert.match(again.refused ?? '', /not yet ended/);
    const back = await daemon.runner.ask('m', rollback);
    assert.equal(back.pending, undefined);
    assert.deepEqual([...daemon.world.labels], [['stable', 1n]]);
    assert.deepEqual(
      daemon.events.map(({ event }) => event),
      ['canary_started', 'promoted', 'rolled_back'],
    );
    assert.equal(daemon.timers, 0);
  });

  it('rolls back where the version is lost, also when that cannot be kept at once', async () => {
    const daemon = await started();
    break_(daemon, 'persist', 2);
    await daemon.runner.lost('m', lost);
    assert.equal(daemon.state.phase, 'progressing');
    await daemon.runner.lost('m', { kind: 'stable-lost', reason: 'x.' });
    await daemon.pass(4000);
    assert.equal(daemon.state.phase, 'rolled-back');
    assert.match(daemon.state.reason, /version 2 was unloaded/);
    await daemon.runner.lost('other', lost);
  });

  it('goes on after a restart at the same step with the same weights', async () => {
    const before = await started();
    await before.pass(minute);
    await before.runner.stop();
    assert.equal(before.timers, 0);
    const after = new FakeDaemon({ ...before.world, labels: new Map([['stable', 1n]]), shares: [] });
    after.now = begin + 5 * minute;
    assert.ok(after.world.kept);
    await after.resume(after.world.kept);
    assert.deepEqual(after.world, before.world);
    assert.deepEqual([after.events, after.timers], [[], 1]);
    await after.pass(minute);
    assert.equal(after.state.step, 2);
  });

  it('leaves what was changed after the end alone, but for what is left of the warm time', async () => {
    const before = await started();
    await before.runner.ask('m', promote);
    const after = new FakeDaemon({ ...before.world, labels: new Map([['stable', 7n]]) });
    after.now = begin + minute;
    await after.resume(before.state);
    assert.deepEqual([...after.world.labels], [['stable', 7n]]);
    assert.deepEqual(after.steps, ['apply keep-warm']);
    assert.deepEqual(after.warm, [{ kind: 'keep-warm', version: 1n, ms: 540_000 }]);
    assert.equal(after.timers, 0);
  });

  it('lets the old version go where its warm time went by while the daemon was away', async () => {
    const before = await started();
    await before.runner.ask('m', promote);
    const after = new FakeDaemon({ ...before.world });
    after.now = begin + 11 * minute;
    await after.resume(before.state);
    assert.deepEqual([after.warm, after.letGo], [[], [1n]]);
  });

  it('shows a canary after a restart, and does what people ask, before its state has been taken up', async () => {
    const before = await started();
    await before.runner.stop();
    const after = new FakeDaemon({ ...before.world });
    after.runner.show('m', before.state);
    assert.deepEqual(after.state, before.state);
    await after.runner.ask('m', rollback);
    await after.runner.takeUp('m');
    after.runner.judge('m');
    assert.equal(after.world.kept?.phase, 'rolled-back');
    assert.deepEqual([...after.world.labels], [['stable', 1n]]);
    assert.deepEqual(
      after.events.map(({ event }) => event),
      ['rolled_back'],
    );
  });

  it('does not judge a canary that is shown before it may', async () => {
    const before = await started();
    await before.runner.stop();
    const after = new FakeDaemon({ ...before.world });
    let asked = 0;
    after.measure = (_, seconds) => {
      asked++;
      return Promise.resolve(seconds.map(() => windowOf()));
    };
    after.runner.show('m', before.state);
    await after.runner.takeUp('m');
    await after.runner.ask('m', pause);
    await after.runner.ask('m', resume);
    await after.pass(10 * minute);
    assert.deepEqual([asked, after.timers], [0, 0]);
    after.runner.judge('m');
    assert.equal(after.runner.view('m')?.nextEvaluationMs, after.now + minute);
    await after.pass(minute);
    assert.equal(asked, 1);
  });

  it('ends while it measures', async () => {
    const daemon = await started();
    let end: (() => void) | undefined;
    daemon.measure = (_, seconds) =>
      new Promise((resolve) => {
        end = () => resolve(seconds.map(() => windowOf()));
      });
    await daemon.pass(minute);
    const done = daemon.steps.length;
    await daemon.runner.stop();
    end?.();
    await quiet();
    assert.deepEqual([daemon.steps.length, daemon.timers], [done, 0]);
  });
});

describe('windowSeconds', () => {
  const of = (intervalMs: number, sinceMs: number): readonly number[] =>
    windowSeconds(canary({ intervalMs }), begin + sinceMs);

  it('is an interval, and the time in this step where that is longer', () => {
    assert.deepEqual(of(60_000, 60_000), [60]);
    assert.deepEqual(of(60_000, 150_900), [60, 150]);
    assert.deepEqual(of(1500, 10_000), [2, 10]);
    assert.deepEqual(of(60_000, 0), [1]);
    assert.deepEqual(of(60_000, -5000), [1]);
    assert.deepEqual(of(86_400_000, 86_400_000), [900]);
    assert.deepEqual(of(60_000, 86_400_000), [60, 900]);
  });
});
