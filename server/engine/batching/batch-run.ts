// Runs batches of one version: merges and pads, hands the answers out, and runs requests alone where a batch fails.
import type { LoadedVersion, RunResult } from '../../lifecycle/version-state.ts';
import { PerchError, type ErrorCode } from '../../errors.ts';
import type { BatchingParameters } from './batch-parameters.ts';
import type { BatchPart, BatchRequest } from './batch-request.ts';
import { allowedSize } from './batch-size.ts';
import { distributeOutputs, hasRows, mergeInputs } from './merge.ts';
import { sliceAllRows } from './tensor-rows.ts';

/** A batch that is about to be run. */
export interface BatchFacts {
  readonly requests: number;
  /** Rows that requests brought. */
  readonly rows: number;
  /** Rows of the run: `rows` and the copies that fill it up to an allowed batch size. */
  readonly paddedRows: number;
  /** Rows of each request that begins in this batch: however it is divided, a request counts once. */
  readonly requestRows: readonly number[];
  /** How long each of the requests waited, microseconds. */
  readonly queueMicros: readonly number[];
}

/** What is told of a queue while it works. */
export interface BatchQueueHooks {
  readonly onBatch?: (facts: BatchFacts) => void;
  /** Called once, if the model turns out not to work on batches; `reason` says how. It is not batched from then on. */
  readonly onUnbatchable?: (reason: string) => void;
  /** Told what one of the others threw: no request fails of it. Must not throw. */
  readonly onHookFailed?: (reason: unknown) => void;
}

/** What no request of a batch is to blame for: running each again alone would fail as well, or make it worse. */
const engineTroubles: ReadonlySet<ErrorCode> = new Set([
  'ENGINE_CRASHED',
  'ENGINE_RESTARTED',
  'ENGINE_QUEUE_FULL',
]);

/** A batch is run for those that stayed, even if one of its clients leaves. */
const neverAborted = new AbortController().signal;

/** See the file's first line. */
export class BatchRunner {
  readonly #version: LoadedVersion;
  readonly #parameters: BatchingParameters;
  readonly #hooks: BatchQueueHooks;
  readonly #forget: (request: BatchRequest) => void;
  #unbatchable = false;

  /** `forget` takes what of a request still waits out of the queue: it has its error, or is run undivided. */
  constructor(
    version: LoadedVersion,
    parameters: BatchingParameters,
    hooks: BatchQueueHooks,
    forget: (request: BatchRequest) => void,
  ) {
    this.#version = version;
    this.#parameters = parameters;
    this.#hooks = hooks;
    this.#forget = forget;
  }

  /** Whether the model turned out not to work on batches: requests are to be run on their own and undivided. */
  get unbatchable(): boolean {
    return this.#unbatchable;
  }

  /** Runs the parts, `rows` rows, together and settles their requests. `now` is performance.now(). Does not reject. */
  async run(parts: readonly BatchPart[], rows: number, now: number): Promise<void> {
    const [first] = parts;
    if (first === undefined) {
      return;
    }
    const paddedRows = this.#unbatchable ? rows : allowedSize(this.#parameters.allowedBatchSizes, rows);
    this.#tell(() => this.#hooks.onBatch?.(factsOf(parts, rows, paddedRows, now)));
    const copies = paddedRows - rows;
    if (parts.length === 1 && copies === 0) {
      await this.#runPart(first);
      return;
    }
    let result: RunResult;
    try {
      const inputs = mergeInputs(parts, copies, this.#parameters.padVariableLengthInputs);
      result = await this.#version.run(inputs, first.request.facts.outputNames, neverAborted);
    } catch (reason) {
      await this.#afterFailure(parts, PerchError.from(reason));
      return;
    }
    if (hasRows(result.outputs, paddedRows)) {
      distributeOutputs(parts, result);
      return;
    }
    this.#giveUpBatching(`a run of ${paddedRows} rows gave an output with another first dimension`);
    for (const part of parts) {
      await this.#runPart(part);
    }
  }

  /** One bad request must not fail its batch-mates: each is run again without them. */
  async #afterFailure(parts: readonly BatchPart[], error: PerchError): Promise<void> {
    if (engineTroubles.has(error.code)) {
      parts.forEach(({ request }) => this.#fail(request, error));
      return;
    }
    const outcomes: boolean[] = [];
    for (const part of parts) {
      outcomes.push(await this.#runPart(part));
    }
    if (error.code === 'INFERENCE_FAILED' && outcomes.every(Boolean)) {
      this.#giveUpBatching('a batch failed of which each request works alone');
    }
  }

  /** Runs a part without others: the whole request where the model cannot be batched. Whether that worked. */
  async #runPart({ request, from, to }: BatchPart): Promise<boolean> {
    const { rows, inputs, outputNames, signal } = request.facts;
    if (this.#unbatchable || to - from === rows) {
      return this.#runWhole(request);
    }
    if (this.#leaveOut(request)) {
      return false;
    }
    try {
      const result = await this.#version.run(sliceAllRows(inputs, from, to), outputNames, signal);
      if (hasRows(result.outputs, to - from)) {
        request.accept(from, to - from, result);
        return true;
      }
    } catch (reason) {
      this.#fail(request, PerchError.from(reason));
      return false;
    }
    this.#giveUpBatching(`a run of ${to - from} rows gave an output with another first dimension`);
    return this.#runWhole(request);
  }

  /** Runs a request as it came, once. Whether it worked. */
  async #runWhole(request: BatchRequest): Promise<boolean> {
    if (this.#leaveOut(request) || !request.claimWhole()) {
      return false;
    }
    this.#forget(request);
    const { inputs, outputNames, signal } = request.facts;
    try {
      request.resolve(await this.#version.run(inputs, outputNames, signal));
      return true;
    } catch (reason) {
      this.#fail(request, PerchError.from(reason));
      return false;
    }
  }

  /** Whether a request is settled, or its client left: then nothing more is spent on it. */
  #leaveOut(request: BatchRequest): boolean {
    const gone = request.rejectIfAborted();
    if (gone) {
      this.#forget(request);
    }
    return gone;
  }

  #fail(request: BatchRequest, error: PerchError): void {
    this.#forget(request);
    request.reject(error);
  }

  #giveUpBatching(reason: string): void {
    if (!this.#unbatchable) {
      this.#unbatchable = true;
      this.#tell(() => this.#hooks.onUnbatchable?.(reason));
    }
  }

  #tell(callHook: () => void): void {
    try {
      callHook();
    } catch (reason) {
      this.#hooks.onHookFailed?.(reason);
    }
  }
}

function factsOf(parts: readonly BatchPart[], rows: number, paddedRows: number, now: number): BatchFacts {
  const requestRows: number[] = [];
  const queueMicros: number[] = [];
  for (const { request, from } of parts) {
    const { facts } = request;
    if (from === 0) {
      requestRows.push(facts.rows);
    }
    queueMicros.push((now - facts.cameAt) * 1000);
  }
  return { requests: parts.length, rows, paddedRows, requestRows, queueMicros };
}
