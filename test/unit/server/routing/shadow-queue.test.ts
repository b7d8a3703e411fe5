// Shadows wait their turn, one at a time, are dropped where there are too many, and never reach the caller.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Tensor, TensorMap } from '../../../../server/codec/tensor.ts';
import {
  ShadowQueue,
  type ShadowCopy,
  type ShadowOutcome,
  type ShadowQueueOptions,
} from '../../../../server/routing/shadow-queue.ts';
import { flush } from '../fakes.ts';
import { numbers } from './tensors.ts';

/** One run that the test ends. */
interface Run {
  readonly copy: ShadowCopy;
  readonly signal: AbortSignal;
  readonly resolve: (outputs: TensorMap) => void;
  readonly reject: (reason: Error) => void;
}

const outputs: TensorMap = new Map([['y', numbers('float32', [1], [1])]]);
const copyOf = (model: string, bytes = 4): ShadowCopy => ({
  model,
  version: 2n,
  stableVersion: 1n,
  inputs: new Map([['x', numbers('uint8', [bytes], new Array<number>(bytes).fill(0))]]),
  outputs,
});

describe('ShadowQueue', () => {
  let runs: Run[];
  let finished: [copy: ShadowCopy, outcome: ShadowOutcome][];
  let hookFailures: unknown[];
  beforeEach(() => {
    runs = [];
    finished = [];
    hookFailures = [];
  });
  // What was offered and not waited for must not run in the next test.
  afterEach(flush);
  const newQueue = (more: Partial<ShadowQueueOptions> = {}): ShadowQueue =>
    new ShadowQueue({
      run: (copy, signal) =>
        new Promise((resolve, reject) => {
          runs.push({ copy, signal, resolve, reject });
        }),
      onFinished: (copy, outcome) => finished.push([copy, outcome]),
      onHookFailed: (reason) => hookFailures.push(reason),
      afterAnswer: setImmediate,
      ...more,
    });

  it('runs nothing before the caller’s turn has ended', async () => {
    const queue = newQueue();
    assert.equal(queue.offer(copyOf('m')), true);
    await Promise.resolve();
    assert.equal(runs.length, 0);
    assert.equal(queue.waiting('m'), 1);
    await flush();
    assert.equal(runs.length, 1);
    assert.equal(queue.waiting('m'), 0);
  });

  it('begins when the caller has had the time to get the answer, and goes on while copies wait', async () => {
    const begins: (() => void)[] = [];
    const queue = newQueue({ afterAnswer: (begin) => begins.push(begin) });
    queue.offer(copyOf('m'));
    await flush();
    queue.offer(copyOf('m'));
    assert.deepEqual([begins.length, runs.length], [1, 0]);
    begins[0]?.();
    runs[0]?.resolve(outputs);
    await flush();
    assert.equal(runs.length, 2);
    runs[1]?.resolve(outputs);
    await flush();
    queue.offer(copyOf('m'));
    await flush();
    assert.deepEqual([begins.length, runs.length], [2, 2]);
  });

  it('begins by itself', async () => {
    const answered = new Promise((resolve) => {
      const queue = new ShadowQueue({
        run: () => Promise.resolve(outputs),
        onFinished: resolve,
        onHookFailed: resolve,
      });
      queue.offer(copyOf('m'));
    });
    // Of its own, the queue keeps no process alive.
    const awake = setInterval(() => undefined, 1000);
    await answered;
    clearInterval(awake);
  });

  it('runs one copy of a model at a time, in order, and models beside each other', async () => {
    const queue = newQueue();
    const copies = [copyOf('m'), copyOf('m'), copyOf('n')];
    copies.forEach((copy) => queue.offer(copy));
    await flush();
    assert.deepEqual(
      runs.map(({ copy }) => copy),
      [copies[0], copies[2]],
    );
    runs[0]!.resolve(outputs);
    await flush();
    assert.equal(runs[2]?.copy, copies[1]);
    const [copy, outcome] = finished[0]!;
    assert.equal(copy, copies[0]);
    assert.equal(outcome.kind, 'answered');
  });

  it('tells of a run that failed, at once or later, and goes on', async () => {
    let fail = true;
    const queue = newQueue({
      run: () => {
        if (fail) {
          fail = false;
          throw new Error('at once');
        }
        return Promise.reject(new Error('later'));
      },
    });
    queue.offer(copyOf('m'));
    queue.offer(copyOf('m'));
    await flush();
    await flush();
    assert.deepEqual(
      finished.map(([, outcome]) => outcome.kind === 'failed' && (outcome.reason as Error).message),
      ['at once', 'later'],
    );
    assert.equal(queue.bytes, 0);
  });

  it('goes on where the hook fails', async () => {
    const broken = new Error('hook');
    const queue = newQueue({
      run: () => Promise.resolve(outputs),
      onFinished: () => {
        throw broken;
      },
    });
    queue.offer(copyOf('m'));
    queue.offer(copyOf('m'));
    await flush();
    await flush();
    assert.deepEqual(hookFailures, [broken, broken]);
    assert.equal(queue.bytes, 0);
  });

  it('drops what is too much, and counts it by reason', async () => {
    const queue = newQueue({ maxCopies: 2 });
    queue.offer(copyOf('m'));
    await flush();
    assert.deepEqual(
      [1, 2, 3, 4].map(() => queue.offer(copyOf('m'))),
      [true, true, false, false],
    );
    assert.equal(queue.offer(copyOf('n')), true);
    assert.deepEqual(queue.drops('m'), new Map([['queue-full', 2]]));
    assert.deepEqual(queue.drops('n'), new Map());
  });

  it('bounds the bytes of all copies, the running ones too', async () => {
    const queue = newQueue({ maxBytes: 250 });
    queue.offer(copyOf('m', 96));
    await flush();
    assert.equal(queue.bytes, 100);
    assert.equal(queue.offer(copyOf('n', 96)), true);
    assert.equal(queue.offer(copyOf('m', 96)), false);
    assert.deepEqual(queue.drops('m'), new Map([['bytes-full', 1]]));
    runs[0]!.resolve(outputs);
    await flush();
    assert.equal(queue.bytes, 100);
    assert.equal(queue.offer(copyOf('m', 96)), true);
  });

  it('counts the memory behind the tensors, once', () => {
    const queue = newQueue();
    const memory = new Uint8Array(1000);
    const view = { dtype: 'uint8', shape: [4], bytes: memory.subarray(0, 4) } as const;
    queue.offer({
      ...copyOf('m'),
      inputs: new Map<string, Tensor>([
        ['a', view],
        ['b', { ...view, bytes: memory.subarray(8, 12) }],
        ['c', { dtype: 'string', shape: [2], values: [memory.subarray(0, 1), new Uint8Array(7)] }],
      ]),
    });
    assert.equal(queue.bytes, 1000 + 7 + 4);
  });

  it('gives up what waits and what runs when the shadow stops', async () => {
    const queue = newQueue();
    queue.offer(copyOf('m'));
    queue.offer(copyOf('m'));
    queue.offer(copyOf('n'));
    await flush();
    queue.stop('m');
    assert.equal(runs[0]?.signal.aborted, true);
    assert.equal(runs[1]?.signal.aborted, false);
    assert.deepEqual(queue.drops('m'), new Map([['gone', 2]]));
    runs[0].reject(new Error('aborted'));
    await flush();
    assert.deepEqual(finished, []);
    assert.equal(runs.length, 2);
    runs[1].resolve(outputs);
    await flush();
    assert.equal(queue.bytes, 0);
  });

  it('stops what was not begun', async () => {
    const queue = newQueue();
    queue.offer(copyOf('m'));
    queue.stop('m');
    queue.stop('nobody');
    await flush();
    assert.equal(runs.length, 0);
    assert.equal(queue.bytes, 0);
    assert.deepEqual(queue.drops('m'), new Map([['gone', 1]]));
  });

  it('begins anew after a stop, even while the old run does not end', async () => {
    const queue = newQueue();
    queue.offer(copyOf('m'));
    await flush();
    queue.stop('m');
    queue.offer(copyOf('m'));
    await flush();
    assert.equal(runs.length, 2);
    assert.equal(runs[1]?.signal.aborted, false);
  });

  it('forgets the drops of a model that is gone', async () => {
    const queue = newQueue();
    queue.offer(copyOf('m'));
    await flush();
    queue.forget('m');
    runs[0]!.resolve(outputs);
    await flush();
    assert.deepEqual(queue.drops('m'), new Map());
  });
});
