// One look at real directories: which are versions, and what is in them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { lookAtBasePath, type VersionDirectory } from '../../../../server/source/version-directories.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { tinyModel } from '../tiny-model.ts';

const runsAsRoot = process.getuid?.() === 0;
const isWindows = process.platform === 'win32';

/** Makes `base/name/model.onnx`, and gives `base/name`. */
function putVersion(base: string, name: string, bytes: Uint8Array = tinyModel()): string {
  const directory = path.join(base, name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'model.onnx'), bytes);
  return directory;
}

async function lookAtOne(base: string): Promise<VersionDirectory> {
  const { versions } = await lookAtBasePath(base);
  assert.equal(versions.length, 1);
  return versions[0]!;
}

async function numbers(base: string): Promise<bigint[]> {
  return (await lookAtBasePath(base)).versions.map(({ number }) => number);
}

describe('names of version directories', () => {
  it('are positive int64 numbers, with leading zeros or without', async () => {
    using base = tempDir();
    for (const name of ['1', '00000123', '9223372036854775807', '7']) {
      putVersion(base.path, name);
    }
    for (const name of [
      '0',
      '000',
      '-1',
      '+2',
      '1.5',
      '1e3',
      'v3',
      '4 ',
      '٤',
      '',
      '9223372036854775808',
      '99999999999999999999',
    ]) {
      if (name !== '') {
        putVersion(base.path, name);
      }
    }
    assert.deepEqual(await numbers(base.path), [1n, 7n, 123n, 9223372036854775807n]);
  });

  it('may come twice for one number: the shortest is served, the other told', async () => {
    using base = tempDir();
    for (const name of ['001', '1', '01', '2']) {
      putVersion(base.path, name);
    }
    const { versions, duplicates } = await lookAtBasePath(base.path);
    assert.deepEqual(
      versions.map(({ directory }) => path.basename(directory)),
      ['1', '2'],
    );
    assert.deepEqual(duplicates, [
      ['01', '1'],
      ['001', '1'],
    ]);
  });

  it('are of directories and of links to them, not of files', { skip: isWindows }, async () => {
    using base = tempDir();
    using elsewhere = tempDir();
    putVersion(elsewhere.path, 'v');
    symlinkSync(path.join(elsewhere.path, 'v'), path.join(base.path, '1'));
    writeFileSync(path.join(base.path, '2'), 'a file');
    symlinkSync(path.join(base.path, '2'), path.join(base.path, '3'));
    symlinkSync(path.join(base.path, 'nowhere'), path.join(base.path, '4'));
    const one = await lookAtOne(base.path);
    assert.equal(one.number, 1n);
    assert.equal(one.model.kind, 'complete');
  });

  it(
    'of a link that leads nowhere do not hide a directory of the same number',
    { skip: isWindows },
    async () => {
      using base = tempDir();
      symlinkSync(path.join(base.path, 'nowhere'), path.join(base.path, '1'));
      putVersion(base.path, '001');
      assert.deepEqual(await numbers(base.path), [1n]);
    },
  );

  it('are none in an empty directory; a missing one and a file are errors', async () => {
    using base = tempDir();
    assert.deepEqual(await lookAtBasePath(base.path), { versions: [], duplicates: [] });
    await assert.rejects(lookAtBasePath(path.join(base.path, 'none')), { code: 'ENOENT' });
    writeFileSync(path.join(base.path, 'file'), '');
    await assert.rejects(lookAtBasePath(path.join(base.path, 'file')), { code: 'ENOTDIR' });
  });
});

