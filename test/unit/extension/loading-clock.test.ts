// The clock of loads that go on: it runs only while one is seen.
import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { LoadingClock } from '../../../extension/explorer/loading-clock.ts';

describe('LoadingClock', () => {
  it('ticks each second while something is loaded and the view is seen, and at no other time', () => {
    mock.timers.enable({ apis: ['setInterval'] });
    try {
      let loading = false;
      let ticks = 0;
      const clock = new LoadingClock({ isLoading: () => loading, tick: () => ticks++ });
      const after = (ms: number): number => {
        const before = ticks;
        mock.timers.tick(ms);
        return ticks - before;
      };
      clock.setVisible(true);
      assert.equal(after(5000), 0, 'nothing is loaded');
      loading = true;
      clock.update();
      assert.equal(after(999), 0);
      clock.update();
      assert.equal(after(1), 1, 'an update does not put off the next tick');
      assert.equal(after(3000), 3);
      clock.setVisible(false);
      assert.equal(after(5000), 0, 'nobody looks');
      clock.setVisible(true);
      assert.equal(after(1000), 1);
      loading = false;
      clock.update();
      assert.equal(after(5000), 0, 'the load has ended');
      loading = true;
      clock.update();
      clock.dispose();
      assert.equal(after(5000), 0, 'the clock is gone');
    } finally {
      mock.timers.reset();
    }
  });
});
