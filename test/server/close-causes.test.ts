// The causes of the cause table (reference, connections §1.5), brought about by real clients, and told with advice.
//
// Where each row is covered; `unit` is test/unit/server/doctor/record/classify-close.test.ts, which has every row that a recorder
// sees, and `interop` scripts/interop/keepalive.mjs, which has C-core (Python's grpcio) as client and server:
//    1 too many pings            here (grpc-js), interop (C-core, grpc-js), hostile/soak
//    2 max idle                  here (grpc-js), interop (C-core), hostile/soak, unit/server/wire/soak
//    3 max age, and grace        here (grpc-js), interop (C-core), server/grpc-connections.test.ts, hostile/soak
//    4 keepalive of the server   here (raw), hostile/soak, unit/server/wire/soak
//    5 keepalive of the client   here (grpc-js before a server that is stopped), unit
//    6 reset                     here (raw), hostile/soak; the idle limits of devices: unit/server/wire/socket/close-text.test.ts
//    7 silent drop               here (grpc-js through a tap that drops), interop (C-core), unit/…/record/tap-proxy.test.ts
//    8 client closed or killed   here (grpc-js), hostile/soak (SIGKILL)
//    9 cancelled, deadline       here (grpc-js): no close
//   10 graceful shutdown         here (grpc-js), server/grpc-connections.test.ts, hostile/soak
//   11 forced shutdown           here (grpc-js)
//   12 server process died       here (grpc-js before a server that is killed)
//   13 RESOURCE_EXHAUSTED        here (grpc-js): no close
//   14 the loop stood still      here (raw, with a loop that says so), unit/server/wire/socket/wire-listener.test.ts
//   15 too many streams          here (grpc-js waits, raw is refused), hostile/wire-floods.test.ts
//   16 TLS at a port in clear    here (grpc-js)
//   17 clear at a TLS port       here (grpc-js)
//   18 HTTP/1.1 at the gRPC port here (node:http), hostile/wire-doors.test.ts
//   19 gRPC at the REST port     here (grpc-js through a tap)
//   20 certificates              here (grpc-js), unit/server/wire/socket/tls-door.test.ts
//   21 flood guards              hostile/wire-floods.test.ts, hostile/soak, unit/server/wire/soak
//   22 what nghttp2 ends silently  here (raw: a frame too large), hostile/wire-floods.test.ts (resets)
//   23 wrong bind                here (grpc-js through a tap to ::1), server/exposure.test.ts
//   24 proxy variables           here (grpc-js)
//   25 REST's keep-alive         here: the server's time, which is longer than the clients'; no close to classify
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as grpc from '@grpc/grpc-js';
import { TapProxy } from '../../server/doctor/record/tap-proxy.ts';
import type { GrpcListener, GrpcListenerOptions } from '../../server/net/grpc-listener.ts';
import { openGrpcListener } from '../../server/net/grpc-listener.ts';
import { makeRestServer } from '../../server/net/rest-server.ts';
import { parseTlsConfig, type TlsConfig } from '../../server/net/tls-config.ts';
import type { CloseCause } from '../../server/wire/close-cause.ts';
import { closeText } from '../../server/wire/socket/close-text.ts';
import { makeCertificates } from '../support/certificates.ts';
import { H2Connection } from '../support/h2-client/connection.ts';
import { dataFrame } from '../support/h2-client/frame.ts';
import { GrpcCall } from '../support/h2-client/grpc-call.ts';
import { until } from '../support/until.ts';
import { startWireProcess } from '../support/wire-process.ts';
import { wireMethods, wirePath } from '../support/wire-service.ts';
import { memoryLog } from '../unit/server/fakes.ts';

const certificates = makeCertificates();
const same = (bytes: Buffer): Buffer => bytes;

interface Opened {
  readonly listener: GrpcListener;
  readonly port: number;
  readonly client: (how?: {
    address?: string;
    credentials?: grpc.ChannelCredentials;
    options?: grpc.ChannelOptions;
  }) => grpc.Client;
  /** The cause of the first close that is told. */
  readonly cause: () => Promise<CloseCause>;
  readonly counts: () => Promise<{ readonly open: number; readonly closed: number }>;
}

