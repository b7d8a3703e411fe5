// The playground's answers: read from TensorFlow Serving's JSON, shown in the way that suits, compared.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { binsOf } from '../../../webview/ui/charts/bins.ts';
import { imageSize, kindsFor, softmax, topClasses } from '../../../webview/playground/answer-kinds.ts';
import { compareAnswers } from '../../../webview/playground/compare-answers.ts';
import { plainText, readAnswer, type OutputValue } from '../../../webview/playground/read-answer.ts';

const scores = { name: 'scores', dtype: 'DT_FLOAT', shape: [-1, 3] };
const label = { name: 'label', dtype: 'DT_INT64', shape: [-1] };

function output(
  name: string,
  dtype: string,
  shape: readonly number[],
  ...elements: (number | string)[]
): OutputValue {
  const texts = elements.map(String);
  return {
    name,
    dtype,
    shape,
    elements: texts,
    numbers: Float64Array.from(texts, Number),
    isText: dtype === 'DT_STRING',
  };
}

function zeros(name: string, shape: readonly number[], dtype = 'DT_FLOAT'): OutputValue {
  return output(
    name,
    dtype,
    shape,
    ...Array<number>(shape.reduce((product, size) => product * size, 1)).fill(0),
  );
}

describe('readAnswer', () => {
  it('reads rows and columns, of one output and of several', () => {
    const facts = (json: string, ...specs: (typeof scores)[]): unknown =>
      readAnswer(json, specs)?.map(({ name, shape, elements }) => [name, shape, elements]);
    assert.deepEqual(facts('{"predictions": [[1.0, 2, NaN]]}', scores), [
      ['scores', [1, 3], ['1.0', '2', 'NaN']],
    ]);
    assert.deepEqual(facts('{"outputs": [[1, 2, 3]]}', scores), [['scores', [1, 3], ['1', '2', '3']]]);
    const several = [
      ['scores', [1, 3], ['1', '2', '3']],
      ['label', [1], ['9007199254740993']],
    ];
    assert.deepEqual(
      facts('{"predictions": [{"label": 9007199254740993, "scores": [1, 2, 3]}]}', scores, label),
      several,
    );
    assert.deepEqual(
      facts('{"outputs": {"label": [9007199254740993], "scores": [[1, 2, 3]]}}', scores, label),
      several,
    );
  });

  it('gives strings for people, and nothing for what is no answer', () => {
    const [text] =
      readAnswer('{"outputs": ["a\\n\\"b\\"", {"b64": "AA=="}]}', [
        { name: 't', dtype: 'DT_STRING', shape: [-1] },
      ]) ?? [];
    assert.deepEqual(text?.elements.map(plainText), ['a\n"b"', '{"b64": "AA=="}']);
    assert.equal(readAnswer('{"error": "no"}', [scores]), undefined);
    assert.equal(readAnswer('no', [scores]), undefined);
  });
});

describe('kindsFor', () => {
  const best = (value: OutputValue, labels = 0): unknown => kindsFor(value, labels)[0];

  it('shows scores as classes', () => {
    assert.equal(best(output('y', 'DT_FLOAT', [1, 3], 0.2, 0.3, 0.5)), 'top');
    assert.equal(best(zeros('logits', [2, 10])), 'top');
    assert.equal(best(zeros('y', [2, 10]), 10), 'top');
    assert.equal(best(zeros('label', [2], 'DT_INT64')), 'table');
  });

  it('shows pictures, matrices and long vectors as what they are', () => {
    assert.equal(best(zeros('mask', [1, 1, 16, 16])), 'image');
    assert.equal(best(zeros('mask', [1, 16, 16, 3])), 'image');
    assert.equal(best(zeros('attention', [16, 16])), 'heat');
    assert.equal(best(zeros('embedding', [1, 300])), 'line');
    assert.equal(best(zeros('price', [4, 1])), 'table');
    assert.equal(best(zeros('scalar', [])), 'table');
    assert.equal(best(output('answer', 'DT_STRING', [1], '"a"')), 'text');
  });

  it('offers each way once', () => {
    for (const shape of [[], [4], [2, 10], [16, 16], [1, 8, 8], [1, 3, 8, 8], [1, 2, 2, 2, 2]]) {
      const kinds = kindsFor(zeros('y', shape), 0);
      assert.equal(new Set(kinds).size, kinds.length);
    }
  });

  it('knows where the channels are', () => {
    assert.deepEqual(imageSize([2, 8, 9]), [8, 9, 1, false]);
    assert.deepEqual(imageSize([1, 3, 8, 9]), [8, 9, 3, true]);
    assert.deepEqual(imageSize([1, 8, 9, 3]), [8, 9, 3, false]);
    assert.equal(imageSize([1, 2, 3, 4, 5]), undefined);
  });
});