describe('the model file', () => {
  it('is told with its size and place', async () => {
    using base = tempDir();
    const directory = putVersion(base.path, '1');
    const one = await lookAtOne(base.path);
    assert.deepEqual(
      [one.directory, one.file, one.sizeBytes, one.model.kind],
      [directory, path.join(directory, 'model.onnx'), tinyModel().length, 'complete'],
    );
  });

  for (const [name, bytes, kind] of [
    ['zero bytes', new Uint8Array(0), 'truncated'],
    ['a copy that was cut off', tinyModel().subarray(0, 200), 'truncated'],
    ['random bytes', Buffer.from('deadbeef00ff00ff13', 'hex'), 'foreign'],
  ] as const) {
    it(`of ${name} is ${kind}`, async () => {
      using base = tempDir();
      putVersion(base.path, '1', bytes);
      assert.equal((await lookAtOne(base.path)).model.kind, kind);
    });
  }

  it('may be missing: the text says what is there instead', async () => {
    const cases = [
      [[], 'it holds no model.onnx'],
      [['digits.onnx'], 'it holds no model.onnx; rename digits.onnx to model.onnx'],
      [
        ['saved_model.pbtxt', 'variables.index'],
        'it holds a SavedModel in text form (saved_model.pbtxt); save it in binary form, as saved_model.pb',
      ],
    ] as const;
    for (const [files, detail] of cases) {
      using base = tempDir();
      mkdirSync(path.join(base.path, '1'));
      files.forEach((file) => writeFileSync(path.join(base.path, '1', file), 'x'));
      assert.deepEqual((await lookAtOne(base.path)).model, { kind: 'missing', detail });
    }
  });

  it('that is a directory, a FIFO or a link to nowhere is not opened', { skip: isWindows }, async () => {
    using base = tempDir();
    mkdirSync(path.join(base.path, '1', 'model.onnx'), { recursive: true });
    mkdirSync(path.join(base.path, '2'));
    execFileSync('mkfifo', [path.join(base.path, '2', 'model.onnx')]);
    mkdirSync(path.join(base.path, '3'));
    symlinkSync(path.join(base.path, 'nowhere'), path.join(base.path, '3', 'model.onnx'));
    const kinds = (await lookAtBasePath(base.path)).versions.map(({ model }) => model.kind);
    assert.deepEqual(kinds, ['unreadable', 'unreadable', 'missing']);
  });

  it('that may not be read says so', { skip: runsAsRoot || isWindows }, async () => {
    using base = tempDir();
    chmodSync(path.join(putVersion(base.path, '1'), 'model.onnx'), 0o000);
    const { model } = await lookAtOne(base.path);
    assert.deepEqual(model, { kind: 'unreadable', detail: 'model.onnx cannot be read (EACCES)' });
  });

  it('is found among thousands of others, as exports with external data have them', async () => {
    using base = tempDir();
    const directory = putVersion(base.path, '1');
    for (let i = 0; i < 2100; i++) {
      writeFileSync(path.join(directory, `layer.${i}.weight`), '');
    }
    assert.equal((await lookAtOne(base.path)).model.kind, 'complete');
  });
});

describe('the fingerprint', () => {
  it('changes with every change of a file, and not without one', async () => {
    using base = tempDir();
    const directory = putVersion(base.path, '1');
    const file = path.join(directory, 'model.onnx');
    const fingerprint = async (): Promise<string> => (await lookAtOne(base.path)).fingerprint;
    const seen = new Set([await fingerprint()]);
    assert.equal(seen.has(await fingerprint()), true);
    const changes = [
      () => writeFileSync(file, tinyModel(301)),
      () => utimesSync(file, 1000, 1000),
      () => writeFileSync(path.join(directory, 'weights.bin'), 'w'),
      () => {
        mkdirSync(path.join(directory, 'data'));
        writeFileSync(path.join(directory, 'data', 'more.bin'), 'w');
      },
      () => writeFileSync(path.join(directory, 'data', 'more.bin'), 'ww'),
      () => renameSync(path.join(directory, 'weights.bin'), path.join(directory, 'w.bin')),
      () => {
        writeFileSync(path.join(base.path, 'new'), tinyModel(301));
        utimesSync(path.join(base.path, 'new'), 1000, 1000);
        renameSync(path.join(base.path, 'new'), file);
      },
    ];
    for (const [i, change] of changes.entries()) {
      change();
      const now = await fingerprint();
      assert.equal(seen.has(now), false, `change ${i}`);
      seen.add(now);
    }
  });

  it('has the newest time of any file', async () => {
    using base = tempDir();
    const directory = putVersion(base.path, '1');
    writeFileSync(path.join(directory, 'weights.bin'), 'w');
    utimesSync(path.join(directory, 'weights.bin'), 4_000_000_000, 4_000_000_000);
    assert.equal((await lookAtOne(base.path)).newestMs, 4_000_000_000_000);
  });
});
