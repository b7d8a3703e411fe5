// The admin API: token, server info, the state stream, load and unload, predict with JSON; and health beside it.
import assert from 'node:assert/strict';
import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import * as grpc from '@grpc/grpc-js';
import {
  adminMetadata,
  exampleModels,
  makeModels,
  startServer,
  until,
  type CallAnswer,
  type RunningServer,
} from './support/running-server.ts';

const admin = 'perch.admin.v1.Admin';

interface ModelMessage {
  readonly name: string;
  readonly versions: readonly { readonly version: string; readonly phase: string; readonly error: string }[];
}

describe('Admin', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let running: RunningServer;

  beforeEach(async () => {
    models = await makeModels('digits', 'half_plus_two');
    running = await startServer([`--models_directory=${models.directory}`]);
  });
  afterEach(async () => {
    await running.stop();
    await models.remove();
  });

  const phases = (model: ModelMessage): string[] =>
    model.versions.map(({ version, phase }) => `${version} ${phase.replace('VERSION_PHASE_', '')}`);

  /** Collects a state stream; `end` cancels it. */
  const watch = (): { messages: CallAnswer[]; end: () => void } => {
    const stream = running.stream(admin, 'WatchState', {});
    const messages: CallAnswer[] = [];
    stream.on('data', (message: CallAnswer) => messages.push(message));
    stream.on('error', () => undefined);
    return { messages, end: () => stream.cancel() };
  };

  it('refuses calls without the token, or with another', async () => {
    for (const metadata of [new grpc.Metadata(), adminMetadata('wrong')]) {
      await assert.rejects(running.call(admin, 'GetServerInfo', {}, metadata), {
        code: grpc.status.UNAUTHENTICATED,
      });
    }
  });

  it('tells what the model file of a version says of itself, loaded or not', async () => {
    const file = await running.call(admin, 'GetModelFile', { model: 'digits', version: '1' });
    assert.match(String(file.producer), /\w/);
    assert.deepEqual((file.opsets as { domain: string; version: number }[])[0]?.domain, '');
    assert.equal((file.classLabels as string[]).length, 10);
    assert.ok((file.metadata as { key: string }[]).some(({ key }) => key === 'class_labels'));
    for (const [model, version] of [
      ['nothing', '1'],
      ['digits', '999'],
    ]) {
      await assert.rejects(running.call(admin, 'GetModelFile', { model, version }), {
        code: grpc.status.NOT_FOUND,
      });
    }
  });

  it('says what is wrong with a model file that cannot be told of', async () => {
    await writeFile(
      path.join(models.directory, 'half_plus_two', '00000123', 'model.onnx'),
      Buffer.from([0x42, 1, 0x0a]),
    );
    await assert.rejects(running.call(admin, 'GetModelFile', { model: 'half_plus_two', version: '123' }), {
      code: grpc.status.FAILED_PRECONDITION,
    });
  });

  it('tells who is serving', async () => {
    const info = await running.call(admin, 'GetServerInfo', {});
    assert.equal(info.api, 1);
    assert.equal(info.pid, process.pid);
    assert.equal(info.grpcAddress, running.server.grpcAddress);
    assert.equal(info.restAddress, running.server.restAddress);
    assert.match(info.onnxruntimeVersion as string, /^1\.\d+\.\d+$/);
    const hosts = info.engineHosts as { pid: number; loadedVersions: number }[];
    assert.equal(
      hosts.reduce((sum, host) => sum + host.loadedVersions, 0),
      2,
    );
  });

  it('streams a snapshot, then each model that changed, then its removal', async () => {
    const { messages, end } = watch();
    const [first] = await until(() => (messages.length > 0 ? messages : undefined));
    const snapshot = (first!.snapshot as { models: ModelMessage[] }).models;
    assert.deepEqual(
      snapshot.map((model) => [model.name, ...phases(model)]),
      [
        ['digits', '1 NOT_LOADED', '2 AVAILABLE'],
        ['half_plus_two', '123 AVAILABLE'],
      ],
    );
    await cp(path.join(exampleModels, 'iris'), path.join(models.directory, 'iris'), { recursive: true });
    const iris = await until(() =>
      messages.find((message) => {
        const model = message.model as ModelMessage | undefined;
        return model?.name === 'iris' && phases(model).includes('1 AVAILABLE');
      }),
    );
    assert.ok(BigInt(iris.revision as string) > BigInt(first!.revision as string));
    await models.remove();
    end();
  });

  it('ends the stream when the server drains, so that it need not wait for its watchers', async () => {
    const stream = running.stream(admin, 'WatchState', {});
    stream.resume();
    const ended = new Promise((resolve) => stream.once('end', resolve));
    await new Promise((resolve) => stream.once('data', resolve));
    await running.server.stop(new AbortController().signal);
    await ended;
  });

  it('tells who ended the daemon, and why', async () => {
    const mutation = { actor: 'cli:anna', reason: 'an update' };
    await running.call(admin, 'Shutdown', { mutation });
    await running.call(admin, 'Shutdown', {});
    const stream = running.stream(admin, 'WatchEvents', { backlog: 10 });
    stream.on('error', () => undefined);
    const messages = (await stream.take(2).toArray()) as { event: Record<string, string> }[];
    stream.cancel();
    assert.deepEqual(
      messages.map(({ event }) => [event.kind, event.model, event.actor, event.reason]),
      [
        ['shutdown', '', 'cli:anna', 'an update'],
        ['shutdown', '', '', ''],
      ],
    );
  });

  it('sends heartbeats while nothing changes', async () => {
    const { messages, end } = watch();
    await until(() => messages.some((message) => message.event === 'heartbeat'));
    end();
  });

  it('loads a version beside the wanted one, and unloads it', async () => {
    const loaded = await running.call(admin, 'LoadVersion', { model: 'digits', version: 1 });
    assert.deepEqual(phases(loaded.model as ModelMessage), ['1 AVAILABLE', '2 AVAILABLE']);
    // Loading what is loaded is OK.
    await running.call(admin, 'LoadVersion', { model: 'digits', version: 1 });
    const unloaded = await running.call(admin, 'UnloadVersion', { model: 'digits', version: 1 });
    assert.deepEqual(phases(unloaded.model as ModelMessage), ['1 END', '2 AVAILABLE']);
  });

  it('unloads the only version on request, and loads it again', async () => {
    const unloaded = await running.call(admin, 'UnloadVersion', { model: 'half_plus_two', version: 123 });
    assert.deepEqual(phases(unloaded.model as ModelMessage), ['123 END']);
    const refused = await running.rest('/v1/models/half_plus_two:predict', {
      method: 'POST',
      body: '{"instances":[1]}',
    });
    assert.equal(refused.status, 404);
    await running.call(admin, 'LoadVersion', { model: 'half_plus_two', version: 123 });
    const answer = await running.rest('/v1/models/half_plus_two:predict', {
      method: 'POST',
      body: '{"instances":[1]}',
    });
    assert.equal(answer.status, 200);
  });

  it('refuses models and versions that are not there', async () => {
    const { NOT_FOUND } = grpc.status;
    await assert.rejects(running.call(admin, 'LoadVersion', { model: 'nobody', version: 1 }), {
      code: NOT_FOUND,
    });
    await assert.rejects(running.call(admin, 'LoadVersion', { model: 'digits', version: 9 }), {
      code: NOT_FOUND,
      details: 'Version 9 of model digits is not on disk.',
    });
    await assert.rejects(running.call(admin, 'UnloadVersion', { model: 'digits', version: 9 }), {
      code: NOT_FOUND,
    });
  });

  it('predicts with a JSON body', async () => {
    const request = { model: 'half_plus_two', json: Buffer.from('{"instances": [1.0]}') };
    const answer = await running.call(admin, 'PredictJson', request);
    assert.equal((answer.json as Buffer).toString().replace(/\s/g, ''), '{"predictions":[2.5]}');
    assert.equal(answer.version, '123');
    assert.ok((answer.engineUs as number) > 0);
  });

  it('reloads the models when the engine host is killed, and only the requests that it held fail', async () => {
    const info = await running.call(admin, 'GetServerInfo', {});
    const [host] = info.engineHosts as { pid: number }[];
    process.kill(host!.pid, 'SIGKILL');
    await until(async () => {
      const answer = await running.rest('/v1/models/half_plus_two:predict', {
        method: 'POST',
        body: '{"instances":[1]}',
      });
      return answer.status === 200;
    });
    const after = await running.call(admin, 'GetServerInfo', {});
    const [restarted] = after.engineHosts as { restarts: number; lastExit: string }[];
    assert.equal(restarted!.restarts, 1);
    assert.match(restarted!.lastExit, /SIGKILL/);
  });
});

