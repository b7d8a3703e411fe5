// Which files the editor takes for config files, and that the manifest claims the same ones.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import {
  claimedFileNames,
  isCandidateName,
  textprotoLanguage,
} from '../../../extension/config-language/candidates.ts';
import { documentKind, modelServerFileNames } from '../../../extension/config-language/config-files.ts';
import { configKindOf } from '../../../server/config/config-kind.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');

interface Language {
  readonly id: string;
  readonly filenames: readonly string[];
  readonly extensions?: readonly string[];
  readonly configuration: string;
}

interface Grammar {
  readonly language: string;
  readonly scopeName: string;
  readonly path: string;
}

const { contributes } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  contributes: { languages: Language[]; grammars: Grammar[] };
};

describe('the language of the manifest', () => {
  const [language] = contributes.languages;

  it('claims the names that the code takes for config files, and no extension', () => {
    assert.equal(contributes.languages.length, 1);
    assert.equal(language?.id, textprotoLanguage);
    assert.deepEqual(language.filenames, claimedFileNames);
    assert.equal(language.extensions, undefined);
  });

  it('claims only names that have a kind', () => {
    assert.deepEqual(
      claimedFileNames.filter((name) => configKindOf(name) === undefined),
      [],
    );
  });

  it('claims no name that other programs use', () => {
    for (const name of ['model.config', 'model.pbtxt', 'ssl.conf', 'ssl.cfg', 'graph.pbtxt']) {
      assert.ok(!claimedFileNames.includes(name), name);
    }
  });
});

describe('a document', () => {
  it('is known by a name of its own, whatever the language', () => {
    assert.equal(documentKind('/models/a/config.pbtxt', 'plaintext', 'name: "a"'), 'model');
    assert.equal(documentKind('C:\\serving\\models.config', 'prototxt', ''), 'model-server');
  });

  it('is known by an ambiguous name only in the language', () => {
    assert.equal(documentKind('/gazebo/model.config', 'xml', '<model/>'), undefined);
    assert.equal(documentKind('/serving/model.config', textprotoLanguage, ''), 'model-server');
  });

  it('is known by its header, before its name', () => {
    const text = '# A comment\n\n# proto-message: ModelServerConfig\nmodel_config_list {}';
    assert.equal(documentKind('/a/serving.textproto', 'plaintext', text), 'model-server');
    assert.equal(documentKind('/a/config.pbtxt', textprotoLanguage, text), 'model-server');
  });

  it('of another message is not ours', () => {
    const text = '# proto-file: a.proto\r\n# proto-message: other.Thing\r\n';
    assert.equal(documentKind('/a/config.pbtxt', textprotoLanguage, text), undefined);
  });

  it('without a header that says so is not ours', () => {
    assert.equal(documentKind('/a/graph.pbtxt', textprotoLanguage, 'node {}'), undefined);
    assert.equal(documentKind('/a/notes.txt', 'plaintext', '# proto-message: ModelConfig\n'), undefined);
    assert.equal(documentKind('/a/x.pbtxt', 'plaintext', 'a: 1\n# proto-message: ModelConfig\n'), undefined);
  });

  it('is worth reading where it may have a header', () => {
    assert.ok(isCandidateName('/a/b.txtpb'));
    assert.ok(isCandidateName('config.pbtxt'));
    assert.ok(!isCandidateName('/a/pbtxt'));
    assert.ok(!isCandidateName('/a/main.py'));
  });
});

describe('the names of files that list models', () => {
  it('are those of that kind', () => {
    assert.ok(modelServerFileNames.includes('models.config'));
    assert.ok(!modelServerFileNames.includes('config.pbtxt'));
  });
});

describe('the grammar', () => {
  const [contributed] = contributes.grammars;
  const grammar = JSON.parse(readFileSync(path.join(root, contributed?.path ?? ''), 'utf8')) as object;
  const texts: string[] = [];
  const includes: string[] = [];
  JSON.stringify(grammar, (key, value: unknown) => {
    if (typeof value === 'string' && ['match', 'begin', 'end'].includes(key)) {
      texts.push(value);
    } else if (typeof value === 'string' && key === 'include') {
      includes.push(value);
    }
    return value;
  });

  it('has the scope that the manifest says, for the language', () => {
    assert.equal(contributed?.language, textprotoLanguage);
    assert.equal((grammar as { scopeName: string }).scopeName, contributed.scopeName);
  });

  it('has only expressions that compile, and includes only what it has', () => {
    for (const text of texts) {
      assert.doesNotThrow(() => new RegExp(text.replace('(?i:', '(?:')), text);
    }
    const { repository } = grammar as { repository: Record<string, unknown> };
    for (const include of includes) {
      assert.ok(Object.hasOwn(repository, include.slice(1)), include);
    }
  });
});
