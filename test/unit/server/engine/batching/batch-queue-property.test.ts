// Any arrivals, sizes, failures and cancellations: every request gets its own rows, and nothing is lost or run twice.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { TensorMap } from '../../../../../server/codec/tensor.ts';
import type { BatchingParameters } from '../../../../../server/engine/batching/batch-parameters.ts';
import { BatchQueue } from '../../../../../server/engine/batching/batch-queue.ts';
import { PerchError } from '../../../../../server/errors.ts';
import type { RunResult } from '../../../../../server/lifecycle/version-state.ts';
import { flush } from '../../fakes.ts';
import {
  compute,
  numbersOf,
  parametersWith,
  plain,
  poison,
  rowsOf,
  SteeredVersion,
  type SteeredRun,
} from './steered-version.ts';

type Step =
  | {
      readonly kind: 'send';
      readonly rows: number;
      readonly width: number;
      readonly bad: boolean;
      readonly outputs: readonly string[];
      readonly priority: number;
    }
  | { readonly kind: 'finish'; readonly which: number }
  | { readonly kind: 'crash'; readonly which: number }
  | { readonly kind: 'cancel'; readonly which: number }
  | { readonly kind: 'turn' };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('send' as const),
        rows: fc.integer({ min: 1, max: 7 }),
        width: fc.integer({ min: 1, max: 2 }),
        bad: fc.nat(7).map((n) => n === 0),
        outputs: fc.constantFrom(['double', 'text'], ['text']),
        priority: fc.nat(4),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('finish' as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), which: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat() }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('turn' as const) }) },
  ),
  { minLength: 10, maxLength: 80, size: 'max' },
);

const parameters: fc.Arbitrary<BatchingParameters> = fc
  .record({
    threads: fc.integer({ min: 1, max: 3 }),
    most: fc.integer({ min: 1, max: 8 }),
    extra: fc.nat(6),
    split: fc.boolean(),
    sizes: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }),
    enqueued: fc.integer({ min: 1, max: 4 }),
    preferred: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 3 }),
    priorities: fc.nat(3),
    ordered: fc.boolean(),
  })
  .map(({ threads, most, extra, split, sizes, enqueued, preferred, priorities, ordered }) =>
    parametersWith({
      numBatchThreads: threads,
      maxBatchSize: split ? most + extra : most,
      maxExecutionBatchSize: most,
      enableLargeBatchSplitting: split,
      maxEnqueuedBatches: enqueued,
      preferredBatchSizes: preferred.filter((size) => size <= most),
      priorityLevels: priorities,
      preserveOrdering: ordered,
      allowedBatchSizes:
        sizes.length === 0 ? [] : [...sizes.filter((size) => size < most).sort((a, b) => a - b), most],
    }),
  );

interface Sent {
  readonly inputs: TensorMap;
  readonly outputs: readonly string[];
  readonly bad: boolean;
  readonly client: AbortController;
  /** The number that stands at the head of its first row, and of how many rows. */
  readonly firstId: number;
  readonly rows: number;
  /** How many runs had begun when its client left. */
  leftAtRun: number | undefined;
  answer: RunResult | PerchError | undefined;
  /** How many answers, errors not counted, had been given before. */
  answeredAs: number | undefined;
}