async function open(
  t: TestContext,
  channelArguments: Readonly<Record<string, number>> = {},
  options: Partial<GrpcListenerOptions> = {},
): Promise<Opened> {
  const listener = await openGrpcListener({
    methods: wireMethods(),
    bindAddress: '127.0.0.1',
    port: 0,
    restAddress: () => '127.0.0.1:8501',
    channelArguments: new Map(Object.entries(channelArguments)),
    log: memoryLog().log,
    ...options,
  });
  const clients: grpc.Client[] = [];
  t.after(async () => {
    clients.forEach((client) => client.close());
    await listener.close(AbortSignal.abort());
    assert.equal(listener.closes.byCause().get('unknown'), 0);
  });
  return {
    listener,
    port: Number(listener.address.split(':')[1]),
    client: ({
      address = listener.address,
      credentials = grpc.credentials.createInsecure(),
      options: given,
    } = {}) => {
      const made = new grpc.Client(address, credentials, { 'grpc.use_local_subchannel_pool': 1, ...given });
      clients.push(made);
      return made;
    },
    cause: () =>
      until('a close', async () => [...((await listener.connections())?.closed ?? [])][0]?.cause ?? false),
    counts: async () => {
      const lists = await listener.connections();
      return { open: [...(lists?.open ?? [])].length, closed: lists?.closed.length ?? 0 };
    },
  };
}

/** Calls; resolves to the text of the answer, or rejects with grpc-js's ServiceError. */
function call(
  client: grpc.Client,
  method: string,
  message: Buffer | string = 'hello',
  ms = 60_000,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { deadline: Date.now() + ms };
    client.makeUnaryRequest(
      method,
      same,
      same,
      Buffer.from(message),
      new grpc.Metadata(),
      options,
      (error, answer) => (error === null ? resolve(String(answer)) : reject(error)),
    );
  });
}

/** The cause is of this kind, with this in its sentence and its advice; gives the cause. */
async function closesBy<Kind extends CloseCause['kind']>(
  { cause }: Opened,
  kind: Kind,
  text: RegExp,
  advice: RegExp,
): Promise<Extract<CloseCause, { kind: Kind }>> {
  const found = await cause();
  const told = closeText(found);
  assert.equal(found.kind, kind, told.text);
  assert.match(told.text, text);
  assert.match(told.advice, advice);
  return found as Extract<CloseCause, { kind: Kind }>;
}

/** A tap to a port of this machine, and the first verdict about it. */
async function tapTo(
  t: TestContext,
  port: number,
  host = '127.0.0.1',
): Promise<{ tap: TapProxy; verdict: () => Promise<{ cause: string; advice: string }> }> {
  const verdicts: { cause: string; advice: string }[] = [];
  const tap = await TapProxy.open({
    listenHost: '127.0.0.1',
    listenPort: 0,
    serverHost: host,
    serverPort: port,
    closed: (connection) => verdicts.push(connection.verdict()),
  });
  t.after(() => tap[Symbol.asyncDispose]());
  return { tap, verdict: () => until('a verdict', () => verdicts[0] ?? false) };
}

const tlsOf = (more = ''): TlsConfig =>
  parseTlsConfig(
    `server_key: ${JSON.stringify(certificates!.server.key)} server_cert: ${JSON.stringify(certificates!.server.certificate)} ${more}`,
    'ssl.config',
    new Date(),
  );

