// Adding a model file as the next version.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import {
  addVersion,
  addVersionFromBytes,
  isModelContent,
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

  it('copies a SavedModel whole, by its directory or its graph', async () => {
    using directory = tempDir();
    const source = path.join(directory.path, 'half_plus_two');
    mkdirSync(path.join(source, 'variables'), { recursive: true });
    for (const name of ['saved_model.pb', 'variables/variables.index', 'fingerprint.pb']) {
      writeFileSync(path.join(source, name), name);
    }
    const basePath = path.join(directory.path, 'm');
    for (const [version, chosen] of [
      ['1', source],
      ['2', path.join(source, 'saved_model.pb')],
    ] as const) {
      assert.equal(await isModelSource(chosen), true);
      assert.equal(modelNameFor(chosen), 'half_plus_two');
      assert.equal(await addVersion({ source: chosen, basePath }), version);
      assert.deepEqual(readdirSync(path.join(basePath, version)).sort(), [
        'fingerprint.pb',
        'saved_model.pb',
        'variables',
      ]);
    }
  });

  it('gives other model files the names by which they are served', async () => {
    using directory = tempDir();
    const basePath = path.join(directory.path, 'm');
    for (const [name, text, served] of [
      ['net.tflite', 'TFL3', 'model.tflite'],
      ['boosted.json', '{"learner": {}, "version": [3, 1, 0]}', 'model.json'],
      ['gbm.txt', 'tree\nversion=v4\n', 'model.txt'],
    ] as const) {
      const source = path.join(directory.path, name);
      writeFileSync(source, text);
      assert.equal(await isModelSource(source), true);
      const version = await addVersion({ source, basePath });
      assert.deepEqual(readdirSync(path.join(basePath, version)), [served]);
      const again = await addVersionFromBytes(basePath, name, (file) => writeFile(file, text));
      assert.deepEqual(readdirSync(path.join(basePath, again)), [served]);
    }
  });

  it('takes no text and no JSON that is no model', async () => {
    using directory = tempDir();
    const content = (name: string, text: string): boolean => isModelContent(name, Buffer.from(text));
    assert.equal(content('notes.txt', 'a tree\n'), false);
    assert.equal(content('package.json', '{"name": "learner"}'), false);
    assert.equal(content('data.csv', '1,2'), false);
    assert.equal(content('net.onnx', ''), true);
    const notes = path.join(directory.path, 'notes.txt');
    writeFileSync(notes, 'milk');
    assert.equal(await isModelSource(notes), false);
    assert.equal(await isModelSource(path.join(directory.path, 'gone.onnx')), false);
  });

  it('leaves nothing behind where it fails', async () => {
    using directory = tempDir();
    const basePath = path.join(directory.path, 'm');
    mkdirSync(basePath);
    await assert.rejects(addVersion({ source: path.join(directory.path, 'gone.onnx'), basePath }));
    await assert.rejects(
      addVersionFromBytes(basePath, 'net.onnx', () => Promise.reject(new Error('cut off'))),
    );
    assert.deepEqual(readdirSync(basePath), []);
  });

  it('writes a model that is given as bytes', async () => {
    using directory = tempDir();
    const basePath = path.join(directory.path, 'm');
    assert.equal(await addVersionFromBytes(basePath, 'net.onnx', (file) => writeFile(file, 'bytes')), '1');
    assert.equal(readFileSync(path.join(basePath, '1', 'model.onnx'), 'utf8'), 'bytes');
  });
});

describe('names of models', () => {
  it('are made from names of files', () => {
    assert.equal(modelNameFor('/x/My Net (v2).onnx'), 'My_Net_v2');
    assert.equal(modelNameFor('/x/.onnx'), 'model');
    assert.equal(modelNameFor('/x/boosted.json'), 'boosted');
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
