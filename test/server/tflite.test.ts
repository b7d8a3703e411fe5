// TensorFlow Lite models in a version directory: served with what TensorFlow Lite itself gives, float and quantised.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tempDir } from '../support/temp-dir.ts';
import { repository, startServer, type RunningServer } from './support/running-server.ts';
import { answerOf, linearModel, putSavedModel, refusalOf } from './support/saved-models.ts';

const service = 'tensorflow.serving.PredictionService';

interface GoldenNumbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What TensorFlow Lite computed, of test/fixtures/tflite. */
interface Golden {
  /** The file in base64. */
  readonly model: string;
  readonly cases: readonly {
    readonly signature: string;
    readonly inputs: Readonly<Record<string, GoldenNumbers>>;
    readonly outputs: Readonly<Record<string, GoldenNumbers>>;
  }[];
}

const golden = (name: string): Golden =>
  JSON.parse(
    readFileSync(path.join(repository, 'test', 'fixtures', 'tflite', `${name}.json`), 'utf8'),
  ) as Golden;

const models = [
  {
    name: 'reals',
    golden: golden('mlp'),
    dtype: 'DT_FLOAT',
    field: 'floatVal',
    tolerance: 1e-5,
  },
  {
    name: 'integers',
    golden: golden('mlp-int8-int8'),
    dtype: 'DT_INT8',
    field: 'intVal',
    tolerance: 0,
  },
] as const;

function putLite(directory: string, name: string, { model }: Golden): void {
  mkdirSync(path.join(directory, name, '1'), { recursive: true });
  writeFileSync(path.join(directory, name, '1', 'model.tflite'), Buffer.from(model, 'base64'));
}

/** The tensor's rows; its shape has two dimensions. */
function rowsOf({ shape, data }: GoldenNumbers): number[][] {
  const [rows = 0, columns = 0] = shape;
  return Array.from({ length: rows }, (_, row) => data.slice(row * columns, (row + 1) * columns));
}

function assertClose(actual: unknown, expected: readonly number[], tolerance: number): void {
  const numbers = (actual as unknown[]).flat().map(Number);
  assert.equal(numbers.length, expected.length);
  numbers.forEach((value, i) => {
    const wanted = expected[i] ?? NaN;
    assert.ok(Math.abs(value - wanted) <= tolerance * Math.abs(wanted), `${i}: ${value}, not ${wanted}`);
  });
}

describe('models of TensorFlow Lite', () => {
  const base = tempDir();
  const cache = tempDir();
  let running: RunningServer;

  before(async () => {
    for (const model of models) {
      putLite(base.path, model.name, model.golden);
    }
    putLite(base.path, 'several', golden('several-signatures'));
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

  for (const { name, golden: made, dtype, field, tolerance } of models) {
    it(`are answered as TensorFlow Lite answers ${name}, over REST and gRPC`, async () => {
      for (const { inputs, outputs } of made.cases) {
        const { x } = inputs;
        const { Identity } = outputs;
        assert.ok(x !== undefined && Identity !== undefined);
        const { status, body } = await answerOf(running, `/v1/models/${name}:predict`, {
          instances: rowsOf(x),
        });
        assert.equal(status, 200, JSON.stringify(body));
        assertClose((body as { predictions: unknown }).predictions, Identity.data, tolerance);

        const dim = x.shape.map((size) => ({ size }));
        const answer = (await running.call(service, 'Predict', {
          modelSpec: { name },
          inputs: { x: { dtype, tensorShape: { dim }, [field]: x.data } },
        })) as { outputs: { Identity: Record<string, unknown> } };
        assert.equal(answer.outputs.Identity.dtype, dtype);
        assertClose(answer.outputs.Identity[field], Identity.data, tolerance);
      }
    });

    it(`are told by the metadata and report of ${name}`, async () => {
      const { metadata } = (await (await running.rest(`/v1/models/${name}/metadata`)).json()) as {
        metadata: {
          signature_def: {
            signature_def: Record<
              string,
              {
                inputs: Record<string, { dtype: string }>;
                outputs: Record<string, { dtype: string }>;
                method_name: string;
              }
            >;
          };
        };
      };
      const { serving_default: signature, ...others } = metadata.signature_def.signature_def;
      assert.deepEqual(others, {});
      assert.deepEqual(Object.keys(signature?.inputs ?? {}), ['x']);
      assert.deepEqual(Object.keys(signature?.outputs ?? {}), ['Identity']);
      assert.equal(signature?.inputs.x?.dtype, dtype);
      assert.equal(signature.outputs.Identity?.dtype, dtype);
      assert.equal(signature.method_name, 'tensorflow/serving/predict');

      const report = await running.call('perch.admin.v1.Admin', 'GetConversionReport', { model: name });
      assert.equal(report.source, 'tflite');
      assert.match(String(report.markdown), /TensorFlow Lite/);
    });
  }

  it('are asked by the names of their signatures', async () => {
    const made = golden('several-signatures').cases.find(({ signature }) => signature === 'halves');
    const { a, b } = made?.inputs ?? {};
    assert.ok(a !== undefined && b !== undefined);
    const { body } = await answerOf(running, '/v1/models/several:predict', {
      signature_name: 'halves',
      inputs: { a: a.data, b: b.data },
    });
    assertClose((body as { outputs: unknown }).outputs, made?.outputs.half?.data ?? [], 1e-5);
  });

  it('refuse elements of another type', async () => {
    const inputs = {
      x: {
        dtype: 'DT_FLOAT',
        tensorShape: { dim: [{ size: 1 }, { size: 6 }] },
        floatVal: [1, 2, 3, 4, 5, 6],
      },
    };
    assert.equal(
      await refusalOf(running.call(service, 'Predict', { modelSpec: { name: 'integers' }, inputs })),
      'INVALID_ARGUMENT: Input "x": got float32, the model expects int8.',
    );
  });
});

describe('--prefer_tflite_model', () => {
  const base = tempDir();
  const cache = tempDir();
  after(() => {
    base.remove();
    cache.remove();
  });
  before(() => {
    putSavedModel(base.path, 'both', 1, linearModel(3, 1));
    putLite(base.path, 'both', golden('mlp'));
  });

  for (const [flags, source] of [
    [[], 'saved_model'],
    [['--prefer_tflite_model'], 'tflite'],
  ] as const) {
    it(`${flags.length === 0 ? 'absent' : 'given'}, ${source} is served of both`, async () => {
      const running = await startServer([
        `--models_directory=${base.path}`,
        `--converted_models_directory=${cache.path}`,
        ...flags,
      ]);
      try {
        const report = await running.call('perch.admin.v1.Admin', 'GetConversionReport', { model: 'both' });
        assert.equal(report.source, source);
      } finally {
        await running.stop();
      }
    });
  }
});
