// The tap between a real client and a real server: it changes nothing, sees the close, and breaks what it is told to.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type ClientHttp2Session } from 'node:http2';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { defaultServer } from '../../../../../server/doctor/keepalive/connection-facts.ts';
import { FastClock } from '../../../../../server/doctor/live-probe/fast-clock.ts';
import { probeMethods, ProbeServer } from '../../../../../server/doctor/live-probe/probe-server.ts';
import type { ClosedBecause } from '../../../../../server/doctor/record/close-verdict.ts';
import type { TapConnection, TapFaults } from '../../../../../server/doctor/record/tap-connection.ts';
import { TapProxy } from '../../../../../server/doctor/record/tap-proxy.ts';
import { until } from '../../../../support/until.ts';

interface Tapped {
  readonly tap: TapProxy;
  readonly session: ClientHttp2Session;
  readonly connection: () => TapConnection;
  readonly closed: Promise<ClosedBecause>;
  readonly events: string[];
}

async function tapped(t: TestContext, serverPort: number, faults: Partial<TapFaults> = {}): Promise<Tapped> {
  const events: string[] = [];
  let opened: TapConnection | undefined;
  let tell: (closed: ClosedBecause) => void = () => undefined;
  const closed = new Promise<ClosedBecause>((resolve) => (tell = resolve));
  const tap = await TapProxy.open({
    listenHost: '127.0.0.1',
    listenPort: 0,
    serverHost: '127.0.0.1',
    serverPort,
    faults,
    opened: (connection) => (opened = connection),
    event: (_connection, { from, what, detail }) => events.push(`${from} ${what} ${detail}`.trim()),
    closed: (connection) => tell(connection.verdict()),
  });
  const session = connect(`http://${tap.address}`);
  session.on('error', () => undefined);
  // Node answers pings of a session that is not connected yet at once.
  await Promise.race([once(session, 'connect'), closed]);
  t.after(async () => {
    session.destroy();
    await tap[Symbol.asyncDispose]();
  });
  return { tap, session, connection: () => opened!, closed, events };
}

async function probeServer(t: TestContext, changed: object = {}): Promise<number> {
  const server = await ProbeServer.open(
    { ...defaultServer('core'), ...changed },
    { activeStream: false, serverDataEveryMs: Infinity, callEveryMs: Infinity },
    new FastClock(1),
  );
  t.after(() => server[Symbol.asyncDispose]());
  return server.port;
}

async function call(session: ClientHttp2Session, body = Buffer.alloc(5)): Promise<unknown> {
  const request = session.request({
    ':method': 'POST',
    ':path': probeMethods.call,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  request.resume().end(body);
  const [trailers] = (await once(request, 'trailers')) as [Record<string, string>];
  return trailers['grpc-status'];
}

const ping = (session: ClientHttp2Session): Promise<unknown> =>
  new Promise((resolve) => session.ping(resolve));

describe('a tap', () => {
  it('passes calls on, large ones too, and sees the client close', async (t) => {
    const { session, closed, events } = await tapped(t, await probeServer(t));
    const large = Buffer.alloc(700_005);
    large.writeUInt32BE(700_000, 1);
    assert.equal(await call(session), '0');
    assert.equal(await call(session, large), '0');
    session.close();
    const { cause } = await closed;
    assert.ok(['client-closed', 'client-error'].includes(cause), cause);
    assert.ok(events.some((line) => /client CALL .*700005 bytes/.test(line)));
    assert.ok(events.includes('server SETTINGS ACK'));
  });

  it('sees that a client pings too often', async (t) => {
    const port = await probeServer(t, { minPingIntervalMs: 60_000, permitWithoutCalls: true });
    const { session, closed, events } = await tapped(t, port);
    for (let pings = 0; pings < 4; pings++) {
      await ping(session);
    }
    const { cause, evidence } = await closed;
    assert.equal(cause, 'too-many-pings', events.join('\n'));
    assert.match(evidence.join('\n'), /4 PINGs of the client, 4 since/);
  });

  it('drops everything, and both sides stay connected until they find out', async (t) => {
    const { session, closed, connection } = await tapped(t, await probeServer(t));
    assert.equal(await call(session), '0');
    connection().drop();
    session.ping(() => undefined);
    // A client that gives up after a while; the server has not heard of it.
    setTimeout(() => session.destroy(), 150);
    await until('the client gives up', () => connection().seen().client.end !== undefined);
    assert.equal(connection().seen().server.end, undefined);
    connection().destroy();
    const { cause, text } = await closed;
    assert.equal(cause, 'silent-drop');
    assert.match(text, /the client gave up/);
  });

  it('drops after a silence and not before', async (t) => {
    const { session, connection } = await tapped(t, await probeServer(t), { dropAfterSilenceMs: 1500 });
    for (let calls = 0; calls < 5; calls++) {
      assert.equal(await call(session), '0');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(connection().isDropped, false);
    await until('it is dropped', () => connection().isDropped);
  });

  it('resets both sides', async (t) => {
    const { session, closed, connection } = await tapped(t, await probeServer(t));
    const gone = new Promise((resolve) => session.once('close', resolve));
    assert.equal(await call(session), '0');
    connection().reset();
    await gone;
    assert.equal((await closed).cause, 'recorder-reset');
  });

  it('delays each way', async (t) => {
    const { session } = await tapped(t, await probeServer(t), { delayMs: 40 });
    await call(session);
    const began = performance.now();
    await ping(session);
    assert.ok(performance.now() - began >= 79);
  });

  it('says that there is no server, or one that goes away', async (t) => {
    const door = createServer((socket) => socket.once('data', () => socket.destroySoon()));
    door.listen(0, '127.0.0.1');
    await once(door, 'listening');
    const { port } = door.address() as AddressInfo;
    const first = await tapped(t, port);
    // Not a byte came from it.
    assert.equal((await first.closed).cause, 'plaintext-on-tls-port');
    door.close();
    await once(door, 'close');
    const second = await tapped(t, port);
    const { cause, text } = await second.closed;
    assert.equal(cause, 'server-unreachable');
    assert.match(text, /ECONNREFUSED/);
  });

  it('knows who has the wrong door', async (t) => {
    const { tap, closed } = await tapped(t, await probeServer(t));
    tap.connections().forEach((connection) => connection.destroy());
    await closed;
    const verdicts: string[] = [];
    const other = await TapProxy.open({
      listenHost: '127.0.0.1',
      listenPort: 0,
      serverHost: '127.0.0.1',
      serverPort: await probeServer(t),
      closed: (connection) => verdicts.push(connection.verdict().cause),
    });
    t.after(() => other[Symbol.asyncDispose]());
    const port = Number(other.address.split(':')[1]);
    for (const first of ['GET / HTTP/1.1\r\n\r\n', '\x16\x03\x01\x00\x05hello']) {
      const socket = createConnection(port, '127.0.0.1');
      socket.end(Buffer.from(first, 'latin1'));
      socket.resume();
      await once(socket, 'close');
    }
    // Perch answers HTTP/1.1 in its own language, and TLS with an alert.
    assert.deepEqual(verdicts, ['http1', 'tls-on-plaintext-port']);
  });
});
