// Connections over real sockets: strangers, limits, back-pressure, ends of every kind, and how a listener closes.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as http2 from 'node:http2';
import { describe, it, type TestContext } from 'node:test';
import * as tls from 'node:tls';
import { Worker } from 'node:worker_threads';
import { encodeFields } from '../../../../../server/wire/hpack/encode-fields.ts';
import { until } from '../../../../support/until.ts';
import type { Clock } from '../../../../../server/wire/clock.ts';
import { processClock } from '../../../../../server/wire/socket/timer-queue.ts';
import { echoWire, readAll, usualSettings, type EchoWire, type LogLine } from './echo-wire.ts';
import { FakeClock } from './fake-clock.ts';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const emptySettings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);

/** SETTINGS with the largest stream window, and WINDOW_UPDATE to the largest connection window. */
const wideWindows = Buffer.from('00000604000000000000047fffffff000004080000000000' + '7fff0000', 'hex');

/** HEADERS that open stream 1 with a GET. */
function requestFor(path: string): Buffer {
  const block = encodeFields([
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', path],
    [':authority', 'test'],
  ]);
  const head = Buffer.from([0, 0, block.length, 1, 0x05, 0, 0, 0, 1]);
  return Buffer.concat([head, block]);
}

/** A client in JavaScript that opens a connection and acknowledges PINGs, which come in frames of 17 bytes. */
const pingAnswerer = `
  const { workerData } = require('node:worker_threads');
  const socket = require('node:net').connect(workerData, '127.0.0.1');
  socket.write(Buffer.from('${Buffer.concat([preface, emptySettings]).toString('hex')}', 'hex'));
  socket.on('data', (bytes) => {
    const ping = bytes.indexOf(Buffer.from([0, 0, 8, 6, 0]));
    if (ping !== -1) {
      const answer = Buffer.from(bytes.subarray(ping, ping + 17));
      answer[4] = 1;
      socket.write(answer);
    }
  });
`;

/** The line of the only connection that closed. */
async function closeLine({ logged }: EchoWire): Promise<LogLine> {
  return until('the line of a close', () =>
    logged().find(({ message }) => message.includes('connection closed')),
  );
}

/** All of the listener's sockets are closed, on its side too. */
async function allGone({ listener, accepted }: EchoWire): Promise<void> {
  await until('the end of all sockets', () => accepted.every(({ closed }) => closed));
  assert.equal(listener.connections.size, 0);
  assert.equal(listener.timers.size, 0);
}

function session(t: TestContext, { port }: EchoWire): http2.ClientHttp2Session {
  const client = http2.connect(`http://127.0.0.1:${port}`);
  client.on('error', () => undefined);
  t.after(() => client.destroy());
  return client;
}

async function get(client: http2.ClientHttp2Session, bytes: number): Promise<number> {
  const request = client.request({ ':path': `/${bytes}` });
  request.on('error', () => undefined);
  let length = 0;
  request.on('data', (piece: Buffer) => (length += piece.length));
  await once(request, 'end');
  return length;
}

