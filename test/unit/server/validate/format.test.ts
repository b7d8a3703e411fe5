// `perch format`: what it writes, what it leaves alone, and its exit codes.
import assert from 'node:assert/strict';
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { tempDir } from '../../../support/temp-dir.ts';
import { runIn, write } from './support.ts';

const loose = "name:'digits';\n\n\nmax_batch_size:8\n";
const formatted = 'name: "digits"\n\nmax_batch_size: 8\n';

describe('perch format', () => {
  it('writes files in one style, and then has nothing more to do', async () => {
    using directory = tempDir();
    write(directory.path, { 'digits/config.pbtxt': loose, 'models.config': '' });
    const file = path.join(directory.path, 'digits', 'config.pbtxt');
    const { code, out } = await runIn(directory.path, ['format', '.']);
    assert.equal(code, 0);
    assert.equal(out, `${path.join('digits', 'config.pbtxt')}: changed\n2 files, 1 changed.\n`);
    assert.equal(readFileSync(file, 'utf8'), formatted);
    assert.equal((await runIn(directory.path, ['format'])).out, '2 files, 0 changed.\n');
    assert.deepEqual(readdirSync(path.dirname(file)), ['config.pbtxt']);
  });

  it('keeps the mode, and the link', async () => {
    using directory = tempDir();
    write(directory.path, { 'real.pbtxt': loose });
    const real = path.join(directory.path, 'real.pbtxt');
    const link = path.join(directory.path, 'config.pbtxt');
    chmodSync(real, 0o666);
    symlinkSync('real.pbtxt', link);
    assert.equal((await runIn(directory.path, ['format', 'config.pbtxt'])).code, 0);
    assert.ok(lstatSync(link).isSymbolicLink());
    assert.equal(readFileSync(real, 'utf8'), formatted);
    if (process.platform !== 'win32') {
      assert.equal(statSync(real).mode & 0o777, 0o666);
    }
  });

  it('only looks with --check', async () => {
    using directory = tempDir();
    write(directory.path, { 'config.pbtxt': loose });
    const { code, out } = await runIn(directory.path, ['format', '--check', '.']);
    assert.equal(code, 1);
    assert.equal(out, 'config.pbtxt: would be changed\n1 file, 1 to change.\n');
    assert.equal(readFileSync(path.join(directory.path, 'config.pbtxt'), 'utf8'), loose);
    write(directory.path, { 'config.pbtxt': formatted });
    assert.equal((await runIn(directory.path, ['format', '--check', '.'])).code, 0);
  });

  it('formats stdin to stdout', async () => {
    assert.deepEqual(await runIn('/', ['format', '-'], loose), { code: 0, out: formatted, err: '' });
    assert.deepEqual(await runIn('/', ['format', '-'], formatted), { code: 0, out: formatted, err: '' });
    assert.deepEqual(await runIn('/', ['format', '-', '--check'], loose), { code: 1, out: '', err: '' });
  });

  it('leaves files with mistakes alone, and does the others', async () => {
    using directory = tempDir();
    write(directory.path, { 'a/config.pbtxt': 'name: "x', 'b/config.pbtxt': loose });
    const { code, out, err } = await runIn(directory.path, ['format', '.']);
    assert.equal(code, 1);
    assert.match(out, /^b.config\.pbtxt: changed\n2 files, 1 changed\.\n$/);
    assert.match(
      err,
      /^a.config\.pbtxt:1:7: not formatted, since it has mistakes; perch validate shows them\.\n$/,
    );
    assert.equal(readFileSync(path.join(directory.path, 'a', 'config.pbtxt'), 'utf8'), 'name: "x');
    const stdin = await runIn('/', ['format', '-'], 'name: "x');
    assert.deepEqual([stdin.code, stdin.out], [1, '']);
    const bytes = await runIn('/', ['format', '-'], Buffer.from([0xff]));
    assert.deepEqual([bytes.code, bytes.out], [1, '']);
    assert.match(bytes.err, /is not UTF-8/);
  });

  it('ends with 2 for arguments that cannot be', async () => {
    for (const args of [['-', 'x'], ['--wrong'], ['/there/is/nothing']]) {
      const { code, err } = await runIn('/', ['format', ...args]);
      assert.equal(code, 2, args.join(' '));
      assert.notEqual(err, '');
    }
  });
});
