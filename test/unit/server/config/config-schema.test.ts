// The schemas of config files: all that is in the .proto files, and a text for everything a person can write.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rootJson } from '../../../../protos/gen/root-json.ts';
import { configKinds } from '../../../../server/config/config-kind.ts';
import { configDoc, configSchema } from '../../../../server/config/config-schema.ts';
import { schemaFromJson } from '../../../../server/textproto/schema-from-json.ts';
import { typeName, type EnumSchema, type MessageSchema } from '../../../../server/textproto/schema.ts';

/** All messages that can be in files, and the enums of their fields. */
function reachable(): { readonly messages: Set<MessageSchema>; readonly enums: Set<EnumSchema> } {
  const messages = new Set(configKinds.map(configSchema));
  const enums = new Set<EnumSchema>();
  for (const message of messages) {
    for (const { type } of message.fields.values()) {
      if (type.kind === 'message') {
        messages.add(type.message);
      } else if (type.kind === 'enum') {
        enums.add(type.enum);
      }
    }
  }
  return { messages, enums };
}

const extra = [
  'tensorflow.serving.ModelConfig.address',
  'tensorflow.serving.ModelConfig.aspired_version_policy',
];

describe('configSchema', () => {
  it('has what the whole set of .proto files has, and two fields more', () => {
    const all = schemaFromJson(rootJson);
    const more: string[] = [];
    for (const message of reachable().messages) {
      const whole = all.message(message.fullName)!;
      for (const field of message.fields.values()) {
        const same = whole.fields.get(field.name);
        if (same === undefined) {
          more.push(`${message.fullName}.${field.name}`);
        } else {
          assert.deepEqual(
            [field.number, field.label, typeName(field), field.oneof?.name],
            [same.number, same.label, typeName(same), same.oneof?.name],
          );
        }
      }
      assert.equal(message.fieldsByNumber.size, whole.fieldsByNumber.size);
    }
    assert.deepEqual(more, extra);
  });
});

describe('configDoc', () => {
  it('says something of every message, field and oneof', () => {
    const { messages, enums } = reachable();
    const names = [...messages].flatMap(({ fullName, fields, oneofs }) => [
      // google.protobuf's are known by their fields.
      ...(fullName.startsWith('google.protobuf.') ? [] : [fullName]),
      ...[...fields.keys()].map((field) => `${fullName}.${field}`),
      ...oneofs.map(({ name }) => `${fullName}.${name}`),
    ]);
    const missing = [...names, ...[...enums].map(({ fullName }) => fullName)].filter(
      (name) => configDoc(name) === undefined,
    );
    assert.deepEqual(missing, []);
  });

  it('is one line of text each, and nothing for names of other things', () => {
    assert.match(
      configDoc('tensorflow.serving.BatchingParameters.max_batch_size')!,
      /^Rows that .* Default 1000\.$/,
    );
    assert.match(configDoc('inference.DataType.TYPE_FP32')!, /float/);
    assert.equal(configDoc('toString'), undefined);
    assert.equal(configDoc('__proto__'), undefined);
  });
});
