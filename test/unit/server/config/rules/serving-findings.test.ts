// Every rule for TensorFlow Serving's config files: its words, its place, its fix, and files with which nothing is wrong.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkConfig } from '../../../../../server/config/check-config.ts';
import type { ConfigKind } from '../../../../../server/config/config-kind.ts';
import type { Finding } from '../../../../../server/config/finding.ts';
import { servingCodes, type ServingCode } from '../../../../../server/config/rules/serving-codes.ts';
import type { BasePathFacts, Surroundings } from '../../../../../server/config/surroundings.ts';
import { applyEdits } from '../../../../../server/textproto/text-edit.ts';
import { marked, unmarked } from './model-case.ts';

const directory = (names: readonly string[], files: readonly string[] = []): BasePathFacts => ({
  kind: 'directory',
  directory: {
    name: 'x',
    versions: names.map((name) => ({ name, number: BigInt(name), files: [] })),
    directories: names,
    files: new Set(files),
  },
});

const around: Surroundings = {
  baseDirectory: '/etc/perch',
  basePaths: new Map<string, BasePathFacts>([
    ['/m', directory(['1', '002', '3'])],
    ['/own', directory(['1', '2'], ['config.pbtxt'])],
    ['/empty', directory([])],
    ['/m/3', directory([], ['model.onnx'])],
    ['/gone', { kind: 'missing' }],
    ['/file', { kind: 'no-directory' }],
    ['/many', directory(Array.from({ length: 12 }, (_, i) => String(i + 1)))],
  ]),
};

const model = (fields: string): string => `model_config_list { config { ${fields} } }`;
const plain = 'name: "m" base_path: "/m"';

interface Case {
  readonly code: ServingCode;
  readonly message: string;
  readonly text: string;
  /** With the first fix; absent where there is none. */
  readonly fixed?: string;
  readonly severity?: 'warning';
  readonly around?: Surroundings;
}

const specific = (version: string): string =>
  `Version ${version} of servable m, which was requested to be served as a 'specific' version in the servable's version policy, was not found in the file system`;
const label = (version: string): string =>
  `Request to assign label to version ${version} of model m, which is not currently available for inference`;

