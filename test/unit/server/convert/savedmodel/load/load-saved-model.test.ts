// SavedModels are loaded by executing their restore op and init op.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { readAsset } from '../../../../../../server/convert/savedmodel/load/assets.ts';
import { loadSavedModel } from '../../../../../../server/convert/savedmodel/load/load-saved-model.ts';
import { numbersOf } from '../../../../../../server/convert/value.ts';
import { PerchError } from '../../../../../../server/errors.ts';
import { attr, constant, node, placeholder } from '../../../../../support/savedmodel/nodes.ts';
import { tensor } from '../../../../../support/savedmodel/tensors.ts';
import {
  functionRestoredVariables,
  referenceVariables,
  resourceVariables,
} from '../../../../../support/savedmodel/variables.ts';
import { writeSavedModel } from '../../../../../support/savedmodel/write-saved-model.ts';
import type { TestSavedModel } from '../../../../../support/savedmodel/write-saved-model.ts';

const root = mkdtempSync(path.join(tmpdir(), 'perch-load-'));
after(() => {
  rmSync(root, { recursive: true, force: true });
});

let count = 0;
function written(model: TestSavedModel): string {
  const directory = path.join(root, String(count++));
  writeSavedModel(directory, model);
  return directory;
}

function load(directory: string): ReturnType<typeof loadSavedModel> {
  return loadSavedModel(directory, { tags: ['serve'] });
}

