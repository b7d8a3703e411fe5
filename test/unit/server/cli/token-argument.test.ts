// Where the command line takes its token from, and where it does not.
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { readArguments } from '../../../../server/cli/arguments.ts';
import { MisuseError } from '../../../../server/cli/cli-context.ts';
import { readOwnToken } from '../../../../server/cli/token-argument.ts';
import { startFakeAdmin } from '../../../support/fake-admin.ts';
import { runCli } from '../../../support/run-cli.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const posix = { skip: process.platform === 'win32' && 'Windows keeps rights elsewhere' };

describe('a token in the arguments', () => {
  for (const args of [
    ['--token=s3cret'],
    ['--token', 's3cret'],
    ['--admin-token=s3cret'],
    ['--Token=s3cret'],
    ['digits', '--token=s3cret', '--help'],
  ]) {
    it(`is refused and not repeated: ${args.join(' ')}`, () => {
      assert.throws(
        () => readArguments(args, {}, { least: 0, most: 1 }),
        (error) =>
          error instanceof MisuseError &&
          /PERCH_TOKEN.*--token_file=<file>\.$/.test(error.message) &&
          !error.message.includes('s3cret'),
      );
    });
  }

  it('ends every command with the code for wrong arguments', async () => {
    for (const words of [['status'], ['doctor'], ['doctor', 'connection'], ['canary', 'promote', 'digits']]) {
      const { code, stdout, stderr } = await runCli([...words, '--token=s3cret']);
      assert.deepEqual([code, stdout], [2, ''], words.join(' '));
      assert.match(stderr, /^A token does not belong into the arguments: /);
      assert.doesNotMatch(stderr, /s3cret/);
    }
  });

  it('is none behind --, where there are operands only', () => {
    const args = readArguments(['--', '--token=x'], {}, { least: 1, most: 1 });
    assert.deepEqual(args.operands, ['--token=x']);
  });
});

describe('--token_file', posix, () => {
  it('gives the token to the daemon, and goes before PERCH_TOKEN', async () => {
    using directory = tempDir();
    await using fake = await startFakeAdmin({ ListModels: () => ({ models: [] }) });
    writeFileSync(path.join(directory.path, 'token'), `${fake.token}\n`, { mode: 0o600 });
    const { code, stderr } = await runCli(['models', '--address', fake.address, '--token-file=token'], {
      cwd: directory.path,
      env: { PERCH_TOKEN: 'another' },
    });
    assert.equal(code, 0, stderr);
  });

  it('refuses a file that others may read, with what to do', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'token');
    writeFileSync(file, 's3cret\n');
    chmodSync(file, 0o640);
    await assert.rejects(readOwnToken('token', directory.path), {
      message: `The token file ${file} is open to others (mode 0640): run chmod 600 on it.`,
    });
    const { code, stderr } = await runCli(['status', '--address=127.0.0.1:1', `--token_file=${file}`]);
    assert.equal(code, 2);
    assert.doesNotMatch(stderr, /s3cret/);
  });

  it('refuses what holds no token, or more than one word', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'token');
    for (const text of ['', ' \n', 'ci predict s3cret\n', 's3crét\n']) {
      writeFileSync(file, text, { mode: 0o600 });
      await assert.rejects(
        readOwnToken(file, '/'),
        (error) =>
          error instanceof MisuseError &&
          error.message.includes('must hold the token and nothing else') &&
          !error.message.includes('s3cr'),
        text,
      );
    }
    await assert.rejects(readOwnToken('nothing', directory.path), /cannot be read \(ENOENT\)/);
  });
});
