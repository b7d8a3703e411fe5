// REST answers: both forms, every dtype, strings that are bytes, and outputs that cannot be a batch.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { encodePredictAnswer } from '../../../server/codec/json-writer.ts';
import { atOnce } from '../../../server/limits/turns.ts';
import type { PredictFormat } from '../../../server/codec/json-reader.ts';
import type { Tensor } from '../../../server/codec/tensor.ts';
import { numbers, strings } from './support/tensors.ts';

const encode = (format: PredictFormat, outputs: Record<string, Tensor>): string =>
  Buffer.from(atOnce(encodePredictAnswer({ format, outputs: new Map(Object.entries(outputs)) }))).toString();

describe('encodePredictAnswer', () => {
  const cases: readonly (readonly [PredictFormat, Record<string, Tensor>, string])[] = [
    ['row', { y: numbers('float32', [3], [2.5, 3, 4.5]) }, '{"predictions": [2.5, 3.0, 4.5]}'],
    [
      'row',
      { y: numbers('float64', [2, 2], [1, 0.1, -0, NaN]) },
      '{"predictions": [[1.0, 0.1], [-0.0, NaN]]}',
    ],
    ['row', { y: numbers('int8', [0, 3], []) }, '{"predictions": []}'],
    ['row', { y: numbers('int8', [2, 0], []) }, '{"predictions": [[], []]}'],
    [
      'row',
      { a: numbers('int64', [2], [9007199254740993n, -1]), 'b"': numbers('bool', [2, 1], [1, 0]) },
      '{"predictions": [{"a": 9007199254740993, "b\\"": [true]}, {"a": -1, "b\\"": [false]}]}',
    ],
    ['columnar', { y: numbers('uint64', [], [2n ** 64n - 1n]) }, '{"outputs": 18446744073709551615}'],
    ['columnar', { y: numbers('float16', [2], [0.1, 65504]) }, '{"outputs": [0.1, 65500.0]}'],
    [
      'columnar',
      { a: numbers('uint8', [1, 1, 2], [0, 255]), b: numbers('uint16', [1], [65535]) },
      '{"outputs": {"a": [[[0, 255]]], "b": [65535]}}',
    ],
    [
      'columnar',
      { a: numbers('int16', [1], [-2]), b: numbers('int32', [1], [-3]) },
      '{"outputs": {"a": [-2], "b": [-3]}}',
    ],
    ['columnar', { y: numbers('uint32', [1], [4294967295]) }, '{"outputs": [4294967295]}'],
    [
      'columnar',
      { y: strings([3], ['a"\\/\n\u0001é', '', Buffer.of(255)]) },
      '{"outputs": ["a\\"\\\\/\\n\\u0001é", "", {"b64": "/w=="}]}',
    ],
    ['row', { image_bytes: strings([1], ['text']) }, '{"predictions": [{"b64": "dGV4dA=="}]}'],
    ['columnar', {}, '{"outputs": {}}'],
  ];
  for (const [format, outputs, text] of cases) {
    it(`writes ${text}`, () => assert.equal(encode(format, outputs), text));
  }

  it('refuses row form for outputs that are no batch', () => {
    assert.throws(() => encode('row', { y: numbers('int8', [], [1]) }), {
      code: 'JSON_VALUE_WRONG',
      message: 'Tensor name: y has no shape information ',
    });
    assert.throws(() => encode('row', { a: numbers('int8', [1], [1]), b: numbers('int8', [2], [1, 2]) }), {
      code: 'JSON_VALUE_WRONG',
      message: 'Tensor name: b has inconsistent batch size: 2 expecting: 1',
    });
  });

  it('is read back by JSON.parse', () => {
    const property = fc.property(
      fc.array(
        fc.tuple(fc.string({ unit: 'grapheme' }), fc.double({ noNaN: true, noDefaultInfinity: true })),
      ),
      (rows) => {
        const text = encode('columnar', {
          s: strings(
            [rows.length],
            rows.map(([value]) => value),
          ),
          n: numbers(
            'float64',
            [rows.length],
            rows.map(([, value]) => value),
          ),
        });
        assert.deepEqual(JSON.parse(text), {
          outputs: { s: rows.map(([value]) => value), n: rows.map(([, value]) => value) },
        });
      },
    );
    fc.assert(property, { numRuns: 300, seed: 9 });
  });
});
