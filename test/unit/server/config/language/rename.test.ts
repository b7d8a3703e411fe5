// Renaming a model wherever configs name it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConfigKind } from '../../../../../server/config/config-kind.ts';
import {
  badModelName,
  modelNameAt,
  renameModel,
  type WorkspaceConfig,
} from '../../../../../server/config/language/rename.ts';
import { parseDocument } from '../../../../../server/textproto/document.ts';
import { applyEdits } from '../../../../../server/textproto/text-edit.ts';
import { marked } from './marker.ts';

type Files = Readonly<Record<string, readonly [kind: ConfigKind, text: string]>>;

const files: Files = {
  'models/digits/config.pbtxt': ['model', 'name: "digits"  # ours\nmax_batch_size: 4\n'],
  'models/resize/config.pbtxt': ['model', 'max_batch_size: 4\n'],
  'models/both/config.pbtxt': [
    'model',
    'name: \'both\'\nensemble_scheduling { step [ { model_name: \'digits\' }, { model_name: "resize" }, { model_name: "dig" "its" } ] }\n',
  ],
  'models.config': [
    'model-server',
    'model_config_list {\n  config { name: "digits" base_path: "/models/digits/" }\n  config { name: "other" base_path: "/else/digits" }\n}\n',
  ],
};

function workspace(of: Files = files): Map<string, WorkspaceConfig> {
  return new Map(
    Object.entries(of).map(([path, [kind, text]]) => [
      path,
      { kind, document: parseDocument(text), directory: path.split('/').at(-2) ?? '' },
    ]),
  );
}

/** The texts that change, and the configs whose directories do. */
function rename(
  from: string,
  to: string,
  of = files,
): { readonly texts: Record<string, string>; readonly directories: readonly string[] } {
  const configs = workspace(of);
  const result = renameModel(configs, from, to);
  assert.ok(result.kind === 'edits', result.kind === 'refused' ? result.reason : '');
  const texts = [...result.edits].map(
    ([path, edits]) => [path, applyEdits(configs.get(path)!.document.text, edits)] as const,
  );
  return { texts: Object.fromEntries(texts), directories: result.directories };
}

describe('renaming a model', () => {
  it('changes its config, ensembles, entries and the path to its directory', () => {
    assert.deepEqual(rename('digits', 'numbers'), {
      texts: {
        'models/digits/config.pbtxt': 'name: "numbers"  # ours\nmax_batch_size: 4\n',
        'models/both/config.pbtxt':
          'name: \'both\'\nensemble_scheduling { step [ { model_name: \'numbers\' }, { model_name: "resize" }, { model_name: "numbers" } ] }\n',
        'models.config':
          'model_config_list {\n  config { name: "numbers" base_path: "/models/numbers/" }\n  config { name: "other" base_path: "/else/digits" }\n}\n',
      },
      directories: ['models/digits/config.pbtxt'],
    });
  });
  it('asks for the directory alone where the config names none', () => {
    const { texts, directories } = rename('resize', 'scale');
    assert.deepEqual(Object.keys(texts), ['models/both/config.pbtxt']);
    assert.deepEqual(directories, ['models/resize/config.pbtxt']);
  });
  it('leaves the directory of a model without a config.pbtxt', () => {
    assert.deepEqual(rename('other', 'else'), {
      texts: { 'models.config': files['models.config']![1].replace('"other"', '"else"') },
      directories: [],
    });
  });
  it('writes escapes where the name needs them', () => {
    assert.match(
      rename('digits', 'it\'s "it"').texts['models/digits/config.pbtxt']!,
      /^name: "it's \\"it\\""/,
    );
  });
  it('refuses names that are taken, and those that are none', () => {
    const refused = (to: string): string => {
      const result = renameModel(workspace(), 'digits', to);
      return result.kind === 'refused' ? result.reason : '';
    };
    assert.equal(refused('both'), 'There is a model both already.');
    assert.equal(refused('resize'), 'There is a model resize already.');
    assert.equal(refused('other'), 'There is a model other already.');
    assert.equal(
      refused('a/b'),
      "invalid model name 'a/b', model name must not contain path traversal characters",
    );
    for (const bad of ['', '..', '.', 'a\\b', 'a\nb', ' a', 'é'.repeat(128)]) {
      assert.notEqual(badModelName(bad), undefined, bad);
    }
    for (const good of ['a', 'a.b-c_d', 'ä', 'model 1']) {
      assert.equal(badModelName(good), undefined, good);
    }
  });
});

describe('where a model can be renamed', () => {
  const cases: readonly [text: string, name: string | undefined, kind?: ConfigKind][] = [
    ['name: "dig|its"', 'digits'],
    ['ensemble_scheduling { step { model_name: "|resize" } }', 'resize'],
    ['model_config_list { config { name: "digits|" } }', 'digits', 'model-server'],
    ['na|me: "digits"', undefined],
    ['input { name: "|x" }', undefined],
    ['name: "|"', undefined],
  ];
  for (const [text, name, kind] of cases) {
    it(text, () => {
      const { document, offset } = marked(text);
      const mention = modelNameAt(document, kind ?? 'model', offset);
      assert.equal(mention?.name, name);
      assert.equal(document.text.slice(mention?.span.start ?? 0, mention?.span.end ?? 0), name ?? '');
    });
  }
});
