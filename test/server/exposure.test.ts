// Who can reach the server and who may call it, on real sockets: two loopback addresses, certificates that change, tokens.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFileSync, chmodSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import * as grpc from '@grpc/grpc-js';
import { createServer } from '../../server/create-server.ts';
import { followTls } from '../../server/follow-tls.ts';
import type { Listener } from '../../server/net/grpc-listener.ts';
import { listenRest } from '../../server/net/rest-listener.ts';
import { readTlsFile, type TlsConfig } from '../../server/net/tls-config.ts';
import { parseServeArguments } from '../../server/options/serve-options.ts';
import { writeTrialFiles } from '../../server/tls/trial-files.ts';
import { engineWorkerFile, networkThreadFile } from '../support/engine-pool.ts';
import { tempDir, type TempDir } from '../support/temp-dir.ts';
import { memoryLog } from '../unit/server/fakes.ts';
import { echoListener, say, talk, transports } from './support/echo-listener.ts';
import {
  adminMetadata,
  makeModels,
  startServer,
  testToken,
  until,
  type RunningServer,
} from './support/running-server.ts';

const hasIpv6 = Object.values(os.networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);
const noIpv6 = hasIpv6 ? false : 'this machine has no ::1';
const both = { bindAddress: '127.0.0.1', moreAddresses: [{ address: '::1', optional: true }] };

/** A TLS configuration with an authority of its own. */
interface Trial {
  readonly tls: TlsConfig;
  readonly authority: Buffer;
  readonly client: { readonly key: Buffer; readonly certificate: Buffer } | undefined;
}

async function makeTrial(directory: TempDir, name: string, withClient = false): Promise<Trial> {
  const files = await writeTrialFiles({
    directory: path.join(directory.path, name),
    hosts: ['localhost', '127.0.0.1', '::1'],
    days: 2,
    withClient,
    replace: false,
    now: new Date(),
  });
  const { config } = await readTlsFile(files.sslConfig);
  const { client } = files;
  return {
    tls: config,
    authority: readFileSync(files.authority),
    client:
      client === undefined
        ? undefined
        : { key: readFileSync(client.key), certificate: readFileSync(client.certificate) },
  };
}

describe('two loopback addresses', { skip: noIpv6 }, () => {
  for (const transport of transports) {
    it(`share a port, and both answer (${transport})`, async (t) => {
      const { listener, client } = await echoListener(t, { ...both, transport });
      const port = listener.address.split(':').at(-1)!;
      assert.deepEqual(listener.addresses, [`127.0.0.1:${port}`, `[::1]:${port}`]);
      assert.equal(listener.address, listener.addresses[0]);
      for (const address of listener.addresses) {
        assert.equal(await say(client({ address }), address), address);
      }
    });
  }

  it('go for REST as well', async (t) => {
    const listener = await restListener(t, both);
    assert.equal(listener.addresses.length, 2);
    for (const address of listener.addresses) {
      const response = await fetch(`http://${address}/v1/models`);
      assert.equal(await response.text(), '/v1/models');
    }
  });

  it('make do with one where another program has the port, and say so', async (t) => {
    const rival = createTcpServer().listen(0, '::1');
    await new Promise((resolve) => rival.once('listening', resolve));
    t.after(() => rival.close());
    const { port } = rival.address() as AddressInfo;
    const { listener, client, logged } = await echoListener(t, { ...both, port });
    assert.deepEqual(listener.addresses, [`127.0.0.1:${port}`]);
    assert.equal(await say(client(), 'x'), 'x');
    assert.ok(logged.some((line) => line.includes('another program listens') && line.includes('[::1]')));
    const must = [{ address: '::1', optional: false }];
    await assert.rejects(echoListener(t, { bindAddress: '127.0.0.2', moreAddresses: must, port }), {
      code: 'PORT_TAKEN',
      message: /another program listens on \[::1\]/,
    });
    // Nothing of the failed attempt is left.
    await echoListener(t, { bindAddress: '127.0.0.2', port });
  });

  it('go on without an address that is not there, where it may be missing', async (t) => {
    const moreAddresses = [{ address: '2001:db8::1', optional: true }];
    const { listener, logged } = await echoListener(t, { bindAddress: '127.0.0.1', moreAddresses });
    assert.equal(listener.addresses.length, 1);
    assert.ok(logged.some((line) => line.includes('"level":"info"') && line.includes('2001:db8::1')));
  });
});

