// Discovery files: who is found, who is not, and whose file is not trusted.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'node:test';
import { DaemonNotFoundError, findDaemon, publishDaemon, runningDaemons } from '../../../server/discovery.ts';
import { UnsafeDirectoryError, type DaemonFacts } from '../../../server/discovery-files.ts';
import { tempDir, type TempDir } from '../../support/temp-dir.ts';

/** A listener that stands for a daemon. */
interface Listener extends AsyncDisposable {
  readonly address: string;
}

async function listen(): Promise<Listener> {
  const server: Server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return {
    address: `127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function environment(directory: TempDir): Record<string, string> {
  return { XDG_RUNTIME_DIR: directory.path, TMPDIR: directory.path };
}

function facts(listener: Listener, modelsSource: string, pid = process.pid): DaemonFacts {
  return { pid, grpcAddress: listener.address, token: 't', modelsSource, startedAt: 1, version: '0.1.0' };
}

/** A process id that is not in use: of a process that has ended. */
function endedPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

function makeDirectory(...parts: string[]): string {
  const directory = path.join(...parts);
  mkdirSync(directory, { recursive: true });
  return directory;
}

function discoveryFiles(env: Record<string, string>): string[] {
  return readdirSync(path.join(env.XDG_RUNTIME_DIR ?? '', 'perch'));
}

describe('publishing a daemon', { skip: process.platform === 'win32' }, () => {
  it('writes a file for the user only, and takes it away again', async () => {
    using directory = tempDir();
    await using listener = await listen();
    const env = environment(directory);
    const publication = await publishDaemon(facts(listener, directory.path), env);
    assert.equal(publication.rival, undefined);
    const [name, ...others] = discoveryFiles(env);
    assert.ok(name !== undefined);
    assert.deepEqual(others, []);
    assert.equal(statSync(path.join(directory.path, 'perch', name)).mode & 0o777, 0o600);
    assert.equal(statSync(path.join(directory.path, 'perch')).mode & 0o777, 0o700);
    assert.deepEqual(await runningDaemons(env), [facts(listener, directory.path)]);
    await publication.withdraw();
    assert.deepEqual(discoveryFiles(env), []);
    await publication.withdraw();
  });

  it('knows a source by its real path', async () => {
    using directory = tempDir();
    await using listener = await listen();
    const env = environment(directory);
    const models = makeDirectory(directory.path, 'a', 'models');
    symlinkSync(path.join(directory.path, 'a'), path.join(directory.path, 'b'));
    await publishDaemon(facts(listener, path.join(directory.path, 'b', 'models')), env);
    assert.equal((await runningDaemons(env))[0]?.modelsSource, models);
    const found = await findDaemon({ cwd: path.join(directory.path, 'b'), env });
    assert.equal(found.address, listener.address);
  });

  it('leaves the file of another daemon that runs, and says so', async () => {
    using directory = tempDir();
    await using first = await listen();
    await using second = await listen();
    const env = environment(directory);
    // The parent of this process runs as surely as this one.
    await publishDaemon(facts(first, directory.path, process.ppid), env);
    const late = await publishDaemon(facts(second, directory.path), env);
    assert.equal(late.rival?.grpcAddress, first.address);
    await late.withdraw();
    assert.deepEqual(
      (await runningDaemons(env)).map(({ pid }) => pid),
      [process.ppid],
    );
  });

  it('lets one of two be found that come at the same moment, and tells the other', async () => {
    using directory = tempDir();
    await using first = await listen();
    await using second = await listen();
    const env = environment(directory);
    const published = await Promise.all([
      publishDaemon(facts(first, directory.path, process.ppid), env),
      publishDaemon(facts(second, directory.path), env),
    ]);
    const [found, ...others] = await runningDaemons(env);
    assert.deepEqual(others, []);
    const rivals = published.map(({ rival }) => rival?.pid).filter((pid) => pid !== undefined);
    assert.deepEqual(rivals, [found?.pid]);
  });

  it('takes the place of a daemon whose process is gone, or that does not answer', async () => {
    using directory = tempDir();
    await using listener = await listen();
    const silent = await listen();
    await silent[Symbol.asyncDispose]();
    const env = environment(directory);
    await publishDaemon(facts(listener, directory.path, endedPid()), env);
    assert.equal((await publishDaemon(facts(silent, directory.path, process.ppid), env)).rival, undefined);
    assert.equal((await publishDaemon(facts(listener, directory.path), env)).rival, undefined);
    assert.equal(discoveryFiles(env).length, 1);
  });

  it('does not withdraw the file of its successor', async () => {
    using directory = tempDir();
    await using listener = await listen();
    const env = environment(directory);
    const old = await publishDaemon(facts(listener, directory.path, endedPid()), env);
    await publishDaemon(facts(listener, directory.path), env);
    await old.withdraw();
    assert.equal(discoveryFiles(env).length, 1);
  });

  it('refuses a directory that others may look into, or that is a link', async () => {
    using directory = tempDir();
    await using listener = await listen();
    const env = environment(directory);
    const open = makeDirectory(directory.path, 'perch');
    chmodSync(open, 0o755);
    await assert.rejects(publishDaemon(facts(listener, directory.path), env), UnsafeDirectoryError);
    await assert.rejects(findDaemon({ cwd: directory.path, env }), UnsafeDirectoryError);
    assert.deepEqual(await findDaemon({ cwd: directory.path, env, address: 'a:1' }), { address: 'a:1' });
    using other = tempDir();
    symlinkSync(open, path.join(other.path, 'perch'));
    chmodSync(open, 0o700);
    await assert.rejects(publishDaemon(facts(listener, directory.path), environment(other)));
  });
});

describe('finding a daemon', { skip: process.platform === 'win32' }, () => {
  it('takes the address and the token that are given, the option first', async () => {
    using directory = tempDir();
    const env = { ...environment(directory), PERCH_ADDRESS: '127.0.0.1:1', PERCH_TOKEN: 'from-env' };
    assert.deepEqual(await findDaemon({ cwd: '/', env }), { address: '127.0.0.1:1', token: 'from-env' });
    assert.deepEqual(await findDaemon({ cwd: '/', env, address: '127.0.0.1:2', token: 'given' }), {
      address: '127.0.0.1:2',
      token: 'given',
    });
  });

  it('gives the token of a file with the address of that file only', async () => {
    using directory = tempDir();
    await using listener = await listen();
    const env = environment(directory);
    await publishDaemon(facts(listener, directory.path), env);
    assert.equal((await findDaemon({ cwd: '/', env, address: listener.address })).token, 't');
    assert.deepEqual(await findDaemon({ cwd: directory.path, env, address: '127.0.0.1:1' }), {
      address: '127.0.0.1:1',
    });
  });

  it('prefers what lies here, then below, then beside a parent, then the only one', async () => {
    using directory = tempDir();
    await using here = await listen();
    await using below = await listen();
    await using above = await listen();
    const env = environment(directory);
    const project = makeDirectory(directory.path, 'project');
    const deep = makeDirectory(project, 'deep', 'down');
    const source = path.join(project, 'models.config');
    const find = async (cwd: string): Promise<string> => (await findDaemon({ cwd, env })).address;

    const publication = await publishDaemon(facts(above, makeDirectory(directory.path, 'models')), env);
    assert.equal(await find(deep), above.address, 'beside a parent');
    assert.equal(await find('/'), above.address, 'the only one');
    await publishDaemon(facts(below, makeDirectory(project, 'config', 'models')), env);
    assert.equal(await find(project), below.address, 'below');
    writeFileSync(source, '');
    await publishDaemon(facts(here, source), env);
    assert.equal(await find(project), here.address, 'here');
    assert.equal(await find(deep), here.address, 'the nearest parent');
    assert.equal(await find(makeDirectory(project, 'config', 'models')), below.address, 'in the models');
    await publication.withdraw();
    await assert.rejects(
      find(directory.path),
      (error) =>
        error instanceof DaemonNotFoundError &&
        error.daemons.length === 2 &&
        error.message.includes(here.address) &&
        error.message.includes(source),
    );
  });

  it('finds what a daemon without the runtime directory published', async () => {
    using directory = tempDir();
    await using listener = await listen();
    const { TMPDIR = '', XDG_RUNTIME_DIR } = environment(directory);
    await publishDaemon(facts(listener, directory.path), { TMPDIR });
    const found = await findDaemon({ cwd: directory.path, env: { TMPDIR, XDG_RUNTIME_DIR } });
    assert.equal(found.token, 't');
  });

  it('says what to do where none runs', async () => {
    using directory = tempDir();
    await assert.rejects(findDaemon({ cwd: directory.path, env: environment(directory) }), /Start one with/);
  });

  it('removes the files of those that are gone', async () => {
    using directory = tempDir();
    await using listener = await listen();
    const env = environment(directory);
    await publishDaemon(facts(listener, directory.path, endedPid()), env);
    await assert.rejects(findDaemon({ cwd: directory.path, env }), DaemonNotFoundError);
    assert.deepEqual(discoveryFiles(env), []);
  });

  it('does not believe files that others may read, and bears broken ones', async () => {
    using directory = tempDir();
    await using listener = await listen();
    const env = environment(directory);
    await publishDaemon(facts(listener, directory.path), env);
    const file = path.join(directory.path, 'perch', discoveryFiles(env)[0] ?? '');
    chmodSync(file, 0o644);
    assert.deepEqual(await runningDaemons(env), []);
    chmodSync(file, 0o600);
    for (const text of ['{', '[]', 'null', '{"pid":-1}', '{"pid":1,"grpcAddress":1}']) {
      writeFileSync(file, text);
      assert.deepEqual(await runningDaemons(env), [], text);
    }
  });
});