const modelCases: readonly Case[] = [
  {
    code: 'serving/model-name',
    message: 'a model has no name.',
    text: model('name: «""» base_path: "/a/net/"'),
    fixed: model('name: "net" base_path: "/a/net/"'),
  },
  {
    code: 'serving/model-name',
    message: 'a model has no name.',
    text: 'model_config_list {\n  «config» {\n    base_path: "/a/net"\n  }\n}\n',
    fixed: 'model_config_list {\n  config {\n    name: "net"\n    base_path: "/a/net"\n  }\n}\n',
  },
  {
    code: 'serving/duplicate-model',
    message: 'Illegal to list model m multiple times in config list',
    text: `model_config_list { config { ${plain} } config { name: «"m"» base_path: "/b" } }`,
  },
  {
    code: 'serving/base-path',
    message: 'Expected model m to have an absolute path or URI; got base_path()=../models/./m',
    text: model('name: "m" base_path: «"../models/./m"»'),
    fixed: model('name: "m" base_path: "/etc/models/m"'),
  },
  {
    code: 'serving/base-path',
    message: 'Expected model m to have an absolute path or URI; got base_path()=models/m',
    text: model('name: "m" base_path: «"models/m"»'),
    fixed: model('name: "m" base_path: "D:/serving/models/m"'),
    around: { baseDirectory: 'D:\\serving' },
  },
  {
    code: 'serving/base-path',
    message: 'Expected model m to have an absolute path or URI; got base_path()=~/models/m',
    text: model('name: "m" base_path: «"~/models/m"»'),
  },
  {
    code: 'serving/base-path',
    message: 'Expected model m to have an absolute path or URI; got base_path()=',
    text: 'model_config_list { «config» { name: "m" } }',
  },
  {
    code: 'serving/base-path-missing',
    message: 'Could not find base path /gone for servable m: there is no such directory.',
    text: model('name: "m" base_path: «"/gone"»'),
    severity: 'warning',
  },
  {
    code: 'serving/base-path-missing',
    message: 'Could not find base path /file for servable m: it is no directory.',
    text: model('name: "m" base_path: «"/file"»'),
    severity: 'warning',
  },
  {
    code: 'serving/no-versions',
    message:
      "No versions of servable m found under base path /empty. Did you forget to name your leaf directory as a number (eg. '/1/')?",
    text: model('name: "m" base_path: «"/empty"»'),
    severity: 'warning',
  },
  {
    code: 'serving/no-versions',
    message:
      "No versions of servable m found under base path /m/3. Did you forget to name your leaf directory as a number (eg. '/1/')?",
    text: model('name: "m" base_path: «"/m/3"»'),
    fixed: model('name: "m" base_path: "/m"'),
    severity: 'warning',
  },
  {
    code: 'serving/platform',
    message:
      'Model m requests unsupported platform tensorlow; this server takes tensorflow, onnx, onnxruntime_onnx, or none.',
    text: model(`${plain} model_platform: «"tensorlow"»`),
    fixed: model(`${plain} model_platform: "tensorflow"`),
  },
  {
    code: 'serving/logging-config',
    message: 'No request-logger-creator provided.',
    text: model(`${plain} logging_config «{}»`),
    fixed: model(plain),
  },
  {
    code: 'serving/custom-config',
    message: 'custom_model_config is not supported; use model_config_list.',
    text: '«custom_model_config» {}\n',
    fixed: '',
  },
  {
    code: 'serving/address',
    message: 'models disagree on the address (::1, ::); one server has one.',
    text: `model_config_list { config { ${plain} address: "::1" } config { name: "n" base_path: "/m" address: «"::"» } }`,
    fixed: `model_config_list { config { ${plain} address: "::1" } config { name: "n" base_path: "/m" address: "::1" } }`,
  },
  {
    code: 'serving/transition',
    message:
      'aspired_version_policy of model m takes availability-preserving or resource-preserving, not "resource_preserving".',
    text: model(`${plain} aspired_version_policy: «"resource_preserving"»`),
    fixed: model(`${plain} aspired_version_policy: "resource-preserving"`),
  },
  {
    code: 'serving/num-versions',
    message: 'num_versions: 0 counts as 1: only the newest version is served.',
    text: model(`${plain} model_version_policy { latest { num_versions: «0» } }`),
    fixed: model(`${plain} model_version_policy { latest { num_versions: 1 } }`),
    severity: 'warning',
  },
  {
    code: 'serving/no-specific-versions',
    message: 'No specific versions requested for servable m: none is served.',
    text: model(`${plain} model_version_policy { «specific» {} }`),
    severity: 'warning',
  },
  {
    code: 'serving/specific-version',
    message: `${specific('4')} (on disk: 1, 2, 3).`,
    text: model(`${plain} model_version_policy { specific { versions: [1, «4»] } }`),
    fixed: model(`${plain} model_version_policy { specific { versions: [1] } }`),
    severity: 'warning',
  },
  {
    code: 'serving/specific-version',
    message: `${specific('13')} (newest on disk: 3, 4, 5, 6, 7, 8, 9, 10, 11, 12).`,
    text: model(
      'name: "m" base_path: "/many" model_version_policy { specific { versions: 12 versions: «13» } }',
    ),
    fixed: model('name: "m" base_path: "/many" model_version_policy { specific { versions: 12 } }'),
    severity: 'warning',
  },
  {
    code: 'serving/label-version',
    message: `${label('5')}: label "canary" waits for it (on disk: 1, 2, 3).`,
    text: model(`${plain} version_labels { key: "canary" value: «5» }`),
    severity: 'warning',
  },
  {
    code: 'serving/label-version',
    message: `${label('2')}: label "canary" waits for it, and its version policy does not serve it.`,
    text: model(`${plain} version_labels { key: "canary" value: «2» }`),
    severity: 'warning',
  },
  {
    code: 'serving/label-version',
    message: `${label('2')}: label "canary" waits for it, and its version policy does not serve it.`,
    text: model(
      `${plain} model_version_policy { specific { versions: [1] } } version_labels { key: "canary" value: «2» }`,
    ),
    fixed: model(
      `${plain} model_version_policy { specific { versions: [1, 2] } } version_labels { key: "canary" value: 2 }`,
    ),
    severity: 'warning',
  },
  {
    code: 'serving/label-name',
    message: 'This label has a "/" or ":" in it, so that no REST request can name it.',
    text: model(`${plain} version_labels { key: «"a/b"» value: 3 }`),
    severity: 'warning',
  },
];

