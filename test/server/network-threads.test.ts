// Several network threads behind one listener: what they must keep as true as one, and one that dies. Where this Node cannot
// share a port among them (20), they have ports of their own, and a daemon refuses to start with them.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { connect as connectSecurely } from 'node:tls';
import {
  openGrpcListener,
  type GrpcListener,
  type GrpcListenerOptions,
} from '../../server/net/grpc-listener.ts';
import { portSharingProblem } from '../../server/net/threads/port-sharing.ts';
import { makeCertificates, type Identity } from '../support/certificates.ts';
import { networkThreadFile } from '../support/engine-pool.ts';
import { H2Connection } from '../support/h2-client/connection.ts';
import { GrpcCall } from '../support/h2-client/grpc-call.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { wireMethods, wirePath, type WireCounts } from '../support/wire-service.ts';
import { memoryLog } from '../unit/server/fakes.ts';
import { makeModels, startServer, type CallAnswer } from './support/running-server.ts';

const threads = { count: 2, programFile: networkThreadFile, sharesPort: false };
const certificates = makeCertificates();

interface Opened {
  readonly listener: GrpcListener;
  readonly lines: readonly string[];
  /** Of each thread. */
  readonly ports: readonly [number, number];
  readonly open: (thread: 0 | 1) => Promise<H2Connection>;
}

async function open(t: TestContext, options: Partial<GrpcListenerOptions> = {}): Promise<Opened> {
  const { log, lines } = memoryLog();
  const listener = await openGrpcListener({
    methods: wireMethods(),
    bindAddress: '127.0.0.1',
    port: 0,
    threads,
    log,
    ...options,
  });
  const connections: H2Connection[] = [];
  t.after(async () => {
    connections.forEach((connection) => connection.destroy());
    await listener.close(AbortSignal.abort());
  });
  const [one = 0, other = 0] = listener.addresses.map((address) => Number(address.split(':')[1]));
  assert.notEqual(one, other);
  const ports = [one, other] as const;
  return {
    listener,
    lines,
    ports,
    open: async (thread) => {
      const connection = await H2Connection.open({ port: ports[thread] });
      connections.push(connection);
      return connection;
    },
  };
}

async function echo(connection: H2Connection): Promise<number | undefined> {
  const { status, messages } = await GrpcCall.unary(connection, wirePath.echo, Buffer.from('well?'));
  assert.equal(String(messages[0]), 'well?');
  return status;
}

async function countsOn(connection: H2Connection): Promise<WireCounts> {
  const { messages } = await GrpcCall.unary(connection, wirePath.counts, Buffer.alloc(0));
  return JSON.parse(String(messages[0])) as WireCounts;
}

function toTls({ key, certificate }: Identity): NonNullable<GrpcListenerOptions['tls']> {
  return { key, certificates: certificate, notices: [] };
}

