// `perch validate` and `perch format` as programs: exit codes, pipes, and that they need nothing that serves models.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { tempDir } from '../support/temp-dir.ts';
import { exampleModels, repository } from './support/running-server.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `perch` as a terminal does. */
function perch(args: readonly string[], stdin = '', cwd = repository): Promise<Ended> {
  const child = spawn(process.execPath, [path.join(repository, 'bin', 'perch'), ...args], { cwd });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.end(stdin);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

describe('perch validate, the program', () => {
  it('finds no config files in the examples', async () => {
    const { code, stdout, stderr } = await perch(['validate', exampleModels]);
    assert.deepEqual([code, stdout, stderr], [0, 'There are no config files.\n', '']);
  });

  it('compares with the model on disk where it is told to', async () => {
    using directory = tempDir();
    const model = path.join(directory.path, 'digits');
    cpSync(path.join(exampleModels, 'digits'), model, { recursive: true });
    writeFileSync(
      path.join(model, 'config.pbtxt'),
      'max_batch_size: 8\ninput [ { name: "nothing" data_type: TYPE_FP32 dims: 64 } ]\n',
    );
    assert.equal((await perch(['validate', directory.path])).code, 0);
    const { code, stdout } = await perch(['validate', directory.path, '--against_model']);
    assert.equal(code, 1);
    assert.match(stdout, /config\.pbtxt:2:\d+: error: .*nothing.* \[model\/unexpected-input\]\n/);
  });

  it('ends with 1 and the places of the mistakes', async () => {
    using directory = tempDir();
    writeFileSync(path.join(directory.path, 'config.pbtxt'), 'input [ { name: "x", data_type: FP32 }, ]\n');
    const { code, stdout } = await perch(['validate'], '', directory.path);
    assert.equal(code, 1);
    assert.match(stdout, /^config\.pbtxt:1:33: error: .*TYPE_FP32.*\n/m);
    assert.match(stdout, /^config\.pbtxt:1:39: error: .*comma.*\n/m);
    const json = await perch(['validate', '--json'], '', directory.path);
    assert.equal(json.code, 1);
    assert.ok((JSON.parse(json.stdout) as { readonly errors: number }).errors >= 2);
  });

  it('reads stdin, and ends with 2 where it cannot tell what that is', async () => {
    assert.equal((await perch(['validate', '-', '--kind=model'], 'name: "digits"')).code, 0);
    const { code, stderr } = await perch(['validate', '-'], 'name: "digits"');
    assert.equal(code, 2);
    assert.match(stderr, /--kind=/);
  });

  it('prints all of a long list into a pipe', async () => {
    const { code, stdout } = await perch(['validate', '-', '--kind=model'], 'oops: 1\n'.repeat(900));
    assert.equal(code, 1);
    assert.match(stdout, /1 file checked: 900 errors\.\n$/);
  });
});

describe('perch format, the program', () => {
  it('writes files, and stdin to stdout', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'config.pbtxt');
    writeFileSync(file, "name:'digits'");
    assert.equal((await perch(['format', '--check', file])).code, 1);
    assert.equal((await perch(['format', file])).code, 0);
    assert.equal(readFileSync(file, 'utf8'), 'name: "digits"\n');
    assert.equal((await perch(['format', '-'], "name:'digits'")).stdout, 'name: "digits"\n');
  });
});
