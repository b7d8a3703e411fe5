// The daemon as a program: what it prints, its exit codes, signals, the ready line, and starts that cannot be.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { runDaemon, type DaemonProcess } from './support/daemon-process.ts';
import { exampleModels, makeModels, until } from './support/running-server.ts';

const run = promisify(execFile);

describe('perch serve', () => {
  let daemon: DaemonProcess | undefined;
  afterEach(async () => {
    daemon?.child.kill('SIGKILL');
    await daemon?.exited;
  });
  const start = (...args: string[]): DaemonProcess => (daemon = runDaemon(args));
  const serveExamples = [
    'serve',
    `--models_directory=${exampleModels}`,
    '--port=auto',
    '--rest_api_port=auto',
  ];

  it('says where it serves what, and gives a curl line that works when pasted', async () => {
    const { stdout, child, exited } = start(...serveExamples);
    const curl = await until(() => /^ {2}(curl .*)$/m.exec(stdout())?.[1]);
    assert.match(stdout(), /gRPC {2}127\.0\.0\.1:\d+\n {2}REST {2}http:\/\/127\.0\.0\.1:\d+/);
    for (const model of await readdir(exampleModels)) {
      assert.match(stdout(), new RegExp(`  ${model}  version \\d+  available`));
    }
    const answer = await run('sh', ['-c', curl.replace('curl', 'curl -s')]);
    assert.match(answer.stdout, /"predictions"/);
    child.kill('SIGINT');
    assert.equal(await exited, 0);
  });

  it('drains on SIGTERM: a request in flight is answered, then it exits with 0', async () => {
    const process = start(...serveExamples, '--ready_json');
    const { restAddress } = await process.ready();
    // Many rows keep the engine busy for a while.
    const body = JSON.stringify({ instances: Array.from({ length: 2000 }, () => Array<number>(64).fill(1)) });
    const url = `http://${restAddress}/v1/models/digits:predict`;
    await until(async () => (await fetch(url, { method: 'POST', body })).status === 200);
    const inFlight = fetch(url, { method: 'POST', body });
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.child.kill('SIGTERM');
    assert.equal((await inFlight).status, 200);
    assert.equal(await process.exited, 0);
    await assert.rejects(fetch(url, { method: 'POST', body }));
  });

  it('prints one ready line and stops when stdin ends', async () => {
    const process = start(...serveExamples, '--ready_json', '--log_format=json');
    const ready = await process.ready();
    assert.equal(ready.api, 1);
    assert.equal(ready.pid, process.child.pid);
    assert.match(ready.grpcAddress, /^127\.0\.0\.1:\d+$/);
    assert.ok(ready.token.length >= 40);
    process.child.stdin!.end();
    assert.equal(await process.exited, 0);
    assert.equal(process.stdout().trim().split('\n').length, 1);
    for (const line of process.stderr().trim().split('\n')) {
      const entry = JSON.parse(line) as Record<string, unknown>;
      assert.equal(typeof entry.message, 'string');
      assert.ok(!line.includes(ready.token), 'the token is never logged');
    }
  });

  it('ends its engine hosts with it, even when it is killed', async () => {
    const process = start(...serveExamples, '--ready_json');
    const { pid } = await process.ready();
    const children = async (): Promise<string> =>
      (await run('ps', ['-o', 'pid=', '--ppid', String(pid)])).stdout.trim();
    const host = Number((await until(children)).split('\n')[0]);
    process.child.kill('SIGKILL');
    await process.exited;
    await until(() => {
      try {
        globalThis.process.kill(host, 0);
        return undefined;
      } catch {
        return true;
      }
    });
  });

  it('serves an empty directory and says where a model goes', async () => {
    const { directory, remove } = await makeModels();
    const { stdout, child, exited } = start('serve', `--models_directory=${directory}`, '--port=auto');
    await until(() =>
      stdout().includes(`No models yet. Put one at ${path.join(directory, '<name>', '1', 'model.onnx')}`),
    );
    child.kill('SIGTERM');
    assert.equal(await exited, 0);
    await remove();
  });

  describe('refuses', () => {
    const refusals: [what: string, args: string[], code: number, text: RegExp][] = [
      [
        'no models directory',
        ['serve', '--models_directory=nowhere', '--port=auto'],
        1,
        /There is no directory .*nowhere\. Create it/,
      ],
      [
        'a missing config file',
        ['serve', '--model_config_file=nowhere', '--port=auto'],
        1,
        /cannot be read \(ENOENT\)/,
      ],
      [
        'an unknown flag',
        ['serve', '--rest_api_prot=1'],
        2,
        /There is no flag --rest_api_prot\. Did you mean --rest_api_port\?/,
      ],
      [
        'a bad value',
        ['serve', '--port=http', '--models_directory=x'],
        2,
        /--port takes a port from 1 to 65535, or auto, not "http"/,
      ],
      ['nothing to serve', ['serve'], 2, /Say what to serve/],
      ['an unknown command', ['sevre'], 2, /There is no command "sevre"/],
      [
        'an address that is not this machine',
        [
          ...['serve', `--models_directory=${exampleModels}`, '--port=auto', '--bind_address=192.0.2.1'],
          '--insecure_bind',
        ],
        1,
        /Cannot listen on 192\.0\.2\.1/,
      ],
      [
        'an address that everybody could reach in clear',
        ['serve', `--models_directory=${exampleModels}`, '--port=auto', '--bind_address=192.0.2.1'],
        1,
        /reachable from other machines at 192\.0\.2\.1.*--insecure_bind/,
      ],
      [
        'a token in the arguments, without repeating it',
        ['serve', `--models_directory=${exampleModels}`, '--token=secret'],
        2,
        /^(?!.*secret)There is no flag --token: .*PERCH_TOKEN.*--token_file/s,
      ],
    ];
    for (const [what, args, code, text] of refusals) {
      it(what, async () => {
        const { stderr, exited } = start(...args);
        assert.equal(await exited, code, stderr());
        assert.match(stderr(), text);
      });
    }

    for (const flag of ['--port', '--rest_api_port']) {
      it(`a taken ${flag}, and says which and how to choose another`, async () => {
        const other = createServer();
        await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
        const { port } = other.address() as AddressInfo;
        const { stderr, exited } = start(...serveExamples, `${flag}=${port}`);
        assert.equal(await exited, 1);
        assert.match(stderr(), new RegExp(`Port ${port} is taken: .*choose another port with ${flag}=`));
        other.close();
      });
    }
  });

  it('prints its version and all flags by group', async () => {
    const version = start('--version');
    assert.equal(await version.exited, 0);
    assert.match(version.stdout(), /^perch \d+\.\d+\.\d+\n$/);
    const help = start('serve', '--help');
    assert.equal(await help.exited, 0);
    assert.match(help.stdout(), /Models:[^]*--model_config_file[^]*Addresses:[^]*--bind_address[^]*Process:/);
  });
});
