// What a person reads on the terminal when the models are up.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Holders } from '../../../server/apis/admin/hold.ts';
import type { PerchServer } from '../../../server/create-server.ts';
import { ModelManager } from '../../../server/lifecycle/model-manager.ts';
import type { ModelsSource } from '../../../server/options/serve-options.ts';
import { welcomeText } from '../../../server/welcome.ts';
import { FakeLoader, memoryLog, modelOnDisk, versionOnDisk } from './fakes.ts';

const source: ModelsSource = { kind: 'directory', directory: '/srv/models' };

function setup(restAddress = '127.0.0.1:8501'): { loader: FakeLoader; server: PerchServer } {
  const loader = new FakeLoader();
  const manager = new ModelManager(loader, memoryLog().log, { now: () => 1000 });
  return {
    loader,
    server: {
      grpcAddress: '127.0.0.1:8500',
      restAddress,
      manager,
      holders: new Holders(),
      stop: () => Promise.resolve(),
    },
  };
}

describe('welcomeText', () => {
  it('has the addresses, the versions, and a command to try', async () => {
    const { loader, server } = setup();
    server.manager.apply([modelOnDisk('digits', [1n, 2n]), modelOnDisk('bad', [7n])]);
    await loader.loading(2n).succeed();
    await loader.loading(7n).fail();
    assert.equal(
      welcomeText(server, source),
      [
        '',
        '  gRPC  127.0.0.1:8500',
        '  REST  http://127.0.0.1:8501',
        '',
        '  bad  version 7  failed: ONNX Runtime refused the model: no graph',
        '  digits  version 2  available',
        '  digits  on disk, not loaded: 1',
        '',
        'Try it:',
        '',
        `  curl -d '{"instances": [0.5]}' http://127.0.0.1:8501/v1/models/digits:predict`,
        '',
        'Stop with Ctrl-C.',
        '',
      ].join('\n'),
    );
    assert.equal(server.manager.acquire('digits', {}).version, 2n);
  });

  it('says where to put a model when there is none', () => {
    const { server } = setup('');
    const text = welcomeText(server, source);
    assert.match(text, /REST {2}off \(turn it on with --rest_api_port=8501\)/);
    assert.match(
      text,
      /No models yet\. Put one at \/srv\/models\/<name>\/1\/model\.onnx, or a SavedModel, model\.tflite, model\.json or model\.txt in its place; it is served as soon as it is there\./,
    );
    assert.doesNotMatch(text, /curl/);
    assert.match(welcomeText(server, { kind: 'config-file', file: '/c' }), /No models are configured\./);
  });

  it('tells every model: a problem, a copy in progress, and versions of which none is wanted', () => {
    const { server, loader } = setup();
    const copying = versionOnDisk(1n, { kind: 'copying', detail: 'Waiting for the model file.' });
    server.manager.apply([
      { ...modelOnDisk('a', []), problem: 'No versions of servable a found.' },
      { ...modelOnDisk('b', []), versions: [copying] },
      modelOnDisk('c', [1n], { rules: { policy: { kind: 'specific', versions: [9n] } } }),
    ]);
    const text = welcomeText(server, source);
    assert.match(text, /^ {2}a {2}No versions of servable a found\.$/m);
    assert.match(text, /^ {2}b {2}version 1 {2}waiting: Waiting for the model file\.$/m);
    assert.match(text, /^ {2}c {2}/m);
    assert.doesNotMatch(text, /curl/);
    assert.deepEqual(loader.history, []);
  });

  it('has every gRPC address, and says which speak TLS', () => {
    const { server } = setup();
    const grpcLines = (grpcAddress: string, grpc: Parameters<typeof welcomeText>[2]): string[] =>
      welcomeText({ ...server, grpcAddress }, source, grpc)
        .split('\n')
        .slice(1)
        .filter((line, i, lines) => i < lines.findIndex((one) => one.includes('REST')));
    const socket = { grpcSocketPath: '/run/perch.sock' };
    assert.deepEqual(grpcLines('127.0.0.1:8500', socket), [
      '  gRPC  127.0.0.1:8500',
      '        unix:/run/perch.sock',
    ]);
    assert.deepEqual(grpcLines('', socket), ['  gRPC  unix:/run/perch.sock']);
    assert.deepEqual(grpcLines('127.0.0.1:8500', { ...socket, sslConfigFile: '/ssl' }), [
      '  gRPC  127.0.0.1:8500 (TLS)',
      '        unix:/run/perch.sock (TLS)',
    ]);
  });

  it('has the labels at their versions, and those that wait for one', async () => {
    const { loader, server } = setup();
    const labels = new Map([
      ['stable', 1n],
      ['prod', 1n],
      ['canary', 2n],
    ]);
    server.manager.apply([modelOnDisk('digits', [1n], { labels })]);
    await loader.loading(1n).succeed();
    const text = welcomeText(server, source);
    assert.match(text, /^ {2}digits {2}version 1 {2}available {2}\(stable, prod\)$/m);
    assert.match(text, /^ {2}digits {2}label canary waits for version 2$/m);
  });
});
