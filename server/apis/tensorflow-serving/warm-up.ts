// Warm-up: a version answers its recorded requests, or one made-up one, before it is put into service (reference §1.10).
import { PerchError, type ErrorCode } from '../../errors.ts';
import type { VersionOnDisk } from '../../lifecycle/found.ts';
import type { LoadProgressListener } from '../../lifecycle/load-progress.ts';
import type { Loader } from '../../lifecycle/model-environment.ts';
import type { LoadedVersion } from '../../lifecycle/version-state.ts';
import type { LogFields, Logger } from '../../log.ts';
import { countWarmUpRecords } from '../../models/count-warmup-records.ts';
import { decodePredictionLog, visitWarmUpRecords, type WarmUpKind } from '../../models/warmup-records.ts';
import { chooseOutputs } from './check-inputs.ts';
import { beginRun } from './inference.ts';
import { zeroInputs } from './warm-up-inputs.ts';
import { readRecordedRequest } from './warm-up-requests.ts';

/** How to warm up. */
export interface WarmUpOptions {
  /** --enable_model_warmup; false leaves the loader as it is. */
  readonly enabled: boolean;
  /** How often each recorded request is run, >= 1; --num_request_iterations_for_warmup. */
  readonly iterations: number;
  readonly log: Logger;
  /** Called when a warm-up file was run, or could not be; not where the load was cancelled. What it throws is logged. */
  readonly onWarmUp?: (report: WarmUpReport) => void;
}

/** A warm-up file that was run, to its end or to its first error. */
export interface WarmUpReport {
  readonly model: string;
  readonly version: bigint;
  /** Records that were read, the one that failed among them. */
  readonly records: number;
  /** Wall time, microseconds. */
  readonly micros: number;
  /** Why the load fails; absent where all records were answered. */
  readonly error?: PerchError;
}

/** So many versions are remembered whose engine host ended on zeros; the oldest are forgotten. */
const rememberedCrashes = 256;

/**
 * `loader`, whose versions are warmed up before it hands them on: with the requests of the warm-up file, or with zeros where
 * there is none. A version that fails one of its recorded requests is unloaded, and the load rejects with WARMUP_FAILED; a
 * file that cannot be read rejects it with WARMUP_INVALID, WARMUP_TOO_LARGE or MODEL_FILE_UNREADABLE. That zeros fail is
 * only logged, since nobody said that the model takes them. An engine that is lost meanwhile rejects as it does otherwise,
 * so that the lifecycle tries again. The model and version that a recorded request names are passed over, as in TF Serving.
 * The step `warming-up` says in its detail which run of how many it is: `3/10`, iterations counted.
 */
