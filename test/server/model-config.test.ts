// Triton's config.pbtxt beside a model: what it says is done, what is wrong with it is shown, and a mended one is taken.
import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { makeModels, startServer, until, type RunningServer } from './support/running-server.ts';

interface Version {
  readonly version: string;
  readonly phase: string;
  readonly error: string;
  readonly errorCode: string;
  readonly execution?: { readonly instances: readonly { readonly intraOpThreads: number }[] };
}

describe('config.pbtxt', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let running: RunningServer | undefined;
  beforeEach(async () => {
    models = await makeModels('digits');
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
    await models.remove();
  });

  const write = (text: string): Promise<void> =>
    writeFile(path.join(models.directory, 'digits', 'config.pbtxt'), text);
  const start = async (): Promise<RunningServer> => {
    running = await startServer([`--models_directory=${models.directory}`]);
    return running;
  };
  const state = async (server: RunningServer): Promise<{ versions: Version[]; problem: string }> => {
    const stream = server.stream('perch.admin.v1.Admin', 'WatchState', {});
    stream.on('error', () => undefined);
    const [first] = (await stream.take(1).toArray()) as [
      { snapshot: { models: { name: string; versions: Version[]; problem: string }[] } },
    ];
    stream.cancel();
    return first.snapshot.models.find(({ name }) => name === 'digits')!;
  };
  const phases = async (server: RunningServer): Promise<string[]> =>
    (await state(server)).versions.map(
      ({ version, phase }) => `${version} ${phase.replace('VERSION_PHASE_', '')}`,
    );

  it('says which versions are served', async () => {
    await write('version_policy { all {} }');
    assert.deepEqual(await phases(await start()), ['1 AVAILABLE', '2 AVAILABLE']);
  });

  it('changes which versions are served while the server runs', async () => {
    const server = await start();
    assert.deepEqual(await phases(server), ['1 NOT_LOADED', '2 AVAILABLE']);
    await write('version_policy { specific { versions: 1 } }');
    await until(async () => (await phases(server)).includes('1 AVAILABLE'));
    await until(async () => (await phases(server)).includes('2 END'));
  });

  it('names the model file', async () => {
    const directory = path.join(models.directory, 'digits', '2');
    await rename(path.join(directory, 'model.onnx'), path.join(directory, 'network.onnx'));
    await write('default_model_filename: "network.onnx" version_policy { specific { versions: 2 } }');
    assert.ok((await phases(await start())).includes('2 AVAILABLE'));
  });

  it('says how many instances run, and with how many threads', async () => {
    await write(
      'instance_group [{ kind: KIND_CPU count: 2 }] parameters { key: "intra_op_thread_count" value { string_value: "3" } }',
    );
    const { versions } = await state(await start());
    assert.deepEqual(
      versions.at(-1)?.execution?.instances.map(({ intraOpThreads }) => intraOpThreads),
      [3, 3],
    );
  });

  it('turns batching on', async () => {
    await write('max_batch_size: 8 dynamic_batching { preferred_batch_size: 4 }');
    const server = await start();
    const body = JSON.stringify({ instances: [Array.from({ length: 64 }, () => 1)] });
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => server.rest('/v1/models/digits:predict', { method: 'POST', body })),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    const tooMany = JSON.stringify({
      instances: Array.from({ length: 9 }, () => Array.from({ length: 64 }, () => 1)),
    });
    const refused = await server.rest('/v1/models/digits:predict', { method: 'POST', body: tooMany });
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /larger than maximum input batch size 8/);
  });

  it('that is wrong is the reason, until it is mended', async () => {
    await write('instance_group [{ kind: KIND_CPU gpus: [ 1 ] }]');
    const server = await start();
    const broken = await state(server);
    assert.equal(broken.versions.at(-1)?.errorCode, 'CONFIG_INVALID');
    assert.match(broken.problem, /KIND_CPU but specifies one or more GPUs/);
    await write('instance_group [{ kind: KIND_CPU }]');
    await until(async () => (await phases(server)).includes('2 AVAILABLE'));
    assert.equal((await state(server)).problem, '');
  });

  it('that becomes wrong leaves what is served alone', async () => {
    const server = await start();
    await write('version_policy { bogus {} }');
    await until(async () => (await state(server)).problem !== '');
    assert.ok((await phases(server)).includes('2 AVAILABLE'));
  });
});
