// `perch doctor gpu`: what it prints and how it ends, for probes and GPUs that are given.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { doctorGpu, type DoctorOptions, type GpuDiagnosis } from '../../../../server/doctor/doctor-gpu.ts';
import type { ExecutionProvider } from '../../../../server/engine/engine-settings.ts';
import { providersOf } from '../../../../server/engine/providers/allowed-providers.ts';
import type { ProbeReport, ProbeResult } from '../../../../server/engine/providers/probe.ts';

const works: ProbeResult = { kind: 'works', ms: 41 };
const backends = [
  { name: 'cpu', bundled: true },
  { name: 'webgpu', bundled: true },
  { name: 'cuda', bundled: false },
];
const gpu = {
  index: 0,
  name: 'NVIDIA H200',
  driverVersion: '580.1',
  memoryTotalBytes: 141 * 2 ** 30,
  memoryUsedBytes: 2 ** 29,
  utilizationPercent: 3,
};

async function diagnose(
  results: readonly (readonly [ExecutionProvider, ProbeResult])[],
  options: Partial<DoctorOptions> = {},
): Promise<{ readonly code: number; readonly out: string }> {
  const report: ProbeReport = { results: new Map(results), onnxruntime: { version: '1.30.0', backends } };
  let out = '';
  const code = await doctorGpu({
    json: false,
    write: (text) => (out += text),
    signal: new AbortController().signal,
    probeFile: '/probe.cjs',
    environment: {},
    probe: () => Promise.resolve(report),
    readGpus: () => Promise.resolve([]),
    ...options,
  });
  return { code, out };
}

describe('perch doctor gpu', () => {
  it('says what works, what does not, why, and what helps', async () => {
    const { out } = await diagnose(
      [
        ['cpu', works],
        ['cuda', { kind: 'unavailable', reason: 'Not installed.', remedy: 'perch gpu install' }],
        ['webgpu', { kind: 'crashed', how: 'signal SIGSEGV' }],
      ],
      {
        readGpus: () => Promise.resolve([gpu, { index: 1, name: 'Intel GPU 0x46a6' }]),
        environment: { CUDA_VISIBLE_DEVICES: '0', LD_LIBRARY_PATH: '/home/someone/secret' },
      },
    );
    const platform = `${process.platform}-${process.arch}`;
    assert.equal(
      out,
      `ONNX Runtime 1.30.0 on ${platform}, Node ${process.version}
In its build: cpu, webgpu.
With libraries that are fetched: cuda (perch gpu install).

Execution providers
  cpu       works: first session and run in 41 ms
  cuda      does not work: Not installed.
            what helps: perch gpu install
  webgpu    does not work: A process that tried WebGPU crashed (signal SIGSEGV).
            what helps: Update the GPU's driver.

GPUs
  0  NVIDIA H200, driver 580.1, memory 0.5 GiB of 141.0 GiB, 3 % busy
  1  Intel GPU 0x46a6

Environment
  CUDA_VISIBLE_DEVICES is "0"
  CUDA_DEVICE_ORDER is not set
  LD_LIBRARY_PATH is set
  VK_ICD_FILENAMES is not set
  VK_DRIVER_FILES is not set
`,
    );
  });

  it('ends with 0 where a GPU provider works and with 1 where none does', async () => {
    assert.equal((await diagnose([['cpu', works]])).code, 1);
    assert.equal((await diagnose([['webgpu', works]])).code, 0);
    assert.equal((await diagnose([['cuda', { kind: 'hung', afterMs: 1000 }]])).code, 1);
  });

  it('is told where no GPU is known and ONNX Runtime does not start', async () => {
    const { out } = await diagnose([], {
      probe: () => Promise.resolve({ results: new Map([['cpu', { kind: 'crashed', how: 'exit code 1' }]]) }),
    });
    assert.match(out, /^ONNX Runtime \(does not start\)/);
    assert.match(out, /none that nvidia-smi or the system tells of/);
  });

  it('gives the same as JSON', async () => {
    const { out } = await diagnose([['cpu', works]], {
      json: true,
      readGpus: () => Promise.resolve([gpu]),
      environment: { VK_ICD_FILENAMES: '/home/someone' },
    });
    const diagnosis = JSON.parse(out) as GpuDiagnosis;
    assert.deepEqual(diagnosis.onnxruntime, { version: '1.30.0', backends });
    assert.deepEqual(diagnosis.providers, [{ provider: 'cpu', kind: 'works', ms: 41 }]);
    assert.deepEqual(diagnosis.gpus, [gpu]);
    assert.equal(diagnosis.environment.VK_ICD_FILENAMES, 'set');
    assert.equal(diagnosis.environment.CUDA_VISIBLE_DEVICES, null);
  });

  it("probes this platform's providers and no others", async () => {
    let asked: readonly string[] = [];
    await diagnose([], {
      probe: (wanted) => {
        asked = wanted;
        return Promise.resolve({ results: new Map() });
      },
    });
    assert.deepEqual(asked, providersOf(process));
  });
});
