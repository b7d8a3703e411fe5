// The rules for TensorFlow Serving's files and for configs against their models on any text at all: they never throw, always
// say the same, point into the file, offer fixes that can be applied, and end for files of 1 MB.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { configKinds, type ConfigKind } from '../../../../../server/config/config-kind.ts';
import { configSchema } from '../../../../../server/config/config-schema.ts';
import type { Finding } from '../../../../../server/config/finding.ts';
import { modelCodes } from '../../../../../server/config/rules/model-codes.ts';
import { runRules } from '../../../../../server/config/rules/run-rules.ts';
import { servingCodes } from '../../../../../server/config/rules/serving-codes.ts';
import type { Surroundings } from '../../../../../server/config/surroundings.ts';
import { decodeMessage } from '../../../../../server/textproto/decode.ts';
import { parseDocument } from '../../../../../server/textproto/document.ts';
import { mutate, samples, seededRandom } from '../../textproto/corpus.ts';
import { beside, signature, value } from './against-case.ts';

const entry =
  'config { name: "m" base_path: "/m" model_platform: "onx" model_type: OTHER address: "::" version_labels { key: "a" value: 7 } model_version_policy { specific { versions: [1, 7] } } }';
const io =
  'input { name: "a" data_type: TYPE_FP16 dims: [-1, 3] } output [ { name: "w" dims: 1 label_filename: "l" }, { name: "y" } ]';
const sources: readonly (readonly [ConfigKind, string])[] = [
  ...samples.flatMap(({ text }) => configKinds.map((kind) => [kind, text] as const)),
  ['model-server', `model_config_list { ${entry}\n  ${entry.replace('"::"', '"::1"')} }`],
  ['model-server', 'model_config_list {\n  config {\n    base_path: "m/1"\n    logging_config {}\n  }\n}\n'],
  ['model', `max_batch_size: 4 ${io}`],
  ['model', `default_model_filename: "x.onnx" version_policy { specific { versions: [1, 9] } }\n${io}`],
  [
    'model',
    'max_batch_size: 4\ninput {\n  name: "b"\n}\ninput: { data_type: TYPE_INT64 dims: 1 dims: 2 name: "a" }',
  ],
  [
    'batching',
    'max_batch_size { value: 8 } allowed_batch_sizes: [4, 2] max_execution_batch_size { value: 0 }',
  ],
  ['monitoring', 'prometheus_config { path: "m" }'],
  ['ssl', 'server_key: "k" client_verify: true'],
];

const tensors = signature(
  [value('a', ['n', 3]), value('b', [4], 'INT64'), value('c', [])],
  [value('y', ['n', 2]), value('z', undefined, 'STRING')],
);
const around: Surroundings = {
  ...beside({ 1: tensors, '07': 'broken' }, ['labels', 'warmup/x']),
  baseDirectory: '/etc',
  basePaths: new Map([
    ['/m', { kind: 'directory', directory: beside({ 1: tensors, 2: tensors }).directory! }],
    ['m/1', { kind: 'missing' }],
  ]),
};

function check(kind: ConfigKind, text: string): readonly Finding[] {
  const document = parseDocument(text);
  const schema = configSchema(kind);
  const { value: message } = decodeMessage(document, schema);
  return runRules(kind, { document, schema, message }, around);
}

describe('any file', () => {
  it('has findings in it, with known codes and fixes that can be applied, and always the same', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.nat(), ([kind, source], seed) => {
        const text = mutate(source, seededRandom(seed));
        const findings = check(kind, text);
        for (const { code, message, start, end, fixes = [] } of findings) {
          assert.ok(!code.startsWith('serving/') || Object.hasOwn(servingCodes, code), code);
          assert.ok(!code.startsWith('model/') || Object.hasOwn(modelCodes, code), code);
          assert.notEqual(message.trim(), '');
          assert.ok(0 <= start && end <= text.length && (start < end || text === ''));
          for (const { edits, title } of fixes) {
            assert.notEqual(title.trim(), '');
            const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
            sorted.forEach((edit, at) => {
              assert.ok(edit.start <= edit.end && edit.end <= text.length);
              assert.ok(edit.start >= (sorted[at - 1]?.end ?? 0), `edits overlap: ${title}\n${text}`);
            });
          }
        }
        assert.deepEqual(check(kind, text), findings);
      }),
      { numRuns: 4000 },
    );
  });
});

/** How much the rules look at is not seen from outside; that they end in a test's time for 1 MB is. */
describe('a file of 1 MB', () => {
  const many = (text: (at: number) => string, count: number): string =>
    Array.from({ length: count }, (_, at) => text(at)).join('\n');
  const texts: readonly (readonly [string, ConfigKind, string])[] = [
    [
      'models without a name',
      'model-server',
      `model_config_list { ${many(() => 'config { base_path: "m/1" }', 30_000)} }`,
    ],
    ['models with everything wrong', 'model-server', `model_config_list { ${many(() => entry, 5000)} }`],
    [
      'labels',
      'model-server',
      `model_config_list { config { name: "m" base_path: "/m" ${many((at) => `version_labels { key: "l${at}" value: 2${at} }`, 20_000)} } }`,
    ],
    [
      'versions',
      'model-server',
      `model_config_list { config { name: "m" base_path: "/m" model_version_policy { specific { versions: [${many((at) => `${at},`, 100_000)} 1] } } } }`,
    ],
    [
      'unknown inputs',
      'model',
      many((at) => `input { name: "i${at}" data_type: TYPE_FP32 dims: 1 }`, 20_000),
    ],
    ['wrong dims', 'model', `max_batch_size: 1 ${many(() => 'input { name: "a" dims: [-1, 3] }', 25_000)}`],
    [
      'one dim a field',
      'model',
      `input { name: "a" ${many(() => 'dims: 1', 100_000)} } output { name: "y" }`,
    ],
    [
      'versions of a model',
      'model',
      `version_policy { specific { versions: [${many((at) => `${at},`, 100_000)} 1] } }`,
    ],
    ['label files', 'model', many((at) => `output { name: "o${at}" label_filename: "lables" }`, 20_000)],
    ['batch sizes', 'batching', `allowed_batch_sizes: [${many(() => '2,', 300_000)} 1]`],
  ];
  for (const [name, kind, text] of texts) {
    it(`is checked: ${name}`, () => {
      assert.ok(check(kind, text).length > 0);
    });
  }
});
