// Plans: defaults, ranges, and a text that names the field.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fillPlan, type WireGolden, type WirePlan } from '../../../../server/canary/plan.ts';

const defaults = {
  steps: [1, 5, 25, 50, 100],
  intervalMs: 60_000,
  passesPerStep: 1,
  minRequests: 100,
  failedChecksLimit: 0,
  inconclusiveLimit: 3,
  gates: { minSuccessRate: 0.99, maxP99Ratio: 1.5, golden: [] },
  manual: false,
  keepWarmMs: 600_000,
  shadowPercent: 0,
};

describe('fillPlan', () => {
  it('fills in what is absent, and what is 0 where that stands for the default', () => {
    assert.deepEqual(fillPlan(undefined), defaults);
    assert.deepEqual(fillPlan({ gates: null, steps: null }), defaults);
    const decoded = {
      steps: [],
      intervalMs: 0,
      passesPerStep: 0,
      minRequests: 0,
      inconclusiveLimit: 0,
      keepWarmMs: 0,
    };
    assert.deepEqual(fillPlan(decoded), defaults);
  });

  it('keeps what is given, at the ends of the ranges, too', () => {
    const given = {
      steps: [1, 100],
      intervalMs: 1000,
      passesPerStep: 1000,
      minRequests: 1,
      failedChecksLimit: 7,
      inconclusiveLimit: 1,
      gates: { minSuccessRate: 0, maxP99Ratio: 3, minAgreement: 1, maxDrift: 0, golden: [] },
      manual: true,
      keepWarmMs: 1,
      shadowPercent: 100,
    };
    assert.deepEqual(fillPlan(given), given);
    assert.equal(fillPlan({ intervalMs: 86_400_000 }).intervalMs, 86_400_000);
    assert.equal(fillPlan({ gates: { maxP99Ratio: Infinity } }).gates.maxP99Ratio, Infinity);
  });

  it('reads golden requests from bytes and text', () => {
    const golden = [
      { requestJson: Buffer.from('{"instances": [1]}'), responseJson: '{"predictions": [NaN]}' },
      { name: 'cat', requestJson: '{}', responseJson: '{}', tolerance: 0 },
    ];
    assert.deepEqual(fillPlan({ gates: { golden } }).gates.golden, [
      {
        name: 'golden request 1',
        requestJson: '{"instances": [1]}',
        responseJson: '{"predictions": [NaN]}',
        tolerance: 1e-4,
      },
      { name: 'cat', requestJson: '{}', responseJson: '{}', tolerance: 0 },
    ]);
  });

  const golden = (changes: WireGolden): WirePlan => ({
    gates: { golden: [{ requestJson: '{}', responseJson: '{}', ...changes }] },
  });
  const wrong: readonly (readonly [WirePlan, string])[] = [
    [{ steps: [0] }, 'plan.steps[0] is a whole number, 1 to 100, not 0.'],
    [{ steps: [1, 101] }, 'plan.steps[1] is a whole number, 1 to 100, not 101.'],
    [{ steps: [1.5] }, 'plan.steps[0] is a whole number, 1 to 100, not 1.5.'],
    [{ steps: [5, 5] }, 'plan.steps[1] is 5 after 5: the steps go up.'],
    [{ steps: [5, 4, 6] }, 'plan.steps[1] is 4 after 5: the steps go up.'],
    [{ steps: Array.from({ length: 21 }, (_, i) => i + 1) }, 'plan.steps has at most 20 entries, not 21.'],
    [{ intervalMs: 999 }, 'plan.interval_ms is a whole number, 1000 to 86400000, not 999.'],
    [{ intervalMs: 86_400_001 }, 'plan.interval_ms is a whole number, 1000 to 86400000, not 86400001.'],
    [{ passesPerStep: 1001 }, 'plan.passes_per_step is a whole number, 1 to 1000, not 1001.'],
    [{ minRequests: -1 }, 'plan.min_requests is a whole number, 1 to 4294967295, not -1.'],
    [{ failedChecksLimit: NaN }, 'plan.failed_checks_limit is a whole number, 0 to 4294967295, not NaN.'],
    [{ inconclusiveLimit: 0.5 }, 'plan.inconclusive_limit is a whole number, 1 to 4294967295, not 0.5.'],
    [{ keepWarmMs: 2 ** 32 }, 'plan.keep_warm_ms is a whole number, 1 to 4294967295, not 4294967296.'],
    [{ shadowPercent: 101 }, 'plan.shadow_percent is a whole number, 0 to 100, not 101.'],
    [{ gates: { minSuccessRate: 99 } }, 'plan.gates.min_success_rate is a number, 0 to 1, not 99.'],
    [{ gates: { maxP99Ratio: 0 } }, 'plan.gates.max_p99_ratio is a number above 0, not 0.'],
    [{ gates: { maxP99Ratio: NaN } }, 'plan.gates.max_p99_ratio is a number above 0, not NaN.'],
    [{ gates: { minAgreement: -0.1 } }, 'plan.gates.min_agreement is a number, 0 to 1, not -0.1.'],
    [{ gates: { maxDrift: NaN } }, 'plan.gates.max_drift is a number, 0 to 1, not NaN.'],
    [golden({ tolerance: -1 }), 'plan.gates.golden[0].tolerance is a number of 0 or more, not -1.'],
    [golden({ requestJson: Buffer.of(255) }), 'plan.gates.golden[0].request_json is not UTF-8.'],
    [
      golden({ responseJson: undefined }),
      'plan.gates.golden[0].response_json is empty: a golden request has a request and the answer that must come.',
    ],
    [
      golden({ responseJson: '{"a": tru}' }),
      'plan.gates.golden[0].response_json is not JSON: JSON Parse error: Invalid value. at offset: 9',
    ],
  ];
  for (const [wire, message] of wrong) {
    it(`refuses: ${message}`, () => {
      assert.throws(() => fillPlan(wire), { code: 'REQUEST_MALFORMED', message });
    });
  }

  it('refuses what a file has as CONFIG_INVALID', () => {
    assert.throws(() => fillPlan({ steps: [0] }, 'CONFIG_INVALID'), { code: 'CONFIG_INVALID' });
  });
});
