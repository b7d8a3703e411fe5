// SavedModels that come, change, go and are broken while the server serves; conversions that are kept.
import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { VersionState } from '../../server/lifecycle/version-state.ts';
import { attr, node, placeholder } from '../support/savedmodel/nodes.ts';
import { tempDir, type TempDir } from '../support/temp-dir.ts';
import { startServer, until, type RunningServer } from './support/running-server.ts';
import { answerOf, linearModel, putSavedModel, refusalOf } from './support/saved-models.ts';

const admin = 'perch.admin.v1.Admin';

describe('SavedModels in a models directory', () => {
  let models: TempDir;
  let cache: TempDir;
  let running: RunningServer | undefined;

  beforeEach(() => {
    models = tempDir();
    cache = tempDir();
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
    models.remove();
    cache.remove();
  });

  const start = async (...flags: string[]): Promise<RunningServer> => {
    running = await startServer([
      `--models_directory=${models.path}`,
      `--converted_models_directory=${cache.path}`,
      '--max_num_load_retries=0',
      ...flags,
    ]);
    return running;
  };
  const stateOf = (server: RunningServer, model: string, version: bigint): VersionState | undefined =>
    server.server.manager.view(model)?.versions.find(({ number }) => number === version)?.state;
  const whenPhase = (
    server: RunningServer,
    model: string,
    version: bigint,
    phase: VersionState['phase'],
  ): Promise<VersionState> =>
    until(() => {
      const state = stateOf(server, model, version);
      return state?.phase === phase ? state : undefined;
    });
  const errorOf = (state: VersionState): string =>
    state.phase === 'end' ? `${state.error?.code}: ${state.error?.message}` : state.phase;
  const predict = async (server: RunningServer, model: string, x: number): Promise<unknown> =>
    (await answerOf(server, `/v1/models/${model}:predict`, { instances: [x] })).body;

  it('are reloaded: a newer version takes over, and no request fails', async () => {
    putSavedModel(models.path, 'line', 1, linearModel(0.5, 2));
    const server = await start();
    assert.ok(server.logged.some((line) => line.includes('"warmed up with a made-up request"')));
    assert.deepEqual(await predict(server, 'line', 4), { predictions: [4] });
    putSavedModel(models.path, 'line', 2, linearModel(2, 1));
    await until(async () => {
      const answer = JSON.stringify(await predict(server, 'line', 4));
      assert.ok(['{"predictions":[4]}', '{"predictions":[9]}'].includes(answer), answer);
      return answer === '{"predictions":[9]}';
    });
    await whenPhase(server, 'line', 1n, 'end');
  });

  it('are waited for while they are copied in, and served once they are whole', async () => {
    putSavedModel(models.path, 'ready', 1, linearModel(0.5, 2));
    const source = path.join(models.path, 'ready', '1');
    const server = await start();
    const target = path.join(models.path, 'copied', '1');
    await mkdir(path.join(target, 'variables'), { recursive: true });
    const whole = await readFile(path.join(source, 'saved_model.pb'));
    await writeFile(path.join(target, 'saved_model.pb'), whole.subarray(0, whole.length - 10));
    assert.equal((await whenPhase(server, 'copied', 1n, 'copying')).phase, 'copying');
    await writeFile(path.join(target, 'saved_model.pb'), whole);
    const shard = 'variables/variables.data-00000-of-00001';
    await cp(path.join(source, shard), path.join(target, shard));
    const waiting = await until(() => {
      const state = stateOf(server, 'copied', 1n);
      const detail = state?.phase === 'copying' ? state.detail : '';
      return detail.includes('variables.index') ? detail : undefined;
    });
    assert.match(waiting, /variables\/variables\.index is not there yet/);
    await cp(
      path.join(source, 'variables', 'variables.index'),
      path.join(target, 'variables', 'variables.index'),
    );
    await whenPhase(server, 'copied', 1n, 'available');
    assert.deepEqual(await predict(server, 'copied', 4), { predictions: [4] });
  });

  it('that are broken say why, and everything else is served on', async () => {
    putSavedModel(models.path, 'good', 1, linearModel(0.5, 2));
    putSavedModel(models.path, 'cut', 1, linearModel(0.5, 2));
    putSavedModel(models.path, 'lost', 1, linearModel(0.5, 2));
    putSavedModel(models.path, 'strange', 1, {
      graph: [
        placeholder('x', 'float32', [-1]),
        node('y', 'NobodyKnowsThisOp', ['x'], { T: attr.type('float32') }),
      ],
      signatures: {
        serving_default: {
          inputs: { x: { name: 'x:0', dtype: 'float32', shape: [-1] } },
          outputs: { y: { name: 'y:0', dtype: 'float32', shape: [-1] } },
        },
      },
    });
    const shard = 'variables/variables.data-00000-of-00001';
    await truncate(path.join(models.path, 'cut', '1', shard), 1);
    await rename(path.join(models.path, 'lost', '1', shard), path.join(models.path, 'lost', '1', 'away'));
    const server = await start();
    assert.match(errorOf(await whenPhase(server, 'cut', 1n, 'end')), /^SAVED_MODEL_INVALID: /);
    assert.match(
      errorOf(await whenPhase(server, 'lost', 1n, 'end')),
      /^SAVED_MODEL_INVALID: The model file is incomplete: variables\/variables\.data-00000-of-00001 is not there yet\.$/,
    );
    assert.match(
      errorOf(await whenPhase(server, 'strange', 1n, 'end')),
      /^OPERATORS_UNSUPPORTED: .*NobodyKnowsThisOp/s,
    );
    assert.deepEqual(await predict(server, 'good', 4), { predictions: [4] });
    for (const model of ['cut', 'strange']) {
      const state = stateOf(server, model, 1n);
      assert.ok(state !== undefined && !errorOf(state).includes(models.path), 'texts name no directories');
    }
  });

  it('are converted once: a second start takes what is kept', async () => {
    putSavedModel(models.path, 'line', 1, linearModel(0.5, 2));
    const durations: unknown[] = [];
    for (let round = 0; round < 2; round++) {
      const server = await start();
      assert.deepEqual(await predict(server, 'line', 4), { predictions: [4] });
      const report = await server.call(admin, 'GetConversionReport', { model: 'line' });
      durations.push(report.durationMs);
      await server.stop();
      running = undefined;
    }
    // That of the first conversion; another one would have taken another time.
    assert.equal(durations[0], durations[1]);
  });

  it('may be batched, each signature by itself', async () => {
    putSavedModel(models.path, 'line', 1, linearModel(0.5, 2));
    const server = await start('--enable_batching');
    const answers = await Promise.all(
      Array.from({ length: 24 }, async (_, i) => {
        const signature_name = i % 2 === 0 ? 'serving_default' : 'doubled';
        const answer = await answerOf(server, '/v1/models/line:predict', { instances: [i], signature_name });
        return answer.body;
      }),
    );
    answers.forEach((answer, i) => {
      const y = i * 0.5 + 2;
      assert.deepEqual(answer, { predictions: [i % 2 === 0 ? y : { y, product: i * 0.5 }] });
    });
  });

  it('take the tags that are asked for', async () => {
    putSavedModel(models.path, 'line', 1, { ...linearModel(0.5, 2), tags: ['serve', 'gpu'] });
    const server = await start('--saved_model_tags=gpu,serve');
    assert.deepEqual(await predict(server, 'line', 4), { predictions: [4] });
    await server.stop();
    const other = await start();
    assert.match(errorOf(await whenPhase(other, 'line', 1n, 'end')), /^SAVED_MODEL_INVALID: .*serve/);
  });

  it('are held to their method names where that is asked for, and have no facts of an ONNX file', async () => {
    putSavedModel(models.path, 'line', 1, linearModel(0.5, 2));
    const server = await start('--enable_signature_method_name_check');
    const { signature } = (await server.call(admin, 'GetSignature', {
      model: 'line',
      signatureName: 'doubled',
    })) as { signature: { name: string; outputs: { name: string }[] } };
    assert.deepEqual(
      [signature.name, ...signature.outputs.map(({ name }) => name).sort()],
      ['doubled', 'product', 'y'],
    );
    assert.equal(
      await refusalOf(
        server.call('tensorflow.serving.PredictionService', 'Classify', {
          modelSpec: { name: 'line' },
          input: { exampleList: { examples: [{}] } },
        }),
      ),
      'INVALID_ARGUMENT: Expected classification signature method_name to be tensorflow/serving/classify. Was: tensorflow/serving/predict',
    );
    assert.match(
      await refusalOf(server.call(admin, 'GetModelFile', { model: 'line', version: '1' })),
      /^FAILED_PRECONDITION: saved_model\.pb is no ONNX model/,
    );
  });
});
