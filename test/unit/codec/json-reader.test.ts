// REST predict bodies: forms, dtypes, shapes, and every error in its words.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parsePredictBody, readSignatureName } from '../../../server/codec/json-reader.ts';
import { inAnySteps } from './support/in-steps.ts';
import type { Dtype, Signature } from '../../../server/codec/tensor.ts';
import { comparable, elements } from './support/tensors.ts';

const signature = (inputs: Readonly<Record<string, Dtype>>): Signature => ({
  inputs: Object.entries(inputs).map(([name, dtype]) => ({ name, dtype, shape: [-1] })),
  outputs: [],
});
const one = (dtype: Dtype): Signature => signature({ x: dtype });
const two = signature({ a: 'float32', b: 'string' });

function parse(body: string | Uint8Array, inputs: Signature): Record<string, object> {
  const { inputs: tensors } = inAnySteps((piece) => parsePredictBody(Buffer.from(body), inputs, piece));
  return Object.fromEntries([...tensors].map(([name, tensor]) => [name, comparable(tensor)]));
}

describe('parsePredictBody', () => {
  const accepted: readonly (readonly [string, Signature, Record<string, object>])[] = [
    [
      '{"instances": [1, 2.5, -3e1]}',
      one('float32'),
      { x: { dtype: 'float32', shape: [3], elements: [1, 2.5, -30] } },
    ],
    [
      ' {"instances" :[ [[1,2],[3,4]] , [[5,6],[7,8]] ]} trailing garbage',
      one('int8'),
      { x: { dtype: 'int8', shape: [2, 2, 2], elements: [1, 2, 3, 4, 5, 6, 7, 8] } },
    ],
    ['{"inputs": 5}', one('uint64'), { x: { dtype: 'uint64', shape: [], elements: [5n] } }],
    ['{"inputs": []}', one('float64'), { x: { dtype: 'float64', shape: [0], elements: [] } }],
    ['{"inputs": [[], []]}', one('float64'), { x: { dtype: 'float64', shape: [2, 0], elements: [] } }],
    [
      '{"instances": [{"x": 1}, {"x": 2}]}',
      one('int32'),
      { x: { dtype: 'int32', shape: [2], elements: [1, 2] } },
    ],
    [
      '{"instances": [{"b": "s", "a": [1]}, {"a": [2], "b": {"b64": "AAH/"}}]}',
      two,
      {
        a: { dtype: 'float32', shape: [2, 1], elements: [1, 2] },
        b: { dtype: 'string', shape: [2], elements: ['s', '\x00\x01\xff'] },
      },
    ],
    [
      '{"inputs": {"b": [["t"]], "ignored": {"deep": [null, true, "\\u00e9"]}, "a": 1, "a": 2}}',
      two,
      {
        a: { dtype: 'float32', shape: [], elements: [1] },
        b: { dtype: 'string', shape: [1, 1], elements: ['t'] },
      },
    ],
    [
      '{"instances": [{"b64": "YQ=="}, {"b64":"YQ"}, "b"]}',
      one('string'),
      { x: { dtype: 'string', shape: [3], elements: ['a', 'a', 'b'] } },
    ],
    [
      '{"inputs": {"b64": "Y\\/+\\u0041"}}',
      one('string'),
      { x: { dtype: 'string', shape: [], elements: ['c\xff\x80'] } },
    ],
    [
      '{"inputs": {"b64": "YQ=="}}',
      signature({ b64: 'string' }),
      { b64: { dtype: 'string', shape: [], elements: ['a'] } },
    ],
    ['{"inputs": [true, false]}', one('bool'), { x: { dtype: 'bool', shape: [2], elements: [1, 0] } }],
    [
      '{"inputs": [0.5, 65504, -1e-7]}',
      one('float16'),
      {
        x: {
          dtype: 'float16',
          shape: [3],
          elements: [0.5, 65504, -1.1920928955078125e-7],
        },
      },
    ],
    ['{"inputs": [2.0, 3e0, -0]}', one('int16'), { x: { dtype: 'int16', shape: [3], elements: [2, 3, 0] } }],
    ['{"inputs": [0, 65535]}', one('uint16'), { x: { dtype: 'uint16', shape: [2], elements: [0, 65535] } }],
    [
      '{"inputs": [9007199254740993, -9223372036854775808, 9223372036854775807, -1, 4294967296, 5.0]}',
      one('int64'),
      {
        x: {
          dtype: 'int64',
          shape: [6],
          elements: [9007199254740993n, -(2n ** 63n), 2n ** 63n - 1n, -1n, 4294967296n, 5n],
        },
      },
    ],
    [
      '{"inputs": [18446744073709551615]}',
      one('uint64'),
      { x: { dtype: 'uint64', shape: [1], elements: [2n ** 64n - 1n] } },
    ],
    [
      '{"inputs": [NaN, Infinity, -Infinity, Inf, -Inf, 1e400, -1e400]}',
      one('float32'),
      {
        x: {
          dtype: 'float32',
          shape: [7],
          elements: [NaN, Infinity, -Infinity, Infinity, -Infinity, Infinity, -Infinity],
        },
      },
    ],
    ['{"inputs": [], "inputs": [1]}', one('int8'), { x: { dtype: 'int8', shape: [0], elements: [] } }],
    ['\ufeff{"in\\u0070uts": 1}', one('int8'), { x: { dtype: 'int8', shape: [], elements: [1] } }],
    ['{"inputs": {}}', signature({}), {}],
    [
      '{"inputs": "\\"\\\\\\/\\b\\f\\n\\r\\t\\ud83d\\ude00é"}',
      one('string'),
      { x: { dtype: 'string', shape: [], elements: [Buffer.from('"\\/\b\f\n\r\t😀é').toString('latin1')] } },
    ],
  ];
  for (const [body, inputs, expected] of accepted) {
    it(`reads ${JSON.stringify(body)}`, () => assert.deepEqual(parse(body, inputs), expected));
  }

  const nested = (depth: number): string => `{"inputs": ${'['.repeat(depth)}${']'.repeat(depth)}}`;
  const element = (index: number | string, text: string): string =>
    `Failed to process element: ${index} of 'instances' list. Error: INVALID_ARGUMENT: ${text}`;

  const refused: readonly (readonly [string, Signature, string, string])[] = [
    ['', one('int8'), 'JSON_INVALID', 'JSON Parse error: The document is empty'],
    [' \n', one('int8'), 'JSON_INVALID', 'JSON Parse error: The document is empty. at offset: 2'],
    ['nonsense', one('int8'), 'JSON_INVALID', 'JSON Parse error: Invalid value. at offset: 1'],
    ['{', one('int8'), 'JSON_INVALID', 'JSON Parse error: Missing a name for object member. at offset: 1'],
    [
      '{"inputs"',
      one('int8'),
      'JSON_INVALID',
      'JSON Parse error: Missing a colon after a name of object member. at offset: 9',
    ],
    [
      '{"inputs": 1',
      one('int8'),
      'JSON_INVALID',
      'JSON Parse error: Missing a comma or } after an object member. at offset: 12',
    ],
    [
      '{"inputs": [1 2]}',
      one('int8'),
      'JSON_INVALID',
      'JSON Parse error: Missing a comma or ] after an array element. at offset: 14',
    ],
    ['{"inputs": [1,]}', one('int8'), 'JSON_INVALID', 'JSON Parse error: Invalid value. at offset: 14'],
    [
      '{"inputs": [01]}',
      one('int8'),
      'JSON_INVALID',
      'JSON Parse error: Missing a comma or ] after an array element. at offset: 13',
    ],
    [
      '{"inputs": [1.]}',
      one('int8'),
      'JSON_INVALID',
      'JSON Parse error: Miss fraction part in number. at offset: 14',
    ],
    [
      '{"inputs": [1e+]}',
      one('int8'),
      'JSON_INVALID',
      'JSON Parse error: Miss exponent in number. at offset: 15',
    ],
    ['{"inputs": [-]}', one('int8'), 'JSON_INVALID', 'JSON Parse error: Invalid value. at offset: 13'],
    ['{"inputs": [Infi]}', one('float32'), 'JSON_INVALID', 'JSON Parse error: Invalid value. at offset: 16'],
    [
      '{"inputs": "a',
      one('string'),
      'JSON_INVALID',
      'JSON Parse error: Missing a closing quotation mark in string. at offset: 13',
    ],
    [
      '{"inputs": "a\\',
      one('string'),
      'JSON_INVALID',
      'JSON Parse error: Missing a closing quotation mark in string. at offset: 14',
    ],
    [
      '{"inputs": "a\n"}',
      one('string'),
      'JSON_INVALID',
      'JSON Parse error: Invalid encoding in string. at offset: 13',
    ],
    [
      '{"inputs": "\\x"}',
      one('string'),
      'JSON_INVALID',
      'JSON Parse error: Invalid escape character in string. at offset: 12',
    ],
    [
      '{"inputs": "\\u12"}',
      one('string'),
      'JSON_INVALID',
      'JSON Parse error: Incorrect hex digit after \\u escape in string. at offset: 12',
    ],
    [
      '{"inputs": "\\ud800x"}',
      one('string'),
      'JSON_INVALID',
      'JSON Parse error: The surrogate pair in string is invalid. at offset: 12',
    ],
    [
      '{"inputs": "\\udc00"}',
      one('string'),
      'JSON_INVALID',
      'JSON Parse error: The surrogate pair in string is invalid. at offset: 12',
    ],
    ['[1]', one('int8'), 'JSON_VALUE_WRONG', 'JSON Value: [1] Is not object'],
    ['{}', one('int8'), 'JSON_VALUE_WRONG', "Missing 'inputs' or 'instances' key"],
    [
      '{"inputs": 1, "instances": [1]}',
      one('int8'),
      'JSON_VALUE_WRONG',
      `JSON Value: {"inputs": 1, "instances": [1]} Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist`,
    ],
    [
      '{"instances": {}}',
      one('int8'),
      'JSON_VALUE_WRONG',
      `JSON Value: {"instances": {}} Expecting 'instances' to be an list/array`,
    ],
    [
      '{"instances": []}',
      one('int8'),
      'JSON_VALUE_WRONG',
      `JSON Value: {"instances": []} No values in 'instances' array`,
    ],
    [
      '{"signature_name": 1, "inputs": 1}',
      one('int8'),
      'JSON_VALUE_WRONG',
      `JSON Value: {"signature_name": 1, "inputs": 1} not formatted correctly. 'signature_name' key must be a string value.`,
    ],
    [
      '{"inputs": ["a"]}',
      one('float32'),
      'JSON_VALUE_WRONG',
      'JSON Value: "a" Type: String is not of expected type: float',
    ],
    [
      '{"inputs": [null]}',
      one('float64'),
      'JSON_VALUE_WRONG',
      'JSON Value: null Type: Null is not of expected type: double',
    ],
    [
      '{"inputs": [true]}',
      one('int32'),
      'JSON_VALUE_WRONG',
      'JSON Value: true Type: True is not of expected type: int32',
    ],
    [
      '{"inputs": [{"b64": "YQ=="}]}',
      one('int32'),
      'JSON_VALUE_WRONG',
      'JSON Value: {"b64": "YQ=="} Type: Object is not of expected type: int32',
    ],
    [
      '{"inputs": [1.5]}',
      one('int32'),
      'JSON_VALUE_WRONG',
      'JSON Value: 1.5 Type: Number is not of expected type: int32',
    ],
    [
      '{"inputs": [256]}',
      one('uint8'),
      'JSON_VALUE_WRONG',
      'JSON Value: 256 Type: Number is not of expected type: uint8',
    ],
    [
      '{"inputs": [NaN]}',
      one('int64'),
      'JSON_VALUE_WRONG',
      'JSON Value: NaN Type: Number is not of expected type: int64',
    ],
    [
      '{"inputs": [9223372036854775808]}',
      one('int64'),
      'JSON_VALUE_WRONG',
      'JSON Value: 9223372036854775808 Type: Number is not of expected type: int64',
    ],
    [
      '{"inputs": [-1]}',
      one('uint64'),
      'JSON_VALUE_WRONG',
      'JSON Value: -1 Type: Number is not of expected type: uint64',
    ],
    [
      '{"inputs": [1]}',
      one('bool'),
      'JSON_VALUE_WRONG',
      'JSON Value: 1 Type: Number is not of expected type: bool',
    ],
    [
      '{"inputs": [1]}',
      one('string'),
      'JSON_VALUE_WRONG',
      'JSON Value: 1 Type: Number is not of expected type: string',
    ],
    [
      '{"inputs": [1e39]}',
      one('float32'),
      'JSON_VALUE_WRONG',
      'Cannot convert JSON value: 1e39 to float without loss of precision.',
    ],
    [
      '{"inputs": [70000]}',
      one('float16'),
      'JSON_VALUE_WRONG',
      'Cannot convert JSON value: 70000 to half without loss of precision.',
    ],
    [
      '{"inputs": [{"b64": 1}]}',
      one('string'),
      'JSON_VALUE_WRONG',
      'JSON Value: {"b64": 1} not formatted correctly for base64 data',
    ],
    ['{"inputs": [{"b64": "a"}]}', one('string'), 'JSON_VALUE_WRONG', 'Unable to base64 decode'],
    ['{"inputs": [{"b64": "YQ="}]}', one('string'), 'JSON_VALUE_WRONG', 'Unable to base64 decode'],
    ['{"inputs": [{"b64": "Y-=="}]}', one('string'), 'JSON_VALUE_WRONG', 'Unable to base64 decode'],
    [
      '{"inputs": [[1, 2], [3, 4, 5]]}',
      one('int8'),
      'JSON_VALUE_WRONG',
      'Encountered list at unexpected size: 3 at level: 1 expected size: 2',
    ],
    [
      '{"inputs": [1, [2]]}',
      one('int8'),
      'JSON_VALUE_WRONG',
      'Encountered list at unexpected level: 1 expected < 1',
    ],
    [
      '{"inputs": [[1], 2]}',
      one('int8'),
      'JSON_VALUE_WRONG',
      'JSON Value: 2 found at incorrect level: 2 in the JSON DOM. Expected at level: 2',
    ],
    ['{"inputs": {"a": 1}}', two, 'INPUT_NAMES_WRONG', "Missing named input: b in 'inputs' object."],
    [
      '{"inputs": [1]}',
      two,
      'JSON_VALUE_WRONG',
      'inputs is a plain value/list, but expecting an object as multiple input tensors required as per tensorinfo_map',
    ],
    [
      '{"instances": [1]}',
      two,
      'JSON_VALUE_WRONG',
      'instances is a plain list, but expecting list of objects as multiple input tensors required as per tensorinfo_map',
    ],
    [
      '{"instances": [[1, 2], [3]]}',
      one('int8'),
      'JSON_VALUE_WRONG',
      element(1, 'Expecting tensor size: 2 but got: 1'),
    ],
    [
      '{"instances": [[[1, 2]], [[1], [2]]]}',
      one('int8'),
      'JSON_VALUE_WRONG',
      element(1, 'Expecting shape [1,2] but got: [2,1]'),
    ],
    [
      '{"instances": [1, "a"]}',
      one('float32'),
      'JSON_VALUE_WRONG',
      element(1, 'JSON Value: "a" Type: String is not of expected type: float'),
    ],
    [
      '{"instances": [{"x": 1}, 2]}',
      one('int8'),
      'JSON_VALUE_WRONG',
      'Expecting object but got list at item 1 of input list',
    ],
    [
      '{"instances": [1, {"x": 2}]}',
      one('int8'),
      'JSON_VALUE_WRONG',
      'Expecting value/list but got object at item 1 of input list',
    ],
    [
      '{"instances": [{"a": 1, "c": 2}]}',
      two,
      'INPUT_NAMES_WRONG',
      element('0 key: c', 'JSON object: does not have named input: c'),
    ],
    [
      '{"instances": [{"a": "s", "b": "t"}]}',
      two,
      'JSON_VALUE_WRONG',
      element('0 key: a', 'JSON Value: "s" Type: String is not of expected type: float'),
    ],
    [
      '{"instances": [{"a": 1}]}',
      two,
      'INPUT_NAMES_WRONG',
      `Failed to process element: 0 of 'instances' list. JSON object: {"a": 1} keys must be equal to: a,b`,
    ],
    [
      '{"instances": [{"a": 1, "a": 1}]}',
      two,
      'INPUT_NAMES_WRONG',
      `Failed to process element: 0 of 'instances' list. JSON object: {"a": 1, "a": 1} keys must be equal to: a,b`,
    ],
    [
      nested(64),
      one('int8'),
      'JSON_TOO_DEEP',
      'JSON Parse error: nested deeper than 64 levels at offset: 74',
    ],
    [
      `{"other": ${nested(64)}}`,
      one('int8'),
      'JSON_TOO_DEEP',
      'JSON Parse error: nested deeper than 64 levels at offset: 83',
    ],
  ];
  for (const [body, inputs, code, message] of refused) {
    it(`refuses ${JSON.stringify(body.slice(0, 60))}`, () => {
      assert.throws(() => parse(body, inputs), { code, message });
    });
  }

  describe('with inputs that may be left out', () => {
    const named = { name: 'f', methodName: '', optionalInputs: ['b'], isStateful: false };
    const optional: Signature = { ...two, named };

    it('reads requests with and without them', () => {
      const a = { dtype: 'float32', shape: [2], elements: [1, 2] };
      assert.deepEqual(parse('{"instances": [{"a": 1}, {"a": 2}]}', optional), { a });
      assert.deepEqual(parse('{"inputs": {"a": [1, 2]}}', optional), { a });
      const both = parse('{"instances": [{"a": 1, "b": "x"}]}', optional);
      assert.deepEqual(Object.keys(both), ['a', 'b']);
    });

    it('refuses those that some instances lack, and that lack others', () => {
      for (const body of [
        '{"instances": [{"a": 1}, {"a": 2, "b": "x"}]}',
        '{"instances": [{"a": 1, "b": "x"}, {"a": 2}]}',
        '{"instances": [{"b": "x"}]}',
        '{"inputs": {"b": ["x"]}}',
      ]) {
        assert.throws(() => parse(body, optional), { code: 'INPUT_NAMES_WRONG' });
      }
    });
  });

  it('takes lists up to the depth limit', () => {
    assert.deepEqual(parse(nested(63), one('int8')), {
      x: { dtype: 'int8', shape: [...Array<number>(62).fill(1), 0], elements: [] },
    });
  });

  it('reports what is wrong with the document before what is wrong with a value', () => {
    assert.throws(() => parse('{"inputs": ["a"], "z": tru}', one('int8')), { code: 'JSON_INVALID' });
    assert.throws(() => parse('{"inputs": ["a"], "instances": [1]}', one('int8')), /Not formatted correctly/);
  });

  it('cuts long values in its messages', () => {
    assert.throws(
      () => parse(`{"inputs": "${'é'.repeat(5000)}"}`, one('int8')),
      (error: Error) => error.message.length < 200,
    );
  });

  it('passes on the format and the signature name, wherever it stands', () => {
    for (const body of [
      '{"signature_name": "s", "instances": [1]}',
      '{"instances": [1], "signature_name": "s"}',
    ]) {
      const { format, signatureName } = inAnySteps((piece) =>
        parsePredictBody(Buffer.from(body), one('int8'), piece),
      );
      assert.deepEqual({ format, signatureName }, { format: 'row', signatureName: 's' });
    }
  });

  it('reads random nested arrays as JSON.parse does', () => {
    const property = fc.property(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 0, maxLength: 4 }),
      fc.infiniteStream(fc.double({ noNaN: true, noDefaultInfinity: true })),
      fc.constantFrom('', ' ', '\n\t'),
      (shape, stream, space) => {
        const flat: number[] = [];
        const build = (level: number): unknown => {
          const size = shape[level];
          if (size !== undefined) {
            return Array.from({ length: size }, () => build(level + 1));
          }
          const value = stream.next().value as number;
          flat.push(value);
          return value;
        };
        const text = JSON.stringify({ instances: [build(0)] }).replaceAll(
          /[,:[\]]/g,
          (mark) => `${space}${mark}${space}`,
        );
        const tensor = inAnySteps((piece) =>
          parsePredictBody(Buffer.from(text), one('float64'), piece),
        ).inputs.get('x')!;
        assert.deepEqual(tensor.shape, [1, ...shape]);
        // JSON.stringify writes -0 as 0.
        assert.deepEqual(
          elements(tensor),
          flat.map((value) => value + 0),
        );
      },
    );
    fc.assert(property, { numRuns: 500, seed: 7 });
  });

  it('reads random strings as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.boolean(), (values, escapeAll) => {
        let text = JSON.stringify({ inputs: values });
        if (escapeAll) {
          text = text.replaceAll(
            /[^ -~]/g,
            (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
          );
        }
        const tensor = inAnySteps((piece) =>
          parsePredictBody(Buffer.from(text), one('string'), piece),
        ).inputs.get('x')!;
        assert.ok(tensor.dtype === 'string');
        assert.deepEqual(
          tensor.values.map((value) => Buffer.from(value).toString()),
          values,
        );
      }),
      { numRuns: 500, seed: 8 },
    );
  });

  it('refuses every truncation of a body', () => {
    const body =
      '{"signature_name": "s", "z": [1e5, null, {"k": "\\u00e9"}], "instances": [{"a": [1.5, NaN], "b": "x"}]}';
    for (let length = 0; length < body.length; length++) {
      assert.throws(() => parse(body.slice(0, length), two), { code: 'JSON_INVALID' }, body.slice(0, length));
    }
  });
});

describe('readSignatureName', () => {
  for (const [body, name] of [
    ['{"instances": [1]}', undefined],
    ['{"instances": [1], "signature_name": "s"}', 's'],
    ['{"sign\\u0061ture_name": "é", "instances": [1]}', 'é'],
    ['{"instances": ["signature_name"]}', undefined],
    ['not JSON at all', undefined],
  ] as const) {
    it(`finds ${name ?? 'none'} in ${body}`, () => {
      assert.equal(
        inAnySteps((piece) => readSignatureName(Buffer.from(body), piece)),
        name,
      );
    });
  }

  it('checks a document that has the key', () => {
    assert.throws(
      () => inAnySteps((piece) => readSignatureName(Buffer.from('{"signature_name": "s"'), piece)),
      {
        code: 'JSON_INVALID',
      },
    );
    assert.throws(
      () =>
        inAnySteps((piece) => readSignatureName(Buffer.from('{"signature_name": 5, "inputs": 1}'), piece)),
      /must be a string value/,
    );
  });
});
