// The editor and the daemon agree on config.pbtxt: what has an error in the one, the other refuses, in the same words.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { checkConfig } from '../../../../../server/config/check-config.ts';
import { parseModelConfig } from '../../../../../server/config/model-config.ts';
import { withoutEffect, type TritonCode } from '../../../../../server/config/rules/triton-codes.ts';
import { PerchError } from '../../../../../server/errors.ts';
import { mutate, samples, seededRandom } from '../../textproto/corpus.ts';
import { directory, unmarked } from './model-case.ts';
import { modelCases } from './model-cases.ts';
import { modelEngineCases } from './model-engine-cases.ts';
import { goodEnsemble, modelEnsembleCases } from './model-ensemble-cases.ts';
import { goodConfigs } from './model-good-configs.ts';
import { modelTensorCases } from './model-tensor-cases.ts';

const cases = [...modelCases, ...modelTensorCases, ...modelEngineCases, ...modelEnsembleCases];
const badConfigs = cases.map(({ text }) => unmarked(text));

/** What the daemon refuses the config of `m` with; undefined if it takes it. */
function refusal(text: string): string | undefined {
  try {
    parseModelConfig(text, 'm/config.pbtxt');
    return undefined;
  } catch (reason) {
    assert.ok(PerchError.is(reason, 'CONFIG_INVALID'));
    return reason.message;
  }
}

/** Asserts that both say the same of `text`. */
function agree(text: string): void {
  const errors = checkConfig(text, 'model', directory()).findings.filter(
    ({ severity }) => severity === 'error',
  );
  const refused = refusal(text);
  assert.equal(refused !== undefined, errors.length > 0, `${refused ?? 'taken'}: ${text}`);
  assert.ok(refused === undefined || errors.some(({ message }) => refused.includes(message)), refused);
}

/**
 * Why the daemon takes what Triton refuses, by the notice that it logs of it; null where there is nothing that it could be
 * about: the file says nothing of a backend, and the daemon needs none.
 */
const takenBecause: readonly (readonly [codes: RegExp, notice: RegExp | null])[] = [
  [/^triton\/backend-unknown$/, null],
  [/^triton\/platform/, /every model runs on ONNX Runtime/],
  [
    /^triton\/(?:sequence-size|control-|correlation-|slot-)/,
    /nothing is kept between the requests of a sequence/,
  ],
  [/^triton\/(?:sequence|decoupled)-cache$/, /answers are not kept/],
  [/^triton\/ensemble-scheduling-missing$/, /platform "ensemble" has no effect/],
  [
    /^triton\/(?:ensemble-(?!scheduling)|step-|tensor-|input-mapped)/,
    /a model is one file, not made of others/,
  ],
  [/^triton\/metric-/, /histograms have buckets of their own/],
  [/^triton\/batch-(?:input|source)/, /requests carry all inputs themselves/],
  [/^triton\/batch-(?:output|target)/, /outputs are divided by their first dimension/],
  [/^triton\/resource-scope$/, /instances run as soon as there is work/],
  [/^triton\/warmup-/, /warm-up records come from/],
];

describe('the editor and the daemon', () => {
  for (const text of [...goodConfigs, goodEnsemble, ...badConfigs]) {
    it(`agree on ${text.replaceAll(/\s+/g, ' ')}`, () => {
      agree(text);
    });
  }

  it('agree on mutants', () => {
    const sources = [
      ...goodConfigs,
      ...badConfigs,
      ...samples.filter(({ message }) => message === 'inference.ModelConfig').map(({ text }) => text),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.nat(), (source, seed) => {
        agree(mutate(source, seededRandom(seed)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what Triton refuses and the daemon takes', () => {
  const isWithoutEffect = (code: TritonCode): boolean => withoutEffect.has(code);
  for (const { code, text } of cases.filter((one) => isWithoutEffect(one.code))) {
    it(`has no effect here, and the log says so: ${code} ${text.slice(0, 60)}`, () => {
      const reasons = takenBecause.filter(([codes]) => codes.test(code));
      assert.equal(reasons.length, 1);
      const { notices } = parseModelConfig(unmarked(text), 'm/config.pbtxt');
      const notice = reasons[0]?.[1];
      assert.ok(notice === null || notices.some((line) => notice?.test(line)), notices.join('\n'));
    });
  }
});
