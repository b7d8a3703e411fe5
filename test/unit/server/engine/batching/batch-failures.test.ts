// Who pays for a run that fails: not those that shared a batch with the cause.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tensor, TensorMap } from '../../../../../server/codec/tensor.ts';
import { BatchQueue } from '../../../../../server/engine/batching/batch-queue.ts';
import { PerchError } from '../../../../../server/errors.ts';
import { flush } from '../../fakes.ts';
import { allOutputs, assertAnswers, rejectsWith, setUp } from './queue-set-up.ts';
import {
  compute,
  parametersWith,
  plain,
  poison,
  rowsOf,
  rowSignature,
  SteeredVersion,
} from './steered-version.ts';

describe('a batch that fails', () => {
  it('runs the requests of a failed batch again, one by one, and leaves out those whose client left', async () => {
    const { send, underWay, finish, unbatchable } = setUp({ numBatchThreads: 1 });
    const client = new AbortController();
    void send(rowsOf([1]));
    const bad = send(rowsOf([2], [poison]));
    const left = send(rowsOf([3]), allOutputs, client.signal);
    const good = send(rowsOf([4]));
    await finish();
    client.abort();
    await finish();
    assert.deepEqual(underWay(), [[2, poison]]);
    await finish();
    assert.deepEqual(underWay(), [[4]]);
    await finish();
    await rejectsWith(bad, 'INFERENCE_FAILED', /poison/);
    await rejectsWith(left, 'CANCELLED');
    await assertAnswers(good, rowsOf([4]));
    assert.deepEqual(unbatchable, []);
  });

  for (const code of ['ENGINE_CRASHED', 'ENGINE_RESTARTED', 'ENGINE_QUEUE_FULL'] as const) {
    it(`does not run a batch again that ended with ${code}`, async () => {
      const { send, finish, version } = setUp({ numBatchThreads: 1 });
      void send(rowsOf([1]));
      const batch = [2, 3].map((n) => send(rowsOf([n])));
      await finish();
      await finish(new PerchError(code, 'gone'));
      await Promise.all(batch.map((answer) => rejectsWith(answer, code)));
      assert.equal(version.runs.length, 2);
    });
  }

  it('fails a divided request once, and takes the rest of it out of the queue', async () => {
    const { send, underWay, finish, finishAll } = setUp({
      maxBatchSize: 8,
      maxExecutionBatchSize: 2,
      enableLargeBatchSplitting: true,
      numBatchThreads: 1,
    });
    void send(rowsOf([1]));
    const bad = send(rowsOf([2], [poison], [4], [5], [6]));
    const good = send(rowsOf([7]));
    await finish();
    assert.deepEqual(underWay(), [[2, poison]]);
    await finish();
    assert.deepEqual(underWay(), [[7]]);
    await finishAll();
    await rejectsWith(bad, 'INFERENCE_FAILED');
    await assertAnswers(good, rowsOf([7]));
  });
});

describe('a model that does not work on batches', () => {
  /** One row comes out, whatever goes in. */
  const summing = (inputs: TensorMap, names: readonly string[]): TensorMap =>
    new Map(
      Array.from(compute(inputs, names), ([name, tensor]): [string, Tensor] => [
        name,
        tensor.dtype === 'string'
          ? { ...tensor, shape: [1], values: [Buffer.concat(tensor.values)] }
          : { ...tensor, shape: [1, tensor.shape[0]! * tensor.shape[1]!] },
      ]),
    );
  /** Knows one row only, as an exported Reshape with a fixed size does. */
  const oneRowOnly = (inputs: TensorMap, names: readonly string[]): TensorMap => {
    if (inputs.get('x')?.shape[0] !== 1) {
      throw new PerchError('INFERENCE_FAILED', 'Reshape');
    }
    return compute(inputs, names);
  };

  it('is found by outputs of another first dimension; its requests are run alone, then and later', async () => {
    const { send, underWay, finishAll, unbatchable, version } = setUp(
      { numBatchThreads: 2, allowedBatchSizes: [1, 4], maxBatchSize: 4 },
      new SteeredVersion(rowSignature, summing),
    );
    const inputs = [rowsOf([1]), rowsOf([2]), rowsOf([3], [4]), rowsOf([5], [6])];
    const answers = inputs.map((one) => send(one));
    await flush();
    assert.deepEqual(underWay(), [[1], [2, 3, 4, 2]]);
    await finishAll();
    answers.push(send(rowsOf([7], [8])), send(rowsOf([9])));
    await finishAll();
    const outputs = await Promise.all(answers.map(async (answer) => plain((await answer).outputs)));
    assert.deepEqual(
      outputs,
      [...inputs, rowsOf([7], [8]), rowsOf([9])].map((one) => plain(summing(one, allOutputs))),
    );
    assert.equal(unbatchable.length, 1);
    assert.match(unbatchable[0]!, /first dimension/);
    assert.equal(version.mostInFlight, 2);
  });

  it('is found by batches that fail while each of their requests works', async () => {
    const { send, underWay, finishAll, unbatchable } = setUp(
      {},
      new SteeredVersion(rowSignature, oneRowOnly),
    );
    const answers = [1, 2, 3].map((n) => send(rowsOf([n])));
    await flush();
    await finishAll();
    await Promise.all(answers.map((answer, i) => assertAnswers(answer, rowsOf([i + 1]))));
    assert.deepEqual(unbatchable, ['a batch failed of which each request works alone']);
    void [4, 5, 6].map((n) => send(rowsOf([n])));
    await flush();
    assert.deepEqual(underWay(), [[4], [5]]);
  });

  it('answers a divided request whole', async () => {
    const { send, finishAll, unbatchable, version } = setUp(
      { maxBatchSize: 8, maxExecutionBatchSize: 2, enableLargeBatchSplitting: true },
      new SteeredVersion(rowSignature, summing),
    );
    const inputs = rowsOf([1], [2], [3], [4], [5]);
    const answer = send(inputs);
    await flush();
    await finishAll();
    assert.deepEqual(plain((await answer).outputs), plain(summing(inputs, allOutputs)));
    assert.equal(unbatchable.length, 1);
    assert.equal(version.succeeded.filter(({ rows }) => rows === 5).length, 1);
  });

  it('answers though a hook throws, and says so', async () => {
    const version = new SteeredVersion(rowSignature, summing);
    const failures: unknown[] = [];
    const fail = (what: string) => (): never => {
      throw new Error(what);
    };
    const queue = new BatchQueue(version, parametersWith({ numBatchThreads: 1 }), {
      onBatch: fail('batch'),
      onUnbatchable: fail('unbatchable'),
      onHookFailed: (reason) => failures.push(reason),
    });
    const { signal } = new AbortController();
    const inputs = [1, 2, 3].map((n) => rowsOf([n]));
    const answers = inputs.map((one) => queue.run(one, allOutputs, signal));
    while (version.pending.length > 0) {
      version.pending[0]!.finish();
      await flush();
    }
    for (const [i, answer] of answers.entries()) {
      assert.deepEqual(plain((await answer).outputs), plain(summing(inputs[i]!, allOutputs)));
    }
    assert.deepEqual(failures.map(String), ['Error: batch', 'Error: batch', 'Error: unbatchable']);
  });
});