describe('Health', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let running: RunningServer;

  beforeEach(async () => {
    models = await makeModels('half_plus_two');
    running = await startServer([`--models_directory=${models.directory}`]);
  });
  afterEach(async () => {
    await running.stop();
    await models.remove();
  });

  const health = 'grpc.health.v1.Health';
  const check = async (service: string): Promise<unknown> =>
    (await running.call(health, 'Check', { service })).status;

  it('is SERVING for the server, its services and its models', async () => {
    for (const service of [
      '',
      'tensorflow.serving.PredictionService',
      'PredictionService',
      'half_plus_two',
    ]) {
      assert.equal(await check(service), 'SERVING');
    }
    await assert.rejects(check('nobody'), { code: grpc.status.NOT_FOUND });
    const list = await running.call(health, 'List', {});
    assert.deepEqual((list.statuses as Record<string, object>).half_plus_two, { status: 'SERVING' });
  });

  it('follows the models, and says so to watchers once per change', async () => {
    const stream = running.stream(health, 'Watch', { service: 'half_plus_two' });
    const seen: unknown[] = [];
    stream.on('data', (message: CallAnswer) => seen.push(message.status));
    stream.on('error', () => undefined);
    await until(() => seen.length === 1);
    await running.call(admin, 'UnloadVersion', { model: 'half_plus_two', version: 123 });
    assert.equal(await check(''), 'NOT_SERVING');
    await running.call(admin, 'LoadVersion', { model: 'half_plus_two', version: 123 });
    await until(() => seen.length === 3);
    assert.deepEqual(seen, ['SERVING', 'NOT_SERVING', 'SERVING']);
    stream.cancel();
  });

  it('watches what is not there yet', async () => {
    const stream = running.stream(health, 'Watch', { service: 'iris' });
    const seen: unknown[] = [];
    stream.on('data', (message: CallAnswer) => seen.push(message.status));
    stream.on('error', () => undefined);
    await until(() => seen.length === 1);
    await cp(path.join(exampleModels, 'iris'), path.join(models.directory, 'iris'), { recursive: true });
    await until(() => seen.at(-1) === 'SERVING');
    assert.equal(seen[0], 'SERVICE_UNKNOWN');
    stream.cancel();
  });

  it('ends a Watch with NOT_SERVING when the server drains', async () => {
    const stream = running.stream(health, 'Watch', { service: '' });
    const seen: unknown[] = [];
    stream.on('data', (message: CallAnswer) => seen.push(message.status));
    const ended = new Promise((resolve) => stream.once('end', resolve));
    await until(() => seen.length === 1);
    await running.server.stop(AbortSignal.timeout(5000));
    await ended;
    assert.deepEqual(seen, ['SERVING', 'NOT_SERVING']);
  });
});
