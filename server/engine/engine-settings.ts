// How a version is put into the engine: its instances, the execution provider, threads and ONNX Runtime's options.

/** ONNX Runtime's execution providers that the daemon can ask for, by ONNX Runtime's own names. */
export const executionProviders = ['cpu', 'cuda', 'tensorrt', 'dml', 'coreml', 'webgpu'] as const;
export type ExecutionProvider = (typeof executionProviders)[number];

/** How a model that is not ONNX becomes ONNX. */
export interface ConversionSettings {
  readonly format: 'saved_model' | 'tflite' | 'trees';
  /** Whose model it is, for its report. */
  readonly model: { readonly name: string; readonly version: string };
  /** The tags of the graph to take from a SavedModel. */
  readonly tags: readonly string[];
  /** Where converted models are kept, absolute. */
  readonly cacheDirectory: string;
  /** How many bytes they may take there; 0: any number. */
  readonly cacheBytes: number;
}

/** How one session is made. */
export interface SessionSettings {
  readonly provider: ExecutionProvider;
  /** Which GPU, for `cuda`, `tensorrt` and `dml`; 0 for the first. */
  readonly deviceId: number;
  /** Threads within an operator, at least 1. */
  readonly intraOpThreads: number;
  /** Threads between operators, at least 1; they work only where `executionMode` is `parallel`. */
  readonly interOpThreads: number;
  readonly executionMode: 'sequential' | 'parallel';
  readonly graphOptimizationLevel: 'disabled' | 'basic' | 'extended' | 'all';
  /** Whether memory that a run frees is kept for the next one. */
  readonly memoryArena: boolean;
  /** Whether memory is planned ahead from the shapes of earlier runs. */
  readonly memoryPattern: boolean;
}

/** Instances of a model that run on the same kind of device: Triton's `instance_group`. */
export interface InstanceGroup {
  /** `auto`: the first of the daemon's execution providers that works. */
  readonly kind: 'auto' | 'cpu' | 'gpu';
  /** How many, at least 1; per GPU where there are several. */
  readonly count: number;
  /** Which GPUs; empty for the first one. */
  readonly gpus: readonly number[];
}

/** What a model's own config says of the engine; what it leaves open is the daemon's choice. */
export interface ModelEngineSettings {
  /** At least one. */
  readonly instanceGroups: readonly InstanceGroup[];
  readonly session: Partial<Omit<SessionSettings, 'provider' | 'deviceId'>>;
  /** Execution providers to try first on a GPU, as `optimization.execution_accelerators` names them. */
  readonly accelerators: readonly ExecutionProvider[];
}

/** What holds where a model has no config of its own. */
export const defaultEngineSettings: ModelEngineSettings = {
  instanceGroups: [{ kind: 'auto', count: 1, gpus: [] }],
  session: {},
  accelerators: [],
};
