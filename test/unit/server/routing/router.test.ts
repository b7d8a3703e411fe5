// Who answers: the named, the label, the share, or stable where a share has nobody; and who gets a copy.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { assignSlots, reassignSlots } from '../../../../server/routing/slot-table.ts';
import {
  Router,
  type Choice,
  type RoutedRequest,
  type VersionFacts,
} from '../../../../server/routing/router.ts';
import type { Route, RouteTarget } from '../../../../server/routing/route.ts';
import { slotOf } from '../../../../server/routing/slot-of.ts';

const stable: RouteTarget = { kind: 'label', label: 'stable' };
const canary: RouteTarget = { kind: 'label', label: 'canary' };
const split = (percent: number): Route => ({
  shares: [
    { target: stable, percent: 100 - percent },
    { target: canary, percent },
  ],
});

describe('Router', () => {
  let labels: Map<string, bigint>;
  let available: Set<bigint>;
  let router: Router;
  const facts: VersionFacts = {
    versionOfLabel: (label) => labels.get(label),
    isAvailable: (version) => available.has(version),
    stable: () => labels.get('stable'),
  };
  const choose = (request: RoutedRequest = {}): Choice => router.choose('m', request, facts);
  const versions = (count: number, keyAt?: (i: number) => string): (bigint | undefined)[] =>
    Array.from({ length: count }, (_, i) => choose(keyAt === undefined ? {} : { key: keyAt(i) }).version);
  const times = (all: readonly (bigint | undefined)[], version: bigint | undefined): number =>
    all.filter((one) => one === version).length;

  beforeEach(() => {
    labels = new Map([
      ['stable', 1n],
      ['canary', 2n],
    ]);
    available = new Set([1n, 2n, 3n]);
    router = new Router(1);
    router.set('m', { route: assignSlots(split(10)), revision: 1n });
  });

  it('leaves a model without a route to the default', () => {
    assert.deepEqual(router.choose('other', { key: 'k' }, facts), { version: undefined, by: 'default' });
    router.set('m', { revision: 2n });
    assert.deepEqual(choose(), { version: undefined, by: 'default' });
    router.set('m', undefined);
    assert.equal(router.get('m'), undefined);
  });

  it('does as a request says that names a version or a label', () => {
    available = new Set();
    assert.deepEqual(choose({ version: 9n, key: 'k' }), { version: 9n, by: 'named' });
    assert.deepEqual(choose({ label: 'canary', key: 'k' }), { version: 2n, by: 'label' });
    assert.deepEqual(choose({ label: 'nobody' }), { version: undefined, by: 'label' });
  });

  it('splits anonymous requests exactly, 100 by 100', () => {
    for (let hundred = 0; hundred < 10; hundred++) {
      assert.equal(times(versions(100), 2n), 10);
    }
    // An empty key is none: all would go the same way.
    assert.equal(
      times(
        versions(100, () => ''),
        2n,
      ),
      10,
    );
  });

  it('splits keys as their slots say, and the same way each time', () => {
    const keyAt = (i: number): string => `user-${i}`;
    const first = versions(1000, keyAt);
    assert.deepEqual(versions(1000, keyAt), first);
    const { slots } = router.get('m')!.route!;
    assert.deepEqual(
      first,
      Array.from({ length: 1000 }, (_, i) => (slots[slotOf(keyAt(i))] === 1 ? 2n : 1n)),
    );
    assert.deepEqual(choose({ key: 'user-1' }), choose({ key: new TextEncoder().encode('user-1') }));
  });

  it('holds new weights from the next request on, and moves no key twice', () => {
    versions(37);
    const before = versions(1000, String);
    const { route } = router.get('m')!;
    router.set('m', { route: reassignSlots(route!, split(50)), revision: 2n });
    assert.equal(times(versions(100), 2n), 50);
    const after = versions(1000, String);
    assert.ok(before.every((version, i) => version === 1n || after[i] === 2n));
  });

  it('splits 10,000 requests within three standard deviations through 500 changes of weights', () => {
    let expected = 0;
    let variance = 0;
    let got = 0;
    for (let change = 0; change < 500; change++) {
      const percent = (change * 37) % 101;
      router.set('m', { route: reassignSlots(router.get('m')!.route!, split(percent)), revision: 2n });
      const all = versions(20);
      assert.ok(all.every((version) => version === 1n || version === 2n));
      got += times(all, 2n);
      expected += (20 * percent) / 100;
      variance += 20 * (percent / 100) * (1 - percent / 100);
    }
    assert.ok(Math.abs(got - expected) <= 3 * Math.sqrt(variance));
  });

  it('follows a label that moves', () => {
    router.set('m', { route: assignSlots(split(100)), revision: 2n });
    labels.set('canary', 3n);
    assert.deepEqual(choose(), { version: 3n, by: 'split', target: canary });
  });

  it('gives the share of what is not there to stable, and tells', () => {
    available.delete(2n);
    assert.equal(times(versions(200), 1n), 200);
    labels.delete('canary');
    const choices = Array.from({ length: 100 }, () => choose());
    assert.equal(
      times(
        choices.map(({ version }) => version),
        1n,
      ),
      100,
    );
    const fallen = choices.filter(({ by }) => by === 'fallback');
    assert.equal(fallen.length, 10);
    assert.deepEqual(fallen[0], { version: 1n, by: 'fallback', fallbackFrom: canary });
  });

  it('gives it to the default where stable is not there either', () => {
    available = new Set([3n]);
    assert.deepEqual(choose(), { version: undefined, by: 'fallback', fallbackFrom: stable });
    labels.clear();
    assert.equal(choose().version, undefined);
  });

  it('chooses the same again for the same seed, and deals each model its own slots', () => {
    const run = (seed: number, model: string): string => {
      const one = new Router(seed);
      for (const name of ['m', 'n']) {
        one.set(name, { route: assignSlots(split(50)), revision: 1n });
      }
      return Array.from({ length: 100 }, () => String(one.choose(model, {}, facts).version)).join('');
    };
    assert.equal(run(1, 'm'), run(1, 'm'));
    assert.notEqual(run(1, 'm'), run(2, 'm'));
    assert.notEqual(run(1, 'm'), run(1, 'n'));
  });

  describe('shadows', () => {
    const copies = (answered: bigint, count = 100): number =>
      Array.from({ length: count }, () => router.chooseShadow('m', answered, facts)).filter(
        (version) => version === 2n,
      ).length;
    const setShadow = (percent: number): void =>
      router.set('m', { shadow: { target: canary, percent }, revision: 2n });

    it('are none without a rule', () => {
      assert.equal(copies(1n), 0);
      assert.equal(router.chooseShadow('other', 1n, facts), undefined);
    });

    it('are as many of what stable answers as the rule says, 100 by 100', () => {
      for (const percent of [0, 1, 33, 100]) {
        setShadow(percent);
        assert.equal(copies(1n), percent);
        assert.equal(copies(1n), percent);
      }
    });

    it('are none of what others answer', () => {
      setShadow(100);
      assert.equal(copies(2n), 0);
      assert.equal(copies(3n), 0);
      labels.delete('stable');
      assert.equal(copies(2n), 0);
      assert.equal(copies(3n), 100);
    });

    it('are none where the shadow is not there', () => {
      setShadow(100);
      available.delete(2n);
      assert.equal(copies(1n), 0);
      available.add(2n);
      labels.delete('canary');
      assert.equal(copies(1n), 0);
    });
  });
});