function refuses(act: () => unknown, message: RegExp, code = 'SAVED_MODEL_INVALID'): void {
  assert.throws(act, (error: unknown) => {
    assert.ok(error instanceof PerchError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.ok(!error.message.includes(root), error.message);
    return true;
  });
}

const variables = new Map([['w', tensor('float32', [1.5, -2])]]);

describe('loading', () => {
  for (const [kind, make] of [
    ['of TensorFlow 1', referenceVariables],
    ['of resources', resourceVariables],
    ['of TensorFlow 2', functionRestoredVariables],
  ] as const) {
    it(`restores variables ${kind}`, () => {
      const { nodes, functions, saver } = restoreNodes(make);
      const model = load(written({ graph: nodes, functions, saver, variables, signatures: {} }));
      const values = [...model.state.variables].map(([name, value]) => [name, numbersOf(value)]);
      assert.deepEqual(values, [['w', [1.5, -2]]]);
    });
  }

  it('runs the init op behind the restore op, wherever the file names it', () => {
    const { nodes, saver } = restoreNodes(resourceVariables);
    const graph = [
      ...nodes,
      constant('more', tensor('float32', [10, 10])),
      node('add', 'AssignAddVariableOp', ['w', 'more'], { dtype: attr.type('float32') }),
      node('init', 'NoOp', ['^add']),
    ];
    for (const place of ['__saved_model_init_op', 'saved_model_main_op', 'legacy_init_op'] as const) {
      const initOp = { name: 'init', in: place };
      const { state } = load(written({ graph, saver, variables, initOp, signatures: {} }));
      const value = state.variables.get('w');
      assert.deepEqual(value && numbersOf(value), [11.5, 8], place);
    }
  });

  it('of a model without variables restores nothing', () => {
    const { nodes, saver } = restoreNodes(resourceVariables);
    assert.equal(load(written({ graph: nodes, saver, signatures: {} })).state.variables.size, 0);
    assert.equal(load(written({ graph: [], signatures: {} })).state.variables.size, 0);
  });

  it('feeds assets to the init op', () => {
    const graph = [
      placeholder('file', 'string'),
      node('v', 'VarHandleOp', [], { dtype: attr.type('string'), shape: attr.shape([]) }),
      node('assign', 'AssignVariableOp', ['v', 'file'], { dtype: attr.type('string') }),
    ];
    const assets = [{ tensorName: 'file:0', filename: 'words.txt', contents: 'a\nb\n' }];
    const initOp = { name: 'assign', in: 'legacy_init_op' } as const;
    const { state } = load(written({ graph, assets, initOp, signatures: {} }));
    const [value] = state.variables.values();
    assert.ok(value?.dtype === 'string');
    assert.equal(Buffer.from(value.data[0] ?? []).toString(), 'assets/words.txt');
  });

  it('notes a saved_model_config.pb', () => {
    const directory = written({ graph: [], signatures: {} });
    assert.deepEqual(load(directory).notes, []);
    mkdirSync(path.join(directory, 'assets.extra'));
    writeFileSync(path.join(directory, 'assets.extra', 'saved_model_config.pb'), '');
    assert.match(load(directory).notes.join(), /saved_model_config.pb/);
  });

  it('names what is missing', () => {
    refuses(() => load(root), /no file saved_model.pb/);
    refuses(
      () => load(written({ graph: [], tags: ['train'], signatures: {} })),
      /exactly the tags \{serve\}/,
    );
    const { nodes, saver } = restoreNodes(resourceVariables);
    const other = new Map([['other', tensor('float32', 1)]]);
    refuses(() => load(written({ graph: nodes, saver, variables: other, signatures: {} })), /w/);
    const initOp = { name: 'gone', in: 'legacy_init_op' } as const;
    refuses(() => load(written({ graph: [], initOp, signatures: {} })), /no node gone/);
    refuses(
      () =>
        load(
          written({
            graph: [node('odd', 'OddOp')],
            initOp: { name: 'odd', in: 'legacy_init_op' },
            signatures: {},
          }),
        ),
      /init op cannot be executed: .*OddOp/,
      'OPERATORS_UNSUPPORTED',
    );
  });
});

describe('assets', () => {
  const directory = path.join(root, 'assets-of');
  mkdirSync(path.join(directory, 'assets', 'sub'), { recursive: true });
  writeFileSync(path.join(directory, 'secret.txt'), 'secret');
  writeFileSync(path.join(directory, 'assets', 'words.txt'), 'words');
  writeFileSync(path.join(directory, 'assets', 'sub', 'more.txt'), 'more');
  symlinkSync(path.join(directory, 'secret.txt'), path.join(directory, 'assets', 'leaves.txt'));
  symlinkSync(path.join(directory, 'assets', 'words.txt'), path.join(directory, 'assets', 'stays.txt'));

  it('are read where they lie in the directory', () => {
    for (const [name, text] of [
      ['words.txt', 'words'],
      ['sub/more.txt', 'more'],
      ['stays.txt', 'words'],
    ] as const) {
      assert.equal(Buffer.from(readAsset(directory, `assets/${name}`)).toString(), text);
    }
  });

  it('are refused where they do not', () => {
    for (const file of [
      'assets/../secret.txt',
      'assets/sub/../../secret.txt',
      'assets//etc/passwd',
      '/etc/passwd',
      'assets/',
      'assets/./words.txt',
      'assets/sub\\..\\..\\secret.txt',
      'assets/C:words.txt',
      'assets/words.txt\0',
      'secret.txt',
    ]) {
      refuses(() => readAsset(directory, file), /none of the model's assets/);
    }
    refuses(() => readAsset(directory, 'assets/leaves.txt'), /link that leaves/);
    refuses(() => readAsset(directory, 'assets/none.txt'), /not there/);
    refuses(() => readAsset(directory, 'assets/sub'), /not a file/);
  });
});

describe('the quickstart models', () => {
  const models = path.join(import.meta.dirname, '../../../../../../../shared/data/savedmodels');
  for (const name of ['half_plus_two', 'half_plus_two_tf2']) {
    it(`${name} is loaded`, { skip: !existsSync(models) }, () => {
      const { state, meta } = load(path.join(models, name, '00000123'));
      const numberOf = (key: string): number[] => {
        const value = state.variables.get(key);
        return value === undefined ? [] : numbersOf(value);
      };
      assert.deepEqual([numberOf('a'), numberOf('b'), numberOf('c')], [[0.5], [2], [3]]);
      assert.ok(meta.signatures.has('serving_default'));
    });
  }
});

function restoreNodes(make: typeof resourceVariables): ReturnType<typeof resourceVariables> {
  return make([{ name: 'w', dtype: 'float32', shape: [2] }]);
}