describe('network threads', () => {
  it('tell of all their connections in one list, with numbers of their own', async (t) => {
    const { listener, open: connection } = await open(t);
    const all: H2Connection[] = [];
    for (const thread of [0, 1, 0] as const) {
      const one = await connection(thread);
      all.push(one);
      // It is accepted, and has its number, before the next one comes.
      assert.equal(await echo(one), 0);
    }
    const lists = await listener.connections();
    assert.deepEqual(
      lists?.open.map(({ id }) => id),
      [1, 2, 3],
    );
    const now = performance.now();
    for (const { since, timeline, statistics } of lists.open) {
      assert.ok(since > 0 && since <= now);
      assert.ok(timeline.length > 0 && timeline.every(({ at }) => at >= since && at <= now));
      assert.equal(statistics?.streamsCompleted, 1);
    }
    assert.equal(listener.closes.open, 3);
    all[1]?.destroy();
    await until('the close to be told', () => listener.closes.open === 2);
    assert.equal(listener.closes.byCause().get('unknown'), 0);
    const { closed = [] } = (await listener.connections()) ?? {};
    assert.deepEqual(
      closed.map(({ id, cause }) => [id, cause.kind]),
      [[2, 'peer-closed']],
    );
  });

  it('keep the limit of connections together', async (t) => {
    const channelArguments = new Map([['grpc.max_allowed_incoming_connections', 2]]);
    const { open: connection, lines, ports } = await open(t, { channelArguments });
    assert.equal(await echo(await connection(0)), 0);
    const second = await connection(1);
    assert.equal(await echo(second), 0);
    for (const port of ports) {
      const socket = connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
      socket.resume();
      await once(socket, 'close');
    }
    await until('the log', () =>
      lines.some((line) => line.includes('grpc.max_allowed_incoming_connections')),
    );
    second.destroy();
    await until('room', async () => (await echo(await connection(0))) === 0);
  });

  it('tell an HTTP/1.1 client where REST is, once it is', async (t) => {
    let address = '';
    const { listener, ports } = await open(t, { restAddress: () => address });
    address = '127.0.0.1:8501';
    listener.restOpened();
    for (const port of ports) {
      await until('the address', async () => {
        const answer = await fetch(`http://127.0.0.1:${port}/`);
        return (await answer.text()).includes('8501');
      });
    }
  });

  it('take a renewed certificate for new connections', { skip: certificates === undefined }, async (t) => {
    const { server, stranger } = certificates!;
    const { listener, ports } = await open(t, { tls: toTls(server) });
    const shown = async (port: number): Promise<string> => {
      const socket = connectSecurely({
        port,
        host: '127.0.0.1',
        rejectUnauthorized: false,
        ALPNProtocols: ['h2'],
      });
      await once(socket, 'secureConnect');
      const { fingerprint256 } = socket.getPeerCertificate();
      socket.destroy();
      return fingerprint256;
    };
    const of = ({ certificate }: Identity): string => new X509Certificate(certificate).fingerprint256;
    assert.deepEqual(await Promise.all(ports.map(shown)), [of(server), of(server)]);
    listener.renewTls(toTls(stranger));
    for (const port of ports) {
      await until('the new certificate', async () => (await shown(port)) === of(stranger));
    }
  });

  it('finish what is in flight in each before they close', async (t) => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let waiting = 0;
    const { listener, open: connection } = await open(t, {
      methods: [
        {
          kind: 'unary',
          path: wirePath.echo,
          handle: async (request) => {
            waiting++;
            await released;
            return request;
          },
        },
      ],
    });
    const answers = [await connection(0), await connection(1)].map(echo);
    await until('both calls', () => waiting === 2);
    const closed = listener.close(new AbortController().signal);
    release();
    assert.deepEqual(await Promise.all(answers), [0, 0]);
    await closed;
  });

  it('are cut when their closing is forced', async (t) => {
    const { listener, open: connection } = await open(t);
    const call = new GrpcCall(await connection(0), wirePath.wait);
    await call.send(Buffer.alloc(0), { endStream: true });
    const force = new AbortController();
    const closed = listener.close(force.signal);
    force.abort();
    await closed;
    assert.equal(listener.closes.open, 0);
  });

  it('leave the others alone when one dies, and are started again', async (t) => {
    using directory = tempDir();
    const programFile = path.join(directory.path, 'thread.cjs');
    // The first time, and in the first thread only, the address of REST is too much for it.
    writeFileSync(
      programFile,
      `require(${JSON.stringify(networkThreadFile)});
       const { parentPort, workerData } = require('node:worker_threads');
       parentPort.on('message', ({ kind }) => {
         if (kind === 'rest-address' && workerData.index === 0) throw new Error('a mistake for a test');
       });`,
    );
    const { listener, lines, open: connection } = await open(t, { threads: { ...threads, programFile } });
    const [dying, living] = [await connection(0), await connection(1)];
    const call = new GrpcCall(dying, wirePath.wait);
    await call.send(Buffer.alloc(0), { endStream: true });
    await until('the call', async () => (await countsOn(living)).waiting === 1);
    listener.restOpened();
    await until('the handler to be told', async () => (await countsOn(living)).left === 1);
    const line = await until('the log', () => lines.find((one) => one.includes('a network thread ended')));
    assert.match(line, /"level":"error".*"thread":1,"connections":1.*a mistake for a test/);
    await until('the thread to serve again', () => lines.some((one) => one.includes('serves again')));
    assert.equal(await echo(await connection(0)), 0);
    assert.equal(await echo(living), 0);
    assert.equal(listener.closes.byCause().get('internal'), 1);
    assert.equal(listener.closes.open, 2);
    assert.equal((await listener.connections())?.open.length, 2);
  });

  it('say what is wrong where they cannot listen', async (t) => {
    const { ports } = await open(t);
    const { log } = memoryLog();
    const taken = openGrpcListener({
      methods: wireMethods(),
      bindAddress: '127.0.0.1',
      port: ports[0],
      threads: { ...threads, sharesPort: true },
      log,
    });
    await assert.rejects(taken, { code: 'PORT_TAKEN' });
  });
});

const problem = portSharingProblem(process);

describe('a daemon with network threads', () => {
  it('refuses to start where this Node cannot', { skip: problem === undefined }, async () => {
    const models = await makeModels('half_plus_two');
    try {
      const started = startServer([`--models_directory=${models.directory}`, '--network_threads=2']);
      await assert.rejects(started, { code: 'OPTION_INVALID', message: `--network_threads=2: ${problem}` });
    } finally {
      await models.remove();
    }
  });

  it('serves at one port', { skip: problem }, async () => {
    const models = await makeModels('half_plus_two');
    const flags = [`--models_directory=${models.directory}`, '--network_threads=2'];
    const running = await startServer(flags);
    try {
      const port = Number(running.server.grpcAddress.split(':').at(-1));
      const asked = await Promise.all(
        Array.from({ length: 16 }, async () => {
          const connection = await H2Connection.open({ port });
          const { status } = await GrpcCall.unary(
            connection,
            '/grpc.health.v1.Health/Check',
            Buffer.alloc(0),
          );
          return { connection, status };
        }),
      );
      assert.deepEqual(new Set(asked.map(({ status }) => status)), new Set([0]));
      const { outputs } = await running.call('tensorflow.serving.PredictionService', 'Predict', {
        modelSpec: { name: 'half_plus_two' },
        inputs: { x: { dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: 2 }] }, floatVal: [1, 4] } },
      });
      assert.deepEqual((outputs as { y: { floatVal: number[] } }).y.floatVal, [2.5, 4]);
      const network: CallAnswer = await running.call('perch.admin.v1.Admin', 'GetNetwork', {});
      const ids = (network.open as { id: string }[]).map(({ id }) => id);
      assert.ok(ids.length >= 17 && new Set(ids).size === ids.length, `${ids.length} connections`);
      await assert.rejects(startServer([...flags, `--port=${port}`]), { code: 'PORT_TAKEN' });
      asked.forEach(({ connection }) => connection.destroy());
    } finally {
      await running.stop();
      await models.remove();
    }
  });
});
