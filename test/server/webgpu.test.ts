// A model on a GPU provider: WebGPU on a software Vulkan, where this machine has one; the answers are those of the CPU.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeModels, repository, startServer, type RunningServer } from './support/running-server.ts';

/** Where Debian's chromium package has Vulkan's loader and SwiftShader, a Vulkan that needs no GPU. */
const chromium = '/usr/lib/chromium';
const driver = path.join(chromium, 'vk_swiftshader_icd.json');
const skip =
  existsSync(driver) && existsSync(path.join(chromium, 'libvulkan.so.1'))
    ? false
    : "needs SwiftShader and Vulkan's loader from Debian's chromium package";

interface Version {
  readonly version: string;
  readonly phase: string;
  readonly execution: {
    readonly instances: readonly { readonly provider: string }[];
    readonly fallbackReason: string;
    readonly cpuFallbackOps: readonly string[];
  } | null;
}

describe('a model on WebGPU', { skip }, () => {
  const own = {
    VK_ICD_FILENAMES: process.env.VK_ICD_FILENAMES,
    LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH,
  };
  let models: Awaited<ReturnType<typeof makeModels>>;
  let running: RunningServer;
  before(async () => {
    process.env.VK_ICD_FILENAMES = driver;
    process.env.LD_LIBRARY_PATH = chromium;
    models = await makeModels('digits');
    await writeFile(
      path.join(models.directory, 'digits', 'config.pbtxt'),
      'version_policy { all {} } instance_group { kind: KIND_GPU }',
    );
    running = await startServer([`--models_directory=${models.directory}`]);
  });
  after(async () => {
    await running.stop();
    await models.remove();
    for (const [name, value] of Object.entries(own)) {
      if (value === undefined) {
        Reflect.deleteProperty(process.env, name);
      } else {
        process.env[name] = value;
      }
    }
  });

  it('says on what it runs, and answers as on the CPU', async () => {
    const stream = running.stream('perch.admin.v1.Admin', 'WatchState', {});
    stream.on('error', () => undefined);
    const [first] = (await stream.take(1).toArray()) as [
      { snapshot: { models: { name: string; versions: Version[] }[] } },
    ];
    stream.cancel();
    const version = first.snapshot.models[0]!.versions.find(({ version: number }) => number === '2')!;
    assert.equal(version.phase, 'VERSION_PHASE_AVAILABLE');
    assert.deepEqual(
      version.execution?.instances.map(({ provider }) => provider),
      ['webgpu'],
    );
    const file = path.join(repository, 'examples', 'requests', 'digits-heldout.json');
    const { instances } = JSON.parse(await readFile(file, 'utf8')) as { instances: number[][] };
    const cpu = await startServer([`--models_directory=${path.join(repository, 'examples', 'models')}`]);
    const ask = async (server: RunningServer): Promise<number[]> => {
      const body = JSON.stringify({ instances: instances.slice(0, 5) });
      const answer = await server.rest('/v1/models/digits/versions/2:predict', { method: 'POST', body });
      const { predictions } = (await answer.json()) as {
        predictions: { probabilities?: number[] }[] | number[][];
      };
      return predictions.flatMap((one) => Object.values(one).flat() as number[]);
    };
    const [onGpu, onCpu] = [await ask(running), await ask(cpu)];
    await cpu.stop();
    assert.equal(onGpu.length, onCpu.length);
    onGpu.forEach((value, i) => assert.ok(Math.abs(value - onCpu[i]!) < 1e-4, `${value} and ${onCpu[i]}`));
  });
});
