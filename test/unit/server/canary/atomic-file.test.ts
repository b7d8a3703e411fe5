// Files that are replaced whole or not at all, and never over what somebody else wrote.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import { mergeEdit, replaceFile, textOf } from '../../../../server/atomic-file.ts';
import { PerchError } from '../../../../server/errors.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const isChanged = (reason: unknown): boolean => PerchError.is(reason, 'CONFIG_CHANGED');

describe('replaceFile', () => {
  it('replaces the content, and keeps the mode', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'perch.pbtxt');
    await replaceFile(file, 'one');
    assert.equal(readFileSync(file, 'utf8'), 'one');
    chmodSync(file, 0o640);
    await replaceFile(file, 'zwölf', { expected: { text: 'one' } });
    assert.equal(readFileSync(file, 'utf8'), 'zwölf');
    assert.equal(statSync(file).mode & 0o777, 0o640);
    assert.deepEqual(readdirSync(directory.path), ['perch.pbtxt']);
  });

  it('refuses to replace what is not there any more', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'perch.pbtxt');
    await assert.rejects(replaceFile(file, 'new', { expected: { text: 'old' } }), isChanged);
    assert.ok(!existsSync(file));
    writeFileSync(file, 'by hand');
    await assert.rejects(replaceFile(file, 'new', { expected: { text: 'old' } }), isChanged);
    await assert.rejects(replaceFile(file, 'new', { expected: { text: undefined } }), isChanged);
    assert.equal(readFileSync(file, 'utf8'), 'by hand');
    assert.deepEqual(readdirSync(directory.path), ['perch.pbtxt']);
  });

  it('replaces what a link points to, also where that is not there yet', async () => {
    using directory = tempDir();
    const [target, link, other] = ['real/target', 'link', 'other'].map((name) =>
      path.join(directory.path, name),
    );
    mkdirSync(path.dirname(target!));
    symlinkSync(path.join('real', 'target'), link!);
    symlinkSync('link', other!);
    for (const text of ['one', 'two']) {
      await replaceFile(other!, text);
      assert.equal(readFileSync(target!, 'utf8'), text);
      assert.ok(lstatSync(link!).isSymbolicLink() && lstatSync(other!).isSymbolicLink());
    }
    assert.deepEqual(readdirSync(path.dirname(target!)), ['target']);
  });

  it('leaves everything as it is where it fails', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'directory');
    mkdirSync(file);
    await assert.rejects(replaceFile(file, 'text'));
    assert.deepEqual(readdirSync(directory.path), ['directory']);
    await assert.rejects(replaceFile(path.join(directory.path, 'nowhere', 'file'), 'text'), /ENOENT/);
  });
});

describe('mergeEdit', () => {
  it('has the changes of all who edit at once', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'lines');
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(names.map((name) => mergeEdit(file, (text) => `${text}${name}\n`)));
    assert.deepEqual(readFileSync(file, 'utf8').trim().split('\n').sort(), names);
  });

  it('edits anew what a person changed meanwhile', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'file');
    writeFileSync(file, 'old');
    const seen: string[] = [];
    const text = await mergeEdit(file, (before) => {
      seen.push(before);
      if (seen.length === 1) {
        writeFileSync(file, 'by hand');
      }
      return `${before}, edited`;
    });
    assert.deepEqual(seen, ['old', 'by hand']);
    assert.equal(text, 'by hand, edited');
    assert.equal(readFileSync(file, 'utf8'), text);
  });

  it('gives up on a file that goes on changing, and leaves it', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'file');
    let edits = 0;
    const busy = mergeEdit(file, (before) => {
      writeFileSync(file, `${++edits}`);
      return `${before}!`;
    });
    await assert.rejects(busy, isChanged);
    assert.equal(edits, 5);
    assert.equal(readFileSync(file, 'utf8'), '5');
  });

  it('writes nothing where nothing changes, and says why it cannot', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'file');
    assert.equal(await mergeEdit(file, (text) => text), '');
    assert.equal(await textOf(file), undefined);
    const refusal = new PerchError('MODEL_UNKNOWN', 'no');
    await assert.rejects(
      mergeEdit(file, () => {
        throw refusal;
      }),
      (reason) => reason === refusal,
    );
    await assert.rejects(
      mergeEdit(path.join(directory.path, 'nowhere', 'file'), () => 'text'),
      (reason) =>
        PerchError.is(reason, 'CONFIG_INVALID') && reason.message.includes('cannot be written (ENOENT)'),
    );
  });
});

/** Texts that a torn write could not pass for: each is one digit, over and over. */
const texts = [1, 7_000, 300_000].map((length, i) => String(i).repeat(length));

describe('kill -9', () => {
  it('finds one of the whole texts in the file at 50 moments', async () => {
    using directory = tempDir();
    const program = path.join(directory.path, 'program.mjs');
    const module = path.join(import.meta.dirname, '..', '..', '..', '..', 'server', 'atomic-file.ts');
    buildSync({
      stdin: {
        contents: `import { replaceFile } from ${JSON.stringify(module)};
          const [file, ...lengths] = process.argv.slice(2);
          for (let i = 0; ; i++) {
            const which = i % lengths.length;
            await replaceFile(file, String(which).repeat(Number(lengths[which])));
            if (i === 0) process.stdout.write('begun');
          }`,
        resolveDir: directory.path,
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: program,
    });
    const file = path.join(directory.path, 'perch.pbtxt');
    const found = new Set<number>();
    for (let moment = 0; moment < 50; moment++) {
      const lengths = texts.map(({ length }) => String(length));
      const child = spawn(process.execPath, [program, file, ...lengths], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      await once(child.stdout, 'data');
      await delay(Math.random() * 25);
      child.kill('SIGKILL');
      await ended;
      const text = readFileSync(file, 'utf8');
      assert.ok(texts.includes(text), `${text.length} characters of ${text.slice(0, 1)}`);
      found.add(texts.indexOf(text));
    }
    assert.ok(found.size > 1);
  });
});
