// Every rule for config.pbtxt: its words, its place, its fix, and files with which nothing is wrong.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tritonCodes, tritonSeverity } from '../../../../../server/config/rules/triton-codes.ts';
import { applyEdits } from '../../../../../server/textproto/text-edit.ts';
import { directory, findingsOf, marked, others, unmarked } from './model-case.ts';
import { modelCases } from './model-cases.ts';
import { modelEngineCases } from './model-engine-cases.ts';
import { goodEnsemble, modelEnsembleCases } from './model-ensemble-cases.ts';
import { goodConfigs } from './model-good-configs.ts';
import { modelTensorCases } from './model-tensor-cases.ts';

const cases = [...modelCases, ...modelTensorCases, ...modelEngineCases, ...modelEnsembleCases];

describe('a config with one mistake', () => {
  for (const { code, message, text, fixed, around } of cases) {
    it(`${code}: ${text.replaceAll(/\s+/g, ' ')}`, () => {
      const plain = unmarked(text);
      const findings = findingsOf(plain, around);
      assert.deepEqual(
        findings.map((finding) => [finding.code, finding.message, marked(plain, finding)]),
        [[code, message, text]],
      );
      const [finding] = findings;
      assert.equal(finding?.severity, tritonSeverity(code));
      const fix = finding.fixes?.[0];
      assert.equal(fix === undefined ? undefined : applyEdits(plain, fix.edits), fixed);
    });
  }

  for (const { code, text, fixed, around } of cases.filter((one) => one.fixed !== undefined)) {
    it(`has nothing left when it is fixed: ${code} ${text.slice(0, 40)}`, () => {
      assert.deepEqual(findingsOf(fixed ?? '', around), []);
    });
  }

  it('is there for every code', () => {
    const seen = new Set<string>([...cases.map(({ code }) => code), 'triton/batch-dimension']);
    assert.deepEqual(
      Object.keys(tritonCodes).filter((code) => !seen.has(code)),
      [],
    );
  });
});

describe('a good config', () => {
  for (const text of goodConfigs) {
    it(`has no findings: ${text.replaceAll(/\s+/g, ' ')}`, () => {
      assert.deepEqual(findingsOf(text), []);
    });
  }

  it('of an ensemble has none beside good models', () => {
    const model =
      'input { name: "x" data_type: TYPE_FP32 dims: 4 } output { name: "y" data_type: TYPE_FP32 dims: 4 }';
    assert.deepEqual(findingsOf(goodEnsemble, others({ a: model, b: model })), []);
    assert.deepEqual(findingsOf(goodEnsemble, others({ a: '', b: model })), []);
    assert.deepEqual(findingsOf(goodEnsemble), []);
  });
});

describe('several mistakes', () => {
  it('of one kind give a finding each', () => {
    const text = 'max_batch_size: 4 dynamic_batching { preferred_batch_size: [ 0, 8, 16, 2 ] }';
    assert.deepEqual(
      findingsOf(text).map(({ code, start, end }) => [code, text.slice(start, end)]),
      [
        ['triton/preferred-size-positive', '0'],
        ['triton/preferred-size-limit', '8'],
        ['triton/preferred-size-limit', '16'],
      ],
    );
  });
});

describe('what is reported already', () => {
  const silent = [
    'max_batch_size: "8" dynamic_batching { preferred_batch_size: 4 }',
    'max_batchsize: 8 dynamic_batching { preferred_batch_size: 4 }',
    'version_policy { latest { num_versions: x } }',
    'version_policy { latest { num_version: 2 } }',
    'input { name: x data_typ: TYPE_FP32 dims: [ 3, "4" ] } output { name: "y" data_type: FP32 dim: 3 }',
    'platform: "ensemble" ensemble_schedulin { step { } }',
    'platform: "ensemble" input { name: "i" data_type: TYPE_FP32 dims: 1 } ensemble_scheduling { step { model_name: a input_map { key: "x" value: i } output_map { key: "y" value: "o" } } }',
    'name: n',
  ];
  for (const text of silent) {
    it(`is not reported as missing: ${text}`, () => {
      assert.deepEqual(
        findingsOf(text).map(({ message }) => message),
        [],
      );
    });
  }
});

describe('dims that begin with -1 throughout', () => {
  const text =
    'max_batch_size: 8 input { name: "x" data_type: TYPE_FP32 dims: [ -1, 784 ] } output { name: "y" data_type: TYPE_FP32 dims: [ -1, 10 ] }';
  it('are asked about', () => {
    const findings = findingsOf(text);
    assert.deepEqual(
      findings.map(({ code, severity }) => [code, severity]),
      [
        ['triton/batch-dimension', 'hint'],
        ['triton/batch-dimension', 'hint'],
      ],
    );
    const edits = findings.flatMap(({ fixes }) => fixes?.[0]?.edits ?? []);
    assert.deepEqual(findingsOf(applyEdits(text, edits)), []);
  });

  it('are not where the model is known, or one is a plain vector', () => {
    const { directory: facts } = directory();
    const signature = { inputs: [], outputs: [], producer: '', opset: 0 };
    const versions = [{ name: '1', number: 1n, files: ['model.onnx'], signature }];
    assert.deepEqual(findingsOf(text, { directory: { ...facts!, versions } }), []);
    assert.deepEqual(findingsOf(text.replace('[ -1, 10 ]', '[ -1 ]')), []);
  });
});

describe('lists that Triton fills in', () => {
  it('are only warned of while the other list is missing', () => {
    const half = findingsOf('input { name: "x" }');
    assert.deepEqual(
      half.map(({ code, severity }) => [code, severity]),
      [
        ['triton/io-data-type', 'warning'],
        ['triton/io-dims', 'warning'],
      ],
    );
  });
});