describe('a new certificate', () => {
  let directory: TempDir;
  let old: Trial;
  let renewed: Trial;
  before(async () => {
    directory = tempDir();
    old = await makeTrial(directory, 'old');
    renewed = await makeTrial(directory, 'new');
  });
  after(() => directory.remove());

  for (const transport of transports) {
    it(`is for new connections; those that are there stay (${transport})`, async (t) => {
      const { listener, client } = await echoListener(t, { transport, tls: old.tls });
      const trusting = (trial: Trial): grpc.Client =>
        client({ credentials: grpc.credentials.createSsl(trial.authority) });
      const first = trusting(old);
      const stream = talk(first);
      const heard: string[] = [];
      stream.on('data', (bytes: Buffer) => heard.push(String(bytes)));
      stream.write(Buffer.from('before'));
      await until(() => heard.length === 1);

      listener.renewTls(renewed.tls);
      assert.equal(await say(trusting(renewed), 'new'), 'new');
      stream.write(Buffer.from('after'));
      await until(() => heard.length === 2);
      assert.deepEqual(heard, ['before', 'after']);
      assert.equal(await say(first, 'still'), 'still');
      await assert.rejects(say(trusting(old), 'x'), { code: grpc.status.UNAVAILABLE });
      const ended = once(stream, 'status');
      stream.end();
      await ended;
    });

    it(`may ask clients for theirs (${transport})`, async (t) => {
      const mutual = await makeTrial(directory, `mutual-${transport}`, true);
      const { client } = await echoListener(t, { transport, tls: mutual.tls });
      const { key, certificate } = mutual.client!;
      const known = grpc.credentials.createSsl(mutual.authority, key, certificate);
      assert.equal(await say(client({ credentials: known }), 'x'), 'x');
      const unknown = grpc.credentials.createSsl(mutual.authority);
      await assert.rejects(say(client({ credentials: unknown }), 'x'), { code: grpc.status.UNAVAILABLE });
    });
  }

  it('is for REST as well, where that speaks TLS', async (t) => {
    const listener = await restListener(t, { bindAddress: '127.0.0.1', tls: old.tls });
    const agent = new https.Agent({ keepAlive: true, ca: old.authority });
    t.after(() => agent.destroy());
    assert.equal(await getSecurely(listener.address, agent), '/v1/models');
    listener.renewTls(renewed.tls);
    assert.equal(await getSecurely(listener.address, agent), '/v1/models', 'the connection stays');
    const later = new https.Agent({ ca: renewed.authority });
    assert.equal(await getSecurely(listener.address, later), '/v1/models');
    await assert.rejects(getSecurely(listener.address, new https.Agent({ ca: old.authority })));
    await assert.rejects(fetch(`http://${listener.address}/v1/models`), 'no HTTP in clear');
  });

  it('is read from its file; a broken file changes nothing', async (t) => {
    const file = path.join(directory.path, 'followed.config');
    const text = (name: string): string =>
      readFileSync(path.join(directory.path, name, 'ssl.config'), 'utf8');
    writeFileSync(file, text('old'));
    const { log, lines } = memoryLog();
    const given: TlsConfig[] = [];
    const listener: Listener = {
      address: '',
      addresses: [],
      renewTls: (tls) => given.push(tls),
      close: () => Promise.resolve(),
    };
    t.after(followTls(await readTlsFile(file), [listener], log));

    writeFileSync(file, 'server_key: "oops"');
    await until(() => lines.some((line) => line.includes('The certificate that was read before stays.')));
    writeFileSync(
      file,
      text('old') + `custom_ca: ${JSON.stringify(String(old.authority))} client_verify: true`,
    );
    await until(() => lines.some((line) => line.includes('client_verify takes effect with a restart only')));
    assert.equal(given.length, 0);
    writeFileSync(file, text('new'));
    await until(() => given.length > 0);
    assert.equal(given[0]?.certificates, renewed.tls.certificates);
    assert.ok(lines.some((line) => line.includes('new connections get a new certificate')));
    for (const { tls } of [old, renewed]) {
      assert.ok(!lines.join().includes(tls.key.split('\n')[1]!), 'no key is in the log');
    }
  });
});

