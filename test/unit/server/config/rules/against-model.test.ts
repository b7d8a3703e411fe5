// A config.pbtxt against its model: every rule's words, place and fixes, and what is compared with which version.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { modelCodes, modelSeverity, type ModelCode } from '../../../../../server/config/rules/model-codes.ts';
import type { Surroundings } from '../../../../../server/config/surroundings.ts';
import { applyEdits } from '../../../../../server/textproto/text-edit.ts';
import { beside, findingsOf, signature, value } from './against-case.ts';
import { marked, unmarked } from './model-case.ts';

/** Images in batches of any size. */
const images = signature([value('image', ['batch', 3, 'h', 'w'])], [value('scores', ['batch', 10])]);
/** The same for one image. */
const image = signature([value('image', [1, 3, 8, 8])], [value('scores', [1, 10])]);
const pairs = signature(
  [value('a', ['n', 4]), value('b', ['n', 4], 'INT64')],
  [value('y', ['n', 4]), value('z', ['n'], 'STRING')],
);

const input = (dims: string, more = ''): string =>
  `input { name: "image" data_type: TYPE_FP32 dims: ${dims}${more} }`;
const output = (dims: string, more = ''): string =>
  `output { name: "scores" data_type: TYPE_FP32 dims: ${dims}${more} }`;
const batched = (tensors: string): string => `max_batch_size: 8\n${tensors}`;
const good = batched(`${input('[3, -1, -1]')}\n${output('[10]')}`);
const one = ' (compared with version 1)';
const shape = (dims: string, model: string, tensor = 'image'): string =>
  `model 'm', tensor '${tensor}': the model expects ${model.split(',').length} dimensions (shape ${model}) but the model configuration specifies ${dims}`;
const full = (dims: string, model: string, tensor = 'image'): string =>
  shape(
    `${dims.split(',').length} dimensions (an initial batch dimension because max_batch_size > 0 followed by the explicit tensor shape, making complete shape ${dims})`,
    model,
    tensor,
  );

interface Case {
  readonly code: ModelCode;
  readonly message: string;
  readonly text: string;
  readonly around: Surroundings;
  /** With each fix in turn. */
  readonly fixed?: readonly string[];
}

