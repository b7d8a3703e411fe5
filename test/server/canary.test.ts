// Canaries on a real server: split, judged promotion and roll back, by labels alone, and what survives a restart.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { makeModels, startServer, until, type RunningServer } from './support/running-server.ts';

interface Model {
  readonly labels: readonly { readonly label: string; readonly version: string; readonly pending: boolean }[];
  readonly traffic: readonly { readonly percent: number; readonly version: string }[];
  readonly canary: {
    readonly phase: string;
    readonly step: number;
    readonly reason: string;
    readonly version: string;
  } | null;
  readonly resourceVersion: string;
}

const body = JSON.stringify({ instances: [Array.from({ length: 64 }, (_, i) => i % 17)] });

describe('a canary', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let server: RunningServer;
  beforeEach(async () => {
    models = await makeModels('digits');
    await start();
    await call('SetLabel', { label: 'stable', version: 1, waitMs: 20_000 });
  });
  afterEach(async () => {
    await server.stop();
    await models.remove();
  });

  const start = async (): Promise<void> => {
    server = await startServer([`--models_directory=${models.directory}`, '--routing_key_json_field=user']);
  };
  const call = async (method: string, request: object = {}): Promise<Model> => {
    const answer = await server.call('perch.admin.v1.Admin', method, { model: 'digits', ...request });
    return answer.model as Model;
  };
  const model = async (): Promise<Model> => {
    const { models: all } = await server.call('perch.admin.v1.Admin', 'ListModels', {});
    return (all as (Model & { name: string })[]).find(({ name }) => name === 'digits')!;
  };
  /** The version that answers one request. */
  const ask = async (headers: Record<string, string> = {}): Promise<string> => {
    const answer = await server.rest('/v1/models/digits:predict', { method: 'POST', body, headers });
    await answer.arrayBuffer();
    assert.equal(answer.status, 200);
    return answer.headers.get('x-perch-model-version') ?? '';
  };
  const labels = async (): Promise<string> =>
    (await model()).labels.map(({ label, version }) => `${label} ${version}`).join(', ');
  const percent = (stable: number, canary: number): object => ({
    shares: [
      { target: { label: 'stable' }, percent: stable },
      { target: { label: 'canary' }, percent: canary },
    ],
  });
  const plan = (more: object = {}): object => ({
    version: 2,
    plan: { steps: [50, 100], intervalMs: 1000, minRequests: 5, gates: { maxP99Ratio: 1000 }, ...more },
  });

  it('gets its share, exactly, and each sender stays with its version', async () => {
    await call('SetLabel', { label: 'canary', version: 2 });
    await call('SetTraffic', percent(75, 25));
    const versions: string[] = [];
    for (let i = 0; i < 100; i++) {
      versions.push(await ask());
    }
    assert.equal(versions.filter((version) => version === '2').length, 25);
    const first = await ask({ 'x-perch-routing-key': 'anna' });
    for (let i = 0; i < 10; i++) {
      assert.equal(await ask({ 'x-perch-routing-key': 'anna' }), first);
    }
    const keyed = JSON.stringify({ user: 'anna', ...(JSON.parse(body) as object) });
    const byField = await server.rest('/v1/models/digits:predict', { method: 'POST', body: keyed });
    await byField.arrayBuffer();
    assert.equal(byField.headers.get('x-perch-model-version'), first);
    const { observed } = await server.call('perch.admin.v1.Admin', 'GetTraffic', { model: 'digits' });
    assert.deepEqual((observed as { version: string }[]).map(({ version }) => version).sort(), ['1', '2']);
  });

  it('is promoted by itself when it is good, and can be taken back', async () => {
    assert.equal((await call('StartCanary', plan())).canary?.phase, 'CANARY_PHASE_PROGRESSING');
    assert.equal(await labels(), 'canary 2, stable 1');
    await until(async () => {
      await Promise.all(Array.from({ length: 10 }, () => ask()));
      return (await model()).canary?.phase === 'CANARY_PHASE_SUCCEEDED';
    });
    await until(async () => (await labels()) === 'stable 2');
    assert.equal(await ask(), '2');
    await call('RollbackCanary');
    assert.equal(await labels(), 'stable 1');
    assert.equal((await model()).canary?.phase, 'CANARY_PHASE_ROLLED_BACK');
    const events = server.stream('perch.admin.v1.Admin', 'WatchEvents', { backlog: 100 });
    events.on('error', () => undefined);
    const seen = (await events.take(5).toArray()) as { event: { kind: string } }[];
    events.cancel();
    assert.deepEqual(
      seen.map(({ event }) => event.kind),
      ['set_label', 'canary_started', 'canary_step', 'promoted', 'rolled_back'],
    );
  });

  it('is rolled back by itself when a golden answer is wrong', async () => {
    const golden = [
      { name: 'zero', requestJson: Buffer.from(body), responseJson: Buffer.from('{"predictions": [0]}') },
    ];
    await call('StartCanary', plan({ gates: { maxP99Ratio: 1000, golden } }));
    await until(async () => (await model()).canary?.phase === 'CANARY_PHASE_ROLLED_BACK');
    assert.match((await model()).canary?.reason ?? '', /zero/);
    await until(async () => (await labels()) === 'stable 1');
  });

  it('waits for a person where there are too few requests', async () => {
    await call('StartCanary', plan({ inconclusiveLimit: 1 }));
    await until(async () => (await model()).canary?.phase === 'CANARY_PHASE_INCONCLUSIVE');
    await call('PromoteCanary');
    assert.equal(await labels(), 'stable 2');
  });

  it('is promoted and rolled back by its label alone', async () => {
    await call('SetLabel', { label: 'canary', version: 2 });
    await call('PromoteCanary', { mutation: { actor: 'test', reason: 'it is better' } });
    assert.equal(await labels(), 'stable 2');
    await call('RollbackCanary');
    assert.equal(await labels(), 'canary 2, stable 1');
    await call('RollbackCanary');
    assert.equal(await labels(), 'stable 1');
  });

  it('goes on where it was after a restart', async () => {
    await call('StartCanary', plan({ manual: true, steps: [10, 100] }));
    await server.stop();
    await start();
    await until(async () => (await labels()) === 'canary 2, stable 1');
    const after = await model();
    assert.deepEqual([after.canary?.step, after.traffic.map((share) => share.percent)], [0, [90, 10]]);
    assert.match(await readFile(path.join(models.directory, 'perch.pbtxt'), 'utf8'), /name: "digits"/);
  });

  it('is rolled back after a restart where its version is gone, and says so', async () => {
    await call('StartCanary', plan({ manual: true, steps: [10, 100] }));
    await server.stop();
    await rm(path.join(models.directory, 'digits', '2'), { recursive: true });
    await start();
    await until(async () => (await model()).canary?.phase === 'CANARY_PHASE_ROLLED_BACK');
    const { canary, traffic } = await model();
    assert.match(canary?.reason ?? '', /^Rolled back at 10%: version 2 is not on disk any more\./);
    assert.deepEqual([await labels(), traffic.map(({ percent }) => percent)], ['stable 1', [100]]);
  });

  it('is a change that nobody overlooks where a person writes perch.pbtxt', async () => {
    await call('SetLabel', { label: 'canary', version: 2 });
    const { resourceVersion } = await call('SetTraffic', percent(90, 10));
    const file = path.join(models.directory, 'perch.pbtxt');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('percent: 90', 'percent: 70').replace('percent: 10', 'percent: 30'));
    await until(async () => (await model()).traffic[0]?.percent === 70);
    const mutation = { expectedResourceVersion: resourceVersion };
    await assert.rejects(call('SetTraffic', { ...percent(80, 20), mutation }), /changed meanwhile/);
  });

  it('is guarded against lost updates, repeated requests, and what it needs being taken away', async () => {
    const { resourceVersion } = await call('SetLabel', { label: 'canary', version: 2 });
    const mutation = { requestId: 'one', expectedResourceVersion: resourceVersion };
    await call('SetTraffic', { ...percent(90, 10), mutation });
    await call('SetTraffic', { ...percent(90, 10), mutation });
    await assert.rejects(
      call('SetTraffic', { ...percent(80, 20), mutation: { ...mutation, requestId: 'two' } }),
      /changed meanwhile/,
    );
    await assert.rejects(call('DeleteLabel', { label: 'canary' }), /routed by the label/);
    await assert.rejects(call('SetTraffic', percent(90, 20)), /100 percent/);
    await assert.rejects(call('StartCanary', { ...plan(), version: 9 }), /not AVAILABLE/);
    assert.deepEqual(
      (await model()).traffic.map((share) => share.percent),
      [90, 10],
    );
  });

  it('gets copies of requests that nobody waits for, and says how its answers differ', async () => {
    await call('SetShadow', { target: { version: 2 }, percent: 100 });
    await Promise.all(Array.from({ length: 20 }, () => ask()));
    await call('SetTraffic', { shares: [{ target: { label: 'stable' }, percent: 100 }] });
    await Promise.all(Array.from({ length: 20 }, () => ask()));
    await until(async () => {
      const { shadow } = (await model()) as unknown as { shadow: { compared: string } };
      return Number(shadow.compared) >= 20;
    });
    const { versions } = await server.call('perch.admin.v1.Admin', 'GetStatistics', { model: 'digits' });
    assert.ok(
      (versions as { version: string; requests: string }[]).some(({ requests }) => Number(requests) >= 20),
    );
  });
});