describe('what the server closes', () => {
  it('1: pings that come too often, and tells the client', async (t) => {
    const opened = await open(t, { 'grpc.http2.min_recv_ping_interval_without_data_ms': 60_000 });
    const options = { 'grpc.keepalive_time_ms': 100, 'grpc.keepalive_permit_without_calls': 1 };
    const client = opened.client({ options });
    await assert.rejects(
      call(client, wirePath.wait),
      /too_many_pings|Bandwidth exhausted|Connection dropped/,
    );
    await closesBy(
      opened,
      'too-many-pings',
      /1 min are allowed/,
      /grpc\.keepalive_time_ms of the client to 60000/,
    );
  });

  it('2: an idle connection, which the next call opens anew', async (t) => {
    const opened = await open(t, { 'grpc.max_connection_idle_ms': 150 });
    const client = opened.client();
    await call(client, wirePath.echo);
    await closesBy(opened, 'max-idle', /no call for/, /^$/);
    assert.equal(await call(client, wirePath.echo), 'hello');
  });

  it('3: an old connection, with the call that outlives the grace', async (t) => {
    const opened = await open(t, {
      'grpc.max_connection_age_ms': 100,
      'grpc.max_connection_age_grace_ms': 50,
    });
    await assert.rejects(call(opened.client(), wirePath.wait), { code: grpc.status.UNAVAILABLE });
    const { cutStreams } = await closesBy(
      opened,
      'max-age',
      /1 call had not ended/,
      /grace_ms above the longest/,
    );
    assert.equal(cutStreams, 1);
  });

  for (const [row, name, loopDelay, advice] of [
    ['4', 'a client that does not answer pings', 0, /The client is gone without a word/],
    [
      '14',
      'a client that was not heard because this process stood still',
      400,
      /This server itself stood still/,
    ],
  ] as const) {
    it(`${row}: ${name}`, async (t) => {
      const times = { 'grpc.keepalive_time_ms': 50, 'grpc.keepalive_timeout_ms': 500 };
      const opened = await open(t, times, { loopDelay: () => loopDelay });
      const connection = await H2Connection.open({ port: opened.port, acknowledge: false });
      t.after(() => connection.destroy());
      await closesBy(opened, 'keepalive-timeout', /did not answer a ping within 500 ms/, advice);
    });
  }

  it('7: a connection whose path drops everything', async (t) => {
    const opened = await open(t, { 'grpc.keepalive_time_ms': 100, 'grpc.keepalive_timeout_ms': 300 });
    const { tap, verdict } = await tapTo(t, opened.port);
    const client = opened.client({ address: tap.address });
    await call(client, wirePath.echo);
    tap.connections().forEach((connection) => connection.drop());
    await closesBy(
      opened,
      'keepalive-timeout',
      /did not answer a ping/,
      /something between dropped the connection/,
    );
    client.close();
    tap.connections().forEach((connection) => connection.destroy());
    assert.equal((await verdict()).cause, 'silent-drop');
  });

  it('10, 11: all, when it shuts down: with the calls that end, and those that are cut', async (t) => {
    const opened = await open(t);
    await call(opened.client(), wirePath.echo);
    await opened.listener.close(new AbortController().signal);
    await closesBy(opened, 'drained', /shutting down/, /^$/);

    const forced = await open(t);
    const waiting = assert.rejects(call(forced.client(), wirePath.wait));
    await until('the call', async () => (await forced.counts()).open === 1);
    await sleep(50);
    await forced.listener.close(AbortSignal.timeout(100));
    await waiting;
    await closesBy(forced, 'forced', /cut 1 call/, /--drain_grace_seconds/);
  });

  it('22: frames that are too large, and says so', async (t) => {
    const opened = await open(t);
    const connection = await H2Connection.open({ port: opened.port });
    connection.socket.write(dataFrame(1, Buffer.alloc(20_000)));
    await connection.untilClosed();
    const { code } = await closesBy(opened, 'protocol-error', /RFC 9113 §4\.2/, /defect of the client/);
    assert.equal(code, 'FRAME_SIZE_ERROR');
  });
});