describe('the best classes', () => {
  it('are the highest scores, the first of equal ones, never NaN', () => {
    assert.deepEqual(topClasses([0.1, NaN, 0.7, 0.7], 2), [
      { index: 2, score: 0.7 },
      { index: 3, score: 0.7 },
    ]);
  });

  it('become probabilities by softmax, however large', () => {
    const shares = softmax([1000, 1000, -1000]);
    assert.deepEqual([...shares], [0.5, 0.5, 0]);
  });
});

describe('compareAnswers', () => {
  it('finds what differs, the largest first, and where the top class moved', () => {
    const [difference] = compareAnswers(
      [output('scores', 'DT_FLOAT', [2, 2], 0.9, 0.1, 0.8, 0.2)],
      [output('scores', 'DT_FLOAT', [2, 2], 0.9000001, 0.1, 0.3, 0.7)],
    );
    assert.equal(difference?.verdict, 'different');
    assert.equal(difference.different, 2);
    assert.equal(difference.maxAbsolute, 0.5);
    assert.ok(Math.abs(difference.maxRelative - 0.5 / 0.7) < 1e-9);
    assert.deepEqual(difference.movedTops, [{ row: 1, first: 0, second: 1 }]);
    assert.deepEqual(
      difference.worst.map(({ index, first, second }) => [index, first, second]),
      [
        [2, '0.8', '0.3'],
        [3, '0.2', '0.7'],
      ],
    );
  });

  it('takes NaN for the same as NaN, and for nothing else', () => {
    const compare = (one: string, other: string): unknown =>
      compareAnswers([output('y', 'DT_FLOAT', [1], one)], [output('y', 'DT_FLOAT', [1], other)])[0]?.verdict;
    assert.equal(compare('NaN', 'NaN'), 'same');
    assert.equal(compare('NaN', '1'), 'different');
    assert.equal(compare('Infinity', 'Infinity'), 'same');
    assert.equal(compare('Infinity', '1'), 'different');
  });

  it('compares strings as they are, and says which output is missing or of another shape', () => {
    const verdicts = compareAnswers(
      [output('t', 'DT_STRING', [1], '"a"'), zeros('s', [1, 2]), zeros('gone', [1])],
      [output('t', 'DT_STRING', [1], '"b"'), zeros('s', [1, 3]), zeros('new', [1])],
    ).map(({ name, verdict }) => [name, verdict]);
    assert.deepEqual(verdicts, [
      ['t', 'different'],
      ['s', 'unlike'],
      ['gone', 'only-first'],
      ['new', 'only-second'],
    ]);
  });
});

describe('binsOf', () => {
  it('counts every finite value once', () => {
    const bins = binsOf([0, 0.1, 0.5, 1, NaN, Infinity], 2);
    assert.deepEqual(bins, [
      { from: 0, to: 0.5, count: 2 },
      { from: 0.5, to: 1, count: 2 },
    ]);
    assert.deepEqual(binsOf([3, 3], 10), [{ from: 3, to: 3, count: 2 }]);
    assert.deepEqual(binsOf([NaN], 10), []);
  });
});
