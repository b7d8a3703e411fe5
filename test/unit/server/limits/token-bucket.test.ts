// The token bucket: so many at once, so many a second, and an exact word on when the next one is there.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bucketRules, TokenBucket } from '../../../../server/limits/token-bucket.ts';

/** Takes where there is a token; otherwise says how long there is none. */
function tryTake(bucket: TokenBucket, now: number): number {
  const wait = bucket.waitMs(now);
  if (wait === 0) {
    bucket.take(now);
  }
  return wait;
}

describe('a token bucket', () => {
  it('gives a burst, then one token each interval', () => {
    const bucket = new TokenBucket(bucketRules(10, 3));
    assert.deepEqual(
      [1000, 1000, 1000, 1000, 1050, 1099].map((now) => tryTake(bucket, now)),
      [0, 0, 0, 100, 50, 1],
    );
    assert.deepEqual(
      [1100, 1100, 1200].map((now) => tryTake(bucket, now)),
      [0, 100, 0],
    );
  });

  it('gives a token exactly when it said, and not before', () => {
    for (const perSecond of [1, 3, 7, 1000]) {
      const bucket = new TokenBucket(bucketRules(perSecond, 1));
      bucket.take(0);
      const wait = bucket.waitMs(0);
      assert.ok(Math.abs(wait - 1000 / perSecond) < 1e-9);
      assert.ok(bucket.waitMs(wait * 0.999) > 0);
      assert.equal(bucket.waitMs(wait), 0);
    }
  });

  it('fills up in a pause, and no further than to its burst', () => {
    const bucket = new TokenBucket(bucketRules(1000, 5));
    assert.equal(Array.from({ length: 9 }, () => tryTake(bucket, 0)).filter((wait) => wait === 0).length, 5);
    assert.equal(
      Array.from({ length: 9 }, () => tryTake(bucket, 1e9)).filter((wait) => wait === 0).length,
      5,
    );
  });

  it('without a burst gives as many at once as are good for a second, and one at least', () => {
    assert.deepEqual(bucketRules(100, 0), { intervalMs: 10, burst: 100 });
    assert.deepEqual(bucketRules(0.5, 0), { intervalMs: 2000, burst: 1 });
  });

  it('lets no more through than its rate and its burst, whenever requests come', () => {
    const perSecond = 50;
    const burst = 10;
    const bucket = new TokenBucket(bucketRules(perSecond, burst));
    // A fixed sequence of uneven pauses, 0 to 30 ms.
    let seed = 1;
    let now = 0;
    const taken: number[] = [];
    for (let i = 0; i < 20_000; i++) {
      seed = (seed * 48_271) % 2_147_483_647;
      now += seed % 30;
      if (tryTake(bucket, now) === 0) {
        taken.push(now);
      }
    }
    for (let first = 0; first < taken.length; first += 7) {
      for (const count of [burst + 1, 100, 1000]) {
        const last = taken[first + count - 1];
        if (last !== undefined) {
          const seconds = (last - taken[first]!) / 1000;
          assert.ok(count <= burst + perSecond * seconds + 1e-6, `${count} in ${seconds} s`);
        }
      }
    }
    assert.ok(taken.length > ((now / 1000) * perSecond + burst) * 0.98, 'it gives what it may');
  });
});
