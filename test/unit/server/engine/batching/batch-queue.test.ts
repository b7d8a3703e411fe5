// The batcher, run by run: what shares a batch, what waits, and how answers come apart.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TensorMap } from '../../../../../server/codec/tensor.ts';
import { flush } from '../../fakes.ts';
import { until } from '../../../../support/until.ts';
import { allOutputs, assertAnswers, rejectsWith, setUp } from './queue-set-up.ts';
import { numbersOf, rowsOf } from './steered-version.ts';

describe('BatchQueue', () => {
  it('runs a request at once, and as it came, when nothing is under way', async () => {
    const { version, send, finish, batches } = setUp();
    const inputs = rowsOf([1, 2], [3, 4]);
    const answer = send(inputs);
    assert.equal(version.pending[0]?.inputs, inputs);
    await finish();
    await assertAnswers(answer, inputs);
    assert.deepEqual(
      batches.map(({ requests, rows, paddedRows }) => [requests, rows, paddedRows]),
      [[1, 2, 2]],
    );
  });

  it('puts what comes during a run into the next batch, with two in flight', async () => {
    const { send, underWay, finish, finishAll, batches } = setUp();
    const inputs = [1, 2, 3, 4, 5, 6].map((n) => rowsOf([n]));
    const answers = inputs.slice(0, 4).map((one) => send(one));
    assert.deepEqual(underWay(), [[1]]);
    await flush();
    assert.deepEqual(underWay(), [[1], [2, 3]]);
    answers.push(...inputs.slice(4).map((one) => send(one)));
    await flush();
    assert.deepEqual(underWay(), [[1], [2, 3]]);
    await finish();
    assert.deepEqual(underWay(), [
      [2, 3],
      [4, 5, 6],
    ]);
    await finishAll();
    await Promise.all(answers.map((answer, i) => assertAnswers(answer, inputs[i]!)));
    assert.deepEqual(
      batches.map(({ requests }) => requests),
      [1, 2, 3],
    );
    assert.ok(batches.every(({ queueMicros }) => queueMicros.every((micros) => micros >= 0)));
  });

  it('waits for the run under way where only one thread is allowed', async () => {
    const { send, underWay, finish } = setUp({ numBatchThreads: 1 });
    void [1, 2, 3].map((n) => send(rowsOf([n])));
    await flush();
    assert.deepEqual(underWay(), [[1]]);
    await finish();
    assert.deepEqual(underWay(), [[2, 3]]);
  });

  it('runs by itself, and without waiting for a batch, what is of the background', async () => {
    const { send, underWay, finishAll } = setUp({ numBatchThreads: 1, preserveOrdering: true });
    void [1, 2].map((n) => send(rowsOf([n])));
    const inputs = rowsOf([3]);
    const answer = send(inputs, allOutputs, undefined, { isBackground: true });
    void send(rowsOf([4]));
    await flush();
    assert.deepEqual(underWay(), [[1], [3]]);
    await finishAll();
    await assertAnswers(answer, inputs);
  });

  it('fills a batch with all that fits, and begins the next one with what was passed over', async () => {
    const { send, underWay, finish } = setUp({ maxBatchSize: 3, numBatchThreads: 1 });
    void send(rowsOf([0]));
    void send(rowsOf([1], [2]));
    void send(rowsOf([3], [4], [5]));
    void send(rowsOf([6]));
    await finish();
    assert.deepEqual(underWay(), [[1, 2, 6]]);
    await finish();
    assert.deepEqual(underWay(), [[3, 4, 5]]);
  });

  it('keeps other shapes and other outputs apart, and serves them in turn', async () => {
    const { send, underWay, finish, finishAll, version } = setUp({ maxBatchSize: 2, numBatchThreads: 1 });
    void send(rowsOf([0]));
    void [1, 2, 3].map((n) => send(rowsOf([n])));
    const wide = send(rowsOf([4, 4]));
    const filtered = send(rowsOf([5]), ['text']);
    void send(rowsOf([6]));
    const seen: number[][] = [];
    for (let run = 0; run < 4; run++) {
      await finish();
      seen.push(underWay().flat());
    }
    assert.deepEqual(seen, [[1, 2], [4], [5], [3, 6]]);
    await finishAll();
    await assertAnswers(wide, rowsOf([4, 4]));
    await assertAnswers(filtered, rowsOf([5]), ['text']);
    assert.deepEqual(
      version.runs.map(({ outputNames }) => outputNames.length),
      [2, 2, 2, 1, 2],
    );
  });

  it('lets what cannot be in a batch through to the engine', () => {
    const { version, send } = setUp({ numBatchThreads: 1 });
    void send(rowsOf([1]));
    const odd: [string, TensorMap, string[]][] = [
      ['no rows', rowsOf(), allOutputs],
      [
        'another dtype',
        new Map([['x', { dtype: 'int8', shape: [1, 1], bytes: new Uint8Array(1) }]]),
        allOutputs,
      ],
      ['a scalar', new Map([['x', { dtype: 'int8', shape: [], bytes: new Uint8Array(1) }]]), allOutputs],
      ['another name', new Map([['z', rowsOf([1]).get('x')!]]), allOutputs],
      ['too many inputs', new Map([...rowsOf([1]), ['z', rowsOf([1]).get('x')!]]), allOutputs],
      ['an unknown output', rowsOf([1]), ['nothing']],
    ];
    for (const [what, inputs, names] of odd) {
      void send(inputs, names);
      assert.equal(version.pending.at(-1)?.inputs, inputs, what);
    }
    assert.equal(version.pending.length, 1 + odd.length);
  });

  it('pads to the next allowed size with the first row, and cuts the answers', async () => {
    const { send, underWay, finish, finishAll, batches } = setUp({
      maxBatchSize: 8,
      allowedBatchSizes: [1, 4, 8],
      numBatchThreads: 1,
    });
    const inputs = [rowsOf([1]), rowsOf([2]), rowsOf([3], [4]), rowsOf([5], [6])];
    const answers = inputs.map((one) => send(one));
    assert.deepEqual(underWay(), [[1]]);
    await finish();
    assert.deepEqual(underWay(), [[2, 3, 4, 5, 6, 2, 2, 2]]);
    await finishAll();
    await Promise.all(answers.map((answer, i) => assertAnswers(answer, inputs[i]!)));
    assert.deepEqual(
      batches.map(({ rows, paddedRows }) => [rows, paddedRows]),
      [
        [1, 1],
        [5, 8],
      ],
    );
  });

  it('pads inputs of several lengths with zeros where that is asked for', async () => {
    const { send, version, finish, finishAll } = setUp({ padVariableLengthInputs: true, numBatchThreads: 1 });
    void send(rowsOf([1]));
    const answers = [send(rowsOf([1, 2], [3, 4])), send(rowsOf([5, 6, 7])), send(rowsOf([8]))];
    await finish();
    const x = version.pending[0]?.inputs.get('x');
    assert.deepEqual(x?.shape, [4, 3]);
    assert.deepEqual(numbersOf(x), [1, 2, 0, 3, 4, 0, 5, 6, 7, 8, 0, 0]);
    await finishAll();
    // As in TF Serving the outputs keep the padding: only the model knows which of its dimensions come from it.
    await assertAnswers(answers[0]!, rowsOf([1, 2, 0], [3, 4, 0]));
    await assertAnswers(answers[2]!, rowsOf([8, 0, 0]));
  });

  it('divides large requests between batches where that is asked for, and puts the answers together', async () => {
    const { send, underWay, finish, finishAll, batches } = setUp({
      maxBatchSize: 8,
      maxExecutionBatchSize: 3,
      enableLargeBatchSplitting: true,
      numBatchThreads: 1,
    });
    const inputs = [rowsOf([1]), rowsOf([2], [3], [4], [5], [6]), rowsOf([7], [8])];
    const answers = inputs.map((one) => send(one));
    const seen: number[][] = [];
    for (let run = 0; run < 3; run++) {
      await finish();
      seen.push(underWay().flat());
    }
    assert.deepEqual(seen, [[2, 3, 4], [5, 6, 7], [8]]);
    await finishAll();
    assert.deepEqual(
      batches.map(({ rows, requestRows }) => [rows, requestRows]),
      [
        [1, [1]],
        [3, [5]],
        [3, [2]],
        [1, []],
      ],
    );
    await Promise.all(answers.map((answer, i) => assertAnswers(answer, inputs[i]!)));
  });

  it('lets a batch that is not full wait where a timeout is set, and a full one not', async () => {
    const hour = 3_600_000_000;
    const { queue, send, underWay, finish } = setUp({ maxBatchSize: 2, batchTimeoutMicros: hour });
    const first = send(rowsOf([1]));
    await flush();
    assert.deepEqual(underWay(), []);
    void send(rowsOf([2]));
    assert.deepEqual(underWay(), [[1, 2]]);
    await finish();
    await first;
    const waits = send(rowsOf([3]));
    await flush();
    assert.deepEqual(underWay(), []);
    queue.close();
    await rejectsWith(waits, 'ENGINE_RESTARTED', /unloaded/);
  });

  it('runs what waited for the timeout', async () => {
    const { send, underWay, finish } = setUp({ batchTimeoutMicros: 2000 });
    const answers = [send(rowsOf([1])), send(rowsOf([2]))];
    await until('the batch', () => underWay().length > 0);
    assert.deepEqual(underWay(), [[1, 2]]);
    await finish();
    await Promise.all(answers);
  });
});
