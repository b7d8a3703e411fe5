// Admin.PredictJson: which version answers by number, label and split, why, and what the time was spent on.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as grpc from '@grpc/grpc-js';
import {
  makeModels,
  startServer,
  until,
  type CallAnswer,
  type RunningServer,
} from './support/running-server.ts';

const admin = 'perch.admin.v1.Admin';
const body = JSON.stringify({ instances: [Array<number>(64).fill(0.5)] });

describe('Admin.PredictJson', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let running: RunningServer;
  before(async () => {
    models = await makeModels('digits');
    running = await startServer([`--models_directory=${models.directory}`]);
    await running.call(admin, 'LoadVersion', { model: 'digits', version: 1 });
    await running.call(admin, 'SetLabel', { model: 'digits', label: 'stable', version: 1 });
  });
  after(async () => {
    await running.stop();
    await models.remove();
  });

  const ask = (which: object): Promise<CallAnswer> =>
    running.call(admin, 'PredictJson', { model: 'digits', json: Buffer.from(body), ...which });
  const routeOf = async (which: object): Promise<unknown> => {
    const { version, route } = await ask(which);
    const { reason, target, percent } = route as CallAnswer;
    return { version, reason, target: target === null ? null : { ...(target as object) }, percent };
  };

  it('splits the time into engine, queue and codec', async () => {
    const { engineUs, queueUs, codecUs } = await ask({});
    assert.ok(Number(engineUs) > 0);
    assert.ok(Number(queueUs) > 0);
    assert.ok(Number(codecUs) > 0);
  });

  it('says that the newest version answered, or the one that was named', async () => {
    assert.deepEqual(await routeOf({}), { version: '2', reason: 'DEFAULT', target: null, percent: 0 });
    assert.deepEqual(await routeOf({ version: 1 }), {
      version: '1',
      reason: 'VERSION',
      target: null,
      percent: 0,
    });
    assert.deepEqual(await routeOf({ label: 'stable' }), {
      version: '1',
      reason: 'LABEL',
      target: { label: 'stable', target: 'label' },
      percent: 0,
    });
  });

  it('says which share of a split it fell to, and that it fell back', async () => {
    const split = (target: object): Promise<CallAnswer> =>
      running.call(admin, 'SetTraffic', { model: 'digits', shares: [{ target, percent: 100 }] });
    await split({ label: 'stable' });
    assert.deepEqual(await routeOf({}), {
      version: '1',
      reason: 'SPLIT',
      target: { label: 'stable', target: 'label' },
      percent: 100,
    });
    await split({ version: 2 });
    await running.call(admin, 'UnloadVersion', { model: 'digits', version: 2 });
    await until(async () => (await ask({})).version === '1');
    assert.deepEqual(await routeOf({}), {
      version: '1',
      reason: 'FALLBACK',
      target: { version: '2', target: 'version' },
      percent: 100,
    });
    await running.call(admin, 'LoadVersion', { model: 'digits', version: 2 });
  });

  it('refuses a version and a label at once, and a label that is not there', async () => {
    await assert.rejects(ask({ version: 1, label: 'stable' }), { code: grpc.status.INVALID_ARGUMENT });
    await assert.rejects(ask({ label: 'nobody' }), { code: grpc.status.INVALID_ARGUMENT });
  });
});