export function withWarmUp(loader: Loader, options: WarmUpOptions): Loader {
  const { enabled, iterations, log } = options;
  if (!enabled) {
    return loader;
  }
  /** Version directories whose engine host ended on zeros, and their fingerprint then: not to be tried again. */
  const crashedOnZeros = new Map<string, string>();

  const report = (facts: WarmUpReport): void => {
    try {
      options.onWarmUp?.(facts);
    } catch (reason) {
      log.error('a warm-up could not be reported', { model: facts.model }, reason);
    }
  };

  /** Runs the records of the warm-up file. The number of them; undefined where there is no such file. */
  const runFile = async (
    model: string,
    version: VersionOnDisk,
    loaded: LoadedVersion,
    signal: AbortSignal,
    progress: LoadProgressListener | undefined,
  ): Promise<number | undefined> => {
    const begun = performance.now();
    const total = progress === undefined ? undefined : await countWarmUpRecords(version.directory);
    let records = 0;
    let runs = 0;
    const runBegins = (): void => {
      runs++;
      const detail = total === undefined ? runs.toString() : `${runs}/${total * iterations}`;
      progress?.({ step: 'warming-up', detail });
    };
    const facts = (): WarmUpReport => ({
      model,
      version: version.number,
      records,
      micros: (performance.now() - begun) * 1000,
    });
    try {
      const count = await visitWarmUpRecords(version.directory, (record, index) => {
        records++;
        return runRecord(record, index, loaded, { iterations, signal, runBegins });
      });
      if (count !== undefined) {
        report(facts());
      }
      return count;
    } catch (reason) {
      if (!signal.aborted) {
        report({ ...facts(), error: PerchError.from(reason) });
      }
      throw reason;
    }
  };

  const warmUp = async (
    model: string,
    version: VersionOnDisk,
    loaded: LoadedVersion,
    signal: AbortSignal,
    progress: LoadProgressListener | undefined,
  ): Promise<Outcome> => {
    progress?.({ step: 'warming-up' });
    const records = await runFile(model, version, loaded, signal, progress);
    if (records !== undefined) {
      return { message: 'warmed up', fields: { records } };
    }
    if (crashedOnZeros.get(version.directory) === version.fingerprint) {
      return { message: 'not warmed up: the engine ended on the made-up request before' };
    }
    if (loaded.signature.named?.isStateful === true) {
      return { message: 'not warmed up: a made-up request would change what the model keeps' };
    }
    const inputs = zeroInputs(loaded.signature);
    if (inputs === undefined) {
      return { message: 'not warmed up: the inputs are too large to make them up' };
    }
    try {
      await loaded.run(inputs, chooseOutputs([], loaded.signature), signal);
      return { message: 'warmed up with a made-up request' };
    } catch (reason) {
      signal.throwIfAborted();
      const error = PerchError.from(reason);
      if (error.code === 'ENGINE_CRASHED') {
        remember(crashedOnZeros, version);
      }
      if (isEngineLoss(error)) {
        throw error;
      }
      return {
        message: 'not warmed up: the model does not take the made-up request',
        fields: { reason: error.message },
      };
    }
  };

  return {
    load: async (model, version, signal, progress) => {
      const loaded = await loader.load(model, version, signal, progress);
      const begun = performance.now();
      try {
        signal.throwIfAborted();
        const { message, fields } = await warmUp(model, version, loaded, signal, progress);
        signal.throwIfAborted();
        const ms = Math.round(performance.now() - begun);
        log.info(message, { model, version: version.number.toString(), ...fields, ms });
        return loaded;
      } catch (reason) {
        // Rejects where the engine went away meanwhile: then it is unloaded too.
        await loaded.unload().catch(() => undefined);
        throw reason;
      }
    },
  };
}

function remember(crashedOnZeros: Map<string, string>, { directory, fingerprint }: VersionOnDisk): void {
  crashedOnZeros.delete(directory);
  crashedOnZeros.set(directory, fingerprint);
  const [oldest] = crashedOnZeros.keys();
  if (crashedOnZeros.size > rememberedCrashes && oldest !== undefined) {
    crashedOnZeros.delete(oldest);
  }
}

/** What happened, for the log. */
interface Outcome {
  readonly message: string;
  readonly fields?: LogFields;
}

/** How the records of a file are run. */
interface RecordRuns {
  /** Of each record, >= 1. */
  readonly iterations: number;
  readonly signal: AbortSignal;
  /** Called before each run. */
  readonly runBegins: () => void;
}

/** Runs the request in a serialized PredictionLog as often as it is to be. */
async function runRecord(
  record: Uint8Array,
  index: number,
  loaded: LoadedVersion,
  { iterations, signal, runBegins }: RecordRuns,
): Promise<void> {
  let kind: WarmUpKind | undefined;
  try {
    const request = decodePredictionLog(record);
    if (request === undefined) {
      throw new PerchError('REQUEST_MALFORMED', 'It holds no recorded request.');
    }
    ({ kind } = request);
    const read = readRecordedRequest(request, loaded);
    const runs = [read, ...(read.alongside ?? [])].map((run) => beginRun(loaded, run, signal));
    for (let iteration = 0; iteration < iterations; iteration++) {
      signal.throwIfAborted();
      runBegins();
      const [first, ...others] = await Promise.all(runs.map((run) => run()));
      await read.finish(
        first?.outputs ?? new Map(),
        others.map(({ outputs }) => outputs),
      );
    }
  } catch (reason) {
    signal.throwIfAborted();
    const error = PerchError.from(reason);
    const text = `Warm-up record ${index}${kind === undefined ? '' : ` (${kind})`}: ${error.message}`;
    // The lifecycle tells the loss of an engine by its code, and loads the version again.
    throw new PerchError(isEngineLoss(error) ? error.code : 'WARMUP_FAILED', text, { cause: reason });
  }
}

/** The process that held the version is gone, whatever it died of: that is no answer to a warm-up request. */
const engineLosses: ReadonlySet<ErrorCode> = new Set([
  'ENGINE_CRASHED',
  'ENGINE_RESTARTED',
  'LOAD_CRASHED',
  'MODEL_MEMORY_EXCEEDED',
]);

function isEngineLoss({ code }: PerchError): boolean {
  return engineLosses.has(code);
}
