// Edits of one value: in the style of the file, and nothing else.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deleteField, insertField, setValue } from '../../../../server/textproto/edit.ts';
import type { NewField, NewValue, PathStep } from '../../../../server/textproto/edit-path.ts';
import { lineMap } from '../../../../server/textproto/line-map.ts';
import { parseDocument } from '../../../../server/textproto/document.ts';
import { applyEdits, type TextEdit } from '../../../../server/textproto/text-edit.ts';

const apply = (text: string, edits: readonly TextEdit[] | undefined): string | undefined =>
  edits && applyEdits(text, edits);
const set = (text: string, path: readonly PathStep[], value: NewValue): string | undefined =>
  apply(text, setValue(parseDocument(text), path, value));
const insert = (text: string, path: readonly PathStep[], field: NewField): string | undefined =>
  apply(text, insertField(parseDocument(text), path, field));
const remove = (text: string, ...path: PathStep[]): string | undefined =>
  apply(text, deleteField(parseDocument(text), path));
const scalar = (text: string): NewValue => ({ kind: 'scalar', text });
const string = (value: string): NewValue => ({ kind: 'string', value });

const models = `# my models
model_config_list {
    config {
        name: 'digits' # the first
        base_path: "/models/digits"
        version_labels { key: "stable" value: 1 }
    }
    config: { name: "other", base_path: "/other" }
}
`;
const label = (model: string, name: string): PathStep[] => [
  'model_config_list',
  { field: 'config', key: 'name', equals: string(model) },
  { field: 'version_labels', key: 'key', equals: string(name) },
  'value',
];

describe('setValue', () => {
  it('changes a value found by keys', () => {
    assert.equal(
      set(models, label('digits', 'stable'), scalar('42')),
      models.replace('value: 1', 'value: 42'),
    );
    assert.deepEqual(setValue(parseDocument(models), label('digits', 'stable'), scalar('1')), []);
  });

  it('adds what is missing on the way, beside its like and in its style', () => {
    assert.equal(
      set(models, label('digits', 'canary'), scalar('2')),
      models.replace(
        'value: 1 }\n',
        'value: 1 }\n        version_labels {\n            key: "canary"\n            value: 2\n        }\n',
      ),
    );
    assert.equal(
      set(models, label('other', 'canary'), scalar('2')),
      models.replace('"/other" }', '"/other", version_labels { key: "canary" value: 2 } }'),
    );
    assert.equal(
      set('', label('m', 'canary'), scalar('2')),
      'model_config_list {\n  config {\n    name: "m"\n    version_labels {\n      key: "canary"\n      value: 2\n    }\n  }\n}\n',
    );
  });

  it('takes places in lists and among fields', () => {
    const text = 'dims: [1, 2] dims: 3 input [{ a: 1 }, { a: 2 }]';
    assert.equal(set(text, [{ field: 'dims', index: 1 }], scalar('9')), text.replace('2]', '9]'));
    assert.equal(set(text, [{ field: 'dims', index: 2 }], scalar('9')), text.replace('dims: 3', 'dims: 9'));
    assert.equal(set(text, [{ field: 'input', index: 1 }, 'a'], scalar('9')), text.replace('a: 2', 'a: 9'));
    assert.equal(set(text, [{ field: 'dims', index: 3 }], scalar('9')), undefined);
    assert.equal(set(text, ['dims', 'x'], scalar('9')), undefined);
    assert.equal(set(text, [], scalar('9')), undefined);
  });

  it('puts in the colon that a scalar needs', () => {
    assert.equal(set('a { b: 1 }', ['a'], string('x"\n')), 'a: "x\\"\\n"');
  });
});