describe('a stranger', () => {
  it('of HTTP/1.1 is told where REST is, and the log shows what he said', async (t) => {
    const wire = await echoWire(t);
    const socket = await wire.connect();
    socket.write('GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n');
    const reply = String(await readAll(socket));
    assert.match(reply, /^HTTP\/1\.1 400 Bad Request\r\n.*REST API is at http:\/\/127\.0\.0\.1:8501\.\n$/s);
    const line = await closeLine(wire);
    assert.equal(line.level, 'warning');
    assert.match(line.message, /an HTTP\/1\.1 client knocked at the gRPC port: GET \/v1\/models HTTP/);
    assert.match(String(line.peer), /^127\.0\.0\.1:\d+$/);
    await allGone(wire);
  });

  it('who writes byte by byte is known as soon as he can be', async (t) => {
    const wire = await echoWire(t);
    const socket = await wire.connect();
    const reply = readAll(socket);
    for (const letter of 'POST ') {
      socket.write(letter);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.match(String(await reply), /^HTTP\/1\.1 400/);
    await allGone(wire);
  });

  it('who goes on writing does not lose his answer, nor keep the socket', async (t) => {
    const wire = await echoWire(t);
    const socket = await wire.connect();
    const reply = readAll(socket);
    socket.write('POST /x HTTP/1.1\r\nContent-Length: 10000000\r\n\r\n');
    socket.write(Buffer.alloc(10_000_000));
    assert.match(String(await reply), /REST API/);
    await allGone(wire);
  });

  it('of TLS gets an alert', async (t) => {
    const wire = await echoWire(t);
    const client = tls.connect({ port: wire.port, host: '127.0.0.1', rejectUnauthorized: false });
    const [reason] = (await once(client, 'error')) as [Error];
    assert.match(reason.message, /alert handshake failure/);
    const line = await closeLine(wire);
    assert.match(line.message, /a TLS client knocked at the gRPC port, which is in clear.*--ssl_config_file/);
    await allGone(wire);
  });

  it('of another kind is shown in the log, harmlessly', async (t) => {
    const wire = await echoWire(t);
    const socket = await wire.connect();
    socket.write('\x1b[31mSSH-2.0\n');
    assert.equal((await readAll(socket)).length, 0);
    assert.match((await closeLine(wire)).message, /: \\x1b\[31mSSH-2\.0\\x0a\./);
    await allGone(wire);
  });

  it('who says nothing, or not all, is let go after the time for the preface', async (t) => {
    const clock = new FakeClock();
    const wire = await echoWire(t, { clock });
    const [silent, slow] = [await wire.connect(), await wire.connect()];
    slow.write(preface.subarray(0, 10));
    await until('the two connections', () => wire.listener.connections.size === 2);
    await until('the ten bytes', () => wire.accepted.some(({ bytesRead }) => bytesRead === 10));
    clock.advance(usualSettings.timers.prefaceMs);
    await Promise.all([readAll(silent), readAll(slow)]);
    const messages = wire.logged().map(({ message }) => message);
    assert.equal(messages.filter((message) => /within 10 s \((?:0|10) bytes came\)/.test(message)).length, 2);
    clock.advance(2000);
    await allGone(wire);
  });

  it('who only connects, as health checks do, is not worth a line that people see', async (t) => {
    const wire = await echoWire(t);
    (await wire.connect()).end();
    const line = await closeLine(wire);
    assert.equal(line.level, 'debug');
    await allGone(wire);
  });

  it('who comes again and again does not fill the log', async (t) => {
    const wire = await echoWire(t);
    for (let i = 0; i < 30; i++) {
      const socket = await wire.connect();
      socket.write('hello');
      await readAll(socket);
    }
    await allGone(wire);
    assert.equal(wire.logged().length, 10);
    assert.equal(wire.listener.connections.closed().length, 30);
  });
});

describe('a connection', () => {
  it('beyond the limit is closed without a word, and another may come when one has gone', async (t) => {
    const wire = await echoWire(t, { settings: { ...usualSettings, maxConnections: 1 } });
    const first = session(t, wire);
    assert.equal(await get(first, 10), 10);
    assert.equal((await readAll(await wire.connect())).length, 0);
    const line = await closeLine(wire);
    assert.match(line.message, /2 is beyond the limit of 1 \(grpc\.max_allowed_incoming_connections\)/);
    first.close();
    await allGone(wire);
    assert.equal(await get(session(t, wire), 10), 10);
  });

  it('takes requests and gives answers of any size at once', async (t) => {
    const wire = await echoWire(t);
    const client = session(t, wire);
    const sizes = [0, 1, 100, 65_536, 1_000_000, 5_000_000];
    assert.deepEqual(await Promise.all(sizes.map((size) => get(client, size))), sizes);
    const echoed = client.request({ ':method': 'POST', ':path': '/' });
    const sent = Buffer.alloc(3_000_000, 'abcdefg');
    echoed.end(sent);
    const pieces: Buffer[] = [];
    for await (const piece of echoed) {
      pieces.push(piece as Buffer);
    }
    assert.ok(Buffer.concat(pieces).equals(sent));
  });

  it('writes no more than its client reads, and goes on when it reads again', async (t) => {
    const wire = await echoWire(t);
    const size = 50_000_000;
    const socket = await wire.connect();
    socket.write(Buffer.concat([preface, wideWindows, requestFor(`/${size}`)]));
    await until('a full socket', () => wire.accepted.some(({ writableLength }) => writableLength > 0));
    const [served] = wire.accepted;
    assert.ok((served?.writableLength ?? 0) < 2_000_000);
    let length = 0;
    socket.on('data', (bytes: Buffer) => (length += bytes.length));
    await until('all of it', () => length > size);
    assert.equal(wire.listener.connections.size, 1);
  });

  it('whose client ends it leaves nothing behind, with calls open or not', async (t) => {
    const wire = await echoWire(t);
    const idle = await wire.connect();
    idle.write(Buffer.concat([preface, emptySettings]));
    await once(idle, 'data');
    idle.end();
    await readAll(idle);
    const busy = await wire.connect();
    busy.write(Buffer.concat([preface, emptySettings, requestFor('/100000000')]));
    await once(busy, 'data');
    await until('the request', () => wire.accepted[1]?.bytesWritten);
    busy.end();
    await readAll(busy);
    await allGone(wire);
    const causes = wire.listener.connections.closed().map(({ cause }) => cause);
    assert.deepEqual(causes, [
      { kind: 'peer-closed', openStreams: 0, afterGoaway: false },
      { kind: 'peer-closed', openStreams: 1, afterGoaway: false },
    ]);
  });

  it('is not taken for dead when it was this process that stood still', async (t) => {
    const timers = { ...usualSettings.timers, keepaliveMs: 20, keepaliveTimeoutMs: 100 };
    // Stands still whenever it has just sent a ping, for longer than the answer may take.
    const clock: Clock = {
      now: () => processClock.now(),
      after: (ms, run) =>
        processClock.after(ms, () => {
          run();
          const end = performance.now() + 150;
          while (performance.now() < end);
        }),
    };
    const wire = await echoWire(t, { clock, settings: { ...usualSettings, timers } });
    // In a thread of its own: it answers while this one does nothing.
    const client = new Worker(pingAnswerer, { eval: true, workerData: wire.port });
    t.after(() => client.terminate());
    await until('five pings that were answered', () =>
      [...wire.listener.connections.open()].some(
        (driver) => (driver.facts().statistics?.framesReceived.PING ?? 0) >= 5,
      ),
    );
    assert.deepEqual(wire.listener.connections.closed(), []);
    assert.equal(wire.listener.connections.size, 1);
  });

  it('that pings more often than a gRPC C++ server allows is named in the log, once', async (t) => {
    const wire = await echoWire(t);
    const socket = await wire.connect();
    const ping = Buffer.concat([Buffer.from([0, 0, 8, 6, 0, 0, 0, 0, 0]), Buffer.alloc(8)]);
    socket.write(Buffer.concat([preface, emptySettings, ...Array.from({ length: 12 }, () => ping)]));
    await until('the pings', () =>
      [...wire.listener.connections.open()].some(
        (driver) => driver.facts().statistics?.framesReceived.PING === 12,
      ),
    );
    assert.equal(wire.logged().filter(({ message }) => message.includes('gRPC C++ server')).length, 1);
  });

  it('that is reset says so', async (t) => {
    const wire = await echoWire(t);
    const socket = await wire.connect();
    socket.write(Buffer.concat([preface, emptySettings]));
    await once(socket, 'data');
    socket.resetAndDestroy();
    await allGone(wire);
    const [closed] = wire.listener.connections.closed();
    assert.equal(closed?.cause.kind, 'peer-reset');
  });

  it('that breaks a rule gets its GOAWAY though it writes on, and its last frames are in the log', async (t) => {
    const wire = await echoWire(t);
    const socket = await wire.connect();
    const reply = readAll(socket);
    // DATA on stream 0 (RFC 9113 §6.1).
    socket.write(Buffer.concat([preface, emptySettings, Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0])]));
    socket.write(Buffer.alloc(100_000));
    const received = await reply;
    const goaway = received.subarray(received.indexOf(Buffer.from([7, 0, 0, 0, 0, 0])) - 3);
    assert.equal(goaway.readUInt32BE(13), http2.constants.NGHTTP2_PROTOCOL_ERROR);
    const line = await closeLine(wire);
    assert.equal(line.level, 'warning');
    assert.match(line.message, /RFC 9113 §6\.1/);
    assert.match(String(line.lastSent), /^GOAWAY/);
    await allGone(wire);
  });

  it('is in the table as long as it is open, with what it does', async (t) => {
    const wire = await echoWire(t);
    const client = session(t, wire);
    await get(client, 1000);
    const [driver] = wire.listener.connections.open();
    assert.ok(driver !== undefined);
    const facts = driver.facts();
    assert.deepEqual([facts.id, facts.transport, facts.tls, facts.openStreams], [1, 'tcp', undefined, 0]);
    assert.equal(facts.peer, `127.0.0.1:${client.socket.localPort}`);
    assert.equal(facts.statistics?.streamsOpened, 1);
    assert.ok(facts.statistics.bytesSent > 1000);
    assert.ok(facts.timeline.length >= 2);
  });
});

