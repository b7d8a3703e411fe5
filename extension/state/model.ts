// Models and their versions as the editor shows them: the daemon's messages without their wire types.
import type { Canary, TrafficShare } from './traffic.ts';

/** Where a version is in its life, in the words of the explorer. `failed` and `unloaded` are both END on the wire. */
export type VersionPhase =
  'not-loaded' | 'copying' | 'loading' | 'available' | 'unloading' | 'unloaded' | 'failed';

/** One input or output. A dimension of `-1` is dynamic. */
export interface Tensor {
  readonly name: string;
  /** As in TensorFlow: `DT_FLOAT` … */
  readonly dtype: string;
  readonly shape: readonly string[];
  /** Whether the model does not say how many dimensions there are; `shape` is empty then. */
  readonly isUnranked?: boolean;
}

/** What a version takes and gives, in the model's own order. */
export interface Signature {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** One of the signatures of a model that was converted. */
export interface NamedSignature extends Signature {
  /** What a request's `signature_name` asks for; `serving_default` is meant without it. */
  readonly name: string;
  /** Which call it is for: `tensorflow/serving/predict` …, or whatever else the file says. */
  readonly methodName: string;
  /** Inputs that a request may leave out: the model has values for them. */
  readonly optionalInputs: readonly string[];
  /** Whether a request changes what the next one gets. */
  readonly isStateful: boolean;
}

/** The steps of a load, in their order; a load may leave some out. */
export type LoadStep = 'queued' | 'checking' | 'first-open' | 'loading' | 'warming-up';

/** How far a load is. */
export interface LoadProgress {
  readonly step: LoadStep;
  /** `3/10`: what of the step is at work; may be empty. */
  readonly detail: string;
  /** Bytes that the step has dealt with, of so many; both 0 where it is not counted in bytes. */
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** When the step began, milliseconds since the Unix epoch. */
  readonly stepSinceMs: number;
}

/** One session of a version. */
export interface ExecutionInstance {
  /** ONNX Runtime's own name: `cpu`, `cuda` … */
  readonly provider: string;
  /** Which GPU; 0 on the CPU. */
  readonly deviceId: number;
}

/** On what a version really runs. */
export interface Execution {
  readonly instances: readonly ExecutionInstance[];
  /** Why it does not run on the provider that was asked for; empty where it does. */
  readonly fallbackReason: string;
  /** Types of operators that run on the CPU although the provider is another. */
  readonly cpuFallbackOps: readonly string[];
}

/** One version of a model. */
export interface Version {
  /** A positive 63-bit integer in decimal: more than a JavaScript number holds. */
  readonly number: string;
  readonly phase: VersionPhase;
  /** Why it failed, or what is waited for; empty otherwise. */
  readonly error: string;
  /** Anchor in docs/errors.md; empty where `error` is. */
  readonly errorCode: string;
  /** When the phase began, milliseconds since the Unix epoch. */
  readonly sinceMs: number;
  /** Absolute; empty once it is gone from disk. */
  readonly path: string;
  /** Bytes of the model file. */
  readonly sizeBytes: number;
  /** Milliseconds; 0 unless available. */
  readonly loadMs: number;
  /** That of requests which name none. Undefined unless available. */
  readonly signature: Signature | undefined;
  /** What the version was converted from: `saved_model`, `tflite`, `trees`. Empty for ONNX, and unless available. */
  readonly convertedFrom: string;
  /** All signatures of a converted version, by name; none for ONNX, which has one, and unless available. */
  readonly signatures: readonly NamedSignature[];
  readonly onDisk: boolean;
  /** As requests see them. Ascending. */
  readonly labels: readonly string[];
  /** Labels that come to this version once it is available. Ascending. */
  readonly pendingLabels: readonly string[];
  /** When a failed load is tried again by itself, milliseconds since the Unix epoch; 0 where it is not. */
  readonly retryAtMs: number;
  /** Undefined unless loading, and of a daemon that does not say. */
  readonly progress: LoadProgress | undefined;
  /** Undefined unless available, and where the daemon does not say. */
  readonly execution: Execution | undefined;
}

/** One model. */
export interface Model {
  readonly name: string;
  /** The directory that holds the version directories, absolute. */
  readonly basePath: string;
  /** Newest first. */
  readonly versions: readonly Version[];
  /** What is wrong with the model as a whole; empty if nothing is. */
  readonly problem: string;
  /** Goes up with every change that somebody asked for; a 64-bit integer in decimal. */
  readonly resourceVersion: string;
  /** How requests that name neither version nor label are split; empty: all to the newest available version. */
  readonly traffic: readonly TrafficShare[];
  /** The canary that runs, or the last one; undefined where there was none. */
  readonly canary: Canary | undefined;
}

/** Whether the model, or a version of it, is in error. */
export function isInError(model: Model): boolean {
  return model.problem !== '' || model.versions.some(({ phase }) => phase === 'failed');
}

/** Whether asking the daemon to load the version makes sense. */
export function canLoad(version: Version): boolean {
  const idle = version.phase === 'not-loaded' || version.phase === 'unloaded' || version.phase === 'failed';
  return idle && version.onDisk;
}

/** Whether asking the daemon to unload the version makes sense. */
export function canUnload(version: Version): boolean {
  return version.phase === 'available' || version.phase === 'loading';
}

/** Whether a version of the model is being loaded. */
export function isLoading(model: Model): boolean {
  return model.versions.some(({ phase }) => phase === 'loading');
}

/** The versions that answer requests, newest first. */
export function availableVersions(model: Model): readonly Version[] {
  return model.versions.filter(({ phase }) => phase === 'available');
}
