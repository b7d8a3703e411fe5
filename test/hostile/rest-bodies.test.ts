// Bodies that are made to do harm: each is refused by its name or means what it says, and the next one is served.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { assertHoldings, skip } from './support/holdings.ts';
import { startRestProcess, type RestProcess } from './support/rest-process.ts';

const mebibyte = 2 ** 20;

/** A body, and what must come of it. */
interface HostileBody {
  readonly name: string;
  /** One of those of rest-server.ts. */
  readonly model: 'floats' | 'integers' | 'texts';
  readonly body: () => string | Uint8Array;
  readonly status: number;
  readonly answer: RegExp;
}

const rows = (row: string): (() => string) => {
  return () => `{"instances": [${row}]}`;
};

const bodies: HostileBody[] = [
  {
    name: '100,000 objects in each other',
    model: 'floats',
    body: () => `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
    status: 400,
    answer: /nested deeper than 64 levels/,
  },
  {
    name: '100,000 lists in each other',
    model: 'floats',
    body: () => `{"instances": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    status: 400,
    answer: /nested deeper than 64 levels/,
  },
  {
    name: 'a key twice: the first counts, as in TensorFlow Serving',
    model: 'floats',
    body: () => '{"instances": [1], "instances": [2]}',
    status: 200,
    answer: /\[1\.0\]/,
  },
  {
    name: 'two million strings of no length',
    model: 'texts',
    body: () => `{"instances": [${'"",'.repeat(2_000_000)}""]}`,
    status: 413,
    answer: /may have 1000000 strings/,
  },
  {
    name: 'a number of two million digits',
    model: 'floats',
    body: () => `{"instances": [0.${'1'.repeat(3_000_000)}]}`,
    status: 400,
    answer: /Number with too many digits\. at offset: /,
  },
  {
    name: '20 MB of white space',
    model: 'floats',
    body: () => `{"instances": ${' '.repeat(20_000_000)}[1]}`,
    status: 400,
    answer: /More than 1048576 bytes of white space/,
  },
  {
    name: '10 MB of zeros and commas',
    model: 'floats',
    body: () => `{"instances": [${'0,'.repeat(5_000_000)}[]]}`,
    status: 400,
    answer: /Failed to process element: 5000000 of/,
  },
  {
    name: 'a million keys',
    model: 'floats',
    body: () => `{${Array.from({ length: 1_000_000 }, (_, key) => `"${key}":0`).join()}, "instances": [1]}`,
    status: 200,
    answer: /\[1\.0\]/,
  },
  {
    name: '__proto__ around the rows',
    model: 'floats',
    body: () => '{"__proto__": {"instances": [1]}}',
    status: 400,
    answer: /Missing 'inputs' or 'instances' key/,
  },
  {
    name: '__proto__ as the name of an input',
    model: 'floats',
    body: rows('{"__proto__": 1}'),
    status: 400,
    answer: /does not have named input: __proto__/,
  },
  {
    name: 'constructor as the name of an input',
    model: 'floats',
    body: () => '{"inputs": {"constructor": [1]}}',
    status: 400,
    answer: /Missing named input: x/,
  },
  {
    name: '1e999',
    model: 'floats',
    body: rows('1e999, -1e999'),
    status: 200,
    answer: /\[Infinity, -Infinity\]/,
  },
  {
    name: '1e999 for an integer',
    model: 'integers',
    body: rows('1e999'),
    status: 400,
    answer: /expected type: int64/,
  },
  {
    name: '2^53+1',
    model: 'integers',
    body: rows('9007199254740993'),
    status: 200,
    answer: /\[9007199254740993\]/,
  },
  {
    name: '2^63',
    model: 'integers',
    body: rows('9223372036854775808'),
    status: 400,
    answer: /expected type: int64/,
  },
  {
    name: 'a number of a million digits',
    model: 'floats',
    body: () => `{"instances": [${'9'.repeat(1_000_000)}]}`,
    status: 200,
    answer: /\[Infinity\]/,
  },
  {
    name: 'half a surrogate',
    model: 'texts',
    body: rows(String.raw`"\ud800"`),
    status: 400,
    answer: /surrogate pair/,
  },
  {
    name: 'the other half',
    model: 'texts',
    body: rows(String.raw`"\udc00a"`),
    status: 400,
    answer: /surrogate pair/,
  },
  {
    name: 'bytes that are not UTF-8',
    model: 'texts',
    body: () =>
      Buffer.concat([Buffer.from('{"instances": ["'), Buffer.from([0xff, 0xc0]), Buffer.from('"]}')]),
    status: 400,
    answer: /not UTF-8/,
  },
  { name: 'NUL in a text', model: 'texts', body: rows(String.raw`"a\u0000b"`), status: 400, answer: /NUL/ },
  {
    name: 'base64 that is none',
    model: 'texts',
    body: rows('{"b64": "!!!!"}'),
    status: 400,
    answer: /base64 decode/,
  },
  {
    name: 'base64 that is a number',
    model: 'texts',
    body: rows('{"b64": 5}'),
    status: 400,
    answer: /named input: b64/,
  },
  {
    name: '8 MB of base64',
    model: 'texts',
    body: () => `{"instances": [{"b64": "${'A'.repeat(8_000_000)}"}]}`,
    status: 400,
    answer: /not UTF-8 text without NUL/,
  },
  {
    name: 'a million empty lists, and then a number',
    model: 'floats',
    body: () => `{"instances": [${'[],'.repeat(1_000_000)}0]}`,
    status: 400,
    answer: /Expecting tensor size: 0 but got: 1/,
  },
  {
    name: '300,000 keys that mean nothing',
    model: 'floats',
    body: () => `{${Array.from({ length: 300_000 }, (_, i) => `"k${i}":0`).join(',')}}`,
    status: 400,
    answer: /Missing 'inputs' or 'instances' key/,
  },
];

describe('a hostile body', { skip }, () => {
  let server: RestProcess;
  before(async () => {
    server = await startRestProcess('--rest_api_max_body_mb=24');
  });
  after(() => server.stop());
  const post = (
    body: string | Uint8Array,
    model = 'floats',
    headers: Record<string, string> = {},
  ): Promise<Response> => server.fetch(`/v1/models/${model}:predict`, { method: 'POST', body, headers });

  for (const { name, model, body, status, answer } of bodies) {
    it(name, async () => {
      const response = await post(body(), model);
      const text = await response.text();
      assert.equal(response.status, status, text.slice(0, 200));
      assert.match(text, answer);
    });
  }

  it('in chunks of one byte is read as any other', async () => {
    const body = `{"instances": [1.5${' '.repeat(20_000)}]}`;
    const chunks = Array.from(body, (octet) => `1\r\n${octet}\r\n`).join('');
    const { status } = await server.exchange(
      `POST /v1/models/floats:predict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
    );
    assert.equal(status, 200);
  });

  it('sent by a page of another site is refused, whatever its type; a program may send any', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json']) {
      const own = await post('{"instances": [1]}', 'floats', { 'content-type': type });
      assert.equal(own.status, 200, type);
      const foreign = { 'content-type': type, origin: 'http://evil.example' };
      assert.equal((await post('{"instances": [1]}', 'floats', foreign)).status, 403, type);
    }
  });

  it('leaves nothing behind: long lists, deep ones, bombs', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * mebibyte));
    const large = deflateSync(Buffer.alloc(23 * mebibyte, ' '));
    await assertHoldings(server, async () => {
      const long = await post(`{"instances": [${'0,'.repeat(1_000_000)}0]}`);
      assert.equal(long.status, 200);
      await long.arrayBuffer();
      assert.equal((await post(`{"instances": ${'['.repeat(4 * mebibyte)}`)).status, 400);
      for (let i = 0; i < 5; i++) {
        const refused = await post(bomb, 'floats', { 'content-encoding': 'gzip' });
        assert.equal(refused.status, 413);
        const spaces = await post(large, 'floats', { 'content-encoding': 'deflate' });
        assert.equal(spaces.status, 413);
      }
    });
  });
});
