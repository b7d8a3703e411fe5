// Every refusal at the REST door is counted by its reason, whoever makes it: a guard, a limit or node's parser.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Listener } from '../../server/net/grpc-listener.ts';
import { listenRest } from '../../server/net/rest-listener.ts';
import { RestRefusals } from '../../server/observe/rest-refusals.ts';
import { memoryLog } from '../unit/server/fakes.ts';

describe('refusals at the REST door', () => {
  let refusals: RestRefusals;
  let listener: Listener;
  const counted = (): Record<string, number> =>
    Object.fromEntries(
      refusals
        .families()
        .flatMap((family) => (family.type === 'counter' ? family.samples : []))
        .map(([labels, count]) => [labels.map(([, value]) => value).join(), count]),
    );

  beforeEach(async () => {
    refusals = new RestRefusals();
    listener = await listenRest({
      bindAddress: '127.0.0.1',
      port: 0,
      maxBodyBytes: 1000,
      maxConnections: 2,
      answer: () => Promise.resolve({ status: 200, body: '{}' }),
      refused: (reason) => refusals.count(reason),
      log: memoryLog().log,
    });
  });
  afterEach(() => listener.close(AbortSignal.abort()));

  /** Sends bytes as they are; gives the answer, once the connection has ended. */
  async function sent(bytes: string): Promise<string> {
    const socket = net.connect(Number(listener.address.split(':').at(-1)), '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.end(bytes);
    await once(socket, 'close');
    return Buffer.concat(chunks).toString('latin1');
  }

  it('count by the code of the error, or what the parser made of it', async () => {
    const url = `http://${listener.address}/v1/models/m`;
    assert.equal((await fetch(url)).status, 200);
    assert.deepEqual(counted(), {});
    assert.equal((await fetch(url, { method: 'POST', body: 'x'.repeat(1001) })).status, 413);
    const headers = { 'content-encoding': 'br' };
    assert.equal((await fetch(url, { method: 'POST', body: 'x', headers })).status, 415);
    assert.match(await sent('GET /v1/models HTTP/1.1\r\nHost: example.com\r\n\r\n'), /^HTTP\/1.1 403 /);
    assert.match(await sent('nothing like HTTP\r\n\r\n'), /^HTTP\/1.1 400 /);
    assert.match(
      await sent(`GET / HTTP/1.1\r\nHost: localhost\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`),
      /^HTTP\/1.1 431 /,
    );
    assert.deepEqual(counted(), {
      REQUEST_TOO_LARGE: 1,
      BODY_ENCODING_UNKNOWN: 1,
      HOST_REFUSED: 1,
      MALFORMED_HTTP: 1,
      HEADERS_TOO_LARGE: 1,
    });
  });

  it('count a client beyond the connections that are allowed', async () => {
    const port = Number(listener.address.split(':').at(-1));
    const kept = [net.connect(port, '127.0.0.1'), net.connect(port, '127.0.0.1')];
    await Promise.all(kept.map((socket) => once(socket, 'connect')));
    const turnedAway = net.connect(port, '127.0.0.1').on('error', () => undefined);
    await once(turnedAway, 'close');
    kept.forEach((socket) => socket.destroy());
    assert.deepEqual(counted(), { CONNECTION_LIMIT: 1 });
  });
});
