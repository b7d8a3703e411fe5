// One request on its way through the batcher: how much of it is in batches, and what came back so far.
import type { TensorMap } from '../../codec/tensor.ts';
import { PerchError } from '../../errors.ts';
import type { RunResult } from '../../lifecycle/version-state.ts';
import { concatRows } from './tensor-rows.ts';

/** Rows of one request that are in one batch: from `from` to `to`, not included. */
export interface BatchPart {
  readonly request: BatchRequest;
  readonly from: number;
  readonly to: number;
}

/** What a request brings. `rows`, at least 1, is the first dimension of every input. */
export interface BatchRequestFacts {
  readonly inputs: TensorMap;
  readonly outputNames: readonly string[];
  readonly rows: number;
  readonly signal: AbortSignal;
  /** Requests with the same key may share a batch. */
  readonly key: string;
  /** The lowest is the first to be served. */
  readonly priority: number;
  /** performance.now() when it came, milliseconds. */
  readonly cameAt: number;
  /** performance.now() when it has waited long enough; Infinity: never. */
  readonly expiresAt: number;
}

/** A request and its answer, which is settled once. */
export class BatchRequest {
  readonly facts: BatchRequestFacts;
  readonly answer: Promise<RunResult>;
  /** Rows, from the first on, that are in batches already. */
  taken = 0;
  #settled = false;
  #runsWhole = false;
  #resolve: ((result: RunResult) => void) | undefined;
  #reject: ((reason: unknown) => void) | undefined;
  /** Answers of its parts, in no order, where it is divided. */
  #parts: { readonly from: number; readonly result: RunResult }[] | undefined;
  #answeredRows = 0;

  constructor(facts: BatchRequestFacts) {
    this.facts = facts;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Whether it has its answer, or its error. */
  get isSettled(): boolean {
    return this.#settled;
  }

  /** Whether it is to be run undivided now; true once, and never after it is settled. */
  claimWhole(): boolean {
    const claimed = !this.#settled && !this.#runsWhole;
    this.#runsWhole = true;
    return claimed;
  }

  resolve(result: RunResult): void {
    if (!this.#settled) {
      this.#settled = true;
      this.#resolve?.(result);
    }
  }

  reject(reason: PerchError): void {
    if (!this.#settled) {
      this.#settled = true;
      this.#reject?.(reason);
    }
  }

  /**
   * Rejects it if its signal has fired, with the signal's reason; whether nobody waits for its answer any more. There is
   * no listener on the signal: adding and removing one costs as much as all else that the batcher does for a request.
   */
  rejectIfAborted(): boolean {
    const { signal } = this.facts;
    if (!this.#settled && signal.aborted) {
      this.reject(PerchError.from(signal.reason));
    }
    return this.#settled;
  }

  /** Takes the answer for the part that begins with the row `from` and has `rows` rows; settles with the last part. */
  accept(from: number, rows: number, result: RunResult): void {
    if (rows === this.facts.rows) {
      this.resolve(result);
      return;
    }
    const parts = (this.#parts ??= []);
    parts.push({ from, result });
    this.#answeredRows += rows;
    if (this.#answeredRows === this.facts.rows) {
      this.resolve(joinParts(parts.sort((a, b) => a.from - b.from).map(({ result: part }) => part)));
    }
  }
}

/** One answer of those of its parts, which are in order and have the same outputs; the engine's time is their sum. */
function joinParts(parts: readonly RunResult[]): RunResult {
  const outputs = Array.from(parts[0]?.outputs.keys() ?? [], (name) => {
    const pieces = parts.flatMap((part) => part.outputs.get(name) ?? []);
    return [name, concatRows(pieces, 0)] as const;
  });
  return { outputs: new Map(outputs), engineUs: parts.reduce((sum, { engineUs }) => sum + engineUs, 0) };
}
