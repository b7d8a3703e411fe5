// Code lenses, quick fixes and formatting.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configSchema } from '../../../../../server/config/config-schema.ts';
import { fixAll, fixAllAt, fixesAt } from '../../../../../server/config/language/code-actions.ts';
import { codeLenses } from '../../../../../server/config/language/code-lens.ts';
import { formatEdits } from '../../../../../server/config/language/format.ts';
import { decodeMessage } from '../../../../../server/textproto/decode.ts';
import { parseDocument } from '../../../../../server/textproto/document.ts';
import { applyEdits } from '../../../../../server/textproto/text-edit.ts';
import type { Finding } from '../../../../../server/config/finding.ts';

describe('code lenses', () => {
  it('stand above a config.pbtxt, for the model of its directory', () => {
    const lenses = codeLenses(parseDocument('# mine\nname: "x"'), 'model', 'digits');
    assert.deepEqual(
      lenses.map(({ action, model, offset }) => [action, model, offset]),
      [
        ['load', 'digits', 0],
        ['reload', 'digits', 0],
        ['predict', 'digits', 0],
        ['generate', 'digits', 0],
      ],
    );
    assert.equal(codeLenses(parseDocument(''), 'model', 'digits').length, 4);
    assert.equal(codeLenses(parseDocument('name: "x"'), 'model')[0]?.model, 'x');
  });
  it('stand above each named entry of a models file', () => {
    const text = 'model_config_list {\n  config { name: "a" }\n  config [ { name: "b" }, { } ]\n}';
    const lenses = codeLenses(parseDocument(text), 'model-server');
    assert.deepEqual(
      lenses
        .filter(({ action }) => action === 'load')
        .map(({ model, offset }) => [model, text.slice(offset, offset + 6)]),
      [
        ['a', 'config'],
        ['b', '{ name'],
      ],
    );
    assert.ok(lenses.every(({ action }) => action !== 'generate'));
  });
  it('stand above no other files', () => {
    assert.deepEqual(codeLenses(parseDocument('server_key: "x"'), 'ssl'), []);
  });
});

function findingsOf(text: string): readonly Finding[] {
  const document = parseDocument(text);
  return [...document.diagnostics, ...decodeMessage(document, configSchema('model')).diagnostics];
}

describe('quick fixes', () => {
  const text = 'input [\n  { data_type: FP32 dims: [1, 2,] },\n  { data_type: FP16 dims: [3,] },\n]\n';
  it('are those of the findings at the place', () => {
    const at = text.indexOf('FP32');
    const fixes = fixesAt(findingsOf(text), { start: at, end: at });
    assert.equal(fixes.length, 1);
    assert.equal(fixes[0]?.isPreferred, true);
    assert.match(applyEdits(text, fixes[0].edits), /TYPE_FP32 dims: \[1, 2,\]/);
    assert.deepEqual(fixesAt(findingsOf(text), { start: 0, end: 0 }), []);
  });
  it('can be made for all findings of a kind', () => {
    const all = fixAll(findingsOf(text), 'textproto/trailing-comma');
    assert.equal(all?.count, 3);
    assert.equal(
      applyEdits(text, all.edits),
      'input [\n  { data_type: FP32 dims: [1, 2] },\n  { data_type: FP16 dims: [3] }\n]\n',
    );
    const at = text.indexOf('FP32');
    assert.deepEqual(
      fixAllAt(findingsOf(text), { start: at, end: at }).map(({ count }) => count),
      [2],
    );
  });
  it('are not made for all where there is one', () => {
    assert.equal(fixAll(findingsOf('input { data_type: FP32 }'), 'textproto/unknown-enum-value'), undefined);
    assert.equal(fixAll(findingsOf(text), 'none/such'), undefined);
  });
  it('never overlap', () => {
    const fix = (start: number, end: number, replacement: string): Finding => ({
      code: 'a/b',
      message: '',
      start,
      end: end + 1,
      severity: 'error',
      fixes: [{ title: '', edits: [{ start, end, text: replacement }] }],
    });
    const all = fixAll(
      [fix(0, 4, 'x'), fix(2, 3, 'y'), fix(6, 6, 'z'), fix(6, 6, 'w'), fix(8, 9, 'v')],
      'a/b',
    );
    assert.deepEqual(
      all?.edits.map((edit) => edit.text),
      ['x', 'z', 'v'],
    );
    assert.equal(all.count, 3);
  });
});

describe('formatting', () => {
  it('touches only what differs', () => {
    const text = 'name: "x"\nmax_batch_size:8\nplatform: "y"\n';
    const edits = formatEdits(parseDocument(text));
    assert.deepEqual(edits, [{ start: 25, end: 25, text: ' ' }]);
    assert.equal(applyEdits(text, edits), 'name: "x"\nmax_batch_size: 8\nplatform: "y"\n');
  });
  it('does nothing to formatted and to broken files', () => {
    assert.deepEqual(formatEdits(parseDocument('name: "x"\n')), []);
    assert.deepEqual(formatEdits(parseDocument('name:   "x\n')), []);
  });
});
