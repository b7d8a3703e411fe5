// When requests of a measurement go, how their latencies are counted, and how it all ends.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LatencyHistogram } from '../../../../server/bench/latency-histogram.ts';
import { LoadSchedule } from '../../../../server/bench/load-schedule.ts';
import { intervalFor } from '../../../../server/bench/measure.ts';
import { runLoad } from '../../../../server/bench/run-load.ts';
import type { Sender, SendOutcome } from '../../../../server/bench/sender.ts';
import { Tally } from '../../../../server/bench/tally.ts';

const never = new AbortController().signal;

function senderOf(send: () => Promise<SendOutcome>, cancelAll: () => void = () => undefined): Sender {
  return {
    address: '',
    requestBytes: 0,
    ready: () => Promise.resolve(),
    send,
    cancelAll,
    [Symbol.dispose]: () => undefined,
  };
}

const ok: SendOutcome = { kind: 'ok', version: '2' };

describe('LoadSchedule', () => {
  it('plans at a rate, whatever the answers do', () => {
    const schedule = new LoadSchedule({ rate: 100, concurrency: 10, durationMs: 1000, count: undefined });
    assert.equal(schedule.next(0), 0);
    assert.equal(schedule.next(5), undefined);
    assert.equal(schedule.waitMs(5), 5);
    // Late: both that are due, with the times for which they were planned.
    assert.deepEqual([schedule.next(25), schedule.next(25), schedule.next(25)], [10, 20, undefined]);
  });

  it('keeps the planned time of a request that waits for another to end', () => {
    const schedule = new LoadSchedule({ rate: 100, concurrency: 1, durationMs: 1000, count: undefined });
    assert.equal(schedule.next(0), 0);
    assert.equal(schedule.next(40), undefined);
    assert.equal(schedule.waiting(40), 3);
    assert.equal(schedule.waitMs(40), 960);
    schedule.finish();
    assert.equal(schedule.next(40), 10);
  });

  it('sends as many as are allowed where no rate is kept, each as of now', () => {
    const schedule = new LoadSchedule({
      rate: undefined,
      concurrency: 2,
      durationMs: 1000,
      count: undefined,
    });
    assert.deepEqual([schedule.next(1), schedule.next(2), schedule.next(3)], [1, 2, undefined]);
    assert.equal(schedule.waiting(500), 0);
    schedule.finish();
    assert.equal(schedule.next(700), 700);
  });

  it('ends with the time or the count, whichever comes first', () => {
    const schedule = new LoadSchedule({ rate: undefined, concurrency: 9, durationMs: 100, count: 2 });
    assert.equal(schedule.ending(0), undefined);
    schedule.next(0);
    assert.equal(schedule.ending(100), 'duration');
    schedule.next(0);
    assert.equal(schedule.ending(0), 'count');
    assert.equal(schedule.next(0), undefined);
  });
});

describe('LatencyHistogram', () => {
  it('gives quantiles within one percent', () => {
    const histogram = new LatencyHistogram();
    for (let i = 1; i <= 1000; i++) {
      histogram.add(i / 10);
    }
    const figures = histogram.figures();
    assert.ok(figures);
    assert.equal(figures.count, 1000);
    assert.equal(figures.maxMs, 100);
    for (const [is, should] of [
      [figures.p50Ms, 50],
      [figures.p95Ms, 95],
      [figures.p99Ms, 99],
      [figures.meanMs, 50.05],
    ] as const) {
      assert.ok(Math.abs(is - should) / should < 0.01, `${is} for ${should}`);
    }
  });

  it('has no quantile beyond the largest, and none at all of nothing', () => {
    const histogram = new LatencyHistogram();
    assert.equal(histogram.figures(), undefined);
    assert.deepEqual(histogram.bars(), []);
    histogram.add(1.0001);
    assert.equal(histogram.figures()?.p99Ms, 1.0001);
  });

  it('draws bars without empty ends and with empty ones between', () => {
    const histogram = new LatencyHistogram();
    for (const latency of [1.1, 1.1, 2.1]) {
      histogram.add(latency);
    }
    assert.deepEqual(histogram.bars(), [
      { fromMs: 1, toMs: 1.26, count: 2 },
      { fromMs: 1.26, toMs: 1.58, count: 0 },
      { fromMs: 1.58, toMs: 2, count: 0 },
      { fromMs: 2, toMs: 2.51, count: 1 },
    ]);
  });
});

