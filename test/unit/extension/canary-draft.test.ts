// The answers of "Start Canary…", and the plan that they make.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  draftQuestions,
  firstDraft,
  planOf,
  type CanaryDraft,
} from '../../../extension/commands/canary-draft.ts';
import { gatesWords, offeredPlans, planToWire } from '../../../extension/commands/canary-plan.ts';
import { parseGolden } from '../../../server/config/golden/golden-file.ts';
import { plain } from './plain.ts';

function draft(texts: Partial<CanaryDraft['texts']>, rest: Partial<CanaryDraft> = {}): CanaryDraft {
  return { ...firstDraft, plan: 'custom', ...rest, texts: { ...firstDraft.texts, ...texts } };
}

describe('draftQuestions', () => {
  it('take their first answers at once, and ask for a shadow only where agreement is looked at', () => {
    const questions = draftQuestions(plain, firstDraft);
    assert.deepEqual(
      questions.map(({ field }) => field),
      ['steps', 'interval', 'minRequests', 'successRate', 'p99Ratio', 'agreement'],
    );
    const withAgreement = draftQuestions(plain, draft({ agreement: '98' }));
    assert.equal(withAgreement.at(-1)?.field, 'shadow');
    for (const { field, parse } of withAgreement) {
      assert.equal(parse(firstDraft.texts[field]).kind, 'value', field);
    }
  });

  const mistakes: readonly (readonly [keyof CanaryDraft['texts'], string])[] = [
    ['steps', '5, 1'],
    ['interval', '0'],
    ['minRequests', '0'],
    ['minRequests', 'many'],
    ['successRate', '101'],
    ['successRate', '-1'],
    ['p99Ratio', '0'],
    ['p99Ratio', 'twice'],
    ['agreement', 'yes'],
    ['shadow', '0'],
    ['shadow', '12.5'],
  ];
  for (const [field, text] of mistakes) {
    it(`refuse "${text}" for ${field}`, () => {
      const question = draftQuestions(plain, draft({ agreement: '98' })).find((one) => one.field === field);
      assert.equal(question?.parse(text).kind, 'problem');
    });
  }
});

describe('planOf', () => {
  it('is none before one is chosen, and the offered one that is', () => {
    assert.equal(planOf(plain, firstDraft), undefined);
    assert.deepEqual(planOf(plain, { ...firstDraft, plan: 'quick' }), offeredPlans(plain)[1]?.plan);
  });

  it("is the daemon's own where nothing is typed", () => {
    const plan = planOf(plain, draft({}));
    assert.ok(plan?.gates);
    assert.equal(
      gatesWords(plain, plan.gates),
      'success rate at least 99 %, p99 at most 1.5 times that of stable',
    );
    assert.deepEqual(planToWire(plan), {
      steps: [1, 5, 25, 50, 100],
      intervalMs: 60_000,
      minRequests: 100,
      manual: false,
      gates: { minSuccessRate: 0.99, maxP99Ratio: 1.5, golden: [] },
    });
  });

  it('has all that was typed', () => {
    const golden = parseGolden(
      '[{"name": "a", "request": {"instances": [1]}, "response": {"predictions": [2]}, "tolerance": 0.5}]',
      'golden',
    );
    assert.equal(golden.kind, 'value');
    const plan = planOf(
      plain,
      draft(
        {
          steps: '10 100',
          interval: '5 s',
          minRequests: '7',
          successRate: '99.9 %',
          p99Ratio: '2×',
          agreement: '97.5',
          shadow: '50 %',
        },
        { manual: true, goldenFile: { path: '/golden.json', golden: golden.value } },
      ),
    );
    assert.ok(plan?.gates);
    assert.equal(
      gatesWords(plain, plan.gates),
      'success rate at least 99.9 %, p99 at most 2 times that of stable, agreement with stable at least 97.5 %, 1 golden request',
    );
    assert.deepEqual(planToWire(plan), {
      steps: [10, 100],
      intervalMs: 5_000,
      minRequests: 7,
      manual: true,
      shadowPercent: 50,
      gates: {
        minSuccessRate: 0.999,
        maxP99Ratio: 2,
        minAgreement: 0.975,
        golden: [
          {
            name: 'a',
            requestJson: Buffer.from('{"instances": [1]}'),
            responseJson: Buffer.from('{"predictions": [2]}'),
            tolerance: 0.5,
          },
        ],
      },
    });
  });

  it('has no gates where they were emptied', () => {
    const plan = planOf(plain, draft({ successRate: '0', p99Ratio: '', agreement: ' ' }));
    assert.ok(plan?.gates);
    assert.equal(gatesWords(plain, plan.gates), 'no gates');
    assert.deepEqual(planToWire(plan).gates, { minSuccessRate: 0, maxP99Ratio: Infinity, golden: [] });
  });
});
