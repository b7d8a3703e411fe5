// The trial of a version before it is served: what it contains, what it is limited to, and that nothing of it is left over.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import type { EnginePoolOptions } from '../../../../server/engine/engine-pool.ts';
import { TrialLoader, withFirstOpen } from '../../../../server/engine/first-open.ts';
import { PerchError } from '../../../../server/errors.ts';
import { withWarmUp } from '../../../../server/apis/tensorflow-serving/warm-up.ts';
import type { Loader } from '../../../../server/lifecycle/model-environment.ts';
import type { LoadedVersion } from '../../../../server/lifecycle/version-state.ts';
import { planVersion } from '../../../../server/plan-version.ts';
import { until } from '../../../support/until.ts';
import { flush, memoryLog } from '../fakes.ts';
import { ScriptedHosts } from './scripted-hosts.ts';

const neverAborted = new AbortController().signal;
const large = 64 * 2 ** 20;
const givenUp = new PerchError('LOAD_CANCELLED', 'given up');
/** Ends no load of these tests, unless it hangs. */
const ampleMs = 60_000;
/** Far longer than a host takes to hang. */
const shortMs = 2000;

describe('the first opening', () => {
  let hosts: ScriptedHosts;
  let trials: TrialLoader;
  const open = (options: Partial<EnginePoolOptions> = {}): void => {
    hosts = new ScriptedHosts(options);
    trials = new TrialLoader(hosts.pool);
  };
  beforeEach(() => open());
  afterEach(async () => {
    mock.timers.reset();
    await hosts.remove();
  });
  const warmed = (loader: Loader): Loader =>
    withWarmUp(loader, { enabled: true, iterations: 1, log: memoryLog().log });
  const trialHosts = (): number => hosts.held().filter(([kind]) => kind === 'trial').length;
  const trialPid = (): number => hosts.pool.facts().find(({ kind }) => kind === 'trial')?.pid ?? 0;

  it('comes before the load, step by step, and leaves an idle process', async () => {
    const steps: string[] = [];
    const loader = withFirstOpen(hosts.pool, warmed(trials), ampleMs);
    await loader.load('a', hosts.version(), neverAborted, ({ step }) => steps.push(step));
    assert.deepEqual(steps, ['checking', 'first-open', 'loading']);
    assert.deepEqual(hosts.held(), [
      ['shared', 1],
      ['trial', 0],
    ]);
  });

  it('is left out for what gets a process of its own', async () => {
    const steps: string[] = [];
    const loader = withFirstOpen(hosts.pool, trials, ampleMs);
    await loader.load('a', hosts.version({}, large), neverAborted, ({ step }) => steps.push(step));
    assert.deepEqual(steps, ['checking', 'loading']);
    assert.equal(trialHosts(), 0);
  });

  it('keeps what is refused away from the shared hosts', async () => {
    const loader = withFirstOpen(hosts.pool, trials, ampleMs);
    await assert.rejects(loader.load('a', hosts.version({ load: 'refuse' }), neverAborted), {
      code: 'MODEL_FILE_INVALID',
    });
    assert.equal(hosts.notes().length, 1);
  });

  for (const deed of ['load', 'run', 'unload'] as const) {
    it(`fails a version that crashes at its ${deed} with LOAD_CRASHED, and goes on`, async () => {
      const loader = withFirstOpen(hosts.pool, warmed(trials), ampleMs);
      await assert.rejects(loader.load('a', hosts.version({ [deed]: 'crash' }), neverAborted), (reason) => {
        // ENGINE_CRASHED would be tried again at once, as the loss of a version that was served.
        assert.equal(PerchError.from(reason).code, 'LOAD_CRASHED');
        return true;
      });
      assert.deepEqual(hosts.held(), [['shared', 0]]);
      assert.equal(hosts.pool.facts()[0]?.restarts, 0);
      await loader.load('b', hosts.version(), neverAborted);
    });

    it(`fails a version that hangs at its ${deed} with LOAD_TIMED_OUT, and ends the process`, async () => {
      const loader = withFirstOpen(hosts.pool, warmed(trials), shortMs);
      const abort = new AbortController();
      await assert.rejects(loader.load('a', hosts.version({ [deed]: 'hang' }), abort.signal), {
        code: 'LOAD_TIMED_OUT',
      });
      assert.ok(hosts.notes().includes('hangs'));
      assert.deepEqual(hosts.held(), [['shared', 0]]);
      assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
    });
  }

  it('counts the load in a shared host too, which may hang for another model there', async () => {
    const loader = withFirstOpen(hosts.pool, trials, shortMs);
    await until('hello', () => hosts.pool.facts()[0]?.onnxruntimeVersion !== '');
    hosts.hang(hosts.pool.facts()[0]!.pid);
    let code = 'hangs on';
    loader
      .load('a', hosts.version(), neverAborted)
      .catch((reason: unknown) => (code = PerchError.from(reason).code));
    await until('the load to hang', () => hosts.notes().includes('hangs'));
    await until('LOAD_TIMED_OUT', () => code === 'LOAD_TIMED_OUT', 3 * shortMs);
  });

  for (const deed of ['load', 'run'] as const) {
    it(`counts a ${deed} in a process of its own, and ends that`, async () => {
      const loader = withFirstOpen(warmed(hosts.pool), trials, shortMs);
      await assert.rejects(loader.load('a', hosts.version({ [deed]: 'hang' }, large), neverAborted), {
        code: 'LOAD_TIMED_OUT',
      });
      assert.deepEqual(hosts.held(), [['shared', 0]]);
    });
  }

  it('hands on no version that was loaded just too late, since its process is ended', async () => {
    // As one that reads its labels while the time is up.
    let loaded: LoadedVersion | undefined;
    const slow: Loader = {
      load: async (model, disk, signal) => {
        loaded = await hosts.pool.load(model, disk, signal);
        await until('the time to be up', () => signal.aborted);
        return loaded;
      },
    };
    const loader = withFirstOpen(slow, trials, shortMs);
    const outcome = await loader
      .load('a', hosts.version({}, large), neverAborted)
      .then((version) => version.run(new Map(), [], neverAborted))
      .then(
        () => 'runs',
        (reason: unknown) => PerchError.from(reason).code,
      );
    assert.equal(outcome, 'LOAD_TIMED_OUT');
  });

  it('that is given up by its caller gives the reason of the caller', async () => {
    for (const deed of ['load', 'run', 'unload'] as const) {
      const abort = new AbortController();
      const loader = withFirstOpen(hosts.pool, warmed(trials), ampleMs);
      const before = hosts.notes().filter((note) => note === 'hangs').length;
      const loading = loader.load('a', hosts.version({ [deed]: 'hang' }), abort.signal);
      await until('it to hang', () => hosts.notes().filter((note) => note === 'hangs').length > before);
      abort.abort(givenUp);
      await assert.rejects(loading, (reason) => {
        assert.notEqual(PerchError.from(reason).code, 'LOAD_TIMED_OUT');
        return true;
      });
      assert.deepEqual(hosts.held(), [['shared', 0]]);
      assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
    }
  });

  it('uses a process again, one version after the other', async () => {
    const first = await trials.load('a', hosts.version(), neverAborted);
    const pid = trialPid();
    await first.unload();
    const second = await trials.load('b', hosts.version({ run: 'refuse' }), neverAborted);
    assert.deepEqual([trialPid(), trialHosts()], [pid, 1]);
    await second.unload();
  });

  it('does not use a process again that ended while it was idle', async () => {
    const first = await trials.load('a', hosts.version(), neverAborted);
    await first.unload();
    process.kill(trialPid(), 'SIGKILL');
    await until('it to be gone', () => trialPid() === 0);
    // The file is as good as the first one.
    const second = await trials.load('b', hosts.version(), neverAborted);
    await second.unload();
  });

  it('ends a process that has had nothing to do for long', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const version = await trials.load('a', hosts.version(), neverAborted);
    await version.unload();
    mock.timers.tick(9_999);
    assert.equal(trialHosts(), 1);
    mock.timers.tick(1);
    assert.equal(trialHosts(), 0);
  });

  it('does not end a process that is in use again', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    await (await trials.load('a', hosts.version(), neverAborted)).unload();
    mock.timers.tick(9_999);
    const version = await trials.load('a', hosts.version(), neverAborted);
    mock.timers.tick(60_000);
    await version.run(new Map(), [], neverAborted);
    await version.unload();
  });

  it('says that the process ended also where that was between two runs', async () => {
    const version = await trials.load('a', hosts.version(), neverAborted);
    process.kill(trialPid(), 'SIGKILL');
    await version.lost;
    const reason = await version
      .run(new Map(), [], neverAborted)
      .catch((reason: unknown) => PerchError.from(reason));
    await version.unload().catch(() => undefined);
    // Not ENGINE_RESTARTED, which the lifecycle tries again at once and for ever.
    assert.ok(PerchError.is(reason, 'LOAD_CRASHED'));
  });

  describe('of many at once', () => {
    let loaded: LoadedVersion[];
    beforeEach(async () => {
      mock.timers.enable({ apis: ['setTimeout'] });
      loaded = await Promise.all(
        Array.from({ length: 4 }, () => trials.load('a', hosts.version(), neverAborted)),
      );
    });

    it('lets four go, and the next when one of them ends', async () => {
      const fifth = trials.load('a', hosts.version(), neverAborted);
      await flush();
      assert.equal(trialHosts(), 4);
      await loaded[2]?.unload();
      await (await fifth).run(new Map(), [], neverAborted);
      assert.equal(trialHosts(), 4);
    });

    it('gives up one that waits for its place at once', async () => {
      const abort = new AbortController();
      let outcome: unknown = 'waits';
      trials.load('a', hosts.version(), abort.signal).catch((reason: unknown) => (outcome = reason));
      await flush();
      abort.abort(givenUp);
      await flush();
      assert.equal(outcome, givenUp);
      assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
    });

    it('gives the place of one that was given up to the next', async () => {
      const abort = new AbortController();
      trials.load('a', hosts.version(), abort.signal).catch(() => undefined);
      let done = false;
      const next = trials.load('a', hosts.version(), neverAborted).then(() => (done = true));
      await flush();
      abort.abort(givenUp);
      await loaded[0]?.unload();
      mock.timers.reset();
      await until('the next one to be loaded', () => done, 4000);
      await next;
    });

    it('loses no wake-up to those that looked for a place before', async () => {
      let done = 0;
      const waiting = [1, 2].map(() => trials.load('a', hosts.version(), neverAborted).then(() => done++));
      await flush();
      // They look again, and none of the four counts as long yet: only timers went on, not the clock.
      for (let round = 0; round < 5; round++) {
        mock.timers.tick(5000);
        await flush();
      }
      await loaded[0]?.unload();
      await loaded[1]?.unload();
      mock.timers.reset();
      await until('both to be loaded', () => done === 2, 4000);
      await Promise.all(waiting);
    });
  });

  it('lets more go while others take long, up to sixteen', async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] });
    let later = 0;
    const now = performance.now.bind(performance);
    t.mock.method(performance, 'now', () => now() + later);
    const loaded: LoadedVersion[] = [];
    for (let round = 0; round < 4; round++) {
      loaded.push(
        ...(await Promise.all(
          Array.from({ length: 4 }, () => trials.load('a', hosts.version(), neverAborted)),
        )),
      );
      later += 5001;
    }
    let done = false;
    const next = trials.load('a', hosts.version(), neverAborted).then(() => (done = true));
    await flush();
    assert.deepEqual([trialHosts(), done], [16, false]);
    await loaded[7]?.unload();
    await next;
    assert.equal(trialHosts(), 16);
  });

  it('keeps no place and no process where the directory for a profile cannot be made', async () => {
    await hosts.remove();
    const [instance] = planVersion(1).instances;
    const [onCpu] = instance?.candidates ?? [];
    assert.ok(onCpu !== undefined);
    const plan = {
      instances: [{ candidates: [{ ...onCpu, provider: 'cuda' as const }], fallbackReason: '' }],
    };
    open({ plan: () => Promise.resolve(plan) });
    const before = process.env.TMPDIR;
    process.env.TMPDIR = '/nowhere-at-all';
    try {
      await assert.rejects(trials.load('a', hosts.version(), neverAborted));
    } finally {
      if (before === undefined) {
        delete process.env.TMPDIR;
      } else {
        process.env.TMPDIR = before;
      }
    }
    // Idle or ended, but not taken: with it a place would be gone for good.
    const version = await trials.load('a', hosts.version(), neverAborted);
    assert.equal(trialHosts(), 1);
    await version.unload();
  });
});
