// Triton's refinements: priorities, time-outs in the queue, its size, and the order of answers.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { QueuePolicy } from '../../../../../server/engine/batching/batch-parameters.ts';
import { AnswerOrder } from '../../../../../server/engine/batching/answer-order.ts';
import { policyOf, priorityOf, timeLimitMs } from '../../../../../server/engine/batching/queue-policy.ts';
import { PerchError } from '../../../../../server/errors.ts';
import { until } from '../../../../support/until.ts';
import { flush } from '../../fakes.ts';
import { allOutputs, assertAnswers, rejectsWith, setUp } from './queue-set-up.ts';
import { rowsOf } from './steered-version.ts';

const neverAborted = new AbortController().signal;

/** A policy with some that differ from Triton's defaults. */
function policyWith(some: Partial<QueuePolicy>): QueuePolicy {
  return {
    timeoutAction: 'reject',
    defaultTimeoutMicros: 0,
    allowTimeoutOverride: false,
    maxQueueSize: 0,
    ...some,
  };
}

/** Lets so much time pass that a time-out of a microsecond is over. */
async function outlast(): Promise<void> {
  const begun = performance.now();
  await until('time to pass', () => performance.now() > begun + 1);
}

describe('a priority', () => {
  it("is that of the request, or the model's default", () => {
    const levels = { priorityLevels: 3, defaultPriorityLevel: 2 };
    assert.deepEqual(
      [0, 1, 3, 4, -1].map((priority) => priorityOf(levels, { priority })),
      [2, 1, 3, 2, 2],
    );
    assert.equal(priorityOf(levels, {}), 2);
    assert.equal(priorityOf({}, { priority: 1 }), 0);
  });

  it('comes first, and within it who came first', async () => {
    const { send, underWay, finish } = setUp({
      maxBatchSize: 2,
      numBatchThreads: 1,
      priorityLevels: 3,
      defaultPriorityLevel: 2,
    });
    const ask = (n: number, priority?: number) =>
      send(rowsOf([n]), allOutputs, neverAborted, priority === undefined ? undefined : { priority });
    void ask(0);
    void ask(30, 3);
    void ask(20);
    void ask(31, 3);
    void ask(10, 1);
    void ask(21, 2);
    const seen: number[][] = [];
    for (let run = 0; run < 3; run++) {
      await finish();
      seen.push(underWay().flat());
    }
    assert.deepEqual(seen, [[10, 20], [21, 30], [31]]);
  });

  it('counts between requests that cannot share a batch, too', async () => {
    const { send, underWay, finish } = setUp({
      numBatchThreads: 1,
      priorityLevels: 2,
      defaultPriorityLevel: 2,
    });
    void send(rowsOf([0]));
    void send(rowsOf([1]));
    void send(rowsOf([2, 2]), allOutputs, neverAborted, { priority: 1 });
    await finish();
    assert.deepEqual(underWay(), [[2]]);
    await finish();
    assert.deepEqual(underWay(), [[1]]);
  });
});

