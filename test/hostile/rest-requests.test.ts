// Requests that break HTTP's rules, ask under a wrong name or for a wrong path: each is refused, the next one is served.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { skip } from './support/holdings.ts';
import { startRestProcess, type RestProcess } from './support/rest-process.ts';

const predict = 'POST /v1/models/floats:predict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n';
const get = (target: string): string =>
  `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;

/** Bytes by what they are, and the status that they must be answered with. */
const framings: Readonly<Record<string, readonly [string, number]>> = {
  'Content-Length and Transfer-Encoding': [
    `${predict}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${get('/v1/models')}`,
    400,
  ],
  'two Content-Lengths': [`${predict}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`, 400],
  'a list of Content-Lengths': [`${predict}Content-Length: 5, 6\r\n\r\n`, 400],
  'a negative Content-Length': [`${predict}Content-Length: -1\r\n\r\n`, 400],
  'a hexadecimal Content-Length': [`${predict}Content-Length: 0x5\r\n\r\n`, 400],
  'a Content-Length beyond 64 bits': [`${predict}Content-Length: 99999999999999999999\r\n\r\n`, 400],
  'chunked that is not last': [`${predict}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`, 400],
  'chunked twice': [
    `${predict}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  'another Transfer-Encoding': [`${predict}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 400],
  'gzip as Transfer-Encoding': [`${predict}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 501],
  'a space before the colon': [`${predict}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`, 400],
  'a folded header': [`${predict}Content-Length: 5\r\n Transfer-Encoding: chunked\r\n\r\n`, 400],
  'a chunk beyond 64 bits': [`${predict}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n`, 400],
  'a chunk extension of 200 kB': [
    `${predict}Transfer-Encoding: chunked\r\n\r\n1;${'a'.repeat(200_000)}\r\n{\r\n0\r\n\r\n`,
    400,
  ],
  'trailers of 200 kB': [
    `${predict}Transfer-Encoding: chunked\r\n\r\n0\r\nx: ${'a'.repeat(200_000)}\r\n\r\n`,
    431,
  ],
  'line feeds alone': ['GET /v1/models HTTP/1.1\nHost: localhost\n\n', 400],
  'a URL of 100 kB': [get(`/v1/models/${'a'.repeat(100_000)}`), 431],
  'an expectation that nobody can meet': [`${predict}Expect: tea\r\nContent-Length: 2\r\n\r\n{}`, 417],
  CONNECT: ['CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost\r\n\r\n', 0],
  TRACE: ['TRACE /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
};

const targets: Readonly<Record<string, number>> = {
  '//v1/models': 404,
  '/v1//models': 400,
  '/v1/models//': 400,
  '/v1/models/floats%00': 404,
  '/v1/models/%ff': 400,
  '/v1/models/..%2f..%2fetc%2fpasswd': 404,
  '/v1/models/../../etc/passwd': 400,
  '/v1/models/..%5c..%5cwindows': 404,
  '/v1/models/__proto__': 404,
  '/v1/models/constructor/metadata': 404,
  '/v1/models/floats:predict:predict': 400,
  '/v1/models/floats/versions/-1': 400,
  '/v1/models/floats/versions/1e3': 400,
  '/v1/models/floats/versions/9223372036854775808': 400,
  '/v1/models/floats/versions/1/../2': 400,
  'http://evil.example/v1/models': 404,
  '*': 404,
};

/** Header lines by the status that they must be answered with, on a server that is bound to 127.0.0.1. */
const hosts: Readonly<Record<string, number>> = {
  'Host: localhost': 200,
  'Host: LOCALHOST:1': 200,
  'Host: 127.9.9.9:8501': 200,
  'Host: [::1]:8501': 200,
  'Host: models.example.com': 200,
  'Host: Models.Example.com:8501': 200,
  'Host: evil.example': 403,
  'Host: localhost.evil.example': 403,
  'Host: 127.0.0.1.evil.example': 403,
  'Host: models.example.com.evil.example': 403,
  'Host: user@localhost': 403,
  'Host: 0.0.0.0': 403,
  'Host: [::2]': 403,
  'Host: 192.0.2.1': 403,
  'Host: 2130706433': 403,
  'Host: localhost:80:80': 403,
  'Host: ': 403,
  'Host: localhost\r\nHost: evil.example': 400,
  'X-Host: localhost': 400,
  'Host: localhost\r\nOrigin: http://localhost': 200,
  'Host: localhost\r\nOrigin: http://evil.example': 403,
  'Host: localhost\r\nOrigin: https://localhost': 403,
  'Host: localhost\r\nOrigin: null': 403,
};

describe('a hostile REST request', { skip }, () => {
  let server: RestProcess;
  before(async () => {
    server = await startRestProcess('--allowed_hosts=models.example.com');
  });
  after(async () => {
    await server.assertServing();
    await server.stop();
  });

  for (const [name, [bytes, status]] of Object.entries(framings)) {
    it(`with ${name}`, async () => {
      const answer = await server.exchange(bytes);
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.text.match(/^HTTP\/1\.1 /gm)?.length ?? 0, status === 0 ? 0 : 1, answer.text);
    });
  }

  for (const [target, status] of Object.entries(targets)) {
    it(`for ${target}`, async () => {
      const answer = await server.exchange(get(target));
      assert.equal(answer.status, status, answer.text);
      assert.doesNotMatch(answer.text, /root:|perch-hostile/);
    });
  }

  for (const [lines, status] of Object.entries(hosts)) {
    it(`with ${JSON.stringify(lines)}`, async () => {
      for (const path of ['/v1/models', '/readyz']) {
        const answer = await server.exchange(`GET ${path} HTTP/1.1\r\n${lines}\r\nConnection: close\r\n\r\n`);
        assert.equal(answer.status, status, answer.text);
      }
    });
  }

  it('under a wrong name is told what to do', async () => {
    const { text } = await server.exchange(
      'GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    );
    assert.match(text, /use localhost or 127\.0\.0\.1, or allow it with --allowed_hosts/);
  });

  it('as a preflight of another site is refused without CORS', async () => {
    const { status, text } = await server.exchange(
      'OPTIONS /v1/models/floats:predict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\n\r\n',
    );
    assert.equal(status, 403);
    assert.doesNotMatch(text, /access-control-allow-origin/i);
  });

  it('that waits for 100 gets it, and a refusal where its body would be too large', async () => {
    const fine = await server.exchange(
      `${predict}Expect: 100-continue\r\nContent-Length: 20\r\n\r\n{"instances": [1.5]}`,
    );
    assert.match(fine.text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
    const large = await server.exchange(
      `${predict}Expect: 100-continue\r\nContent-Length: 999999999\r\n\r\n`,
    );
    assert.match(large.text, /HTTP\/1\.1 413 /);
  });
});
