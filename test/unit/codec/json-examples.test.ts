// REST classify and regress bodies, TensorFlow Serving's refusals, the answers, and both styles of JSON.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExamplesBody } from '../../../server/codec/json-examples.ts';
import { atOnce } from '../../../server/limits/turns.ts';
import { inAnySteps } from './support/in-steps.ts';
import { encodeClassifyResults, encodeRegressResults } from '../../../server/codec/json-results.ts';
import { encodePredictAnswer } from '../../../server/codec/json-writer.ts';
import type { Tensor } from '../../../server/codec/tensor.ts';
import { PerchError } from '../../../server/errors.ts';
import { numbers, strings } from './support/tensors.ts';

describe('parseExamplesBody', () => {
  it('reads signature, context and every kind of value', () => {
    const { signatureName, batch } = atOnce(
      parseExamplesBody(
        Buffer.from(
          '{"signature_name": "s", "context": {"c": 1}, "examples": [' +
            '{"f": [1.0, 2.5, NaN], "one": 1e0, "i": [1, true, false, -9223372036854775808], "big": 1e3,' +
            ' "s": ["a", {"b64": "YmM="}], "t": "d", "none": [], "__proto__": 2, "huge": 18446744073709551616}, {}]}',
        ),
      ),
    );
    assert.equal(signatureName, 's');
    assert.deepEqual([...batch.context], [['c', { kind: 'int64', values: BigInt64Array.of(1n) }]]);
    const [first, second] = batch.examples;
    assert.deepEqual(first!.get('f'), { kind: 'float', values: Float32Array.of(1, 2.5, NaN) });
    assert.deepEqual(first!.get('one'), { kind: 'float', values: Float32Array.of(1) });
    assert.deepEqual(first!.get('i'), { kind: 'int64', values: BigInt64Array.of(1n, 1n, 0n, -(2n ** 63n)) });
    assert.deepEqual(first!.get('big'), { kind: 'float', values: Float32Array.of(1000) });
    const text = first!.get('s');
    assert.deepEqual(text?.kind === 'bytes' && Buffer.concat([...text.values]).toString(), 'abc');
    assert.equal(first!.get('t')?.kind, 'bytes');
    assert.deepEqual(first!.get('none'), { kind: 'none' });
    assert.deepEqual(first!.get('__proto__'), { kind: 'int64', values: BigInt64Array.of(2n) });
    assert.deepEqual(first!.get('huge'), { kind: 'float', values: Float32Array.of(2 ** 64) });
    assert.equal(second!.size, 0);
  });

  const refused: readonly (readonly [string, string])[] = [
    ['', 'JSON Parse error: The document is empty'],
    ['[]', 'JSON Value: [] Is not object'],
    ['{}', "JSON Value: {} When method is classify, key 'examples' is expected and was not found"],
    ['{"examples": 1}', 'JSON Value: {"examples": 1} Expecting \'examples\' value to be an list/array'],
    ['{"examples": []}', 'JSON Value: {"examples": []} \'examples\' value is an empty array'],
    [
      '{"signature_name": 1, "examples": [{}]}',
      'JSON Value: {"signature_name": 1, "examples": [{}]} not formatted correctly. \'signature_name\' key must be a string value.',
    ],
    ['{"examples": [1]}', 'Example must be JSON object but got JSON Number'],
    ['{"context": null, "examples": [{}]}', 'Example must be JSON object but got JSON Null'],
    ['{"examples": [{"x": null}]}', 'Feature: x has element with unexpected JSON type: Null'],
    ['{"examples": [{"x": [[1]]}]}', 'Feature: x has element with unexpected JSON type: Array'],
    ['{"examples": [{"x": {"a": 1}}]}', 'Feature: x has element with unexpected JSON type: Object'],
    ['{"examples": [{"x": {"b64": "*"}}]}', 'Unable to base64 decode'],
    ['{"examples": [{"x": [1.0, 2]}]}', 'Unexpected element type in feature: x expecting type: float'],
    ['{"examples": [{"x": [2, 1.0]}]}', 'Unexpected element type in feature: x expecting type: int64'],
    ['{"examples": [{"x": ["2", 1.0]}]}', 'Unexpected element type in feature: x expecting type: bytes'],
    ['{"examples": [{"x": 9223372036854775808}]}', 'Feature: x has uint64 element. Only int64 is supported.'],
    ['{"examples": [{"x": 1e39}]}', 'Cannot convert JSON value: 1e39 to float without loss of precision.'],
    [
      '{"examples": [{"x": 1}',
      'JSON Parse error: Missing a comma or ] after an array element. at offset: 22',
    ],
  ];
  for (const [body, message] of refused) {
    it(`refuses ${body}`, () =>
      assert.throws(
        () => inAnySteps((piece) => parseExamplesBody(Buffer.from(body), piece)),
        (error) =>
          error instanceof PerchError &&
          error.status === 'INVALID_ARGUMENT' &&
          (assert.equal(error.message, message), true),
      ));
  }
});

describe('results', () => {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

  it('writes labels and scores', () => {
    const classes = [
      [
        { label: 'a"', score: Math.fround(0.1) },
        { label: '', score: 1 },
      ],
      [],
    ];
    assert.equal(
      text(encodeClassifyResults(classes, 'tensorflow')),
      '{"results": [[["a\\"", 0.1], ["", 1.0]], []]}',
    );
  });

  it('writes regressions in both styles', () => {
    const values = [2.5, NaN, -Infinity];
    assert.equal(text(encodeRegressResults(values, 'tensorflow')), '{"results": [2.5, NaN, -Infinity]}');
    assert.equal(text(encodeRegressResults(values, 'strict')), '{"results": [2.5, null, null]}');
  });

  it('writes predictions that JSON.parse reads without loss', () => {
    const outputs = new Map<string, Tensor>([
      ['f32', numbers('float32', [4], [NaN, Infinity, -Infinity, 1])],
      ['f64', numbers('float64', [4], [NaN, Infinity, -Infinity, 0.1])],
      ['f16', numbers('float16', [4], [NaN, Infinity, -Infinity, -0])],
      ['i64', numbers('int64', [4], [9007199254740991n, 9007199254740992n, -9007199254740992n, -1n])],
      ['u64', numbers('uint64', [2], [2n ** 64n - 1n, 1n])],
      ['s', strings([1], [Buffer.of(255)])],
    ]);
    assert.deepEqual(
      JSON.parse(text(atOnce(encodePredictAnswer({ format: 'columnar', outputs, style: 'strict' })))),
      {
        outputs: {
          f32: [null, null, null, 1],
          f64: [null, null, null, 0.1],
          f16: [null, null, null, -0],
          i64: [9007199254740991, '9007199254740992', '-9007199254740992', -1],
          u64: ['18446744073709551615', 1],
          s: [{ b64: '/w==' }],
        },
      },
    );
  });
});