describe('what the client closes', () => {
  it('5: a server that does not answer its pings; 12: a server that dies', async (t) => {
    const server = await startWireProcess();
    const { tap } = await tapTo(t, server.port);
    const client = new grpc.Client(tap.address, grpc.credentials.createInsecure(), {
      'grpc.keepalive_time_ms': 300,
      'grpc.keepalive_timeout_ms': 300,
      'grpc.keepalive_permit_without_calls': 1,
    });
    t.after(() => client.close());
    assert.equal(await call(client, wirePath.echo), 'hello');
    process.kill(server.pid, 'SIGSTOP');
    // The server's side ends when it goes on: the verdict is the one of the moment at which the client gave up.
    const [tapped] = tap.connections();
    await until('the client to give up', () => tapped?.seen().client.end !== undefined);
    const { cause = '', advice = '' } = tapped?.verdict() ?? {};
    assert.deepEqual([cause, advice.includes('stood still')], ['client-watchdog', true]);
    process.kill(server.pid, 'SIGCONT');

    const second = await tapTo(t, server.port);
    const other = new grpc.Client(second.tap.address, grpc.credentials.createInsecure());
    t.after(() => other.close());
    const waiting = assert.rejects(call(other, wirePath.wait), { code: grpc.status.UNAVAILABLE });
    await until('the call', async () => (await server.counts()).waiting === 1);
    process.kill(server.pid, 'SIGKILL');
    await waiting;
    assert.ok(['server-vanished', 'reset'].includes((await second.verdict()).cause));
    await server.stop();
  });

  it('6: by a reset', async (t) => {
    const opened = await open(t);
    const connection = await H2Connection.open({ port: opened.port });
    const waiting = new GrpcCall(connection, wirePath.wait);
    await waiting.send(Buffer.from('wait'), { endStream: true });
    await connection.settle();
    await sleep(50);
    connection.socket.resetAndDestroy();
    await closesBy(opened, 'peer-reset', /with 1 call open/, /crashed or was killed/);
  });

  it('8: by closing, with a call open or not', async (t) => {
    const opened = await open(t);
    const client = opened.client();
    await call(client, wirePath.echo);
    client.close();
    const { openStreams } = await closesBy(opened, 'peer-closed', /^the client closed it$/, /^$/);
    assert.equal(openStreams, 0);
    const killed = await open(t);
    const connection = await H2Connection.open({ port: killed.port });
    await new GrpcCall(connection, wirePath.wait).send(Buffer.from('wait'), { endStream: true });
    await connection.settle();
    connection.socket.end();
    await closesBy(killed, 'peer-closed', /1 call had no answer yet/, /A client that ends, or is ended/);
  });

  it('9, 13, 15: not with a deadline, a message that is too large, or calls beyond the limit', async (t) => {
    const opened = await open(t, {
      'grpc.max_receive_message_length': 100,
      'grpc.max_concurrent_streams': 1,
    });
    const client = opened.client();
    await assert.rejects(call(client, wirePath.wait, '', 100), { code: grpc.status.DEADLINE_EXCEEDED });
    await assert.rejects(call(client, wirePath.echo, 'x'.repeat(200)), {
      code: grpc.status.RESOURCE_EXHAUSTED,
      message: /grpc\.max_receive_message_length/,
    });
    // The second waits in the client for the first.
    await Promise.all([call(client, wirePath.echo), call(client, wirePath.echo)]);
    assert.deepEqual(await opened.counts(), { open: 1, closed: 0 });
    const rude = await H2Connection.open({ port: opened.port });
    t.after(() => rude.destroy());
    const [first, second] = [new GrpcCall(rude, wirePath.converse), new GrpcCall(rude, wirePath.converse)];
    assert.equal((await second.untilEnded()).reset, 'REFUSED_STREAM');
    first.cancel();
    assert.equal((await opened.counts()).closed, 0);
  });
});

