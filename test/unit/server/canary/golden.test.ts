// Golden answers: tolerance, exact values, shapes, and where the first difference is.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { goldenDifference } from '../../../../server/config/golden/golden-difference.ts';

describe('goldenDifference', () => {
  const agreeing: readonly (readonly [string, string, number?])[] = [
    ['{"predictions": [0.93001]}', '{"predictions":[0.93]}'],
    ['{"b": 2.0, "a": 1.0}', '{"a": 1, "b": 2}'],
    ['[1e-9]', '[0.0]'],
    ['[100000.9]', '[100000.0]'],
    ['[NaN, Infinity, -Infinity, -0.0]', '[NaN, Infinity, -Infinity, 0.0]'],
    ['[281]', '[281]'],
    ['[283]', '[281]', 2],
    ['[true, null, "é", {"b64": "/w=="}]', '[true, null, "\\u00e9", {"b64": "/w=="}]'],
    [' [] \n', '[]'],
    ['[9007199254740993]', '[9007199254740993]'],
    ['[0.5]', '[0.25]', 0.25],
  ];
  for (const [answer, golden, tolerance] of agreeing) {
    it(`lets ${answer} pass for ${golden}`, () =>
      assert.equal(goldenDifference(answer, golden, tolerance ?? 1e-4), undefined));
  }

  const differing: readonly (readonly [string, string, string, number?])[] = [
    [
      '{"predictions": [{"scores": [0.1, 0.1, 0.09, 0.71]}]}',
      '{"predictions": [{"scores": [0.1, 0.1, 0.09, 0.93]}]}',
      'predictions[0].scores[3]: 0.71 instead of 0.93',
    ],
    ['[20002]', '[20001]', '[0]: 20002 instead of 20001'],
    ['[9007199254740993]', '[9007199254740992]', '[0]: 9007199254740993 instead of 9007199254740992', 0],
    ['[NaN]', '[1.0]', '[0]: NaN instead of 1'],
    ['[Infinity]', '[-Infinity]', '[0]: Infinity instead of -Infinity'],
    ['[1e308]', '[Infinity]', '[0]: 1e+308 instead of Infinity'],
    ['[1.0002]', '[1.0]', '[0]: 1.0002 instead of 1'],
    ['["cat"]', '["dog"]', '[0]: "cat" instead of "dog"'],
    ['[true]', '[false]', '[0]: true instead of false'],
    ['[1]', '[true]', '[0]: 1 instead of true'],
    ['["1"]', '[1]', '[0]: "1" instead of 1'],
    ['[null]', '[[]]', '[0]: null instead of a list of 0 elements'],
    ['[{}]', '[[1]]', '[0]: an object instead of a list of 1 element'],
    ['{"outputs": [1, 2, 3]}', '{"outputs": [1, 2]}', 'outputs: 3 elements instead of 2'],
    ['[1]', '[1, 2]', 'the answer: 1 element instead of 2'],
    ['{"error": "no"}', '{"predictions": [1]}', 'predictions: missing instead of a list of 1 element'],
    ['{"a": 1, "b c": "x"}', '{"a": 1}', '["b c"]: "x", which the golden answer does not have'],
    ['{"outputs": {"x": {}}}', '{"outputs": {"x": 1}}', 'outputs.x: an object instead of 1'],
    ['{"__proto__": 1}', '{"__proto__": 2}', '__proto__: 1 instead of 2'],
    [`["${'x'.repeat(50)}"]`, '[""]', `[0]: "${'x'.repeat(40)}…" instead of ""`],
    ['{', '{}', 'the answer is not JSON: JSON Parse error: Missing a name for object member. at offset: 1'],
    [
      '[] 1',
      '[]',
      'the answer is not JSON: JSON Parse error: The document root must not be followed by other values. at offset: 3',
    ],
  ];
  for (const [answer, golden, difference, tolerance] of differing) {
    it(`says ${difference}`, () =>
      assert.equal(goldenDifference(Buffer.from(answer), golden, tolerance ?? 1e-4), difference));
  }

  it('finds that each JSON value agrees with itself, and no change beyond the tolerance does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.stringify(value);
        assert.equal(goldenDifference(json, json, 0), undefined);
        assert.notEqual(goldenDifference(`[${json}, 1.5]`, `[${json}, 1.25]`, 1e-4), undefined);
      }),
      { numRuns: 200 },
    );
  });
});
