// Health: Check, Watch and List over a lifecycle that the test moves.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageCodec } from '../../../../protos/messages.ts';
import { healthService } from '../../../../server/apis/health.ts';
import type { CallContext, Method } from '../../../../server/apis/method.ts';
import { Health } from '../../../../server/health/health.ts';
import { ModelManager } from '../../../../server/lifecycle/model-manager.ts';
import { FakeLoader, flush, memoryLog, modelOnDisk } from '../fakes.ts';

const request = messageCodec('grpc.health.v1.HealthCheckRequest');
const response = messageCodec('grpc.health.v1.HealthCheckResponse');
const list = messageCodec('grpc.health.v1.HealthListResponse');

class Setup {
  readonly loader = new FakeLoader();
  readonly manager = new ModelManager(this.loader, memoryLog().log, { now: () => 1000 });
  readonly draining = new AbortController();
  /** What of the engine does not move. */
  stuck: string[] = [];
  readonly health = new Health({
    manager: this.manager,
    rules: { readyWhen: 'all', required: new Set() },
    draining: this.draining.signal,
    stuck: () => this.stuck,
  });
  readonly #methods = healthService(this.health);
  readonly #call: CallContext = {
    metadata: () => [],
    signal: new AbortController().signal,
    deadlineMs: Infinity,
    peer: 'test',
  };

  #method<Kind extends Method['kind']>(name: string, kind: Kind): Extract<Method, { kind: Kind }> {
    const method = this.#methods.find(({ path }) => path === `/grpc.health.v1.Health/${name}`);
    assert.equal(method?.kind, kind);
    return method as Extract<Method, { kind: Kind }>;
  }

  async check(service: string): Promise<string> {
    const { handle } = this.#method('Check', 'unary');
    return response.decode(await handle(request.encode({ service }), this.#call)).status;
  }

  async list(): Promise<[string, string][]> {
    const { handle } = this.#method('List', 'unary');
    const { statuses } = list.decode(await handle(new Uint8Array(0), this.#call));
    return Object.entries(statuses).map(([name, one]) => [name, one.status]);
  }

  watch(service: string): AsyncIterator<Uint8Array> {
    const { handle } = this.#method('Watch', 'server-stream');
    return handle(request.encode({ service }), this.#call)[Symbol.asyncIterator]();
  }
}

async function next(watch: AsyncIterator<Uint8Array>): Promise<string> {
  const { value, done } = (await watch.next()) as IteratorResult<Uint8Array, undefined>;
  return done === true ? 'end' : response.decode(value).status;
}

const services = [
  '',
  'tensorflow.serving.PredictionService',
  'tensorflow.serving.ModelService',
  'PredictionService',
  'ModelService',
];

describe('Check', () => {
  it('is NOT_SERVING until the first look, then SERVING while every model is served', async () => {
    const { manager, loader, check } = bound(new Setup());
    for (const service of services) {
      assert.equal(await check(service), 'NOT_SERVING', service);
    }
    manager.apply([]);
    assert.equal(await check(''), 'SERVING');
    manager.apply([modelOnDisk('a', [1n]), modelOnDisk('b', [2n])]);
    await loader.loading(1n).succeed();
    assert.deepEqual(
      [await check(''), await check('a'), await check('b')],
      ['NOT_SERVING', 'SERVING', 'NOT_SERVING'],
    );
    await loader.loading(2n).succeed();
    for (const service of [...services, 'b']) {
      assert.equal(await check(service), 'SERVING', service);
    }
  });

  it('tells of a version, and of what a label stands for', async () => {
    const setup = new Setup();
    const { manager, loader, check } = bound(setup);
    manager.apply([{ ...modelOnDisk('a', [1n, 2n]), labels: new Map([['stable', 2n]]) }]);
    await loader.loading(2n).succeed();
    assert.deepEqual(
      [await check('a/2'), await check('a/1'), await check('a@stable')],
      ['SERVING', 'NOT_SERVING', 'SERVING'],
    );
    for (const service of ['a/3', 'a/x', 'a@canary', 'b/1', 'a/', 'a@']) {
      await assert.rejects(check(service), { code: 'MODEL_UNKNOWN' }, service);
    }
  });

  it('tells of liveness by the engine alone', async () => {
    const setup = new Setup();
    const { check, draining } = bound(setup);
    draining.abort();
    assert.equal(await check('liveness'), 'SERVING');
    setup.stuck = ['Engine host 0 does not move.'];
    assert.equal(await check('liveness'), 'NOT_SERVING');
  });

  it('is NOT_FOUND for what is not there', async () => {
    const { check } = bound(new Setup());
    for (const service of ['nope', '__proto__']) {
      await assert.rejects(check(service), { code: 'MODEL_UNKNOWN', status: 'NOT_FOUND' });
    }
  });

  it('is NOT_SERVING for all once the server drains', async () => {
    const { manager, loader, check, draining } = bound(new Setup());
    manager.apply([modelOnDisk('a', [1n])]);
    await loader.loading(1n).succeed();
    draining.abort();
    assert.deepEqual([await check(''), await check('a')], ['NOT_SERVING', 'NOT_SERVING']);
  });
});

describe('List', () => {
  it('has every service and model, and liveness', async () => {
    const setup = new Setup();
    setup.manager.apply([modelOnDisk('m', []), modelOnDisk('__proto__', [])]);
    const statuses = new Map(await setup.list());
    assert.deepEqual([...statuses.keys()].sort(), [...services, 'liveness', 'm', '__proto__'].sort());
    for (const [name, status] of statuses) {
      assert.equal(status, name === 'liveness' ? 'SERVING' : 'NOT_SERVING', name);
    }
  });

  it('is RESOURCE_EXHAUSTED beyond a hundred', async () => {
    const setup = new Setup();
    setup.manager.apply(Array.from({ length: 94 }, (_, i) => modelOnDisk(`m${i}`, [])));
    assert.equal((await setup.list()).length, 100);
    setup.manager.apply(Array.from({ length: 95 }, (_, i) => modelOnDisk(`m${i}`, [])));
    await assert.rejects(setup.list(), { code: 'LIST_TOO_LONG', status: 'RESOURCE_EXHAUSTED' });
  });
});

describe('Watch', () => {
  it('gives the status at once, then each other one, and ends after NOT_SERVING when the server drains', async () => {
    const { manager, loader, watch, draining } = bound(new Setup());
    manager.apply([modelOnDisk('a', [1n])]);
    const status = watch('a');
    assert.equal(await next(status), 'NOT_SERVING');
    const later = next(status);
    await loader.loading(1n).succeed();
    assert.equal(await later, 'SERVING');
    const last = next(status);
    manager.apply([modelOnDisk('a', [1n])]);
    await flush();
    draining.abort();
    assert.equal(await last, 'NOT_SERVING');
    assert.equal(await next(status), 'end');
    assert.equal(manager.events.listenerCount('changed'), 0);
  });

  it('is SERVICE_UNKNOWN for a model that comes later or goes', async () => {
    const { manager, watch } = bound(new Setup());
    const status = watch('a');
    assert.equal(await next(status), 'SERVICE_UNKNOWN');
    const later = next(status);
    manager.apply([modelOnDisk('a', [])]);
    assert.equal(await later, 'NOT_SERVING');
    const gone = next(status);
    manager.apply([]);
    assert.equal(await gone, 'SERVICE_UNKNOWN');
  });

  it('of the server becomes SERVING after a first look that found nothing', async () => {
    const { manager, watch } = bound(new Setup());
    const status = watch('');
    assert.equal(await next(status), 'NOT_SERVING');
    const later = next(status);
    manager.apply([]);
    assert.equal(await later, 'SERVING');
  });

  it('ends when the caller leaves', async () => {
    const { watch, manager } = bound(new Setup());
    const status = watch('');
    await next(status);
    const waiting = next(status);
    await flush();
    // As every transport does.
    await status.return?.();
    assert.equal(await waiting, 'end');
    assert.equal(await next(status), 'end');
    assert.equal(manager.events.listenerCount('looked'), 0);
  });

  it('is one of many, which share a listener, and of which each ends by itself', async () => {
    const { manager, loader, watch } = bound(new Setup());
    manager.apply([modelOnDisk('a', [1n])]);
    const all = ['a', 'a', '', 'a'].map((service) => watch(service));
    assert.deepEqual(await Promise.all(all.map(next)), Array(4).fill('NOT_SERVING'));
    assert.equal(manager.events.listenerCount('changed'), 1);
    const later = all.map(next);
    await all[1]?.return?.();
    await loader.loading(1n).succeed();
    assert.deepEqual(await Promise.all(later), ['SERVING', 'end', 'SERVING', 'SERVING']);
    for (const one of all) {
      await one.return?.();
    }
    assert.equal(manager.events.listenerCount('changed'), 0);
  });

  it('of liveness looks by itself', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const setup = new Setup();
    const status = setup.watch('liveness');
    assert.equal(await next(status), 'SERVING');
    const later = next(status);
    setup.stuck = ['Engine host 0 does not move.'];
    t.mock.timers.tick(1000);
    assert.equal(await later, 'NOT_SERVING');
    await status.return?.();
  });
});

/** The parts of a setup, with its methods bound. */
function bound(setup: Setup): Pick<Setup, 'manager' | 'loader' | 'draining' | 'check' | 'watch'> {
  const { manager, loader, draining } = setup;
  return {
    manager,
    loader,
    draining,
    check: setup.check.bind(setup),
    watch: setup.watch.bind(setup),
  };
}
