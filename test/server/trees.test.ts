// Tree ensembles as XGBoost and LightGBM save them, in a version directory: served with what their trainers predict.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tempDir } from '../support/temp-dir.ts';
import { repository, startServer, type RunningServer } from './support/running-server.ts';
import { exampleInput, floatExample, refusalOf } from './support/saved-models.ts';

const service = 'tensorflow.serving.PredictionService';

/** What a trainer predicted, of test/fixtures/trees. */
interface Golden {
  readonly model: string;
  /** Rows; NaN as text. */
  readonly inputs: readonly (readonly (number | string)[])[];
  readonly shape: readonly number[];
  readonly predictions: readonly (number | string)[];
}

const golden = (name: string): Golden =>
  JSON.parse(
    readFileSync(path.join(repository, 'test', 'fixtures', 'trees', `${name}.json`), 'utf8'),
  ) as Golden;

const models = [
  {
    name: 'xgb',
    file: 'model.json',
    golden: golden('xgboost-softprob'),
    dtype: 'DT_FLOAT',
    field: 'floatVal',
    outputs: ['-1', '3'],
  },
  {
    name: 'gbm',
    file: 'model.txt',
    golden: golden('lightgbm-binary'),
    dtype: 'DT_DOUBLE',
    field: 'doubleVal',
    outputs: ['-1'],
  },
] as const;

function assertClose(actual: unknown, expected: readonly (number | string)[]): void {
  const numbers = (actual as unknown[]).flat().map(Number);
  assert.equal(numbers.length, expected.length);
  numbers.forEach((value, i) => {
    assert.ok(
      Math.abs(value - Number(expected[i])) <= 1e-5 * Math.abs(Number(expected[i])),
      `${i}: ${value}`,
    );
  });
}

describe('tree ensembles', () => {
  const base = tempDir();
  const cache = tempDir();
  let running: RunningServer;

  before(async () => {
    for (const { name, file, golden: trained } of models) {
      mkdirSync(path.join(base.path, name, '1'), { recursive: true });
      writeFileSync(path.join(base.path, name, '1', file), trained.model);
    }
    // Under a name of its own, which the model's config tells.
    mkdirSync(path.join(base.path, 'named', '1'), { recursive: true });
    writeFileSync(path.join(base.path, 'named', '1', 'booster.json'), golden('xgboost-logistic').model);
    writeFileSync(
      path.join(base.path, 'named', 'config.pbtxt'),
      'name: "named"\ndefault_model_filename: "booster.json"\n',
    );
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

  /** NaN as REST has it, which JSON.stringify does not write. */
  const predict = async (name: string, rows: Golden['inputs']): Promise<unknown> => {
    const body = JSON.stringify({ instances: rows }).replaceAll('"nan"', 'NaN');
    const answer = await running.rest(`/v1/models/${name}:predict`, { method: 'POST', body });
    return ((await answer.json()) as { predictions: unknown }).predictions;
  };

  for (const { name, golden: trained, dtype, field, outputs } of models) {
    it(`are answered as ${name} predicts, over REST and gRPC`, async () => {
      assertClose(await predict(name, trained.inputs), trained.predictions);
      const columns = trained.inputs[0]?.length ?? 0;
      const dim = [{ size: trained.inputs.length }, { size: columns }];
      const answer = (await running.call(service, 'Predict', {
        modelSpec: { name },
        inputs: { inputs: { dtype, tensorShape: { dim }, [field]: trained.inputs.flat().map(Number) } },
      })) as { outputs: { predictions: Record<string, unknown> } };
      const { predictions } = answer.outputs;
      assert.equal(predictions.dtype, dtype);
      assertClose(predictions[field], trained.predictions);
    });

    it(`are told by ${name}'s metadata and report`, async () => {
      const { metadata } = (await (await running.rest(`/v1/models/${name}/metadata`)).json()) as {
        metadata: { signature_def: { signature_def: Record<string, unknown> } };
      };
      const info = (alias: string, sizes: readonly string[]): object => ({
        [alias]: {
          dtype,
          tensor_shape: { dim: sizes.map((size) => ({ size, name: '' })), unknown_rank: false },
          name: alias,
        },
      });
      assert.deepEqual(metadata.signature_def.signature_def, {
        serving_default: {
          inputs: info('inputs', ['-1', '6']),
          outputs: info('predictions', outputs),
          method_name: 'tensorflow/serving/predict',
          defaults: {},
        },
      });
      const report = await running.call('perch.admin.v1.Admin', 'GetConversionReport', { model: name });
      assert.equal(report.source, 'trees');
      assert.match(String(report.markdown), /From a tree ensemble/);
    });
  }

  it('are found under the name that the model’s config tells', async () => {
    const trained = golden('xgboost-logistic');
    assertClose(await predict('named', trained.inputs), trained.predictions);
  });

  it('refuse rows of another type or width, and calls that they are not made for', async () => {
    const row = (dtype: string, field: string, size: number): object => ({
      modelSpec: { name: 'xgb' },
      inputs: {
        inputs: {
          dtype,
          tensorShape: { dim: [{ size: 1 }, { size }] },
          [field]: Array.from({ length: size }, () => 0),
        },
      },
    });
    assert.equal(
      await refusalOf(running.call(service, 'Predict', row('DT_DOUBLE', 'doubleVal', 6))),
      'INVALID_ARGUMENT: Input "inputs": got float64, the model expects float32.',
    );
    assert.match(
      await refusalOf(running.call(service, 'Predict', row('DT_FLOAT', 'floatVal', 2))),
      /^INVALID_ARGUMENT: /,
    );
    const examples = { modelSpec: { name: 'xgb' }, input: exampleInput(floatExample({ x: [1] })) };
    assert.equal(
      await refusalOf(running.call(service, 'Classify', examples)),
      'FAILED_PRECONDITION: Expected classification signature outputs to contain at least one of "classes" or "scores". Signature was: predictions: DT_FLOAT [?,3]',
    );
    assert.equal(
      await refusalOf(running.call(service, 'Regress', examples)),
      'FAILED_PRECONDITION: No regression outputs found in SignatureDef: predictions: DT_FLOAT [?,3]',
    );
  });
});
