// Readiness: each rule over each state of models, and the sentences that say why not.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineWatch } from '../../../../server/health/engine-watch.ts';
import { serverReadiness, type ModelHealth, type ReadyWhen } from '../../../../server/health/readiness.ts';
import { Health } from '../../../../server/health/health.ts';
import { healthRoutes } from '../../../../server/apis/rest/health-routes.ts';
import { ModelManager } from '../../../../server/lifecycle/model-manager.ts';
import { FakeLoader, memoryLog, modelOnDisk } from '../fakes.ts';

const served = (name: string): ModelHealth => ({ name, isReady: true, reason: '', sinceMs: 1, versions: [] });
const unserved = (name: string): ModelHealth => ({
  ...served(name),
  isReady: false,
  reason: `${name}: no version.`,
});

describe('readiness', () => {
  const reasons = (
    models: readonly ModelHealth[],
    readyWhen: ReadyWhen,
    required: readonly string[] = [],
    isDraining = false,
    isLookedAt = true,
  ): string => {
    const readiness = serverReadiness(
      models,
      { readyWhen, required: new Set(required) },
      { isLookedAt, isDraining },
    );
    assert.equal(readiness.isReady, readiness.reasons.length === 0);
    return readiness.reasons.join(' ');
  };

  it('of all, of any, of none', () => {
    const mixed = [served('a'), unserved('b')];
    assert.equal(reasons(mixed, 'all'), 'b: no version.');
    assert.equal(reasons(mixed, 'any'), '');
    assert.equal(reasons(mixed, 'none'), '');
    assert.equal(reasons([unserved('a'), unserved('b')], 'any'), 'a: no version. b: no version.');
    assert.equal(reasons([unserved('a')], 'none'), '');
    for (const readyWhen of ['all', 'any', 'none'] as const) {
      assert.equal(reasons([], readyWhen), '');
      assert.equal(reasons([served('a')], readyWhen), '');
    }
  });

  it('needs the required models whatever the rule is', () => {
    const mixed = [served('a'), unserved('b')];
    for (const readyWhen of ['all', 'any', 'none'] as const) {
      assert.equal(reasons(mixed, readyWhen, ['a', 'b']), 'b: no version.');
      assert.match(reasons([served('a')], readyWhen, ['c']), /^c: required .*no such model/);
    }
  });

  it('needs a first look, and ends with the drain', () => {
    assert.match(reasons([served('a')], 'none', [], false, false), /has not looked/);
    assert.match(reasons([served('a')], 'none', [], true), /shutting down/);
  });

  it('says why a model is not served', async () => {
    const loader = new FakeLoader();
    const manager = new ModelManager(loader, memoryLog().log, { now: () => 1000 });
    const health = new Health({
      manager,
      rules: { readyWhen: 'all', required: new Set() },
      draining: new AbortController().signal,
      stuck: () => [],
    });
    manager.apply([modelOnDisk('a', [3n])]);
    assert.deepEqual(health.readiness().reasons, ['a/3: loading']);
    await loader.loading(3n).succeed();
    assert.deepEqual(health.readiness(), { isReady: true, reasons: [] });
    manager.apply([modelOnDisk('a', [3n]), modelOnDisk('b', [])]);
    assert.match(health.readiness().reasons[0] ?? '', /^b: there is no version/);
  });
});

describe('the probes of REST', () => {
  const manager = new ModelManager(new FakeLoader(), memoryLog().log, { now: () => 1000 });
  let stuck: string[] = [];
  const routes = healthRoutes(
    new Health({
      manager,
      rules: { readyWhen: 'all', required: new Set() },
      draining: new AbortController().signal,
      stuck: () => stuck,
    }),
  );
  const ask = (path: string, query = ''): [number, string] => {
    const answer = routes.get(path)?.(query);
    assert.ok(answer);
    return [answer.status, answer.body];
  };

  it('say ok, and with ?verbose every check', () => {
    manager.apply([]);
    assert.deepEqual(ask('/readyz'), [200, 'ok']);
    assert.deepEqual(ask('/readyz', 'verbose'), [200, '[+]server ok\nreadyz check passed\n']);
    assert.deepEqual(ask('/livez'), [200, 'ok']);
    assert.deepEqual(ask('/v2/health/ready'), [200, '{"ready":true}']);
    assert.deepEqual(ask('/v2/health/live'), [200, '{"live":true}']);
  });

  it('say every check, without being asked, where one fails', () => {
    manager.apply([modelOnDisk('a\n[+]b', [1n])]);
    const [status, body] = ask('/readyz');
    assert.equal(status, 503);
    assert.equal(body.split('\n')[0], '[+]server ok');
    assert.match(body, /^\[-\]a .*failed: a \[\+\]b\/1: loading$/m);
    assert.match(body, /readyz check failed\n$/);
    assert.deepEqual(ask('/v2/health/ready'), [503, '{"ready":false}']);
  });

  it('fail liveness for the engine alone', () => {
    stuck = ['Engine host 0 does not move.'];
    assert.deepEqual(ask('/livez'), [
      503,
      '[+]event-loop ok\n[-]engine failed: Engine host 0 does not move.\nlivez check failed\n',
    ]);
    assert.deepEqual(ask('/v2/health/live'), [503, '{"live":false}']);
  });
});

describe('the watch over engine hosts', () => {
  it('finds one that is on the same call for too long, and no other', () => {
    let now = 0;
    let hosts = [
      { index: 0, oldestCall: 1 as number | undefined },
      { index: 1, oldestCall: 1 },
      { index: 2, oldestCall: undefined },
    ];
    const watch = new EngineWatch(
      () => hosts,
      1000,
      () => now,
    );
    assert.deepEqual(watch.stuck(), []);
    now = 600;
    hosts = [
      { index: 0, oldestCall: 1 },
      { index: 1, oldestCall: 2 },
      { index: 2, oldestCall: undefined },
    ];
    assert.deepEqual(watch.stuck(), []);
    now = 1100;
    assert.equal(watch.stuck().length, 1);
    assert.match(watch.stuck()[0] ?? '', /^Engine host 0 has worked on one request for 1 s/);
    hosts = [];
    assert.deepEqual(watch.stuck(), []);
    watch.stop();
  });

  it('never says so with 0', () => {
    let now = 0;
    const watch = new EngineWatch(
      () => [{ index: 0, oldestCall: 1 }],
      0,
      () => now,
    );
    watch.look();
    now = 1e9;
    assert.deepEqual(watch.stuck(), []);
    watch.stop();
  });
});
