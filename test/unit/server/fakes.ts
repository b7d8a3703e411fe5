// Stand-ins for the engine, the disk and the log, which do what the test says and when it says so.
import type { Signature } from '../../../server/codec/tensor.ts';
import { PerchError } from '../../../server/errors.ts';
import type { ModelOnDisk, VersionOnDisk } from '../../../server/lifecycle/found.ts';
import type { LoadProgressListener } from '../../../server/lifecycle/load-progress.ts';
import type { LifecycleSettings, Loader } from '../../../server/lifecycle/model-environment.ts';
import type { ModelRules, VersionPolicy } from '../../../server/lifecycle/version-policy.ts';
import type { LoadedVersion, RunResult } from '../../../server/lifecycle/version-state.ts';
import { createLogger, type Logger } from '../../../server/log.ts';

/** Lets everything run that is ready to run. */
export function flush(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

/** One float input and one float output with a batch dimension. */
export const plainSignature: Signature = {
  inputs: [{ name: 'x', dtype: 'float32', shape: [-1] }],
  outputs: [{ name: 'y', dtype: 'float32', shape: [-1] }],
};

/** What the fake engine holds after a load that worked. */
export class FakeLoaded implements LoadedVersion {
  readonly number: bigint;
  readonly signature = plainSignature;
  readonly lost: Promise<PerchError>;
  /** Requests that hold a lease on it, counted by the test. */
  leases = 0;
  gone = false;
  readonly #loader: FakeLoader;
  #lose: (error: PerchError) => void = () => undefined;

  constructor(loader: FakeLoader, number: bigint) {
    this.#loader = loader;
    this.number = number;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
  }

  run(): Promise<RunResult> {
    return Promise.reject(new Error('Not run in these tests.'));
  }

  unload(): Promise<void> {
    if (this.gone) {
      return Promise.reject(
        new PerchError('ENGINE_CRASHED', 'The engine host is being restarted; try again.'),
      );
    }
    if (this.leases > 0) {
      this.#loader.violations.push(
        `version ${this.number} was unloaded with ${this.leases} requests in flight`,
      );
    }
    this.gone = true;
    return Promise.resolve();
  }

  /** The engine host ends by itself. */
  async lose(): Promise<void> {
    this.gone = true;
    this.#lose(new PerchError('ENGINE_CRASHED', 'The engine host ended.'));
    await flush();
  }
}

/** A load under way. */
export interface FakeLoad {
  readonly model: string;
  readonly disk: VersionOnDisk;
  readonly signal: AbortSignal;
  readonly progress: LoadProgressListener | undefined;
  readonly succeed: () => Promise<FakeLoaded>;
  readonly fail: (reason?: Error) => Promise<void>;
}

/** Notes every load, and any that ought not to be. */
export class FakeLoader implements Loader {
  readonly pending: FakeLoad[] = [];
  readonly loaded: FakeLoaded[] = [];
  /** Model and version of every load so far, as `model/1`. */
  readonly history: string[] = [];
  readonly violations: string[] = [];

  load(
    model: string,
    disk: VersionOnDisk,
    signal: AbortSignal,
    progress?: LoadProgressListener,
  ): Promise<LoadedVersion> {
    this.history.push(`${model}/${disk.number}`);
    if (
      this.pending.some((load) => load.model === model && load.disk.number === disk.number) ||
      this.loaded.some((loaded) => loaded.number === disk.number && !loaded.gone)
    ) {
      this.violations.push(`version ${disk.number} was loaded twice at once`);
    }
    if (disk.readiness.kind !== 'complete') {
      this.violations.push(`version ${disk.number} was loaded while ${disk.readiness.kind}`);
    }
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): Promise<void> => {
        this.pending.splice(this.pending.indexOf(load), 1);
        finish();
        return flush();
      };
      const load: FakeLoad = {
        model,
        disk,
        signal,
        progress,
        succeed: async () => {
          const loaded = new FakeLoaded(this, disk.number);
          this.loaded.push(loaded);
          await settle(() => resolve(loaded));
          return loaded;
        },
        fail: (
          reason: Error = new PerchError('MODEL_FILE_INVALID', 'ONNX Runtime refused the model: no graph'),
        ) => settle(() => reject(reason)),
      };
      this.pending.push(load);
    });
  }

  /** The load of this version that is under way. */
  loading(number: bigint): FakeLoad {
    const load = this.pending.find(({ disk }) => disk.number === number);
    if (load === undefined) {
      throw new Error(`Version ${number} is not being loaded.`);
    }
    return load;
  }

  /** What is loaded of this version now. */
  holding(number: bigint): FakeLoaded {
    const loaded = this.loaded.findLast((one) => one.number === number && !one.gone);
    if (loaded === undefined) {
      throw new Error(`Version ${number} is not loaded.`);
    }
    return loaded;
  }
}

/** A version directory, complete unless said otherwise. */
export function versionOnDisk(
  number: bigint,
  readiness: VersionOnDisk['readiness'] = { kind: 'complete' },
  fingerprint = 'a',
): VersionOnDisk {
  const directory = `/models/m/${number}`;
  return {
    number,
    directory,
    file: `${directory}/model.onnx`,
    sizeBytes: 100,
    totalBytes: 100,
    fingerprint,
    readiness,
  };
}

/** A model with these complete versions on disk. */
export function modelOnDisk(
  name: string,
  versions: readonly bigint[],
  more: Partial<ModelOnDisk> = {},
): ModelOnDisk {
  return {
    name,
    basePath: `/models/${name}`,
    versions: versions.map((number) => versionOnDisk(number)),
    ...more,
  };
}

/** A log that keeps its lines. */
export function memoryLog(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const log = createLogger({ format: 'json', write: (line) => lines.push(line) }, 'test');
  return { log, lines };
}

/** The default rules around a version policy. */
export function rulesOf(policy: VersionPolicy): ModelRules {
  return { policy, transition: 'availability-preserving', keepLast: true };
}

/** One attempt per load, and unloads that wait for requests as long as it takes: for tests of other things. */
export const patientSettings: LifecycleSettings = { maxLoadRetries: 0, retryIntervalMs: 0, unloadGraceMs: 0 };

/** A clock whose callbacks never come. */
export function neverAfter(): () => void {
  return () => undefined;
}
