// What is read around config files: versions, models, named files, base paths, other models; bounded, and without errors.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { checkConfig, type CheckedConfig } from '../../../../server/config/check-config.ts';
import type { ConfigKind } from '../../../../server/config/config-kind.ts';
import { listNames } from '../../../../server/config/read-model-directory.ts';
import { readSurroundings } from '../../../../server/config/read-surroundings.ts';
import { SignatureCache } from '../../../../server/config/signature-cache.ts';
import type { Surroundings } from '../../../../server/config/surroundings.ts';
import { applyEdits } from '../../../../server/textproto/text-edit.ts';
import { writeIdentityModel } from '../../../support/onnx-writer.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const examples = path.join(import.meta.dirname, '../../../../examples/models');
const never = new AbortController().signal;

/** Writes files by their paths in `root`, with the directories on the way. */
function write(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

async function read(
  kind: ConfigKind,
  file: string,
  text: string,
  signatures = new SignatureCache(),
): Promise<Surroundings> {
  return readSurroundings(kind, file, checkConfig(text, kind).message, never, signatures);
}

/** What is found in a file with what lies around it. */
async function check(kind: ConfigKind, file: string, text: string): Promise<CheckedConfig> {
  return checkConfig(text, kind, await read(kind, file, text));
}

const model = writeIdentityModel('float32', ['n', 4]);

describe('the surroundings of config.pbtxt', () => {
  it('are its versions, its models and its files', async () => {
    using root = tempDir();
    write(root.path, {
      'm/config.pbtxt': '',
      'm/labels.txt': '',
      'm/1/model.onnx': '<html></html>',
      'm/002/model.onnx': model,
      'm/002/vocabulary.txt': '',
      'm/0/model.onnx': model,
      'm/99999999999999999999/x': '',
      'm/notes/a/b.txt': '',
      'm/warmup/x.bin': '',
    });
    const { directory, baseDirectory, otherModels, basePaths } = await read(
      'model',
      path.join(root.path, 'm/config.pbtxt'),
      '',
    );
    assert.equal(baseDirectory, path.join(root.path, 'm'));
    assert.deepEqual([otherModels, basePaths], [undefined, undefined]);
    assert.equal(directory?.name, 'm');
    assert.deepEqual(directory.directories, ['0', '002', '1', '99999999999999999999', 'notes', 'warmup']);
    assert.deepEqual([...directory.files].sort(), [
      '99999999999999999999/x',
      'config.pbtxt',
      'labels.txt',
      'notes/a/b.txt',
      'warmup/x.bin',
    ]);
    assert.deepEqual(directory.versions, [
      {
        name: '1',
        number: 1n,
        files: ['model.onnx'],
        problem: 'model.onnx is no complete ONNX model: it is another kind of file.',
      },
      {
        name: '002',
        number: 2n,
        files: ['model.onnx', 'vocabulary.txt'],
        signature: {
          inputs: [{ name: 'x', dataType: 'TYPE_FP32', dims: ['n', 4] }],
          outputs: [{ name: 'y', dataType: 'TYPE_FP32', dims: ['n', 4] }],
          producer: 'perch-test',
          opset: 17,
        },
      },
    ]);
  });

  it('are read by the name that the config gives the model file, if it is one', async () => {
    using root = tempDir();
    write(root.path, { 'm/1/net.onnx': model, 'outside.onnx': model });
    const file = path.join(root.path, 'm/config.pbtxt');
    const [named] =
      (await read('model', file, 'default_model_filename: "net.onnx"')).directory?.versions ?? [];
    assert.equal(named?.signature?.producer, 'perch-test');
    const [escaping] =
      (await read('model', file, 'default_model_filename: "../../outside.onnx"')).directory?.versions ?? [];
    assert.equal(escaping?.problem, 'There is no model.onnx.');
  });

  it('have the model of the version that counts, however old', async () => {
    using root = tempDir();
    for (let version = 1; version <= 20; version++) {
      write(root.path, { [`m/${version}/model.onnx`]: model });
    }
    const file = path.join(root.path, 'm/config.pbtxt');
    const { directory } = await read('model', file, 'version_policy { specific { versions: 2 } }');
    const withSignature = directory?.versions.filter(({ signature }) => signature !== undefined);
    assert.deepEqual(
      withSignature?.map(({ name }) => name),
      ['2', '13', '14', '15', '16', '17', '18', '19', '20'],
    );
  });

  it('are those that the rules need: an example with mistakes, and each mended', async () => {
    using root = tempDir();
    const directory = path.join(root.path, 'digits');
    cpSync(path.join(examples, 'digits'), directory, { recursive: true });
    const file = path.join(directory, 'config.pbtxt');
    let text = `name: "digits"
backend: "onnxruntime"
max_batch_size: 8
input { name: "image" data_type: TYPE_FP32 dims: [-1, 64] }
output { name: "probabilities" data_type: TYPE_FP64 dims: [10] }
output { name: "classes" data_type: TYPE_INT64 dims: [1] reshape { shape: [] } }
`;
    const seen: string[] = [];
    for (let rounds = 0; rounds < 10; rounds++) {
      const finding = (await check('model', file, text)).findings.find(({ code }) =>
        code.startsWith('model/'),
      );
      if (finding === undefined) {
        break;
      }
      seen.push(finding.message);
      const [fix] = finding.fixes ?? [];
      assert.ok(fix, finding.message);
      text = applyEdits(text, fix.edits);
    }
    assert.equal(seen.length, 3);
    assert.ok(seen.every((message) => message.endsWith('(compared with version 2)')));
    assert.match(text, /input \{ name: "images" data_type: TYPE_FP32 dims: \[64\] \}/);
    assert.deepEqual((await check('model', file, text)).findings, []);
  });

  it('have the files that the config names, though there are many others', async () => {
    using root = tempDir();
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`m/a/${i}`, '']));
    write(root.path, { ...many, 'm/b/labels.txt': '', 'm/warmup/x.bin': '', 'm/1/model.onnx': model });
    const file = path.join(root.path, 'm/config.pbtxt');
    const text = `output { name: "y" data_type: TYPE_FP32 dims: 4 label_filename: "b/./labels.txt" }
      model_warmup { inputs { key: "x" value { data_type: TYPE_FP32 dims: 4 input_data_file: "x.bin" } } }
      model_warmup { inputs { key: "x" value { data_type: TYPE_FP32 dims: 4 input_data_file: "y.bin" } } }`;
    const { findings } = await check('model', file, text);
    assert.deepEqual(
      findings.filter(({ code }) => code.startsWith('model/')).map(({ message }) => message),
      ['There is no "y.bin" in the directory warmup of the model.'],
    );
  });

  it('have the other models where the file is an ensemble', async () => {
    using root = tempDir();
    write(root.path, {
      'ensemble/config.pbtxt': '',
      'a/config.pbtxt': 'name: "a" max_batch_size: 4',
      'b/config.pbtxt': 'max_batch_size: 2 nonsense',
      'c/1/model.onnx': model,
      'notes/readme.txt': '',
    });
    const file = path.join(root.path, 'ensemble/config.pbtxt');
    const { otherModels } = await read('model', file, 'ensemble_scheduling {}');
    assert.deepEqual(
      [...(otherModels ?? [])].map(([name, config]) => [name, config.maxBatchSize]),
      [
        ['a', 4],
        ['b', 2],
        ['c', 0],
      ],
    );
  });

  it('are left out where they cannot be told', async () => {
    using root = tempDir();
    const missing = path.join(root.path, 'nowhere/config.pbtxt');
    assert.deepEqual(await read('model', missing, ''), { baseDirectory: path.dirname(missing) });
    write(root.path, { 'few/1/model.onnx': '', 'few/a': '', 'few/b': '' });
    const few = path.join(root.path, 'few');
    assert.deepEqual(await listNames(few, 3), {
      directories: ['1'],
      links: new Set(),
      files: ['a', 'b'],
    });
    assert.equal(await listNames(few, 2), undefined);
    assert.deepEqual(await read('batching', path.join(few, 'batching.config'), ''), { baseDirectory: few });
  });

  it('end where links lead around', async () => {
    using root = tempDir();
    write(root.path, { 'm/1/model.onnx': model, 'm/deep/x.txt': '' });
    symlinkSync(path.join(root.path, 'm'), path.join(root.path, 'm/deep/again'));
    symlinkSync(path.join(root.path, 'm'), path.join(root.path, 'm/self'));
    symlinkSync(path.join(root.path, 'm/1'), path.join(root.path, 'm/2'));
    symlinkSync('loop', path.join(root.path, 'm/loop'));
    const { directory } = await read('model', path.join(root.path, 'm/config.pbtxt'), '');
    assert.deepEqual([...(directory?.files ?? [])], ['loop', 'deep/x.txt']);
    assert.deepEqual(directory?.directories, ['1', '2', 'deep', 'self']);
    // A version may be a link.
    assert.equal(directory.versions[1]?.signature?.opset, 17);
  });

  it('are given up when nobody waits any more', async () => {
    const reason = new Error('enough');
    const file = path.join(examples, 'digits/config.pbtxt');
    await assert.rejects(readSurroundings('model', file, {}, AbortSignal.abort(reason)), reason);
  });
});

