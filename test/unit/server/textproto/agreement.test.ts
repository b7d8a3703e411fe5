// The core against protobufjs' text format, over good files and seeded mutants of them: what one takes the other takes, with
// the same bytes. Where protobufjs is known to be wrong, the rule is listed here.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Diagnostic } from '../../../../server/textproto/diagnostics.ts';
import { mutate, samples, seededRandom } from './corpus.ts';
import { asObject, bytesOf, bytesOfValue, check, errorsOf, judge, messageSchema, plainOf } from './oracle.ts';

const mutants = 30_000;

/** A rule by which the core and protobufjs may differ: which findings show that it is at work. */
interface AllowedDifference {
  readonly rule: string;
  readonly applies: (text: string, errors: readonly Diagnostic[]) => boolean;
}

const quoted = (text: string, { start, end }: Diagnostic): string => text.slice(start, end);

const allowedDifferences: readonly AllowedDifference[] = [
  {
    rule: 'camelCase names are no names of fields (protobufjs takes them too)',
    applies: (text, errors) =>
      errors.every(
        (error) => error.code === 'textproto/unknown-field' && /[a-z][A-Z]/.test(quoted(text, error)),
      ),
  },
  {
    rule: 'a singular field is set once, and key and value of a map entry are singular (protobufjs takes the last one)',
    applies: (text, errors) =>
      errors.every(
        (error) => error.code === 'textproto/duplicate-field' && /^(?:key|value)$/.test(quoted(text, error)),
      ),
  },
  {
    rule: 'a number with a leading zero is octal, and 09.5 is none (protobufjs reads it as a float)',
    applies: (text, errors) =>
      errors.every((error) => error.code === 'textproto/bad-number' && /^0\d/.test(quoted(text, error))),
  },
  {
    rule: 'a type URL has the characters of a URL and the name of a message (protobufjs takes any characters, and looks up loosely)',
    applies: (text) =>
      /\[(?!type\.googleapis\.com\/tensorflow\.serving\.ModelConfig\])[^\]]*\/[^\]]*\]/.test(text),
  },
];

/** Fails unless both agree on `text`; says whether they took it. */
function compare(message: string, text: string): boolean {
  const { value, diagnostics } = check(message, text);
  const errors = errorsOf(diagnostics);
  const judged = judge(message, text);
  if ((judged !== undefined) !== (errors.length === 0)) {
    const allowed = allowedDifferences.find(({ applies }) => applies(text, errors));
    assert.ok(
      allowed,
      `protobufjs ${judged === undefined ? 'refuses' : 'takes'} ${JSON.stringify(text)}\n${JSON.stringify(errors)}`,
    );
    return false;
  }
  if (judged === undefined) {
    return false;
  }
  assert.equal(bytesOfValue(message, value), bytesOf(message, judged), JSON.stringify(text));
  return true;
}

describe('agreement with protobufjs', () => {
  it('holds for good files, and for the messages in the shape of the codec', () => {
    for (const { message, text } of samples) {
      assert.ok(compare(message, text), text);
      const judged = judge(message, text);
      assert.ok(judged);
      const { value, diagnostics } = check(message, text);
      assert.deepEqual(errorsOf(diagnostics), []);
      // Through JSON, where a Buffer and a Uint8Array differ: the bytes are compared above.
      const shown = (object: object): unknown =>
        JSON.parse(
          JSON.stringify(object, (key, one: unknown) =>
            key === 'value' && typeof one === 'object' ? 'object' : one,
          ),
        );
      assert.deepEqual(shown(asObject(messageSchema(message), value)), shown(plainOf(message, judged)), text);
    }
  });

  it(`holds for ${mutants} mutants`, () => {
    const random = seededRandom(20_260_101);
    let taken = 0;
    for (let i = 0; i < mutants; i++) {
      const sample = samples[i % samples.length];
      assert.ok(sample);
      taken += compare(sample.message, mutate(sample.text, random)) ? 1 : 0;
    }
    // Mutants that are all refused would prove little.
    assert.ok(taken > mutants / 4 && taken < (3 * mutants) / 4, String(taken));
  });

  it('is not wanted for these', () => {
    const model = 'tensorflow.serving.ModelConfig';
    const differences: [string, string][] = [
      [model, 'basePath: "/x"'],
      [model, 'version_labels { key: "a" key: "b" }'],
      ['tensorflow.serving.SamplingConfig', 'sampling_rate: 09.5'],
      [
        'tensorflow.serving.ModelServerConfig',
        'custom_model_config { [/tensorflow.serving.ModelConfig] {} }',
      ],
    ];
    for (const [message, text] of differences) {
      const errors = errorsOf(check(message, text).diagnostics);
      assert.ok(judge(message, text), text);
      assert.equal(errors.length, 1, text);
      assert.equal(allowedDifferences.filter(({ applies }) => applies(text, errors)).length, 1, text);
    }
  });

  it('is not wanted for NUL characters, which protoc refuses', () => {
    assert.equal(errorsOf(check('tensorflow.serving.ModelConfig', 'name: "a\0"').diagnostics).length, 1);
  });
});
