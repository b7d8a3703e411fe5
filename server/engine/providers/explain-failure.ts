// What ONNX Runtime says when an execution provider does not start, in plain words, and what helps.
import path from 'node:path';
import type { ExecutionProvider } from '../engine-settings.ts';
import type { Target } from './onnxruntime-package.ts';

/** Why a provider does not work. Neither text has a path of this machine in it. */
export interface Explanation {
  /** One sentence. */
  readonly reason: string;
  /** What to do, a command where there is one; absent where nothing is known to help. */
  readonly remedy?: string;
}

/** What a provider is called in sentences. */
export const providerTitles: Readonly<Record<ExecutionProvider, string>> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  tensorrt: 'TensorRT',
  dml: 'DirectML',
  coreml: 'CoreML',
  webgpu: 'WebGPU',
};

const installCommand = 'perch gpu install';
const fromNvidia = "(from NVIDIA's package repository)";

/** Libraries that a provider needs beside it, and what brings them. CUDA 12, cuDNN 9, TensorRT 10: ONNX Runtime's own needs. */
const libraryRemedies: readonly (readonly [RegExp, string])[] = [
  [/^libonnxruntime/, installCommand],
  [/^libcudnn/, `sudo apt-get install libcudnn9-cuda-12 ${fromNvidia}`],
  [/^libnv(?:infer|onnxparser)/, `sudo apt-get install libnvinfer-plugin10 libnvonnxparsers10 ${fromNvidia}`],
  [/^libcuda\.so/, "Install NVIDIA's driver for this GPU."],
  [
    /^lib(?:cublas|cudart|cufft|curand|nvrtc|nvJitLink)/,
    `sudo apt-get install cuda-libraries-12-9 ${fromNvidia}`,
  ],
];

/** What CUDA says of a GPU that it cannot use, by CUDA's own texts (cudaGetErrorString). */
const cudaFailures: readonly (readonly [RegExp, string, string])[] = [
  [
    /driver version is insufficient/,
    "NVIDIA's driver is too old for CUDA 12.",
    "Update NVIDIA's driver to 525.60 or later.",
  ],
  [
    /no CUDA-capable device/,
    'There is no NVIDIA GPU that CUDA sees.',
    "Look whether nvidia-smi lists one, and what CUDA_VISIBLE_DEVICES is set to; in a container, start it with NVIDIA's runtime.",
  ],
  [/invalid device ordinal/, 'There is no GPU of that number.', 'nvidia-smi -L lists the GPUs.'],
  [
    /no kernel image is available/,
    "The GPU is of a generation for which ONNX Runtime's CUDA provider is not built.",
    'Use webgpu or the CPU.',
  ],
  [
    /CUDA failure 2:|out of memory/,
    'The memory of the GPU is used up.',
    'nvidia-smi lists the programs that use it.',
  ],
];

/**
 * Explains what a probe of `provider` ended with: `error` is the text of the exception, `log` what ONNX Runtime wrote to
 * stderr, which often says more (which library is missing stands only there).
 */
export function explainFailure(
  provider: ExecutionProvider,
  error: string,
  log: string,
  target: Target = process,
): Explanation {
  const said = `${withoutColours(log)}\n${error}`;
  if (error.includes('backend not found')) {
    return {
      reason: `ONNX Runtime's build for ${target.platform}-${target.arch} has no ${providerTitles[provider]}.`,
    };
  }
  return (
    explainLibrary(provider, said) ??
    explainCuda(said) ??
    explainAdapter(provider, said, target) ?? { reason: inOnnxRuntimesWords(error) }
  );
}

/** The dynamic loader's own words are `<library>: <what is wrong>` (dlerror of glibc). */
function explainLibrary(provider: ExecutionProvider, said: string): Explanation | undefined {
  const { library, wrong } = /with error: (?<library>\S+): (?<wrong>[^\n]+)/.exec(said)?.groups ?? {};
  if (library === undefined || wrong === undefined) {
    return undefined;
  }
  const name = path.posix.basename(library);
  const remedy = libraryRemedies.find(([pattern]) => pattern.test(name))?.[1];
  const help = remedy === undefined ? {} : { remedy };
  if (!wrong.startsWith('cannot open shared object file')) {
    return { reason: `The library ${name} cannot be used: ${withoutDirectories(wrong)}.`, ...help };
  }
  const reason = name.startsWith('libonnxruntime')
    ? `ONNX Runtime's ${providerTitles[provider]} provider is not installed (${name} is missing).`
    : `The library ${name} is missing; the ${providerTitles[provider]} provider needs it.`;
  return { reason, ...help };
}

function explainCuda(said: string): Explanation | undefined {
  const found = cudaFailures.find(([pattern]) => pattern.test(said));
  return found === undefined ? undefined : { reason: found[1], remedy: found[2] };
}

/** WebGPU is Dawn, which uses Vulkan on Linux, Direct3D 12 on Windows and Metal on macOS. */
function explainAdapter(
  provider: ExecutionProvider,
  said: string,
  { platform }: Target,
): Explanation | undefined {
  if (provider !== 'webgpu' || !/No supported adapters|Failed to get a WebGPU adapter/.test(said)) {
    return undefined;
  }
  if (/libvulkan\S*: cannot open/.test(said)) {
    return {
      reason: "Vulkan's loader libvulkan.so.1 is missing; WebGPU needs it.",
      remedy: 'sudo apt-get install libvulkan1 mesa-vulkan-drivers',
    };
  }
  const remedy =
    platform === 'linux'
      ? "Install the GPU's Vulkan driver: sudo apt-get install mesa-vulkan-drivers, or NVIDIA's own driver."
      : "Update the GPU's driver.";
  return { reason: 'WebGPU found no GPU that it can use.', remedy };
}

function inOnnxRuntimesWords(error: string): string {
  const text = withoutDirectories(error)
    .replace(/^.*?\[ONNXRuntimeError\] : \d+ : [A-Z_]+ : /s, '')
    // CUDA's failures name the machine.
    .replace(/hostname=\S+ ; /g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return `ONNX Runtime says: ${text === '' ? 'nothing' : text}`;
}

/** Colours of ONNX Runtime's log, which it writes to pipes too. */
function withoutColours(text: string): string {
  return text.replace(/\p{Cc}\[[\d;]*m/gu, '');
}

/** Reasons leave the daemon: no paths of this machine. */
function withoutDirectories(text: string): string {
  return text.replace(/(?:[A-Za-z]:)?(?:[/\\][^\s/\\:"']+)+[/\\](?=[^\s/\\])/g, '');
}
