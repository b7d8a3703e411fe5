// Mistakes that only the schema shows, and the values of good files.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeMessage } from '../../../../server/textproto/decode.ts';
import { parseDocument } from '../../../../server/textproto/document.ts';
import { schemaFromJson } from '../../../../server/textproto/schema-from-json.ts';
import { applyEdits } from '../../../../server/textproto/text-edit.ts';
import { messageSchema } from './oracle.ts';

const json = {
  nested: {
    test: {
      nested: {
        Color: { values: { COLOR_NONE: 0, COLOR_RED: 1, COLOR_DARK_RED: 2, COLOR_CRIMSON: 1 } },
        Closed: { edition: 'proto2', values: { ONE: 1 } },
        Message: {
          oneofs: { choice: { oneof: ['left', 'rightSide'] }, _maybe: { oneof: ['maybe'] } },
          fields: {
            name: { type: 'string', id: 1 },
            maxBatchSize: { type: 'int32', id: 2, protoName: 'max_batch_size' },
            color: { type: 'Color', id: 3 },
            closed: { type: 'Closed', id: 4 },
            dims: { rule: 'repeated', type: 'int64', id: 5 },
            ratio: { type: 'float', id: 6 },
            flag: { type: 'bool', id: 7 },
            data: { type: 'bytes', id: 8 },
            child: { type: 'Child', id: 9 },
            children: { rule: 'repeated', type: 'Child', id: 10 },
            labels: { keyType: 'string', type: 'int64', id: 11 },
            byNumber: { keyType: 'uint64', type: 'Child', id: 12, protoName: 'by_number' },
            left: { type: 'int32', id: 13 },
            rightSide: { type: 'Child', id: 14, protoName: 'right_side' },
            maybe: { type: 'uint32', id: 15, options: { proto3_optional: true } },
            old: { type: 'uint64', id: 16, options: { deprecated: true } },
            limit: { type: '.google.protobuf.Int64Value', id: 17 },
            any: { type: 'google.protobuf.Any', id: 18 },
          },
          reserved: [[20, 21], 'former'],
          nested: {
            Child: { fields: { size: { type: 'sint32', id: 1 }, only_here: { type: 'bool', id: 2 } } },
          },
        },
      },
    },
    google: {
      nested: {
        protobuf: {
          nested: {
            Any: { fields: { type_url: { type: 'string', id: 1 }, value: { type: 'bytes', id: 2 } } },
            Int64Value: { fields: { value: { type: 'int64', id: 1 } } },
          },
        },
      },
    },
  },
};

const schema = schemaFromJson(json);
const message = schema.message('test.Message');
assert.ok(message);

/** Text, and its mistakes: the code without its prefix, the text it points at, a part of the message, the text after its fix. */
type Case = readonly [
  text: string,
  ...mistakes: (readonly [code: string, at: string, says: string, fixed?: string])[],
];

