// The batcher of one version: while a run is under way requests wait; what waits when it ends makes the next batch.
import type { TensorMap } from '../../codec/tensor.ts';
import { PerchError } from '../../errors.ts';
import type { LoadedVersion, RunHints, RunResult } from '../../lifecycle/version-state.ts';
import { AnswerOrder } from './answer-order.ts';
import { GroupKeys } from './batch-group-key.ts';
import type { BatchingParameters, QueuePolicy } from './batch-parameters.ts';
import { BatchRequest, type BatchPart } from './batch-request.ts';
import { BatchRunner, type BatchQueueHooks } from './batch-run.ts';
import { limitsOf } from './batch-size.ts';
import { policyOf, priorityOf, timeLimitMs } from './queue-policy.ts';
import { RunTimes } from './run-times.ts';
import { commonRows } from './tensor-rows.ts';
import { WaitingRequests } from './waiting-requests.ts';

/** How often it is looked whether a client left, or the time of a request is up, while nothing else happens. */
const lookEveryMs = 100;

/**
 * Batches the runs of one version.
 *
 * With nothing under way a request is run at once. With a run under way and another allowed, a batch is formed at the end
 * of the event loop's turn, so that the answers just given can bring their next requests: the engine is busy meanwhile.
 * No timer is involved unless `batchTimeoutMicros` is at least a millisecond, but for the looks at who left.
 */
export class BatchQueue {
  readonly #version: LoadedVersion;
  readonly #parameters: BatchingParameters;
  readonly #keys: GroupKeys;
  readonly #waiting: WaitingRequests;
  readonly #runner: BatchRunner;
  readonly #order: AnswerOrder | undefined;
  readonly #times = new RunTimes();
  /** Batches under way. */
  readonly #running = new Set<readonly BatchPart[]>();
  #runningRows = 0;
  #atEndOfTurn: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #look: NodeJS.Timeout | undefined;

