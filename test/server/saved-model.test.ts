// TensorFlow's own half_plus_two, an unchanged SavedModel, over real sockets: every API, as TensorFlow Serving answers.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tempDir } from '../support/temp-dir.ts';
import { repository, startServer, type RunningServer } from './support/running-server.ts';
import { answerOf, exampleInput, floatExample, refusalOf } from './support/saved-models.ts';

const service = 'tensorflow.serving.PredictionService';
const savedModels = path.join(repository, '..', 'shared', 'data', 'savedmodels');
const halfPlusTwo = path.join(savedModels, 'half_plus_two');
const isThere = existsSync(halfPlusTwo);

describe(
  'half_plus_two',
  { skip: !isThere && `there is no ${path.relative(repository, halfPlusTwo)}` },
  () => {
    const cache = tempDir();
    let running: RunningServer;

    before(async () => {
      running = await startServer([
        '--model_name=half_plus_two',
        `--model_base_path=${halfPlusTwo}`,
        `--converted_models_directory=${cache.path}`,
      ]);
    });
    after(async () => {
      await running.stop();
      cache.remove();
    });

    const post = (verb: string, body: object): Promise<{ status: number; body: unknown }> =>
      answerOf(running, `/v1/models/half_plus_two:${verb}`, body);

    it('answers the quickstart', async () => {
      const answer = await post('predict', { instances: [1.0, 2.0, 5.0] });
      assert.deepEqual(answer, { status: 200, body: { predictions: [2.5, 3, 4.5] } });
    });

    it('answers inputs of the declared shape, and columns', async () => {
      const rows = await post('predict', { instances: [[1.0], [2.0]] });
      assert.deepEqual(rows.body, { predictions: [[2.5], [3]] });
      const columns = await post('predict', {
        inputs: { x: [[1.0], [2.0]] },
        signature_name: 'serving_default',
      });
      assert.deepEqual(columns.body, { outputs: [[2.5], [3]] });
    });

    it('answers Predict on another signature, and tells which', async () => {
      const answer = await running.call(service, 'Predict', {
        modelSpec: { name: 'half_plus_two', signatureName: 'regress_x2_to_y3' },
        inputs: {
          inputs: { dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: 1 }, { size: 1 }] }, floatVal: [4] },
        },
      });
      const { modelSpec, outputs } = answer as {
        modelSpec: { signatureName: string };
        outputs: Record<string, { floatVal: number[] }>;
      };
      assert.equal(modelSpec.signatureName, 'regress_x2_to_y3');
      assert.deepEqual(outputs.outputs?.floatVal, [5]);
    });

    it('refuses an unknown signature in TensorFlow Serving’s words', async () => {
      const request = { modelSpec: { name: 'half_plus_two', signatureName: 'none' }, inputs: {} };
      assert.equal(
        await refusalOf(running.call(service, 'Predict', request)),
        'FAILED_PRECONDITION: Serving signature key "none" not found.',
      );
      assert.deepEqual(await post('predict', { instances: [1], signature_name: 'none' }), {
        status: 400,
        body: { error: 'Serving signature name: "none" not found in signature def' },
      });
      assert.equal(
        await refusalOf(
          running.call(service, 'Classify', {
            modelSpec: { name: 'half_plus_two', signatureName: 'none' },
            input: exampleInput(floatExample({ x: [1] })),
          }),
        ),
        'INVALID_ARGUMENT: No signature was found with the name: none',
      );
    });

    it('classifies tf.Examples, over gRPC and REST', async () => {
      const answer = await running.call(service, 'Classify', {
        modelSpec: { name: 'half_plus_two', signatureName: 'classify_x_to_y' },
        input: exampleInput(floatExample({ x: [80] }), floatExample({ x: [20] })),
      });
      assert.deepEqual(answer.result, {
        classifications: [{ classes: [{ label: '', score: 42 }] }, { classes: [{ label: '', score: 12 }] }],
      });
      const body = { signature_name: 'classify_x_to_y', examples: [{ x: [80.0] }, { x: [20.0] }] };
      assert.deepEqual((await post('classify', withFloats(body))).body, {
        results: [[['', 42]], [['', 12]]],
      });
    });

    it('regresses tf.Examples, over gRPC and REST, with a context merged in', async () => {
      const modelSpec = { name: 'half_plus_two', signatureName: 'regress_x_to_y' };
      const plain = await running.call(service, 'Regress', {
        modelSpec,
        input: exampleInput(floatExample({ x: [80] }), floatExample({ x: [20] })),
      });
      assert.deepEqual(plain.result, { regressions: [{ value: 42 }, { value: 12 }] });
      const merged = await running.call(service, 'Regress', {
        modelSpec,
        input: {
          exampleListWithContext: {
            context: floatExample({ x: [4] }),
            examples: [floatExample({}), floatExample({ x: [20] })],
          },
        },
      });
      assert.deepEqual(merged.result, { regressions: [{ value: 4 }, { value: 12 }] });
      const body = { signature_name: 'regress_x_to_y', context: { x: [4.5] }, examples: [{}, { x: [20.5] }] };
      assert.deepEqual((await post('regress', body)).body, { results: [4.25, 12.25] });
    });

    it('answers MultiInference with each signature of the same examples', async () => {
      const task = (signatureName: string, method: string): object => ({
        modelSpec: { name: 'half_plus_two', signatureName },
        methodName: `tensorflow/serving/${method}`,
      });
      const input = exampleInput(floatExample({ x: [80] }));
      const { results } = (await running.call(service, 'MultiInference', {
        tasks: [
          task('regress_x_to_y', 'regress'),
          task('classify_x_to_y', 'classify'),
          task('regress_x_to_y2', 'regress'),
        ],
        input,
      })) as {
        results: {
          modelSpec: { signatureName: string };
          regressionResult?: unknown;
          classificationResult?: unknown;
        }[];
      };
      assert.deepEqual(
        results.map(({ modelSpec, regressionResult, classificationResult }) => [
          modelSpec.signatureName,
          regressionResult ?? classificationResult,
        ]),
        [
          ['regress_x_to_y', { regressions: [{ value: 42 }] }],
          ['classify_x_to_y', { classifications: [{ classes: [{ label: '', score: 42 }] }] }],
          ['regress_x_to_y2', { regressions: [{ value: 43 }] }],
        ],
      );
      const twice = [task('regress_x_to_y', 'regress'), task('regress_x_to_y', 'regress')];
      assert.equal(
        await refusalOf(running.call(service, 'MultiInference', { tasks: twice, input })),
        'INVALID_ARGUMENT: Duplicate evaluation of signature: regress_x_to_y',
      );
    });

    it('refuses calls that a signature is not made for, in TensorFlow Serving’s words', async () => {
      const input = exampleInput(floatExample({ x: [80] }));
      const modelSpec = { name: 'half_plus_two' };
      assert.equal(
        await refusalOf(running.call(service, 'Regress', { modelSpec, input })),
        'FAILED_PRECONDITION: No regression inputs found in SignatureDef: x: DT_FLOAT [?,1]',
      );
      assert.equal(
        await refusalOf(
          running.call(service, 'Classify', {
            modelSpec: { ...modelSpec, signatureName: 'regress_x_to_y' },
            input,
          }),
        ),
        'FAILED_PRECONDITION: Expected classification signature outputs to contain at least one of "classes" or "scores". Signature was: outputs: DT_FLOAT [?,1]',
      );
      assert.equal(
        await refusalOf(
          running.call(service, 'Regress', {
            modelSpec: { ...modelSpec, signatureName: 'regress_x_to_y' },
            input: exampleInput(),
          }),
        ),
        'INVALID_ARGUMENT: Input is empty.',
      );
    });

    it('tells its signatures: over gRPC, REST and the admin API', async () => {
      const rest = await running.rest('/v1/models/half_plus_two/metadata');
      const { metadata } = (await rest.json()) as {
        metadata: {
          signature_def: { signature_def: Record<string, { method_name: string; inputs: object }> };
        };
      };
      const defs = metadata.signature_def.signature_def;
      assert.deepEqual(Object.keys(defs).sort(), [
        'classify_x_to_y',
        'regress_x2_to_y3',
        'regress_x_to_y',
        'regress_x_to_y2',
        'serving_default',
      ]);
      assert.equal(defs.classify_x_to_y?.method_name, 'tensorflow/serving/classify');
      assert.deepEqual(defs.classify_x_to_y.inputs, {
        inputs: { dtype: 'DT_STRING', tensor_shape: { dim: [], unknown_rank: true }, name: 'tf_example:0' },
      });
      const { models } = (await running.call('perch.admin.v1.Admin', 'ListModels', {})) as {
        models: {
          versions: {
            convertedFrom: string;
            signature: { name: string };
            signatures: {
              name: string;
              methodName: string;
              inputs: { name: string; unknownRank: boolean }[];
            }[];
          }[];
        }[];
      };
      const version = models[0]?.versions[0];
      assert.equal(version?.convertedFrom, 'saved_model');
      assert.equal(version.signature.name, 'serving_default');
      const classify = version.signatures.find(({ name }) => name === 'classify_x_to_y');
      assert.equal(classify?.methodName, 'tensorflow/serving/classify');
      assert.deepEqual(
        classify.inputs.map(({ name, unknownRank }) => [name, unknownRank]),
        [['inputs', true]],
      );
    });

    it('reports what became of it, and gives the ONNX model where ONNX computes all', async () => {
      const report = await running.call('perch.admin.v1.Admin', 'GetConversionReport', {
        model: 'half_plus_two',
      });
      assert.equal(report.source, 'saved_model');
      assert.match(String(report.markdown), /half_plus_two, version 123\n/);
      assert.match(String(report.markdown), /classify_x_to_y/);
      const chunks: Buffer[] = [];
      let total = 0;
      const stream = running.stream('perch.admin.v1.Admin', 'ExportOnnx', { model: 'half_plus_two' });
      for await (const { chunk, totalBytes } of stream as AsyncIterable<{
        chunk: Buffer;
        totalBytes: string;
      }>) {
        total ||= Number(totalBytes);
        chunks.push(chunk);
      }
      const onnx = Buffer.concat(chunks);
      assert.equal(onnx.length, total);
      const { InferenceSession, Tensor } = await import('onnxruntime-node');
      const session = await InferenceSession.create(onnx);
      const [input = ''] = session.inputNames;
      const [output = ''] = session.outputNames;
      const answer = await session.run({ [input]: new Tensor('float32', [1, 2, 5], [3, 1]) });
      assert.deepEqual([...((answer[output]?.data ?? []) as Float32Array)], [2.5, 3, 4.5]);
      await session.release();
      const refused = running.stream('perch.admin.v1.Admin', 'ExportOnnx', {
        model: 'half_plus_two',
        signatureName: 'classify_x_to_y',
      });
      assert.match(
        await refusalOf(refused.toArray()),
        /^FAILED_PRECONDITION: Signature "classify_x_to_y" is no ONNX model by itself: .*ParseExample/,
      );
    });
  },
);