/** Sends, finishes and cancels as the steps say, then lets everything end. Gives what became of each request. */
async function play(queue: BatchQueue, version: SteeredVersion, plan: readonly Step[]): Promise<Sent[]> {
  const sent: Sent[] = [];
  let nextId = 1;
  let answers = 0;
  for (const step of plan) {
    const run = 'which' in step ? version.pending[step.which % (version.pending.length || 1)] : undefined;
    if (step.kind === 'send') {
      const ids = Array.from({ length: step.rows }, () => nextId++);
      const rows = ids.map((id, i) => {
        const value = step.bad && i === step.rows - 1 ? poison : 0;
        return step.width === 1 ? [value === poison ? poison : id] : [id, value];
      });
      const request: Sent = {
        inputs: rowsOf(...rows),
        outputs: step.outputs,
        bad: step.bad,
        client: new AbortController(),
        firstId: ids[0]!,
        rows: step.rows,
        leftAtRun: undefined,
        answer: undefined,
        answeredAs: undefined,
      };
      sent.push(request);
      const hints = { priority: step.priority };
      void queue.run(request.inputs, request.outputs, request.client.signal, hints).then(
        (result) => {
          request.answer = result;
          request.answeredAs = answers++;
        },
        (reason: unknown) => (request.answer = PerchError.from(reason)),
      );
    } else if (step.kind === 'finish') {
      run?.finish();
      await Promise.resolve();
    } else if (step.kind === 'crash') {
      run?.finish(new PerchError('ENGINE_RESTARTED', 'gone'));
    } else if (step.kind === 'cancel') {
      const request = sent[step.which % (sent.length || 1)];
      if (request !== undefined && request.answer === undefined) {
        request.client.abort();
        request.leftAtRun = version.runs.length;
      }
    } else {
      await flush();
    }
  }
  await flush();
  while (version.pending.length > 0) {
    version.pending[0]?.finish();
    await flush();
  }
  return sent;
}

/** The first numbers of the rows of a run. */
function headsOf({ inputs }: SteeredRun): Set<number> {
  const x = inputs.get('x');
  const width = x?.shape[1] ?? 1;
  return new Set(numbersOf(x).filter((_, i) => i % width === 0));
}

/** Head of row -> how many of the runs that worked had it. */
function countRuns(version: SteeredVersion): Map<number, number> {
  const counts = new Map<number, number>();
  for (const run of version.succeeded) {
    headsOf(run).forEach((head) => counts.set(head, (counts.get(head) ?? 0) + 1));
  }
  return counts;
}

describe('BatchQueue, whatever happens', () => {
  it('gives each request the answer that it would have had alone', async () => {
    await fc.assert(
      fc.asyncProperty(parameters, steps, async (chosen, plan) => {
        const version = new SteeredVersion();
        const sent = await play(new BatchQueue(version, chosen), version, plan);
        const counts = countRuns(version);
        const crashes = plan.some(({ kind }) => kind === 'crash');
        for (const { inputs, outputs, bad, leftAtRun, answer, firstId, rows } of sent) {
          assert.ok(answer !== undefined, 'a request was lost');
          const heads = Array.from({ length: rows }, (_, i) => firstId + i);
          const timesRun = heads.map((head) => counts.get(head) ?? 0);
          assert.ok(Math.max(...timesRun) <= 1, 'a row was run twice');
          const later = leftAtRun === undefined ? [] : version.runs.slice(leftAtRun);
          assert.ok(
            later.every((run) => heads.every((head) => !headsOf(run).has(head))),
            'a run was spent on a client that had left',
          );
          if (answer instanceof PerchError) {
            const allowed = [
              ...(rows > chosen.maxBatchSize ? ['BATCH_TOO_LARGE'] : ['BATCH_QUEUE_FULL']),
              ...(bad ? ['INFERENCE_FAILED'] : []),
              ...(leftAtRun === undefined ? [] : ['CANCELLED']),
              ...(crashes ? ['ENGINE_RESTARTED'] : []),
            ];
            assert.ok(allowed.includes(answer.code), `${answer.code} is none of ${allowed.join()}`);
          } else {
            assert.ok(!bad && rows <= chosen.maxBatchSize);
            assert.deepEqual(plain(answer.outputs), plain(compute(inputs, outputs)));
            assert.deepEqual(
              timesRun,
              heads.map(() => 1),
            );
          }
        }
        if (chosen.preserveOrdering === true) {
          const order = sent.flatMap(({ answeredAs }) => answeredAs ?? []);
          assert.deepEqual(
            order,
            order.toSorted((a, b) => a - b),
          );
        }
        assert.ok(version.mostInFlight <= chosen.numBatchThreads);
        for (const { rows } of version.runs) {
          assert.ok(rows <= chosen.maxExecutionBatchSize);
        }
      }),
      { numRuns: 300 },
    );
  });
});
