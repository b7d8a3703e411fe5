// TensorFlow Serving's config files: what the editor calls an error, the daemon refuses, in the same words, and nothing else.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkConfig } from '../../../../../server/config/check-config.ts';
import type { ConfigKind } from '../../../../../server/config/config-kind.ts';
import { parseModelServerConfig } from '../../../../../server/config/model-server-config.ts';
import { parseBatchingParameters } from '../../../../../server/engine/batching/batch-parameters.ts';
import { PerchError } from '../../../../../server/errors.ts';
import { parseTlsConfig } from '../../../../../server/net/tls-config.ts';
import { parseMonitoringConfig } from '../../../../../server/observe/monitoring-config.ts';
import { makeCertificates } from '../../../../support/certificates.ts';

/** What the daemon says of a file; undefined where it takes it. */
function refusal(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (reason) {
    assert.ok(PerchError.is(reason, 'CONFIG_INVALID'), String(reason));
    return reason.message.replace(/^file: /, '');
  }
}

function agree(kind: ConfigKind, text: string, parse: (text: string) => unknown, refused: boolean): void {
  const errors = checkConfig(text, kind).findings.filter(({ severity }) => severity === 'error');
  const words = refusal(() => parse(text));
  const said = errors.map(({ message }) => message);
  assert.equal(said.length > 0, words !== undefined, `${text}\n${said.join('\n')}\n${words ?? 'taken'}`);
  assert.equal(words !== undefined, refused, `${text}\n${words ?? 'taken'}`);
  if (words !== undefined) {
    const found = said.some((message) => words === message || words.includes(` ${message}`));
    assert.ok(found, `${text}\n${said.join('\n')}\n${words}`);
  }
}

const model = (fields: string): string => `model_config_list { config { ${fields} } }`;
const plain = 'name: "m" base_path: "/m"';
const two = (a: string, b: string): string => `model_config_list { config { ${a} } config { ${b} } }`;

const goodModels = [
  '',
  '# nothing\n',
  'model_config_list {}',
  'model_config_list: <>',
  'model_config_list { config: [] }',
  'model_config_list { config: [{ name: "a" base_path: "/a" }, { name: "b" base_path: "/b" }] }',
  model(plain),
  model('name: "m", base_path: "/m/";'),
  model(`${plain} model_platform: "tensorflow"`),
  model(`${plain} model_platform: "onnx"`),
  model(`${plain} model_platform: 'onnxruntime_' "onnx"`),
  model(`${plain} model_platform: ""`),
  model(`${plain} model_type: TENSORFLOW`),
  model(`${plain} model_type: 7`),
  model(`${plain} model_type: MODEL_TYPE_UNSPECIFIED model_platform: "tensorflow"`),
  model(`${plain} model_type: 0 model_platform: "tensorflow"`),
  model(`${plain} model_version_policy {}`),
  model(`${plain} model_version_policy { all {} }`),
  model(`${plain} model_version_policy { latest {} }`),
  model(`${plain} model_version_policy { latest { num_versions: 0 } }`),
  model(`${plain} model_version_policy { specific {} }`),
  model(`${plain} model_version_policy { specific { versions: [1, 1, -5] } }`),
  model(`${plain} version_labels { key: "a/b" value: 1 } version_labels { key: "a/b" value: 2 }`),
  model(`${plain} version_labels {}`),
  model(`${plain} version_labels { key: "" value: -1 }`),
  model(`${plain} address: "0.0.0.0"`),
  model(`${plain} address: ""`),
  model(`${plain} aspired_version_policy: ""`),
  model(`${plain} aspired_version_policy: "resource-preserving"`),
  two(plain, 'name: "M" base_path: "/m"'),
  two(`${plain} address: "::1"`, 'name: "n" base_path: "/n" address: "::1"'),
  two(`${plain} address: "::1"`, 'name: "n" base_path: "/n"'),
];

const badModels = [
  model(''),
  model('base_path: "/m"'),
  model('name: "" base_path: "/m"'),
  model('name: "m"'),
  model('name: "m" base_path: ""'),
  model('name: "m" base_path: "models/m"'),
  model('name: "m" base_path: "./m"'),
  model('name: "m" base_path: "~/m"'),
  model('name: "m" base_path: "gs://bucket/m"'),
  model('name: "m" base_path: " /m"'),
  model(`${plain} model_platform: "pytorch"`),
  model(`${plain} model_platform: "TensorFlow"`),
  model(`${plain} model_type: TENSORFLOW model_platform: "tensorflow"`),
  model(`${plain} model_type: 7 model_platform: "onnx"`),
  model(`${plain} logging_config {}`),
  model(`${plain} logging_config { sampling_config { sampling_rate: 0.5 } }`),
  model(`${plain} aspired_version_policy: "both"`),
  model(`${plain} name: "n"`),
  model(`${plain} model_platform: 5`),
  model(`${plain} base_paht: "/m"`),
  model(`${plain} model_version_policy { latest {} all {} }`),
  model(`${plain} model_version_policy { latest { num_versions: -1 } }`),
  model(`${plain} model_version_policy { specific { versions: 1.5 } }`),
  model(`${plain} version_labels { key: "a" value: "1" }`),
  model(`${plain} model_type: TORCH`),
  two(plain, plain),
  two(plain, 'name: "\\155" base_path: "/n"'),
  two('name: "m" base_path: "m"', plain),
  two(`${plain} address: "::1"`, 'name: "n" base_path: "/n" address: "::"'),
  'custom_model_config {}',
  'custom_model_config { type_url: "a/b" value: "" }',
  'model_config_list {} custom_model_config {}',
  'model_config_list { config { name: "m" base_path: "/m" }',
  'config { name: "m" base_path: "/m" }',
  '{"model_config_list": {}}',
];

