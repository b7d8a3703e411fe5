// The worst cases of a shadow over the admin API: told without their inputs, which come when they are asked for.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { makeModels, startServer, until, type RunningServer } from './support/running-server.ts';

interface Traffic {
  readonly shadow: {
    readonly compared: string;
    readonly worst: readonly {
      readonly id: string;
      readonly inputsKept: boolean;
      readonly inputsJson: Uint8Array;
    }[];
  } | null;
}

describe('the cases of a shadow', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let server: RunningServer;
  before(async () => {
    models = await makeModels('digits');
    server = await startServer([`--models_directory=${models.directory}`]);
    await call('SetLabel', { label: 'stable', version: 1, waitMs: 20_000 });
    await call('LoadVersion', { version: 2 });
    await call('SetTraffic', { shares: [{ target: { label: 'stable' }, percent: 100 }] });
  });
  after(async () => {
    await server.stop();
    await models.remove();
  });

  const call = (method: string, request: object = {}): Promise<unknown> =>
    server.call('perch.admin.v1.Admin', method, { model: 'digits', ...request });
  const traffic = async (): Promise<Traffic> => (await call('GetTraffic')) as Traffic;
  const ask = async (body: Uint8Array | string): Promise<number> => {
    const answer = await server.rest('/v1/models/digits:predict', { method: 'POST', body });
    await answer.arrayBuffer();
    return answer.status;
  };
  const request = JSON.stringify({ instances: [Array.from({ length: 64 }, (_, i) => i % 17)] });
  const compareOne = async (keepInputs: boolean): Promise<Traffic['shadow']> => {
    await call('SetShadow', { target: { version: 2 }, percent: 100, keepInputs });
    await ask(request);
    await until(async () => (await traffic()).shadow?.compared === '1');
    return (await traffic()).shadow;
  };

  it('are not there without a shadow', async () => {
    assert.equal((await traffic()).shadow, null);
    await assert.rejects(call('GetShadowCase', { id: 1 }), /no such case/);
  });

  it('are told with the split, and one whose inputs are kept can be sent again', async () => {
    const [worst] = (await compareOne(true))?.worst ?? [];
    assert.deepEqual([worst?.inputsKept, worst?.inputsJson.length], [true, 0]);
    const kept = (await call('GetShadowCase', { id: worst?.id })) as {
      readonly requestJson: Uint8Array;
      readonly stableVersion: string;
      readonly shadowVersion: string;
    };
    assert.deepEqual([kept.stableVersion, kept.shadowVersion], ['1', '2']);
    assert.equal(await ask(new TextDecoder().decode(kept.requestJson)), 200);
  });

  it('have nothing to send where no inputs are kept', async () => {
    const [worst] = (await compareOne(false))?.worst ?? [];
    assert.equal(worst?.inputsKept, false);
    await assert.rejects(call('GetShadowCase', { id: worst.id }), /not kept/);
  });
});
