// The sample request is accepted by the reader, with the shape that the signature asks for.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parsePredictBody } from '../../../server/codec/json-reader.ts';
import { atOnce } from '../../../server/limits/turns.ts';
import { sampleRequest } from '../../../server/codec/sample-request.ts';
import { dtypes } from '../../../server/codec/tensor.ts';
import type { Dtype, Signature } from '../../../server/codec/tensor.ts';

const signature = (...inputs: (readonly [string, Dtype, readonly number[]])[]): Signature => ({
  inputs: inputs.map(([name, dtype, shape]) => ({ name, dtype, shape })),
  outputs: [],
});

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
});
