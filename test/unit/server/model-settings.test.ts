// The settings file of a model: read when it changes and only then; what it said last holds while it is wrong.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { PerchError } from '../../../server/errors.ts';
import { modelSettingsFile } from '../../../server/model-settings-file.ts';
import {
  lookAtSettings,
  noSettings,
  type ModelSettings,
  type SeenSettings,
  type SettingsFile,
} from '../../../server/source/model-settings.ts';
import { tempDir, type TempDir } from '../../support/temp-dir.ts';
import { memoryLog } from './fakes.ts';

describe('the settings of a model', () => {
  let directory: TempDir;
  let file: string;
  /** What reading gives. */
  let says: ModelSettings | Error;
  let reads: number;
  const settingsFile: SettingsFile = {
    name: 'settings.txt',
    read: () => {
      reads++;
      return says instanceof Error ? Promise.reject(says) : Promise.resolve(says);
    },
  };
  const look = (before: SeenSettings): Promise<SeenSettings> =>
    lookAtSettings(directory.path, settingsFile, before);
  const write = (text: string, says_: ModelSettings | Error): void => {
    writeFileSync(file, text);
    says = says_;
  };

  beforeEach(() => {
    directory = tempDir();
    file = path.join(directory.path, 'settings.txt');
    reads = 0;
    says = {};
  });
  afterEach(() => directory.remove());

  it('are the usual ones where there is no file', async () => {
    assert.equal(await look(noSettings), noSettings);
    assert.equal(reads, 0);
  });

  it('are read once for each change of the file, also one of its time alone', async () => {
    write('1', { modelFilename: 'net.onnx' });
    const first = await look(noSettings);
    assert.equal(first.modelFilename, 'net.onnx');
    assert.equal(await look(first), first);
    assert.equal(await look(first), first);
    assert.equal(reads, 1);
    utimesSync(file, 1, 1);
    const touched = await look(first);
    assert.notEqual(touched.fingerprint, first.fingerprint);
    assert.deepEqual({ ...touched, fingerprint: '' }, { ...first, fingerprint: '' });
    assert.equal(reads, 2);
    write('22', {});
    const emptied = await look(touched);
    assert.equal(emptied.modelFilename, undefined);
    assert.equal(emptied.versionPolicy, undefined);
  });

  it('stay as they were while the file is wrong, which is said and not read again', async () => {
    write('1', { modelFilename: 'net.onnx', versionPolicy: { kind: 'all' } });
    const good = await look(noSettings);
    write('wrong', new PerchError('CONFIG_INVALID', 'line 1 is wrong'));
    const wrong = await look(good);
    const { fingerprint, ...rest } = wrong;
    assert.deepEqual(rest, {
      modelFilename: 'net.onnx',
      versionPolicy: { kind: 'all' },
      problem: 'line 1 is wrong',
    });
    assert.notEqual(fingerprint, good.fingerprint);
    assert.equal(await look(wrong), wrong);
    assert.equal(reads, 2);
    write('wrong still', new PerchError('CONFIG_INVALID', 'line 2 is wrong'));
    const worse = await look(wrong);
    assert.deepEqual([worse.problem, worse.modelFilename], ['line 2 is wrong', 'net.onnx']);
    write('good', { modelFilename: 'other.onnx' });
    const better = await look(worse);
    assert.deepEqual([better.problem, better.modelFilename], [undefined, 'other.onnx']);
    assert.equal(better.versionPolicy, undefined);
  });

  it('are the usual ones where the first file is wrong', async () => {
    write('wrong', new PerchError('CONFIG_INVALID', 'line 1 is wrong'));
    const wrong = await look(noSettings);
    assert.deepEqual([wrong.modelFilename, wrong.problem], [undefined, 'line 1 is wrong']);
  });

  it('are the usual ones again once the file is gone', async () => {
    write('1', { modelFilename: 'net.onnx' });
    const good = await look(noSettings);
    rmSync(file);
    const gone = await look(good);
    assert.equal(gone, noSettings);
    write('1', new PerchError('CONFIG_INVALID', 'wrong'));
    const wrong = await look(gone);
    rmSync(file);
    assert.equal(await look(wrong), noSettings);
  });

  it('stay as they were where the file is there and cannot be looked at', async () => {
    write('1', { modelFilename: 'net.onnx' });
    const good = await look(noSettings);
    rmSync(file);
    // ELOOP; a network file system that is away says others.
    symlinkSync('settings.txt', file);
    const now = await look(good);
    assert.equal(now.modelFilename, 'net.onnx');
    assert.notEqual(now.problem, undefined);
  });

  describe('of Triton', () => {
    const config = (): string => path.join(directory.path, 'm', 'config.pbtxt');
    const lookAtConfig = (before: SeenSettings): Promise<SeenSettings> =>
      lookAtSettings(path.join(directory.path, 'm'), modelSettingsFile(memoryLog().log), before);
    beforeEach(() => mkdirSync(path.join(directory.path, 'm')));

    it('are the policy and the name of the file', async () => {
      writeFileSync(
        config(),
        'default_model_filename: "net.onnx"\nversion_policy: { latest: { num_versions: 2 } }\n',
      );
      const seen = await lookAtConfig(noSettings);
      assert.deepEqual(
        [seen.problem, seen.modelFilename, seen.versionPolicy],
        [undefined, 'net.onnx', { kind: 'latest', count: 2 }],
      );
      writeFileSync(config(), 'default_model_filename: {');
      const wrong = await lookAtConfig(seen);
      assert.equal(wrong.modelFilename, 'net.onnx');
      assert.match(wrong.problem ?? '', /config\.pbtxt/);
    });

    it('are wrong where it is a directory', async () => {
      mkdirSync(config());
      const seen = await lookAtConfig(noSettings);
      assert.notEqual(seen.problem, undefined);
      assert.equal(seen.modelFilename, undefined);
    });
  });
});
