// Sketches of outputs: top classes, mean and deviation, from a bounded part of the answers.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Tensor } from '../../../../server/codec/tensor.ts';
import { OutputSketches, type OutputSketch } from '../../../../server/observe/statistics-outputs.ts';
import { bigNumbers, misaligned, numbers, texts } from '../routing/tensors.ts';

function sketchOf(...answers: readonly Tensor[]): OutputSketch | undefined {
  const sketches = new OutputSketches();
  answers.forEach((tensor) => sketches.add(new Map([['y', tensor]])));
  return sketches.byName.get('y');
}
/** Classes that were counted, by their index. */
const classesOf = (sketch: OutputSketch | undefined): Record<string, number> =>
  Object.fromEntries([...(sketch?.classes ?? []).entries()].filter(([, count]) => count > 0));

describe('top classes', () => {
  it('are the place of the largest in each vector of the last dimension', () => {
    const scores = numbers('float32', [3, 2], [0.1, 0.9, 0.8, 0.2, 0.3, 0.7]);
    for (const tensor of [scores, misaligned(scores)]) {
      const sketch = sketchOf(tensor);
      assert.deepEqual(classesOf(sketch), { 0: 1, 1: 2 });
      assert.equal(sketch?.classified, 3);
    }
    assert.deepEqual(classesOf(sketchOf({ ...scores, shape: [1, 3, 2] })), { 0: 1, 1: 2 });
  });

  it('are the number itself where an output is one whole number per row', () => {
    assert.deepEqual(classesOf(sketchOf(bigNumbers('int64', [4], [7n, 7n, 1023n, 0n]))), {
      0: 1,
      7: 2,
      1023: 1,
    });
    assert.deepEqual(classesOf(sketchOf(numbers('bool', [3, 1], [1, 0, 1]))), { 0: 1, 1: 2 });
    assert.deepEqual(classesOf(sketchOf(bigNumbers('int64', [3], [-1n, 1024n, 2n ** 60n]))), {});
  });

  it('are none of floats that are one per row', () => {
    for (const tensor of [
      numbers('float32', [3], [1, 2, 3]),
      numbers('float32', [3, 1], [1, 2, 3]),
      numbers('float32', [], [1]),
    ]) {
      assert.equal(sketchOf(tensor)?.classified, 0);
    }
  });

  it('are not at NaN', () => {
    const sketch = sketchOf(numbers('float32', [3, 2], [NaN, 1, NaN, NaN, -Infinity, NaN]));
    assert.deepEqual(classesOf(sketch), { 0: 1, 1: 1 });
    assert.equal(sketch?.nonFinite, 5);
  });
});

describe('numbers', () => {
  const values = fc.array(
    fc.oneof(
      { weight: 8, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
      { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 1e200) },
    ),
    { minLength: 1, maxLength: 4 },
  );

  it('have a mean and a deviation, however they come', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 20 }), fc.nat(), (answers, at) => {
        const sketches = [new OutputSketches(), new OutputSketches()] as const;
        for (const [i, one] of answers.entries()) {
          sketches[i < at % answers.length ? 0 : 1].add(
            new Map([['y', numbers('float64', [one.length], one)]]),
          );
        }
        sketches[0].merge(sketches[1]);
        const sketch = sketches[0].byName.get('y');
        const finite = answers.flat().filter((value) => Math.abs(value) < 1e150);
        const mean = finite.reduce((sum, value) => sum + value, 0) / Math.max(1, finite.length);
        const m2 = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        assert.equal(sketch?.values, finite.length);
        assert.equal(sketch.nonFinite, answers.flat().length - finite.length);
        assert.ok(Math.abs(sketch.mean - mean) <= 1e-6);
        assert.ok(Math.abs(sketch.m2 - m2) <= 1e-6 * Math.max(1, m2));
      }),
    );
  });

  it('keep their deviation far from zero', () => {
    const sketch = sketchOf(
      ...Array.from({ length: 1000 }, (_, i) => numbers('float64', [1], [1e9 + (i % 2)])),
    );
    assert.ok(Math.abs((sketch?.m2 ?? 0) / 1000 - 0.25) < 1e-6);
  });
});

describe('what is looked at', () => {
  const zeros = (...shape: number[]): Tensor =>
    numbers('float32', shape, new Array<number>(shape.reduce((product, size) => product * size, 1)).fill(0));

  for (const [shape, values] of [
    [[100, 10], 40],
    [[100, 100], 200],
    [[100, 1000], 1000],
    [[2, 4, 8], 64],
    [[1, 1024], 1024],
    [[], 1],
    [[100], 4],
  ] as const) {
    it(`are ${values} numbers of shape [${shape.join(',')}]`, () => {
      assert.equal(sketchOf(zeros(...shape))?.values, values);
    });
  }

  it('is nothing of texts, of nothing and of items with more than 1,024 elements', () => {
    assert.equal(sketchOf(texts([1], ['a'])), undefined);
    assert.equal(sketchOf(zeros(1, 1025)), undefined);
    assert.equal(sketchOf(zeros(2, 0)), undefined);
    assert.equal(sketchOf(zeros(0, 2))?.values ?? 0, 0);
  });

  it('is bounded in the mean where many large answers come', () => {
    const answers = 2000;
    const sketch = sketchOf(...new Array<Tensor>(answers).fill(zeros(8, 1000)));
    assert.ok(sketch !== undefined);
    assert.ok(sketch.values <= 65_536 + answers * 128);
    assert.ok(sketch.values > 65_536 + answers * 128 - 2000);
    const small = sketchOf(...new Array<Tensor>(answers).fill(zeros(8, 10)));
    assert.equal(small?.values, answers * 40);
  });

  it('is four outputs at most', () => {
    const sketches = new OutputSketches();
    const names = ['a', 'b', 'c', 'd', 'e'];
    sketches.add(new Map([['text', texts([1], ['t'])], ...names.map((name) => [name, zeros(1)] as const)]));
    assert.deepEqual([...sketches.byName.keys()], ['a', 'b', 'c', 'd']);
    sketches.reset();
    assert.equal(sketches.byName.size, 0);
  });

  it('may change its shape', () => {
    const sketch = sketchOf(numbers('float32', [1, 2], [0, 1]), numbers('float32', [1, 20], [...zeros20, 1]));
    assert.deepEqual(classesOf(sketch), { 1: 1, 19: 1 });
  });
});

const zeros20 = new Array<number>(19).fill(0);
