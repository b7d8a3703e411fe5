// The playground's request: JSON without loss, form and JSON in step, checks before it is sent.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkInput, placeOf, type TensorFacts } from '../../../webview/playground/check-input.ts';
import { Draft } from '../../../webview/playground/draft.ts';
import { elementTypeOf, isElement } from '../../../webview/playground/element-types.ts';
import { errorPlace } from '../../../webview/playground/error-place.ts';
import { fillInput } from '../../../webview/playground/fill-input.ts';
import { JsonSyntaxError, readJson } from '../../../webview/playground/json-nodes.ts';
import { isProblem, readBody, signatureNameOf, writeBody } from '../../../webview/playground/request-body.ts';
import { targetKey, targetOfKey } from '../../../webview/playground/target.ts';
import type { TensorValue } from '../../../webview/playground/tensor-value.ts';

const measurements: TensorFacts = { name: 'x', dtype: 'DT_FLOAT', shape: [-1, 2] };
const flag: TensorFacts = { name: 'flag', dtype: 'DT_BOOL', shape: [-1] };

/** Reads and writes a body on one line. */
function again(text: string, ...names: string[]): string {
  const read = readBody(text, names);
  assert.ok(!isProblem(read), JSON.stringify(read));
  return writeBody(read, { pretty: false });
}

function problemOf(text: string, ...names: string[]): unknown {
  const read = readBody(text, names);
  return isProblem(read) ? [read.problem, ...read.details] : undefined;
}

describe('readJson', () => {
  it('keeps numbers as they were written, and knows bare NaN and Infinity', () => {
    assert.deepEqual(readJson(' [9007199254740993, 1.10, NaN, -Infinity, "a\\"b", true, null] '), [
      '9007199254740993',
      '1.10',
      'NaN',
      '-Infinity',
      '"a\\"b"',
      'true',
      'null',
    ]);
  });

  it('takes the first of equal keys, whatever they are called', () => {
    const node = readJson('{"__proto__": 1, "a": 2, "a": 3}');
    assert.ok(typeof node === 'object' && 'members' in node);
    assert.deepEqual(
      [...node.members],
      [
        ['__proto__', '1'],
        ['a', '2'],
      ],
    );
  });

  it('says where a text is not JSON', () => {
    for (const [text, offset] of [
      ['[1,]', 3],
      ['{"a" 1}', 5],
      ['[1', 2],
      ['1 2', 2],
      ['', 0],
      ['['.repeat(300), 201],
    ] as const) {
      assert.throws(
        () => readJson(text),
        (error) => error instanceof JsonSyntaxError && error.offset === offset,
        text.slice(0, 10),
      );
    }
  });
});