const cases: Record<string, readonly Case[]> = {
  'unknown fields': [
    ['naem: "x"', ['unknown-field', 'naem', 'did you mean name?', 'name: "x"']],
    ['Name: "x"', ['unknown-field', 'Name', 'did you mean name?', 'name: "x"']],
    ['maxBatchSize: 1', ['unknown-field', 'maxBatchSize', 'max_batch_size?', 'max_batch_size: 1']],
    ['max_batch: 1', ['unknown-field', 'max_batch', 'max_batch_size?', 'max_batch_size: 1']],
    ['only_here: true', ['unknown-field', 'only_here', 'that is a field of Child']],
    ['zzzzzzzz: 1', ['unknown-field', 'zzzzzzzz', 'it has name, max_batch_size']],
    ['former: 1 former { x: [1] }'],
    ['[a.b]: 1', ['unknown-extension', '[a.b]', 'no extension']],
    ['labels { key: "a" val: 1 }', ['unknown-field', 'val', 'no val']],
  ],
  'wrong types': [
    ['name: 5', ['wrong-type', '5', 'a string in quotes', 'name: "5"']],
    ['name: model', ['wrong-type', 'model', 'a string in quotes', 'name: "model"']],
    ['name: null', ['wrong-type', 'null', 'leave the field out', '']],
    ['name: "\\xff"', ['invalid-utf8', '"\\xff"', 'no UTF-8']],
    ['max_batch_size: "8"', ['wrong-type', '"8"', 'an integer', 'max_batch_size: 8']],
    ['max_batch_size: 8.0', ['wrong-type', '8.0', 'an integer', 'max_batch_size: 8']],
    ['max_batch_size: x', ['wrong-type', 'x', 'an integer']],
    ['max_batch_size: 2147483648', ['out-of-range', '2147483648', 'not more than 2147483647']],
    ['maybe: -1', ['out-of-range', '-1', 'not less than 0']],
    ['dims: -9223372036854775809', ['out-of-range', '-9223372036854775809', 'not less than']],
    ['ratio: 0x1', ['wrong-type', '0x1', 'a decimal number']],
    ['ratio: "0.5"', ['wrong-type', '"0.5"', 'a number', 'ratio: 0.5']],
    ['flag: TRUE', ['wrong-type', 'TRUE', 'true or false', 'flag: true']],
    ['flag: "false"', ['wrong-type', '"false"', 'true or false', 'flag: false']],
    ['flag: 2', ['wrong-type', '2', 'true or false']],
    ['child: 1', ['wrong-type', '1', 'child { size, only_here … }']],
    ['child: "x"', ['wrong-type', '"x"', 'takes a message']],
    ['limit: 128', ['wrong-type', '128', 'takes a message', 'limit { value: 128 }']],
    ['name { }', ['wrong-type', '{ }', 'not a message']],
    ['labels: 1', ['wrong-type', '1', 'labels { key: … value: … }']],
    [
      'labels { key: 1 value: "x" }',
      ['wrong-type', '1', 'key takes a string', 'labels { key: "1" value: "x" }'],
      ['wrong-type', '"x"', 'value takes an integer'],
    ],
  ],
  enums: [
    ['color: RED', ['unknown-enum-value', 'RED', 'COLOR_RED?', 'color: COLOR_RED']],
    ['color: dark_red', ['unknown-enum-value', 'dark_red', 'COLOR_DARK_RED?', 'color: COLOR_DARK_RED']],
    ['color: COLOR_REDD', ['unknown-enum-value', 'COLOR_REDD', 'COLOR_RED?', 'color: COLOR_RED']],
    ['color: "COLOR_RED"', ['wrong-type', '"COLOR_RED"', 'one of COLOR_NONE', 'color: COLOR_RED']],
    ['color: 1', ['enum-number', '1', 'COLOR_RED', 'color: COLOR_RED']],
    ['color: 9', ['unknown-enum-value', '9', 'number 9']],
    ['closed: 9', ['unknown-enum-value', '9', 'number 9']],
    ['color: 1.5', ['wrong-type', '1.5', 'one of']],
  ],
  'how often': [
    ['name: "a" name: "b"', ['duplicate-field', 'name', 'set already']],
    ['left: 1 right_side {}', ['oneof', 'right_side', 'exclude each other']],
    ['name: ["a"]', ['not-repeated', '["a"]', 'one value', 'name: "a"']],
    ['child: []', ['not-repeated', '[]', 'one value']],
    ['dims []', ['missing-colon', 'dims', 'colon', 'dims: []']],
    ['labels { key: "a" } labels { key: "a" }', ['duplicate-key', '"a"', 'the last one counts']],
    ['labels { key: "a" key: "b" }', ['duplicate-field', 'key', 'set already']],
    ['labels { key: ["a"] }', ['not-repeated', '["a"]', 'one value']],
    ['old: 1', ['deprecated', 'old', 'deprecated']],
  ],
  Any: [
    ['any { [x.y/test.Message] { dims: 1 } }'],
    ['any { [x.y/test.Nothing] {} }', ['unknown-extension', '[x.y/test.Nothing]', 'There is no message']],
    ['any { [x.y/test.Message] {} value: "x" }', ['duplicate-field', 'value', 'set already']],
    ['any { [x.y/test.Message]: 1 }', ['wrong-type', '1', 'takes a message']],
    [
      'any { [x.y/test.Message] { nam: "x" } }',
      ['unknown-field', 'nam', 'name?', 'any { [x.y/test.Message] { name: "x" } }'],
    ],
    ['[x.y/test.Message] {}', ['unknown-extension', '[x.y/test.Message]', 'no extension']],
  ],
  'mistakes of syntax are not told again': [
    ['a-b: 1 name: ${x} dims: [${y}] child: ${z} color: 1x max_batch_size: /x'],
  ],
};

for (const [name, list] of Object.entries(cases)) {
  describe(name, () => {
    for (const [text, ...mistakes] of list) {
      it(JSON.stringify(text), () => {
        const { diagnostics } = decodeMessage(parseDocument(text), message);
        assert.deepEqual(
          diagnostics.map(({ code, start, end }) => [code.replace('textproto/', ''), text.slice(start, end)]),
          mistakes.map(([code, at]) => [code, at]),
        );
        mistakes.forEach(([, , says, fixed], i) => {
          const diagnostic = diagnostics[i];
          assert.ok(diagnostic);
          assert.ok(diagnostic.message.includes(says), diagnostic.message);
          const fix = diagnostic.fixes?.[0];
          assert.equal(fix && applyEdits(text, fix.edits), fixed);
        });
      });
    }
  });
}

