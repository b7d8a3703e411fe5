// Config files to messages: the same messages as protobufjs gives, and errors that name every place.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageCodec } from '../../../../protos/messages.ts';
import { configSizeLimit } from '../../../../server/config/read-config-file.ts';
import { parseTextMessage, type ConfigMessageName } from '../../../../server/config/text-format.ts';
import { PerchError } from '../../../../server/errors.ts';
import { mutate, samples, seededRandom } from '../textproto/corpus.ts';
import { bytesOf, judge } from '../textproto/oracle.ts';

function refusal(name: ConfigMessageName, text: string): string | undefined {
  try {
    parseTextMessage(name, text, 'f');
    return undefined;
  } catch (reason) {
    assert.ok(PerchError.is(reason, 'CONFIG_INVALID'), String(reason));
    return reason.message;
  }
}

describe('parseTextMessage', () => {
  it('gives the same messages as protobufjs, for mutants too, and refuses the same', () => {
    const random = seededRandom(5);
    let accepted = 0;
    // The message in an Any is no bytes here.
    const plain = samples.filter(({ text }) => !text.includes('custom_model_config'));
    for (let at = 0; at < 3000; at++) {
      const sample = plain[at % plain.length]!;
      const text = at < plain.length ? sample.text : mutate(sample.text, random);
      const name = sample.message as ConfigMessageName;
      const expected = judge(name, text);
      assert.equal(refusal(name, text) === undefined, expected !== undefined, text);
      if (expected !== undefined) {
        accepted++;
        const extra = JSON.stringify({ address: '', aspiredVersionPolicy: '' }).slice(1, -1);
        const own = JSON.stringify(parseTextMessage(name, text, 'f')).replaceAll(`,${extra}`, '');
        const decoded = messageCodec(name).decode(Buffer.from(bytesOf(name, expected), 'hex'));
        assert.deepEqual(JSON.parse(own), JSON.parse(JSON.stringify(decoded)), text);
      }
    }
    assert.ok(accepted > 1000, String(accepted));
  });

  it('makes objects of maps, whatever their keys are', () => {
    const { parameters } = parseTextMessage(
      'inference.ModelConfig',
      'parameters { key: "__proto__" value { string_value: "1" } } parameters { key: "10" value {} }',
      'f',
    );
    assert.deepEqual(
      Object.entries(parameters).map(([key, { stringValue }]) => [key, stringValue]),
      [
        ['10', ''],
        ['__proto__', '1'],
      ],
    );
  });

  it('takes the fields that users write and the schema does not have', () => {
    const text = 'model_config_list { config { address: "::1" aspired_version_policy: "x" } }';
    const [model] = parseTextMessage('tensorflow.serving.ModelServerConfig', text, 'f').modelConfigList!
      .config;
    const { address, aspiredVersionPolicy } = model as unknown as Record<string, unknown>;
    assert.deepEqual([address, aspiredVersionPolicy], ['::1', 'x']);
  });

  it('names all places, one a line, in the words of the editor', () => {
    assert.equal(
      refusal('inference.ModelConfig', 'nmae: "m"\nmax_batch_size: x\n  platform: 5\n'),
      [
        'Error parsing text-format inference.ModelConfig: f: 1:1: ModelConfig has no field "nmae"; did you mean name?',
        'f: 2:17: max_batch_size takes an integer, not "x".',
        'f: 3:13: platform takes a string in quotes, not "5".',
      ].join('\n'),
    );
  });

  it('names ten of them, and how many more there are', () => {
    const lines = (count: number): string[] =>
      refusal('inference.ModelConfig', 'oops: 1\n'.repeat(count))!.split('\n');
    assert.equal(lines(10).length, 10);
    assert.equal(lines(11).at(-1), 'and 1 more error');
    assert.equal(lines(30).length, 11);
    assert.equal(lines(30).at(-1), 'and 20 more errors');
  });

  it('refuses a byte order mark by name, and what is too large', () => {
    assert.match(refusal('inference.ModelConfig', '\ufeffname: "m"')!, /f: 1:1: .*byte order mark/);
    assert.match(refusal('inference.ModelConfig', '#'.repeat(configSizeLimit + 1))!, /larger than 8 MiB/);
  });

  it('says of a file with keys only what can be no key', () => {
    const key = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
    for (const text of [
      `server_key: -----BEGIN PRIVATE KEY-----\n${key}\n${key}\n-----END PRIVATE KEY-----`,
      `server_key: ${key}`,
      `server_key: "${key}\\q"`,
      `${key}: 1`,
      `server_key: "\n${key}\n"`,
      `server_key: “${key}”`,
      `client_verify: "${key}"`,
      `server_key "${key}"`,
      `\${${key}}`,
    ]) {
      const words = refusal('tensorflow.serving.SSLConfig', text);
      assert.ok(words !== undefined, text);
      assert.ok(!words.includes(key.slice(0, 8)) && !words.includes(key.slice(-8)), words);
    }
    assert.match(
      refusal('tensorflow.serving.SSLConfig', 'server_crt: "x"')!,
      /f: 1:1: .*server_crt.*did you mean server_cert\?/,
    );
  });
});