describe('readBody and writeBody', () => {
  it('give the same request again', () => {
    for (const text of [
      '{"instances": [[1.0, 2], [3, 4e1]]}',
      '{"inputs": [[9007199254740993]]}',
      '{"signature_name": "serving_default", "inputs": 1}',
      '{"inputs": {"b64": "AAA="}}',
      '{"instances": ["a", {"b64": "AAA="}]}',
    ]) {
      assert.equal(again(text, 'x'), text);
    }
    assert.equal(
      again('{"instances": [{"y": [1], "x": 2}, {"x": 3, "y": [4]}]}', 'x', 'y'),
      '{"instances": [{"x": 2, "y": [1]}, {"x": 3, "y": [4]}]}',
    );
    assert.equal(again('{"inputs": {"y": [1], "x": 2, "z": 0}}', 'x', 'y'), '{"inputs": {"x": 2, "y": [1]}}');
    assert.equal(again('{"inputs": {}}'), '{"inputs": {}}');
  });

  it('write rows as columns where rows cannot hold the inputs', () => {
    const read = readBody('{"inputs": {"x": [1, 2], "y": [3]}}', ['x', 'y']);
    assert.ok(!isProblem(read));
    assert.match(writeBody({ ...read, format: 'row' }, { pretty: false }), /^\{"inputs"/);
  });

  it('put lists of lists on lines for people', () => {
    const read = readBody('{"instances": [[1, 2], [3, 4]]}', ['x']);
    assert.ok(!isProblem(read));
    assert.equal(writeBody(read, { pretty: true }), '{\n  "instances": [\n    [1, 2],\n    [3, 4]\n  ]\n}');
    assert.equal(
      writeBody({ ...read, format: 'columnar' }, { pretty: true }),
      '{\n  "inputs": [\n    [1, 2],\n    [3, 4]\n  ]\n}',
    );
  });

  it('say what is wrong, and at which input', () => {
    assert.deepEqual(problemOf('{"instances": [1}', 'x'), ['syntax', '"]" is expected', '1']);
    assert.deepEqual(problemOf('[]', 'x'), ['not-an-object']);
    assert.deepEqual(problemOf('{}', 'x'), ['no-instances']);
    assert.deepEqual(problemOf('{"instances": []}', 'x'), ['no-instances']);
    assert.deepEqual(problemOf('{"instances": [1], "inputs": 1}', 'x'), ['both-forms']);
    assert.deepEqual(problemOf('{"instances": [1]}', 'x', 'y'), ['unnamed']);
    assert.deepEqual(problemOf('{"inputs": {"x": 1}}', 'x', 'y'), ['missing-input', 'y']);
    assert.deepEqual(problemOf('{"instances": [[1, 2], [3]]}', 'x'), ['ragged', 'x[1]']);
    assert.deepEqual(problemOf('{"inputs": [[1], 2]}', 'x'), ['ragged', 'x[1]']);
  });
});

describe('checkInput', () => {
  const value = (shape: readonly number[], ...elements: string[]): TensorValue => ({
    kind: 'elements',
    shape,
    elements,
  });

  it('holds rank, dimensions and elements to the signature', () => {
    assert.equal(checkInput(value([1, 2], '1', '2.5'), measurements), undefined);
    assert.deepEqual(checkInput(value([2], '1', '2'), measurements), {
      problem: 'rank',
      details: ['1', '2'],
    });
    assert.deepEqual(checkInput(value([1, 3], '1', '2', '3'), measurements), {
      problem: 'dimension',
      details: ['1', '3', '2'],
    });
    assert.deepEqual(checkInput(value([2, 2], '1', '2', '3', '"x"'), measurements), {
      problem: 'element',
      details: ['x[1][1]', '"x"', 'float32'],
      element: 3,
    });
  });

  it('knows what fits into each type', () => {
    const fits = (dtype: string, ...texts: string[]): boolean[] =>
      texts.map((text) => isElement(text, elementTypeOf(dtype)));
    assert.deepEqual(fits('DT_INT8', '127', '128', '-128', '1.5', '2.0', 'true'), [
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    assert.deepEqual(fits('DT_INT64', '9223372036854775807', '9223372036854775808'), [true, false]);
    assert.deepEqual(fits('DT_UINT64', '18446744073709551615', '-1'), [true, false]);
    assert.deepEqual(fits('DT_FLOAT', '1e38', '1e39', 'NaN', '"1"', 'null'), [
      true,
      false,
      true,
      false,
      false,
    ]);
    assert.deepEqual(fits('DT_BOOL', 'true', '1'), [true, false]);
    assert.deepEqual(fits('DT_STRING', '"a"', '{"b64": ""}', '1'), [true, true, false]);
  });

  it('looks at data by its numbers', () => {
    const data = (numbers: Float32Array | Float64Array | BigInt64Array, isBool = false): TensorValue => ({
      kind: 'data',
      shape: [1, numbers.length],
      numbers,
      isBool,
      source: 'a.npy',
    });
    const facts = (dtype: string): TensorFacts => ({ name: 'x', dtype, shape: [-1, -1] });
    assert.equal(checkInput(data(new Float32Array([1.5, NaN])), facts('DT_FLOAT')), undefined);
    assert.equal(checkInput(data(new Float32Array([1.5])), facts('DT_INT32'))?.problem, 'element');
    assert.equal(checkInput(data(new Float64Array([1e39])), facts('DT_FLOAT'))?.problem, 'element');
    assert.equal(checkInput(data(new BigInt64Array([300n])), facts('DT_UINT8'))?.element, 0);
    assert.equal(checkInput(data(new BigInt64Array([200n])), facts('DT_UINT8')), undefined);
    assert.equal(checkInput(data(new Float32Array([1]), true), facts('DT_FLOAT'))?.problem, 'element');
    assert.equal(checkInput(data(new Float32Array([1]), true), facts('DT_BOOL')), undefined);
  });

  it('counts places row by row', () => {
    assert.deepEqual(placeOf(5, [2, 3]), [1, 2]);
    assert.deepEqual(placeOf(0, []), []);
  });
});

describe('fillInput', () => {
  it('makes values of the type and shape', () => {
    assert.deepEqual(fillInput(measurements, 'zeros', 2), {
      kind: 'elements',
      shape: [2, 2],
      elements: ['0.0', '0.0', '0.0', '0.0'],
    });
    assert.deepEqual(fillInput(flag, 'ones', 1), { kind: 'elements', shape: [1], elements: ['true'] });
    const pixels = fillInput({ name: 'p', dtype: 'DT_UINT8', shape: [3] }, 'random', 1, () => 0.999);
    assert.deepEqual(pixels, { kind: 'elements', shape: [3], elements: ['99', '99', '99'] });
  });

  it('makes data of many, and nothing of too many', () => {
    const large = fillInput({ name: 'x', dtype: 'DT_FLOAT', shape: [-1, 100_000] }, 'ones', 1);
    assert.ok(large?.kind === 'data' && large.numbers.length === 100_000 && large.numbers[99_999] === 1);
    assert.equal(
      fillInput({ name: 'x', dtype: 'DT_FLOAT', shape: [100_000, 100_000] }, 'ones', 1),
      undefined,
    );
  });
});

describe('Draft', () => {
  it('keeps form and JSON in step', () => {
    const draft = new Draft([measurements], '', '{"instances": [[0.5, 0.5]]}');
    assert.equal(draft.fieldText('x'), '[\n  [0.5, 0.5]\n]');
    draft.setField('x', '[[1, 2], [3, 4]]');
    assert.equal(draft.json, '{\n  "instances": [\n    [1, 2],\n    [3, 4]\n  ]\n}');
    draft.setJson('{"inputs": [[5, 6]]}');
    assert.equal(draft.format, 'columnar');
    assert.equal(draft.fieldText('x'), '[\n  [5, 6]\n]');
    draft.setFormat('row');
    assert.equal(draft.wire(), '{"instances": [[5, 6]]}');
  });

  it('leaves the other side alone while a text is no request', () => {
    const draft = new Draft([measurements], '', '{"instances": [[0.5, 0.5]]}');
    draft.setJson('{"instances": [[1, 2');
    assert.equal(draft.jsonProblem?.problem, 'syntax');
    assert.equal(draft.fieldText('x'), '[\n  [0.5, 0.5]\n]');
    draft.setField('x', '[[7, 8]');
    assert.equal(draft.fieldText('x'), '[[7, 8]');
    assert.equal(draft.problem(measurements)?.problem, 'syntax');
    assert.equal(draft.firstWrong, 'x');
    draft.setField('x', '[[7, 8]]');
    assert.equal(draft.firstWrong, undefined);
    assert.equal(draft.jsonProblem, undefined);
  });

  it('shows data as a placeholder, and sends it in full', () => {
    const draft = new Draft([measurements], '', '');
    draft.set('x', {
      kind: 'data',
      shape: [1, 2],
      numbers: new Float32Array([0.1, 2]),
      isBool: false,
      source: 'a.npy',
    });
    assert.equal(draft.json, '{\n  "inputs": "<a.npy [1, 2]>"\n}');
    assert.equal(draft.wire(), '{"inputs": [[0.1, 2]]}');
    draft.setJson('{"signature_name": "serving_default", "inputs": "<a.npy [1, 2]>"}');
    assert.equal(draft.wire(), '{"signature_name": "serving_default", "inputs": [[0.1, 2]]}');
    draft.setJson('{"inputs": "<b.npy [1, 2]>"}');
    assert.equal(draft.problem(measurements)?.problem, 'rank');
  });

  it('begins with zeros where there is neither request nor sample, and takes old requests', () => {
    const draft = new Draft([measurements, flag], '{"instances": [1]}', '');
    assert.equal(draft.wire(), '{"inputs": {"x": [[0.0, 0.0]], "flag": [false]}}');
    assert.equal(draft.load('{"instances": [1]}'), false);
    assert.equal(draft.load('{"instances": [{"x": [1, 2], "flag": true}]}'), true);
    assert.equal(draft.rows, 1);
    draft.fill('ones', 'flag');
    assert.match(draft.wire(), /"flag": true/);
  });
});

describe('a request for a named signature', () => {
  const begin = (text: string, sample: string, name: string): Draft =>
    new Draft([measurements], text, sample, name);
  const two = '{"instances": [[1, 2]]}';
  const doubled = '{"signature_name": "doubled", "instances": [[1, 2]]}';

  it('names it, but for the one that is meant without a name', () => {
    assert.equal(begin('', two, 'doubled').wire(), doubled);
    assert.equal(begin('', '', 'doubled').wire(), '{"signature_name": "doubled", "inputs": [[0.0, 0.0]]}');
    assert.equal(begin(doubled, two, 'serving_default').wire(), two);
    assert.equal(begin(doubled, two, '').wire(), doubled);
    const draft = begin('', two, 'doubled');
    assert.equal(draft.load('{"instances": [[3, 4]]}'), true);
    assert.equal(draft.wire(), '{"signature_name": "doubled", "instances": [[3, 4]]}');
    draft.setField('x', '[[5, 6]]');
    assert.equal(draft.wire(), '{"signature_name": "doubled", "instances": [[5, 6]]}');
  });

  it('is found in its JSON', () => {
    assert.equal(signatureNameOf(doubled), 'doubled');
    for (const text of [two, '{', '[]', '{"signature_name": 1}', '']) {
      assert.equal(signatureNameOf(text), '');
    }
  });

  it('may have another shape than the signature says, and any number of dimensions', () => {
    const one = { ...measurements, takesAnyShape: true };
    const value = { kind: 'elements', shape: [3], elements: ['1', '2', '5'] } as const;
    assert.equal(checkInput(value, measurements)?.problem, 'rank');
    assert.equal(checkInput(value, one), undefined);
    assert.equal(checkInput({ ...value, elements: ['1', 'x', '5'] }, one)?.problem, 'element');
    const unranked = { ...one, shape: [], isUnranked: true };
    assert.deepEqual(fillInput(unranked, 'ones', 2), {
      kind: 'elements',
      shape: [2],
      elements: ['1.0', '1.0'],
    });
  });
});

describe('errorPlace', () => {
  it('finds the input that the daemon speaks of', () => {
    const inputs = ['x', 'a key: of'];
    const places = [
      'Input "x": got float32 [1], the model expects float32 [?, 2]: it has 1 dimensions instead of 2.',
      'Failed to process element: 3 key: a key: of of \'instances\' list. Error: INVALID_ARGUMENT: JSON Value: "q" Type: String is not of expected type: float',
      "Missing named input: x in 'inputs' object.",
      'Signature input alias: x(feed name: x) not found in request and no default value provided.',
      "Failed to process element: 1 of 'instances' list. JSON object: {} keys must be equal to: x,y",
      'JSON Parse error: Missing a comma',
    ].map((message) => errorPlace(message, inputs));
    assert.deepEqual(places, [
      { input: 'x' },
      { input: 'a key: of', row: 3 },
      { input: 'x' },
      { input: 'x' },
      { row: 1 },
      {},
    ]);
  });

  it('gives a message about a value to the only input', () => {
    const message = 'JSON Value: "q" Type: String is not of expected type: float';
    assert.deepEqual(errorPlace(message, ['x']), { input: 'x' });
    assert.deepEqual(errorPlace(message, ['x', 'y']), {});
    assert.deepEqual(
      errorPlace(`Failed to process element: 0 of 'instances' list. Error: ${message}`, ['x']),
      { input: 'x', row: 0 },
    );
  });
});

describe('targets', () => {
  it('have keys that lead back', () => {
    for (const target of [
      { kind: 'routed' },
      { kind: 'label', label: 'version:3' },
      { kind: 'version', version: '3' },
    ] as const) {
      assert.deepEqual(targetOfKey(targetKey(target)), target);
    }
  });
});