const batchingCases: readonly Case[] = [
  {
    code: 'serving/batch-threads',
    message: 'num_batch_threads must be positive; was 0',
    text: 'num_batch_threads { value: «0» }',
    fixed: 'num_batch_threads { value: 1 }',
  },
  {
    code: 'serving/batch-size',
    message: 'max_batch_size must be positive; was -8',
    text: 'max_batch_size { value: «-8» }',
    fixed: 'max_batch_size { value: 1 }',
  },
  {
    code: 'serving/batch-timeout',
    message: 'batch_timeout_micros must be non-negative; was -1',
    text: 'batch_timeout_micros { value: «-1» }',
    fixed: 'batch_timeout_micros { value: 0 }',
  },
  {
    code: 'serving/batch-queue',
    message: 'max_enqueued_batches must be positive; was -1',
    text: 'max_enqueued_batches { value: «-1» }',
    fixed: 'max_enqueued_batches { value: 1 }',
  },
  {
    code: 'serving/execution-batch-size',
    message:
      'When enable_large_batch_splitting is true, max_batch_size must be greater than or equal to max_execution_batch_size; max_batch_size was 8, max_execution_batch_size 9',
    text: 'max_batch_size { value: 8 } enable_large_batch_splitting { value: true } max_execution_batch_size { value: «9» }',
    fixed:
      'max_batch_size { value: 8 } enable_large_batch_splitting { value: true } max_execution_batch_size { value: 8 }',
  },
  {
    code: 'serving/execution-batch-size-unused',
    message: 'max_execution_batch_size has no effect without enable_large_batch_splitting { value: true }.',
    text: 'max_batch_size { value: 8 }\n«max_execution_batch_size» { value: 9 }\n',
    fixed: 'max_batch_size { value: 8 }\n',
    severity: 'warning',
  },
  {
    code: 'serving/allowed-batch-sizes',
    message: 'Last entry in allowed_batch_sizes must match max_batch_size; last entry was 4; expected 8',
    text: 'max_batch_size { value: 8 } allowed_batch_sizes: «[2, 4]»',
    fixed: 'max_batch_size { value: 8 } allowed_batch_sizes: [2, 4, 8]',
  },
  {
    code: 'serving/allowed-batch-sizes',
    message: 'allowed_batch_sizes entries must be monotonically increasing',
    text: 'max_batch_size { value: 8 } allowed_batch_sizes: «[4, 2, 8, 8]»',
    fixed: 'max_batch_size { value: 8 } allowed_batch_sizes: [2, 4, 8]',
  },
  {
    code: 'serving/allowed-batch-sizes',
    message: 'allowed_batch_sizes entries must be positive; was 0',
    text: 'max_batch_size { value: 8 } allowed_batch_sizes: «[0, 8]»',
    fixed: 'max_batch_size { value: 8 } allowed_batch_sizes: [8]',
  },
];

const otherCases: readonly (Case & { readonly kind: ConfigKind })[] = [
  {
    kind: 'monitoring',
    code: 'serving/metrics-path',
    message: 'prometheus_config.path must begin with "/" and have no query; got "metrics".',
    text: 'prometheus_config { enable: true path: «"metrics"» }',
    fixed: 'prometheus_config { enable: true path: "/metrics" }',
  },
  {
    kind: 'ssl',
    code: 'serving/client-verify',
    message: 'client_verify needs custom_ca, the certificates that those of clients are checked against.',
    text: 'server_key: "-----BEGIN PRIVATE KEY-----"\nserver_cert: "-----BEGIN CERTIFICATE-----"\nclient_verify: «true»\n',
    fixed: 'server_key: "-----BEGIN PRIVATE KEY-----"\nserver_cert: "-----BEGIN CERTIFICATE-----"\n',
  },
  {
    kind: 'ssl',
    code: 'serving/custom-ca-unused',
    message: 'custom_ca has no effect without client_verify: true.',
    text: 'server_key: "-----BEGIN PRIVATE KEY-----"\nserver_cert: "-----BEGIN CERTIFICATE-----"\n«custom_ca»: "-----BEGIN CERTIFICATE-----"',
    severity: 'warning',
  },
  {
    kind: 'ssl',
    code: 'serving/pem',
    message:
      'server_key has no "-----BEGIN … PRIVATE KEY-----": it takes the text of the PEM file, not its path.',
    text: '«server_key»: "key.pem" server_cert: "-----BEGIN CERTIFICATE-----"',
  },
];

