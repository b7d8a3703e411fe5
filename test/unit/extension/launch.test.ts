// Where the daemon is found and what it is started with.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { daemonEnvironment, daemonLaunch, locateDaemon } from '../../../extension/daemon/launch.ts';

describe('locateDaemon', () => {
  it('finds the daemon with ONNX Runtime for this platform, and says which of them is missing', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'perch-locate-'));
    try {
      assert.deepEqual(locateDaemon(directory, 'linux', 'x64'), {
        kind: 'missing',
        missing: 'daemon',
        platform: 'linux-x64',
      });

      const script = path.join(directory, 'dist', 'daemon.cjs');
      await mkdir(path.dirname(script));
      await writeFile(script, '');
      const withoutRuntime = { kind: 'missing', missing: 'onnxruntime', platform: 'linux-x64' };
      assert.deepEqual(locateDaemon(directory, 'linux', 'x64'), withoutRuntime);

      const runtime = path.join(directory, 'node_modules', 'onnxruntime-node');
      const binaries = path.join(runtime, 'bin', 'napi-v6', 'linux', 'x64');
      await mkdir(binaries, { recursive: true });
      await writeFile(path.join(runtime, 'package.json'), '{}');
      assert.deepEqual(locateDaemon(directory, 'linux', 'x64'), withoutRuntime);

      await writeFile(path.join(binaries, 'onnxruntime_binding.node'), '');
      assert.deepEqual(locateDaemon(directory, 'linux', 'x64'), { kind: 'found', script });
      assert.equal(locateDaemon(directory, 'darwin', 'x64').kind, 'missing');
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe('daemonLaunch', () => {
  it('passes the directory as one argument and a port of 0 as any free one', () => {
    const { args, program } = daemonLaunch('/x/dist/daemon.cjs', {
      models: { from: 'directory', path: '/my models/$(x)' },
      grpcPort: 8500,
      restPort: 0,
      more: ['--enable_batching'],
    });
    assert.equal(program, process.execPath);
    assert.deepEqual(args, [
      '/x/dist/daemon.cjs',
      'serve',
      '--ready_json',
      '--models_directory=/my models/$(x)',
      '--port=8500',
      '--rest_api_port=auto',
      '--log_format=json',
      '--enable_batching',
    ]);
  });

  it('passes a model config file, and follows it', () => {
    const models = { from: 'config-file', path: '/my models/models.config' } as const;
    const { args } = daemonLaunch('/x/dist/daemon.cjs', { models, grpcPort: 0, restPort: 0, more: [] });
    assert.deepEqual(
      args.filter((arg) => arg.startsWith('--model')),
      ['--model_config_file=/my models/models.config', '--model_config_file_poll_wait_seconds=2'],
    );
  });
});

describe('daemonEnvironment', () => {
  it("takes away what is meant for the editor's own processes", () => {
    const environment = daemonEnvironment({
      PATH: '/bin',
      NODE_OPTIONS: '--inspect',
      VSCODE_PID: '1',
      vscode_nls_config: '{}',
      ELECTRON_NO_ATTACH_CONSOLE: '1',
      MY_ELECTRON_X: 'kept',
    });
    assert.deepEqual(environment, { PATH: '/bin', MY_ELECTRON_X: 'kept', ELECTRON_RUN_AS_NODE: '1' });
  });
});
