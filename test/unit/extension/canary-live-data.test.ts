// What the tab "Canary" asks the daemon for, and when.
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { LiveData, noFigures, type Calls } from '../../../extension/panels/dashboard/canary/live-data.ts';
import { event, history, statistics, traffic, wireCanary } from './canary-figures.ts';

/** A daemon that answers everything once, and keeps streams open until they are cancelled. */
function fakeDaemon(): { readonly calls: Calls; readonly asked: string[]; readonly open: Set<string> } {
  const asked: string[] = [];
  const open = new Set<string>();
  const answers = new Map<string, unknown>([
    ['WatchCanary', { canary: wireCanary({}) }],
    ['WatchStatistics', { versions: [statistics('3', {})], labels: [] }],
    ['WatchEvents', { event: event('1', {}), backlogEnd: false, dropped: '0' }],
    ['GetTraffic', traffic({ 3: 1 })],
    ['GetStatisticsHistory', history({ 3: [1] })],
  ]);
  const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  const calls = {
    stream: async function* ({ path }: { path: string }, request: { model?: string }, signal: AbortSignal) {
      const name = nameOf(path);
      asked.push(`${name} ${request.model ?? ''}`.trim());
      open.add(name);
      yield answers.get(name);
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      open.delete(name);
    },
    call: ({ path }: { path: string }, request: { model?: string }) => {
      asked.push(`${nameOf(path)} ${request.model ?? ''}`);
      return Promise.resolve(answers.get(nameOf(path)));
    },
  } as unknown as Calls;
  return { calls, asked, open };
}

async function settle(): Promise<void> {
  for (let count = 0; count < 10; count += 1) {
    await turn();
  }
}

describe('the live data of the tab "Canary"', () => {
  it('is asked for while there is a daemon, a model and somebody who sees it', async () => {
    const daemon = fakeDaemon();
    const live = new LiveData();
    live.setTarget(daemon.calls, 'digits');
    await settle();
    assert.deepEqual(daemon.asked, []);
    let changes = 0;
    live.onDidChange(() => (changes += 1));
    live.setVisible(true);
    await settle();
    assert.deepEqual(daemon.asked.sort(), [
      'GetStatisticsHistory digits',
      'GetTraffic digits',
      'WatchCanary digits',
      'WatchEvents',
      'WatchStatistics digits',
    ]);
    assert.equal(live.figures.canary?.version, '3');
    assert.equal(live.figures.statistics.length, 1);
    assert.equal(live.figures.history?.spanMs, 10_000);
    assert.equal(live.figures.traffic?.observed.length, 1);
    assert.deepEqual(
      live.figures.events.map(({ id }) => id),
      ['1'],
    );
    assert.ok(changes >= 5);
    live.dispose();
    await settle();
    assert.equal(daemon.open.size, 0);
  });

  it('asks for nothing and knows nothing once it is hidden', async () => {
    const daemon = fakeDaemon();
    const live = new LiveData();
    live.setTarget(daemon.calls, 'digits');
    live.setVisible(true);
    await settle();
    live.setVisible(false);
    await settle();
    assert.equal(daemon.open.size, 0);
    assert.deepEqual(live.figures, noFigures);
    live.dispose();
  });

  it('asks anew for another model, but not for the events, which are of all', async () => {
    const daemon = fakeDaemon();
    const live = new LiveData();
    live.setTarget(daemon.calls, 'digits');
    live.setVisible(true);
    await settle();
    daemon.asked.length = 0;
    live.setTarget(daemon.calls, 'iris');
    live.setTarget(daemon.calls, 'iris');
    await settle();
    assert.deepEqual(daemon.asked.sort(), [
      'GetStatisticsHistory iris',
      'GetTraffic iris',
      'WatchCanary iris',
      'WatchStatistics iris',
    ]);
    live.dispose();
  });
});