describe('a server that everybody could reach in clear', () => {
  const refusal = async (...flags: string[]): Promise<string> => {
    const parsed = parseServeArguments(['--models_directory=.', '--port=auto', ...flags], process.cwd(), {});
    assert.ok(parsed.kind === 'serve');
    const { log } = memoryLog();
    const environment = {
      engineWorkerFile,
      networkThreadFile,
      token: testToken,
      log,
      shutDown: () => undefined,
    };
    try {
      await (await createServer(parsed.options, environment)).stop(AbortSignal.abort());
      return '';
    } catch (reason) {
      return (reason as { code?: string }).code ?? String(reason);
    }
  };

  it('does not start, unless that is said outright', async () => {
    // An address that no machine has (RFC 5737): nothing is ever reachable.
    assert.equal(await refusal('--bind_address=192.0.2.1'), 'BIND_UNPROTECTED');
    assert.equal(await refusal('--bind_address=127.0.0.1,192.0.2.1'), 'BIND_UNPROTECTED');
    assert.equal(await refusal('--bind_all_interfaces'), 'BIND_UNPROTECTED');
    for (const way of ['--insecure_bind', '--require_predict_token']) {
      assert.equal(await refusal('--bind_address=192.0.2.1', way), 'ADDRESS_INVALID');
    }
  });
});

