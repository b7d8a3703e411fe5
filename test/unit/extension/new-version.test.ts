// Adding a model file as the next version.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import {
  addVersion,
  addVersionFromBytes,
  isModelSource,
  modelNameFor,
  modelNameProblem,
  nextVersion,
} from '../../../extension/commands/new-version.ts';
import { tempDir } from '../../support/temp-dir.ts';

describe('nextVersion', () => {
  it('is one more than the highest, however large, and 1 at first', async () => {
    using directory = tempDir();
    assert.equal(await nextVersion(path.join(directory.path, 'none')), '1');
    for (const name of ['2', '10', 'assets', '.11.copying', '1.5']) {
      mkdirSync(path.join(directory.path, name));
    }
    assert.equal(await nextVersion(directory.path), '11');
    mkdirSync(path.join(directory.path, '9007199254740993'));
    assert.equal(await nextVersion(directory.path), '9007199254740994');
  });
});

describe('addVersion', () => {
  it('copies a file with its external data, and nothing else', async () => {
    using directory = tempDir();
    const source = path.join(directory.path, 'net.onnx');
    for (const name of ['net.onnx', 'net.onnx.data', 'other.onnx', 'notes.txt']) {
      writeFileSync(path.join(directory.path, name), name);
    }
    const basePath = path.join(directory.path, 'models', 'net');
    assert.equal(await addVersion({ source, basePath }), '1');
    assert.deepEqual(readdirSync(path.join(basePath, '1')).sort(), ['model.onnx', 'net.onnx.data']);
    assert.equal(readFileSync(path.join(basePath, '1', 'model.onnx'), 'utf8'), 'net.onnx');
    assert.equal(await addVersion({ source, basePath }), '2');
    assert.deepEqual(readdirSync(basePath).sort(), ['1', '2']);
  });

  it('copies a directory with a model in it', async () => {
    using directory = tempDir();
    const source = path.join(directory.path, 'export');
    mkdirSync(path.join(source, 'assets'), { recursive: true });
    assert.equal(await isModelSource(source), false);
    writeFileSync(path.join(source, 'model.onnx'), 'm');
    assert.equal(await isModelSource(source), true);
    const basePath = path.join(directory.path, 'm');
    await addVersion({ source, basePath });
    assert.deepEqual(readdirSync(path.join(basePath, '1')).sort(), ['assets', 'model.onnx']);
  });

  it('leaves nothing behind where it fails', async () => {
    using directory = tempDir();
    const basePath = path.join(directory.path, 'm');
    mkdirSync(basePath);
    await assert.rejects(addVersion({ source: path.join(directory.path, 'gone.onnx'), basePath }));
    await assert.rejects(addVersionFromBytes(basePath, () => Promise.reject(new Error('cut off'))));
    assert.deepEqual(readdirSync(basePath), []);
  });

  it('writes a model that is given as bytes', async () => {
    using directory = tempDir();
    const basePath = path.join(directory.path, 'm');
    assert.equal(await addVersionFromBytes(basePath, (file) => writeFile(file, 'bytes')), '1');
    assert.equal(readFileSync(path.join(basePath, '1', 'model.onnx'), 'utf8'), 'bytes');
  });
});

describe('names of models', () => {
  it('are made from names of files', () => {
    assert.equal(modelNameFor('/x/My Net (v2).onnx'), 'My_Net_v2');
    assert.equal(modelNameFor('/x/.onnx'), 'model');
    assert.equal(modelNameFor('/x/ü.onnx'), 'model');
  });

  it('are checked', () => {
    assert.equal(modelNameProblem('net-1.2_b'), undefined);
    assert.equal(modelNameProblem(''), 'empty');
    for (const name of ['a b', '../a', '.a', 'a/b']) {
      assert.equal(modelNameProblem(name), 'characters', name);
    }
  });
});
