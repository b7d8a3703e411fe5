// What is used of Node's sockets beside their public interface: on this Node it has to be there and to do what is expected.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as http2 from 'node:http2';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { it, type TestContext } from 'node:test';
import { readInto, unsentBytes } from '../../../../../server/wire/socket/socket-handle.ts';
import { until } from '../../../../support/until.ts';
import { echoWire } from './echo-wire.ts';

/** Both ends of a connection. */
async function pair(t: TestContext): Promise<{ client: Socket; server: Socket }> {
  const door = createServer({ allowHalfOpen: true });
  const came = once(door, 'connection');
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const client = connect((door.address() as AddressInfo).port, '127.0.0.1');
  const [server] = (await came) as [Socket];
  t.after(() => {
    client.destroy();
    server.destroy();
    door.close();
  });
  return { client, server };
}

it('a socket is read into the buffer that it is given, paused and resumed as any other, and tells its end', async (t) => {
  const { client, server } = await pair(t);
  const buffer = Buffer.alloc(1000);
  let text = '';
  assert.equal(
    readInto(server, buffer, (byteLength) => (text += buffer.toString('latin1', 0, byteLength))),
    true,
  );
  server.resume();
  client.write('one');
  await until('the first part', () => text === 'one');
  server.pause();
  client.write('two'.repeat(1000));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(text, 'one');
  server.resume();
  const ended = once(server, 'end');
  client.end();
  await ended;
  assert.equal(text, `one${'two'.repeat(1000)}`);
});

it('what the system has not taken becomes less as the client reads, before all is gone', async (t) => {
  const { client, server } = await pair(t);
  client.pause();
  server.write(Buffer.alloc(32 * 2 ** 20));
  const before = unsentBytes(server);
  assert.ok(before > 0);
  client.resume();
  await until('some to be taken', () => unsentBytes(server) < before);
  client.pause();
  assert.ok(unsentBytes(server) >= 0);
});

it('what several clients send at once through one buffer is not mixed up', async (t) => {
  const wire = await echoWire(t);
  const sent = Array.from({ length: 8 }, () => randomBytes(700_000));
  const back = await Promise.all(
    sent.map(async (bytes) => {
      const session = http2.connect(`http://127.0.0.1:${wire.port}`);
      t.after(() => session.destroy());
      const stream = session.request({ ':method': 'POST', ':path': '/' });
      const hash = createHash('sha256');
      stream.on('data', (part: Buffer) => hash.update(part));
      stream.end(bytes);
      await once(stream, 'end');
      return hash.digest('hex');
    }),
  );
  assert.deepEqual(
    back,
    sent.map((bytes) => createHash('sha256').update(bytes).digest('hex')),
  );
  assert.ok(wire.accepted.every((socket) => socket.listenerCount('data') === 0));
});
