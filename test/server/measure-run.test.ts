// The playground's Measure: the daemon's program as `bench`, a process of its own.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  startMeasure,
  type MeasureOptions,
  type MeasureOutcome,
} from '../../extension/measure/measure-run.ts';
import type { BenchLine } from '../../server/bench/bench-lines.ts';
import {
  daemonFile,
  exampleModels,
  startServer,
  testToken,
  type RunningServer,
} from './support/running-server.ts';

let running: RunningServer;

before(async () => {
  running = await startServer([`--models_directory=${exampleModels}`]);
});
after(() => running.stop());

function start(
  options: Partial<MeasureOptions>,
  onLine: (line: BenchLine) => void = () => undefined,
  signal: AbortSignal = new AbortController().signal,
): Promise<MeasureOutcome> {
  const own = {
    script: daemonFile,
    grpcAddress: running.server.grpcAddress,
    token: testToken,
    model: 'half_plus_two',
    request: '{"instances": [1, 2, 5]}',
  };
  return startMeasure({ ...own, ...options }, onLine, signal);
}

describe('startMeasure', () => {
  it('tells each line, and gives the summary', async () => {
    const lines: BenchLine[] = [];
    const outcome = await start({ count: 20, rate: 100, version: '123' }, (line) => lines.push(line));
    assert.ok(outcome.kind === 'done', JSON.stringify(outcome));
    assert.deepEqual([outcome.summary.ok, outcome.summary.ended], [20, 'count']);
    assert.equal(lines[0]?.kind, 'hello');
    assert.deepEqual(lines.at(-1), outcome.summary);
  });

  it('ends early with the summary of what was', { skip: process.platform === 'win32' }, async () => {
    const cancel = new AbortController();
    const outcome = await start(
      { durationMs: 600_000 },
      (line) => line.kind === 'progress' && cancel.abort(),
      cancel.signal,
    );
    assert.ok(outcome.kind === 'done', JSON.stringify(outcome));
    assert.equal(outcome.summary.ended, 'cancelled');
  });

  it("says why it cannot begin, in the server's words", async () => {
    const unknown = await start({ model: '--token=x' });
    assert.ok(unknown.kind === 'failed');
    assert.equal(unknown.status, 'NOT_FOUND');
    const refused = await start({ token: 'wrong' });
    assert.ok(refused.kind === 'failed');
    assert.equal(refused.status, 'UNAUTHENTICATED');
    const broken = await start({ script: `${daemonFile}.none` });
    assert.ok(broken.kind === 'failed');
    assert.equal(broken.status, 'FAILED');
    assert.notEqual(broken.message, '');
  });

  it('does not begin where it is cancelled already', async () => {
    const outcome = await start({}, undefined, AbortSignal.abort());
    assert.deepEqual(outcome, { kind: 'failed', status: 'CANCELLED', message: 'Cancelled.' });
  });
});
