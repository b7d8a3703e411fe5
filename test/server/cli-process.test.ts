// `perch` as a program beside a daemon that it finds by itself: exit codes, pipes, signals, and what a stop leaves behind.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tempDir, type TempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { runDaemon, type DaemonProcess } from './support/daemon-process.ts';
import { makeModels, repository } from './support/running-server.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('perch beside a daemon', { skip: process.platform === 'win32' }, () => {
  let runtime: TempDir;
  let models: Awaited<ReturnType<typeof makeModels>>;
  let daemon: DaemonProcess;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    runtime = tempDir();
    models = await makeModels('half_plus_two');
    const { PERCH_ADDRESS, PERCH_TOKEN, ...rest } = process.env;
    assert.equal(PERCH_ADDRESS ?? PERCH_TOKEN, undefined);
    env = { ...rest, XDG_RUNTIME_DIR: runtime.path, TMPDIR: runtime.path };
    const flags = ['--port=auto', '--rest_api_port=auto', '--ready_json'];
    daemon = runDaemon(['serve', `--models_directory=${models.directory}`, ...flags], env);
    await daemon.ready();
    await until('the discovery file', () => discoveryFiles().length === 1);
  });
  after(async () => {
    daemon.child.stdin?.end();
    await daemon.exited;
    await models.remove();
    runtime.remove();
  });

  const discoveryFiles = (): string[] =>
    readdirSync(path.join(runtime.path, 'perch')).filter((name) => name.endsWith('.json'));

  const start = (
    args: readonly string[],
  ): { child: ChildProcess; ended: Promise<Ended>; text: () => string } => {
    const child = spawn(process.execPath, [path.join(repository, 'bin', 'perch'), ...args], {
      cwd: models.directory,
      env,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = new Promise<Ended>((resolve) =>
      child.once('close', (code) => resolve({ code, stdout, stderr })),
    );
    return { child, ended, text: () => stdout };
  };

  it('finds it, and ends by itself', async () => {
    await until('SERVING', async () => (await start(['health']).ended).code === 0);
    const { code, stdout } = await start(['models', '--json']).ended;
    assert.equal(code, 0);
    const { models: served } = JSON.parse(stdout) as { models: { name: string }[] };
    assert.deepEqual(
      served.map(({ name }) => name),
      ['half_plus_two'],
    );
  });

  it('reads a request from stdin', async () => {
    const { child, ended } = start(['predict', 'half_plus_two', '--json=-']);
    child.stdin?.end('{"instances": [2]}');
    const { code, stdout } = await ended;
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout), { predictions: [3] });
  });

  it('watches until it is interrupted', async () => {
    const { child, ended, text } = start(['status', '--watch']);
    await until('the first table', () => text().includes('half_plus_two'));
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('ends with 2 at wrong arguments, and lists its commands', async () => {
    assert.equal((await start(['status', '--wach']).ended).code, 2);
    assert.match((await start(['--help']).ended).stdout, /perch canary promote <model>/);
  });

  it('ends the daemon, which takes its file away; after that it ends with 3', async () => {
    const { code, stdout } = await start(['shutdown', '--reason=test']).ended;
    assert.equal(code, 0);
    assert.match(stdout, /^The daemon \(pid \d+\) ends\.\n$/);
    assert.equal(await daemon.exited, 0);
    assert.deepEqual(discoveryFiles(), []);
    assert.equal((await start(['status']).ended).code, 3);
    assert.equal((await start(['health']).ended).code, 2);
  });
});
