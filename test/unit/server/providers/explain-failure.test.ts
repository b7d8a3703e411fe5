// ONNX Runtime's words become ours: texts as its builds and CUDA write them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ExecutionProvider } from '../../../../server/engine/engine-settings.ts';
import { explainFailure } from '../../../../server/engine/providers/explain-failure.ts';

const linux = { platform: 'linux', arch: 'x64' };
const windows = { platform: 'win32', arch: 'x64' };
const esc = String.fromCharCode(27);

/** As onnxruntime-node 1.30 writes it to stderr; the exception itself only says that a library is missing. */
const loading = (library: string, error: string): string =>
  `${esc}[1;31m2026-01-01 00:00:00.1 [E:onnxruntime:onnxruntime-node, provider_bridge_ort.cc:2146 Create] /onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1988 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library ${library} with error: ${error}\n${esc}[m\n`;
const missing = (library: string): string =>
  `${library}: cannot open shared object file: No such file or directory`;
const thrown = 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library';
const cudaFailure = (number: number, text: string): string =>
  `/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:129 CUDA failure ${number}: ${text} ; GPU=0 ; hostname=someone ; expr=cudaSetDevice(info_.device_id);`;
const noAdapter =
  '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters\n';

const cases: readonly {
  readonly what: string;
  readonly provider: ExecutionProvider;
  readonly error: string;
  readonly log?: string;
  readonly target?: typeof linux;
  readonly reason: RegExp;
  readonly remedy?: RegExp;
}[] = [
  {
    what: 'the provider itself, whose path it does not tell',
    provider: 'cuda',
    error: thrown,
    log: loading(
      '/home/me/bin/libonnxruntime_providers_shared.so',
      missing('/home/me/bin/libonnxruntime_providers_shared.so'),
    ),
    reason:
      /^ONNX Runtime's CUDA provider is not installed \(libonnxruntime_providers_shared\.so is missing\)\.$/,
    remedy: /^perch gpu install$/,
  },
  ...(['libcublasLt.so.12', 'libcublas.so.12', 'libcudart.so.12', 'libcufft.so.11', 'libcurand.so.10'].map(
    (library) => ({
      what: library,
      provider: 'cuda',
      error: thrown,
      log: loading('/x/libonnxruntime_providers_cuda.so', missing(library)),
      reason: new RegExp(`^The library ${library} is missing; the CUDA provider needs it\\.$`),
      remedy: /cuda-libraries-12-9/,
    }),
  ) as { what: string; provider: 'cuda'; error: string; log: string; reason: RegExp; remedy: RegExp }[]),
  {
    what: "cuDNN's parts",
    provider: 'cuda',
    error: thrown,
    log: loading('/x/libonnxruntime_providers_cuda.so', missing('libcudnn_adv.so.9')),
    reason: /libcudnn_adv\.so\.9 is missing/,
    remedy: /libcudnn9-cuda-12/,
  },
  {
    what: 'TensorRT',
    provider: 'tensorrt',
    error: 'OrtSessionOptionsAppendExecutionProvider_TensorRT: Failed to load shared library',
    log: loading('/x/libonnxruntime_providers_tensorrt.so', missing('libnvinfer.so.10')),
    reason: /^The library libnvinfer\.so\.10 is missing; the TensorRT provider needs it\.$/,
    remedy: /libnvonnxparsers10/,
  },
  {
    what: 'the driver',
    provider: 'cuda',
    error: thrown,
    log: loading('/x/libonnxruntime_providers_cuda.so', missing('libcuda.so.1')),
    reason: /libcuda\.so\.1 is missing/,
    remedy: /NVIDIA's driver/,
  },
  {
    what: 'a library that nothing is known of',
    provider: 'cuda',
    error: thrown,
    log: loading('/x/libonnxruntime_providers_cuda.so', missing('libother.so.1')),
    reason: /libother\.so\.1 is missing/,
  },
  {
    what: 'a library that was only half copied',
    provider: 'cuda',
    error: thrown,
    log: loading(
      '/x/libonnxruntime_providers_cuda.so',
      '/home/me/libonnxruntime_providers_cuda.so: file too short',
    ),
    reason: /^The library libonnxruntime_providers_cuda\.so cannot be used: file too short\.$/,
    remedy: /^perch gpu install$/,
  },
  {
    what: 'an old driver',
    provider: 'cuda',
    error: cudaFailure(35, 'CUDA driver version is insufficient for CUDA runtime version'),
    reason: /driver is too old/,
    remedy: /Update/,
  },
  {
    what: 'no NVIDIA GPU',
    provider: 'cuda',
    error: cudaFailure(100, 'no CUDA-capable device is detected'),
    reason: /no NVIDIA GPU/,
    remedy: /CUDA_VISIBLE_DEVICES/,
  },
  {
    what: 'a GPU that is not there',
    provider: 'cuda',
    error: cudaFailure(101, 'invalid device ordinal'),
    reason: /no GPU of that number/,
    remedy: /nvidia-smi -L/,
  },
  {
    what: 'a GPU that is too old',
    provider: 'cuda',
    error: cudaFailure(209, 'no kernel image is available for execution on the device'),
    reason: /generation/,
    remedy: /webgpu/,
  },
  {
    what: 'a full GPU',
    provider: 'cuda',
    error: cudaFailure(2, 'out of memory'),
    reason: /memory of the GPU is used up/,
    remedy: /nvidia-smi/,
  },
  {
    what: 'no Vulkan',
    provider: 'webgpu',
    error: noAdapter,
    log: "Warning: Couldn't load Vulkan: libvulkan.so.1: cannot open shared object file: No such file or directory\n",
    reason: /^Vulkan's loader libvulkan\.so\.1 is missing; WebGPU needs it\.$/,
    remedy: /libvulkan1/,
  },
  {
    what: 'no Vulkan driver',
    provider: 'webgpu',
    error: noAdapter,
    log: 'Warning: vkCreateInstance: Found no drivers!\n',
    reason: /^WebGPU found no GPU that it can use\.$/,
    remedy: /mesa-vulkan-drivers/,
  },
  {
    what: 'no adapter on Windows',
    provider: 'webgpu',
    error: noAdapter,
    target: windows,
    reason: /^WebGPU found no GPU that it can use\.$/,
    remedy: /^Update the GPU's driver\.$/,
  },
  {
    what: 'a provider of another platform',
    provider: 'dml',
    error: 'no available backend found. ERR: [dml] backend not found.',
    reason: /^ONNX Runtime's build for linux-x64 has no DirectML\.$/,
  },
  {
    what: 'anything else, in its own words and without paths',
    provider: 'cuda',
    error:
      '/onnxruntime_src/a/b.cc:12 Foo() [ONNXRuntimeError] : 1 : FAIL : Cannot open\n /home/me/secret/model.onnx or C:\\Users\\me\\x.dll here',
    reason: /^ONNX Runtime says: Cannot open model\.onnx or x\.dll here$/,
  },
  {
    what: 'a failure of CUDA that nothing is known of, without the name of the machine',
    provider: 'cuda',
    error: cudaFailure(999, 'unknown error'),
    reason: /^ONNX Runtime says: cuda_call\.cc:129 CUDA failure 999: unknown error ; GPU=0 ; expr=cuda/,
  },
  { what: 'silence', provider: 'cuda', error: '', reason: /^ONNX Runtime says: nothing$/ },
];

describe('a failure of a provider is explained:', () => {
  for (const { what, provider, error, log = '', target = linux, reason, remedy } of cases) {
    it(what, () => {
      const explanation = explainFailure(provider, error, log, target);
      assert.match(explanation.reason, reason);
      if (remedy === undefined) {
        assert.equal('remedy' in explanation, false);
      } else {
        assert.match(explanation.remedy ?? '', remedy);
      }
    });
  }
});
