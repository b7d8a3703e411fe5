// What people and windows do to each other's changes of traffic: nothing is lost, nothing is done twice, nothing unasked.
import assert from 'node:assert/strict';
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  makeModels,
  startServer,
  until,
  type CallAnswer,
  type RunningServer,
} from './support/running-server.ts';

interface Model {
  readonly name: string;
  readonly labels: readonly { readonly label: string; readonly version: string; readonly pending: boolean }[];
  readonly traffic: readonly { readonly percent: number; readonly version: string }[];
  readonly canary: { readonly phase: string; readonly version: string; readonly reason: string } | null;
  readonly shadow: {
    readonly compared: string;
    readonly percent: number;
    readonly target: { readonly version: string };
    readonly worst: readonly { readonly inputsJson: Uint8Array }[];
  } | null;
  readonly resourceVersion: string;
}

const admin = 'perch.admin.v1.Admin';
const body = JSON.stringify({ instances: [Array.from({ length: 64 }, (_, i) => i % 17)] });
const shares = (...targets: readonly (readonly [string, number])[]): object => ({
  shares: targets.map(([label, percent]) => ({ target: { label }, percent })),
});

describe('changes of traffic', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let server: RunningServer;
  beforeEach(async () => {
    models = await makeModels('digits');
    await cp(path.join(models.directory, 'digits', '2'), path.join(models.directory, 'digits', '3'), {
      recursive: true,
    });
    await start();
    await call('SetLabel', { label: 'stable', version: 1, waitMs: 20_000 });
    await call('LoadVersion', { version: 2 });
  });
  afterEach(async () => {
    await server.stop();
    await models.remove();
  });

  const start = async (): Promise<void> => {
    server = await startServer([`--models_directory=${models.directory}`]);
  };
  const call = async (method: string, request: object = {}): Promise<Model> => {
    const answer = await server.call(admin, method, { model: 'digits', ...request });
    return answer.model as Model;
  };
  const model = async (): Promise<Model> => {
    const { models: all } = await server.call(admin, 'ListModels', {});
    const found = (all as Model[]).find(({ name }) => name === 'digits');
    assert.ok(found);
    return found;
  };
  const labels = async (): Promise<string> =>
    (await model()).labels.map(({ label, version }) => `${label} ${version}`).join(', ');
  const ask = async (): Promise<string> => {
    const answer = await server.rest('/v1/models/digits:predict', { method: 'POST', body });
    await answer.arrayBuffer();
    assert.equal(answer.status, 200);
    return answer.headers.get('x-perch-model-version') ?? '';
  };
  const plan = (more: object = {}): object => ({
    version: 2,
    plan: {
      steps: [50, 100],
      intervalMs: 600_000,
      minRequests: 5,
      gates: { maxP99Ratio: 1000 },
      ...more,
    },
  });
  const listeners = (): Record<string, number> => {
    const { events } = server.server.manager;
    return Object.fromEntries(
      (['changed', 'removed', 'looked', 'moved'] as const).map((name) => [name, events.listenerCount(name)]),
    );
  };

  it('move the resource version each, and a stream of the state ends with the newest one', async () => {
    const stream = server.stream(admin, 'WatchState', {});
    stream.on('error', () => undefined);
    let seen: Model | undefined;
    stream.on('data', (message: CallAnswer) => {
      const { snapshot, model: one } = message as {
        snapshot?: { models: Model[] } | null;
        model?: Model | null;
      };
      seen = snapshot?.models[0] ?? one ?? seen;
    });
    await until(() => seen !== undefined);
    const versions: string[] = [];
    for (const [method, request] of [
      ['SetLabel', { label: 'canary', version: 2 }],
      ['SetTraffic', shares(['stable', 90], ['canary', 10])],
      ['SetShadow', { target: { version: 2 }, percent: 10 }],
      ['SetShadow', { percent: 0 }],
      ['SetTraffic', {}],
      ['DeleteLabel', { label: 'canary' }],
    ] as const) {
      versions.push((await call(method, request)).resourceVersion);
    }
    assert.deepEqual(
      versions,
      versions.toSorted((a, b) => Number(a) - Number(b)),
    );
    assert.equal(new Set(versions).size, versions.length);
    await until(() => seen?.labels.length === 1);
    // Whatever is on its way has arrived by then: heartbeats apart, nothing more comes.
    await new Promise((resolve) => setTimeout(resolve, 300));
    stream.cancel();
    assert.equal(seen?.resourceVersion, versions.at(-1), 'a window decides on what the stream told it last');
  });

  for (const method of ['StartCanary', 'PauseCanary', 'PromoteCanary', 'RollbackCanary']) {
    it(`by ${method} are told with the resource version that they have made`, async () => {
      if (method !== 'StartCanary') {
        await call('StartCanary', plan({ manual: true }));
      }
      const stream = server.stream(admin, 'WatchState', {});
      stream.on('error', () => undefined);
      const seen: string[] = [];
      stream.on('data', (message: CallAnswer) => {
        const { snapshot, model: one } = message as {
          snapshot?: { models: Model[] } | null;
          model?: Model | null;
        };
        seen.push(
          ...[...(snapshot?.models ?? []), ...(one ? [one] : [])].map((each) => each.resourceVersion),
        );
      });
      await until(() => seen.length > 0);
      const { resourceVersion } = await call(method, method === 'StartCanary' ? plan({ manual: true }) : {});
      // Whatever is on its way has arrived by then.
      await new Promise((resolve) => setTimeout(resolve, 300));
      stream.cancel();
      assert.equal(seen.at(-1), resourceVersion, 'a window that decides on it would be refused for nothing');
    });
  }

  it('by the daemon itself move the resource version, too', async () => {
    const { resourceVersion } = await call('StartCanary', plan());
    await call('UnloadVersion', { version: 2 });
    await until(async () => (await model()).canary?.phase === 'CANARY_PHASE_ROLLED_BACK');
    const after = await model();
    // One is for the unload; the roll back is another change, of labels and shares.
    assert.ok(Number(after.resourceVersion) >= Number(resourceVersion) + 2, after.resourceVersion);
  });

  it('are refused where the daemon changed labels and shares since the window saw them', async () => {
    const golden = [
      { name: 'zero', requestJson: Buffer.from(body), responseJson: Buffer.from('{"predictions": [0]}') },
    ];
    const seen = await call('StartCanary', plan({ intervalMs: 1000, gates: { golden } }));
    await until(async () => (await model()).canary?.phase === 'CANARY_PHASE_ROLLED_BACK');
    const mutation = { expectedResourceVersion: seen.resourceVersion, requestId: 'window' };
    await assert.rejects(call('SetTraffic', { shares: [], mutation }), /changed meanwhile/);
  });

  it('are all in the event log', async () => {
    await call('RetryVersion', { version: 2, mutation: { actor: 'anna', reason: 'once more' } });
    await call('UnloadVersion', { version: 2, mutation: { actor: 'anna' } });
    const stream = server.stream(admin, 'WatchEvents', { backlog: 100 });
    stream.on('error', () => undefined);
    const seen: CallAnswer[] = [];
    const ended = new Promise<void>((resolve) => {
      stream.on('data', ({ event, backlogEnd }: { event: CallAnswer | null; backlogEnd: boolean }) => {
        seen.push(...(event === null ? [] : [event]));
        if (backlogEnd) {
          resolve();
        }
      });
    });
    await ended;
    stream.cancel();
    assert.deepEqual(
      seen.map(({ kind }) => kind),
      ['set_label', 'load_version', 'retry_version', 'unload_version'],
    );
  });

  it('of its two labels wait for the end of a canary', async () => {
    await call('LoadVersion', { version: 3 });
    await call('StartCanary', plan());
    // Unjudged versions would get the traffic of the canary or of stable.
    await assert.rejects(call('SetLabel', { label: 'canary', version: 3 }), /canary/i);
    await assert.rejects(call('SetLabel', { label: 'stable', version: 3 }), /canary/i);
    assert.equal(await labels(), 'canary 2, stable 1');
  });

  it('roll back the canary that there is, not the one that was promoted before', async () => {
    await call('SetLabel', { label: 'canary', version: 2 });
    await call('PromoteCanary');
    await call('SetLabel', { label: 'canary', version: 3, waitMs: 20_000 });
    await call('SetTraffic', shares(['stable', 90], ['canary', 10]));
    await call('RollbackCanary');
    assert.equal(await labels(), 'stable 2');
    assert.deepEqual(
      (await model()).traffic.map(({ version, percent }) => [version, percent]),
      [['2', 100]],
    );
  });

  it('delete a label that waits for a version that is gone', async () => {
    await call('SetLabel', { label: 'old', version: 2 });
    await server.stop();
    await rm(path.join(models.directory, 'digits', '2'), { recursive: true });
    await start();
    assert.deepEqual(
      (await model()).labels.filter(({ label }) => label === 'old').map(({ pending }) => pending),
      [true],
    );
    await call('DeleteLabel', { label: 'old' });
    assert.equal(await labels(), 'stable 1');
  });

  it('of a shadow begin its figures anew, but a repeated request does not', async () => {
    const request = { target: { version: 2 }, percent: 100, mutation: { requestId: 'a' } };
    const compared = async (): Promise<number> => Number((await model()).shadow?.compared);
    await call('SetTraffic', shares(['stable', 100]));
    await call('SetShadow', request);
    await Promise.all([ask(), ask(), ask()]);
    await until(async () => (await compared()) === 3);
    await call('SetShadow', request);
    assert.equal(await compared(), 3);
    await call('SetShadow', { ...request, mutation: { requestId: 'b' } });
    assert.equal(await compared(), 0);
  });

  it('of a shadow outlive a restart, with the inputs that are kept', async () => {
    const shadow = { target: { version: 2 }, percent: 100, keepInputs: true };
    await call('SetLabel', { label: 'canary', version: 2 });
    await call('SetTraffic', shares(['stable', 100]));
    await call('SetShadow', shadow);
    await server.stop();
    await start();
    await until(async () => (await labels()) === 'canary 2, stable 1');
    await ask();
    await until(async () => (await model()).shadow?.compared === '1');
    const [worst] = (await model()).shadow?.worst ?? [];
    // The request again: it can be sent as it is.
    const { inputs } = JSON.parse(Buffer.from(worst?.inputsJson ?? []).toString()) as { inputs: unknown[] };
    assert.equal(inputs.length, 1);
  });

  it('give the share of a version that is lost to stable at once, and tell of it', async () => {
    await call('SetLabel', { label: 'canary', version: 2 });
    await call('SetTraffic', shares(['stable', 50], ['canary', 50]));
    let running = true;
    const versions: string[] = [];
    const clients = Array.from({ length: 4 }, async () => {
      while (running) {
        versions.push(await ask());
      }
    });
    await until(() => versions.length > 100);
    await call('UnloadVersion', { version: 2 });
    const since = versions.length;
    await until(() => versions.length > since + 200);
    running = false;
    await Promise.all(clients);
    // Answers to requests from before are on their way still: as many as there are clients.
    assert.deepEqual([...new Set(versions.slice(since + 4))], ['1']);
    const { fallbacks, shares: told } = await server.call(admin, 'GetTraffic', { model: 'digits' });
    assert.ok(Number(fallbacks) > 0);
    assert.deepEqual(
      (told as { available: boolean }[]).map(({ available }) => available),
      [true, false],
    );
    const { versions: figures } = await server.call(admin, 'GetStatistics', { model: 'digits' });
    const of = (version: string): string | undefined =>
      (figures as { version: string; requests: string }[]).find((one) => one.version === version)?.requests;
    assert.ok(Number(of('2')) > 0, 'what it did before it was unloaded is still to be seen');
    assert.ok(Number(of('1')) > 0);
    assert.equal(of('3'), '0', 'it is there, and nobody asks it');
    await call('RollbackCanary');
    const after = await server.call(admin, 'GetTraffic', { model: 'digits' });
    assert.ok(Number(after.fallbacks) >= Number(fallbacks), 'a roll back takes nothing of it back');
  });

  it('take a canary back whose version is lost under traffic, and no request fails', async () => {
    await call('StartCanary', plan());
    let running = true;
    let asked = 0;
    const clients = Array.from({ length: 4 }, async () => {
      while (running) {
        await ask();
        asked++;
      }
    });
    await until(() => asked > 50);
    await call('UnloadVersion', { version: 2 });
    await until(async () => (await model()).canary?.phase === 'CANARY_PHASE_ROLLED_BACK');
    running = false;
    await Promise.all(clients);
    assert.match((await model()).canary?.reason ?? '', /version 2 is not AVAILABLE any more/);
    assert.equal(await labels(), 'stable 1');
  });

  it('do not roll a canary back because the daemon ends', async () => {
    await call('StartCanary', plan({ manual: true }));
    await server.stop();
    await start();
    await until(async () => (await labels()) === 'canary 2, stable 1');
    const { canary, traffic } = await model();
    assert.equal(canary?.phase, 'CANARY_PHASE_PROGRESSING');
    assert.deepEqual(
      traffic.map(({ percent }) => percent),
      [50, 50],
    );
  });

  it('leave no listener behind when streams end', async () => {
    const before = listeners();
    const streams = ['WatchState', 'WatchCanary', 'WatchEvents', 'WatchStatistics'].flatMap((method) =>
      Array.from({ length: 5 }, () => {
        const stream = server.stream(admin, method, { model: 'digits', intervalMs: 100 });
        stream.on('error', () => undefined);
        return stream;
      }),
    );
    const first = streams.map((stream) => new Promise((resolve) => stream.once('data', resolve)));
    await call('SetLabel', { label: 'canary', version: 2 });
    await Promise.all(first);
    assert.ok((listeners().changed ?? 0) > (before.changed ?? 0));
    streams.forEach((stream) => stream.cancel());
    await until(() => JSON.stringify(listeners()) === JSON.stringify(before));
  });

  it('reject an interval of statistics that no timer has, or keep to it', async () => {
    const stream = server.stream(admin, 'WatchStatistics', { model: 'digits', intervalMs: 2 ** 32 - 1 });
    let messages = 0;
    stream.on('error', () => undefined).on('data', () => messages++);
    await new Promise((resolve) => setTimeout(resolve, 500));
    stream.cancel();
    assert.ok(messages <= 1, `${messages} messages, each said to come 49 days after the other`);
  });
});
