// What is counted of the requests of a while: outcomes, times, batch sizes, outputs.
import type { TensorMap } from '../codec/tensor.ts';
import type { ErrorCode } from '../errors.ts';
import { TimeHistogram, type TimeQuantiles } from './statistics-latency.ts';
import { OutputSketches, type OutputSketch } from './statistics-outputs.ts';

/** How one request went. */
export interface RequestRecord {
  readonly model: string;
  readonly version: bigint;
  /** By which label it came to the version, named or by the route. */
  readonly label?: string;
  readonly code: 'OK' | ErrorCode;
  /** From the decoded request to the tensors of the answer, microseconds. */
  readonly micros: number;
  /** In queues before its run, microseconds. */
  readonly queueUs?: number;
  /** In the engine, microseconds. */
  readonly runUs?: number;
  /** Rows of the batch that it ran in. */
  readonly batchRows?: number;
  readonly outputs?: TensorMap;
}

/** Rows of the batches that requests ran in: a batch counts once for each of its requests. */
export interface BatchSizes {
  readonly requests: number;
  readonly meanRows: number;
  readonly maxRows: number;
}

/** The requests of a window. Times, batches and outputs are those of successful requests. */
export interface WindowStatistics {
  /** How far the counts reach back: what was asked for, or up to nine seconds more where that begins over a minute ago. */
  readonly seconds: number;
  readonly requests: number;
  readonly errorsByCode: ReadonlyMap<ErrorCode, number>;
  /** Answered ones among those that their caller did not cancel, 0 to 1; absent where there are none. */
  readonly successRate?: number;
  /** Absent where no time is known. */
  readonly total?: TimeQuantiles;
  readonly queue?: TimeQuantiles;
  readonly run?: TimeQuantiles;
  readonly batches?: BatchSizes;
  /** By name, for `drift`. They reach back to a full ten seconds of the clock: up to nine seconds more. */
  readonly outputs: ReadonlyMap<string, OutputSketch>;
}

/** Counts that two can be added up of. At most 5 kB and its outputs. */
export class Tally {
  readonly outputs = new OutputSketches();
  readonly #total = new TimeHistogram();
  #queue: TimeHistogram | undefined;
  #run: TimeHistogram | undefined;
  #requests = 0;
  readonly #errors = new Map<ErrorCode, number>();
  #batched = 0;
  #batchRows = 0;
  #maxRows = 0;

  /** Counts everything but the outputs. */
  add({ code, micros, queueUs, runUs, batchRows }: RequestRecord): void {
    this.#requests++;
    if (code !== 'OK') {
      this.#errors.set(code, (this.#errors.get(code) ?? 0) + 1);
      return;
    }
    this.#total.add(micros);
    if (queueUs !== undefined) {
      (this.#queue ??= new TimeHistogram()).add(queueUs);
    }
    if (runUs !== undefined) {
      (this.#run ??= new TimeHistogram()).add(runUs);
    }
    if (batchRows !== undefined) {
      this.#batched++;
      this.#batchRows += batchRows;
      this.#maxRows = Math.max(this.#maxRows, batchRows);
    }
  }

  /** Adds what `other` counted, but for its outputs. */
  merge(other: Tally): void {
    this.#requests += other.#requests;
    for (const [code, count] of other.#errors) {
      this.#errors.set(code, (this.#errors.get(code) ?? 0) + count);
    }
    this.#total.merge(other.#total);
    if (other.#queue !== undefined) {
      (this.#queue ??= new TimeHistogram()).merge(other.#queue);
    }
    if (other.#run !== undefined) {
      (this.#run ??= new TimeHistogram()).merge(other.#run);
    }
    this.#batched += other.#batched;
    this.#batchRows += other.#batchRows;
    this.#maxRows = Math.max(this.#maxRows, other.#maxRows);
  }

  reset(): void {
    this.outputs.reset();
    this.#requests = 0;
    this.#errors.clear();
    this.#total.reset();
    this.#queue?.reset();
    this.#run?.reset();
    this.#batched = 0;
    this.#batchRows = 0;
    this.#maxRows = 0;
  }

  /** Everything counted, as that of so many seconds. */
  statistics(seconds: number): WindowStatistics {
    const total = this.#total.quantiles();
    const queue = this.#queue?.quantiles();
    const run = this.#run?.quantiles();
    const judged = this.#requests - (this.#errors.get('CANCELLED') ?? 0);
    const failed = [...this.#errors.values()].reduce((sum, count) => sum + count, 0);
    return {
      seconds,
      requests: this.#requests,
      errorsByCode: new Map(this.#errors),
      ...(judged > 0 && { successRate: (this.#requests - failed) / judged }),
      ...(total !== undefined && { total }),
      ...(queue !== undefined && { queue }),
      ...(run !== undefined && { run }),
      ...(this.#batched > 0 && {
        batches: {
          requests: this.#batched,
          meanRows: this.#batchRows / this.#batched,
          maxRows: this.#maxRows,
        },
      }),
      outputs: this.outputs.byName,
    };
  }
}
