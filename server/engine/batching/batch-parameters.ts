// How a version's requests are batched: TensorFlow Serving's BatchingParameters, read from text format and checked.
import path from 'node:path';
import { readConfigFile } from '../../config/read-config-file.ts';
import { batchingProblems, defaultBatchSizes } from '../../config/rules/serving-batching-checks.ts';
import { parseTextMessage } from '../../config/text-format.ts';
import { PerchError } from '../../errors.ts';
import { isFileSystemError } from '../../file-system-error.ts';

/** What becomes of requests that wait long, or of which too many wait: Triton's ModelQueuePolicy. */
export interface QueuePolicy {
  /** At the time-out: `reject` the request with DEADLINE_EXCEEDED, or `delay` it behind those of its priority. */
  readonly timeoutAction: 'reject' | 'delay';
  /** How long a request may wait that says nothing of it, microseconds; 0: for ever. */
  readonly defaultTimeoutMicros: number;
  /** Whether a request's own time-out counts, where it is not 0 and shorter than the default (or there is no default). */
  readonly allowTimeoutOverride: boolean;
  /** Requests that may wait; one more is refused with BATCH_QUEUE_FULL. 0: any number. */
  readonly maxQueueSize: number;
}

/** BatchingParameters with every default filled in (reference §1.10). All sizes are rows, at least 1. */
export interface BatchingParameters extends TritonBatchingParameters {
  /** Rows that one request may have; without splitting also the rows of one run. */
  readonly maxBatchSize: number;
  /** How long the oldest request of a batch that is not full waits while a run could begin; 0: not at all. */
  readonly batchTimeoutMicros: number;
  /** Full batches that may wait; a request beyond that is refused. */
  readonly maxEnqueuedBatches: number;
  /** Runs of one version that may be under way at once; at least two for each of several instances. */
  readonly numBatchThreads: number;
  /** A name for metrics. */
  readonly threadPoolName: string;
  /** Batches are padded up to the next of these; increasing, the last is `maxExecutionBatchSize`. Empty: no padding. */
  readonly allowedBatchSizes: readonly number[];
  /** Whether inputs that differ beyond the first dimension are padded with zeros to the largest, and share a batch. */
  readonly padVariableLengthInputs: boolean;
  /** Whether a request may be divided between batches. */
  readonly enableLargeBatchSplitting: boolean;
  /** The most rows of one run; `maxBatchSize` without splitting. */
  readonly maxExecutionBatchSize: number;
}

/** What Triton's `dynamic_batching` has and TensorFlow Serving's file has not; config.pbtxt sets it. */
export interface TritonBatchingParameters {
  /**
   * Rows, in any order, none above `maxExecutionBatchSize`. The largest of them that what waits makes up is formed at
   * once; only what makes up none of them waits for `batchTimeoutMicros`, and is run as far as it fits after that.
   */
  readonly preferredBatchSizes?: readonly number[];
  /** Priorities are 1, the first to be served, to this; 0, the default: requests have none. */
  readonly priorityLevels?: number;
  /** The priority of a request that says none, or one out of range: 1, the default, to `priorityLevels`. */
  readonly defaultPriorityLevel?: number;
  /** Whether answers are given in the order in which the requests came. */
  readonly preserveOrdering?: boolean;
  /** Default: no time-out, any number, as far as `maxEnqueuedBatches` lets them. */
  readonly defaultQueuePolicy?: QueuePolicy;
  /** By priority; the default policy holds for those that are not there. */
  readonly priorityQueuePolicies?: ReadonlyMap<number, QueuePolicy>;
}

/**
 * What holds where nothing is set: TF Serving's defaults, but for `numBatchThreads`. There it is the number of cores,
 * since each thread runs one batch; here an engine host runs one call at a time on all its threads. Two in flight keep
 * it from idling while an answer travels; a third would only take requests out of the queue that could have joined a
 * larger batch (DESIGN decision 3).
 */
export const defaultBatchingParameters: BatchingParameters = {
  ...defaultBatchSizes,
  threadPoolName: 'model_server_batch_threads',
  padVariableLengthInputs: false,
};

/** The file in a version directory that --enable_per_model_batching_parameters looks for. */
export const versionParametersFile = 'batching_params.pbtxt';

const messageName = 'tensorflow.serving.BatchingParameters';
const fileKind = 'batching parameters file';

/** The parameters in `file`. Rejects with CONFIG_INVALID. */
export async function loadBatchingParameters(file: string): Promise<BatchingParameters> {
  return parseBatchingParameters(await readConfigFile(file, fileKind), file);
}

/**
 * The parameters in a version directory's batching_params.pbtxt; undefined where there is none: the version is not
 * batched then, as in TF Serving. Rejects with CONFIG_INVALID, naming the file without its directory, since the text goes
 * to clients.
 */
export async function loadVersionParameters(directory: string): Promise<BatchingParameters | undefined> {
  const file = path.join(directory, versionParametersFile);
  let text: string;
  try {
    text = await readConfigFile(file, fileKind, versionParametersFile);
  } catch (reason) {
    if (reason instanceof PerchError && isFileSystemError(reason.cause, 'ENOENT')) {
      return undefined;
    }
    throw reason;
  }
  return parseBatchingParameters(text, versionParametersFile);
}

/** The parameters that `text` sets, over the defaults; `file` is named in errors. Throws CONFIG_INVALID. */
export function parseBatchingParameters(text: string, file: string): BatchingParameters {
  const message = parseTextMessage(messageName, text, file);
  const defaults = defaultBatchingParameters;
  const maxBatchSize = numberOf(message.maxBatchSize) ?? defaults.maxBatchSize;
  const enableLargeBatchSplitting = message.enableLargeBatchSplitting?.value ?? false;
  const parameters: BatchingParameters = {
    maxBatchSize,
    batchTimeoutMicros: numberOf(message.batchTimeoutMicros) ?? defaults.batchTimeoutMicros,
    maxEnqueuedBatches: numberOf(message.maxEnqueuedBatches) ?? defaults.maxEnqueuedBatches,
    numBatchThreads: numberOf(message.numBatchThreads) ?? defaults.numBatchThreads,
    threadPoolName: message.threadPoolName?.value ?? defaults.threadPoolName,
    allowedBatchSizes: message.allowedBatchSizes.map(Number),
    padVariableLengthInputs: message.padVariableLengthInputs,
    enableLargeBatchSplitting,
    maxExecutionBatchSize: enableLargeBatchSplitting
      ? (numberOf(message.maxExecutionBatchSize) ?? maxBatchSize)
      : maxBatchSize,
  };
  const [problem] = batchingProblems(parameters);
  if (problem !== undefined) {
    throw new PerchError('CONFIG_INVALID', `${file}: ${problem.words}`);
  }
  // TF Serving takes 0 without splitting for 1, for the sake of old files.
  return { ...parameters, maxEnqueuedBatches: Math.max(1, parameters.maxEnqueuedBatches) };
}

/** The value of a wrapper message. The sizes that make sense are far below what a double holds exactly. */
function numberOf(wrapper: { readonly value: string } | null): number | undefined {
  return wrapper === null ? undefined : Number(wrapper.value);
}
