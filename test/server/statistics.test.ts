// Statistics over the admin API: by version and by label, and that nothing is told of what is gone.
import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { makeModels, startServer, until, type RunningServer } from './support/running-server.ts';

interface LabelStatistics {
  readonly label: string;
  readonly version: string;
  readonly requests: string;
  readonly rate: number;
  readonly successRate: number | string;
  readonly errors: Readonly<Record<string, string>>;
  readonly total: { readonly p50: number };
}
interface Statistics {
  readonly versions: readonly { readonly version: string; readonly requests: string }[];
  readonly labels: readonly LabelStatistics[];
}

interface History {
  readonly spanMs: number;
  readonly versions: readonly {
    readonly version: string;
    readonly points: readonly {
      readonly requests: string;
      readonly errors: string;
      readonly p50Us: number | string;
      readonly p99Us: number | string;
    }[];
  }[];
}

describe('statistics', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let server: RunningServer;
  beforeEach(async () => {
    models = await makeModels('digits');
    server = await startServer([`--models_directory=${models.directory}`]);
    await setLabel('stable', 1);
  });
  afterEach(async () => {
    await server.stop();
    await models.remove();
  });

  const call = (method: string, request: object): Promise<unknown> =>
    server.call('perch.admin.v1.Admin', method, { model: 'digits', ...request });
  const setLabel = (label: string, version: number): Promise<unknown> =>
    call('SetLabel', { label, version, waitMs: 60_000 });
  const statistics = async (): Promise<Statistics> => (await call('GetStatistics', {})) as Statistics;
  const ask = async (where: string, length = 64): Promise<void> => {
    const body = JSON.stringify({ instances: [Array.from({ length }, (_, i) => i % 17)] });
    const answer = await server.rest(`/v1/models/digits${where}:predict`, { method: 'POST', body });
    await answer.arrayBuffer();
  };
  const requests = (all: readonly LabelStatistics[]): unknown =>
    all.map(({ label, version, requests: count }) => [label, version, count]);

  it('of a label are those of the requests that came by it, whichever version it led to', async () => {
    await setLabel('canary', 2);
    await call('SetTraffic', { shares: [{ target: { label: 'stable' }, percent: 100 }] });
    await ask('/labels/stable');
    await ask('');
    await ask('/versions/1');
    await ask('/labels/stable', 63);
    await setLabel('stable', 2);
    await ask('/labels/stable');
    const { labels, versions } = await statistics();
    assert.deepEqual(requests(labels), [
      ['canary', '2', '0'],
      ['stable', '2', '4'],
    ]);
    assert.deepEqual(
      versions.map(({ version, requests: count }) => [version, count]),
      [
        ['1', '4'],
        ['2', '1'],
      ],
    );
    const stable = labels[1]!;
    assert.equal(stable.successRate, 0.75);
    assert.deepEqual(Object.values(stable.errors), ['1']);
    assert.ok(stable.total.p50 > 0 && stable.rate > 0);
  });

  it('have a history in tens of seconds, version by version', async () => {
    await ask('/versions/1');
    await ask('/versions/1', 63);
    await call('LoadVersion', { version: 2 });
    await ask('/versions/2');
    const history = (await call('GetStatisticsHistory', { windowSeconds: 60 })) as History;
    assert.equal(history.spanMs, 10_000);
    const sums = history.versions.map(({ version, points }) => {
      const sum = (field: 'requests' | 'errors'): number =>
        points.reduce((all, point) => all + Number(point[field]), 0);
      assert.ok(points.length >= 1 && points.length <= 7);
      assert.ok(points.some(({ p50Us, p99Us }) => Number(p50Us) > 0 && Number(p99Us) >= Number(p50Us)));
      return [version, sum('requests'), sum('errors')];
    });
    assert.deepEqual(sums, [
      ['1', 2, 1],
      ['2', 1, 0],
    ]);
    await assert.rejects(call('GetStatisticsHistory', { windowSeconds: 901 }), /10 to 900/);
  });

  it('of a label end with it: another one of that name begins anew', async () => {
    await ask('/labels/stable');
    await call('DeleteLabel', { label: 'stable' });
    assert.deepEqual((await statistics()).labels, []);
    await setLabel('stable', 1);
    assert.deepEqual(requests((await statistics()).labels), [['stable', '1', '0']]);
  });

  it('of a model end with it: one of that name that comes later begins anew', async () => {
    await ask('/versions/2');
    const directory = path.join(models.directory, 'digits');
    const aside = `${models.directory}-aside`;
    await rename(directory, aside);
    await until(() => !server.server.manager.names().includes('digits'));
    await rename(aside, directory);
    const { versions } = await until(async () => {
      const now = server.server.manager.names().includes('digits') ? await statistics() : undefined;
      return now !== undefined && now.versions.length > 0 && now;
    });
    assert.ok(versions.every(({ requests: count }) => count === '0'));
  });
});
