// Going to what a config names, its outline, what folds and what a selection grows to.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConfigKind } from '../../../../../server/config/config-kind.ts';
import { definitionAt } from '../../../../../server/config/language/definition.ts';
import { foldingRanges } from '../../../../../server/config/language/folding.ts';
import { selectionSpansAt } from '../../../../../server/config/language/selection.ts';
import { symbolsOf, type ConfigSymbol } from '../../../../../server/config/language/symbols.ts';
import { parseDocument } from '../../../../../server/textproto/document.ts';
import { marked, repository } from './marker.ts';

describe('go to definition', () => {
  const cases: readonly [text: string, kind: 'file' | 'directory', path: string, of?: ConfigKind][] = [
    ['output { label_filename: "lab|els.txt" }', 'file', 'labels.txt'],
    [
      'model_warmup { inputs { key: "x" value { input_data_file: "|first.bin" } } }',
      'file',
      'warmup/first.bin',
    ],
    ['sequence_batching { state { initial_state { data_file: "zero|" } } }', 'file', 'initial_state/zero'],
    ['ensemble_scheduling { step [ { model_name: "res|ize" } ] }', 'file', '../resize/config.pbtxt'],
    ['default_model_filename: "model|.onnx"', 'file', '3/model.onnx'],
    [
      'model_config_list { config { base_path: "/models|/digits" } }',
      'directory',
      '/models/digits',
      'model-server',
    ],
  ];
  for (const [text, kind, path, of] of cases) {
    it(text, () => {
      const { document, offset } = marked(text);
      const found = definitionAt(document, of ?? 'model', offset, repository);
      assert.deepEqual([found?.kind, found?.path], [kind, path]);
      assert.ok(
        path.endsWith(document.text.slice(found?.originSpan.start, found?.originSpan.end)) ||
          path.includes('/resize/'),
      );
    });
  }
  for (const text of [
    'na|me: "x"',
    'name: "|x"',
    'output { label_filename: "|" }',
    'output { label_filename: |labels }',
    '|',
  ]) {
    it(`nowhere from ${text}`, () => {
      const { document, offset } = marked(text);
      assert.equal(definitionAt(document, 'model', offset, repository), undefined);
    });
  }
});

/** The outline as indented names. */
function outline(symbols: readonly ConfigSymbol[], indent = ''): readonly string[] {
  return symbols.flatMap(({ name, detail, children }) => [
    `${indent}${name}${detail === '' ? '' : ` = ${detail}`}`,
    ...outline(children, `${indent}  `),
  ]);
}

describe('the outline', () => {
  it('names the messages of a config.pbtxt', () => {
    const document = parseDocument(
      'name: "m"\ninput [ { name: "x" dims: [1, 2] }, { name: "y" } ]\nparameters { key: "k" value { string_value: "1" } }',
    );
    assert.deepEqual(outline(symbolsOf(document, 'model')), [
      'name = "m"',
      'input "x"',
      '  name = "x"',
      '  dims = [1, 2]',
      'input "y"',
      '  name = "y"',
      'parameters "k"',
      '  key = "k"',
      '  value',
      '    string_value = "1"',
    ]);
  });
  it('names the entries of a models file', () => {
    const document = parseDocument(
      'model_config_list { config { name: "digits" version_labels { key: "stable" value: 1 } } config {} }',
    );
    assert.deepEqual(outline(symbolsOf(document, 'model-server')), [
      'model_config_list',
      '  config "digits"',
      '    name = "digits"',
      '    version_labels "stable"',
      '      key = "stable"',
      '      value = 1',
      '  config',
    ]);
  });
  it('names steps by their models', () => {
    const document = parseDocument('ensemble_scheduling { step [ { model_name: "resize" } ] }');
    assert.equal(symbolsOf(document, 'model')[0]?.children[0]?.name, 'step "resize"');
  });
  it('shows a part of enormous files', () => {
    const document = parseDocument('input { dims: 1 }\n'.repeat(10_000));
    const symbols = symbolsOf(document, 'model');
    assert.ok(outline(symbols).length <= 5001);
  });
});

describe('folding', () => {
  it('leaves closing brackets in sight, and takes comments together', () => {
    const text = [
      '# one',
      '# two',
      'name: "x"  # three',
      'input [',
      '  {',
      '    name: "x"',
      '  }',
      ']',
      'dynamic_batching { }',
    ].join('\n');
    assert.deepEqual(foldingRanges(parseDocument(text)), [
      { startLine: 0, endLine: 1, kind: 'comment' },
      { startLine: 3, endLine: 6, kind: 'region' },
      { startLine: 4, endLine: 5, kind: 'region' },
    ]);
  });
  it('folds what is not closed to its end', () => {
    const ranges = foldingRanges(parseDocument('input {\n  name: "x"\n  dims: 1\n'));
    assert.deepEqual(ranges, [{ startLine: 0, endLine: 2, kind: 'region' }]);
  });
});

describe('growing a selection', () => {
  it('goes from a word to the file', () => {
    const { document, offset } = marked('input [ { name: "i|n" } ]');
    const texts = selectionSpansAt(document, 'model', offset).map(({ start, end }) =>
      document.text.slice(start, end),
    );
    assert.deepEqual(texts, [
      'in',
      '"in"',
      'name: "in"',
      ' name: "in" ',
      '{ name: "in" }',
      '[ { name: "in" } ]',
      'input [ { name: "in" } ]',
    ]);
  });
});
