// What both transports do with calls, seen frame by frame: windows, cancellation, deadlines, TLS, UNIX sockets, draining.
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { openGrpcListener, type GrpcListenerOptions, type Listener } from '../../server/net/grpc-listener.ts';
import { parseTlsConfig } from '../../server/net/tls-config.ts';
import { makeCertificates } from '../support/certificates.ts';
import { networkThreadFile } from '../support/engine-pool.ts';
import { H2Connection, type ConnectOptions } from '../support/h2-client/connection.ts';
import {
  dataFrame,
  flag,
  frameType,
  pingFrame,
  setting,
  settingsFrame,
  windowUpdateFrame,
} from '../support/h2-client/frame.ts';
import type { ReceivedFrame } from '../support/h2-client/frame-log.ts';
import { goawayOf, has } from '../support/h2-client/frame-reader.ts';
import { GrpcCall } from '../support/h2-client/grpc-call.ts';
import { messageBytes } from '../support/h2-client/grpc-message.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { wireMethods, wirePath, type WireCounts } from '../support/wire-service.ts';
import { memoryLog } from '../unit/server/fakes.ts';

const certificates = makeCertificates();

/** A listener on a free port, closed with the test. */
interface Opened {
  readonly listener: Listener;
  readonly connect: (options?: ConnectOptions) => Promise<H2Connection>;
  readonly counts: () => Promise<WireCounts>;
}

async function open(t: TestContext, options: Partial<GrpcListenerOptions>): Promise<Opened> {
  const listener = await openGrpcListener({
    methods: wireMethods(),
    bindAddress: '127.0.0.1',
    port: 0,
    log: memoryLog().log,
    ...options,
  });
  const connections: H2Connection[] = [];
  t.after(async () => {
    connections.forEach((connection) => connection.destroy());
    await listener.close(AbortSignal.abort());
    assert.deepEqual(
      connections.flatMap(({ violations }) => violations),
      [],
    );
  });
  const connect = async (how: ConnectOptions = {}): Promise<H2Connection> => {
    const connection = await H2Connection.open({ port: Number(listener.address.split(':')[1]), ...how });
    connections.push(connection);
    return connection;
  };
  return {
    listener,
    connect,
    counts: async () => {
      const { messages } = await GrpcCall.unary(await connect(), wirePath.counts, Buffer.alloc(0));
      return JSON.parse(String(messages[0])) as WireCounts;
    },
  };
}

const text = (value: string): Buffer => Buffer.from(value);

/** Octets of DATA that came on a stream. */
function octetsOn({ log }: H2Connection, streamId: number): number {
  return log.frames
    .filter((frame) => frame.type === frameType.data && frame.streamId === streamId)
    .reduce((sum, { payload }) => sum + payload.length, 0);
}

const ways: readonly (Pick<GrpcListenerOptions, 'transport' | 'threads'> & { readonly name: string })[] = [
  { name: 'perch', transport: 'perch' },
  { name: 'grpc-js', transport: 'grpc-js' },
  {
    name: 'perch in two threads',
    threads: { count: 2, programFile: networkThreadFile, sharesPort: false },
  },
];