const cases = [
  ...modelCases.map((one) => ({ ...one, kind: 'model-server' as const })),
  ...batchingCases.map((one) => ({ ...one, kind: 'batching' as const })),
  ...otherCases,
];

function findingsOf(text: string, kind: ConfigKind, beside: Surroundings = around): readonly Finding[] {
  return checkConfig(text, kind, beside).findings;
}

describe('a file with one mistake', () => {
  for (const { kind, code, message, text, fixed, severity = 'error', around: beside } of cases) {
    it(`${code}: ${text.replaceAll(/\s+/g, ' ')}`, () => {
      const unmarkedText = unmarked(text);
      const findings = findingsOf(unmarkedText, kind, beside);
      assert.deepEqual(
        findings.map((finding) => [finding.code, finding.message, marked(unmarkedText, finding)]),
        [[code, message, text]],
      );
      assert.equal(findings[0]?.severity, severity);
      const fix = findings[0].fixes?.[0];
      assert.equal(fix === undefined ? undefined : applyEdits(unmarkedText, fix.edits), fixed);
      if (fixed !== undefined) {
        const left = findingsOf(fixed, kind, beside).map((finding) => finding.code);
        assert.deepEqual(left.includes(code) ? left : [], []);
      }
    });
  }

  it('is there for every code', () => {
    const seen = new Set<string>([...cases.map(({ code }) => code), 'serving/model-type']);
    assert.deepEqual(
      Object.keys(servingCodes).filter((code) => !seen.has(code)),
      [],
    );
  });
});

describe('other files', () => {
  it('have both of the deprecated and the new field said', () => {
    const text = model(`${plain} model_type: TENSORFLOW model_platform: "tensorflow"`);
    const finding = findingsOf(text, 'model-server').find(({ code }) => code === 'serving/model-type');
    assert.ok(finding !== undefined);
    assert.ok(finding.message.endsWith('model name is m'));
    const [fix] = finding.fixes ?? [];
    assert.equal(applyEdits(text, fix?.edits ?? []), model(`${plain} model_platform: "tensorflow"`));
  });

  it('have no findings where nothing is wrong', () => {
    for (const text of [
      '',
      'model_config_list {}',
      model(plain),
      model(`${plain} model_version_policy { all {} } version_labels { key: "a" value: 2 }`),
      model(
        `${plain} model_version_policy { latest { num_versions: 2 } } version_labels { key: "a" value: 2 }`,
      ),
      // Its own config.pbtxt may serve it.
      model('name: "m" base_path: "/own" version_labels { key: "a" value: 1 }'),
      // Nothing is known of it.
      model('name: "m" base_path: "/unknown" version_labels { key: "a" value: 1 }'),
    ]) {
      assert.deepEqual(findingsOf(text, 'model-server'), [], text);
    }
    assert.deepEqual(findingsOf('allowed_batch_sizes: [1, 1000]', 'batching'), []);
    assert.deepEqual(findingsOf('prometheus_config { path: "/m" }', 'monitoring'), []);
  });

  it('know paths of Windows by the directory of the file', () => {
    const text = model('name: "m" base_path: "C:\\\\models\\\\m"');
    assert.equal(findingsOf(text, 'model-server', { baseDirectory: '/x' }).length, 1);
    assert.deepEqual(findingsOf(text, 'model-server', { baseDirectory: 'C:\\x' }), []);
    assert.deepEqual(findingsOf(text, 'model-server', { baseDirectory: '\\\\host\\share' }), []);
  });

  it('say nothing of what cannot be read', () => {
    const codes = findingsOf('max_batch_size { value: "8" } allowed_batch_sizes: [4]', 'batching').map(
      ({ code }) => code,
    );
    assert.deepEqual(codes, ['textproto/wrong-type']);
  });
});
