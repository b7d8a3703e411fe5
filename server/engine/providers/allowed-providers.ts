// Which execution providers the daemon may use: what --execution_providers says, and what holds where it says nothing.
import { PerchError } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { executionProviders, type ExecutionProvider } from '../engine-settings.ts';
import type { Target } from './onnxruntime-package.ts';

/** The daemon's choice, before any model has a say. */
export interface AllowedProviders {
  /** For instances that may run anywhere, best first; not empty. Without `cpu` in it they run on a GPU or not at all. */
  readonly anywhere: readonly ExecutionProvider[];
  /** For instances that ask for a GPU, best first; may be empty. */
  readonly onGpu: readonly ExecutionProvider[];
  /** What a model's accelerators may choose from. */
  readonly selectable: readonly ExecutionProvider[];
}

/** By onnxruntime-node 1.30's README ("Requirements"); a platform that is not here has no GPU provider. */
const gpuProvidersOf = new Map<string, readonly ExecutionProvider[]>([
  ['linux-x64', ['cuda', 'tensorrt', 'webgpu']],
  ['win32-x64', ['dml', 'webgpu']],
  ['win32-arm64', ['dml', 'webgpu']],
  ['darwin-arm64', ['coreml', 'webgpu']],
]);

/** Every provider that ONNX Runtime's builds for a platform know, `cpu` first. */
export function providersOf({ platform, arch }: Target): readonly ExecutionProvider[] {
  return ['cpu', ...(gpuProvidersOf.get(`${platform}-${arch}`) ?? [])];
}

/**
 * What `--execution_providers` comes to; `flag` is a list such as `cuda,cpu`, or empty. Empty means the CPU, and CUDA
 * before it where its libraries were installed, which somebody did on purpose. The other GPU providers are not used
 * unasked, although they are in every build: for small models they are slower than the CPU, CoreML computes in half
 * precision, ONNX Runtime calls WebGPU experimental, and the GPU is the one that draws the user's screen. Throws
 * OPTION_INVALID.
 */
export function allowedProviders(flag: string, target: Target, cudaInstalled: boolean): AllowedProviders {
  if (flag.trim() === '') {
    const selectable = providersOf(target).filter((provider) => provider !== 'cpu');
    return {
      anywhere: cudaInstalled ? ['cuda', 'cpu'] : ['cpu'],
      // TensorRT compiles each model for minutes: only who names it gets it.
      onGpu: selectable.filter((provider) => provider !== 'tensorrt'),
      selectable,
    };
  }
  const anywhere = flag.split(',').map((name) => toProvider(name.trim()));
  if (new Set(anywhere).size < anywhere.length) {
    throw new PerchError('OPTION_INVALID', `--execution_providers names one twice: "${flag}".`);
  }
  const onGpu = anywhere.filter((provider) => provider !== 'cpu');
  return { anywhere, onGpu, selectable: onGpu };
}

function toProvider(name: string): ExecutionProvider {
  const provider = executionProviders.find((known) => known === name);
  if (provider === undefined) {
    throw new PerchError(
      'OPTION_INVALID',
      `--execution_providers takes a list of ${executionProviders.join(', ')}, not "${name}"; ` +
        `did you mean "${nearest(name, executionProviders)}"?`,
    );
  }
  return provider;
}