const cases: readonly Case[] = [
  {
    code: 'model/unexpected-input',
    message: `unexpected inference input 'imag', allowed inputs are: image${one}`,
    text: good.replace('"image"', '«"imag"»'),
    around: beside({ 1: images }),
    fixed: [good],
  },
  {
    code: 'model/unexpected-output',
    message: `unexpected inference output 'w', allowed outputs are: y, z${one}`,
    text: 'max_batch_size: 2 output { name: "y" data_type: TYPE_FP32 dims: 4 } output { name: «"w"» data_type: TYPE_STRING dims: 1 reshape { shape: [] } }',
    around: beside({ 1: pairs }),
    fixed: [
      'max_batch_size: 2 output { name: "y" data_type: TYPE_FP32 dims: 4 } output { name: "z" data_type: TYPE_STRING dims: 1 reshape { shape: [] } }',
    ],
  },
  {
    code: 'model/input-count',
    message: `unable to load model 'm', configuration expects 1 inputs, model provides 2: b missing${one}`,
    text: 'max_batch_size: 2\n«input» [\n  {\n    name: "a"\n    data_type: TYPE_FP32\n    dims: [ 4 ]\n  }\n]\n',
    around: beside({ 1: pairs }),
    fixed: [
      'max_batch_size: 2\ninput [\n  {\n    name: "a"\n    data_type: TYPE_FP32\n    dims: [ 4 ]\n  },\n  {\n    name: "b"\n    data_type: TYPE_INT64\n    dims: [4]\n  }\n]\n',
    ],
  },
  {
    code: 'model/output-missing',
    message: `The model gives z too; clients cannot ask for it.${one}`,
    text: 'max_batch_size: 2\n«output» { name: "y" data_type: TYPE_FP32 dims: 4 }\n',
    around: beside({ 1: pairs }),
    fixed: [
      'max_batch_size: 2\noutput { name: "y" data_type: TYPE_FP32 dims: 4 }\noutput {\n  name: "z"\n  data_type: TYPE_STRING\n  dims: [1]\n  reshape {\n    shape: []\n  }\n}\n',
    ],
  },
  {
    code: 'model/data-type',
    message: `unable to load model 'm', configuration expects datatype TYPE_FP16 for input 'image', model provides TYPE_FP32${one}`,
    text: good.replace('TYPE_FP32', '«TYPE_FP16»'),
    around: beside({ 1: images }),
    fixed: [good],
  },
  {
    code: 'model/unsupported-type',
    message: `unsupported datatype for output 'map' for model 'm'${one}`,
    text: 'max_batch_size: 2 output { name: «"map"» data_type: TYPE_FP32 dims: 4 }',
    around: beside({
      1: signature([value('x', ['n', 1])], [{ name: 'map', dataType: undefined, dims: undefined }]),
    }),
  },
  {
    code: 'model/dims',
    message: `${full('[-1,3,224,-1]', '[-1,4,-1,-1]')}${one}`,
    text: batched(`${input('«[3, 224, -1]»')}\n${output('[10]')}`),
    around: beside({ 1: signature([value('image', ['n', 4, 'h', 'w'])], images.outputs) }),
    fixed: [batched(`${input('[4, -1, -1]')}\n${output('[10]')}`)],
  },
  {
    code: 'model/dims',
    message: `${full('[-1,5]', '[-1,10]', 'scores')}${one}`,
    text: batched(
      `${input('[3, 8, 8]')}\noutput {\n  name: "scores"\n  data_type: TYPE_FP32\n  dims: «5»\n}`,
    ),
    around: beside({ 1: images }),
    fixed: [
      batched(`${input('[3, 8, 8]')}\noutput {\n  name: "scores"\n  data_type: TYPE_FP32\n  dims: [10]\n}`),
    ],
  },
  {
    code: 'model/dims',
    message: `${shape('4 dimensions (shape [1,3,8,9])', '[1,3,8,8]')}${one}`,
    text: `input { name: "image" data_type: TYPE_FP32 dims: «1» dims: 3 dims: 8 dims: 9 }\n${output('[1, 10]')}`,
    around: beside({ 1: image }),
    fixed: [`${input('[1, 3, 8, 8]')}\n${output('[1, 10]')}`],
  },
  {
    code: 'model/dims',
    message: `unable to load model 'm', scalar tensor 'x', should only provide 1 in the model configuration when the model doesn't support batching. Model configuration provided: [2].${one}`,
    text: 'input { name: "x" data_type: TYPE_FP32 dims: «2» }',
    around: beside({ 1: signature([value('x', [])], [value('y', [])]) }),
    fixed: ['input { name: "x" data_type: TYPE_FP32 dims: [1] }'],
  },
  {
    code: 'model/batch-dimension',
    message: `dims include the batch dimension; max_batch_size is 8. ${full('[-1,-1,3,-1,-1]', '[-1,3,-1,-1]')}${one}`,
    text: batched(`${input('«[-1, 3, -1, -1]»')}\n${output('[10]')}`),
    around: beside({ 1: images }),
    fixed: [good, good],
  },
  {
    code: 'model/batch-dimension',
    message: `dims include the batch dimension; max_batch_size is 8. ${full('[-1,8,10]', '[-1,10]', 'scores')}${one}`,
    text: batched(`${input('[3, 8, 8]')}\n${output('«8» dims: 10')}`),
    around: beside({ 1: images }),
    fixed: [
      batched(`${input('[3, 8, 8]')}\n${output('10')}`),
      batched(`${input('[3, 8, 8]')}\n${output('[10]')}`),
    ],
  },
  {
    code: 'model/batch-dimension',
    message: `dims include the batch dimension; max_batch_size is 2. ${full('[-1,-1]', '[-1]', 'z')}${one}`,
    text: 'max_batch_size: 2\noutput { name: "y" data_type: TYPE_FP32 dims: 4 }\noutput { name: "z" data_type: TYPE_STRING dims: «[ -1 ]» }\n',
    around: beside({ 1: pairs }),
    fixed: [
      'max_batch_size: 2\noutput { name: "y" data_type: TYPE_FP32 dims: 4 }\noutput { name: "z" data_type: TYPE_STRING dims: [1] reshape { shape: [] } }\n',
    ],
  },
  {
    code: 'model/batch-dimension',
    message: `dims lack the batch dimension; max_batch_size is 0. ${shape('3 dimensions (shape [3,8,8])', '[-1,3,-1,-1]')}${one}`,
    text: `${input('«[3, 8, 8]»')}\n${output('[-1, 10]')}`,
    around: beside({ 1: images }),
    fixed: [`${input('[-1, 3, -1, -1]')}\n${output('[-1, 10]')}`],
  },
  {
    code: 'model/no-batch-dimension',
    message: `model 'm', tensor 'image': for the model to support batching the shape should have at least 1 dimension and the first dimension must be -1; but shape expected by the model is [1,3,8,8]${one}`,
    text: `max_batch_size: «8»\n${input('[3, 8, 8]')}\n${output('[10]')}`,
    around: beside({ 1: image }),
    fixed: [`max_batch_size: 0\n${input('[1, 3, 8, 8]')}\n${output('[1, 10]')}`],
  },
  {
    code: 'model/no-batch-dimension',
    message: `autofill failed for model 'm': model does not support batching while non-zero max_batch_size is specified${one}`,
    text: 'max_batch_size: «1»\n',
    around: beside({ 1: image }),
    fixed: ['max_batch_size: 0\n'],
  },
  {
    code: 'model/incomplete',
    message: `The model says what is missing of 'image'.${one}`,
    text: batched(`«input» {\n  name: "image"\n}\n${output('[10]')}`),
    around: beside({ 1: images }),
    fixed: [
      batched(`input {\n  name: "image"\n  data_type: TYPE_FP32\n  dims: [3, -1, -1]\n}\n${output('[10]')}`),
    ],
  },
  {
    code: 'model/no-version',
    message:
      "at least one version must be available under the version policy of model 'n': there is no version directory beside this file, such as 1.",
    text: '«name»: "n"',
    around: beside({}),
  },
  {
    code: 'model/no-version',
    message:
      "at least one version must be available under the version policy of model 'm': none of these is on disk (on disk: 1, 2).",
    text: 'version_policy { specific { «versions»: [3, 4] } }',
    around: beside({ 1: images, 2: images }),
  },
  {
    code: 'model/version-missing',
    message: "Version 3 of model 'm' is not on disk (on disk: 1, 2).",
    text: 'version_policy { specific { versions: [1, «3»] } }',
    around: beside({ 1: images, 2: images }),
    fixed: ['version_policy { specific { versions: [1] } }'],
  },
  {
    code: 'model/model-file',
    message: 'Version 1 has no file "modle.onnx".',
    text: 'default_model_filename: «"modle.onnx"»',
    around: beside({ 1: 'There is no modle.onnx.' }),
    fixed: ['default_model_filename: "model.onnx"'],
  },
  {
    code: 'model/model-file',
    message: 'Version 1: model.onnx is no complete ONNX model: it is empty.',
    text: '«max_batch_size»: 1',
    around: beside({ 1: 'model.onnx is no complete ONNX model: it is empty.' }),
  },
  {
    code: 'model/label-file',
    message: 'There is no "label.txt" in the model\'s directory.',
    text: good.replace('[10]', '[10] label_filename: «"label.txt"»'),
    around: beside({ 1: images }, ['config.pbtxt', 'labels.txt', 'warmup/a.bin']),
    fixed: [good.replace('[10]', '[10] label_filename: "labels.txt"')],
  },
  {
    code: 'model/warm-up-file',
    message: 'There is no "b.bin" in the directory warmup of the model.',
    text: 'model_warmup { inputs { key: "image" value { input_data_file: «"b.bin"» } } }',
    around: beside({ 1: images }, ['b.bin', 'warmup/a.bin']),
    fixed: ['model_warmup { inputs { key: "image" value { input_data_file: "a.bin" } } }'],
  },
];