describe('the surroundings of a model config file', () => {
  it('are its base paths', async () => {
    using root = tempDir();
    write(root.path, { 'm/1/model.onnx': model, 'm/config.pbtxt': '', file: '' });
    const at = (name: string): string => path.join(root.path, name);
    const entry = (base: string): string => `config { name: "${base}" base_path: ${JSON.stringify(base)} }`;
    const text = `model_config_list { ${[at('m'), at('m/'), at('file'), at('gone'), 'm'].map(entry).join('\n')} }`;
    const { basePaths, baseDirectory } = await read('model-server', at('models.config'), text);
    assert.equal(baseDirectory, root.path);
    assert.deepEqual([...(basePaths ?? [])].map(([base, { kind }]) => [base, kind]).sort(), [
      [at('file'), 'no-directory'],
      [at('gone'), 'missing'],
      [at('m'), 'directory'],
      [at('m/'), 'directory'],
    ]);
    const facts = basePaths?.get(at('m'));
    assert.deepEqual(facts?.kind === 'directory' ? facts.directory : undefined, {
      name: 'm',
      versions: [{ name: '1', number: 1n, files: ['model.onnx'] }],
      directories: ['1'],
      files: new Set(['config.pbtxt']),
    });
    const { findings } = await check('model-server', at('models.config'), text);
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['serving/base-path-missing', 'serving/base-path-missing', 'serving/base-path'],
    );
  });
});

describe('the memory of signatures', () => {
  it('keeps a model until its file changes', async () => {
    using root = tempDir();
    write(root.path, { 'model.onnx': model });
    const file = path.join(root.path, 'model.onnx');
    const cache = new SignatureCache();
    const first = await cache.read(file, never);
    assert.equal(await cache.read(file, never), first);
    utimesSync(file, 1, 1);
    const second = await cache.read(file, never);
    assert.notEqual(second, first);
    assert.deepEqual(second, first);
    assert.deepEqual(await cache.read(path.join(root.path, 'no.onnx'), never), {
      problem: 'There is no no.onnx.',
    });
  });

  it('keeps so many only', async () => {
    using root = tempDir();
    const names = Array.from({ length: 257 }, (_, i) => `${i}.onnx`);
    write(root.path, Object.fromEntries(names.map((name) => [name, model])));
    const cache = new SignatureCache();
    const read = (name: string): Promise<object> => cache.read(path.join(root.path, name), never);
    const first = await read('0.onnx');
    for (const name of names) {
      await read(name);
    }
    assert.notEqual(await read('0.onnx'), first);
  });
});