describe('severities', () => {
  it('tell what the daemon refuses', () => {
    const severityOf = (text: string): unknown =>
      decodeMessage(parseDocument(text), message).diagnostics[0]?.severity;
    assert.equal(severityOf('old: 1'), 'warning');
    assert.equal(severityOf('labels {} labels {}'), 'warning');
    assert.equal(severityOf('color: 9'), 'warning');
    assert.equal(severityOf('closed: 9'), 'error');
    assert.equal(severityOf('color: 1'), 'hint');
  });
});

describe('values', () => {
  const decode = (text: string): unknown => decodeMessage(parseDocument(text), message).value;
  const empty = {
    name: '',
    maxBatchSize: 0,
    color: 'COLOR_NONE',
    closed: 'ONE',
    dims: [],
    ratio: 0,
    flag: false,
    data: new Uint8Array(0),
    child: null,
    children: [],
    labels: new Map(),
    byNumber: new Map(),
    old: '0',
    limit: null,
    any: null,
  };

  it('have all defaults where nothing is set', () => {
    assert.deepEqual(decode(''), empty);
  });

  it('are those of the codec: names of enums, decimal strings, camel case, oneofs', () => {
    const text = `name: "a" 'b' max_batch_size: 0x10 color: COLOR_CRIMSON dims: [-1, 9223372036854775807] dims: 017
      ratio: 0.1 flag: t data: "\\xff" children [{ size: 1 }, {}] left: -0 maybe: 0`;
    assert.deepEqual(decode(text), {
      ...empty,
      name: 'ab',
      maxBatchSize: 16,
      color: 'COLOR_RED',
      dims: ['-1', '9223372036854775807', '15'],
      ratio: Math.fround(0.1),
      flag: true,
      data: Uint8Array.of(255),
      children: [
        { size: 1, only_here: false },
        { size: 0, only_here: false },
      ],
      left: 0,
      choice: 'left',
      maybe: 0,
    });
  });

  it('have Maps, with defaults for keys and values, and the message of an Any', () => {
    const text = `labels { key: "__proto__" value: 5 } labels [{}, { key: "x" value: 1 }] labels { key: "x" value: 2 }
      by_number { key: 0x7 } any { [a.b/test.Message.Child] { size: 3 } }`;
    assert.deepEqual(decode(text), {
      ...empty,
      labels: new Map([
        ['__proto__', '5'],
        ['', '0'],
        ['x', '2'],
      ]),
      byNumber: new Map([['7', { size: 0, only_here: false }]]),
      any: { type_url: 'a.b/test.Message.Child', value: { size: 3, only_here: false } },
    });
  });

  it('leave out what is wrong', () => {
    assert.deepEqual(decode('name: 5 dims: [1, x, 2]'), { ...empty, dims: ['1', '2'] });
  });
});

describe('schemas', () => {
  it('have names, numbers and what the .proto files say', () => {
    const field = message.fields.get('max_batch_size');
    assert.equal(field, message.fieldsByNumber.get(2));
    assert.equal(field?.property, 'maxBatchSize');
    assert.equal(message.fields.get('dims')?.isPacked, true);
    assert.equal(message.fields.get('old')?.isDeprecated, true);
    assert.equal(message.fields.get('maybe')?.isOptional, true);
    assert.equal(message.fields.get('by_number')?.mapKey, 'uint64');
    assert.deepEqual(
      message.oneofs.map(({ name, fields }) => [name, fields.map((member) => member.name)]),
      [['choice', ['left', 'right_side']]],
    );
    assert.equal(schema.message('.test.Message'), message);
    assert.equal(schema.enum('test.Color')?.names.get(1), 'COLOR_RED');
    assert.equal(schema.message('test.Nothing'), undefined);
  });

  it('can have fields more than the .proto files', () => {
    const more = schemaFromJson(json, [{ message: 'test.Message', name: 'bind_address', type: 'string' }]);
    const target = more.message('test.Message');
    assert.ok(target);
    const { value, diagnostics } = decodeMessage(parseDocument('bind_address: "x"'), target);
    assert.deepEqual(diagnostics, []);
    assert.equal(value.bindAddress, 'x');
  });

  it('of a field whose type is not there are refused', () => {
    assert.throws(
      () => schemaFromJson({ nested: { M: { fields: { a: { type: 'N', id: 1 } } } } }),
      TypeError,
    );
  });

  it('are made of all that the daemon and the editor read', () => {
    for (const name of [
      'inference.ModelConfig',
      'tensorflow.serving.ModelServerConfig',
      'tensorflow.serving.BatchingParameters',
      'tensorflow.serving.MonitoringConfig',
      'tensorflow.serving.SSLConfig',
    ]) {
      assert.ok(messageSchema(name).fields.size > 0);
    }
  });
});
