// What a model of the lifecycle needs from outside, and what others see of it.
import type { PerchError } from '../errors.ts';
import type { VersionOnDisk } from './found.ts';
import type { LoadProgressListener } from './load-progress.ts';
import type { LoadedVersion, VersionState } from './version-state.ts';

/**
 * Puts a version into an engine. Rejects with a PerchError that says why it cannot be served. A loader that decorates
 * another hands `progress` on to it.
 */
export interface Loader {
  load(
    model: string,
    version: VersionOnDisk,
    signal: AbortSignal,
    progress?: LoadProgressListener,
  ): Promise<LoadedVersion>;
}

/** How long to wait, and how often to try: the same for all models. */
export interface LifecycleSettings {
  /** Retries of a failed load after the first attempt, >= 0; --max_num_load_retries. */
  readonly maxLoadRetries: number;
  /** Milliseconds to the first retry, doubled for each further one; --load_retry_interval_micros. */
  readonly retryIntervalMs: number;
  /** Milliseconds that an unload waits for requests in flight; --unload_grace_seconds. */
  readonly unloadGraceMs: number;
}

/** A step of a version's life, with its cause in words. */
export interface Transition {
  readonly version: bigint;
  readonly from: VersionState;
  readonly to: VersionState;
  readonly cause: string;
}

/** What a model needs from outside. */
export interface ModelEnvironment {
  readonly loader: Loader;
  readonly settings: LifecycleSettings;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Calls back after some milliseconds; gives a function that takes it back. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** Whether something still leads to this version and is about to move on: it is not retired before. */
  readonly holds: (version: bigint) => boolean;
  /** Called after every change that a watcher could see. */
  readonly changed: () => void;
  /** Called at once at every step, for the log and the history. */
  readonly moved: (transition: Transition) => void;
}

/** The use of one version by one request; the version is not unloaded before `release`. */
export interface Lease {
  readonly version: bigint;
  readonly loaded: LoadedVersion;
  /** To be called exactly once. */
  release(): void;
}

/** One version as others may see it. */
export interface VersionView {
  readonly number: bigint;
  readonly state: VersionState;
  /** Whether it is to be served, by the policy or by request. */
  readonly wanted: boolean;
  /** Absent once the directory is gone. */
  readonly disk?: VersionOnDisk;
  /** Why it failed the last time, kept while it is tried again; absent once it is AVAILABLE or its files change. */
  readonly lastError?: PerchError;
}
