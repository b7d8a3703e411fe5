// Gates: figures and bounds in sentences, too few requests, and a stable without any.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GateState } from '../../../../server/canary/canary.ts';
import { judge, judgeFirst, verdictOf, type JudgedWindow } from '../../../../server/canary/gates.ts';
import type { WireGates } from '../../../../server/canary/plan.ts';
import { figures, plan, windowOf } from './support/canaries.ts';

const golden = (count: number): WireGates['golden'] =>
  Array.from({ length: count }, (_, i) => ({ name: `g${i}`, requestJson: '{}', responseJson: '{}' }));

function gateOf(
  gate: GateState['gate'],
  gates: WireGates,
  window: Partial<JudgedWindow>,
  percent = 10,
): Pick<GateState, 'outcome' | 'detail'> {
  const found = judge(plan({ gates }), windowOf(window), percent).find((one) => one.gate === gate);
  assert.ok(found);
  return { outcome: found.outcome, detail: found.detail };
}

describe('judge', () => {
  it('looks at the gates of the plan in their order, and at no others', () => {
    const all: WireGates = { minAgreement: 0.9, maxDrift: 0.1, golden: golden(1) };
    const names = (gates: WireGates): string[] =>
      judge(plan({ gates }), windowOf(), 10).map(({ gate }) => gate);
    assert.deepEqual(names(all), ['success_rate', 'p99_ratio', 'agreement', 'drift', 'golden']);
    assert.deepEqual(names({}), ['success_rate', 'p99_ratio']);
    assert.deepEqual(names({ maxP99Ratio: Infinity }), ['success_rate']);
  });

  const cases: readonly (readonly [
    GateState['gate'],
    WireGates,
    Partial<JudgedWindow>,
    GateState['outcome'],
    string,
    number?,
  ])[] = [
    ['success_rate', {}, {}, 'passed', '100% of 1000 requests answered; the plan wants 99%'],
    [
      'success_rate',
      {},
      { canary: figures({ successRate: 0.99 }) },
      'passed',
      '99% of 1000 requests answered; the plan wants 99%',
    ],
    [
      'success_rate',
      {},
      { canary: figures({ successRate: 0.972 }) },
      'failed',
      '97.2% of 1000 requests answered; the plan wants 99%',
    ],
    [
      'success_rate',
      {},
      { canary: figures({ successRate: 0.98996, requests: 100_000 }) },
      'failed',
      '98.9% of 100000 requests answered; the plan wants 99%',
    ],
    [
      'success_rate',
      {},
      { canary: figures({ requests: 99, successRate: 0 }) },
      'too-few',
      '99 requests to canary, of the 100 that are needed; 0% answered so far',
    ],
    [
      'success_rate',
      {},
      { canary: figures({ requests: 0, successRate: NaN, p99Us: NaN }) },
      'too-few',
      '0 requests to canary, of the 100 that are needed',
    ],
    [
      'success_rate',
      {},
      { canary: figures({ requests: 3, leftOut: 997 }) },
      'too-few',
      '3 requests to canary, of the 100 that are needed (997 that their callers got wrong or cancelled do not count); 100% answered so far',
    ],
    [
      'p99_ratio',
      {},
      { canary: figures({ p99Us: 18_200 }), stable: figures({ p99Us: 7600 }) },
      'failed',
      "p99 18.2 ms is 2.4 times stable's 7.6 ms; the plan allows 1.5",
    ],
    [
      'p99_ratio',
      {},
      { canary: figures({ p99Us: 15_040 }) },
      'failed',
      "p99 15 ms is 1.504 times stable's 10 ms; the plan allows 1.5",
    ],
    [
      'p99_ratio',
      {},
      { canary: figures({ p99Us: 15_000 }) },
      'passed',
      "p99 15 ms is 1.5 times stable's 10 ms; the plan allows 1.5",
    ],
    [
      'p99_ratio',
      {},
      { canary: figures({ p99Us: 12_345_678 }), stable: figures({ p99Us: 50 }) },
      'failed',
      "p99 12.3 s is 246914 times stable's 50 µs; the plan allows 1.5",
    ],
    [
      'p99_ratio',
      {},
      { stable: figures({ requests: 0, p99Us: NaN }) },
      'too-few',
      '0 requests to stable, of the 100 that are needed',
    ],
    [
      'p99_ratio',
      {},
      { stable: figures({ requests: 0, p99Us: NaN }) },
      'passed',
      'not compared: stable has too few requests beside a canary that takes all of them',
      100,
    ],
    [
      'p99_ratio',
      {},
      { canary: figures({ requests: 20 }), stable: figures({ requests: 0 }) },
      'too-few',
      '20 requests to canary, of the 100 that are needed',
      100,
    ],
    [
      'p99_ratio',
      {},
      { canary: figures({ p99Us: 20_000 }) },
      'failed',
      "p99 20 ms is 2 times stable's 10 ms; the plan allows 1.5",
      100,
    ],
    ['p99_ratio', {}, { canary: figures({ p99Us: NaN }) }, 'too-few', 'no latencies to compare'],
    [
      'agreement',
      { minAgreement: 0.98 },
      { shadow: { compared: 500, agreement: 0.9 } },
      'failed',
      "90% of 500 answers agree with stable's; the plan wants 98%",
    ],
    [
      'agreement',
      { minAgreement: 0.98 },
      { shadow: { compared: 500, agreement: 0.98 } },
      'passed',
      "98% of 500 answers agree with stable's; the plan wants 98%",
    ],
    [
      'agreement',
      { minAgreement: 0.98 },
      {},
      'too-few',
      "0 answers compared with stable's, of the 100 that are needed",
    ],
    [
      'agreement',
      { minAgreement: 0.98 },
      {},
      'passed',
      'not compared: stable has too few requests beside a canary that takes all of them',
      100,
    ],
    [
      'drift',
      { maxDrift: 0.1 },
      { drift: 0.25 },
      'failed',
      "the top classes are 0.25 away from stable's, of 1; the plan allows 0.1",
    ],
    [
      'drift',
      { maxDrift: 0.1 },
      { drift: 0.1 },
      'passed',
      "the top classes are 0.1 away from stable's, of 1; the plan allows 0.1",
    ],
    ['drift', { maxDrift: 0.1 }, {}, 'too-few', 'too few answers with classes to compare'],
    [
      'golden',
      { golden: golden(2) },
      {
        canary: figures({ requests: 0 }),
        golden: [
          { name: 'g0', problem: 'predictions[0]: 1 instead of 2' },
          { name: 'g1', problem: 'x' },
        ],
      },
      'failed',
      'g0: predictions[0]: 1 instead of 2 (and 1 other)',
    ],
    [
      'golden',
      { golden: golden(2) },
      { golden: [{ name: 'g0' }, { name: 'g1' }] },
      'passed',
      '2 golden answers as wanted',
    ],
    [
      'golden',
      { golden: golden(2) },
      { golden: [{ name: 'g0' }] },
      'too-few',
      '1 of 2 golden requests tried',
    ],
  ];
  for (const [gate, gates, window, outcome, detail, percent] of cases) {
    it(`${gate} ${outcome}: ${detail}`, () =>
      assert.deepEqual(gateOf(gate, gates, window, percent), { outcome, detail }));
  }

  it('gives values and bounds, NaN for what was not measured', () => {
    const gates = judge(
      plan({ gates: { minAgreement: 0.9, maxDrift: 0.2 } }),
      windowOf({ canary: figures({ successRate: 0.995, p99Us: 12_000 }) }),
      10,
    );
    assert.deepEqual(
      gates.map(({ value, bound }) => [value, bound]),
      [
        [0.995, 0.99],
        [1.2, 1.5],
        [NaN, 0.9],
        [NaN, 0.2],
      ],
    );
  });
});

describe('verdictOf', () => {
  const of = (...outcomes: GateState['outcome'][]): string =>
    verdictOf(
      outcomes.map((outcome) => ({ gate: 'success_rate', outcome, value: 0, bound: 0, detail: '' }) as const),
    );

  it('passes only where every gate does, and never without one', () => {
    assert.equal(of('passed', 'passed'), 'passed');
    assert.equal(of('passed', 'too-few'), 'too-few');
    assert.equal(of('too-few', 'failed'), 'failed');
    assert.equal(of(), 'too-few');
  });
});

describe('judgeFirst', () => {
  const short = (requests: number, successRate: number): JudgedWindow =>
    windowOf({ canary: figures({ requests, successRate }) });
  const verdict = (...windows: JudgedWindow[]): string => verdictOf(judgeFirst(plan(), windows, 10));

  it('takes the shortest window that tells anything', () => {
    assert.equal(verdict(short(200, 0.5), short(10_000, 1)), 'failed');
    assert.equal(verdict(short(50, 0.5), short(10_000, 1)), 'passed');
    assert.equal(verdict(short(50, 0.5), short(90, 0.5)), 'too-few');
    assert.equal(verdict(), 'too-few');
  });
});
