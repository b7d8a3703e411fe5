// Which directory is served, and how its coming is noticed.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  describeObstacle,
  inspectWorkspace,
  resolveModelsDirectory,
  watchPattern,
  type Folder,
} from '../../../extension/models-directory.ts';
import { plain } from './plain.ts';

function folder(directory: string, modelsDirectory = 'models', modelConfigFile = ''): Folder {
  return { name: path.basename(directory), path: directory, modelsDirectory, modelConfigFile };
}

describe('inspectWorkspace', () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'perch-workspace-'));
    await mkdir(path.join(root, 'one'));
    await mkdir(path.join(root, 'two', 'models'), { recursive: true });
    await writeFile(path.join(root, 'one', 'models'), 'a file');
  });
  after(() => rm(root, { recursive: true }));

  it('asks for a folder, then for trust, then for a directory', async () => {
    const one = folder(path.join(root, 'one'));
    const two = folder(path.join(root, 'two'));
    assert.deepEqual(await inspectWorkspace([], true), { kind: 'no-folder' });
    assert.deepEqual(await inspectWorkspace([two], false), { kind: 'untrusted' });
    assert.deepEqual(await inspectWorkspace([one], true), {
      kind: 'no-models-directory',
      expected: path.join(root, 'one', 'models'),
    });
  });

  it('takes the first folder that has one', async () => {
    const two = folder(path.join(root, 'two'));
    assert.deepEqual(await inspectWorkspace([folder(path.join(root, 'one')), two], true), {
      kind: 'ready',
      directory: path.join(root, 'two', 'models'),
      configFile: undefined,
      folder: two,
    });
  });

  it('takes a model config file that a folder names, with or without a models directory', async () => {
    const one = folder(path.join(root, 'one'), 'models', ' conf/models.config ');
    assert.deepEqual(await inspectWorkspace([one, folder(path.join(root, 'two'))], true), {
      kind: 'ready',
      directory: path.join(root, 'one', 'conf'),
      configFile: path.join(root, 'one', 'conf', 'models.config'),
      folder: one,
    });
  });
});

describe('resolveModelsDirectory', () => {
  it('takes the setting relative to the folder, or absolute, and an empty one as the default', () => {
    const root = path.resolve('/work');
    assert.equal(resolveModelsDirectory(folder(root, 'a/b')), path.join(root, 'a', 'b'));
    assert.equal(
      resolveModelsDirectory(folder(root, path.resolve('/srv/models'))),
      path.resolve('/srv/models'),
    );
    assert.equal(resolveModelsDirectory(folder(root, '  ')), path.join(root, 'models'));
  });
});

describe('watchPattern', () => {
  it('covers the directory and those above it inside the folder', () => {
    const root = path.resolve('/work');
    assert.equal(watchPattern(folder(root)), 'models');
    assert.equal(watchPattern(folder(root, 'a/b/models')), '{a,a/b,a/b/models}');
    assert.equal(watchPattern(folder(root, 'we[i]rd')), 'we[[]i[]]rd');
  });

  it('gives none for a directory outside the folder, or the folder itself', () => {
    const root = path.resolve('/work');
    assert.equal(watchPattern(folder(root, '../models')), undefined);
    assert.equal(watchPattern(folder(root, '.')), undefined);
  });
});

describe('describeObstacle', () => {
  it('names the directory that is not there, and says nothing where nothing is in the way', () => {
    assert.match(
      describeObstacle(plain, { kind: 'no-models-directory', expected: '/w/models' }),
      /\/w\/models/,
    );
    assert.equal(describeObstacle(plain, { kind: 'unknown' }), '');
  });
});
