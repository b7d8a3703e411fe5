// What the batcher refuses, with which hint, and what it makes of clients that leave.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, it } from 'node:test';
import { BatchQueue } from '../../../../../server/engine/batching/batch-queue.ts';
import { RunTimes } from '../../../../../server/engine/batching/run-times.ts';
import { PerchError } from '../../../../../server/errors.ts';
import { until } from '../../../../support/until.ts';
import { flush } from '../../fakes.ts';
import { allOutputs, assertAnswers, rejectsWith, setUp } from './queue-set-up.ts';
import { parametersWith, rowsOf, SteeredVersion } from './steered-version.ts';

/** What a promise was rejected with, undefined while it was not. */
function rejectionOf(promise: Promise<unknown>): () => unknown {
  let rejection: unknown;
  promise.catch((reason: unknown) => {
    rejection = reason;
  });
  return () => rejection;
}

describe('a full queue', () => {
  it('refuses at once what is too large, and what there is no room for', async () => {
    const { send, finishAll, version } = setUp({
      maxBatchSize: 2,
      maxEnqueuedBatches: 2,
      numBatchThreads: 1,
    });
    await rejectsWith(
      send(rowsOf([1], [2], [3])),
      'BATCH_TOO_LARGE',
      /^Task size 3 is larger than maximum input batch size 2$/,
    );
    const accepted = [1, 2, 3, 4, 5].map((n) => send(rowsOf([n])));
    await rejectsWith(
      send(rowsOf([6])),
      'BATCH_QUEUE_FULL',
      /^The batch scheduling queue to which this task was submitted is full; currently 2 batches enqueued and max_enqueued_batches is 2$/,
    );
    await finishAll();
    await Promise.all(accepted);
    assert.deepEqual(
      version.runs.map(({ rows }) => rows),
      [1, 2, 2],
    );
  });

  it('says when to try again', async () => {
    const { send, finish } = setUp({ maxBatchSize: 1, maxEnqueuedBatches: 1, numBatchThreads: 1 });
    void send(rowsOf([1]));
    await finish();
    void [2, 3].map((n) => send(rowsOf([n])));
    await assert.rejects(send(rowsOf([4])), (reason) => {
      assert.ok(PerchError.is(reason, 'BATCH_QUEUE_FULL'));
      const { retryAfterMs = 0 } = reason;
      return Number.isInteger(retryAfterMs) && retryAfterMs >= 1 && retryAfterMs <= 30_000;
    });
  });

  it('has room again when a client left', async () => {
    const { send, underWay, finish } = setUp({ maxBatchSize: 2, maxEnqueuedBatches: 1, numBatchThreads: 1 });
    const client = new AbortController();
    void send(rowsOf([1]));
    const left = send(rowsOf([2], [2]), allOutputs, client.signal);
    client.abort();
    void send(rowsOf([3]));
    await rejectsWith(left, 'CANCELLED');
    await finish();
    assert.deepEqual(underWay(), [[3]]);
    await rejectsWith(send(rowsOf([4]), allOutputs, client.signal), 'CANCELLED');
    await flush();
    assert.deepEqual(underWay(), [[3]]);
  });
});

describe('RunTimes', () => {
  it('follows the latest runs, and keeps its hints between a millisecond and half a minute', () => {
    const times = new RunTimes();
    assert.equal(times.estimateMs(5), 1);
    times.add(10);
    assert.equal(times.estimateMs(2.5), 25);
    for (let run = 0; run < 50; run++) {
      times.add(100);
    }
    assert.equal(times.estimateMs(1), 100);
    assert.equal(times.estimateMs(10_000), 30_000);
    assert.equal(times.estimateMs(0), 1);
  });
});

describe('a client that leaves', () => {
  it('costs no run', async () => {
    const { send, underWay, finish } = setUp({ numBatchThreads: 1 });
    const client = new AbortController();
    void send(rowsOf([1]));
    const left = send(rowsOf([2]), allOutputs, client.signal);
    void send(rowsOf([3]));
    client.abort(new PerchError('DEADLINE_EXCEEDED', 'too late'));
    await finish();
    await rejectsWith(left, 'DEADLINE_EXCEEDED', /^too late$/);
    assert.deepEqual(underWay(), [[3]]);
  });

  it('is let go while the engine hangs, whether it waits or is in a run', async () => {
    const { send, underWay, version } = setUp({ numBatchThreads: 1 });
    const client = new AbortController();
    const inRun = rejectionOf(send(rowsOf([1]), allOutputs, client.signal));
    const waiting = rejectionOf(send(rowsOf([2]), allOutputs, client.signal));
    client.abort();
    await until('the rejections', () => inRun() !== undefined && waiting() !== undefined);
    assert.ok(PerchError.is(inRun(), 'CANCELLED') && PerchError.is(waiting(), 'CANCELLED'));
    assert.deepEqual(underWay(), [[1]]);
    version.pending[0]!.finish();
    await flush();
    assert.deepEqual(underWay(), []);
  });

  it('does not take its batch-mates with it', async () => {
    const { send, underWay, finish } = setUp({ numBatchThreads: 1 });
    const client = new AbortController();
    void send(rowsOf([1]));
    const left = rejectionOf(send(rowsOf([2]), allOutputs, client.signal));
    const stays = send(rowsOf([3]));
    await finish();
    assert.deepEqual(underWay(), [[2, 3]]);
    client.abort();
    await until('the rejection', () => PerchError.is(left(), 'CANCELLED'));
    await finish();
    await assertAnswers(stays, rowsOf([3]));
  });

  it('is no listener on its signal, which may be shared and live long', async () => {
    const version = new SteeredVersion();
    const queue = new BatchQueue(version, parametersWith({ numBatchThreads: 1 }));
    const { signal } = new AbortController();
    const answers = [1, 2, 3].map((n) => queue.run(rowsOf([n]), allOutputs, signal));
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
    while (version.pending.length > 0) {
      version.pending[0]!.finish();
      await flush();
    }
    await Promise.all(answers);
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
  });
});
