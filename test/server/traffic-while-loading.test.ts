// What goes on while a version loads, or unloads, for ever: changes of the model do not wait for it.
import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import * as grpc from '@grpc/grpc-js';
import { serviceMethods } from '../../protos/messages.ts';
import { adminService } from '../../server/apis/admin/admin-service.ts';
import { ModelManager } from '../../server/lifecycle/model-manager.ts';
import { openGrpcListener, type Listener } from '../../server/net/grpc-listener.ts';
import type { Traffic } from '../../server/traffic/traffic.ts';
import { memoryTraffic } from '../support/memory-traffic.ts';
import { until } from '../support/until.ts';
import { memoryLog, modelOnDisk } from '../unit/server/fakes.ts';
import { adminMetadata, makeModels, startServer } from './support/running-server.ts';
import { SteeredEngine } from './support/steered-engine.ts';

const admin = 'perch.admin.v1.Admin';

interface Model {
  readonly labels: readonly { readonly label: string; readonly version: string }[];
  readonly resourceVersion: string;
}

describe('while a version loads', () => {
  let engine: SteeredEngine;
  let manager: ModelManager;
  let traffic: Traffic;
  let listener: Listener;
  let client: grpc.Client;

  beforeEach(async () => {
    engine = new SteeredEngine();
    const { log } = memoryLog();
    manager = new ModelManager(engine, log);
    const memory = memoryTraffic(manager);
    ({ traffic } = memory);
    listener = await openGrpcListener({
      methods: adminService({
        serving: { manager, observer: { finished: () => undefined } },
        config: undefined,
        facts: { info: () => ({}), restAddress: () => '', draining: new AbortController().signal },
        traffic,
        shutDown: () => undefined,
      }),
      bindAddress: '127.0.0.1',
      port: 0,
      log,
    });
    const Client = grpc.makeGenericClientConstructor(serviceMethods(admin), admin);
    client = new Client(listener.address, grpc.credentials.createInsecure());
    const policy = { kind: 'specific', versions: [1n, 2n] } as const;
    memory.labels.found([modelOnDisk('m', [1n, 2n, 3n], { rules: { policy } })]);
    await manager.whenSettled(AbortSignal.timeout(60_000));
    await call('SetLabel', { label: 'stable', version: 1 });
    await call('SetLabel', { label: 'canary', version: 2 });
    engine.holdLoads = true;
  });
  afterEach(async () => {
    client.close();
    await listener.close(AbortSignal.abort());
  });

  /** Rejects after a minute: a call that waits for the load, where it must not. */
  const call = (method: string, request: object = {}): Promise<Model> =>
    new Promise((resolve, reject) => {
      const deadline = Date.now() + 60_000;
      const methods = client as unknown as Record<string, (...args: unknown[]) => void>;
      methods[method]?.(
        { model: 'm', ...request },
        adminMetadata(),
        { deadline },
        (error: grpc.ServiceError | null, answer?: { readonly model: Model }) => {
          if (error !== null || answer === undefined) {
            reject(error ?? new Error('no answer'));
          } else {
            resolve(answer.model);
          }
        },
      );
    });
  const labelsOf = ({ labels }: Model): string =>
    labels.map(({ label, version }) => `${label} ${version}`).join(', ');
  const kinds = (): string[] => traffic.parts.events.last(100).map(({ kind }) => kind);
  const theLoad = (): Promise<{ readonly go: () => void }> => until('the load', () => engine.loads[0]);

  for (const [method, request] of [
    ['LoadVersion', { version: 3 }],
    ['RetryVersion', { version: 3 }],
    ['SetLabel', { label: 'next', version: 3, waitMs: 600_000 }],
  ] as const) {
    it(`by ${method}, a canary is rolled back at once`, async () => {
      const slow = call(method, request);
      const load = await theLoad();
      assert.equal(labelsOf(await call('RollbackCanary')), 'stable 1');
      load.go();
      const { labels } = await slow;
      assert.equal(labels.length, method === 'SetLabel' ? 2 : 1);
    });
  }

  it('by LoadModel, a canary is rolled back at once', async () => {
    const other = manager.loadVersion('m', 3n, new AbortController().signal);
    const slow = call('LoadModel');
    const load = await theLoad();
    assert.equal(labelsOf(await call('RollbackCanary')), 'stable 1');
    load.go();
    await slow;
    await other;
  });

  for (const [method, request] of [
    ['UnloadVersion', { version: 2 }],
    ['UnloadModel', {}],
  ] as const) {
    it(`or is unloaded by ${method} under a long request, a canary is rolled back at once`, async () => {
      const lease = manager.acquire('m', { version: 2n });
      const slow = call(method, request);
      await until('UNLOADING', () =>
        manager.view('m')?.versions.some(({ state }) => state.phase === 'unloading'),
      );
      assert.equal(labelsOf(await call('RollbackCanary')), 'stable 1');
      lease.release();
      await slow;
    });
  }

  it('what was decided on a state of before is refused in the end', async () => {
    const { resourceVersion } = await call('SetLabel', { label: 'old', version: 1 });
    const mutation = { expectedResourceVersion: resourceVersion };
    const slow = call('SetLabel', { label: 'stable', version: 3, waitMs: 600_000, mutation });
    const load = await theLoad();
    await call('RollbackCanary');
    load.go();
    await assert.rejects(slow, /changed meanwhile/);
    assert.equal(labelsOf(await call('DeleteLabel', { label: 'nobody' })), 'old 1, stable 1');
  });

  it('a repeated request shares the outcome, and is one event', async () => {
    const request = { label: 'next', version: 3, waitMs: 600_000, mutation: { requestId: 'a' } };
    const both = Promise.all([call('SetLabel', request), call('SetLabel', request)]);
    const load = await theLoad();
    await call('RollbackCanary');
    load.go();
    const [first, second] = await both;
    assert.equal(first.resourceVersion, second.resourceVersion);
    assert.deepEqual(kinds(), ['set_label', 'set_label', 'rolled_back', 'set_label']);
  });

  it('what asked for it is told of before it has ended, and one that cannot begin has changed nothing', async () => {
    const before = traffic.parts.mutations.resourceVersion('m');
    await assert.rejects(call('LoadVersion', { version: 9 }), /not on disk/);
    assert.equal(traffic.parts.mutations.resourceVersion('m'), before);
    const slow = call('LoadVersion', { version: 3, mutation: { actor: 'anna' } });
    const load = await theLoad();
    // Whoever asked may leave: the load goes on, and it is known who asked for it.
    assert.deepEqual(kinds(), ['set_label', 'set_label', 'load_version']);
    assert.equal(traffic.parts.mutations.resourceVersion('m'), before + 1n);
    load.go();
    await slow;
    assert.equal(traffic.parts.mutations.resourceVersion('m'), before + 1n);
  });
});

