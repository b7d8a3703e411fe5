// The delay of the network thread: windows, what a scrape sees, and that a real stall is seen at all.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { LoopDelay, type DelayMonitor } from '../../../../server/observe/loop-delay.ts';
import { renderMetrics } from '../../../../server/observe/exposition.ts';
import { until } from '../../../support/until.ts';

/** Looks as the test says, in milliseconds between two of them. */
class FakeMonitor implements DelayMonitor {
  values: number[] = [];
  enabled = false;

  get count(): number {
    return this.values.length;
  }
  get max(): number {
    return Math.max(...this.values) * 1e6;
  }
  percentile(percentile: number): number {
    const sorted = [...this.values].sort((a, b) => a - b);
    return (sorted[Math.ceil((percentile / 100) * sorted.length) - 1] ?? 0) * 1e6;
  }
  reset(): void {
    this.values = [];
  }
  enable(): boolean {
    this.enabled = true;
    return true;
  }
  disable(): boolean {
    this.enabled = false;
    return true;
  }
}

describe('LoopDelay', () => {
  let monitor: FakeMonitor;
  let delay: LoopDelay;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setInterval'] });
    monitor = new FakeMonitor();
    delay = new LoopDelay(monitor);
  });
  afterEach(() => {
    delay.stop();
    mock.timers.reset();
  });
  const scrape = (): string[] =>
    renderMetrics(delay.families())
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));

  it('knows nothing before the first look', () => {
    assert.equal(delay.facts(), undefined);
    assert.deepEqual(delay.families(), []);
  });

  it('tells what is beyond the time between two looks, in microseconds', () => {
    monitor.values = [20, 19.9, 21.5, 70];
    assert.deepEqual(delay.facts(), { p50Us: 0, p99Us: 50_000, maxUs: 50_000, windowMs: 10_000 });
  });

  it('tells of the last whole window once there is one', () => {
    monitor.values = [20, 30];
    mock.timers.tick(10_000);
    monitor.values = [20, 500];
    assert.equal(delay.facts()?.maxUs, 10_000);
    mock.timers.tick(10_000);
    assert.equal(delay.facts()?.maxUs, 480_000);
  });

  it('knows the longest stall of the last window and of the current one', () => {
    assert.equal(delay.longestMs(), 0);
    monitor.values = [20, 320];
    assert.equal(delay.longestMs(), 300);
    mock.timers.tick(10_000);
    monitor.values = [20, 70];
    assert.equal(delay.longestMs(), 300);
    monitor.values = [20, 500];
    assert.equal(delay.longestMs(), 480);
  });

  it('shows a scrape the most since the last one, whatever windows have passed', () => {
    monitor.values = [120];
    mock.timers.tick(10_000);
    monitor.values = [20];
    mock.timers.tick(10_000);
    monitor.values = [25];
    assert.deepEqual(scrape(), [
      'perch_event_loop_delay_seconds{quantile="0.5"} 0',
      'perch_event_loop_delay_seconds{quantile="0.99"} 0',
      'perch_event_loop_delay_max_seconds 0.1',
    ]);
    assert.equal(scrape().at(-1), 'perch_event_loop_delay_max_seconds 0.005');
  });

  it('measures until it is stopped', () => {
    assert.equal(monitor.enabled, true);
    delay.stop();
    assert.equal(monitor.enabled, false);
  });
});

describe('LoopDelay with the real histogram', () => {
  it('sees the thread stand still', async () => {
    const delay = new LoopDelay();
    try {
      await until('a first look', () => delay.facts() !== undefined);
      const end = performance.now() + 120;
      while (performance.now() < end) {
        // Holds the thread.
      }
      // A look was due within the first 20 ms of the stall.
      await until('the stall', () => (delay.facts()?.maxUs ?? 0) >= 90_000);
    } finally {
      delay.stop();
    }
  });
});
