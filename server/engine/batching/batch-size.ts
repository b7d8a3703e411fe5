// How many rows the next run takes: full batches, preferred sizes, time to wait, and each run's fair share.
import type { BatchingParameters } from './batch-parameters.ts';

/** How a batch is filled. */
export interface BatchLimits {
  /** The most rows of a batch, at least 1. */
  readonly rows: number;
  /** Whether a request may be divided between batches. Where not, none has more than `rows` rows. */
  readonly split: boolean;
  /** Milliseconds that the oldest request of a batch waits for others; 0: not at all. */
  readonly waitMs: number;
  /** Runs that may be under way at once, at least 1. */
  readonly runs: number;
  /** Sizes that runs are padded to, increasing. */
  readonly allowed: readonly number[];
  /** Sizes at which a batch waits no longer, decreasing. */
  readonly preferred: readonly number[];
}

/** The limits that the parameters set. A wait of less than a millisecond, the grain of Node's timers, is none. */
export function limitsOf(parameters: BatchingParameters): BatchLimits {
  return {
    rows: parameters.maxExecutionBatchSize,
    split: parameters.enableLargeBatchSplitting,
    waitMs: Math.floor(parameters.batchTimeoutMicros / 1000),
    runs: parameters.numBatchThreads,
    allowed: parameters.allowedBatchSizes,
    preferred: [...(parameters.preferredBatchSizes ?? [])].sort((a, b) => b - a),
  };
}

/** What there is to take from, in rows. */
export interface RowCounts {
  /** Waiting, and able to share the batch. */
  readonly group: number;
  /** All that wait. */
  readonly waiting: number;
  /** In runs under way. */
  readonly running: number;
}

/**
 * How many rows the next batch is to have at most, undefined where it is to wait; `overdue` says that its oldest request
 * has waited for `waitMs`. A batch may be smaller, since requests are not divided to fit, and is larger where its first
 * request alone is.
 *
 * The largest preferred size that there is goes first, as in Triton, unless the batch is overdue. Without a wait runs
 * share what is there: would one take all, the next one had nothing to do while the answers of that one are handed out,
 * and the two would never become even again.
 */
export function rowsToTake(limits: BatchLimits, rows: RowCounts, overdue: boolean): number | undefined {
  const waits = limits.waitMs > 0;
  if (!waits || !overdue) {
    const preferred = limits.preferred.find((size) => size <= rows.group);
    if (preferred !== undefined) {
      return preferred;
    }
  }
  if (rows.group >= limits.rows) {
    return limits.rows;
  }
  if (waits) {
    return overdue ? limits.rows : undefined;
  }
  const share = Math.ceil((rows.waiting + rows.running) / limits.runs);
  return Math.min(limits.rows, allowedSize(limits.allowed, share));
}

/** The rows that a run of `rows` rows is padded to: the next allowed size, or as many as there are. */
export function allowedSize(allowed: readonly number[], rows: number): number {
  return allowed.find((size) => size >= rows) ?? rows;
}
