// Request files and golden requests: what they say, where, what is wrong with them, and how they are written.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parseGolden } from '../../../../server/config/golden/golden-file.ts';
import { parseAnswer } from '../../../../server/config/golden/answer-json.ts';
import {
  differenceText,
  goldenDifferences,
  withoutNearness,
} from '../../../../server/config/golden/golden-difference.ts';
import { printJson, printLines } from '../../../../server/config/golden/print-json.ts';
import { expectAnswer, printRequestFile } from '../../../../server/config/golden/print-request-file.ts';
import { parseRequestFile, type RequestFile } from '../../../../server/config/golden/request-file.ts';

function read(text: string): RequestFile {
  const parsed = parseRequestFile(text);
  assert.ok(parsed.kind === 'value', JSON.stringify(parsed));
  return parsed.value;
}

const whole = `{
  "model": "größe",
  "version": 3,
  "name": "a seven",
  "request": { "instances": [[9007199254740993, NaN]] },
  "expect": { "answer": { "predictions": [1.0] }, "tolerance": 0.5 },
  "metadata": { "made": "by hand" }
}
`;

describe('parseRequestFile', () => {
  it('gives every part, with the digits of the file', () => {
    const { places, ...file } = read(whole);
    assert.deepEqual(file, {
      model: 'größe',
      version: '3',
      label: undefined,
      name: 'a seven',
      request: '{ "instances": [[9007199254740993, NaN]] }',
      expect: { answer: '{ "predictions": [1.0] }', tolerance: 0.5 },
    });
    // Offsets are in UTF-16 units, also behind letters of two bytes.
    const at = (span: { start: number; end: number } | undefined): string =>
      whole.slice(span?.start, span?.end);
    assert.equal(at(places.model), '"größe"');
    assert.equal(at(places.version), '3');
    assert.equal(at(places.request.value), file.request);
    assert.equal(at(places.answer), '{ "predictions": [1.0] }');
    assert.equal(whole.slice(places.request.start).startsWith('"request"'), true);
    assert.equal(whole.slice(places.expect?.start).startsWith('"expect"'), true);
  });

  it('needs a model and a request only', () => {
    const { version, label, name, expect } = read('\ufeff{"model": "m", "request": {}}');
    assert.deepEqual([version, label, name, expect], [undefined, undefined, undefined, undefined]);
    assert.equal(
      read('{"model": "m", "version": "9223372036854775807", "request": {}}').version,
      '9223372036854775807',
    );
    assert.equal(read('{"model": "m", "label": "stable", "request": {}}').label, 'stable');
  });

  for (const [text, problem, at] of [
    ['', /empty|Invalid value/, 0],
    ['{"model": "m",', /Missing a name/, 14],
    ['{"model": "m", "request": {}} 1', /something behind/, 30],
    ['[]', /a JSON object/, 0],
    ['{"request": {}}', /"model" is missing/, 0],
    ['{"model": 1, "request": {}}', /"model" is a text/, 10],
    ['{"model": "", "request": {}}', /"model" is a text/, 10],
    ['{"model": "m"}', /"request" must be an object/, 0],
    ['{"model": "m", "request": []}', /"request" must be an object/, 26],
    ['{"model": "m", "version": 0, "request": {}}', /"version" is a whole number/, 26],
    ['{"model": "m", "version": 1.5, "request": {}}', /"version" is a whole number/, 26],
    ['{"model": "m", "version": 9223372036854775808, "request": {}}', /"version"/, 26],
    ['{"model": "m", "version": 1, "label": "a", "request": {}}', /not both/, 38],
    ['{"model": "m", "request": {}, "expect": 1}', /"expect" is an object/, 40],
    ['{"model": "m", "request": {}, "expect": {}}', /no "answer"/, 40],
    ['{"model": "m", "request": {}, "expect": {"answer": {}, "tolerance": -1}}', /"tolerance"/, 68],
    ['{"model": "m", "request": {}, "expect": {"answer": {}, "tolerance": NaN}}', /"tolerance"/, 68],
    ['{"model": "m", "model": "n", "request": {}}', /"model" is there twice/, 15],
  ] as const) {
    it(`refuses ${text === '' ? 'nothing' : text}`, () => {
      const parsed = parseRequestFile(text);
      assert.ok(parsed.kind === 'problem');
      assert.match(parsed.text, problem);
      assert.equal(parsed.at, at);
    });
  }
});

describe('parseGolden', () => {
  it('reads a request file that expects an answer', () => {
    assert.deepEqual(parseGolden(whole, 'file'), {
      kind: 'value',
      value: [
        {
          name: 'a seven',
          model: 'größe',
          request: '{ "instances": [[9007199254740993, NaN]] }',
          response: '{ "predictions": [1.0] }',
          tolerance: 0.5,
        },
      ],
    });
  });

  it('reads a list, and numbers what has no name', () => {
    const text =
      '[{"request": {}, "response": {}}, {"name": "b", "model": "m", "request": {}, "response": {}}]';
    const parsed = parseGolden(text, 'golden');
    assert.ok(parsed.kind === 'value');
    assert.deepEqual(
      parsed.value.map(({ name, model }) => [name, model]),
      [
        ['golden 1', undefined],
        ['b', 'm'],
      ],
    );
  });

  for (const [text, problem] of [
    ['{', /Missing a name/],
    ['7', /neither a request file nor a list/],
    ['{"model": "m", "request": {}}', /no "expect"/],
    ['[]', /empty/],
    ['[{"request": {}}]', /"request" and the "response"/],
    ['[7]', /"request" and the "response"/],
    ['[{"request": {}, "response": {}, "tolerance": "x"}]', /"tolerance"/],
    ['[{"request": {}, "response": {}, "tolerance": -1}]', /"tolerance"/],
  ] as const) {
    it(`refuses ${text}`, () => {
      const parsed = parseGolden(text, 'golden');
      assert.ok(parsed.kind === 'problem');
      assert.match(parsed.text, problem);
    });
  }
});