const goodBatching = [
  '',
  'max_batch_size { value: 128 }',
  'max_enqueued_batches { value: 0 }',
  'num_batch_threads { value: 1 } batch_timeout_micros { value: 0 }',
  'allowed_batch_sizes: [1, 10, 1000]',
  'max_batch_size { value: 4 } allowed_batch_sizes: 2 allowed_batch_sizes: 4',
  'max_execution_batch_size { value: 5000 }',
  'max_execution_batch_size { value: -1 }',
  'enable_large_batch_splitting { value: true } max_execution_batch_size { value: 8 } allowed_batch_sizes: [8]',
  'thread_pool_name { value: "" } pad_variable_length_inputs: true',
];
const badBatching = [
  'max_batch_size {}',
  'max_batch_size { value: 0 }',
  'max_batch_size: 8',
  'max_batch_size { value: -8 } num_batch_threads { value: 0 }',
  'num_batch_threads { value: 0 }',
  'batch_timeout_micros { value: -1 }',
  'max_enqueued_batches { value: -1 }',
  'enable_large_batch_splitting { value: true } max_enqueued_batches { value: 0 }',
  'enable_large_batch_splitting { value: true } max_execution_batch_size {}',
  'enable_large_batch_splitting { value: true } max_execution_batch_size { value: 1001 }',
  'enable_large_batch_splitting { value: true } max_execution_batch_size { value: 8 } allowed_batch_sizes: [4]',
  'enable_large_batch_splitting { value: true } allowed_batch_sizes: [1, 2000]',
  'allowed_batch_sizes: [0, 1000]',
  'allowed_batch_sizes: [10, 5, 1000]',
  'allowed_batch_sizes: [1000, 1000]',
  'allowed_batch_sizes: [1, 2]',
  'max_batch_size { value: 16 } allowed_batch_sizes: [8, 32]',
  'max_batch_size { value: 99999999999999999999 }',
];

const metrics = (path: string): string => `prometheus_config { enable: true path: ${JSON.stringify(path)} }`;
const goodMetrics = ['', 'prometheus_config {}', ...['', '/metrics', '/v1', '/a/v1/b', '/é'].map(metrics)];
const badMetrics = ['metrics', '/a b', '/a?b', '/a#b', ' /a', '/v1/models', '/V1/x'].map(metrics);

describe('agreement with the daemon', () => {
  const cases: readonly (readonly [
    ConfigKind,
    (text: string) => unknown,
    readonly string[],
    readonly string[],
  ])[] = [
    ['model-server', (text) => parseModelServerConfig(text, 'file'), goodModels, badModels],
    ['batching', (text) => parseBatchingParameters(text, 'file'), goodBatching, badBatching],
    ['monitoring', (text) => parseMonitoringConfig(text, 'file'), goodMetrics, badMetrics],
  ];
  for (const [kind, parse, good, bad] of cases) {
    it(`takes the same ${kind} files, ${good.length} of them`, () => {
      good.forEach((text) => agree(kind, text, parse, false));
    });
    it(`refuses the same ${kind} files, ${bad.length} of them`, () => {
      bad.forEach((text) => agree(kind, text, parse, true));
    });
  }
});

describe('agreement about SSL configs, as far as it needs no cryptography', () => {
  const certificates = makeCertificates();
  it('holds', { skip: certificates === undefined }, () => {
    const { key = '', certificate: cert = '' } = certificates?.server ?? {};
    const fields = (entries: Readonly<Record<string, string>>): string =>
      Object.entries(entries)
        .map(([name, value]) => `${name}: ${name === 'client_verify' ? value : JSON.stringify(value)}\n`)
        .join('');
    const good = { server_key: key, server_cert: cert };
    const parse = (text: string): unknown => parseTlsConfig(text, 'file', new Date());
    const encrypted = key.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\n');
    for (const taken of [
      good,
      { ...good, client_verify: 'false' },
      { ...good, custom_ca: cert },
      { ...good, custom_ca: cert, client_verify: 'true' },
    ]) {
      agree('ssl', fields(taken), parse, false);
    }
    for (const refused of [
      {},
      { server_key: key },
      { server_cert: cert },
      { server_key: '/etc/ssl/key.pem', server_cert: cert },
      { server_key: cert, server_cert: cert },
      { server_key: encrypted, server_cert: cert },
      { ...good, client_verify: 'true' },
      { ...good, custom_ca: 'ca.pem' },
      { ...good, custom_ca: ' ' },
    ]) {
      agree('ssl', fields(refused), parse, true);
    }
  });
});