describe('a queue policy', () => {
  it('is that of the priority, or the default', () => {
    const first = policyWith({ maxQueueSize: 1 });
    const other = policyWith({ maxQueueSize: 2 });
    const parameters = { defaultQueuePolicy: other, priorityQueuePolicies: new Map([[1, first]]) };
    assert.equal(policyOf(parameters, 1), first);
    assert.equal(policyOf(parameters, 2), other);
    assert.deepEqual(policyOf({}, 0), policyWith({}));
  });

  it('has a time-out, which a request may only shorten, and only where that is allowed', () => {
    const limit = (some: Partial<QueuePolicy>, timeoutMicros?: number): number =>
      timeLimitMs(policyWith(some), timeoutMicros === undefined ? {} : { timeoutMicros });
    const allowed = { allowTimeoutOverride: true, defaultTimeoutMicros: 5000 };
    assert.equal(limit({}), Infinity);
    assert.equal(limit({}, 1000), Infinity);
    assert.equal(limit({ defaultTimeoutMicros: 5000 }, 1000), 5);
    assert.deepEqual(
      [undefined, 0, 1000, 9000].map((micros) => limit(allowed, micros)),
      [5, 5, 1, 5],
    );
    assert.equal(limit({ allowTimeoutOverride: true }, 1000), 1);
  });

  it('rejects what waited too long, without a run', async () => {
    const { send, underWay, finish } = setUp({
      numBatchThreads: 1,
      defaultQueuePolicy: policyWith({ allowTimeoutOverride: true }),
    });
    void send(rowsOf([1]));
    const late = send(rowsOf([2]), allOutputs, neverAborted, { timeoutMicros: 1 });
    void send(rowsOf([3]));
    await outlast();
    await finish();
    assert.deepEqual(underWay(), [[3]]);
    await rejectsWith(late, 'DEADLINE_EXCEEDED', /^Request timeout expired$/);
  });

  it('rejects what waited too long while the engine hangs', async () => {
    const { send } = setUp({
      numBatchThreads: 1,
      defaultQueuePolicy: policyWith({ defaultTimeoutMicros: 1000 }),
    });
    void send(rowsOf([1]));
    let rejection: unknown;
    send(rowsOf([2])).catch((reason: unknown) => {
      rejection = reason;
    });
    await until('the rejection', () => PerchError.is(rejection, 'DEADLINE_EXCEEDED'));
  });

  it('delays what waited too long behind the others of its priority', async () => {
    const { send, underWay, finish, finishAll } = setUp({
      maxBatchSize: 2,
      numBatchThreads: 1,
      priorityLevels: 2,
      defaultPriorityLevel: 1,
      defaultQueuePolicy: policyWith({ timeoutAction: 'delay', allowTimeoutOverride: true }),
    });
    void send(rowsOf([0]));
    const late = send(rowsOf([1]), allOutputs, neverAborted, { timeoutMicros: 1 });
    void send(rowsOf([20]), allOutputs, neverAborted, { priority: 2 });
    void [2, 3, 4].map((n) => send(rowsOf([n])));
    await outlast();
    const seen: number[][] = [];
    for (let run = 0; run < 3; run++) {
      await finish();
      seen.push(underWay().flat());
    }
    assert.deepEqual(seen, [[2, 3], [4, 1], [20]]);
    await finishAll();
    await assertAnswers(late, rowsOf([1]));
  });

  it('limits how many wait, each priority for itself', async () => {
    const { send, finishAll } = setUp({
      numBatchThreads: 1,
      priorityLevels: 2,
      defaultPriorityLevel: 2,
      priorityQueuePolicies: new Map([[2, policyWith({ maxQueueSize: 2 })]]),
    });
    const accepted = [send(rowsOf([0])), send(rowsOf([1])), send(rowsOf([2, 2]))];
    await assert.rejects(send(rowsOf([3])), (reason) => {
      assert.ok(PerchError.is(reason, 'BATCH_QUEUE_FULL'));
      assert.equal(reason.message, 'Exceeds maximum queue size');
      return (reason.retryAfterMs ?? 0) >= 1;
    });
    accepted.push(send(rowsOf([4]), allOutputs, neverAborted, { priority: 1 }));
    await finishAll();
    await Promise.all(accepted);
  });
});

describe('preserved order', () => {
  it('holds answers back until the earlier ones are there', async () => {
    const { send, version, finishAll } = setUp({ preserveOrdering: true });
    const order: string[] = [];
    const note = (name: string, answer: Promise<unknown>): void => {
      void answer.then(
        () => order.push(name),
        () => order.push(`${name} failed`),
      );
    };
    note('first', send(rowsOf([1])));
    note('second', send(rowsOf([2, 2])));
    note('straight to the engine', send(rowsOf()));
    await flush();
    assert.equal(version.pending.length, 3);
    version.pending[2]!.finish();
    version.pending[1]!.finish();
    await flush();
    assert.deepEqual(order, []);
    await finishAll();
    assert.deepEqual(order, ['first', 'second', 'straight to the engine']);
  });

  it('tells errors at once, and waits for no failed one', async () => {
    const order = new AnswerOrder();
    let answerFirst: (value: string) => void = () => undefined;
    const first = order.keep(
      new Promise<string>((resolve) => {
        answerFirst = resolve;
      }),
    );
    const failed = order.keep(Promise.reject(new Error('bad')));
    let third: string | undefined;
    const last = order.keep(Promise.resolve('third')).then((value) => {
      third = value;
    });
    await assert.rejects(failed, /bad/);
    await flush();
    assert.equal(third, undefined);
    answerFirst('first');
    assert.equal(await first, 'first');
    await last;
    assert.equal(third, 'third');
  });
});
