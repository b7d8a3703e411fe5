// Who shares an engine host with whom: large versions have one of their own, versions of one model are kept apart.
import assert from 'node:assert/strict';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { writeIdentityModel } from '../support/onnx-writer.ts';
import {
  makeModels,
  startServer,
  until,
  type CallAnswer,
  type RunningServer,
} from './support/running-server.ts';

interface Host {
  readonly index: number;
  readonly pid: number;
  readonly loadedVersions: number;
}

describe('a version of more than 64 MiB', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let running: RunningServer;

  beforeEach(async () => {
    models = await makeModels('half_plus_two');
    const version = path.join(models.directory, 'large', '1');
    await mkdir(version, { recursive: true });
    await writeFile(path.join(version, 'model.onnx'), writeIdentityModel('float32', ['n']));
    // Weights beside the model count too; a hole in a file is as large as data.
    await writeFile(path.join(version, 'weights.bin'), '');
    await truncate(path.join(version, 'weights.bin'), 65 * 2 ** 20);
    running = await startServer([`--models_directory=${models.directory}`]);
  });
  afterEach(async () => {
    await running.stop();
    await models.remove();
  });

  const hosts = async (): Promise<Host[]> =>
    (await running.call('perch.admin.v1.Admin', 'GetServerInfo', {})).engineHosts as Host[];
  const predict = async (model: string): Promise<number> => {
    const answer = await running.rest(`/v1/models/${model}:predict`, {
      method: 'POST',
      body: '{"instances": [1]}',
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  /** The host that holds one version and no more, and came after the shared ones. */
  const ownHost = async (): Promise<Host> => {
    const all = await hosts();
    return all.at(-1)!;
  };

  it('has a host of its own, which ends with it', async () => {
    const before = await hosts();
    assert.equal((await ownHost()).loadedVersions, 1);
    assert.equal(await predict('large'), 200);
    await running.call('perch.admin.v1.Admin', 'UnloadVersion', { model: 'large', version: 1 });
    const after = await hosts();
    assert.equal(after.length, before.length - 1);
    assert.equal(await predict('half_plus_two'), 200);
  });

  it('comes back in a new host when that is killed, while the others answer', async () => {
    const { pid, index } = await ownHost();
    process.kill(pid, 'SIGKILL');
    await until(async () => {
      assert.equal(await predict('half_plus_two'), 200);
      return (await predict('large')) === 200 && (await ownHost()).index !== index;
    });
    const count = (await hosts()).length;
    await running.call('perch.admin.v1.Admin', 'UnloadVersion', { model: 'large', version: 1 });
    assert.equal((await hosts()).length, count - 1, 'the killed host left nothing behind');
  });
});

describe('two versions of a model', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let running: RunningServer;

  beforeEach(async () => {
    models = await makeModels('digits');
    // One shared host, as on a machine of few cores.
    running = await startServer([`--models_directory=${models.directory}`, '--engine_threads=1']);
    await admin('SetLabel', { model: 'digits', label: 'stable', version: 1, waitMs: 60_000 });
  });
  afterEach(async () => {
    await running.stop();
    await models.remove();
  });

  const admin = (method: string, request: object): Promise<CallAnswer> =>
    running.call('perch.admin.v1.Admin', method, request);
  /** The pid of the host that holds a version; undefined where there is none. */
  const pidOf = async (version: string): Promise<number | undefined> => {
    const [{ models: all }, { engineHosts }] = await Promise.all([
      admin('ListModels', {}),
      admin('GetServerInfo', {}),
    ]);
    const [digits] = all as {
      versions: {
        version: string;
        phase: string;
        execution?: { instances: { engineHostIndex: number }[] };
      }[];
    }[];
    const found = digits?.versions.find((one) => one.version === version);
    const index = found?.execution?.instances[0]?.engineHostIndex;
    return found?.phase === 'VERSION_PHASE_AVAILABLE'
      ? (engineHosts as Host[]).find((host) => host.index === index)?.pid
      : undefined;
  };
  const body = JSON.stringify({ instances: [Array.from({ length: 64 }, (_, i) => i % 17)] });

  it('are apart: no request to stable fails where the other one takes its host down', async () => {
    const stablePid = await pidOf('1');
    const canaryPid = await pidOf('2');
    assert.ok(stablePid !== undefined && canaryPid !== undefined && stablePid !== canaryPid);
    let isOver = false;
    const answers: number[] = [];
    const clients = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const answer = await running.rest('/v1/models/digits/labels/stable:predict', {
          method: 'POST',
          body,
        });
        await answer.arrayBuffer();
        answers.push(answer.status);
      }
    });
    await until(() => answers.length > 20);
    process.kill(canaryPid, 'SIGKILL');
    const again = await until(async () => {
      const pid = await pidOf('2');
      return pid !== canaryPid && pid;
    });
    const before = answers.length;
    await until(() => answers.length > before + 20);
    isOver = true;
    await Promise.all(clients);
    assert.deepEqual(
      answers.filter((status) => status !== 200),
      [],
    );
    assert.notEqual(again, stablePid);
    assert.equal(await pidOf('1'), stablePid);
  });
});
