// Version directories whose model is not ONNX: which file is taken, and when a SavedModel is whole.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import {
  lookAtBasePath,
  type VersionDirectory,
  type VersionSettings,
} from '../../../../server/source/version-directories.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { tinyModel } from '../tiny-model.ts';

/** SavedModel { saved_model_schema_version: 1, meta_graphs: [{}] }. */
const savedModel = Buffer.from([0x08, 1, 0x12, 0]);
/** The end of a table behind 40 bytes of handles. */
const index = Buffer.concat([Buffer.alloc(40), Buffer.from('57fb808b247547db', 'hex')]);

async function lookAt(
  files: Readonly<Record<string, Uint8Array>>,
  settings?: VersionSettings,
): Promise<VersionDirectory> {
  using base = tempDir();
  for (const [name, bytes] of Object.entries(files)) {
    const file = path.join(base.path, '1', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  const { versions } = await lookAtBasePath(base.path, settings);
  return versions[0]!;
}

const nameOf = ({ file }: VersionDirectory): string => path.basename(file);

describe('the model file of a version', () => {
  const all = {
    'model.onnx': tinyModel(),
    'saved_model.pb': savedModel,
    'model.tflite': Buffer.from('tflite'),
    'model.json': Buffer.from('{}'),
    'model.txt': Buffer.from('tree'),
  };

  it('is the first of ONNX, SavedModel, TensorFlow Lite, trees', async () => {
    const names = Object.keys(all);
    for (const [at, name] of names.entries()) {
      const rest = Object.fromEntries(Object.entries(all).slice(at));
      const look = await lookAt(rest);
      assert.deepEqual([nameOf(look), look.model.kind], [name, 'complete']);
    }
  });

  it('is model.tflite first where that is asked for, and the one that the config names before all', async () => {
    assert.equal(nameOf(await lookAt(all, { fingerprint: '', prefersTflite: true })), 'model.tflite');
    const named = { fingerprint: '', prefersTflite: true, modelFilename: 'saved_model.pb' };
    assert.equal(nameOf(await lookAt(all, named)), 'saved_model.pb');
    const missing = await lookAt(all, { fingerprint: '', modelFilename: 'other.tflite' });
    assert.deepEqual(missing.model, {
      kind: 'missing',
      detail: 'it holds no other.tflite; rename model.onnx to other.tflite',
    });
  });
});

describe('a SavedModel', () => {
  const shard = (number: number, count: number): string =>
    `variables/variables.data-0000${number}-of-0000${count}`;

  it('is whole with its checkpoint, or without any', async () => {
    assert.equal((await lookAt({ 'saved_model.pb': savedModel })).model.kind, 'complete');
    const look = await lookAt({
      'saved_model.pb': savedModel,
      'variables/variables.index': index,
      [shard(0, 2)]: Buffer.alloc(5),
      [shard(1, 2)]: Buffer.alloc(7),
    });
    assert.equal(look.model.kind, 'complete');
    assert.equal(look.sizeBytes, savedModel.length + index.length + 12);
  });

  const incomplete: readonly (readonly [string, Readonly<Record<string, Uint8Array>>, string])[] = [
    ['an empty graph', { 'saved_model.pb': Buffer.alloc(0) }, 'the file is empty'],
    ['no graph', { 'saved_model.pb': savedModel.subarray(0, 2) }, 'it holds no graph yet'],
    [
      'a graph that is cut off',
      { 'saved_model.pb': Buffer.from([0x08, 1, 0x12, 9, 1]) },
      'it is 5 bytes long and should be at least 13',
    ],
    [
      'a shard without an index',
      { 'saved_model.pb': savedModel, [shard(0, 1)]: Buffer.alloc(1) },
      'variables/variables.index is not there yet',
    ],
    [
      'an index that is cut off',
      {
        'saved_model.pb': savedModel,
        'variables/variables.index': index.subarray(0, 47),
        [shard(0, 1)]: index,
      },
      'variables/variables.index is 47 bytes long and should be at least 48',
    ],
    [
      'an index without its end',
      { 'saved_model.pb': savedModel, 'variables/variables.index': Buffer.alloc(60), [shard(0, 1)]: index },
      'variables/variables.index has no end yet',
    ],
    [
      'no shard',
      { 'saved_model.pb': savedModel, 'variables/variables.index': index },
      `${shard(0, 1)} is not there yet`,
    ],
    [
      'a shard too few',
      {
        'saved_model.pb': savedModel,
        'variables/variables.index': index,
        [shard(2, 3)]: index,
        [shard(0, 3)]: index,
      },
      `${shard(1, 3)} is not there yet`,
    ],
  ];
  for (const [what, files, detail] of incomplete) {
    it(`with ${what} is incomplete`, async () => {
      assert.deepEqual((await lookAt(files)).model, { kind: 'truncated', detail, loadable: false });
    });
  }

  it('that is no protobuf is left to the converter', async () => {
    assert.equal((await lookAt({ 'saved_model.pb': Buffer.from([0xff, 0xff]) })).model.kind, 'truncated');
    assert.equal((await lookAt({ 'saved_model.pb': Buffer.from([0x07, 0]) })).model.kind, 'foreign');
  });
});