  /** For a version that `isBatchable`. */
  constructor(version: LoadedVersion, parameters: BatchingParameters, hooks: BatchQueueHooks = {}) {
    this.#version = version;
    this.#parameters = parameters;
    this.#keys = new GroupKeys(version.signature, parameters.padVariableLengthInputs);
    this.#waiting = new WaitingRequests(
      limitsOf(parameters),
      (priority) => policyOf(parameters, priority).timeoutAction,
    );
    this.#runner = new BatchRunner(version, parameters, hooks, (request) => this.#waiting.remove(request));
    this.#order = parameters.preserveOrdering === true ? new AnswerOrder() : undefined;
  }

  /**
   * Runs a request, with others where that is possible. What cannot be in a batch (inputs that do not fit the signature,
   * no rows), and what runs in the background, goes straight to the version. Rejects as LoadedVersion.run does, with BATCH_TOO_LARGE or BATCH_QUEUE_FULL,
   * and with DEADLINE_EXCEEDED where a queue policy says so. A client that leaves is noticed before a batch is formed, and
   * within 100 ms at the latest.
   */
  run(
    inputs: TensorMap,
    outputNames: readonly string[],
    signal: AbortSignal,
    hints: RunHints = {},
  ): Promise<RunResult> {
    if (signal.aborted) {
      return Promise.reject(PerchError.from(signal.reason));
    }
    if (hints.isBackground === true) {
      return this.#version.run(inputs, outputNames, signal, hints);
    }
    const rows = commonRows(inputs);
    const key = this.#keys.keyOf(inputs, outputNames);
    if (rows === undefined || rows === 0 || key === undefined) {
      const answer = this.#version.run(inputs, outputNames, signal);
      return this.#order?.keep(answer) ?? answer;
    }
    const priority = priorityOf(this.#parameters, hints);
    const policy = policyOf(this.#parameters, priority);
    const refusal = this.#refusalOf(rows, priority, policy);
    if (refusal !== undefined) {
      return Promise.reject(refusal);
    }
    const cameAt = performance.now();
    const expiresAt = cameAt + timeLimitMs(policy, hints);
    const facts = { inputs, outputNames, rows, signal, key, priority, cameAt, expiresAt };
    const request = new BatchRequest(facts);
    this.#waiting.add(request);
    if (this.#running.size === 0) {
      this.#dispatch();
    } else {
      this.#dispatchAtEndOfTurn();
    }
    this.#lookLater();
    return this.#order?.keep(request.answer) ?? request.answer;
  }

  /** Rejects what waits: the version is being unloaded under it. */
  close(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#atEndOfTurn);
    for (const request of this.#waiting.clear()) {
      request.reject(
        new PerchError('ENGINE_RESTARTED', 'The version was unloaded before the request was run; try again.'),
      );
    }
  }

  /** Why a request of so many rows is not to be kept, in TensorFlow's and Triton's words; undefined where it is. */
  #refusalOf(rows: number, priority: number, policy: QueuePolicy): PerchError | undefined {
    const { maxBatchSize } = this.#parameters;
    if (rows > maxBatchSize) {
      return new PerchError(
        'BATCH_TOO_LARGE',
        `Task size ${rows} is larger than maximum input batch size ${maxBatchSize}`,
      );
    }
    if (this.#fullText(rows, priority, policy) === undefined) {
      return undefined;
    }
    this.#waiting.dropGone(performance.now());
    const text = this.#fullText(rows, priority, policy);
    return text === undefined
      ? undefined
      : new PerchError('BATCH_QUEUE_FULL', text, { retryAfterMs: this.#retryAfterMs() });
  }

  /** Says that there is no room for so many rows; undefined where there is. */
  #fullText(rows: number, priority: number, { maxQueueSize }: QueuePolicy): string | undefined {
    const { maxEnqueuedBatches, maxExecutionBatchSize } = this.#parameters;
    const waiting = this.#waiting.rows;
    if (waiting > 0 && waiting + rows > maxEnqueuedBatches * maxExecutionBatchSize) {
      return `The batch scheduling queue to which this task was submitted is full; currently ${Math.ceil(waiting / maxExecutionBatchSize)} batches enqueued and max_enqueued_batches is ${maxEnqueuedBatches}`;
    }
    return maxQueueSize > 0 && this.#waiting.countOf(priority) >= maxQueueSize
      ? 'Exceeds maximum queue size'
      : undefined;
  }

  /** When what waits now will have been run. */
  #retryAfterMs(): number {
    const { maxExecutionBatchSize, numBatchThreads } = this.#parameters;
    const batches = Math.ceil(this.#waiting.rows / maxExecutionBatchSize);
    return this.#times.estimateMs(batches / numBatchThreads);
  }

  #dispatchAtEndOfTurn(): void {
    if (this.#running.size < this.#parameters.numBatchThreads) {
      this.#atEndOfTurn ??= setImmediate(() => {
        this.#atEndOfTurn = undefined;
        this.#dispatch();
      });
    }
  }

  /** Begins every run that may begin now; sets the timer where only time is lacking. */
  #dispatch(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    while (this.#running.size < this.#parameters.numBatchThreads) {
      const parts = this.#runner.unbatchable
        ? this.#waiting.takeOne(now)
        : this.#waiting.take(now, this.#runningRows);
      if (parts === undefined) {
        const due = this.#waiting.nextDue();
        if (due !== Infinity) {
          this.#timer = setTimeout(() => this.#dispatch(), due - now);
        }
        return;
      }
      void this.#run(parts, now);
    }
  }

  async #run(parts: readonly BatchPart[], begun: number): Promise<void> {
    const rows = parts.reduce((sum, { from, to }) => sum + to - from, 0);
    this.#running.add(parts);
    this.#runningRows += rows;
    await this.#runner.run(parts, rows, begun);
    this.#running.delete(parts);
    this.#runningRows -= rows;
    this.#times.add(performance.now() - begun);
    if (this.#running.size === 0) {
      this.#dispatch();
    } else {
      this.#dispatchAtEndOfTurn();
    }
  }

  /** Looks in a while who left, as long as there is anybody: a run that hangs must not keep them. */
  #lookLater(): void {
    if (this.#look !== undefined) {
      return;
    }
    this.#look = setTimeout(() => {
      this.#look = undefined;
      this.#waiting.dropGone(performance.now());
      for (const parts of this.#running) {
        parts.forEach(({ request }) => request.rejectIfAborted());
      }
      if (this.#running.size > 0 || this.#waiting.rows > 0) {
        this.#lookLater();
      }
    }, lookEveryMs).unref();
  }
}
