// The real probe on this machine's ONNX Runtime: the CPU always, WebGPU where there is a software Vulkan for it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import esbuild from 'esbuild';
import { runGpuCommand } from '../../server/doctor/gpu-commands.ts';
import type { ExecutionProvider } from '../../server/engine/engine-settings.ts';
import { findOnnxRuntime, hasCudaProvider } from '../../server/engine/providers/onnxruntime-package.ts';
import { probeProviders, type ProbeResult } from '../../server/engine/providers/probe.ts';
import { tempDir } from '../support/temp-dir.ts';
import { repository } from './support/running-server.ts';

/** Where Debian's chromium package has Vulkan's loader and SwiftShader, a Vulkan that needs no GPU. */
const chromium = '/usr/lib/chromium';
const softwareVulkan = {
  LD_LIBRARY_PATH: chromium,
  VK_ICD_FILENAMES: path.join(chromium, 'vk_swiftshader_icd.json'),
};
const hasSoftwareVulkan =
  process.platform === 'linux' &&
  process.arch === 'x64' &&
  existsSync(softwareVulkan.VK_ICD_FILENAMES) &&
  existsSync(path.join(chromium, 'libvulkan.so.1'));
const noSoftwareVulkan = hasSoftwareVulkan
  ? false
  : "needs SwiftShader and Vulkan's loader from Debian's chromium package";

function obstacleToCuda(): string | false {
  if (!hasCudaProvider(findOnnxRuntime(path.join(repository, 'package.json')))) {
    return "not run: ONNX Runtime's CUDA libraries are not installed (perch gpu install)";
  }
  return spawnSync('nvidia-smi', ['-L']).status === 0 ? false : 'not run: no NVIDIA GPU here';
}

describe('execution providers on this machine', () => {
  const signal = new AbortController().signal;
  const directory = tempDir();
  const probeFile = path.join(directory.path, 'provider-probe.cjs');

  before(async () => {
    await esbuild.build({
      absWorkingDir: repository,
      entryPoints: ['server/engine/worker/provider-probe.ts'],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['onnxruntime-node'],
      outfile: probeFile,
      logLevel: 'warning',
    });
    symlinkSync(path.join(repository, 'node_modules'), path.join(directory.path, 'node_modules'), 'junction');
  });
  const own = Object.keys(softwareVulkan).map((name) => [name, process.env[name]] as const);
  afterEach(() => {
    for (const [name, value] of own) {
      if (value === undefined) {
        Reflect.deleteProperty(process.env, name);
      } else {
        process.env[name] = value;
      }
    }
  });
  after(() => directory.remove());

  async function probe(provider: ExecutionProvider): Promise<ProbeResult | undefined> {
    const { results, onnxruntime } = await probeProviders([provider], { probeFile, signal });
    assert.match(onnxruntime?.version ?? '', /^\d+\.\d+\.\d+$/);
    assert.ok(onnxruntime?.backends.some(({ name, bundled }) => name === 'cpu' && bundled));
    return results.get(provider);
  }

  it('the CPU works', async () => {
    const result = await probe('cpu');
    assert.equal(result?.kind, 'works');
  });

  it('a provider of another platform is told from one that fails', async () => {
    const other = process.platform === 'win32' ? 'coreml' : 'dml';
    const result = await probe(other);
    assert.match(JSON.stringify(result), new RegExp(`build for ${process.platform}-${process.arch} has no `));
  });

  it('the diagnosis names every provider', async () => {
    let out = '';
    const code = await runGpuCommand(['doctor', 'gpu'], {
      probeFile,
      write: (text) => (out += text),
      writeError: (text) => assert.fail(text),
      signal,
    });
    assert.ok(code === 0 || code === 1);
    assert.match(out, /^ONNX Runtime \d/);
    assert.match(out, /\n {2}cpu {7}works: first session and run in \d+ ms\n/);
  });

  it('CUDA works', { skip: obstacleToCuda() }, async () => {
    const result = await probe('cuda');
    assert.equal(result?.kind, 'works', JSON.stringify(result));
  });

  it('WebGPU works on a software Vulkan', { skip: noSoftwareVulkan }, async () => {
    Object.assign(process.env, softwareVulkan);
    assert.equal((await probe('webgpu'))?.kind, 'works');
  });

  it('WebGPU says what is missing where there is no Vulkan driver', { skip: noSoftwareVulkan }, async () => {
    Object.assign(process.env, softwareVulkan, { VK_ICD_FILENAMES: '/nowhere.json' });
    assert.deepEqual(await probe('webgpu'), {
      kind: 'unavailable',
      reason: 'WebGPU found no GPU that it can use.',
      remedy:
        "Install the GPU's Vulkan driver: sudo apt-get install mesa-vulkan-drivers, or NVIDIA's own driver.",
    });
  });
});
