// Clients that take their time: to send, or to read. Their connections are closed, and what they held is given back.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { assertHoldings, skip } from './support/holdings.ts';
import { startRestProcess, type RestProcess } from './support/rest-process.ts';
import { until } from '../support/until.ts';

const head = 'POST /v1/models/floats:predict HTTP/1.1\r\nHost: localhost\r\n';
/** Its answer is 20 MB: more than the system holds for a client that does not read. */
const longRequest = (() => {
  const body = `{"instances": [${'0,'.repeat(4_000_000)}0]}`;
  return `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
})();

describe('a slow REST client', { skip }, () => {
  let server: RestProcess;
  before(async () => {
    server = await startRestProcess('--rest_api_timeout_in_ms=1000');
  });
  after(() => server.stop());

  const closed = async (sockets: readonly Socket[]): Promise<void> => {
    for (const socket of sockets) {
      if (!socket.resume().destroyed) {
        await once(socket, 'close');
      }
    }
  };
  const open = (count: number): Promise<Socket[]> =>
    Promise.all(Array.from({ length: count }, () => server.connect()));
  /** Sends `text` a byte at a time until the server has closed the connection. */
  const drip = async (socket: Socket, text: string): Promise<void> => {
    const timer = setInterval(() => {
      const [next = 'x', ...rest] = text;
      text = rest.join('');
      socket.write(next);
    }, 20);
    socket.resume();
    await once(socket, 'close');
    clearInterval(timer);
  };

  it('that sends nothing, half of its headers or half of its body is closed', async () => {
    await assertHoldings(server, async () => {
      const silent = await open(20);
      const headers = await open(20);
      headers.forEach((socket) => socket.write(head));
      const bodies = await open(20);
      bodies.forEach((socket) => socket.write(`${head}Content-Length: 1000\r\n\r\n{`));
      await closed([...silent, ...headers, ...bodies]);
    });
  });

  it('that sends a byte now and then is closed too (slowloris)', async () => {
    const sockets = await open(10);
    const chunk = '1\r\n \r\n';
    await Promise.all([
      ...sockets.slice(0, 5).map((socket) => drip(socket, `${head}X-Long: ${'a'.repeat(10_000)}`)),
      ...sockets.slice(5).map((socket) => {
        socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
        return drip(socket, chunk.repeat(10_000));
      }),
    ]);
    await server.assertServing();
  });
});

describe('a REST client that does not read', { skip }, () => {
  let server: RestProcess;
  before(async () => {
    server = await startRestProcess('--rest_slow_read_seconds=1');
  });
  after(() => server.stop());
  const givenUp = (): number => server.log().split('did not read its answer').length - 1;
  /** Sends `text`, reads nothing, and waits for the server to have enough of it. */
  const readNothing = async (text: string): Promise<void> => {
    const before = givenUp();
    const socket = await server.connect();
    socket.pause();
    socket.write(text);
    // Who does not read does not see the end either: the server does.
    await until('the server to give up', () => givenUp() > before);
    socket.destroy();
  };

  it('is closed, and the log says by which option', async () => {
    await assertHoldings(server, () => readNothing(longRequest));
    assert.match(server.log(), /"option":"--rest_slow_read_seconds"/);
  });

  it('and sends requests one behind the other fills no memory', async () => {
    const request = 'GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const closes = (): number => server.log().split('too many requests without waiting').length - 1;
    await assertHoldings(server, async () => {
      for (let connection = 0; connection < 20; connection++) {
        const before = closes();
        const socket = await server.connect();
        socket.pause();
        socket.write(request.repeat(10_000));
        await until('the server to close the connection', () => closes() > before);
        socket.destroy();
      }
    });
  });

  it('may have a few requests under way on one connection', async () => {
    const request = 'GET /v1/models HTTP/1.1\r\nHost: localhost\r\n';
    const { text } = await server.exchange(
      `${`${request}\r\n`.repeat(15)}${request}Connection: close\r\n\r\n`,
    );
    assert.equal(text.match(/^HTTP\/1\.1 200 OK/gm)?.length, 16);
  });
});

describe('a REST client that reads slowly but steadily', { skip }, () => {
  it('gets all of its answer', async (t) => {
    const server = await startRestProcess('--rest_slow_read_seconds=20');
    t.after(() => server.stop());
    const socket = await server.connect();
    socket.write(longRequest);
    let length = 0;
    let text = '';
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      length += chunk.length;
      text = text === '' ? chunk.toString('latin1') : text;
      const whole = Number(/content-length: (\d+)/i.exec(text)?.[1]) + text.indexOf('\r\n\r\n') + 4;
      if (length >= whole) {
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.match(text, /^HTTP\/1\.1 200 OK/);
  });
});
