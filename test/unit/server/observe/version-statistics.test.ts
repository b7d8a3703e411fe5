// Windows that slide over what was recorded: exact in seconds for a minute, in tens of seconds for 15.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import type { RequestRecord } from '../../../../server/observe/statistics-tally.ts';
import { VersionStatistics } from '../../../../server/observe/version-statistics.ts';
import { numbers } from '../routing/tensors.ts';

describe('VersionStatistics', () => {
  let seconds: number;
  let statistics: VersionStatistics;
  beforeEach(() => {
    seconds = 1000;
    statistics = new VersionStatistics(() => seconds * 1000);
  });
  const record = (more: Partial<RequestRecord> = {}): void =>
    statistics.record({ model: 'm', version: 1n, code: 'OK', micros: 100, ...more });
  const countIn = (window: number): number => statistics.window('m', 1n, window).requests;

  it('has nothing of what was not recorded', () => {
    record();
    const nothing = { seconds: 60, requests: 0, errorsByCode: new Map(), outputs: new Map() };
    assert.deepEqual(statistics.window('m', 2n, 60), nothing);
    assert.deepEqual(statistics.window('m', 'stable', 60), nothing);
    assert.deepEqual(statistics.window('n', 1n, 60), nothing);
  });

  it('tells how requests went', () => {
    for (let i = 1; i <= 100; i++) {
      record({ micros: i, queueUs: 2, runUs: 5, batchRows: i === 100 ? 64 : 1 });
    }
    record({ code: 'INFERENCE_FAILED', micros: 1e6, runUs: 1e6 });
    record({ code: 'CANCELLED' });
    const { outputs, ...window } = statistics.window('m', 1n, 10);
    assert.deepEqual(window, {
      seconds: 10,
      requests: 102,
      errorsByCode: new Map([
        ['INFERENCE_FAILED', 1],
        ['CANCELLED', 1],
      ]),
      successRate: 100 / 101,
      total: {
        count: 100,
        meanUs: 50.5,
        p50Us: 49.5,
        p90Us: 91.5,
        p99Us: 99.5,
        maxUs: 100,
      },
      queue: { count: 100, meanUs: 2, p50Us: 2, p90Us: 2, p99Us: 2, maxUs: 2 },
      run: { count: 100, meanUs: 5, p50Us: 5, p90Us: 5, p99Us: 5, maxUs: 5 },
      batches: { requests: 100, meanRows: 1.63, maxRows: 64 },
    });
    assert.equal(outputs.size, 0);
  });

  it('has no success rate where all was cancelled', () => {
    record({ code: 'CANCELLED' });
    assert.equal(statistics.window('m', 1n, 10).successRate, undefined);
  });

  it('keeps versions, labels and models apart', () => {
    record({ label: 'stable' });
    record({ version: 2n, label: 'canary' });
    record({ version: 2n });
    record({ model: '__proto__' });
    const requests = (model: string, which: bigint | string): number =>
      statistics.window(model, which, 10).requests;
    assert.deepEqual(
      [requests('m', 1n), requests('m', 2n), requests('m', 'stable'), requests('m', 'canary')],
      [1, 2, 1, 1],
    );
    assert.equal(requests('__proto__', 1n), 1);
    assert.equal(requests('m', '1'), 0);
  });

  it('has the second that has begun, and the ones before', () => {
    for (let i = 0; i < 120; i++) {
      record();
      seconds++;
    }
    seconds -= 1;
    for (const window of [1, 2, 9, 10, 11, 59, 60]) {
      assert.equal(countIn(window), window);
      assert.equal(statistics.window('m', 1n, window).seconds, window);
    }
    seconds += 0.9;
    assert.equal(countIn(10), 10);
    seconds += 5;
    assert.equal(countIn(10), 5);
  });

  it('counts each request once in any window, at any moment', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 0, max: 300 }),
        (steps, windows, wait) => {
          statistics = new VersionStatistics(() => seconds * 1000);
          const at: number[] = [];
          for (const step of steps) {
            seconds += step;
            at.push(seconds);
            record();
          }
          seconds += wait;
          for (const asked of windows) {
            const { seconds: covered, requests } = statistics.window('m', 1n, asked);
            assert.ok(covered >= asked && covered <= asked + 9);
            assert.ok(asked > 60 || covered === asked);
            assert.equal(requests, at.filter((second) => second > seconds - covered).length);
          }
        },
      ),
    );
  });

  it('takes windows beyond its range for the nearest within', () => {
    record();
    assert.equal(statistics.window('m', 1n, 0).seconds, 1);
    assert.equal(statistics.window('m', 1n, 1e9).requests, 1);
    assert.ok(statistics.window('m', 1n, 1e9).seconds < 910);
  });

  it('merges what lies in several seconds', () => {
    for (let i = 1; i <= 600; i++) {
      record({ micros: i, ...(i % 2 === 0 && { batchRows: i }), ...(i % 100 === 0 && { code: 'INTERNAL' }) });
      seconds++;
    }
    const { requests, errorsByCode, total, batches } = statistics.window('m', 1n, 900);
    assert.equal(requests, 600);
    assert.equal(errorsByCode.get('INTERNAL'), 6);
    assert.equal(total?.count, 594);
    assert.ok(Math.abs(total.p50Us - 300) < 15);
    assert.equal(batches?.maxRows, 598);
    assert.equal(batches.requests, 294);
  });

  it('sketches the outputs of answered requests', () => {
    const outputs = new Map([['y', numbers('float32', [1, 2], [0, 1])]]);
    for (let i = 0; i < 200; i++) {
      record({ outputs });
      record({ outputs, code: 'INTERNAL' });
      seconds++;
    }
    const classified = (window: number): number =>
      statistics.window('m', 1n, window).outputs.get('y')?.classified ?? 0;
    assert.equal(classified(900), 200);
    // From a full ten seconds on.
    assert.ok(classified(25) >= 24 && classified(25) <= 33);
  });

  it('names the versions that it knows something of', () => {
    assert.deepEqual(statistics.versions('m'), []);
    record({ version: 2n });
    record();
    record({ model: 'n', version: 3n });
    assert.deepEqual(statistics.versions('m').toSorted(), [1n, 2n]);
    seconds += 1000;
    record({ version: 2n });
    assert.deepEqual(statistics.versions('m'), [2n]);
  });

  it('forgets what is gone, and what was silent for 15 minutes', () => {
    record({ label: 'stable' });
    record({ version: 2n, label: 'canary' });
    statistics.keepOnly(
      'm',
      (version) => version === 1n,
      (label) => label === 'canary',
    );
    statistics.keepOnly(
      'nobody',
      () => false,
      () => false,
    );
    const requests = (which: bigint | string): number => statistics.window('m', which, 900).requests;
    assert.deepEqual([1n, 2n, 'stable', 'canary'].map(requests), [1, 0, 0, 1]);
    statistics.remove('m');
    assert.equal(requests(1n), 0);

    record();
    seconds += 899;
    record({ model: 'n' });
    assert.equal(requests(1n), 1);
    seconds += 1000;
    record({ model: 'n' });
    assert.equal(requests(1n), 0);
    record();
    assert.equal(requests(1n), 1);
  });
});
