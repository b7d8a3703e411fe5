// Labels laid over what a source found: no work for models that are as they were, and versions that stay for a while.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import type { ModelTraffic } from '../../../../server/canary/model-traffic.ts';
import type { ModelOnDisk } from '../../../../server/lifecycle/found.ts';
import { wantedVersions } from '../../../../server/lifecycle/version-policy.ts';
import { KeptLabels } from '../../../../server/traffic/kept-labels.ts';
import { MemoryStore } from '../../../support/memory-traffic.ts';
import { modelOnDisk } from '../fakes.ts';

const set = (label: string, version: bigint | undefined): Map<string, bigint | undefined> =>
  new Map([[label, version]]);

describe('KeptLabels', () => {
  let store: MemoryStore;
  let applied: (readonly ModelOnDisk[])[];
  let labels: KeptLabels;
  beforeEach(() => {
    store = new MemoryStore();
    applied = [];
    labels = new KeptLabels(store, (found) => applied.push(found));
  });

  const last = (name: string): ModelOnDisk => {
    const found = applied.at(-1)?.find((model) => model.name === name);
    assert.ok(found);
    return found;
  };
  const wanted = (name: string): bigint[] => {
    const { rules, versions } = last(name);
    assert.ok(rules?.policy);
    return [
      ...wantedVersions(
        rules.policy,
        versions.map(({ number }) => number),
      ),
    ].sort();
  };

  it('give the same objects again for all models but the one that changed', async () => {
    const found = Array.from({ length: 300 }, (_, i) => modelOnDisk(`m${i}`, [1n, 2n]));
    labels.found(found);
    await Promise.all(found.map(({ name }) => labels.set(name, set('stable', 1n))));
    const before = applied.at(-1) ?? [];
    assert.equal(before.length, 300);
    labels.found(found);
    assert.ok(applied.at(-1)?.every((model, i) => model === before[i]));
    await labels.set('m7', set('canary', 2n));
    const after = applied.at(-1) ?? [];
    assert.deepEqual(
      after.filter((model, i) => model !== before[i]).map(({ name }) => name),
      ['m7'],
    );
  });

  it('are not laid anew where only the traffic of the model changed', async () => {
    labels.found([modelOnDisk('m', [1n, 2n])]);
    await labels.set('m', set('stable', 1n));
    const before = last('m');
    const traffic: ModelTraffic = { ...store.get('m'), shares: [], slots: '' };
    await store.update('m', traffic);
    labels.relabel();
    assert.equal(last('m'), before);
  });

  it('serve what they lead to beside what the policy wants', async () => {
    labels.found([modelOnDisk('m', [1n, 2n, 3n])]);
    await labels.set('m', set('stable', 1n));
    assert.deepEqual(wanted('m'), [1n, 3n]);
    await labels.set('m', set('stable', undefined));
    assert.equal(last('m').rules?.policy, undefined);
  });

  it('to a version that is not there do no harm, and hold when it comes', async () => {
    labels.found([modelOnDisk('m', [1n, 2n])]);
    await labels.set('m', set('next', 9n));
    assert.deepEqual(wanted('m'), [2n]);
    labels.found([modelOnDisk('m', [1n, 2n, 9n])]);
    assert.deepEqual(wanted('m'), [9n]);
    assert.equal(last('m').labels?.get('next'), 9n);
  });

  it('come back with a model that was away', async () => {
    labels.found([modelOnDisk('m', [1n, 2n])]);
    await labels.set('m', set('stable', 1n));
    labels.found([]);
    assert.deepEqual(applied.at(-1), []);
    labels.found([modelOnDisk('m', [1n, 2n])]);
    assert.equal(last('m').labels?.get('stable'), 1n);
  });

  it('may be set for a model that is away', async () => {
    labels.found([]);
    await labels.set('m', set('stable', 1n));
    labels.found([modelOnDisk('m', [1n, 2n])]);
    assert.equal(last('m').labels?.get('stable'), 1n);
  });

  it('move all in one step', async () => {
    labels.found([modelOnDisk('m', [1n, 2n])]);
    await labels.set(
      'm',
      new Map([
        ['stable', 1n],
        ['canary', 2n],
      ]),
    );
    const steps = applied.length;
    await labels.set(
      'm',
      new Map([
        ['stable', 2n],
        ['canary', undefined],
      ]),
    );
    assert.equal(applied.length, steps + 1);
    assert.deepEqual([...(last('m').labels ?? [])], [['stable', 2n]]);
  });

  it('of any name are kept', async () => {
    labels.found([modelOnDisk('__proto__', [1n])]);
    await labels.set('__proto__', set('constructor', 1n));
    assert.equal(last('__proto__').labels?.get('constructor'), 1n);
  });

  describe('keep a version warm', () => {
    beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
    afterEach(() => mock.timers.reset());

    it('for as long as was said, then not', () => {
      labels.found([modelOnDisk('m', [1n, 2n])]);
      labels.keepWarm('m', 1n, 1000);
      assert.deepEqual(wanted('m'), [1n, 2n]);
      mock.timers.tick(999);
      assert.deepEqual(wanted('m'), [1n, 2n]);
      mock.timers.tick(1);
      assert.equal(last('m').rules?.policy, undefined);
    });

    it('from the last time that it was said', () => {
      labels.found([modelOnDisk('m', [1n, 2n])]);
      labels.keepWarm('m', 1n, 1000);
      mock.timers.tick(900);
      labels.keepWarm('m', 1n, 1000);
      mock.timers.tick(900);
      assert.deepEqual(wanted('m'), [1n, 2n]);
      mock.timers.tick(100);
      assert.equal(last('m').rules?.policy, undefined);
    });

    it('beside another one, each for its own time', () => {
      labels.found([modelOnDisk('m', [1n, 2n, 3n])]);
      labels.keepWarm('m', 1n, 1000);
      labels.keepWarm('m', 2n, 2000);
      assert.deepEqual(wanted('m'), [1n, 2n, 3n]);
      mock.timers.tick(1000);
      assert.deepEqual(wanted('m'), [2n, 3n]);
      mock.timers.tick(1000);
      assert.equal(last('m').rules?.policy, undefined);
    });

    it('for ever, as far as timers go, where that is longer', () => {
      labels.found([modelOnDisk('m', [1n, 2n])]);
      labels.keepWarm('m', 1n, 2 ** 32 - 1);
      mock.timers.tick(1000);
      assert.deepEqual(wanted('m'), [1n, 2n]);
    });
  });
});
