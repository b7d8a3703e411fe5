// config.pbtxt as a whole: where it is read from, its name, its versions, its model file, and what its errors say.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { loadModelConfig, parseModelConfig } from '../../../../server/config/model-config.ts';
import { defaultEngineSettings } from '../../../../server/engine/engine-settings.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const file = path.join('models', 'digits', 'config.pbtxt');

const invalid = (text: string, message: string | RegExp): void =>
  assert.throws(() => parseModelConfig(text, file), { name: 'PerchError', code: 'CONFIG_INVALID', message });

describe('loadModelConfig', () => {
  it('gives undefined where there is no config.pbtxt', async () => {
    using directory = tempDir();
    assert.equal(await loadModelConfig(directory.path), undefined);
    assert.equal(await loadModelConfig(path.join(directory.path, 'gone')), undefined);
  });

  it('reads the file and takes the directory for the name', async () => {
    using directory = tempDir();
    const model = path.join(directory.path, 'digits');
    mkdirSync(model);
    writeFileSync(path.join(model, 'config.pbtxt'), 'name: "digits" default_model_filename: "mlp.onnx"');
    assert.equal((await loadModelConfig(`${model}${path.sep}`))?.modelFilename, 'mlp.onnx');
    writeFileSync(path.join(model, 'config.pbtxt'), 'name: "letters"');
    await assert.rejects(loadModelConfig(model), {
      code: 'CONFIG_INVALID',
      message:
        "config.pbtxt: unexpected directory name 'digits' for model 'letters', directory name must equal model name",
    });
  });

  it('names the file without its directory when it cannot be read', async () => {
    using directory = tempDir();
    mkdirSync(path.join(directory.path, 'config.pbtxt'));
    await assert.rejects(loadModelConfig(directory.path), {
      code: 'CONFIG_INVALID',
      message: 'The model configuration config.pbtxt cannot be read (EISDIR).',
    });
  });
});

describe('parseModelConfig', () => {
  it('takes an empty file: nothing is said', () => {
    const { message, ...rest } = parseModelConfig('', file);
    assert.deepEqual(rest, { engine: defaultEngineSettings, notices: [] });
    assert.equal(message.maxBatchSize, 0);
  });

  it('takes a file as Triton users write it, and gives the message', () => {
    const { message } = parseModelConfig(
      `name: "digits"
      platform: "onnxruntime_onnx"
      max_batch_size: 8
      input [
        {
          name: "x"
          data_type: TYPE_FP32
          dims: [ 784 ]
        }
      ]
      output [ { name: "y", data_type: TYPE_FP32, dims: [ 10 ], label_filename: "labels.txt" } ]
      instance_group [ { count: 2 kind: KIND_CPU } ]
      dynamic_batching { }`,
      file,
    );
    assert.equal(message.input[0]?.dataType, 'TYPE_FP32');
    assert.deepEqual(message.output[0]?.dims, ['10']);
  });

  it('says where it cannot be read', () => {
    const prefix = /^Error parsing text-format inference\.ModelConfig: config\.pbtxt: /;
    for (const text of [
      'max_batch_size: ${max_batch_size}',
      'max_batch_size: 2147483648',
      'instance_group [ { kind: KIND_TPU } ]',
      'instance_group [ { count: 1 }, ]',
      'dynamic_batching { } sequence_batching { }',
      'nmae: "m"',
      '{"name": "m"}',
    ]) {
      invalid(text, prefix);
    }
  });

  it('wants the name of the directory, or none; a path without a directory allows any', () => {
    parseModelConfig('name: "digits"', file);
    parseModelConfig('', file);
    parseModelConfig('name: "letters"', 'config.pbtxt');
    invalid(
      'name: "Digits"',
      "config.pbtxt: unexpected directory name 'digits' for model 'Digits', directory name must equal model name",
    );
  });
});

describe('version_policy', () => {
  const cases = [
    ['', undefined],
    ['version_policy { }', { kind: 'all' }],
    ['version_policy: { all { }}', { kind: 'all' }],
    ['version_policy: { latest: { num_versions: 2}}', { kind: 'latest', count: 2 }],
    ['version_policy: { specific: { versions: [1,3]}}', { kind: 'specific', versions: [1n, 3n] }],
    [
      'version_policy { specific { versions: 9223372036854775807 } }',
      { kind: 'specific', versions: [9223372036854775807n] },
    ],
  ] as const;
  for (const [text, policy] of cases) {
    it(`is taken: ${text}`, () => {
      assert.deepEqual(parseModelConfig(text, file).versionPolicy, policy);
    });
  }

  for (const text of ['version_policy { latest { } }', 'version_policy { specific { } }']) {
    it(`is refused, since it asks for no version: ${text}`, () => {
      invalid(
        text,
        "config.pbtxt: at least one version must be available under the version policy of model 'digits'",
      );
    });
  }
});

describe('default_model_filename', () => {
  for (const name of ['model.onnx', 'mlp', '..onnx', 'mein modell.onnx']) {
    it(`may be ${name}`, () => {
      const { modelFilename } = parseModelConfig(`default_model_filename: "${name}"`, file);
      assert.equal(modelFilename, name);
    });
  }

  for (const name of [
    '../model.onnx',
    '/model.onnx',
    'a/b',
    'a/',
    'a\\\\b',
    'c:model.onnx',
    '.',
    '..',
    'a\\000',
  ]) {
    it(`may not be ${name}`, () => {
      invalid(
        `default_model_filename: "${name}"`,
        /^config\.pbtxt: default_model_filename must be the name of a file in the version directory, not '/,
      );
    });
  }
});
