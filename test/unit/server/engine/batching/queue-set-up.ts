// A batch queue over a steered version, and short ways to use both.
import assert from 'node:assert/strict';
import type { TensorMap } from '../../../../../server/codec/tensor.ts';
import type { BatchingParameters } from '../../../../../server/engine/batching/batch-parameters.ts';
import { BatchQueue } from '../../../../../server/engine/batching/batch-queue.ts';
import type { BatchFacts } from '../../../../../server/engine/batching/batch-run.ts';
import { PerchError, type ErrorCode } from '../../../../../server/errors.ts';
import type { RunHints, RunResult } from '../../../../../server/lifecycle/version-state.ts';
import { flush } from '../../fakes.ts';
import { compute, numbersOf, parametersWith, plain, SteeredVersion } from './steered-version.ts';

/** The outputs of rowSignature. */
export const allOutputs = ['double', 'text'];

/** A queue over a steered version, and short ways to use it. */
export interface QueueSetUp {
  readonly version: SteeredVersion;
  readonly queue: BatchQueue;
  /** Asks the queue; nobody needs to handle the error. */
  readonly send: (
    inputs: TensorMap,
    outputNames?: readonly string[],
    signal?: AbortSignal,
    hints?: RunHints,
  ) => Promise<RunResult>;
  /** The first numbers of the rows of the runs under way. */
  readonly underWay: () => number[][];
  /** Ends the oldest run. */
  readonly finish: (reason?: PerchError) => Promise<void>;
  readonly finishAll: () => Promise<void>;
  readonly batches: BatchFacts[];
  /** Why the model was found not to work on batches. */
  readonly unbatchable: string[];
}

/** Makes a queue with these parameters over the defaults. */
export function setUp(some: Partial<BatchingParameters> = {}, version = new SteeredVersion()): QueueSetUp {
  const batches: BatchFacts[] = [];
  const unbatchable: string[] = [];
  const queue = new BatchQueue(version, parametersWith(some), {
    onBatch: (facts) => batches.push(facts),
    onUnbatchable: (reason) => unbatchable.push(reason),
  });
  const send = (
    inputs: TensorMap,
    outputNames: readonly string[] = allOutputs,
    signal = new AbortController().signal,
    hints?: RunHints,
  ): Promise<RunResult> => {
    const answer = queue.run(inputs, outputNames, signal, hints);
    answer.catch(() => undefined);
    return answer;
  };
  const underWay = (): number[][] =>
    version.pending.map(({ inputs }) => {
      const x = inputs.get('x');
      const width = x?.shape[1] ?? 1;
      return numbersOf(x).filter((_, i) => i % width === 0);
    });
  const finish = (reason?: PerchError): Promise<void> => {
    version.pending[0]!.finish(reason);
    return flush();
  };
  const finishAll = async (): Promise<void> => {
    while (version.pending.length > 0) {
      await finish();
    }
  };
  return { version, queue, send, underWay, finish, finishAll, batches, unbatchable };
}

/** Holds an answer to what the model computes of these inputs. */
export async function assertAnswers(
  answer: Promise<RunResult>,
  inputs: TensorMap,
  names = allOutputs,
): Promise<void> {
  assert.deepEqual(plain((await answer).outputs), plain(compute(inputs, names)));
}

/** Holds an answer to be an error with this code and text. */
export function rejectsWith(answer: Promise<unknown>, code: ErrorCode, text = /./): Promise<void> {
  return assert.rejects(answer, (reason) => PerchError.is(reason, code) && text.test(reason.message));
}