describe('a config that does not fit its model', () => {
  for (const { code, message, text, around, fixed = [] } of cases) {
    it(`${code}: ${text.replaceAll(/\s+/g, ' ')}`, () => {
      const plain = unmarked(text);
      const findings = findingsOf(plain, around);
      assert.deepEqual(
        findings.map((finding) => [finding.code, finding.message, marked(plain, finding)]),
        [[code, message, text]],
      );
      assert.equal(findings[0]?.severity, modelSeverity(code));
      const results = (findings[0].fixes ?? []).map(({ edits }) => applyEdits(plain, edits));
      assert.deepEqual(results, fixed);
      for (const result of results) {
        const left = findingsOf(result, around).map((finding) => finding.code);
        assert.deepEqual(
          left.filter(
            (each) =>
              (each === code && code !== 'model/model-file') || modelSeverity(each as ModelCode) === 'error',
          ),
          [],
        );
      }
    });
  }

  it('is there for every code', () => {
    const seen = new Set<string>(cases.map(({ code }) => code));
    assert.deepEqual(
      Object.keys(modelCodes).filter((code) => !seen.has(code)),
      [],
    );
  });

  it('has several mistakes said at once', () => {
    const text = batched(
      'input { name: "imag" data_type: TYPE_FP32 dims: 4 } output { name: "scores" data_type: TYPE_INT8 dims: [-1, 10] }',
    );
    assert.deepEqual(
      findingsOf(text, beside({ 1: images })).map(({ code }) => code),
      ['model/unexpected-input', 'model/data-type', 'model/batch-dimension'],
    );
  });
});

