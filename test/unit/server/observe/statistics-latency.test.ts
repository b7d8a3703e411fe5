// Quantiles of times: within 5 % whatever the times, and the same whether counted together or apart.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { TimeHistogram } from '../../../../server/observe/statistics-latency.ts';

const histogramOf = (times: readonly number[]): TimeHistogram => {
  const histogram = new TimeHistogram();
  times.forEach((time) => histogram.add(time));
  return histogram;
};
/** The smallest time that at least `share` of the times do not exceed. */
const quantile = (times: readonly number[], share: number): number =>
  [...times].sort((a, b) => a - b)[Math.ceil(times.length * share) - 1]!;
const isNear = (estimate: number, exact: number): boolean =>
  Math.abs(estimate - exact) <= Math.max(0.5, exact * 0.05);

/** Microseconds up to 180 s, short and long ones alike often. */
const times = fc.array(
  fc.double({ min: 0, max: Math.log(1.8e8), noNaN: true }).map((log) => Math.exp(log) - 1),
  { minLength: 1, maxLength: 200 },
);

describe('TimeHistogram', () => {
  it('knows nothing before a time was noted', () => {
    assert.equal(new TimeHistogram().quantiles(), undefined);
  });

  it('is within 5 % or half a microsecond', () => {
    fc.assert(
      fc.property(times, (all) => {
        const found = histogramOf(all).quantiles();
        assert.ok(found !== undefined);
        assert.ok(isNear(found.p50Us, quantile(all, 0.5)));
        assert.ok(isNear(found.p90Us, quantile(all, 0.9)));
        assert.ok(isNear(found.p99Us, quantile(all, 0.99)));
        assert.equal(found.maxUs, Math.max(...all));
        assert.equal(found.count, all.length);
      }),
    );
  });

  it('is within 5 % at every edge of a bucket', () => {
    for (let time = 1; time < 1.8e8; time = Math.ceil(time * 1.01)) {
      for (const edge of [time - 1, time]) {
        // A longer time beside it, so that the maximum does not correct it.
        const found = histogramOf([edge, edge, 1.8e8]).quantiles();
        assert.ok(found !== undefined && isNear(found.p50Us, edge), `${edge}: ${found?.p50Us}`);
      }
    }
  });

  it('adds up', () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        const sum = histogramOf(a);
        sum.merge(histogramOf(b));
        const { meanUs, ...found } = sum.quantiles()!;
        const { meanUs: expectedMean, ...expected } = histogramOf([...a, ...b]).quantiles()!;
        assert.deepEqual(found, expected);
        assert.ok(Math.abs(meanUs - expectedMean) <= 1e-9 * expectedMean);
      }),
    );
  });

  it('takes times that cannot be, and those beyond its range', () => {
    assert.equal(histogramOf([-5]).quantiles()?.p50Us, 0);
    const long = histogramOf([1e9, 2e9, 3e12]).quantiles();
    assert.ok(long !== undefined && isNear(long.p50Us, 11 * 2 ** 24));
    assert.equal(long.maxUs, 3e12);
  });

  it('begins anew after a reset', () => {
    const histogram = histogramOf([5, 500]);
    histogram.reset();
    assert.equal(histogram.quantiles(), undefined);
    histogram.add(7);
    assert.deepEqual(histogram.quantiles(), {
      count: 1,
      meanUs: 7,
      p50Us: 7,
      p90Us: 7,
      p99Us: 7,
      maxUs: 7,
    });
  });
});
