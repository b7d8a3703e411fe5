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

/** What a request says of how it may wait. */
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

/** A version in an engine, ready to run. */
export interface LoadedVersion {
  readonly signature: Signature;
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
