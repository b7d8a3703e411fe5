// The rules for config.pbtxt on any text at all: they never throw, always say the same, point into the file, and are linear.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { configSchema } from '../../../../../server/config/config-schema.ts';
import type { Finding } from '../../../../../server/config/finding.ts';
import { runRules } from '../../../../../server/config/rules/run-rules.ts';
import { tritonCodes } from '../../../../../server/config/rules/triton-codes.ts';
import type { Surroundings } from '../../../../../server/config/surroundings.ts';
import { decodeMessage } from '../../../../../server/textproto/decode.ts';
import { parseDocument } from '../../../../../server/textproto/document.ts';
import { mutate, samples, seededRandom } from '../../textproto/corpus.ts';
import { others, unmarked } from './model-case.ts';
import { modelCases } from './model-cases.ts';
import { modelEngineCases } from './model-engine-cases.ts';
import { goodEnsemble, modelEnsembleCases } from './model-ensemble-cases.ts';
import { goodConfigs } from './model-good-configs.ts';
import { modelTensorCases } from './model-tensor-cases.ts';

const sources = [
  ...samples.map(({ text }) => text),
  ...goodConfigs,
  goodEnsemble,
  ...[...modelCases, ...modelTensorCases, ...modelEngineCases, ...modelEnsembleCases].map(({ text }) =>
    unmarked(text),
  ),
];

const around: Surroundings = others({
  a: goodConfigs.find((text) => text.includes('input {')) ?? '',
  b: goodEnsemble,
});

function check(text: string): Finding[] {
  const document = parseDocument(text);
  const schema = configSchema('model');
  const { value: message } = decodeMessage(document, schema);
  return runRules('model', { document, schema, message }, around);
}

describe('any config', () => {
  it('has findings in the file, with known codes and fixes that can be applied, and always the same', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.nat(), (source, seed) => {
        const text = mutate(source, seededRandom(seed));
        const findings = check(text);
        for (const { code, message, start, end, fixes = [] } of findings) {
          assert.ok(!code.startsWith('triton/') || Object.hasOwn(tritonCodes, code), code);
          assert.notEqual(message.trim(), '');
          assert.ok(0 <= start && end <= text.length && (start < end || text === ''));
          for (const { edits } of fixes) {
            const sorted = edits.toSorted((a, b) => a.start - b.start);
            sorted.forEach((edit, at) => {
              assert.ok(edit.start <= edit.end && edit.end <= text.length);
              assert.ok(edit.start >= (sorted[at - 1]?.end ?? 0), 'edits overlap');
            });
          }
        }
        assert.deepEqual(check(text), findings);
      }),
      { numRuns: 3000 },
    );
  });
});

/** How many characters the rules look at is not seen from outside; that they end in a test's time for 1 MB is. */
describe('a config of 1 MB', () => {
  const many = (text: (at: number) => string, count: number): string =>
    Array.from({ length: count }, (_, at) => text(at)).join('\n');
  const entries = (map: string, count: number): string =>
    many((at) => `${map} { key: "k${at}" value: "t${at}" }`, count);
  const texts = new Map([
    ['inputs without anything', many(() => 'input { name: "x" dims: 0 }', 30_000)],
    [
      'a list of wrong sizes',
      `dynamic_batching { preferred_batch_size: [ ${many(() => '-1,', 200_000)} 1 ] }`,
    ],
    ['groups', `instance_group [ ${many(() => '{ kind: KIND_CPU gpus: -1 count: -1 },', 20_000)} { } ]`],
    ['parameters', many((at) => `parameters { key: "intra_op_thread_coun${at}" value { } }`, 15_000)],
    ['unknown fields', many((at) => `max_batch_siz${at}: 1`, 40_000)],
    [
      'steps',
      `platform: "ensemble" ensemble_scheduling { ${many((at) => `step { model_name: "m${at}" input_map { key: "x" value: "t${at}" } output_map { key: "y" value: "t${at + 1}" } }`, 9000)} } input { name: "t0" } output { name: "t9000" }`,
    ],
    [
      'one step of many tensors',
      `platform: "ensemble" ensemble_scheduling { step { model_name: "a" ${entries('input_map', 12_000)} ${entries('output_map', 12_000)} } } ${many((at) => `output { name: "t${at}" }`, 3000)}`,
    ],
    [
      'cycles',
      `platform: "ensemble" ensemble_scheduling { ${many((at) => `step { model_name: "b" input_map { key: "x" value: "t${at}" } output_map { key: "y" value: "t${at}" } }`, 9000)} }`,
    ],
  ]);
  for (const [what, text] of texts) {
    it(`is checked: ${what}`, () => {
      check(text);
    });
  }
});