describe('tokens', () => {
  const token = (role: string): string => `${role}-token-`.padEnd(40, 'x');
  const bearer = (role: string): grpc.Metadata => adminMetadata(token(role));
  const predict = { modelSpec: { name: 'iris' }, inputs: {} };
  let directory: TempDir;
  let file: string;
  let models: Awaited<ReturnType<typeof makeModels>>;
  let running: RunningServer;

  before(async () => {
    directory = tempDir();
    file = path.join(directory.path, 'tokens');
    const lines = ['predict', 'read', 'admin'].map((role) => `the-${role} ${role} ${token(role)}\n`);
    writeFileSync(file, lines.join(''), { mode: 0o600 });
    const monitoring = path.join(directory.path, 'monitoring');
    writeFileSync(monitoring, 'prometheus_config { enable: true path: "/metrics" }');
    models = await makeModels('iris');
    running = await startServer([
      `--models_directory=${models.directory}`,
      '--require_predict_token',
      `--token_file=${file}`,
      `--monitoring_config_file=${monitoring}`,
    ]);
  });
  after(async () => {
    await running.stop();
    await models.remove();
    directory.remove();
  });

  /** The gRPC status of a call; 0 where it is let in and answered, 3 where it is let in and refused for what it asks. */
  const status = async (
    service: Parameters<RunningServer['call']>[0],
    method: string,
    request: object,
    metadata: grpc.Metadata,
  ): Promise<number> => {
    try {
      await running.call(service, method, request, metadata);
      return 0;
    } catch (reason) {
      return (reason as grpc.ServiceError).code;
    }
  };

  it('let each role do what it may over gRPC', async () => {
    const { OK, INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED, UNAUTHENTICATED } = grpc.status;
    const calls = [
      ['grpc.health.v1.Health', 'Check', {}],
      ['tensorflow.serving.PredictionService', 'Predict', predict],
      ['tensorflow.serving.ModelService', 'GetModelStatus', predict],
      ['perch.admin.v1.Admin', 'PredictJson', { model: 'iris', json: Buffer.from('{}') }],
      ['perch.admin.v1.Admin', 'ListModels', {}],
      ['perch.admin.v1.Admin', 'UnloadVersion', { model: 'nobody', version: 1 }],
    ] as const;
    const seen: number[][] = [];
    for (const metadata of [new grpc.Metadata(), bearer('predict'), bearer('read'), bearer('admin')]) {
      seen.push(
        await Promise.all(
          calls.map(([service, method, request]) => status(service, method, request, metadata)),
        ),
      );
    }
    const none = UNAUTHENTICATED;
    const denied = PERMISSION_DENIED;
    assert.deepEqual(seen, [
      [OK, none, none, none, none, none],
      [OK, INVALID_ARGUMENT, OK, INVALID_ARGUMENT, denied, denied],
      [OK, INVALID_ARGUMENT, OK, INVALID_ARGUMENT, OK, denied],
      [OK, INVALID_ARGUMENT, OK, INVALID_ARGUMENT, OK, NOT_FOUND],
    ]);
    const reload = ['tensorflow.serving.ModelService', 'HandleReloadConfigRequest'] as const;
    assert.equal(await status(...reload, {}, bearer('read')), denied);
    assert.notEqual(await status(...reload, {}, bearer('admin')), denied);
  });

  it('let each role do what it may over REST, and tell the others what to send', async () => {
    const paths = ['/livez', '/v2/health/live', '/v1/models', '/v1/models/iris', '/metrics', '/nothing'];
    const seen: number[][] = [];
    for (const role of ['', 'predict', 'read']) {
      const headers = role === '' ? {} : { authorization: `Bearer ${token(role)}` };
      seen.push(await Promise.all(paths.map(async (one) => (await running.rest(one, { headers })).status)));
    }
    assert.deepEqual(seen, [
      [200, 200, 401, 401, 401, 401],
      [200, 200, 200, 200, 403, 404],
      [200, 200, 200, 200, 200, 404],
    ]);
    const challenge = async (authorization?: string): Promise<string | null> =>
      (
        await running.rest('/metrics', authorization === undefined ? {} : { headers: { authorization } })
      ).headers.get('www-authenticate');
    assert.equal(await challenge(), 'Bearer realm="perch"');
    assert.equal(await challenge('Bearer wrong'), 'Bearer realm="perch", error="invalid_token"');
    assert.equal(
      await challenge(`Bearer ${token('predict')}`),
      'Bearer realm="perch", error="insufficient_scope"',
    );
  });

  it('are read again when their file changes, and stay where it is broken or open to others', async () => {
    const later = 'later-token-'.padEnd(40, 'y');
    const isKnown = async (): Promise<boolean> =>
      (await running.rest('/v1/models', { headers: { authorization: `Bearer ${later}` } })).status === 200;
    const said = (text: string): boolean => running.logged.some((line) => line.includes(text));
    assert.equal(await isKnown(), false);
    appendFileSync(file, `later predict ${later}\n`);
    await until(() => said('the token file was read again'));
    assert.equal(await isKnown(), true);
    appendFileSync(file, 'nonsense\n');
    await until(() => said('The tokens that were read before stay.'));
    assert.equal(await isKnown(), true);
    if (process.platform !== 'win32') {
      chmodSync(file, 0o644);
      writeFileSync(file, '');
      await until(() => said('is open to others'));
      assert.equal(await isKnown(), true);
    }
    chmodSync(file, 0o600);
    writeFileSync(file, `the-admin admin ${token('admin')}\n`);
    await until(async () => !(await isKnown()));
  });

  it('tell who changed something and who was refused, and are in no log themselves', async () => {
    const audited = (): string[] => running.logged.filter((line) => line.includes('"component":"audit"'));
    await status('perch.admin.v1.Admin', 'UnloadVersion', { model: 'nobody', version: 2 }, bearer('admin'));
    const call = audited().at(-1)!;
    assert.match(
      call,
      /"method":"\/perch\.admin\.v1\.Admin\/UnloadVersion","token":"the-admin","role":"admin"/,
    );
    assert.match(call, /"outcome":"MODEL_UNKNOWN"/);
    await running.rest('/v1/models', { headers: { authorization: 'Bearer a-guess' } });
    assert.ok(
      audited().some((line) => line.includes('"transport":"REST"') && line.includes('TOKEN_UNKNOWN')),
    );
    await getFrom(running.server.restAddress, 'evil.example');
    assert.match(audited().at(-1)!, /"method":"GET \/v1\/models".*"outcome":"HOST_REFUSED"/);
    assert.ok(running.logged.some((line) => line.includes('"component":"exposure"')));
    const everything = running.logged.join('\n');
    for (const secret of [token('predict'), token('read'), token('admin'), 'a-guess', testToken]) {
      assert.ok(!everything.includes(secret));
    }
  });
});

/** Answers with the path. */
async function restListener(
  t: TestContext,
  options: Partial<Parameters<typeof listenRest>[0]>,
): Promise<Listener> {
  const { log } = memoryLog();
  const listener = await listenRest({
    bindAddress: '127.0.0.1',
    port: 0,
    maxBodyBytes: 1024,
    answer: ({ path: where }) => Promise.resolve({ status: 200, body: where }),
    log,
    ...options,
  });
  t.after(() => listener.close(AbortSignal.abort()));
  return listener;
}

/** A GET under another name. */
function getFrom(address: string, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    http
      .get(`http://${address}/v1/models`, { headers: { host } }, (response) =>
        response.resume().once('end', resolve),
      )
      .once('error', reject);
  });
}

function getSecurely(address: string, agent: https.Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    https
      .get(`https://${address}/v1/models`, { agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.once('end', () => resolve(text));
      })
      .once('error', reject);
  });
}