describe('Tally', () => {
  it('keeps the first message of each code, the most frequent first', () => {
    const tally = new Tally();
    const fail = (code: string, message: string): void => tally.finish({ kind: 'failed', code, message }, 1);
    fail('NOT_FOUND', 'a');
    fail('UNAVAILABLE', 'b');
    fail('UNAVAILABLE', 'c');
    tally.finish(ok, 3);
    tally.finish({ kind: 'cancelled' }, 3);
    assert.deepEqual(tally.counts(7), {
      elapsedMs: 7,
      sent: 0,
      ok: 1,
      failed: 3,
      errors: [
        { code: 'UNAVAILABLE', count: 2, message: 'b' },
        { code: 'NOT_FOUND', count: 1, message: 'a' },
      ],
      versions: [{ version: '2', count: 1 }],
    });
    assert.equal(tally.takeSpan().figures()?.count, 1);
    assert.equal(tally.takeSpan().figures(), undefined);
    assert.equal(tally.total.figures()?.count, 1);
  });
});

describe('runLoad', () => {
  /** A clock that the test moves: latencies are exact. */
  function clock(): { readonly elapsedMs: () => number; advance(ms: number): void } {
    let now = 0;
    return { elapsedMs: () => now, advance: (ms) => (now += ms) };
  }

  it('sends as many as it was told, as many at once as it was told', async () => {
    const tally = new Tally();
    let [underWay, most] = [0, 0];
    const sender = senderOf(async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      return ok;
    });
    const schedule = new LoadSchedule({ rate: undefined, concurrency: 3, durationMs: 1e9, count: 100 });
    const end = await runLoad({ schedule, sender, tally, elapsedMs: clock().elapsedMs, signal: never });
    assert.deepEqual(end, { ended: 'count', unfinished: 0 });
    assert.deepEqual([tally.sent, tally.ok, most], [100, 100, 3]);
  });

  it('counts latency from the planned time where a request had to wait', async () => {
    const tally = new Tally();
    const time = clock();
    // Each answer takes 100 ms where one is planned every 10: the third waits for the first two.
    const sender = senderOf(async () => {
      await Promise.resolve();
      time.advance(100);
      return ok;
    });
    const schedule = new LoadSchedule({ rate: 100, concurrency: 1, durationMs: 1e9, count: 3 });
    await runLoad({ schedule, sender, tally, elapsedMs: time.elapsedMs, signal: never });
    // 100; planned at 10 and answered at 200; planned at 20 and answered at 300. Own lateness up to 1.5 ms is left out.
    assert.equal(tally.total.figures()?.maxMs, 300 - 20 - 1.5);
    assert.equal(tally.total.figures()?.meanMs, (100 + (190 - 1.5) + (280 - 1.5)) / 3);
  });

  it('gives up what is under way when it is cancelled', async () => {
    const cancel = new AbortController();
    const tally = new Tally();
    const ends: ((outcome: SendOutcome) => void)[] = [];
    const sender = senderOf(
      () => new Promise((resolve) => ends.push(resolve)),
      () => ends.splice(0).forEach((end) => end({ kind: 'cancelled' })),
    );
    const schedule = new LoadSchedule({ rate: undefined, concurrency: 4, durationMs: 1e9, count: undefined });
    const ended = runLoad({ schedule, sender, tally, elapsedMs: clock().elapsedMs, signal: cancel.signal });
    cancel.abort();
    assert.deepEqual(await ended, { ended: 'cancelled', unfinished: 4 });
    assert.equal(tally.finished, 0);
  });
});

describe('intervalFor', () => {
  it('keeps to a quarter of a second up to one', () => {
    assert.deepEqual([100, 10_000, 20_000, 600_000].map(intervalFor), [250, 250, 500, 1000]);
  });
});
