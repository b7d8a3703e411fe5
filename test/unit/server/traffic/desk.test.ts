// Canaries over a fake engine and a store that notes what it was given: what a kill could leave, and what comes before a resume.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ModelTraffic } from '../../../../server/canary/model-traffic.ts';
import { fillPlan } from '../../../../server/canary/plan.ts';
import { ModelManager } from '../../../../server/lifecycle/model-manager.ts';
import { KeptLabels } from '../../../../server/traffic/kept-labels.ts';
import { anonymousMutation } from '../../../../server/traffic/mutations.ts';
import { createTraffic, type Traffic } from '../../../../server/traffic/traffic.ts';
import { MemoryStore } from '../../../support/memory-traffic.ts';
import { FakeLoader, flush, memoryLog, modelOnDisk } from '../fakes.ts';

/** Notes every state that was on disk. */
class NotingStore extends MemoryStore {
  readonly states: ModelTraffic[] = [];
  /** What the next update rejects with. */
  refusal: Error | undefined;

  override update(model: string, traffic: ModelTraffic): Promise<void> {
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal !== undefined) {
      return Promise.reject(refusal);
    }
    this.states.push(traffic);
    return super.update(model, traffic);
  }
}

const plan = fillPlan({ steps: [50, 100], intervalMs: 86_400_000 });
const shares = (stable: number): ModelTraffic['shares'] => [
  { target: { kind: 'label', label: 'stable' }, percent: stable },
  { target: { kind: 'label', label: 'canary' }, percent: 100 - stable },
];

describe('the desk of the canaries', () => {
  let store: NotingStore;
  let traffic: Traffic;
  let manager: ModelManager;
  let loader: FakeLoader;
  let kept: KeptLabels;
  let lines: string[];
  const unhandled: unknown[] = [];
  const note = (reason: unknown): number => unhandled.push(reason);

  /** A daemon that has just started, over what the store holds. */
  const restart = async (): Promise<void> => {
    const memory = memoryLog();
    ({ lines } = memory);
    loader = new FakeLoader();
    manager = new ModelManager(loader, memory.log, { now: () => 1000 });
    kept = new KeptLabels(store, (found) => manager.apply(found));
    traffic = createTraffic({
      manager,
      store,
      labels: kept,
      log: memory.log,
      predict: () => Promise.reject(new Error('There is no golden request.')),
    });
    traffic.control.restore(['m']);
    kept.found([modelOnDisk('m', [1n, 2n], { rules: { policy: { kind: 'specific', versions: [1n, 2n] } } })]);
    await loader.loading(1n).succeed();
    await loader.loading(2n).succeed();
  };
  const labels = (): Record<string, bigint> => Object.fromEntries(manager.view('m')?.labels ?? []);
  const phase = (): string | undefined => store.get('m').canary?.phase;
  const setLabel = (label: string, version: bigint): Promise<void> =>
    traffic.control.setLabel('m', label, version, {
      waitMs: 0,
      signal: new AbortController().signal,
      mutation: anonymousMutation,
    });

  beforeEach(async () => {
    store = new NotingStore();
    unhandled.length = 0;
    process.on('unhandledRejection', note);
    await restart();
    await setLabel('stable', 1n);
  });
  afterEach(async () => {
    await traffic.canaries.stop();
    await flush();
    process.off('unhandledRejection', note);
    assert.deepEqual(unhandled, []);
  });

  it('goes on after a restart in the same step with the same shares', async () => {
    await traffic.canaries.start('m', 2n, plan, anonymousMutation);
    await traffic.canaries.stop();
    await restart();
    await traffic.canaries.restore(['m']);
    assert.deepEqual(labels(), { stable: 1n, canary: 2n });
    assert.deepEqual(store.get('m').shares, shares(50));
  });

  it('leaves everything as it was where a start cannot be kept', async () => {
    store.refusal = new Error('the disk is full');
    await assert.rejects(traffic.canaries.start('m', 2n, plan, anonymousMutation), /disk is full/);
    assert.deepEqual(labels(), { stable: 1n });
    assert.equal(traffic.canaries.view('m'), undefined);
    await traffic.canaries.start('m', 2n, plan, anonymousMutation);
    assert.deepEqual(labels(), { stable: 1n, canary: 2n });
  });

  it('rolls back a canary whose version the engine lost, and no promise is left', async () => {
    await traffic.canaries.start('m', 2n, plan, anonymousMutation);
    await loader.holding(2n).lose();
    await flush();
    assert.equal(phase(), 'rolled-back');
    assert.match(traffic.canaries.view('m')?.state.reason ?? '', /version 2 is not AVAILABLE any more/);
    assert.deepEqual(labels(), { stable: 1n });
  });

  it('does not throw where a loss cannot be kept, and says so in its log', async () => {
    await traffic.canaries.start('m', 2n, plan, anonymousMutation);
    store.refusal = new Error('the disk is full');
    await loader.holding(2n).lose();
    await flush();
    assert.equal(phase(), 'progressing');
    assert.ok(lines.some((line) => line.includes('the disk is full')));
  });

  it('pauses a canary whose stable was lost', async () => {
    await traffic.canaries.start('m', 2n, plan, anonymousMutation);
    await loader.holding(1n).lose();
    await flush();
    assert.equal(phase(), 'paused');
  });

  it('does not roll back because everything is unloaded after its end', async () => {
    await traffic.canaries.start('m', 2n, plan, anonymousMutation);
    await traffic.canaries.stop();
    await manager.dispose();
    assert.equal(phase(), 'progressing');
  });

  it('loads nothing any more when a version was kept warm and the daemon ended', async (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    kept.keepWarm('m', 1n, 1000);
    await traffic.canaries.stop();
    await manager.dispose();
    const { length } = loader.history;
    test.mock.timers.tick(1000);
    assert.equal(loader.history.length, length);
  });

  it('rolls back a canary whose model went away, and brings the labels back with it', async () => {
    await traffic.canaries.start('m', 2n, plan, anonymousMutation);
    kept.found([]);
    await flush();
    assert.equal(phase(), 'rolled-back');
    kept.found([modelOnDisk('m', [1n, 2n])]);
    await loader.loading(1n).succeed();
    await loader.loading(2n).succeed();
    assert.deepEqual(labels(), { stable: 1n });
  });

  it('refuses a canary of the version that is stable', async () => {
    await assert.rejects(traffic.canaries.start('m', 1n, plan, anonymousMutation), /stable/);
  });

  it('refuses a second canary while one runs', async () => {
    await traffic.canaries.start('m', 2n, plan, anonymousMutation);
    await assert.rejects(traffic.canaries.start('m', 2n, plan, anonymousMutation), /runs/);
  });
});