describe('while a version of a config file is copied', () => {
  it('a canary is rolled back at once, in the file too', async () => {
    const models = await makeModels('digits');
    const base = path.join(models.directory, 'digits');
    const file = path.join(models.directory, 'models.config');
    const policy = 'model_version_policy { all {} }';
    await writeFile(
      file,
      `model_config_list { config { name: "digits" base_path: "${base}" model_platform: "onnx" ${policy} } }`,
    );
    const server = await startServer([`--model_config_file=${file}`, '--file_system_poll_wait_seconds=1']);
    const change = async (method: string, request: object = {}): Promise<Model> =>
      (await server.call(admin, method, { model: 'digits', ...request })).model as Model;
    await change('SetLabel', { label: 'stable', version: 1 });
    await change('SetLabel', { label: 'canary', version: 2 });
    // A file that grows is not loaded, and never quiet.
    await mkdir(path.join(base, '3'));
    const copying = setInterval(() => void appendFile(path.join(base, '3', 'model.onnx'), 'more'), 50);
    try {
      await until('COPYING', () =>
        server.server.manager.view('digits')?.versions.some(({ state }) => state.phase === 'copying'),
      );
      const { labels } = await change('RollbackCanary');
      assert.deepEqual(
        labels.map(({ label }) => label),
        ['stable'],
      );
      assert.doesNotMatch(await readFile(file, 'utf8'), /canary/);
      assert.ok(
        server.server.manager.view('digits')?.versions.some(({ state }) => state.phase === 'copying'),
        'it did not wait for the copy',
      );
    } finally {
      clearInterval(copying);
      await server.stop();
      await models.remove();
    }
  });
});
