// What the daemon refuses BatchingParameters for, in the words of TensorFlow's schedulers. Pure.
import type { ServingProblem } from './serving-problem.ts';

/** The sizes of BatchingParameters with defaults filled in. */
export interface BatchSizes {
  readonly maxBatchSize: number;
  readonly batchTimeoutMicros: number;
  readonly maxEnqueuedBatches: number;
  readonly numBatchThreads: number;
  readonly allowedBatchSizes: readonly number[];
  readonly enableLargeBatchSplitting: boolean;
  /** Without splitting it is `maxBatchSize`. */
  readonly maxExecutionBatchSize: number;
}

/** What holds where the file says nothing; engine/batching/batch-parameters.ts says why. */
export const defaultBatchSizes: BatchSizes = {
  maxBatchSize: 1000,
  batchTimeoutMicros: 0,
  maxEnqueuedBatches: 10,
  numBatchThreads: 2,
  allowedBatchSizes: [],
  enableLargeBatchSplitting: false,
  maxExecutionBatchSize: 1000,
};

/** What is wrong, in the daemon's order; one problem of a field. */
export function batchingProblems(sizes: BatchSizes): readonly ServingProblem[] {
  const { maxBatchSize, batchTimeoutMicros, maxEnqueuedBatches, numBatchThreads } = sizes;
  const { enableLargeBatchSplitting, maxExecutionBatchSize } = sizes;
  const found: ServingProblem[] = [];
  if (numBatchThreads < 1) {
    found.push({
      code: 'serving/batch-threads',
      field: 'num_batch_threads',
      words: `num_batch_threads must be positive; was ${numBatchThreads}`,
    });
  }
  if (maxBatchSize < 1) {
    found.push({
      code: 'serving/batch-size',
      field: 'max_batch_size',
      words: `max_batch_size must be positive; was ${maxBatchSize}`,
    });
  }
  if (batchTimeoutMicros < 0) {
    found.push({
      code: 'serving/batch-timeout',
      field: 'batch_timeout_micros',
      words: `batch_timeout_micros must be non-negative; was ${batchTimeoutMicros}`,
    });
  }
  // Without splitting 0 counts as 1, for the sake of old files.
  if (maxEnqueuedBatches < (enableLargeBatchSplitting ? 1 : 0)) {
    found.push({
      code: 'serving/batch-queue',
      field: 'max_enqueued_batches',
      words: `max_enqueued_batches must be positive; was ${maxEnqueuedBatches}`,
    });
  }
  const execution = executionProblem(maxBatchSize, maxExecutionBatchSize);
  if (enableLargeBatchSplitting && execution !== undefined) {
    found.push({
      code: 'serving/execution-batch-size',
      field: 'max_execution_batch_size',
      words: execution,
    });
  }
  const words = problemOfAllowed(sizes);
  if (words !== undefined) {
    found.push({ code: 'serving/allowed-batch-sizes', field: 'allowed_batch_sizes', words });
  }
  return found;
}

function executionProblem(maxBatchSize: number, maxExecutionBatchSize: number): string | undefined {
  if (maxExecutionBatchSize < 1) {
    return `max_execution_batch_size must be positive; was ${maxExecutionBatchSize}`;
  }
  return maxBatchSize < maxExecutionBatchSize
    ? `When enable_large_batch_splitting is true, max_batch_size must be greater than or equal to max_execution_batch_size; max_batch_size was ${maxBatchSize}, max_execution_batch_size ${maxExecutionBatchSize}`
    : undefined;
}

function problemOfAllowed({
  allowedBatchSizes: sizes,
  maxBatchSize,
  maxExecutionBatchSize,
  enableLargeBatchSplitting,
}: BatchSizes): string | undefined {
  const last = sizes.at(-1);
  if (last === undefined) {
    return undefined;
  }
  const first = sizes[0] ?? last;
  if (first < 1) {
    return `allowed_batch_sizes entries must be positive; was ${first}`;
  }
  if (sizes.some((size, i) => i > 0 && size <= (sizes[i - 1] ?? 0))) {
    return 'allowed_batch_sizes entries must be monotonically increasing';
  }
  if (enableLargeBatchSplitting && last > maxBatchSize) {
    return `Last entry in allowed_batch_sizes must be less than or equal to max_batch_size; last entry was ${last}; expected ${maxBatchSize}`;
  }
  if (enableLargeBatchSplitting && last !== maxExecutionBatchSize) {
    return `Last entry in allowed_batch_sizes must be equal to max_execution_batch_size; last entry was ${last}; expected ${maxExecutionBatchSize}`;
  }
  return last === maxExecutionBatchSize
    ? undefined
    : `Last entry in allowed_batch_sizes must match max_batch_size; last entry was ${last}; expected ${maxBatchSize}`;
}
