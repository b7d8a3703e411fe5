// The config that is written from a model file.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { checkConfig } from '../../../../../server/config/check-config.ts';
import { configSchema } from '../../../../../server/config/config-schema.ts';
import { generateConfig } from '../../../../../server/config/language/generate.ts';
import type { OnnxSignature, OnnxValue } from '../../../../../server/models/onnx-signature.ts';
import { formatDocument } from '../../../../../server/textproto/printer.ts';
import { digits, modelDirectory } from './marker.ts';

const model = (inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]): OnnxSignature => ({
  inputs,
  outputs,
  producer: '',
  opset: 17,
});

/** What is wrong with the config that is written for `signature`, beside that very model. */
function findings(signature: OnnxSignature, name = 'm'): readonly string[] {
  const text = generateConfig(signature, { name });
  const checked = checkConfig(text, 'model', { directory: modelDirectory(name, signature) });
  assert.equal(formatDocument(checked.document), text, 'is formatted');
  return checked.findings.map(({ code, message }) => `${code}: ${message}`);
}

/** All types that a config can name. */
const dataTypes = [...(configSchema('model').schema.enum('inference.DataType')?.values.keys() ?? [])].filter(
  (name) => name !== 'TYPE_INVALID',
);

describe('a config written from a model', () => {
  it('batches where every tensor has a first dimension of any size', () => {
    assert.equal(
      generateConfig(digits, { name: 'digits', version: '3' }),
      `# Written from version 3 of its model: opset 17, by test.
name: "digits"
backend: "onnxruntime"

# The first dimension of every tensor takes any size, so it is that of the batch; dims leave it out.
max_batch_size: 4

input [
  {
    name: "x"
    data_type: TYPE_FP32
    dims: [784]
  }
]

output [
  {
    name: "probabilities"
    data_type: TYPE_FP32
    dims: [10]
  },
  {
    name: "label"
    data_type: TYPE_INT64
    dims: [1]
    reshape { shape: [] }
  }
]

# A GPU where there is one, else the CPU.
instance_group [
  {
    kind: KIND_AUTO
    count: 1
  }
]

# Requests that wait at the same time share a run.
dynamic_batching {}
`,
    );
    assert.deepEqual(findings(digits, 'digits'), []);
  });

  it('does not batch where one of them has not', () => {
    const fixed = model(
      [{ name: 'image', dataType: 'TYPE_UINT8', dims: ['height', 'width', 3] }],
      [{ name: 'mask', dataType: 'TYPE_BOOL', dims: [1, 'width'] }],
    );
    const text = generateConfig(fixed, { name: 'm', fileName: 'net.onnx' });
    assert.match(text, /max_batch_size: 0\n/);
    assert.match(text, /default_model_filename: "net\.onnx"\n/);
    assert.match(
      text,
      /# Any size: height, width\.\n {4}name: "image"\n {4}data_type: TYPE_UINT8\n {4}dims: \[-1, -1, 3\]\n/,
    );
    assert.doesNotMatch(text, /dynamic_batching/);
    assert.deepEqual(findings(fixed), []);
  });

  it('leaves out what a config cannot say', () => {
    const odd = model(
      [
        { name: 'x', dataType: 'TYPE_FP32', dims: [2] },
        { name: 'sequence', dataType: undefined, dims: undefined },
      ],
      [
        { name: 'y', dataType: 'TYPE_FP32', dims: [2] },
        { name: 'scalar', dataType: 'TYPE_FP32', dims: [] },
      ],
    );
    const text = generateConfig(odd, { name: 'm' });
    assert.match(text, /# The input sequence has a type or shape that a config cannot say/);
    assert.match(text, /# The output scalar has.*\n# So the server takes all outputs from the model\.\n/);
    assert.doesNotMatch(text, /^(?:input|output)/m);
    assert.deepEqual(findings(odd), []);
  });

  it('has nothing to be found, whatever the model', () => {
    const dim = fc.oneof(
      fc.constant(-1),
      fc.integer({ min: 1, max: 4096 }),
      fc.constant('N'),
      fc.string({ maxLength: 8 }),
      fc.constant(0),
    );
    const value = fc.record({
      name: fc.string({ maxLength: 12 }),
      dataType: fc.constantFrom(undefined, ...dataTypes),
      dims: fc.option(fc.array(dim, { maxLength: 4 }), { nil: undefined }),
    });
    const values = fc.uniqueArray(value, { maxLength: 4, selector: ({ name }) => name });
    fc.assert(
      fc.property(values, values, fc.string({ minLength: 0, maxLength: 12 }), (inputs, outputs, producer) => {
        assert.deepEqual(findings({ ...model(inputs, outputs), producer }), []);
      }),
    );
  });
});
