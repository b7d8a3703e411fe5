// External data of ONNX models: every rule of what may be read, every way to hide a tensor, and what a look costs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { checkExternalData, type ExternalFile } from '../../../../server/models/external-data.ts';
import { PerchError } from '../../../../server/errors.ts';
import {
  addModel,
  externalEntry,
  externalLocation,
  field,
  graph,
  model,
  tensor,
} from '../../../support/onnx-builder.ts';
import { tempDir, type TempDir } from '../../../support/temp-dir.ts';

type Entries = readonly (readonly [string, string])[];

const never = new AbortController().signal;

describe('checkExternalData', () => {
  let root: TempDir;
  let directory: string;
  beforeEach(() => {
    root = tempDir();
    directory = path.join(root.path, 'version');
    mkdirSync(directory);
  });
  afterEach(() => root.remove());

  const check = (bytes: Uint8Array, signal = never): Promise<ExternalFile[]> => {
    writeFileSync(path.join(directory, 'model.onnx'), bytes);
    return checkExternalData(path.join(directory, 'model.onnx'), directory, signal);
  };
  const withEntries = (external: Entries): Buffer => addModel(tensor({ name: 'w', dims: [4], external }));
  const put = (name: string, size = 16): void =>
    writeFileSync(path.join(directory, name), Buffer.alloc(size));
  const refused = async (external: Entries, text: RegExp): Promise<void> => {
    await assert.rejects(check(withEntries(external)), (reason: unknown) => {
      assert.ok(PerchError.is(reason, 'EXTERNAL_DATA_REFUSED'), String(reason));
      assert.match(reason.message, /^Tensor "w" keeps its data in another file, and /);
      assert.match(reason.message, text);
      assert.ok(!reason.message.includes(root.path), reason.message);
      return true;
    });
  };

  it('gives the files of a model in its order, each once, and none where there are none', async () => {
    assert.deepEqual(await check(addModel(tensor({ name: 'w', dims: [4], raw: new Uint8Array(16) }))), []);
    put('w.bin');
    mkdirSync(path.join(directory, 'sub'));
    put('sub/v.bin', 20);
    const second = tensor({
      name: 'v',
      dims: [4],
      external: [
        ['location', './sub//v.bin'],
        ['offset', '4'],
      ],
    });
    const first = tensor({
      name: 'w',
      dims: [4],
      external: [
        ['location', 'w.bin'],
        ['length', '16'],
      ],
    });
    const third = tensor({
      name: 'u',
      dims: [4],
      external: [
        ['location', 'w.bin'],
        ['checksum', 'x'],
      ],
    });

    const bytes = model(graph({ initializers: [first, second, third], more: field(10, 'a graph') }));
    assert.deepEqual(await check(bytes), [
      { location: 'w.bin', file: path.join(directory, 'w.bin'), sizeBytes: 16 },
      { location: 'sub/v.bin', file: path.join(directory, 'sub', 'v.bin'), sizeBytes: 20 },
    ]);
  });

  it('takes a version directory that is itself a link, and gives real paths', async () => {
    put('w.bin');
    writeFileSync(path.join(directory, 'model.onnx'), withEntries([['location', 'w.bin']]));
    const link = path.join(root.path, 'link');
    symlinkSync(directory, link, 'junction');
    const [file] = await checkExternalData(path.join(link, 'model.onnx'), link, never);
    assert.equal(file?.file, path.join(directory, 'w.bin'));
  });

  const locations: readonly (readonly [string, RegExp])[] = [
    ['/etc/hostname', /absolute/],
    ['C:/windows', /absolute/],
    ['c:w.bin', /absolute/],
    ['../w.bin', /"\.\."/],
    ['sub/../w.bin', /"\.\."/],
    ['sub\\w.bin', /backslash/],
    ['w.bin\0.txt', /NUL/],
    ['', /empty/],
    ['.', /empty/],
    ['./', /empty/],
    ['*/_ORT_MEM_ADDR_/*', /addresses in memory/],
    ['x'.repeat(4097), /too long/],
    ['x'.repeat(4000), /missing/],
    ['missing.bin', /"missing.bin" is missing/],
    ['w.bin/x', /missing/],
    ['version', /missing/],
    ['a\nb\u202e', /"a\\nb\uFFFD" is missing/],
  ];
  for (const [location, text] of locations) {
    it(`refuses the location ${JSON.stringify(location.slice(0, 30))}: ${text.source}`, async () => {
      put('w.bin');
      await refused([['location', location]], text);
    });
  }

  it('refuses a location that is no UTF-8', async () => {
    const entry = field(13, Buffer.concat([field(1, 'location'), field(2, Uint8Array.of(0xff, 0xfe))]));
    const bytes = addModel(tensor({ dims: [4], more: Buffer.concat([entry, externalLocation]) }));
    await assert.rejects(check(bytes), /A tensor without a name .* not valid UTF-8/);
  });

  it('refuses what is no plain file of the directory', { skip: process.platform === 'win32' }, async () => {
    writeFileSync(path.join(root.path, 'outside.bin'), Buffer.alloc(16));
    mkdirSync(path.join(root.path, 'outside'));
    writeFileSync(path.join(root.path, 'outside', 'w.bin'), Buffer.alloc(16));
    put('plain.bin');
    const at = (name: string): string => path.join(directory, name);
    mkdirSync(at('sub'));
    symlinkSync(path.join(root.path, 'outside.bin'), at('link.bin'));
    symlinkSync(at('plain.bin'), at('inner.bin'));
    symlinkSync(at('nowhere'), at('dangling.bin'));
    symlinkSync(at('loop.bin'), at('loop.bin'));
    symlinkSync(path.join(root.path, 'outside'), at('linked'));
    symlinkSync('/dev/zero', at('device.bin'));
    linkSync(path.join(root.path, 'outside.bin'), at('hard.bin'));
    execFileSync('mkfifo', [at('fifo')]);
    for (const name of ['link.bin', 'inner.bin', 'dangling.bin', 'loop.bin', 'linked/w.bin', 'device.bin']) {
      await refused([['location', name]], /symbolic link/);
    }
    await refused([['location', 'hard.bin']], /hard link/);
    await refused([['location', 'fifo']], /not a regular file/);
    await refused([['location', 'sub']], /not a regular file/);
  });

  const ranges: readonly (readonly [Entries, RegExp | undefined])[] = [
    [
      [
        ['offset', '0'],
        ['length', '16'],
      ],
      undefined,
    ],
    [
      [
        ['offset', '16'],
        ['length', '0'],
      ],
      undefined,
    ],
    [[['offset', '007']], undefined],
    [[['offset', '17']], /up to byte 17 of "w.bin", which has 16 bytes/],
    [
      [
        ['offset', '8'],
        ['length', '9'],
      ],
      /up to byte 17/,
    ],
    [[['length', '999999999999999999']], /up to byte 999999999999999999/],
    [[['offset', '-1']], /offset is not/],
    [[['length', '-1']], /length is not/],
    [[['offset', '']], /offset is not/],
    [[['offset', ' 1']], /offset is not/],
    [[['offset', '+1']], /offset is not/],
    [[['offset', '0x1']], /offset is not/],
    [[['offset', '1e1']], /offset is not/],
    [[['offset', '1\0']], /offset is not/],
    [[['length', '9223372036854775807']], /length is not/],
    [[['length', '1'.repeat(100_000)]], /length is not/],
    [
      [
        ['offset', '0'],
        ['offset', '0'],
      ],
      /twice/,
    ],
    [[['location', 'w.bin']], /twice/],
    [[['prepacked_1', 'k|0;16;0']], /prepacked/],
    [[['prepacked' + 'x'.repeat(1000), '']], /prepacked/],
    [
      [
        ['Offset', '-1'],
        ['basepath', '/'],
        ['', '-1'],
        ['offset' + 'x'.repeat(100), '-1'],
      ],
      undefined,
    ],
  ];
  for (const [entries, text] of ranges) {
    it(`${text === undefined ? 'takes' : 'refuses'} ${JSON.stringify(entries).slice(0, 60)}`, async () => {
      put('w.bin');
      const all: Entries = [['location', 'w.bin'], ...entries];
      await (text === undefined ? check(withEntries(all)) : refused(all, text));
    });
  }

  it('refuses an external tensor without a location', async () => {
    await refused([], /names no file/);
    await refused([['offset', '0']], /names no file/);
  });

  it('bounds what is remembered of one tensor', async () => {
    put('w.bin');
    const entries = Buffer.concat(Array.from({ length: 100_000 }, (_, i) => externalEntry(`k${i}`, 'value')));
    const more = Buffer.concat([entries, externalEntry('location', 'w.bin'), externalLocation]);
    assert.equal((await check(addModel(tensor({ name: 'w', dims: [4], more })))).length, 1);
  });

  it('says with which code the model file cannot be read', async () => {
    const code = 'MODEL_FILE_UNREADABLE';
    const unreadable = (file: string, text: RegExp): Promise<void> =>
      assert.rejects(
        checkExternalData(path.join(directory, file), directory, never),
        (reason: unknown) => PerchError.is(reason, code) && text.test(reason.message),
      );
    await unreadable('none.onnx', /\(ENOENT\)/);
    mkdirSync(path.join(directory, 'sub'));
    await unreadable('sub', /not a regular file|EISDIR|EPERM/);
    if (process.platform !== 'win32') {
      execFileSync('mkfifo', [path.join(directory, 'fifo')]);
      await unreadable('fifo', /not a regular file/);
    }
  });

  it('stops with the reason of its signal, before and while it reads', async () => {
    const reason = new Error('enough');
    await assert.rejects(check(withEntries([]), AbortSignal.abort(reason)), reason);
    const abort = new AbortController();
    const many = Buffer.concat(Array.from({ length: 100_000 }, () => externalEntry('key', 'value')));
    const stopped = check(addModel(tensor({ dims: [4], more: many })), abort.signal);
    setImmediate(() => abort.abort(reason));
    await assert.rejects(stopped, reason);
  });
});
