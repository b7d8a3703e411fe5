// Where versions go, and that nothing of one that failed is left, over hosts that do as they are told.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { afterEach, describe, it, mock } from 'node:test';
import type { EnginePlan } from '../../../../server/engine/engine-plan.ts';
import type { EnginePoolOptions } from '../../../../server/engine/engine-pool.ts';
import type { SessionSettings } from '../../../../server/engine/engine-settings.ts';
import { PerchError } from '../../../../server/errors.ts';
import { planVersion } from '../../../../server/plan-version.ts';
import { until } from '../../../support/until.ts';
import { ScriptedHosts } from './scripted-hosts.ts';

const neverAborted = new AbortController().signal;
const large = 64 * 2 ** 20;
const givenUp = new PerchError('LOAD_CANCELLED', 'given up');

const onCpu = planVersion(1).instances[0]!.candidates[0]!;
const onGpu = (deviceId: number): SessionSettings => ({ ...onCpu, provider: 'cuda', deviceId });
const planned = (...instances: (readonly SessionSettings[])[]): Pick<EnginePoolOptions, 'plan'> => {
  const plan: EnginePlan = { instances: instances.map((candidates) => ({ candidates, fallbackReason: '' })) };
  return { plan: () => Promise.resolve(plan) };
};

describe('the pool of hosts', () => {
  let hosts: ScriptedHosts;
  const open = (options: Partial<EnginePoolOptions> = {}): ScriptedHosts =>
    (hosts = new ScriptedHosts(options));
  afterEach(() => hosts.remove());

  it('puts a small version into the shared host that holds the fewest, a large one into one of its own', async () => {
    const { pool } = open({ sharedHosts: 2 });
    await until('both to be up', () =>
      pool.facts().every(({ onnxruntimeVersion }) => onnxruntimeVersion !== ''),
    );
    await pool.load('a', hosts.version(), neverAborted);
    await pool.load('b', hosts.version(), neverAborted);
    const own = await pool.load('c', hosts.version({}, large), neverAborted);
    await pool.load('d', hosts.version({}, large - 1), neverAborted);
    assert.deepEqual(hosts.held(), [
      ['shared', 2],
      ['shared', 1],
      ['own', 1],
    ]);
    await own.unload();
    assert.deepEqual(hosts.held(), [
      ['shared', 2],
      ['shared', 1],
    ]);
  });

  it('keeps the versions of a model apart: the crash of one is not noticed by the other', async () => {
    const { pool } = open();
    const stable = await pool.load('a', hosts.version(), neverAborted);
    const canary = await pool.load('a', { ...hosts.version({ run: 'crash' }), number: 2n }, neverAborted);
    await pool.load('b', hosts.version(), neverAborted);
    assert.deepEqual(hosts.held(), [
      ['shared', 2],
      ['shared', 1],
    ]);
    const runs = Promise.all(Array.from({ length: 20 }, () => stable.run(new Map(), [], neverAborted)));
    await assert.rejects(canary.run(new Map(), [], neverAborted), { code: 'ENGINE_CRASHED' });
    await runs;
    await canary.lost;
    // It comes back to the host that was restarted for it.
    await pool.load('a', { ...hosts.version(), number: 2n }, neverAborted);
    await stable.run(new Map(), [], neverAborted);
    assert.deepEqual(
      pool.facts().map(({ restarts }) => restarts),
      [0, 1],
    );
  });

  it('ends a host that it made for a second version, once one of the two is gone for a while', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const { pool } = open();
      const first = await pool.load('a', hosts.version(), neverAborted);
      const second = await pool.load('a', { ...hosts.version(), number: 2n }, neverAborted);
      await first.unload();
      mock.timers.tick(10_000);
      assert.deepEqual(
        pool.facts().map(({ index, loadedVersions }) => [index, loadedVersions]),
        [[1, 1]],
      );
      await second.run(new Map(), [], neverAborted);
    } finally {
      mock.timers.reset();
    }
  });

  it('runs in the background only where its host has nothing else to do', async () => {
    const { pool } = open();
    const version = await pool.load('a', hosts.version({ run: 'hang' }), neverAborted);
    void version.run(new Map(), [], neverAborted).catch(() => undefined);
    await until('the run to hang', () => hosts.notes().includes('hangs'));
    const abort = new AbortController();
    const copy = version.run(new Map(), [], abort.signal, { isBackground: true });
    abort.abort(givenUp);
    await assert.rejects(copy, givenUp);
  });

  it('prefers a host that is up to one that is being restarted', async () => {
    const { pool } = open({ sharedHosts: 2 });
    await until('both to be up', () =>
      pool.facts().every(({ onnxruntimeVersion }) => onnxruntimeVersion !== ''),
    );
    const busy = await pool.load('a', hosts.version(), neverAborted);
    await pool.load('b', hosts.version(), neverAborted);
    await pool.load('c', hosts.version(), neverAborted);
    await busy.unload();
    process.kill(pool.facts()[0]!.pid, 'SIGKILL');
    await until('it to be gone', () => pool.facts()[0]!.pid === 0);
    const version = await pool.load('d', hosts.version(), neverAborted);
    assert.equal(version.execution?.instances[0]?.engineHostIndex, 1);
  });

  it('has one host for each GPU', async () => {
    const { pool } = open(planned([onGpu(0)], [onGpu(1)], [onGpu(0)]));
    const version = await pool.load('a', hosts.version(), neverAborted);
    const indices = version.execution?.instances.map(({ engineHostIndex }) => engineHostIndex);
    assert.deepEqual(indices, [1, 2, 1]);
    await version.unload();
    assert.deepEqual(
      hosts.held().map(([, count]) => count),
      [0, 0, 0],
    );
  });

  it('leaves nothing of a version one of whose instances cannot be loaded', async () => {
    for (const totalBytes of [1, large]) {
      const { pool } = open({ sharedHosts: 2, ...planned([onCpu], [onCpu], []) });
      await assert.rejects(pool.load('a', hosts.version({}, totalBytes), neverAborted), { code: 'INTERNAL' });
      assert.deepEqual(
        hosts.held().filter(([kind, count]) => kind !== 'shared' || count > 0),
        [],
      );
      await hosts.remove();
    }
  });

  it('tries the candidates in their order, and says why it is the last one', async () => {
    const { pool } = open(planned([onGpu(0), onCpu]));
    await assert.rejects(pool.load('a', hosts.version({ load: 'refuse' }), neverAborted), {
      code: 'MODEL_FILE_INVALID',
    });
    assert.deepEqual(hosts.notes(), ['load cuda 0', 'load cpu 0']);
  });

  it('ends the host of a large version that crashes, is refused or is given up while it loads', async () => {
    const { pool } = open();
    await assert.rejects(pool.load('a', hosts.version({ load: 'crash' }, large), neverAborted), {
      code: 'LOAD_CRASHED',
    });
    await assert.rejects(pool.load('a', hosts.version({ load: 'refuse' }, large), neverAborted), {
      code: 'MODEL_FILE_INVALID',
    });
    const abort = new AbortController();
    const loading = pool.load('a', hosts.version({ load: 'hang' }, large), abort.signal);
    await until('the load to hang', () => hosts.notes().includes('hangs'));
    abort.abort(givenUp);
    await assert.rejects(loading, givenUp);
    await assert.rejects(pool.load('a', hosts.version({}, large), abort.signal), givenUp);
    assert.deepEqual(hosts.held(), [['shared', 0]]);
  });

  it('gives up a load in a shared host that hangs when its signal fires', async () => {
    const { pool } = open();
    const abort = new AbortController();
    const loading = pool.load('a', hosts.version({ load: 'hang' }), abort.signal);
    await until('the load to hang', () => hosts.notes().includes('hangs'));
    abort.abort(givenUp);
    let outcome: unknown = 'hangs on';
    void loading.catch((reason: unknown) => (outcome = reason));
    await until('the load to be given up', () => outcome === givenUp, 5000);
  });

  it('leaves no listener on the signal of a load that is over', async () => {
    const { pool } = open();
    const abort = new AbortController();
    for (const totalBytes of [1, large]) {
      const version = await pool.load('a', hosts.version({}, totalBytes), abort.signal);
      await version.unload();
    }
    await assert.rejects(pool.load('a', hosts.version({ load: 'crash' }, large), abort.signal));
    assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
  });

  it('tells the loss of a large version, ends its host and does not start it again', async () => {
    const { pool } = open();
    const version = await pool.load('a', hosts.version({ run: 'crash' }, large), neverAborted);
    await assert.rejects(version.run(new Map(), [], neverAborted), { code: 'ENGINE_CRASHED' });
    assert.equal((await version.lost).code, 'ENGINE_CRASHED');
    await until('its host to be gone', () => hosts.held().length === 1);
  });

  it('survives the loss of a shared host: it is there again, and holds nothing', async () => {
    const { pool } = open();
    const [a, b] = await Promise.all([
      pool.load('a', hosts.version({ run: 'crash' }), neverAborted),
      pool.load('b', hosts.version(), neverAborted),
    ]);
    await assert.rejects(a.run(new Map(), [], neverAborted), { code: 'ENGINE_CRASHED' });
    assert.deepEqual([(await a.lost).code, (await b.lost).code], ['ENGINE_CRASHED', 'ENGINE_RESTARTED']);
    await a.unload().catch(() => undefined);
    const again = await pool.load('b', hosts.version(), neverAborted);
    await again.run(new Map(), [], neverAborted);
    assert.deepEqual(hosts.held(), [['shared', 1]]);
  });

  it('never gives a memory limit to a thread, which would end the daemon', async () => {
    const { pool } = open({ threads: true, memoryLimitBytes: 2 ** 40 });
    const version = await pool.load('a', hosts.version({ run: 'crash' }), neverAborted);
    await assert.rejects(version.run(new Map(), [], neverAborted));
    await version.lost;
    // Its thread is being restarted now: so do versions come back after a loss.
    await pool.load('a', hosts.version(), neverAborted);
    assert.deepEqual(hosts.notes(), ['load cpu 0', 'load cpu 0']);
  });

  for (const threads of [false, true]) {
    it(`does not tell the admin token to a ${threads ? 'thread' : 'process'} that runs models`, async () => {
      const before = process.env.PERCH_TOKEN;
      process.env.PERCH_TOKEN = 'secret';
      try {
        const { pool } = open({ threads });
        await until('hello', () => pool.facts()[0]!.onnxruntimeVersion !== '');
        assert.equal(pool.facts()[0]!.onnxruntimeVersion, 'scripted');
      } finally {
        if (before === undefined) {
          delete process.env.PERCH_TOKEN;
        } else {
          process.env.PERCH_TOKEN = before;
        }
      }
    });

    it(`stops with a ${threads ? 'thread' : 'process'} that hangs in a run`, async () => {
      const { pool } = open({ threads });
      const version = await pool.load('a', hosts.version({ run: 'hang' }), neverAborted);
      const run = version
        .run(new Map(), [], neverAborted)
        .catch((reason: unknown) => PerchError.from(reason));
      await until('the run to hang', () => hosts.notes().includes('hangs'));
      await pool.stop();
      assert.ok((await run) instanceof PerchError);
    });
  }

  it('stops although a process does not take signals', async () => {
    const { pool } = open();
    await pool.load('a', hosts.version(), neverAborted);
    process.kill(pool.facts()[0]!.pid, 'SIGSTOP');
    await pool.stop();
  });
});