describe('wrong doors', () => {
  it('16, 18, 24: TLS, HTTP/1.1 and a proxy variable at a port in clear', async (t) => {
    const secure = await open(t);
    const credentials = grpc.credentials.createSsl();
    await assert.rejects(call(secure.client({ credentials }), wirePath.echo, '', 2000));
    await closesBy(
      secure,
      'wrong-protocol',
      /a TLS client knocked/,
      /without TLS, or give .* --ssl_config_file/,
    );

    const http = await open(t);
    const [response] = (await once(get(`http://${http.listener.address}/v1/models/x`), 'response')) as [
      IncomingMessage,
    ];
    assert.equal(response.statusCode, 400);
    assert.match(String(await response.toArray()), /The REST API is at http:\/\/127\.0\.0\.1:8501/);
    await closesBy(http, 'wrong-protocol', /an HTTP\/1\.1 client knocked/, /told where the REST API is/);

    const proxy = await open(t);
    process.env.grpc_proxy = `http://${proxy.listener.address}`;
    t.after(() => delete process.env.grpc_proxy);
    const hijacked = proxy.client({ address: 'dns:models.example:8500' });
    await assert.rejects(call(hijacked, wirePath.echo, '', 2000));
    delete process.env.grpc_proxy;
    await closesBy(
      proxy,
      'wrong-protocol',
      /CONNECT models\.example:8500/,
      /no_proxy=127\.0\.0\.1,localhost,::1/,
    );
  });

  it(
    '17, 20: clear, distrust and no certificate at a TLS port',
    { skip: certificates === undefined },
    async (t) => {
      const { authority, stranger } = certificates!;
      const clear = await open(t, {}, { tls: tlsOf() });
      await assert.rejects(call(clear.client(), wirePath.echo, '', 2000));
      await closesBy(
        clear,
        'tls-failed',
        /the client began in clear: PRI/,
        /connect with TLS: this port has a certificate/,
      );

      const distrusted = await open(t, {}, { tls: tlsOf() });
      const wrong = grpc.credentials.createSsl(Buffer.from(stranger.certificate));
      await assert.rejects(call(distrusted.client({ credentials: wrong }), wirePath.echo, '', 2000));
      await closesBy(
        distrusted,
        'tls-failed',
        /left within it|unknown ca/,
        /do(?:es)? not trust the certificate/,
      );

      const mutual = await open(
        t,
        {},
        { tls: tlsOf(`client_verify: true custom_ca: ${JSON.stringify(authority.certificate)}`) },
      );
      const bare = grpc.credentials.createSsl(Buffer.from(authority.certificate));
      await assert.rejects(call(mutual.client({ credentials: bare }), wirePath.echo, '', 2000));
      await closesBy(mutual, 'tls-failed', /did not return a certificate/, /client_verify is on/);
    },
  );

  it('19, 23, 25: gRPC at an HTTP/1.1 port, and an address at which nobody listens', async (t) => {
    const { server: rest } = makeRestServer(
      { timeoutMs: 0, maxConnections: 9, tls: undefined },
      memoryLog().log,
      (_, response) => void response.end(),
    );
    // 25: longer than any usual pool keeps a connection that it does not use.
    assert.ok('keepAliveTimeout' in rest && rest.keepAliveTimeout > 60_000);
    rest.listen(0, '127.0.0.1');
    t.after(() => rest.close());
    await once(rest, 'listening');
    const { tap, verdict } = await tapTo(t, (rest.address() as AddressInfo).port);
    const client = new grpc.Client(tap.address, grpc.credentials.createInsecure());
    t.after(() => client.close());
    await assert.rejects(call(client, wirePath.echo, '', 2000));
    const told = await verdict();
    assert.deepEqual([told.cause, told.advice.includes('8500')], ['grpc-on-rest-port', true]);

    const opened = await open(t);
    const elsewhere = await tapTo(t, opened.port, '::1');
    const lost = new grpc.Client(elsewhere.tap.address, grpc.credentials.createInsecure());
    t.after(() => lost.close());
    await assert.rejects(call(lost, wirePath.echo, '', 2000), { code: grpc.status.UNAVAILABLE });
    const unreachable = await elsewhere.verdict();
    assert.equal(unreachable.cause, 'server-unreachable');
    assert.match(unreachable.advice, /127\.0\.0\.1 is not ::1|firewall/);
  });
});

describe('the count of closes', () => {
  it('is kept by both transports; grpc-js knows of clients that leave, and of its own shutdown', async (t) => {
    for (const transport of ['perch', 'grpc-js'] as const) {
      const { listener, client } = await open(t, {}, { transport });
      const [leaves, stays] = [client(), client()];
      await Promise.all([call(leaves, wirePath.echo), call(stays, wirePath.echo)]);
      assert.equal(listener.closes.open, 2);
      leaves.close();
      await until('the close', () => listener.closes.byCause().get('peer-closed') === 1);
      await listener.close(new AbortController().signal);
      await until('the end', () => listener.closes.open === 0);
      assert.deepEqual(
        [...listener.closes.byCause()],
        [
          ['unknown', 0],
          ['peer-closed', 1],
          ['drained', 1],
        ],
        transport,
      );
    }
  });
});