for (const { name, ...how } of ways) {
  describe(`the transport ${name}`, () => {
    it('answers a call that fails with nothing but trailers', async (t) => {
      const { connect } = await open(t, how);
      const connection = await connect();
      const request = text('{"code": "MODEL_UNKNOWN", "message": "nobody knows ☺"}');
      const { status, message, messages } = await GrpcCall.unary(connection, wirePath.fail, request);
      assert.deepEqual([status, message, messages.length], [5, 'nobody knows ☺', 0]);
      const answers = connection.log.frames.filter(({ streamId }) => streamId === 1);
      assert.deepEqual(
        answers.map((frame) => frame.type === frameType.headers && has(frame, flag.endStream)),
        [true],
      );
    });

    it('sends no more than the windows allow, and goes on when they open', async (t) => {
      const { connect, counts } = await open(t, how);
      const connection = await connect({ grantAfterBytes: Infinity });
      const call = new GrpcCall(connection, wirePath.produce);
      await call.send(text(JSON.stringify(Array.from({ length: 300 }, () => 2_000))), { endStream: true });
      await until('the first window to be full', () => octetsOn(connection, call.streamId) === 65_535);
      assert.equal((await counts()).streams, 1);
      // The stream's window alone does not help.
      connection.send(windowUpdateFrame(call.streamId, 2 ** 20));
      await connection.settle();
      assert.equal(octetsOn(connection, call.streamId), 65_535);
      connection.send(windowUpdateFrame(0, 2 ** 20));
      const { status, messages } = await call.untilEnded();
      assert.equal(status, 0);
      assert.deepEqual([...new Set(messages.map(({ length }) => length))], [2_000]);
      assert.equal(messages.length, 300);
    });

    it('takes an initial window that changes under a call: to none, and back', async (t) => {
      const { connect } = await open(t, how);
      const connection = await connect({
        settings: [[setting.initialWindowSize, 0]],
        grantAfterBytes: Infinity,
      });
      const call = new GrpcCall(connection, wirePath.echo);
      connection.send(dataFrame(call.streamId, messageBytes(text('x'.repeat(1_000))), { endStream: true }));
      await connection.untilFrame('HEADERS', ({ type }) => type === frameType.headers);
      await connection.settle();
      assert.equal(octetsOn(connection, call.streamId), 0);
      connection.send(settingsFrame([[setting.initialWindowSize, 10]]));
      await until('ten octets', () => octetsOn(connection, call.streamId) === 10);
      connection.send(settingsFrame([[setting.initialWindowSize, 65_535]]));
      assert.equal((await call.untilEnded()).status, 0);
    });

    it('tells the handler of a client that cancels, and of one that is gone', async (t) => {
      const { connect, counts } = await open(t, how);
      const connection = await connect();
      const waiting = [1, 2].map(() => {
        const call = new GrpcCall(connection, wirePath.wait);
        void call.send(text('wait'), { endStream: true });
        return call;
      });
      await until('both to wait', async () => (await counts()).waiting === 2);
      waiting[0]!.cancel();
      await until('one to leave', async () => (await counts()).left === 1);
      assert.equal((await counts()).waiting, 1);
      connection.destroy();
      await until('the other to leave', async () => (await counts()).left === 2);
    });

    it('ends a call at its deadline, and tells its handler', async (t) => {
      const { connect, counts } = await open(t, how);
      const call = await GrpcCall.unary(await connect(), wirePath.wait, text('wait'), { timeout: '30m' });
      assert.equal(call.status, 4);
      await until('the handler to end', async () => (await counts()).left === 1);
    });

    it('serves on a UNIX socket', { skip: how.threads !== undefined }, async (t) => {
      const directory = tempDir();
      t.after(() => directory.remove());
      const socketPath = path.join(directory.path, 'socket');
      const { connect } = await open(t, { ...how, socketPath });
      const connection = await connect({ path: socketPath });
      assert.equal((await GrpcCall.unary(connection, wirePath.echo, text('socket'))).status, 0);
    });

    it('serves with TLS', { skip: certificates === undefined }, async (t) => {
      const { server, authority } = certificates!;
      const configuration = `server_key: ${JSON.stringify(server.key)} server_cert: ${JSON.stringify(server.certificate)}`;
      const tls = parseTlsConfig(configuration, 'ssl.config', new Date());
      const { connect } = await open(t, { ...how, tls });
      const connection = await connect({ ca: authority.certificate });
      const large = Buffer.alloc(3_000_000, 'secret');
      const { status, messages } = await GrpcCall.unary(connection, wirePath.echo, large);
      assert.deepEqual([status, messages[0]?.equals(large)], [0, true]);
    });

    it('drains: GOAWAY, and the calls that are open end first', async (t) => {
      const { connect, listener } = await open(t, how);
      const connection = await connect();
      const call = new GrpcCall(connection, wirePath.converse);
      await call.send(text('before'));
      await until('an answer', () => call.messages.length === 1);
      const closed = listener.close(new AbortController().signal);
      const late = await GrpcCall.unary(connection, wirePath.echo, text('late'));
      assert.ok(late.status === 14 || late.reset === 'REFUSED_STREAM', JSON.stringify(late));
      await call.send(text('during'), { endStream: true });
      const { status, messages } = await call.untilEnded();
      assert.deepEqual([status, ...messages.map(String)], [0, 'before', 'during']);
      await closed;
      await connection.untilClosed();
      assert.equal(goawayOf(await connection.untilGoaway()).code, 'NO_ERROR');
    });
  });
}

describe('the transport perch', () => {
  it('leaves in two steps: GOAWAY for all streams to come, a PING, then the true last stream', async (t) => {
    const channelArguments = new Map([['grpc.max_connection_age_ms', 100]]);
    const { connect } = await open(t, { channelArguments });
    const connection = await connect();
    const call = new GrpcCall(connection, wirePath.converse);
    await call.send(text('one'));
    const isGoaway = ({ type }: ReceivedFrame): boolean => type === frameType.goaway;
    const first = await connection.untilFrame('the first GOAWAY', isGoaway);
    assert.deepEqual(goawayOf(first), { code: 'NO_ERROR', lastStreamId: 2 ** 31 - 1, debugData: 'max_age' });
    const second = await connection.untilFrame('the second', (frame) => frame !== first && isGoaway(frame));
    assert.equal(goawayOf(second).lastStreamId, call.streamId);
    const between = connection.log.frames.slice(
      connection.log.frames.indexOf(first),
      connection.log.frames.indexOf(second),
    );
    assert.ok(between.some((frame) => frame.type === frameType.ping && !has(frame, flag.ack)));
    await call.send(text('two'), { endStream: true });
    assert.equal((await call.untilEnded()).status, 0);
    await connection.untilClosed();
  });

  it('takes TLS without ALPN as HTTP/2', { skip: certificates === undefined }, async (t) => {
    const { server, authority } = certificates!;
    const configuration = `server_key: ${JSON.stringify(server.key)} server_cert: ${JSON.stringify(server.certificate)}`;
    const { connect } = await open(t, { tls: parseTlsConfig(configuration, 'ssl.config', new Date()) });
    const connection = await connect({ ca: authority.certificate, alpn: [] });
    assert.equal((await GrpcCall.unary(connection, wirePath.echo, text('h2'))).status, 0);
  });

  it('closes a client that pings too often, where that is asked for', async (t) => {
    const channelArguments = new Map([
      ['grpc.http2.min_recv_ping_interval_without_data_ms', 300_000],
      ['grpc.http2.max_ping_strikes', 2],
    ]);
    const { connect } = await open(t, { channelArguments });
    const connection = await connect();
    // The first is free, and two strikes are forgiven.
    for (let ping = 0; ping < 3; ping++) {
      await connection.settle();
    }
    assert.equal(connection.log.frames.filter(({ type }) => type === frameType.goaway).length, 0);
    connection.send(pingFrame());
    const { code, debugData } = goawayOf(await connection.untilGoaway());
    assert.deepEqual([code, debugData], ['ENHANCE_YOUR_CALM', 'too_many_pings']);
  });
});
