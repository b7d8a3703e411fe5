// The live request rates.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RateFeed, type RateSource } from '../../../extension/state/rate-feed.ts';
import { until } from '../../support/until.ts';

/** A daemon that sends what the test gives it. */
function fakeSource(): RateSource & { readonly opened: AbortSignal[]; fail: boolean; rate: number } {
  const source = {
    opened: [] as AbortSignal[],
    fail: false,
    rate: 12,
    async *watchRates(signal: AbortSignal) {
      source.opened.push(signal);
      if (source.fail) {
        throw new Error('gone');
      }
      yield [{ model: 'a b', version: '3', rate: source.rate, p99Us: NaN }];
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  };
  return source;
}

describe('RateFeed', () => {
  it('asks only while it is seen and there is a daemon', async () => {
    const source = fakeSource();
    const feed = new RateFeed(1);
    let changes = 0;
    feed.onDidChange(() => (changes += 1));
    feed.setSource(source);
    assert.equal(source.opened.length, 0);
    feed.setVisible(true);
    await until('a rate', () => feed.of('a b', '3')?.rate === 12);
    assert.equal(feed.of('b', '3'), undefined);
    assert.equal(changes, 1);
    feed.setVisible(false);
    assert.equal(source.opened[0]?.aborted, true);
    assert.equal(feed.of('a b', '3'), undefined);
    assert.equal(changes, 2);
    feed.setVisible(true);
    await until('a rate again', () => feed.of('a b', '3')?.rate === 12);
    feed.setSource(undefined);
    assert.equal(source.opened[1]?.aborted, true);
    feed.dispose();
  });

  it('opens a stream that was lost again', async () => {
    const source = fakeSource();
    source.fail = true;
    const feed = new RateFeed(1);
    feed.setSource(source);
    feed.setVisible(true);
    await until('two attempts', () => source.opened.length > 1);
    source.fail = false;
    await until('a rate', () => feed.of('a b', '3')?.rate === 12);
    feed.dispose();
    assert.equal(source.opened.at(-1)?.aborted, true);
  });
});
