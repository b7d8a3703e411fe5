// The states of one model version, as a tagged union, and what is loaded while it serves.
import type { Signature, TensorMap } from '../codec/tensor.ts';
import type { PerchError } from '../errors.ts';
import type { StepProgress } from './load-progress.ts';

/** What a run gave. */
export interface RunResult {
  /** The requested outputs, in the order asked for. */
  readonly outputs: TensorMap;
  /** Time in the engine, microseconds. */
  readonly engineUs: number;
}

/** What a request says beside its tensors: what is to run, and how it may wait. */
export interface RunHints {
  /** 1 is the first to be put into a batch; 0 and what the model does not have: the model's default. */
  readonly priority?: number;
  /** How long it may wait for a batch, microseconds; 0: as long as the model lets it. */
  readonly timeoutMicros?: number;
  /**
   * Whether nobody waits for the answer: it is run, by itself, when its engine host has nothing else to do, which may be
   * never.
   */
  readonly isBackground?: boolean;
  /** The name of the signature to run, of a converted model; absent for `LoadedVersion.signature`. */
  readonly signature?: string;
}

/** One session of a version. */
export interface ExecutionInstance {
  /** The execution provider that it really runs on, by ONNX Runtime's own name: `cpu`, `cuda` … */
  readonly provider: string;
  /** Which GPU; 0 on the CPU. */
  readonly deviceId: number;
  /** The index of the engine host that holds it. */
  readonly engineHostIndex: number;
  /** Threads within an operator, at least 1. */
  readonly intraOpThreads: number;
}

/** On what a version really runs, for people to see. */
export interface ExecutionFacts {
  /** At least one. */
  readonly instances: readonly ExecutionInstance[];
  /** Why it does not run on the provider that was asked for; empty where it does. May go to clients. */
  readonly fallbackReason: string;
  /** Types of operators that run on the CPU although the provider is another, sorted. */
  readonly cpuFallbackOps: readonly string[];
}

/** How often an operator of the original model was met. */
export interface OperatorCount {
  readonly op: string;
  readonly count: number;
}

/** What became of a model that was converted, for people to see. */
export interface ConversionFacts {
  /** What it was. */
  readonly source: 'saved_model' | 'tflite' | 'trees';
  /** Of the program that wrote it, `2.14.0`; empty where the file does not say. */
  readonly producerVersion: string;
  /** Operators of the original that ONNX Runtime computes. */
  readonly onnx: readonly OperatorCount[];
  /** Operators of the original that are computed beside it at each request. */
  readonly host: readonly OperatorCount[];
  /** Operators of the ONNX files that were made. */
  readonly onnxOperators: readonly OperatorCount[];
  /** Bytes of weights in them. */
  readonly weightBytes: number;
  /** Signatures that cannot be served, and why. */
  readonly omittedSignatures: readonly {
    readonly name: string;
    readonly unsupported: readonly (OperatorCount & {
      readonly firstNode: string;
      readonly reason: string;
    })[];
  }[];
  /** For each signature the ONNX file that computes it, or why there is none that does so alone. */
  readonly exports: readonly {
    readonly signature: string;
    /** A name in `directory`; empty where `refusal` says something. */
    readonly file: string;
    readonly refusal: string;
  }[];
  /** How long the conversion took, milliseconds; that of the first time where it is kept. */
  readonly durationMs: number;
  /** All of it as a document, in Markdown, without paths. */
  readonly markdown: string;
  /** Where its files are, absolute: not for clients. */
  readonly directory: string;
}

/** A version in an engine, ready to run. */
export interface LoadedVersion {
  /** That of requests which name none: `serving_default`, or the first where no signature has that name. */
  readonly signature: Signature;
  /** All signatures of a converted model by name; absent for an ONNX model, which has one. */
  readonly signatures?: ReadonlyMap<string, Signature>;
  /** Absent for an ONNX model. What decorates a version hands it on, as it does `signatures`. */
  readonly conversion?: ConversionFacts;
  /** Absent where the engine does not say. What decorates a version hands it on. */
  readonly execution?: ExecutionFacts;
  /** Runs the model. Rejects with INFERENCE_FAILED, ENGINE_CRASHED, ENGINE_RESTARTED or CANCELLED. */
  run(
    inputs: TensorMap,
    outputNames: readonly string[],
    signal: AbortSignal,
    hints?: RunHints,
  ): Promise<RunResult>;
  /** Frees it. Nothing may run on it any more. */
  unload(): Promise<void>;
  /** Settles, once, if the engine lost the version by itself: ENGINE_CRASHED or ENGINE_RESTARTED. */
  readonly lost: Promise<PerchError>;
}

/** Where a version is in its life. `since` is in milliseconds since the Unix epoch. */
export type VersionState =
  /** On disk, not asked for. */
  | { readonly phase: 'not-loaded'; readonly since: number }
  /** On disk, still being written. */
  | { readonly phase: 'copying'; readonly since: number; readonly detail: string }
  /** Asked for, the load has not begun. */
  | { readonly phase: 'start'; readonly since: number }
  | {
      readonly phase: 'loading';
      readonly since: number;
      readonly abort: AbortController;
      /** Absent until the loader says something. */
      readonly progress?: StepProgress;
    }
  | {
      readonly phase: 'available';
      readonly since: number;
      readonly loaded: LoadedVersion;
      /** Milliseconds from LOADING to AVAILABLE. */
      readonly loadMs: number;
    }
  /** Takes no new requests; those in flight finish. */
  | { readonly phase: 'unloading'; readonly since: number; readonly loaded: LoadedVersion }
  /** Not served any more, or never was, then `error` says why. */
  | {
      readonly phase: 'end';
      readonly since: number;
      readonly error?: PerchError;
      /** When the load is tried again by itself. */
      readonly retryAt?: number;
    };

/** The name of a phase. */
export type VersionPhase = VersionState['phase'];
