// TLS: who is let in, who is not, and what becomes of those who took the wrong door.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as http2 from 'node:http2';
import { describe, it, type TestContext } from 'node:test';
import * as tls from 'node:tls';
import { makeCertificates } from '../../../../support/certificates.ts';
import { until } from '../../../../support/until.ts';
import { echoWire, readAll, usualSettings, type EchoWire } from './echo-wire.ts';
import { FakeClock } from './fake-clock.ts';

const certificates = makeCertificates();
const skip = certificates === undefined ? 'openssl is not on this machine' : false;

describe('a TLS door', { skip }, () => {
  const { authority, server, client: clientIdentity, stranger } = certificates!;
  const identity = { key: server.key, certificates: server.certificate };
  const mutual = { ...identity, clientAuthorities: authority.certificate };

  const dial = (t: TestContext, { port }: EchoWire, options: tls.ConnectionOptions = {}): tls.TLSSocket => {
    const socket = tls.connect({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: authority.certificate,
      ...options,
    });
    socket.on('error', () => undefined);
    t.after(() => socket.destroy());
    return socket;
  };
  const lines = (wire: EchoWire): string =>
    wire
      .logged()
      .map(({ level, message }) => `${level} ${message}`)
      .join('\n');
  const allGone = async (wire: EchoWire): Promise<void> => {
    await until('the end of all sockets', () => wire.accepted.every(({ closed }) => closed));
    assert.equal(wire.listener.connections.size, 0);
    assert.equal(wire.listener.timers.size, 0);
  };
  const get = async (client: http2.ClientHttp2Session, bytes: number): Promise<number> => {
    let length = 0;
    for await (const piece of client.request({ ':path': `/${bytes}` })) {
      length += (piece as Buffer).length;
    }
    return length;
  };

  it('speaks HTTP/2 by ALPN, and without it; the table says how it is encrypted', async (t) => {
    const wire = await echoWire(t, { tls: identity });
    for (const ALPNProtocols of [['h2'], undefined]) {
      const socket = dial(t, wire, ALPNProtocols === undefined ? {} : { ALPNProtocols });
      await once(socket, 'secureConnect');
      const client = http2.connect('https://localhost', { createConnection: () => socket });
      assert.equal(await get(client, 1_000_000), 1_000_000);
      const [driver] = wire.listener.connections.open();
      const facts = driver?.facts();
      assert.deepEqual(
        [facts?.tls?.version, facts?.tls?.alpn, facts?.tls?.clientCertificate],
        ['TLSv1.3', ALPNProtocols?.[0] ?? '', false],
      );
      assert.equal(facts?.peer, `127.0.0.1:${socket.localPort}`);
      client.close();
      await allGone(wire);
    }
  });

  it('takes a handshake that comes in pieces', async (t) => {
    const wire = await echoWire(t, { tls: identity });
    const raw = await wire.connect();
    raw.setNoDelay(true);
    const sent: Buffer[] = [];
    const { Duplex } = await import('node:stream');
    const slow = new Duplex({
      read: () => undefined,
      write: (bytes: Buffer, _encoding, done) => {
        sent.push(bytes);
        raw.write(bytes.subarray(0, 1));
        setTimeout(() => raw.write(bytes.subarray(1), () => done()), 5);
      },
    });
    raw.on('data', (bytes: Buffer) => slow.push(bytes));
    const socket = dial(t, wire, { socket: slow, ALPNProtocols: ['h2'] });
    await once(socket, 'secureConnect');
    const client = http2.connect('https://localhost', { createConnection: () => socket });
    assert.equal(await get(client, 10), 10);
    assert.ok(sent.length > 0);
    client.destroy();
    raw.destroy();
    await allGone(wire);
  });

  it('tells HTTP/1.1 where REST is, within TLS and in clear', async (t) => {
    const wire = await echoWire(t, { tls: identity });
    const secure = dial(t, wire, { ALPNProtocols: ['http/1.1'] });
    await once(secure, 'secureConnect');
    secure.write('GET / HTTP/1.1\r\n\r\n');
    assert.match(String(await readAll(secure)), /^HTTP\/1\.1 400 .*HTTP\/2 over TLS.*8501/s);
    const clear = await wire.connect();
    clear.write('GET / HTTP/1.1\r\n\r\n');
    assert.match(String(await readAll(clear)), /^HTTP\/1\.1 400 .*HTTP\/2 over TLS.*8501/s);
    assert.match(lines(wire), /warning .*the client began in clear: GET \/ HTTP.*with TLS/);
    await allGone(wire);
  });

  it('closes on HTTP/2 in clear without a word, so that the client waits before it comes again', async (t) => {
    const wire = await echoWire(t, { tls: identity });
    const clear = await wire.connect();
    clear.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    assert.equal((await readAll(clear)).length, 0);
    assert.match(lines(wire), /the client began in clear: PRI \* HTTP\/2\.0/);
    await allGone(wire);
  });

  it('says why a handshake failed', async (t) => {
    const wire = await echoWire(t, { tls: mutual });
    const cases: readonly (readonly [tls.ConnectionOptions, RegExp])[] = [
      [{}, /did not return a certificate.*client_verify/],
      [
        { key: stranger.key, cert: stranger.certificate },
        /not trusted \([A-Z_]+\)\. One side does not trust/,
      ],
      [{ maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }, /version|protocol/],
      [{ ALPNProtocols: ['spdy/3'] }, /application protocol/],
    ];
    for (const [options, line] of cases) {
      const before = wire.logged().length;
      const socket = dial(t, wire, options);
      await readAll(socket);
      await until('a line', () => wire.logged().length > before);
      assert.match(String(wire.logged().at(-1)?.message), line);
    }
    await allGone(wire);
    const good = dial(t, wire, {
      key: clientIdentity.key,
      cert: clientIdentity.certificate,
      ALPNProtocols: ['h2'],
    });
    await once(good, 'secureConnect');
    const client = http2.connect('https://localhost', { createConnection: () => good });
    assert.equal(await get(client, 10), 10);
    const [driver] = wire.listener.connections.open();
    assert.equal(driver?.facts().tls?.clientCertificate, true);
    client.destroy();
  });

  it('lets go of who says nothing, of who stops within the handshake, and of who leaves', async (t) => {
    const clock = new FakeClock();
    const timers = { ...usualSettings.timers, prefaceMs: 200 };
    const wire = await echoWire(t, { tls: identity, clock, settings: { ...usualSettings, timers } });
    const silent = await wire.connect();
    const left = await wire.connect();
    await until('both', () => wire.accepted.length === 2);
    left.end();
    await readAll(left);
    clock.advance(200);
    await readAll(silent);
    const stuck = await wire.connect();
    stuck.write(Buffer.from([0x16, 3, 1, 0, 200, 1]));
    await readAll(stuck);
    assert.match(lines(wire), /info .*nothing that is HTTP\/2 within 200 ms/);
    assert.match(lines(wire), /warning .*not complete within 200 ms/);
    await allGone(wire);
  });

  it('knows at once that a client left which does not trust it, and keeps no socket', async (t) => {
    const clock = new FakeClock();
    const wire = await echoWire(t, { tls: identity, clock });
    const socket = tls.connect({ port: wire.port, host: '127.0.0.1', ca: stranger.certificate });
    await once(socket, 'error');
    // No time passes here: it is not the time-out that ends it.
    const [closed] = await until('the close', () => {
      const all = wire.listener.connections.closed();
      return all.length > 0 && all;
    });
    assert.deepEqual(closed?.cause, { kind: 'tls-failed', reason: 'the client left within it' });
    await allGone(wire);
  });

  it('tells of each that a forced end cuts, and why', async (t) => {
    const wire = await echoWire(t, { tls: identity });
    const silent = await wire.connect();
    const stuck = await wire.connect();
    stuck.write(Buffer.from([0x16, 3, 1, 0, 200, 1]));
    await until('both', () => wire.accepted.some(({ bytesRead }) => bytesRead > 0));
    await wire.listener.close(AbortSignal.abort());
    await Promise.all([readAll(silent), readAll(stuck)]);
    await allGone(wire);
    await until('both to be told of', () => wire.listener.connections.closed().length === 2);
    assert.deepEqual(
      wire.listener.connections.closed().map(({ cause }) => cause.kind),
      ['forced', 'forced'],
    );
    assert.deepEqual(
      [...wire.listener.closes.byCause()],
      [
        ['unknown', 0],
        ['forced', 2],
      ],
    );
  });

  it('survives resets before, within and after the handshake', async (t) => {
    const wire = await echoWire(t, { tls: identity });
    (await wire.connect()).resetAndDestroy();
    const within = await wire.connect();
    within.write(Buffer.from([0x16, 3, 1, 0, 200, 1]));
    await until('the first bytes', () => wire.accepted.some(({ bytesRead }) => bytesRead > 0));
    within.resetAndDestroy();
    const raw = await wire.connect();
    const socket = dial(t, wire, { socket: raw });
    await once(socket, 'secureConnect');
    raw.resetAndDestroy();
    await until('all three', () => wire.accepted.length === 3);
    await allGone(wire);
    assert.equal(wire.listener.connections.closed().length, 3);
  });

  it('is closed with those who are still at it', async (t) => {
    const timers = { ...usualSettings.timers, prefaceMs: 1000 };
    const wire = await echoWire(t, { tls: identity, settings: { ...usualSettings, timers } });
    const silent = await wire.connect();
    const stuck = await wire.connect();
    stuck.write(Buffer.from([0x16, 3, 1, 0, 200, 1]));
    await until('both', () => wire.accepted.some(({ bytesRead }) => bytesRead > 0));
    await wire.listener.close(new AbortController().signal);
    await Promise.all([readAll(silent), readAll(stuck)]);
    await allGone(wire);
  });
});
