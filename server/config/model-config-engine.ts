// What a config.pbtxt says of the engine: instances, threads, ONNX Runtime's options, execution accelerators.
import type { MessageOutput } from '../../protos/messages.ts';
import {
  defaultEngineSettings,
  type ExecutionProvider,
  type InstanceGroup,
  type ModelEngineSettings,
  type SessionSettings,
} from '../engine/engine-settings.ts';
import { ModelConfigParameters } from './model-config-parameters.ts';
import { invalidModelConfig, type ModelConfigSource } from './model-config-source.ts';

type ModelMessage = MessageOutput<'inference.ModelConfig'>;
type GroupMessage = MessageOutput<'inference.ModelInstanceGroup'>;
type SessionPart = ModelEngineSettings['session'];

/**
 * KIND_MODEL leaves the choice to the backend, and Triton's ONNX Runtime backend adds a GPU's provider for KIND_GPU and
 * KIND_AUTO only.
 */
const kinds: ReadonlyMap<string, InstanceGroup['kind']> = new Map([
  ['KIND_AUTO', 'auto'],
  ['KIND_GPU', 'gpu'],
  ['KIND_CPU', 'cpu'],
  ['KIND_MODEL', 'cpu'],
]);

/** What `optimization.graph.level` means to Triton's ONNX Runtime backend; every other number means all optimizations. */
export const graphLevels: ReadonlyMap<number, SessionSettings['graphOptimizationLevel']> = new Map([
  [-1, 'basic'],
  [1, 'extended'],
  [2, 'disabled'],
]);

/** The names that `gpu_execution_accelerator` may have here. */
const accelerators: ReadonlyMap<string, ExecutionProvider> = new Map([
  ['tensorrt', 'tensorrt'],
  ['cuda', 'cuda'],
]);

/**
 * The engine's part of a config. Throws CONFIG_INVALID in Triton's words (triton.md §2.4, §2.5) for what does not
 * depend on the machine: whether a GPU is there is for the engine to find out.
 */
export function engineSettingsOf(message: ModelMessage, source: ModelConfigSource): ModelEngineSettings {
  const groups = message.instanceGroup.map((group, at) => toInstanceGroup(group, at, message, source));
  return {
    instanceGroups: groups.length === 0 ? defaultEngineSettings.instanceGroups : groups,
    session: sessionOf(message, source),
    accelerators: acceleratorsOf(message, source),
  };
}

function toInstanceGroup(
  { name, kind, count, gpus, profile }: GroupMessage,
  at: number,
  message: ModelMessage,
  source: ModelConfigSource,
): InstanceGroup {
  const refuse = (words: string): Error =>
    invalidModelConfig(
      source,
      `instance group ${name === '' ? `${source.model}_${at}` : name} of model ${source.model} ${words}`,
    );
  const knownKind = kinds.get(kind);
  if (knownKind === undefined) {
    // A number that is no kind: the text format takes any.
    throw refuse(`has unexpected kind ${kind}`);
  }
  if (knownKind === 'cpu' && gpus.length > 0) {
    throw refuse(`has kind ${kind} but specifies one or more GPUs`);
  }
  const wrongGpu = gpus.find((gpu) => gpu < 0);
  if (wrongGpu !== undefined) {
    throw refuse(`specifies invalid or unsupported gpu id ${wrongGpu}`);
  }
  if (profile.length > 0) {
    const platform = message.platform === '' ? 'onnxruntime_onnx' : message.platform;
    // The missing space is Triton's.
    throw refuse(
      `and platform ${platform}specifies profile field which is only supported for TensorRT models`,
    );
  }
  if (count < 0) {
    throw refuse(`has count ${count}; it must be 1 or more, or 0 for the default`);
  }
  // Triton's default on a CPU is 2 for ONNX models; here it is 1, since a daemon beside an editor does not take
  // twice the memory unasked.
  return { kind: knownKind, count: Math.max(1, count), gpus };
}

function sessionOf(message: ModelMessage, source: ModelConfigSource): SessionPart {
  const parameters = new ModelConfigParameters(message.parameters, source);
  const mode = parameters.integer('execution_mode');
  if (mode !== undefined && mode !== 0 && mode !== 1) {
    // The two spaces and the one before the full stop are Triton's.
    throw invalidModelConfig(
      source,
      `Invalid configuration value provided. Expected values for  execution_mode are 0 or 1 but got ${mode} .`,
    );
  }
  const intraOpThreads = threadsOf(parameters.integer('intra_op_thread_count'));
  const interOpThreads = threadsOf(parameters.integer('inter_op_thread_count'));
  const memoryArena = parameters.boolean('enable_mem_arena');
  const memoryPattern = parameters.boolean('enable_mem_pattern');
  const level = graphLevels.get(message.optimization?.graph?.level ?? 0);
  return {
    ...(intraOpThreads === undefined ? {} : { intraOpThreads }),
    ...(interOpThreads === undefined ? {} : { interOpThreads }),
    ...(mode === undefined ? {} : { executionMode: mode === 1 ? 'parallel' : 'sequential' }),
    ...(level === undefined ? {} : { graphOptimizationLevel: level }),
    ...(memoryArena === undefined ? {} : { memoryArena }),
    ...(memoryPattern === undefined ? {} : { memoryPattern }),
  };
}

/** 0 or less leaves the number open, as in Triton. */
function threadsOf(count: number | undefined): number | undefined {
  return count === undefined || count < 1 ? undefined : count;
}

/** In the order of the file, each once. */
function acceleratorsOf({ optimization }: ModelMessage, source: ModelConfigSource): ExecutionProvider[] {
  const refuse = (name: string): Error =>
    invalidModelConfig(source, `unknown Execution Accelerator '${name}' is requested`);
  const onGpu = optimization?.executionAccelerators?.gpuExecutionAccelerator ?? [];
  const providers = onGpu.map(({ name }) => {
    const provider = accelerators.get(name);
    if (provider === undefined) {
      throw refuse(name);
    }
    return provider;
  });
  // Triton knows one for CPUs, openvino, and refuses it where it was built without.
  const [onCpu] = optimization?.executionAccelerators?.cpuExecutionAccelerator ?? [];
  if (onCpu !== undefined) {
    throw refuse(onCpu.name);
  }
  return [...new Set(providers)];
}