describe('closing', () => {
  it('sends GOAWAY, lets calls end, and refuses who comes', async (t) => {
    const wire = await echoWire(t);
    const client = session(t, wire);
    const request = client.request({ ':method': 'POST', ':path': '/' });
    await once(request, 'response');
    const silent = await wire.connect();
    await until('both connections', () => wire.listener.connections.size === 2);
    let isClosed = false;
    const closed = wire.listener.close(new AbortController().signal).then(() => (isClosed = true));
    const [code] = (await once(client, 'goaway')) as [number];
    assert.equal(code, 0);
    assert.equal((await readAll(silent)).length, 0);
    assert.equal((await readAll(await wire.connect())).length, 0);
    assert.equal(isClosed, false);
    request.end('bye');
    request.resume();
    await once(request, 'end');
    await closed;
    await allGone(wire);
    assert.deepEqual(
      wire.listener.connections.closed().map(({ cause }) => cause),
      [{ kind: 'drained' }, { kind: 'drained' }, { kind: 'drained' }],
    );
  });

  it('cuts what is left when it is forced', async (t) => {
    const wire = await echoWire(t);
    const client = session(t, wire);
    const request = client.request({ ':method': 'POST', ':path': '/' });
    request.on('error', () => undefined);
    await once(request, 'response');
    const force = new AbortController();
    const closed = wire.listener.close(force.signal);
    await once(client, 'goaway');
    force.abort();
    await closed;
    await once(request, 'close');
    await allGone(wire);
    assert.deepEqual(wire.listener.connections.closed()[0]?.cause, { kind: 'forced', cutStreams: 1 });
  });

  it('waits for the calls of the protocol before it says GOAWAY', async (t) => {
    let end: () => void = () => undefined;
    const drained = new Promise<void>((resolve) => (end = resolve));
    const wire = await echoWire(t, {
      protocol: { connected: () => ({ request: () => assert.fail() }), drain: () => drained },
    });
    const client = session(t, wire);
    await once(client, 'remoteSettings');
    let hasGoaway = false;
    client.on('goaway', () => (hasGoaway = true));
    const closed = wire.listener.close(new AbortController().signal);
    await new Promise((resolve) => client.ping(resolve));
    assert.equal(hasGoaway, false);
    end();
    await closed;
    await until('the GOAWAY', () => hasGoaway);
  });
});
