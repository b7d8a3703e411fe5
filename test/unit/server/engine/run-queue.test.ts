// The queue of a host: order, what is dropped, what is refused, and that no place is ever lost.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RunQueue } from '../../../../server/engine/run-queue.ts';
import { PerchError } from '../../../../server/errors.ts';
import { flush } from '../fakes.ts';

/** Runs that the queue lets go at once. */
const places = 4;

/** A run that ends when the test says so. */
class HeldRun {
  readonly abort = new AbortController();
  begun = false;
  outcome = 'waits';
  succeed: () => void = () => undefined;
  fail: (reason: Error) => void = () => undefined;

  constructor(queue: RunQueue, order: HeldRun[] = [], isBackground = false) {
    const run = queue.run({
      signal: this.abort.signal,
      isBackground,
      begin: () => {
        this.begun = true;
        order.push(this);
        return new Promise<void>((resolve, reject) => {
          this.succeed = resolve;
          this.fail = reject;
        });
      },
    });
    run.then(
      () => (this.outcome = 'done'),
      (reason: unknown) => (this.outcome = reason instanceof Error ? reason.message : String(reason)),
    );
  }
}

const gone = new PerchError('CANCELLED', 'gone');

describe('the queue of a host', () => {
  it('lets four runs go at once, and the others in their order as these end', async () => {
    const queue = new RunQueue(0);
    const order: HeldRun[] = [];
    const runs = Array.from({ length: 9 }, () => new HeldRun(queue, order));
    assert.deepEqual([order.length, queue.length], [places, 5]);
    runs[2]?.succeed();
    await flush();
    assert.deepEqual(order, runs.slice(0, 5));
    for (const run of [...order, ...order]) {
      run.succeed();
      await flush();
    }
    order.forEach((run) => run.succeed());
    await flush();
    order.forEach((run) => run.succeed());
    await flush();
    assert.deepEqual(order, runs);
    assert.equal(queue.length, 0);
  });

  it('never begins a run whose signal fired before its turn, and answers with its reason', async () => {
    const queue = new RunQueue(0);
    const running = Array.from({ length: places }, () => new HeldRun(queue));
    const waiting = Array.from({ length: 5 }, () => new HeldRun(queue));
    waiting.slice(0, 4).forEach(({ abort }) => abort.abort(gone));
    running[0]?.succeed();
    await flush();
    assert.deepEqual(
      waiting.map(({ begun, outcome }) => [begun, outcome]),
      [...Array<[boolean, string]>(4).fill([false, 'gone']), [true, 'waits']],
    );
  });

  it('does not take a run whose signal has fired already', async () => {
    const queue = new RunQueue(0);
    const begin = (): Promise<void> => assert.fail('it began');
    await assert.rejects(queue.run({ signal: AbortSignal.abort(gone), begin }), { message: 'gone' });
  });

  it('gives the place of a run that fails to the next one, also where it throws at once', async () => {
    const queue = new RunQueue(0);
    const held = Array.from({ length: places }, () => new HeldRun(queue));
    const thrown = queue.run({
      signal: new AbortController().signal,
      begin: () => {
        throw new Error('at once');
      },
    });
    const last = new HeldRun(queue);
    held[0]?.fail(new Error('broken'));
    await assert.rejects(thrown, { message: 'at once' });
    await flush();
    assert.deepEqual([held[0]?.outcome, last.begun], ['broken', true]);
  });

  it('refuses what is beyond its limit at once, with a hint', async () => {
    const queue = new RunQueue(2);
    const taken = Array.from({ length: places + 2 }, () => new HeldRun(queue));
    const begin = (): Promise<void> => assert.fail('it began');
    const refused = await queue
      .run({ signal: new AbortController().signal, begin })
      .catch((reason: unknown) => PerchError.from(reason));
    assert.ok(PerchError.is(refused, 'ENGINE_QUEUE_FULL'));
    assert.equal(refused.grpcStatus, 8);
    assert.ok(Number(refused.retryAfterMs) >= 1 && Number(refused.retryAfterMs) <= 30_000);
    assert.match(refused.message, /^2 requests wait/);
    taken[0]?.succeed();
    await flush();
    assert.equal(new HeldRun(queue).outcome, 'waits');
    assert.equal(queue.length, 2);
  });

  it('drops those who left before it refuses anybody', async () => {
    const queue = new RunQueue(2);
    const taken = Array.from({ length: places + 2 }, () => new HeldRun(queue));
    taken[places]?.abort.abort(gone);
    const late = new HeldRun(queue);
    await flush();
    assert.deepEqual([taken[places]?.outcome, late.outcome, queue.length], ['gone', 'waits', 2]);
  });

  it('hints by how fast runs end, not by how long nobody asked', async (t) => {
    let now = 1000;
    t.mock.method(performance, 'now', () => now);
    const queue = new RunQueue(10);
    const one = async (): Promise<void> => {
      now += 10;
      await queue.run({ signal: new AbortController().signal, begin: () => Promise.resolve() });
    };
    for (let i = 0; i < 100; i++) {
      await one();
    }
    now += 3_600_000;
    await one();
    await one();
    Array.from({ length: places + 10 }, () => new HeldRun(queue));
    const begin = (): Promise<void> => assert.fail('it began');
    const refused = await queue
      .run({ signal: new AbortController().signal, begin })
      .catch((reason: unknown) => PerchError.from(reason));
    assert.ok(PerchError.is(refused, 'ENGINE_QUEUE_FULL'));
    // Ten runs of 10 ms each wait.
    assert.ok(Number(refused.retryAfterMs) <= 1000, `${refused.retryAfterMs} ms`);
  });

  it('begins runs of the background one at a time, where nothing else runs or waits', async () => {
    const queue = new RunQueue(0);
    const front = Array.from({ length: places + 1 }, () => new HeldRun(queue));
    const back = Array.from({ length: 2 }, () => new HeldRun(queue, [], true));
    const begun = (): boolean[] => back.map((run) => run.begun);
    for (const run of front) {
      assert.deepEqual(begun(), [false, false]);
      run.succeed();
      await flush();
    }
    assert.deepEqual(begun(), [true, false]);
    back[0]?.fail(new Error('broken'));
    await flush();
    assert.deepEqual(begun(), [true, true]);
    assert.equal(back[0]?.outcome, 'broken');
    assert.equal(queue.length, 0);
  });

  it('does not let a run wait for one of the background longer than that one takes', async () => {
    const queue = new RunQueue(0);
    const [first, second] = [new HeldRun(queue, [], true), new HeldRun(queue, [], true)];
    await flush();
    const front = Array.from({ length: places }, () => new HeldRun(queue));
    // They are with the worker already, behind the one that is under way there.
    assert.deepEqual(
      front.map(({ begun }) => begun),
      [true, true, true, true],
    );
    first.succeed();
    await flush();
    assert.equal(second.begun, false);
    for (const run of front) {
      run.succeed();
      await flush();
    }
    assert.equal(second.begun, true);
  });

  it('lets go a run of the background as soon as its signal fires, and counts none against its limit', async () => {
    const queue = new RunQueue(1);
    const running = Array.from({ length: places }, () => new HeldRun(queue));
    const back = Array.from({ length: 3 }, () => new HeldRun(queue, [], true));
    const waiting = new HeldRun(queue);
    back[0]?.abort.abort(gone);
    await flush();
    assert.deepEqual([back[0]?.outcome, back[1]?.outcome, waiting.outcome], ['gone', 'waits', 'waits']);
    for (const run of [...running, waiting]) {
      run.succeed();
      await flush();
    }
    assert.deepEqual(
      back.map(({ begun }) => begun),
      [false, true, false],
    );
    back[1]?.abort.abort(gone);
    await flush();
    assert.equal(back[1]?.outcome, 'waits', 'what has begun goes on');
  });

  it('loses no place and no run, whatever happens in whatever order', async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constant('come' as const) },
      { weight: 1, arbitrary: fc.constant('come in the background' as const) },
      { weight: 3, arbitrary: fc.constantFrom('succeed' as const, 'fail' as const) },
      { weight: 1, arbitrary: fc.constant('leave' as const) },
      { weight: 1, arbitrary: fc.constant('flush' as const) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(step, fc.nat(50)), { maxLength: 60 }),
        fc.nat(5),
        async (steps, limit) => {
          const queue = new RunQueue(limit);
          const order: HeldRun[] = [];
          const all: HeldRun[] = [];
          const backOrder: HeldRun[] = [];
          const back: HeldRun[] = [];
          const under = (): HeldRun[] => order.filter(({ outcome }) => outcome === 'waits');
          const backUnder = (): HeldRun[] => backOrder.filter(({ outcome }) => outcome === 'waits');
          for (const [what, pick] of steps) {
            if (what === 'come') {
              all.push(new HeldRun(queue, order));
            } else if (what === 'come in the background') {
              back.push(new HeldRun(queue, backOrder, true));
            } else if (what === 'flush') {
              await flush();
            } else if (what === 'leave') {
              const both = [...all, ...back];
              both[pick % Math.max(1, both.length)]?.abort.abort(gone);
            } else {
              const running = [...under(), ...backUnder()];
              const run = running[pick % Math.max(1, running.length)];
              run?.[what](new Error('failed'));
            }
            assert.ok(limit === 0 || queue.length <= limit);
            assert.ok(backUnder().length <= 1);
          }
          await flush();
          assert.ok(under().length <= places);
          while (under().length + backUnder().length > 0) {
            [...under(), ...backUnder()].forEach((run) => run.succeed());
            await flush();
          }
          assert.ok([...all, ...back].every(({ outcome }) => outcome !== 'waits'));
          assert.deepEqual(
            backOrder,
            back.filter((run) => backOrder.includes(run)),
          );
          const waited = all.filter((run) => order.includes(run));
          assert.deepEqual(order, waited, 'in the order in which they came');
          const again = Array.from({ length: places + 1 }, () => new HeldRun(queue));
          assert.deepEqual(
            again.map(({ begun }) => begun),
            [true, true, true, true, false],
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});
