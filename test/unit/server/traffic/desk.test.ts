// Canaries over a fake engine: what comes of one after a restart, and where something is lost or refused.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { anonymousMutation } from '../../../../server/traffic/mutations.ts';
import { flush, modelOnDisk } from '../fakes.ts';
import { DeskDaemon, plan, shares } from './support/desk-daemon.ts';

describe('the desk of the canaries', () => {
  let desk: DeskDaemon;
  const unhandled: unknown[] = [];
  const note = (reason: unknown): number => unhandled.push(reason);
  const stopping = new AbortController().signal;

  beforeEach(async () => {
    desk = new DeskDaemon();
    unhandled.length = 0;
    process.on('unhandledRejection', note);
    await desk.restart();
    await desk.setLabel('stable', 1n);
  });
  afterEach(async () => {
    await desk.traffic.canaries.stop();
    await flush();
    process.off('unhandledRejection', note);
    assert.deepEqual(unhandled, []);
  });

  it('goes on after a restart in the same step with the same shares', async () => {
    await desk.traffic.canaries.start('m', 2n, plan, anonymousMutation);
    await desk.traffic.canaries.stop();
    await desk.restart();
    await desk.traffic.canaries.goOn('m', stopping);
    assert.deepEqual(desk.labels(), { stable: 1n, canary: 2n });
    assert.deepEqual(desk.store.get('m').shares, shares(50));
    assert.ok(desk.traffic.canaries.view('m')?.nextEvaluationMs !== undefined);
  });

  it('shows a desk.kept canary at once, and rolls it back where somebody asks before its versions are up', async () => {
    await desk.traffic.canaries.start('m', 2n, plan, anonymousMutation);
    await desk.traffic.canaries.stop();
    desk.beginAgain();
    assert.equal(desk.traffic.canaries.view('m')?.state.phase, 'progressing');
    const going = desk.traffic.canaries.goOn('m', stopping);
    await desk.traffic.canaries.rollBack('m', anonymousMutation);
    await desk.loader.loading(1n).succeed();
    await desk.loader.loading(2n).succeed();
    await going;
    assert.equal(desk.phase(), 'rolled-back');
    assert.deepEqual(desk.labels(), { stable: 1n });
  });

  it('does not judge a desk.kept canary before its model has settled, whatever other models do', async () => {
    await desk.traffic.canaries.start('m', 2n, plan, anonymousMutation);
    await desk.traffic.canaries.stop();
    desk.beginAgain();
    const going = desk.traffic.canaries.goOn('m', stopping);
    desk.kept.found([...[modelOnDisk('m', [1n, 2n])], modelOnDisk('slow', [7n])]);
    await desk.loader.loading(1n).succeed();
    await flush();
    assert.equal(desk.traffic.canaries.view('m')?.nextEvaluationMs, undefined);
    await desk.loader.loading(2n).succeed();
    await going;
    assert.ok(desk.traffic.canaries.view('m')?.nextEvaluationMs !== undefined);
  });

  it('rolls back a desk.kept canary whose version is not on disk any more', async () => {
    await desk.traffic.canaries.start('m', 2n, plan, anonymousMutation);
    await desk.traffic.canaries.stop();
    desk.beginAgain([1n]);
    await desk.loader.loading(1n).succeed();
    await desk.traffic.canaries.goOn('m', stopping);
    await flush();
    assert.equal(desk.phase(), 'rolled-back');
    assert.match(desk.traffic.canaries.view('m')?.state.reason ?? '', /version 2 is not on disk any more\./);
    assert.deepEqual(desk.labels(), { stable: 1n });
  });

  it('rolls back a desk.kept canary whose version fails to load, and pauses one whose stable version does', async () => {
    await desk.traffic.canaries.start('m', 2n, plan, anonymousMutation);
    await desk.traffic.canaries.stop();
    desk.beginAgain();
    await desk.loader.loading(2n).succeed();
    await desk.loader.loading(1n).fail();
    await desk.traffic.canaries.goOn('m', stopping);
    await flush();
    assert.equal(desk.phase(), 'paused');
    await desk.traffic.canaries.stop();
    desk.beginAgain();
    await desk.loader.loading(1n).succeed();
    await desk.loader.loading(2n).fail();
    await desk.traffic.canaries.goOn('m', stopping);
    await flush();
    assert.equal(desk.phase(), 'rolled-back');
    const { reason } = desk.traffic.canaries.view('m')?.state ?? {};
    assert.match(reason ?? '', /version 2 failed to load: ONNX Runtime refused the model: no graph\./);
  });

  it('leaves everything as it was where a start cannot be kept', async () => {
    desk.store.refusal = new Error('the disk is full');
    await assert.rejects(desk.traffic.canaries.start('m', 2n, plan, anonymousMutation), /disk is full/);
    assert.deepEqual(desk.labels(), { stable: 1n });
    assert.equal(desk.traffic.canaries.view('m'), undefined);
    await desk.traffic.canaries.start('m', 2n, plan, anonymousMutation);
    assert.deepEqual(desk.labels(), { stable: 1n, canary: 2n });
  });

  it('rolls back a canary whose version the engine lost, and no promise is left', async () => {
    await desk.traffic.canaries.start('m', 2n, plan, anonymousMutation);
    await desk.loader.holding(2n).lose();
    await flush();
    assert.equal(desk.phase(), 'rolled-back');
    assert.match(desk.traffic.canaries.view('m')?.state.reason ?? '', /version 2 is not AVAILABLE any more/);
    assert.deepEqual(desk.labels(), { stable: 1n });
  });

  it('does not throw where a loss cannot be desk.kept, and says so in its log', async () => {
    await desk.traffic.canaries.start('m', 2n, plan, anonymousMutation);
    desk.store.refusal = new Error('the disk is full');
    await desk.loader.holding(2n).lose();
    await flush();
    assert.equal(desk.phase(), 'progressing');
    assert.ok(desk.lines.some((line) => line.includes('the disk is full')));
  });

  it('pauses a canary whose stable was lost', async () => {
    await desk.traffic.canaries.start('m', 2n, plan, anonymousMutation);
    await desk.loader.holding(1n).lose();
    await flush();
    assert.equal(desk.phase(), 'paused');
  });

  it('does not roll back because everything is unloaded after its end', async () => {
    await desk.traffic.canaries.start('m', 2n, plan, anonymousMutation);
    await desk.traffic.canaries.stop();
    await desk.manager.dispose();
    assert.equal(desk.phase(), 'progressing');
  });

  it('loads nothing any more when a version was desk.kept warm and the daemon ended', async (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    desk.kept.keepWarm('m', 1n, 1000);
    await desk.traffic.canaries.stop();
    await desk.manager.dispose();
    const { length } = desk.loader.history;
    test.mock.timers.tick(1000);
    assert.equal(desk.loader.history.length, length);
  });

  it('rolls back a canary whose model went away, and brings the labels back with it', async () => {
    await desk.traffic.canaries.start('m', 2n, plan, anonymousMutation);
    desk.kept.found([]);
    await flush();
    assert.equal(desk.phase(), 'rolled-back');
    desk.kept.found([modelOnDisk('m', [1n, 2n])]);
    await desk.loader.loading(1n).succeed();
    await desk.loader.loading(2n).succeed();
    assert.deepEqual(desk.labels(), { stable: 1n });
  });

  it('refuses a canary of the version that is stable', async () => {
    await assert.rejects(desk.traffic.canaries.start('m', 1n, plan, anonymousMutation), /stable/);
  });

  it('refuses a second canary while one runs', async () => {
    await desk.traffic.canaries.start('m', 2n, plan, anonymousMutation);
    await assert.rejects(desk.traffic.canaries.start('m', 2n, plan, anonymousMutation), /runs/);
  });
});
