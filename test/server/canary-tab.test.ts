// The dashboard's tab "Canary" against the real daemon: what it follows, and what it makes of it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AdminClient } from '../../extension/daemon/admin-client.ts';
import { LiveData } from '../../extension/panels/dashboard/canary/live-data.ts';
import { toCanarySnapshot } from '../../extension/panels/dashboard/canary/snapshot.ts';
import { ModelStore } from '../../extension/state/model-store.ts';
import { StateStream } from '../../extension/state/state-stream.ts';
import { isCanaryHostMessage } from '../../webview/dashboard/canary-protocol.ts';
import type { ModelDetail } from '../../webview/dashboard/canary-snapshot.ts';
import { plain } from '../unit/extension/plain.ts';
import { makeModels, startServer, testToken, until, type RunningServer } from './support/running-server.ts';

const body = JSON.stringify({ instances: [Array.from({ length: 64 }, (_, i) => i % 17)] });

describe('the tab "Canary" and the real daemon', () => {
  const store = new ModelStore();
  const stream = new StateStream({ store, onTrouble: () => undefined });
  const live = new LiveData();
  let models: Awaited<ReturnType<typeof makeModels>>;
  let server: RunningServer;
  let client: AdminClient;
  before(async () => {
    models = await makeModels('digits');
    server = await startServer([`--models_directory=${models.directory}`]);
    client = new AdminClient({ grpcAddress: server.server.grpcAddress, token: testToken });
    stream.hold();
    stream.setSource(client);
    live.setTarget(client.channel, 'digits');
    live.setVisible(true);
    await call('SetLabel', { label: 'stable', version: 1, waitMs: 20_000 });
    await call('SetLabel', { label: 'canary', version: 2, waitMs: 20_000 });
  });
  after(async () => {
    live.dispose();
    stream.dispose();
    client.dispose();
    await server.stop();
    await models.remove();
  });

  const call = (method: string, request: object): Promise<unknown> =>
    server.call('perch.admin.v1.Admin', method, { model: 'digits', ...request });
  const detail = (): ModelDetail | null => {
    const snapshot = toCanarySnapshot(plain, {
      status: { server: { kind: 'stopped', detail: '' }, commands: [], models: [] },
      models: store.live ? store.models : undefined,
      shown: 'digits',
      figures: live.figures,
      nowMs: Date.now(),
    });
    assert.equal(isCanaryHostMessage({ type: 'snapshot', snapshot }), true);
    return snapshot.kind === 'models' ? snapshot.detail : null;
  };
  const ask = async (count: number): Promise<void> => {
    for (let asked = 0; asked < count; asked += 1) {
      const answer = await server.rest('/v1/models/digits:predict', { method: 'POST', body });
      await answer.arrayBuffer();
    }
  };

  it('shows the observed split beside the wanted one, and the figures of both versions', async () => {
    const shares = [
      { target: { label: 'stable' }, percent: 75 },
      { target: { label: 'canary' }, percent: 25 },
    ];
    await call('SetTraffic', { shares });
    await ask(100);
    await until(() => Promise.resolve(detail()?.split?.requests === 100));
    assert.deepEqual(
      detail()?.split?.targets.map(({ name, version, wanted, observed }) => [
        name,
        version,
        wanted,
        observed,
      ]),
      [
        ['stable', '1', 75, 75],
        ['canary', '2', 25, 25],
      ],
    );
    await until(() =>
      Promise.resolve(detail()?.versions.reduce((sum, { requests }) => sum + requests, 0) === 100),
    );
    assert.deepEqual(
      detail()?.versions.map(({ role, requests, errors }) => [role, requests, errors]),
      [
        ['stable', 75, 0],
        ['canary', 25, 0],
      ],
    );
  });

  it('shows a canary with its plan, its gates and its events', async () => {
    await call('StartCanary', {
      version: 2,
      plan: { steps: [50, 100], intervalMs: 60_000, passesPerStep: 2 },
    });
    await until(() => Promise.resolve(detail()?.canary?.passesPerStep === 2));
    const shown = detail();
    assert.deepEqual([shown?.canary?.running, shown?.canary?.steps], [true, [50, 100]]);
    const { nextMs, nextStepMs, gates } = shown?.canary ?? {};
    assert.ok(nextMs != null && nextMs > 0 && nextMs <= 60_000);
    assert.ok(nextStepMs != null && nextStepMs > nextMs);
    assert.deepEqual(
      gates?.map(({ name, outcome }) => [name, outcome]),
      [
        ['Success rate', 'notYet'],
        ['p99 beside stable', 'notYet'],
      ],
    );
    assert.match(shown?.split?.locked ?? '', /sets the traffic itself/);
    await until(() => Promise.resolve(detail()?.events[0]?.what === 'Canary started'));
  });

  it('shows a history once ten seconds are over', async () => {
    const measured = (): boolean | undefined =>
      detail()?.versions.some(({ history }) => history.some(({ p50 }) => p50 !== null));
    await until(() => Promise.resolve(measured()));
    assert.equal(detail()?.historySpanMs, 10_000);
  });
});