describe('a config that fits', () => {
  const fits = (text: string, around: Surroundings): void =>
    assert.deepEqual(findingsOf(text, around), [], text);

  it('may be narrower in its inputs, and be of any shape that Triton takes', () => {
    fits(good, beside({ 1: images }));
    fits(batched(`${input('[3, 224, 224]')}\n${output('[10]')}`), beside({ 1: images }));
    fits(`${input('[4, 3, 224, 224]')}\n${output('[-1, 10]')}`, beside({ 1: images }));
    fits(`${input('[1, 3, 8, 8]')}\n${output('[1, 10]')}`, beside({ 1: image }));
    fits(
      `${input('[192]', ' reshape { shape: [3, 8, 8] }')}\n${output('[10]')}`.replace(
        /^/,
        'max_batch_size: 1 ',
      ),
      beside({ 1: images }),
    );
    fits(batched(`${input('[7]', ' allow_ragged_batch: true')}\n${output('[10]')}`), beside({ 1: images }));
    fits(
      'max_batch_size: 2 input { name: "x" data_type: TYPE_FP32 dims: 7 } output { name: "y" data_type: TYPE_FP32 dims: 7 }',
      beside({ 1: signature([value('x', undefined)], [value('y', undefined)]) }),
    );
  });

  it('may leave to Triton what Triton fills in', () => {
    fits('', beside({ 1: images }));
    fits('max_batch_size: 8', beside({ 1: images }));
    fits(input('[3, 8, 8]'), beside({ 1: images }));
    fits(input('[-1, 3, 8, 8]'), beside({ 1: images }));
    fits('', beside({ 1: image }));
  });

  it('may have inputs that the server fills, and keeps', () => {
    const model = signature(
      [value('x', ['n', 1]), value('START', ['n', 1]), value('s_in', ['n', 1])],
      [value('y', ['n', 1]), value('s_out', ['n', 1])],
    );
    fits(
      `max_batch_size: 2 input { name: "x" data_type: TYPE_FP32 dims: 1 } output { name: "y" data_type: TYPE_FP32 dims: 1 }
       sequence_batching { control_input { name: "START" control { kind: CONTROL_SEQUENCE_START fp32_false_true: [0, 1] } }
       state { input_name: "s_in" output_name: "s_out" data_type: TYPE_FP32 dims: 1 } }`,
      beside({ 1: model }),
    );
  });

  it('is not compared where nothing is known, or the model is no ONNX one', () => {
    const wrong = input('[1, 2, 3]');
    fits(wrong, {});
    fits(`platform: "tensorrt_plan" ${wrong}`, beside({ 1: image }));
    fits(`backend: "python" ${wrong}`, beside({ 1: 'There is no model.onnx.' }));
    fits(
      'platform: "tensorrt_plan" output { label_filename: "../labels.txt" } output { label_filename: "/labels.txt" }',
      beside({ 1: images }),
    );
  });
});

describe('the version that a config is compared with', () => {
  const versions = beside({ 1: images, 2: images, 10: image, '011': images, 11: image });
  const versionOf = (policy: string): string | undefined =>
    /compared with version (\d+)/.exec(
      findingsOf(`${policy} input { name: "x" data_type: TYPE_FP32 dims: 1 }`, versions)[0]?.message ?? '',
    )?.[1];

  it('is the newest that the policy serves', () => {
    assert.equal(versionOf(''), '11');
    assert.equal(versionOf('version_policy { latest { num_versions: 2 } }'), '11');
    assert.equal(versionOf('version_policy { all {} }'), '11');
    assert.equal(versionOf('version_policy { specific { versions: [1, 10, 2] } }'), '10');
  });

  it('is of two of one number the one with the shorter name', () => {
    assert.deepEqual(
      findingsOf(`${input('[1, 3, 8, 8]')}\n${output('[1, 10]')}`, versions).map(({ message }) => message),
      [],
    );
  });
});