describe('half_plus_two as TensorFlow 2 saves it', { skip: !isThere }, () => {
  it('answers Predict, Classify and Regress by its signatures', async () => {
    using cache = tempDir();
    const running = await startServer([
      '--model_name=half_plus_two',
      `--model_base_path=${path.join(savedModels, 'half_plus_two_tf2')}`,
      `--converted_models_directory=${cache.path}`,
    ]);
    try {
      const post = async (verb: string, body: object): Promise<unknown> =>
        (await answerOf(running, `/v1/models/half_plus_two:${verb}`, body)).body;
      assert.deepEqual(await post('predict', { instances: [1.0, 2.0, 5.0] }), { predictions: [2.5, 3, 4.5] });
      const examples = [{ x: [80.5] }, { x: [20.5] }];
      assert.deepEqual(await post('classify', { signature_name: 'classify_x_to_y', examples }), {
        results: [[['', 42.25]], [['', 12.25]]],
      });
      assert.deepEqual(await post('regress', { signature_name: 'regress_x_to_y', examples }), {
        results: [42.25, 12.25],
      });
    } finally {
      await running.stop();
    }
  });
});

/** JSON.stringify writes 80.0 as 80, which REST takes for an integer: a fraction that float32 rounds away. */
function withFloats(body: object): object {
  return JSON.parse(
    JSON.stringify(body, (_, value: unknown) =>
      typeof value === 'number' && Number.isInteger(value) ? value + 1e-7 : value,
    ),
  ) as object;
}
