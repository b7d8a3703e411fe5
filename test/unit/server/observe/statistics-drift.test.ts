// Drift: how far two versions' answers are apart, and what of it chance alone would do.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { drift } from '../../../../server/observe/statistics-drift.ts';
import type { OutputSketch } from '../../../../server/observe/statistics-outputs.ts';
import { AnonymousChooser } from '../../../../server/routing/anonymous-chooser.ts';

const sketch = (classes: readonly number[], more: Partial<OutputSketch> = {}): OutputSketch => ({
  classes: Uint32Array.from(classes),
  classified: classes.reduce((sum, count) => sum + count, 0),
  values: 0,
  mean: 0,
  m2: 0,
  nonFinite: 0,
  ...more,
});
const driftOf = (a: OutputSketch, b: OutputSketch, minimum?: number): ReturnType<typeof drift>[number] =>
  drift(new Map([['y', a]]), new Map([['y', b]]), minimum)[0]!;

describe('drift', () => {
  it('of classes is the part of the answers that would have to change', () => {
    assert.equal(driftOf(sketch([100, 0]), sketch([100])).classDistance, 0);
    assert.equal(driftOf(sketch([100]), sketch([0, 200])).classDistance, 1);
    assert.equal(driftOf(sketch([50, 50]), sketch([150, 50])).classDistance, 0.25);
    assert.equal(driftOf(sketch([150, 50]), sketch([50, 50])).classDistance, 0.25);
  });

  it('of numbers is told in deviations', () => {
    const [a, b] = [
      { values: 100, mean: 3, m2: 400 },
      { values: 400, mean: 1, m2: 1600 },
    ] as const;
    const { meanDifference, deviationRatio, values } = driftOf(sketch([], a), sketch([], b));
    assert.deepEqual([meanDifference, deviationRatio, values], [1, 1, [100, 400]]);
    assert.equal(driftOf(sketch([], { ...a, m2: 1600 }), sketch([], b)).deviationRatio, 2);
  });

  it('of numbers that do not vary is none or infinite', () => {
    const same = sketch([], { values: 100, mean: 3 });
    const { meanDifference, deviationRatio } = driftOf(same, same);
    assert.deepEqual([meanDifference, deviationRatio], [0, 1]);
    const other = driftOf(same, sketch([], { values: 100, mean: 4 }));
    assert.equal(other.meanDifference, Infinity);
    assert.equal(driftOf(sketch([], { values: 100, m2: 1 }), same).deviationRatio, Infinity);
  });

  it('is not told from too few samples', () => {
    const told = (count: number, minimum?: number): string[] =>
      Object.keys(driftOf(sketch([count], { values: count }), sketch([1000], { values: 1000 }), minimum));
    assert.deepEqual(told(99), ['output', 'classified', 'values']);
    assert.deepEqual(told(0, 0), ['output', 'classified', 'values']);
    assert.ok(told(100).includes('classDistance'));
    assert.ok(told(10, 10).includes('meanDifference'));
  });

  it('is told of outputs that both have', () => {
    const one = sketch([100]);
    const found = drift(
      new Map([
        ['a', one],
        ['b', one],
      ]),
      new Map([
        ['c', one],
        ['b', one],
      ]),
    );
    assert.deepEqual(
      found.map(({ output }) => output),
      ['b'],
    );
  });

  it('tells what chance would do: as much as it does to two samples of the same answers', () => {
    for (const [classCount, samples] of [
      [2, 1000],
      [100, 500],
      [1000, 200],
    ] as const) {
      const chooser = new AnonymousChooser(classCount);
      const draw = (): OutputSketch => {
        const classes = new Array<number>(classCount).fill(0);
        for (let i = 0; i < samples; i++) {
          // Two slots of different hundreds are independent; a single stream would be too even.
          const wide = chooser.next() * 100 + chooser.next();
          chooser.restart();
          classes[wide % classCount]!++;
        }
        return sketch(classes);
      };
      const repeats = 200;
      let mean = 0;
      let told = 0;
      for (let i = 0; i < repeats; i++) {
        const { classDistance = NaN, classDistanceByChance = NaN } = driftOf(draw(), draw());
        mean += classDistance / repeats;
        told += classDistanceByChance / repeats;
      }
      assert.ok(told >= 0.9 * mean, `${classCount} classes: ${mean} came, ${told} was told`);
      assert.ok(told <= 1.5 * mean + 0.01, `${classCount} classes: ${mean} came, ${told} was told`);
    }
  });
});
