// The sample request of a model without serving_default names its signature, and the model answers it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { tempDir } from '../support/temp-dir.ts';
import { startServer, type RunningServer } from './support/running-server.ts';
import { linearModel, putSavedModel } from './support/saved-models.ts';

const admin = 'perch.admin.v1.Admin';

describe('the sample request of a model without serving_default', () => {
  const base = tempDir();
  const cache = tempDir();
  let running: RunningServer;

  before(async () => {
    const model = linearModel(3, 1);
    const { doubled } = model.signatures;
    assert.ok(doubled !== undefined);
    putSavedModel(base.path, 'linear', 1, { ...model, signatures: { doubled } });
    running = await startServer([
      `--models_directory=${base.path}`,
      `--converted_models_directory=${cache.path}`,
    ]);
  });
  after(async () => {
    await running.stop();
    base.remove();
    cache.remove();
  });

  it('is answered as it is', async () => {
    const { json, curl } = (await running.call(admin, 'GetSampleRequest', { model: 'linear' })) as {
      json: string;
      curl: string;
    };
    assert.equal(json, '{"signature_name": "doubled", "instances": [0.5]}');
    assert.ok(curl.includes(json), curl);
    const answer = await running.rest('/v1/models/linear:predict', { method: 'POST', body: json });
    assert.deepEqual(await answer.json(), { predictions: [{ y: 2.5, product: 1.5 }] });
    await running.call(admin, 'PredictJson', { model: 'linear', json: Buffer.from(json) });
  });
});
