// The ends of canaries over a fake engine: labels, shares and shadow in one step, wherever a kill comes, and as they were.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { trafficEffects } from '../../../../server/canary/canary-effects.ts';
import type { ModelTraffic } from '../../../../server/canary/model-traffic.ts';
import { PerchError } from '../../../../server/errors.ts';
import { applyEffects } from '../../../../server/traffic/canary-apply.ts';
import { anonymousMutation } from '../../../../server/traffic/mutations.ts';
import { flush } from '../fakes.ts';
import { DeskDaemon, NotingStore, plan, shares } from './support/desk-daemon.ts';

describe('the end of a canary', () => {
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

  /** What a daemon that starts over this state makes of it. */
  const settledFrom = async (state: ModelTraffic): Promise<string> => {
    await desk.traffic.canaries.stop();
    desk.store = new NotingStore();
    await desk.store.update('m', state);
    await desk.restart();
    await desk.traffic.canaries.goOn('m', stopping);
    const { shares: now } = desk.store.get('m');
    return JSON.stringify([desk.labels(), now], (_, value: unknown) =>
      typeof value === 'bigint' ? Number(value) : value,
    );
  };
  /** The outcomes of a kill after each write of `change`. */
  const killedIn = async (change: () => Promise<void>): Promise<readonly string[]> => {
    desk.store.states.length = 0;
    const first = desk.store.get('m');
    await change();
    const outcomes = new Set<string>();
    for (const state of [first, ...desk.store.states]) {
      outcomes.add(await settledFrom(state));
    }
    return [...outcomes];
  };

  it('is before or after a promotion and a roll back by labels alone, wherever it is killed', async () => {
    await desk.setLabel('canary', 2n);
    await desk.traffic.control.setTraffic('m', shares(90), anonymousMutation);
    const start = desk.store.get('m');
    const stable = (version: number): string =>
      JSON.stringify([{ stable: version }, [{ target: { kind: 'label', label: 'stable' }, percent: 100 }]]);
    const was = JSON.stringify([
      { stable: 1, canary: 2 },
      shares(90).map(({ target, percent }) => ({ target, percent })),
    ]);
    assert.deepEqual(await killedIn(() => desk.traffic.canaries.promote('m', anonymousMutation)), [
      was,
      stable(2),
    ]);
    await settledFrom(start);
    assert.deepEqual(await killedIn(() => desk.traffic.canaries.rollBack('m', anonymousMutation)), [
      was,
      stable(1),
    ]);
  });

  it('by the labels alone goes by the labels that were asked for, though a version is not up yet', async () => {
    // stable is to go back to version 1, which still loads: what requests see is version 2.
    await desk.store.update('m', {
      ...desk.store.get('m'),
      labels: new Map([
        ['stable', 1n],
        ['canary', 2n],
      ]),
    });
    await desk.traffic.canaries.stop();
    desk.beginAgain();
    await desk.loader.loading(2n).succeed();
    await desk.traffic.canaries.rollBack('m', anonymousMutation);
    assert.deepEqual(desk.store.get('m').labels, new Map([['stable', 1n]]));
    await desk.loader.loading(1n).succeed();
    await flush();
    assert.deepEqual(desk.labels(), { stable: 1n });
  });

  it('writes labels and shares as one', async () => {
    await desk.setLabel('canary', 2n);
    await desk.traffic.control.setTraffic('m', shares(90), anonymousMutation);
    desk.store.states.length = 0;
    await desk.traffic.canaries.promote('m', anonymousMutation);
    for (const { labels: now, shares: split } of desk.store.states) {
      assert.equal(now.get('stable') === 2n, split.length === 1, 'both or none');
    }
    assert.equal(desk.labels().stable, 2n);
  });

  it('restores the shadow that a person had set, also one to the label of the canary', async () => {
    await desk.setLabel('canary', 2n);
    const targets = [
      { kind: 'label', label: 'canary' },
      { kind: 'version', version: 2n },
    ] as const;
    for (const [target, shadowPercent] of targets.flatMap((each) => [
      [each, 0] as const,
      [each, 30] as const,
    ])) {
      const shadow = { target, percent: 12, keepInputs: true };
      await desk.traffic.control.setShadow('m', shadow, anonymousMutation);
      await desk.traffic.canaries.start('m', 2n, { ...plan, shadowPercent }, anonymousMutation);
      const during = desk.store.get('m').shadow;
      assert.equal(during?.percent, shadowPercent === 0 ? 12 : 30);
      await desk.traffic.canaries.stop();
      await desk.restart();
      await desk.traffic.canaries.goOn('m', stopping);
      assert.deepEqual(desk.store.get('m').shadow, during);
      await desk.traffic.canaries.rollBack('m', anonymousMutation);
      assert.deepEqual(desk.store.get('m').shadow, shadow);
      assert.deepEqual(desk.labels(), { stable: 1n, canary: 2n });
      const { shadow: routed } = desk.traffic.parts.router.get('m') ?? {};
      assert.deepEqual(routed, shadow);
    }
  });

  it('counts what its shadow shows over all of its steps', async () => {
    await desk.traffic.canaries.start(
      'm',
      2n,
      { ...plan, shadowPercent: 30, manual: true },
      anonymousMutation,
    );
    const summary = desk.traffic.shadows.summary('m');
    assert.ok(summary !== undefined);
    await desk.traffic.canaries.pause('m', anonymousMutation);
    await desk.traffic.canaries.resume('m', anonymousMutation);
    await desk.traffic.control.put('m', { shares: shares(50) });
    await applyEffects(desk.traffic.control, 'm', trafficEffects(desk.store.get('m').canary!, 1000));
    assert.equal(desk.traffic.shadows.summary('m'), summary);
    await desk.traffic.canaries.rollBack('m', anonymousMutation);
    assert.notEqual(desk.traffic.shadows.summary('m'), summary);
  });

  it('does not let go of the shadow at a promotion, but of one to the label that is gone', async () => {
    const own = { target: { kind: 'version', version: 2n }, percent: 12, keepInputs: false } as const;
    await desk.traffic.control.setShadow('m', own, anonymousMutation);
    await desk.traffic.canaries.start('m', 2n, { ...plan, shadowPercent: 30 }, anonymousMutation);
    await assert.rejects(desk.traffic.control.setShadow('m', own, anonymousMutation), /it sets the shadow/);
    await desk.traffic.canaries.promote('m', anonymousMutation);
    assert.deepEqual(desk.store.get('m').shadow, own);
    await desk.traffic.canaries.rollBack('m', anonymousMutation);
    await desk.traffic.canaries.start('m', 2n, plan, anonymousMutation);
    const aimed = { target: { kind: 'label', label: 'canary' }, percent: 9, keepInputs: false } as const;
    await desk.traffic.control.setShadow('m', aimed, anonymousMutation);
    await desk.traffic.canaries.promote('m', anonymousMutation);
    assert.equal(desk.store.get('m').shadow, undefined);
  });

  it('names no stable version that is not there where there is no such label', async () => {
    await desk.traffic.control.deleteLabel('m', 'stable', anonymousMutation);
    await desk.setLabel('canary', 2n);
    await desk.traffic.canaries.promote('m', anonymousMutation);
    const { stableVersion } = desk.traffic.canaries.view('m')?.state ?? {};
    assert.equal(stableVersion, 1n);
    await desk.traffic.canaries.rollBack('m', anonymousMutation);
    assert.deepEqual(desk.labels(), { canary: 2n });
    assert.deepEqual(desk.store.get('m').shares, [
      { target: { kind: 'version', version: 1n }, percent: 100 },
    ]);
    const texts = desk.traffic.parts.events.last(10).map(({ before, after }) => `${before} ${after}`);
    assert.ok(
      texts.every((text) => !text.includes('version 0')),
      texts.join('\n'),
    );
  });

  it('ends a canary whose model was taken out of the configuration, once', async () => {
    await desk.traffic.canaries.start('m', 2n, plan, anonymousMutation);
    const { labels: store_ } = desk.traffic.parts;
    let asked = 0;
    store_.set = () => {
      asked++;
      return Promise.reject(new PerchError('MODEL_UNKNOWN', 'There is no such entry.'));
    };
    desk.kept.found([]);
    await flush();
    assert.deepEqual([desk.phase(), desk.store.get('m').canary?.settled, asked], ['rolled-back', true, 1]);
    assert.equal(
      desk.lines.some((line) => line.includes('Not in effect')),
      false,
    );
  });

  it('sends nothing to the version that was rolled back where there was no split before', async () => {
    await desk.traffic.canaries.start('m', 2n, plan, anonymousMutation);
    await desk.traffic.canaries.rollBack('m', anonymousMutation);
    for (let i = 0; i < 20; i++) {
      assert.equal(desk.traffic.requests.choose({ name: 'm' }, undefined).version, 1n);
    }
    assert.match(desk.traffic.canaries.view('m')?.state.reason ?? '', /until the split is cleared/);
    await desk.traffic.control.setTraffic('m', [], anonymousMutation);
    assert.equal(desk.traffic.requests.choose({ name: 'm' }, undefined).version, undefined);
  });
});