describe('printJson', () => {
  it('fills lists of plain values, and gives the rest a line each', () => {
    const numbers = Array.from({ length: 40 }, (_, i) => i + 0.5);
    const printed = printJson(JSON.stringify({ a: [[1, 2]], b: numbers, c: {}, d: [], e: 'x' }));
    assert.equal(
      printed,
      `{
  "a": [
    [1, 2]
  ],
  "b": [
    0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5, 11.5, 12.5, 13.5, 14.5, 15.5, 16.5,
    17.5, 18.5, 19.5, 20.5, 21.5, 22.5, 23.5, 24.5, 25.5, 26.5, 27.5, 28.5, 29.5, 30.5, 31.5, 32.5,
    33.5, 34.5, 35.5, 36.5, 37.5, 38.5, 39.5
  ],
  "c": {},
  "d": [],
  "e": "x"
}`,
    );
  });

  it('keeps integers, fractions and what is no number', () => {
    const text = '[9007199254740993, 2.0, 1e-7, 0.1, NaN, -Infinity, true, null, "ü\\n"]';
    assert.equal(printJson(text), text);
    assert.deepEqual(parseAnswer(printJson(text)), parseAnswer(text));
  });

  it('gives each value a line for a diff', () => {
    assert.equal(
      printLines(parseAnswer('{"p": [1, [2.5]]}')),
      '{\n  "p": [\n    1,\n    [\n      2.5\n    ]\n  ]\n}',
    );
  });
});

describe('goldenDifferences', () => {
  const golden = parseAnswer('{"p": [[1.0, 2.0], [3.0, 4.0]], "q": "a", "r": 1}');
  const answer = parseAnswer('{"p": [[1.00001, 2.5], [3.0, 5.0]], "q": "a", "s": 1}');

  it('gives each, in the order of the golden answer', () => {
    assert.deepEqual(Array.from(goldenDifferences(answer, golden, 1e-4), differenceText), [
      'p[0][1]: 2.5 instead of 2',
      'p[1][1]: 5 instead of 4',
      'r: missing instead of 1',
      's: 1, which the golden answer does not have',
    ]);
  });

  it('leaves what is near out of sight', () => {
    assert.deepEqual(
      withoutNearness(answer, golden, 1e-4),
      parseAnswer('{"p": [[1.0, 2.5], [3.0, 5.0]], "q": "a", "s": 1}'),
    );
  });
});

describe('writing request files', () => {
  it('writes what it reads', () => {
    const parts = {
      model: 'digits',
      version: '3',
      name: 'a "seven"',
      request: '{"instances": [[0.0, 1.0]]}',
      answer: '{"predictions": [7]}',
    };
    const text = printRequestFile(parts);
    const { model, version, name, request, expect } = read(text);
    assert.deepEqual([model, version, name], [parts.model, parts.version, parts.name]);
    assert.deepEqual(parseAnswer(request), parseAnswer(parts.request));
    assert.deepEqual(parseAnswer(expect?.answer ?? ''), parseAnswer(parts.answer));
    assert.equal(
      printRequestFile({ model: 'm', label: 'stable', request: '{}' }),
      '{\n  "model": "m",\n  "label": "stable",\n  "request": {}\n}\n',
    );
    assert.equal(
      text,
      `{
  "model": "digits",
  "version": 3,
  "name": "a \\"seven\\"",
  "request": {
    "instances": [
      [0.0, 1.0]
    ]
  },
  "expect": {
    "answer": {
      "predictions": [7]
    }
  }
}
`,
    );
  });

  const replaced = (text: string, answer: string): string => {
    const { start, end, text: put } = expectAnswer(text, read(text), answer);
    return `${text.slice(0, start)}${put}${text.slice(end)}`;
  };

  it('replaces the expected answer and nothing else', () => {
    const text = replaced(whole, '{"predictions": [2.0]}');
    assert.deepEqual(read(text).expect, { answer: '{\n    "predictions": [2.0]\n  }', tolerance: 0.5 });
    assert.equal(text.includes('"made": "by hand"'), true);
  });

  it('puts one in where there was none', () => {
    const text = replaced('{\n  "model": "m",\n  "request": {}\n}\n', '{"outputs": 1}');
    assert.equal(
      text,
      '{\n  "model": "m",\n  "request": {},\n  "expect": {\n    "answer": {\n      "outputs": 1\n    }\n  }\n}\n',
    );
    assert.equal(read(text).expect?.answer.replaceAll(/\s/g, ''), '{"outputs":1}');
  });
});

describe('the schema of request files', () => {
  it('has exactly the members that are read, and those that are not looked at', () => {
    const file = path.join(import.meta.dirname, '../../../../schemas/predict-request.schema.json');
    const schema = JSON.parse(readFileSync(file, 'utf8')) as {
      properties: Record<string, unknown> & { expect: { properties: Record<string, unknown> } };
    };
    const read = ['model', 'version', 'label', 'name', 'request', 'expect'];
    assert.deepEqual(Object.keys(schema.properties).sort(), ['$schema', ...read, 'metadata'].sort());
    assert.deepEqual(Object.keys(schema.properties.expect.properties), ['answer', 'tolerance']);
  });
});
