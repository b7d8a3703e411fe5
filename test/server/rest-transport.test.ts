// The REST listener over real sockets: time limits, CORS, compressed bodies, other routes, and bytes that are not HTTP.
import assert from 'node:assert/strict';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import type { RestRequest, RestResponse } from '../../server/apis/rest/rest-api.ts';
import { createLogger } from '../../server/log.ts';
import type { Listener } from '../../server/net/grpc-listener.ts';
import { listenRest, type RestListenerOptions } from '../../server/net/rest-listener.ts';
import { until } from '../support/until.ts';

const mebibyte = 2 ** 20;
const predict = '/v1/models/m:predict';

describe('the REST listener', () => {
  const open: Listener[] = [];
  let logged: string[] = [];
  let requests: RestRequest[] = [];

  /** Answers with what it was asked; `options` overrides. */
  async function start(options: Partial<RestListenerOptions> = {}): Promise<string> {
    logged = [];
    requests = [];
    const listener = await listenRest({
      bindAddress: '127.0.0.1',
      port: 0,
      maxBodyBytes: mebibyte,
      grpcAddress: () => '127.0.0.1:8500',
      answer: (request) => {
        requests.push(request);
        return Promise.resolve({ status: 200, body: JSON.stringify({ length: request.body.length }) });
      },
      log: createLogger({ format: 'json', write: (line) => logged.push(line) }, 'rest'),
      ...options,
    });
    open.push(listener);
    return listener.address;
  }
  afterEach(async () => {
    await Promise.all(open.splice(0).map((listener) => listener.close(AbortSignal.abort())));
  });

  const post = (
    address: string,
    body: string | Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<Response> => fetch(`http://${address}${predict}`, { method: 'POST', body, headers });
  const errorOf = async (response: Response): Promise<string> =>
    ((await response.json()) as { error: string }).error;

  describe('with a time limit', () => {
    const never = (): Promise<RestResponse> => new Promise(() => undefined);

    it('answers 504 and tells the handler why', async () => {
      let given: AbortSignal | undefined;
      const address = await start({
        timeoutMs: 50,
        answer: ({ signal }) => {
          given = signal;
          return never();
        },
      });
      const response = await post(address, '{}');
      assert.equal(response.status, 504);
      assert.match(await errorOf(response), /^Timed out waiting .* 50 ms \(--rest_api_timeout_in_ms\)\.$/);
      assert.equal((given?.reason as { code: string }).code, 'DEADLINE_EXCEEDED');
    });

    it('answers 504 though the handler makes another error of it', async () => {
      const address = await start({
        timeoutMs: 50,
        answer: ({ signal }) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve({ status: 499, body: '{}' }));
          }),
      });
      assert.equal((await post(address, '{}')).status, 504);
    });

    it('answers 504 to a body that does not come', async () => {
      const address = await start({ timeoutMs: 50 });
      const text = await exchange(address, [
        `POST ${predict} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{`,
      ]);
      assert.match(text, /^HTTP\/1\.1 504 [^]*connection: close[^]*"error":"Timed out/i);
      assert.equal(requests.length, 0);
    });

    it('answers 408 to headers that do not come', async () => {
      const address = await start({ timeoutMs: 50 });
      const text = await exchange(address, ['GET /v1/models HTTP/1.1\r\nHost: local']);
      assert.match(text, /^HTTP\/1\.1 408 [^]*"error":"The request did not arrive in time\."/);
    });

    it('has none at 0', async () => {
      const address = await start({ timeoutMs: 0 });
      assert.equal((await post(address, '{}')).status, 200);
    });
  });

  it('tells the handler that the caller left', async () => {
    let given: AbortSignal | undefined;
    const address = await start({
      answer: ({ signal }) => {
        given = signal;
        return new Promise(() => undefined);
      },
    });
    const left = new AbortController();
    const answer = fetch(`http://${address}/v1/models`, { signal: left.signal });
    await until('the request', () => given);
    left.abort();
    await assert.rejects(answer, { name: 'AbortError' });
    await until('the signal', () => given?.aborted);
    assert.equal((given?.reason as Error).name, 'AbortError');
  });

  describe('with CORS', () => {
    const preflight = (address: string, origin?: string): Promise<Response> =>
      fetch(`http://${address}${predict}`, {
        method: 'OPTIONS',
        headers: { ...(origin === undefined ? {} : { origin }), 'access-control-request-method': 'POST' },
      });

    it('answers preflights as TF Serving does', async () => {
      const address = await start({ cors: true });
      for (const origin of ['http://a.example', 'https://a.example:8443']) {
        const response = await preflight(address, origin);
        assert.equal(response.status, 200);
        assert.equal(await response.text(), '');
        assert.equal(response.headers.get('access-control-allow-origin'), '*');
        assert.equal(response.headers.get('access-control-allow-methods'), 'POST, GET');
        assert.equal(response.headers.get('access-control-allow-headers'), 'Content-Type');
      }
      for (const origin of ['null', 'ftp://a.example', undefined]) {
        assert.equal((await preflight(address, origin)).status, 400, origin);
      }
      assert.equal(requests.length, 0);
    });

    it('lets pages of other sites call, and read errors too', async () => {
      const address = await start({ cors: true });
      const fine = await post(address, '{}', { origin: 'http://a.example' });
      assert.deepEqual([fine.status, fine.headers.get('access-control-allow-origin')], [200, '*']);
      assert.equal(
        fine.headers.get('access-control-expose-headers'),
        'x-perch-model-version, retry-after, retry-after-ms',
      );
      const refused = await post(address, '{}', { origin: 'http://a.example', 'content-encoding': 'br' });
      assert.deepEqual([refused.status, refused.headers.get('access-control-allow-origin')], [415, '*']);
    });

    it('still refuses a foreign Host', async () => {
      const address = await start({ cors: true });
      const text = await exchange(address, [
        'GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
      ]);
      assert.match(text, /^HTTP\/1\.1 403 /);
    });
  });

  it('without CORS refuses other sites and has no headers for them', async () => {
    const address = await start();
    assert.equal((await post(address, '{}', { origin: 'http://a.example' })).status, 403);
    const own = await post(address, '{}', { origin: `http://${address}` });
    assert.deepEqual([own.status, own.headers.get('access-control-allow-origin')], [200, null]);
    await fetch(`http://${address}${predict}`, { method: 'OPTIONS' });
    assert.equal(requests.at(-1)?.method, 'OPTIONS');
  });

  describe('with a compressed body', () => {
    const text = JSON.stringify({ instances: Array.from({ length: 20_000 }, (_, i) => i) });

    it('inflates gzip and deflate', async () => {
      const address = await start();
      const cases: [string, Buffer][] = [
        ['gzip', gzipSync(text)],
        ['X-GZIP', gzipSync(text)],
        ['deflate', deflateSync(text)],
        ['identity', Buffer.from(text)],
      ];
      for (const [encoding, body] of cases) {
        const response = await post(address, new Uint8Array(body), { 'content-encoding': encoding });
        assert.equal(response.status, 200, encoding);
        assert.equal(Buffer.from(requests.at(-1)!.body).toString(), text);
      }
    });

    it('refuses other encodings with 415', async () => {
      const address = await start();
      for (const encoding of ['br', 'zstd', 'gzip, gzip', 'nonsense']) {
        const response = await post(address, '{}', { 'content-encoding': encoding });
        assert.equal(response.status, 415);
        assert.match(await errorOf(response), /^Content-Encoding ".+" is not supported; use gzip/);
      }
    });

    it('refuses what is not gzip, or cut short', async () => {
      const address = await start();
      for (const body of ['hello', new Uint8Array(gzipSync(text).subarray(0, 500))]) {
        const response = await post(address, body, { 'content-encoding': 'gzip' });
        assert.equal(response.status, 400);
        assert.match(await errorOf(response), /^The request body is not valid gzip: /);
      }
    });

    it('holds the inflated size to the limit', async () => {
      const address = await start();
      const response = await post(address, new Uint8Array(gzipSync(Buffer.alloc(mebibyte + 1, 'x'))), {
        'content-encoding': 'gzip',
      });
      assert.equal(response.status, 413);
      assert.match(await errorOf(response), /larger than 1 MiB; --rest_api_max_body_mb/);
      assert.equal((await post(address, '{}')).status, 200);
    });

    it('refuses what inflates out of proportion, below the limit too', async () => {
      const address = await start({ maxBodyBytes: 256 * mebibyte });
      const bomb = new Uint8Array(gzipSync(Buffer.alloc(64 * mebibyte)));
      const response = await post(address, bomb, { 'content-encoding': 'gzip' });
      assert.equal(response.status, 413);
      assert.match(await errorOf(response), /inflates to more than 200 times its size/);
      const small = new Uint8Array(gzipSync(Buffer.alloc(8 * mebibyte)));
      assert.equal((await post(address, small, { 'content-encoding': 'gzip' })).status, 200);
    });
  });

  describe('with too large a body', () => {
    it('answers 413 and takes the rest, so that the client sees it', async () => {
      const address = await start();
      const body = new Uint8Array(4 * mebibyte);
      assert.equal((await post(address, body)).status, 413);
      const stream = new ReadableStream({
        start(controller) {
          for (let i = 0; i < 4; i++) {
            controller.enqueue(body.subarray(0, mebibyte));
          }
          controller.close();
        },
      });
      const chunked = await fetch(`http://${address}${predict}`, {
        method: 'POST',
        body: stream,
        duplex: 'half',
      });
      assert.equal(chunked.status, 413);
      assert.equal(requests.length, 0);
    });

    it('closes the connection in the end, however long the client goes on', async () => {
      const address = await start();
      const text = await exchange(address, [
        `POST ${predict} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999\r\n\r\n{`,
      ]);
      assert.match(text, /^HTTP\/1\.1 413 [^]*connection: close/i);
    });
  });

  describe('beside /v1/', () => {
    it('has the routes that it was given', async () => {
      const routes = new Map([
        ['/metrics', () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' })],
      ]);
      const address = await start({ routes });
      const response = await fetch(`http://${address}/metrics?x=1`);
      assert.deepEqual(
        [response.status, response.headers.get('content-type'), await response.text()],
        [200, 'text/plain; version=0.0.4', 'up 1\n'],
      );
      assert.equal((await fetch(`http://${address}/metrics`, { method: 'HEAD' })).status, 200);
      assert.equal((await fetch(`http://${address}/metrics`, { method: 'POST', body: 'x' })).status, 404);
      assert.equal(
        (await fetch(`http://${address}/metrics`, { headers: { origin: 'http://a.example' } })).status,
        403,
      );
    });

    it('answers a route that fails with 500, and logs why', async () => {
      const routes = new Map([
        [
          '/metrics',
          () => {
            throw new Error('the reason');
          },
        ],
      ]);
      const address = await start({ routes });
      const response = await fetch(`http://${address}/metrics`);
      assert.equal(response.status, 500);
      assert.doesNotMatch(await response.text(), /the reason/);
      assert.match(logged.join(), /the reason/);
    });

    it('has nothing else: 404 in plain text, on a connection that stays', async () => {
      const address = await start();
      for (const path of ['/', '/v1', '/v2/models', '/metrics', '//v1/models', '/favicon.ico']) {
        const response = await fetch(`http://${address}${path}`);
        assert.equal(response.status, 404, path);
        assert.equal(response.headers.get('content-type'), 'text/plain');
        assert.equal(response.headers.get('connection'), 'keep-alive');
        assert.match(await response.text(), /^Not Found/);
      }
      assert.equal(requests.length, 0);
      assert.equal((await fetch(`http://${address}/V1/models`)).status, 200);
    });
  });

  describe('gets what is not HTTP/1.1', () => {
    it('and answers a readable 400', async () => {
      const address = await start();
      for (const bytes of [
        'hello\r\n\r\n',
        'GET /v1/models HTTP/9.9\r\n\r\n',
        'GET / HTTP/1.1\r\nbad header\r\n\r\n',
        '\0\0\0\0',
      ]) {
        const text = await exchange(address, [bytes]);
        assert.match(
          text,
          /^HTTP\/1\.1 400 Bad Request\r\n[^]*\r\n\r\n\{"error":"Malformed HTTP: .+"\}$/,
          bytes,
        );
      }
      const long = await exchange(address, [
        `GET /v1/models HTTP/1.1\r\nHost: localhost\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
      ]);
      assert.match(long, /^HTTP\/1\.1 431 /);
      assert.equal((await post(address, '{}')).status, 200);
    });

    it('and answers a bad chunk', async () => {
      const address = await start();
      const text = await exchange(address, [
        `POST ${predict} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      ]);
      assert.match(text, /^HTTP\/1\.1 400 /);
    });

    it('and puts nothing between a request and its answer', async () => {
      const address = await start({ answer: () => new Promise(() => undefined) });
      const text = await exchange(address, [
        'GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\nnonsense\r\n\r\n',
      ]);
      assert.equal(text, '');
    });

    it('and tells people that a gRPC client took the wrong port, once', async () => {
      const address = await start();
      for (let i = 0; i < 3; i++) {
        const client = connectHttp2(`http://${address}`);
        await new Promise((resolve) => {
          client.on('error', resolve);
          client.on('close', resolve);
        });
      }
      const text = await exchange(address, ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n']);
      assert.match(
        text,
        /^HTTP\/1\.1 400 [^]*"This is the REST port, which speaks HTTP\/1\.1; gRPC is on 127\.0\.0\.1:8500\."/,
      );
      const lines = logged.filter((line) => line.includes('knocked'));
      assert.equal(lines.length, 1);
      assert.match(lines[0]!, /a gRPC client knocked at the REST port; gRPC is on 127\.0\.0\.1:8500/);
    });

    it('and tells people that a TLS client did', async () => {
      const address = await start();
      await exchange(address, ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03']);
      assert.match(logged.join(), /a TLS client knocked at the REST port/);
    });
  });
});

/** Sends `parts` on one connection, and gives all that comes until the server closes it. */
function exchange(address: string, parts: readonly string[]): Promise<string> {
  const [host = '', port = ''] = address.split(':');
  return new Promise((resolve) => {
    let text = '';
    const socket: Socket = connect({ host, port: Number(port) }, () => {
      parts.forEach((part) => socket.write(part, 'latin1'));
    });
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (text += chunk));
    // A reset is an end like any other here: what was received counts.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}
