// The sample request is accepted by the reader, with the shape that the signature asks for.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parsePredictBody } from '../../../server/codec/json-reader.ts';
import { atOnce } from '../../../server/limits/turns.ts';
import { sampleRequest } from '../../../server/codec/sample-request.ts';
import { dtypes } from '../../../server/codec/tensor.ts';
import type { Dtype, Signature, StringTensor } from '../../../server/codec/tensor.ts';

const signature = (...inputs: (readonly [string, Dtype, readonly number[]])[]): Signature => ({
  inputs: inputs.map(([name, dtype, shape]) => ({ name, dtype, shape })),
  outputs: [],
});

const named = (name: string, method: string, of: Signature): Signature => ({
  ...of,
  named: { name, methodName: `tensorflow/serving/${method}`, optionalInputs: [], isStateful: false },
});

const unranked: Signature = {
  inputs: [{ name: 'inputs', dtype: 'string', shape: [], isUnranked: true }],
  outputs: [],
};

describe('sampleRequest', () => {
  for (const [of, text] of [
    [signature(['x', 'float32', [-1, 4]]), '{"instances": [[0.5,0.5,0.5,0.5]]}'],
    [signature(['x', 'float32', [-1]]), '{"instances": [0.5]}'],
    [
      signature(['a', 'int64', [-1, -1]], ['b"', 'string', [-1]]),
      '{"instances": [{"a": [1], "b\\"": "text"}]}',
    ],
    [signature(['x', 'float32', [1, 2]]), '{"inputs": [[0.5,0.5]]}'],
    [signature(['x', 'bool', []]), '{"inputs": true}'],
    [signature(['a', 'uint8', [-1, 2]], ['b', 'float64', [1]]), '{"inputs": {"a": [[1,1]], "b": [0.5]}}'],
    [signature(['x', 'float32', [0]]), '{"inputs": []}'],
    [signature(), '{"inputs": {}}'],
    [named('serving_default', 'predict', signature(['x', 'float32', [-1]])), '{"instances": [0.5]}'],
    [
      named('a "b"', 'predict', signature(['x', 'float32', [-1]])),
      '{"signature_name": "a \\"b\\"", "instances": [0.5]}',
    ],
    [named('two', 'predict', signature(['x', 'bool', []])), '{"signature_name": "two", "inputs": true}'],
    [
      named('serving_default', 'classify', signature(['inputs', 'string', [-1]])),
      '{"instances": [{"b64": "CgA="}]}',
    ],
    [named('scores', 'regress', unranked), '{"signature_name": "scores", "instances": [{"b64": "CgA="}]}'],
    [
      named('serving_default', 'regress', signature(['a', 'string', [-1]], ['b', 'float32', [-1]])),
      '{"instances": [{"a": {"b64": "CgA="}, "b": 0.5}]}',
    ],
    [
      named('serving_default', 'classify', signature(['words', 'string', [-1, 2]])),
      '{"instances": [["text","text"]]}',
    ],
    [named('serving_default', 'predict', unranked), '{"instances": ["text"]}'],
  ] as const) {
    it(`is ${text}`, () => assert.equal(sampleRequest(of), text));
  }

  for (const dtype of dtypes) {
    it(`is accepted for ${dtype}`, () => {
      const of = signature(['x', dtype, [-1, 3, -1]], ['y', dtype, [2]]);
      const { inputs } = atOnce(parsePredictBody(Buffer.from(sampleRequest(of)!), of));
      assert.deepEqual(
        [...inputs].map(([name, { shape }]) => [name, shape]),
        [
          ['x', [1, 3, 1]],
          ['y', [2]],
        ],
      );
    });
  }

  it('is read as a serialized tf.Example for Classify', () => {
    const of = named('serving_default', 'classify', unranked);
    const { inputs } = atOnce(parsePredictBody(Buffer.from(sampleRequest(of)!), of));
    const { shape, values } = inputs.get('inputs') as StringTensor;
    assert.deepEqual(shape, [1]);
    assert.deepEqual(
      values.map((value) => [...value]),
      [[0x0a, 0]],
    );
  });
});
