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

/** The engine's part of a config, which the rules have checked. Whether a GPU is there is for the engine to find out. */
export function engineSettingsOf(message: ModelMessage): ModelEngineSettings {
  const groups = message.instanceGroup.map(toInstanceGroup);
  return {
    instanceGroups: groups.length === 0 ? defaultEngineSettings.instanceGroups : groups,
    session: sessionOf(message),
    accelerators: acceleratorsOf(message),
  };
}

function toInstanceGroup({ kind, count, gpus }: GroupMessage): InstanceGroup {
  // Triton's default on a CPU is 2 for ONNX models; here it is 1, since a daemon beside an editor does not take
  // twice the memory unasked.
  return { kind: kinds.get(kind) ?? 'auto', count: Math.max(1, count), gpus };
}

function sessionOf(message: ModelMessage): SessionPart {
  const parameters = new ModelConfigParameters(message.parameters);
  const mode = parameters.integer('execution_mode');
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
function acceleratorsOf({ optimization }: ModelMessage): ExecutionProvider[] {
  const onGpu = optimization?.executionAccelerators?.gpuExecutionAccelerator ?? [];
  return [...new Set(onGpu.flatMap(({ name }) => accelerators.get(name) ?? []))];
}
