// Arbitrary values of what is kept of a model, as the rules of perch.pbtxt allow them.
import fc from 'fast-check';
import {
  canaryPhases,
  type CanaryPlan,
  type CanaryState,
  type KeptShare,
} from '../../../../server/canary/canary.ts';
import type { KeptShadow, ModelTraffic } from '../../../../server/canary/model-traffic.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    '',
    'stable',
    '"',
    '\\',
    "'",
    '\n',
    '\r\n',
    '\0',
    '#',
    '{"a": [1, 2]}',
    '__proto__',
    '\u2028',
    '\x7f\x01',
  ),
);
const label = text.filter((value) => value !== '');
const version = fc.bigInt(0n, 2n ** 63n - 1n);
const count = fc.nat(2 ** 32 - 1);
const percent = fc.integer({ min: 1, max: 100 });
/** Figures that a plan cannot do without. */
const some = fc.integer({ min: 1, max: 2 ** 32 - 1 });
const ratio = fc.double({ min: 0, noNaN: true });
const rate = fc.double({ min: 0, max: 1, noNaN: true });
const time = fc.nat(Number.MAX_SAFE_INTEGER);

const target: fc.Arbitrary<KeptShare['target']> = fc.oneof(
  label.map((name) => ({ kind: 'label', label: name }) as const),
  version.map((number) => ({ kind: 'version', version: number }) as const),
);

/** None, or 1 to 16 that are 100 percent together. */
const shares: fc.Arbitrary<readonly KeptShare[]> = fc
  .tuple(
    fc.uniqueArray(target, {
      maxLength: 16,
      selector: (one) => (one.kind === 'label' ? `l${one.label}` : `v${one.version}`),
    }),
    fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 15, maxLength: 15 }),
  )
  .map(([targets, cuts]) => {
    const bounds = [0, ...cuts.slice(0, Math.max(0, targets.length - 1)).sort((a, b) => a - b), 100];
    return targets.map((one, i) => ({ target: one, percent: bounds[i + 1]! - bounds[i]! }));
  });

const shadow: fc.Arbitrary<KeptShadow> = fc.record({ target, percent, keepInputs: fc.boolean() });

const plan: fc.Arbitrary<CanaryPlan> = fc.record({
  steps: fc.uniqueArray(percent, { minLength: 1, maxLength: 6 }).map((all) => all.sort((a, b) => a - b)),
  intervalMs: fc.integer({ min: 1, max: 86_400_000 }),
  passesPerStep: some,
  minRequests: some,
  failedChecksLimit: count,
  inconclusiveLimit: some,
  gates: fc.record(
    {
      minSuccessRate: rate,
      maxP99Ratio: ratio.filter((value) => value > 0),
      minAgreement: rate,
      maxDrift: rate,
      golden: fc.array(fc.record({ name: text, requestJson: text, responseJson: text, tolerance: ratio }), {
        maxLength: 3,
      }),
    },
    { requiredKeys: ['minSuccessRate', 'maxP99Ratio', 'golden'] },
  ),
  manual: fc.boolean(),
  keepWarmMs: count,
  shadowPercent: fc.integer({ min: 0, max: 100 }),
});

const canary: fc.Arbitrary<CanaryState> = fc
  .record({
    version,
    stableVersion: version,
    phase: fc.constantFrom(...canaryPhases),
    step: fc.nat(),
    passedChecks: count,
    failedChecks: count,
    inconclusiveChecks: count,
    startedAtMs: time,
    phaseSinceMs: time,
    reason: text,
    plan,
    before: fc.record(
      { shares, shadow, stableLabel: version, canaryLabel: version },
      { requiredKeys: ['shares'] },
    ),
  })
  .chain((state) => fc.boolean().map((settled) => (settled ? { ...state, settled } : state)))
  .map((state) => ({ ...state, step: state.step % state.plan.steps.length }));

/** Whatever can be kept of a model. */
export const anyTraffic: fc.Arbitrary<ModelTraffic> = fc
  .record(
    {
      shares,
      shadow,
      canary,
      slots: fc.constantFrom('', '0*100', '0*95 1*5'),
      labels: fc.uniqueArray(fc.tuple(label, version), { maxLength: 4, selector: ([name]) => name }),
      addedVersions: fc.array(version, { minLength: 1, maxLength: 4 }),
    },
    { requiredKeys: ['shares', 'slots', 'labels'] },
  )
  // The clone has plain objects, where fast-check makes some without a prototype.
  .map(({ labels, ...rest }) => structuredClone({ ...rest, labels: new Map(labels) }));
