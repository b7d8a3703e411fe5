// What people type for a plan of their own.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  offeredPlans,
  parseInterval,
  parseSteps,
  planToWire,
  planWords,
} from '../../../extension/commands/canary-plan.ts';
import { plain } from './plain.ts';

describe('parseSteps', () => {
  it('reads steps with commas, spaces and percent signs', () => {
    for (const text of ['1, 10, 100', '1 10 100', ' 1%,10 %; 100% ', '1,,10,100,']) {
      assert.deepEqual(parseSteps(plain, text), { kind: 'value', value: [1, 10, 100] });
    }
    assert.deepEqual(parseSteps(plain, '100'), { kind: 'value', value: [100] });
  });

  const mistakes: readonly (readonly [string, RegExp])[] = [
    ['', /^At least one step/],
    ['0, 5', /^0 is no step/],
    ['5, 101', /^101 is no step/],
    ['5, 10.5', /^10\.5 is no step/],
    ['-5', /^-5 is no step/],
    ['five', /^five is no step/],
    ['5, 5', /5 comes after 5/],
    ['10, 5', /5 comes after 10/],
    [Array.from({ length: 21 }, (_none, index) => index + 1).join(','), /at most 20/],
  ];
  for (const [text, problem] of mistakes) {
    it(`refuses "${text.slice(0, 10)}"`, () => {
      const parsed = parseSteps(plain, text);
      assert.equal(parsed.kind, 'problem');
      assert.match(parsed.text, problem);
    });
  }
});

describe('parseInterval', () => {
  it('reads seconds, minutes and hours', () => {
    const read = (text: string): unknown => {
      const parsed = parseInterval(plain, text);
      return parsed.kind === 'value' ? parsed.value : 'problem';
    };
    assert.deepEqual(
      ['1', '30 s', '1.5s', '5 min', '5m', '24 h', ' 2 H '].map(read),
      [1_000, 30_000, 1_500, 300_000, 300_000, 86_400_000, 7_200_000],
    );
    for (const text of ['', '0', '0.5 s', '25 h', 'soon', '5 days', '-1', '1e3']) {
      assert.equal(read(text), 'problem', text);
    }
  });
});

describe('offeredPlans', () => {
  it('are what StartCanary takes, and say so in words', () => {
    const [usual, quick, manual] = offeredPlans(plain);
    assert.ok(usual && quick && manual);
    assert.equal(planWords(plain, usual.plan), '1, 5, 25, 50, 100 %, judged every 1 min');
    assert.deepEqual(planToWire(usual.plan), { steps: [1, 5, 25, 50, 100], intervalMs: 60_000 });
    assert.deepEqual(planToWire(quick.plan), { steps: [10, 50, 100], intervalMs: 10_000, minRequests: 20 });
    assert.equal(planToWire(manual.plan).manual, true);
  });
});