describe('insertField', () => {
  const field = { name: 'b', value: scalar('1') };

  it('keeps line ends, indentation and separators', () => {
    assert.equal(
      insert('a {\r\n\tc: 1,\r\n\td: 2 # x\r\n}\r\n', ['a'], field),
      'a {\r\n\tc: 1,\r\n\td: 2, # x\r\n\tb: 1\r\n}\r\n',
    );
    assert.equal(insert('a { c: 1 }', ['a'], field), 'a { c: 1 b: 1 }');
    assert.equal(insert('a { c: 1; }', ['a'], field), 'a { c: 1; b: 1; }');
    assert.equal(insert('a {}', ['a'], field), 'a { b: 1 }');
    assert.equal(insert('a {\n}', ['a'], field), 'a {\n  b: 1\n}');
    assert.equal(insert('a {\n  # c\n}', ['a'], field), 'a {\n  # c\n  b: 1\n}');
    assert.equal(insert('a: 1', [], field), 'a: 1\nb: 1');
    assert.equal(insert('# c', [], field), '# c\nb: 1\n');
    assert.equal(insert('b: 0 a: 1', [], field), 'b: 0 b: 1 a: 1');
  });

  it('adds messages to the list that is there', () => {
    const element: NewField = { name: 'a', value: { kind: 'message', fields: [field] } };
    assert.equal(insert('a [ { c: 1 } ]', [], element), 'a [ { c: 1 }, { b: 1 } ]');
    assert.equal(
      insert('a [\n  {\n    c: 1\n  } # x\n]\n', [], element),
      'a [\n  {\n    c: 1\n  }, # x\n  {\n    b: 1\n  }\n]\n',
    );
  });

  it('finds no message where there is none', () => {
    assert.equal(insert('a: 1', ['a'], field), undefined);
    assert.equal(insert('a: 1', ['c'], field), undefined);
  });
});

describe('deleteField', () => {
  it('takes the lines that a field has for itself', () => {
    assert.equal(remove('a: 1\n  b: 2, # x\nc: 3\n', 'b'), 'a: 1\nc: 3\n');
    assert.equal(remove('a: 1\r\nb {\r\n}\r\nc: 3', 'b'), 'a: 1\r\nc: 3');
    assert.equal(remove('# about a\na: 1', 'a'), '# about a\n');
  });

  it('leaves what else is on the line', () => {
    assert.equal(remove('x { a: 1 b: 2 }', 'x', 'a'), 'x { b: 2 }');
    assert.equal(remove('x { a: 1, b: 2 }', 'x', 'b'), 'x { a: 1, }');
    assert.equal(remove('a: 1 b: 2', 'a'), 'b: 2');
  });

  it('takes elements of lists with one comma', () => {
    const dims = (index: number): PathStep => ({ field: 'dims', index });
    assert.equal(remove('dims: [1, 2, 3]', dims(0)), 'dims: [2, 3]');
    assert.equal(remove('dims: [1, 2, 3]', dims(1)), 'dims: [1, 3]');
    assert.equal(remove('dims: [1, 2, 3]', dims(2)), 'dims: [1, 2]');
    assert.equal(remove('dims: [\n  1,  # x\n  2\n]', dims(1)), 'dims: [\n  1  # x\n]');
    assert.equal(remove('dims: [1] x: 1', dims(0)), 'x: 1');
    assert.equal(remove('dims: [1]', dims(1)), undefined);
    assert.equal(remove('dims: 1', 'dims', 'x'), undefined);
  });
});

describe('line maps', () => {
  it('turn offsets into places and back', () => {
    const text = 'a\r\nbc\n\nd';
    const { position, offset, lineCount } = lineMap(text);
    assert.equal(lineCount, 4);
    for (let at = 0; at <= text.length; at++) {
      assert.equal(offset(position(at)), at);
    }
    assert.deepEqual(position(4), { line: 1, column: 1 });
    assert.deepEqual(position(99), { line: 3, column: 1 });
    assert.equal(offset({ line: 0, column: 99 }), 2);
    assert.equal(offset({ line: 99, column: 0 }), 7);
  });
});
