// A predict request as code: quoted, complete, and for the right version.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesOf, halfBits, protoTensors, tensorJson } from '../../../extension/snippets/proto-tensors.ts';
import { pythonLiteral } from '../../../extension/snippets/python-literal.ts';
import { snippetOf } from '../../../extension/snippets/snippets.ts';
import type { SnippetInput } from '../../../extension/snippets/snippet-input.ts';

const input: SnippetInput = {
  grpcAddress: '127.0.0.1:8500',
  restAddress: '127.0.0.1:8501',
  model: 'digits',
  target: { kind: 'routed' },
  body: '{"instances": [[1.5, NaN]]}',
  inputs: [{ name: 'x', dtype: 'DT_FLOAT', shape: [-1, 2] }],
};
const ofVersion: SnippetInput = { ...input, target: { kind: 'version', version: '3' } };
const ofLabel: SnippetInput = { ...input, target: { kind: 'label', label: "it's new" } };

describe('curl', () => {
  it('sends to the model, the version or the label', () => {
    assert.equal(
      snippetOf('curl', input),
      `curl -d '{"instances": [[1.5, NaN]]}' http://127.0.0.1:8501/v1/models/digits:predict`,
    );
    assert.match(snippetOf('curl', ofVersion), /models\/digits\/versions\/3:predict$/);
    assert.match(snippetOf('curl', ofLabel), /'http:.*\/labels\/it'\\''s%20new:predict'$/);
  });

  it('quotes what a shell would take for its own', () => {
    const body = `{"instances": ["$(rm) 'a'"]}`;
    assert.match(
      snippetOf('curl', { ...input, body }),
      /^curl -d '\{"instances": \["\$\(rm\) '\\''a'\\''"\]\}' /,
    );
  });

  it('reads a long body from a file', () => {
    const body = `{"instances": [[${'1, '.repeat(40_000)}1]]}`;
    assert.equal(
      snippetOf('curl', { ...input, body }),
      'curl -d @request.json http://127.0.0.1:8501/v1/models/digits:predict',
    );
  });
});

describe('grpcurl', () => {
  it('sends the tensors by reflection', () => {
    assert.equal(
      snippetOf('grpcurl', ofVersion),
      `grpcurl -plaintext -d '{"model_spec": {"name": "digits", "version": "3"}, "inputs": {"x": {"dtype": "DT_FLOAT", ` +
        `"tensor_shape": {"dim": [{"size": "1"}, {"size": "2"}]}, "float_val": [1.5, "NaN"]}}}' ` +
        `127.0.0.1:8500 tensorflow.serving.PredictionService/Predict`,
    );
    assert.match(snippetOf('grpcurl', ofLabel), /"version_label": "it'\\''s new"/);
  });

  it('asks for the signature that the body names, as Python does', () => {
    const body = '{"signature_name": "doubled", "instances": [[1, 2]]}';
    assert.match(
      snippetOf('grpcurl', { ...input, body }),
      /"model_spec": \{"name": "digits", "signature_name": "doubled"\}/,
    );
    assert.match(
      snippetOf('pythonGrpc', { ...input, body }),
      /^request\.model_spec\.signature_name = "doubled"$/m,
    );
    assert.doesNotMatch(snippetOf('pythonGrpc', input), /signature_name/);
  });

  it('reads a long request from standard input', () => {
    const body = `{"instances": [[${'1, '.repeat(40_000)}1]]}`;
    assert.match(
      snippetOf('grpcurl', { ...input, body }),
      /^grpcurl -plaintext -d @ \S+ \S+ <<'REQUEST'\n\{.*\}\nREQUEST$/s,
    );
  });
});

describe('protoTensors', () => {
  const json = (dtype: string, ...elements: string[]): unknown => {
    const [tensor] = protoTensors(`{"inputs": [${elements.join()}]}`, [{ name: 'x', dtype, shape: [-1] }]);
    assert.ok(tensor);
    return JSON.parse(tensorJson(tensor));
  };
  const shape = (size: number): object => ({ dim: [{ size: String(size) }] });

  it('put each type into the field that TensorFlow reads it from', () => {
    assert.deepEqual(json('DT_INT64', '1', '2.0'), {
      dtype: 'DT_INT64',
      tensor_shape: shape(2),
      int64_val: [1, 2],
    });
    assert.deepEqual(json('DT_UINT8', '7'), { dtype: 'DT_UINT8', tensor_shape: shape(1), int_val: [7] });
    assert.deepEqual(json('DT_UINT32', '7'), { dtype: 'DT_UINT32', tensor_shape: shape(1), uint32_val: [7] });
    assert.deepEqual(json('DT_BOOL', 'true'), { dtype: 'DT_BOOL', tensor_shape: shape(1), bool_val: [true] });
    assert.deepEqual(json('DT_HALF', '1.5'), {
      dtype: 'DT_HALF',
      tensor_shape: shape(1),
      half_val: [0x3e00],
    });
    assert.deepEqual(json('DT_STRING', '"é"', '{"b64": "AAE="}'), {
      dtype: 'DT_STRING',
      tensor_shape: shape(2),
      string_val: ['w6k=', 'AAE='],
    });
  });

  it('round half floats as IEEE 754 does', () => {
    const bits = [0, -0, 1, -2, 65504, 65520, 1e-8, 2 ** -24, 2 ** -14, 0.1, NaN, -Infinity].map(halfBits);
    assert.deepEqual(bits, [0, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x7c00, 0, 1, 0x0400, 0x2e66, 0x7e00, 0xfc00]);
    assert.deepEqual([2049, 2051, 2047.9999].map(halfBits), [0x6800, 0x6802, 0x6800]);
  });

  it('throw where the body is none for the inputs', () => {
    assert.throws(() => protoTensors('{"instances": []}', input.inputs), /no-instances/);
  });

  it('take bytes for what they are', () => {
    assert.deepEqual([...bytesOf('{"b64": "AAE="}')], [0, 1]);
    assert.equal(bytesOf('"a\\u00e9"').toString(), 'aé');
  });
});

describe('Python', () => {
  it('has its own words for JSON', () => {
    assert.equal(
      pythonLiteral('{"a": [true, false, null, NaN, -Infinity, 1e3, "x\\/y"]}'),
      '{"a": [True, False, None, float("nan"), float("-inf"), 1e3, "x/y"]}',
    );
  });

  it('sends with requests', () => {
    const program = snippetOf('pythonRequests', ofVersion);
    assert.match(program, /^import json\n\nimport requests/);
    assert.ok(program.includes('"http://127.0.0.1:8501/v1/models/digits/versions/3:predict"'));
    assert.ok(program.includes('data=json.dumps({"instances": [[1.5, float("nan")]]}),'));
  });

  it('sends with tensorflow-serving-api', () => {
    const program = snippetOf('pythonGrpc', ofVersion);
    assert.ok(program.includes('request.model_spec.name = "digits"\nrequest.model_spec.version.value = 3\n'));
    assert.ok(
      program.includes(
        'request.inputs["x"].CopyFrom(tf.make_tensor_proto(np.array([1.5, float("nan")], dtype=np.float32).reshape((1, 2))))',
      ),
    );
    assert.ok(snippetOf('pythonGrpc', ofLabel).includes(`request.model_spec.version_label = "it's new"`));
    const text: SnippetInput = {
      ...input,
      body: '{"instances": ["a\\"\\\\\\n"]}',
      inputs: [{ name: 'x', dtype: 'DT_STRING', shape: [-1] }],
    };
    assert.ok(
      snippetOf('pythonGrpc', text).includes('np.array([b"a\\"\\\\\\x0a"], dtype=object).reshape((1,))'),
    );
  });
});

describe('Node', () => {
  it('sends with fetch, the numbers as they are', () => {
    const program = snippetOf('node', { ...input, body: '{"instances": [9007199254740993]}' });
    assert.ok(program.includes('body: `{"instances": [9007199254740993]}`,'));
    const hostile = snippetOf('node', { ...input, body: '{"instances": ["`${process.exit()}"]}' });
    assert.ok(hostile.includes('body: "{\\"instances\\": [\\"`${process.exit()}\\"]}",'));
  });
});
