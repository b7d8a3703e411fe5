// Weights that change all the time under load: no request is lost, fails, or is answered by a version that has no share.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { randomNumbers } from '../support/onnx-builder.ts';
import { makeModels, startServer, type RunningServer } from './support/running-server.ts';

const admin = 'perch.admin.v1.Admin';
const pixels = Array.from({ length: 64 }, (_, i) => i % 17);
const body = JSON.stringify({ instances: [pixels] });
const predict = {
  modelSpec: { name: 'digits' },
  inputs: {
    images: {
      dtype: 'DT_FLOAT',
      tensorShape: { dim: [{ size: 1 }, { size: 64 }] },
      floatVal: pixels,
    },
  },
};
const changes = 500;

describe('500 changes of weights under load', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let server: RunningServer;
  beforeEach(async () => {
    models = await makeModels('digits');
    server = await startServer([`--models_directory=${models.directory}`]);
    await call('SetLabel', { label: 'stable', version: 1, waitMs: 20_000 });
    await call('SetLabel', { label: 'canary', version: 2 });
    await weigh(50);
  });
  afterEach(async () => {
    await server.stop();
    await models.remove();
  });

  const call = (method: string, request: object): Promise<object> =>
    server.call(admin, method, { model: 'digits', ...request });
  const weigh = (canary: number): Promise<object> =>
    call('SetTraffic', {
      shares: [
        { target: { label: 'stable' }, percent: 100 - canary },
        { target: { label: 'canary' }, percent: canary },
      ].filter(({ percent }) => percent > 0),
    });
  const askRest = async (): Promise<string> => {
    const answer = await server.rest('/v1/models/digits:predict', { method: 'POST', body });
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return answer.headers.get('x-perch-model-version') ?? '';
  };
  const askGrpc = async (): Promise<string> => {
    const answer = await server.call('tensorflow.serving.PredictionService', 'Predict', predict);
    return (answer.modelSpec as { version: { value: string } }).version.value;
  };

  it('lose nothing', async () => {
    const random = randomNumbers(6);
    const versions = new Map<string, number>();
    const failures: unknown[] = [];
    let running = true;
    let asked = 0;
    let answered = 0;
    const client = async (ask: () => Promise<string>): Promise<void> => {
      while (running) {
        asked++;
        try {
          const version = await ask();
          answered++;
          versions.set(version, (versions.get(version) ?? 0) + 1);
        } catch (reason) {
          failures.push(reason);
        }
      }
    };
    const clients = [askRest, askRest, askGrpc, askGrpc].map(client);
    for (let i = 0; i < changes; i++) {
      await weigh(Math.floor(random() * 101));
      if (i % 50 === 0) {
        // A change that is refused has no effect, on requests or on the next change.
        await assert.rejects(call('SetTraffic', { shares: [{ target: { label: 'stable' }, percent: 99 }] }));
      }
    }
    running = false;
    await Promise.all(clients);
    assert.deepEqual(failures, []);
    assert.equal(answered, asked);
    assert.ok(answered >= changes, `${answered}`);
    assert.deepEqual([...versions.keys()].sort(), ['1', '2']);
  });

  it('leave the last weights, from the very next request on', async () => {
    const random = randomNumbers(7);
    for (let i = 0; i < 50; i++) {
      const canary = random() < 0.5 ? 0 : 100;
      await weigh(canary);
      assert.equal(await askRest(), canary === 0 ? '1' : '2');
    }
    await weigh(25);
    const versions = await Promise.all(
      Array.from({ length: 400 }, (_, i) => (i % 2 ? askRest() : askGrpc())),
    );
    assert.equal(versions.filter((version) => version === '2').length, 100);
  });

  it('at once, by two windows that each look before they change, lose no change', async () => {
    let refused = 0;
    let done = 0;
    const state = async (): Promise<{ resourceVersion: string }> => {
      const { models: all } = await server.call(admin, 'ListModels', {});
      const [model] = all as { resourceVersion: string }[];
      assert.ok(model);
      return model;
    };
    const { resourceVersion: first } = await state();
    const window = async (weight: number): Promise<void> => {
      for (let i = 0; i < 25; i++) {
        const { resourceVersion } = await state();
        try {
          await call('SetTraffic', {
            shares: [
              { target: { label: 'stable' }, percent: 100 - weight },
              { target: { label: 'canary' }, percent: weight },
            ],
            mutation: { expectedResourceVersion: resourceVersion },
          });
          done++;
        } catch (reason) {
          assert.match(String(reason), /changed meanwhile/);
          refused++;
        }
      }
    };
    await Promise.all([window(10), window(20)]);
    assert.equal(done + refused, 50);
    assert.equal(Number((await state()).resourceVersion), Number(first) + done);
  });
});
