// Requests that are malformed, and those that are not (RFC 9113 §8.1-8.5).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HeaderField } from '../../../../../server/wire/http2/contract.ts';
import { assertAnswer } from './support/assertions.ts';
import { data, headers, requestFields } from './support/frames.ts';
import { TestPeer } from './support/test-peer.ts';

const [method, scheme, path, authority] = requestFields as unknown as readonly [
  HeaderField,
  HeaderField,
  HeaderField,
  HeaderField,
];

const malformed: readonly (readonly [string, readonly HeaderField[]])[] = [
  ['without :method', [scheme, path, authority]],
  ['without :scheme', [method, path, authority]],
  ['without :path', [method, scheme, authority]],
  ['without anything', []],
  ['with an empty :path', [method, scheme, [':path', ''], authority]],
  ['with a :path without a slash', [method, scheme, [':path', 'service/Method'], authority]],
  ['with :path * and POST', [method, scheme, [':path', '*'], authority]],
  ['with an empty :method', [[':method', ''], scheme, path, authority]],
  ['with an empty :scheme', [method, [':scheme', ''], path, authority]],
  ['with :method twice', [method, method, scheme, path]],
  ['with :scheme twice', [method, scheme, scheme, path]],
  ['with :path twice', [method, scheme, path, path]],
  ['with :authority twice', [method, scheme, path, authority, authority]],
  ['with :status', [...requestFields.slice(0, 4), [':status', '200']]],
  ['with an unknown pseudo-header field', [...requestFields.slice(0, 4), [':unknown', 'x']]],
  ['with :protocol, which was not offered', [...requestFields.slice(0, 4), [':protocol', 'websocket']]],
  ['with a pseudo-header field behind others', [method, scheme, ['x', 'y'], path]],
  ['with a capital in a name', [...requestFields, ['X-a', 'y']]],
  ['with a blank in a name', [...requestFields, ['x a', 'y']]],
  ['with an empty name', [...requestFields, ['', 'y']]],
  ['with a colon in a name', [...requestFields, ['x:a', 'y']]],
  ['with a byte above ASCII in a name', [...requestFields, ['x\xe9', 'y']]],
  ['with NUL in a value', [...requestFields, ['x', 'a\0b']]],
  ['with CR in a value', [...requestFields, ['x', 'a\rb']]],
  ['with LF in a value', [...requestFields, ['x', 'a\nb']]],
  ['with ESC in a value', [...requestFields, ['x', '\x1b[31m']]],
  ['with DEL in a value', [...requestFields, ['x', '\x7f']]],
  ['with LF in :path', [method, scheme, [':path', '/a\nb'], authority]],
  ['with a blank before a value', [...requestFields, ['x', ' a']]],
  ['with a tab behind a value', [...requestFields, ['x', 'a\t']]],
  ['with connection', [...requestFields, ['connection', 'close']]],
  ['with keep-alive', [...requestFields, ['keep-alive', '5']]],
  ['with proxy-connection', [...requestFields, ['proxy-connection', 'x']]],
  ['with transfer-encoding', [...requestFields, ['transfer-encoding', 'chunked']]],
  ['with upgrade', [...requestFields, ['upgrade', 'h2c']]],
  ['with te: gzip', [...requestFields, ['te', 'gzip']]],
  ['with te: trailers, gzip', [...requestFields, ['te', 'trailers, gzip']]],
  ['with another host', [...requestFields, ['host', 'elsewhere']]],
  ['with content-length that is no number', [...requestFields, ['content-length', '+5']]],
  ['with content-length that is too long', [...requestFields, ['content-length', '1'.repeat(16)]]],
  ['with content-length twice', [...requestFields, ['content-length', '5'], ['content-length', '5']]],
  ['with CONNECT and :path', [[':method', 'CONNECT'], path, authority]],
  ['with CONNECT and no :authority', [[':method', 'CONNECT']]],
];

describe('a malformed request is reset, and not passed on', () => {
  for (const [name, fields] of malformed) {
    it(name, () => {
      const peer = new TestPeer().handshake().send(headers(1, fields), data(1, 5), headers(3));
      assertAnswer(peer, ['RST_STREAM 1 PROTOCOL_ERROR']);
      assert.deepEqual(peer.events, ['request 3']);
    });
  }

  it('with END_STREAM and content-length above 0', () => {
    const fields: readonly HeaderField[] = [...requestFields, ['content-length', '5']];
    assertAnswer(new TestPeer().handshake().send(headers(1, fields, { endStream: true })), [
      'RST_STREAM 1 PROTOCOL_ERROR',
    ]);
  });
});

describe('a well-formed request', () => {
  const accepted: readonly (readonly [string, readonly HeaderField[]])[] = [
    ['without :authority', [method, scheme, path]],
    ['with host in place of :authority', [method, scheme, path, ['host', 'localhost']]],
    ['with host as :authority, in capitals', [...requestFields, ['host', 'LOCALHOST']]],
    ['with pseudo-header fields in any order', [authority, path, scheme, method]],
    ['with OPTIONS *', [[':method', 'OPTIONS'], scheme, [':path', '*'], authority]],
    ['with CONNECT', [[':method', 'CONNECT'], authority]],
    ['with Latin-1 and tabs in values', [...requestFields, ['x', 'caf\xe9\tnoir']]],
    ['with an empty value', [...requestFields, ['x', '']]],
    ['with te: Trailers', [method, scheme, path, ['te', 'Trailers']]],
    ['with every character of a token', [...requestFields, ["a!#$%&'*+-.^_`|~0z", 'y']]],
  ];
  for (const [name, fields] of accepted) {
    it(`${name} is passed on`, () => {
      const peer = new TestPeer().handshake().send(headers(1, fields));
      assertAnswer(peer, []);
      assert.deepEqual(peer.events, ['request 1']);
    });
  }

  it('has its parts in the head, cookie crumbs one by one', () => {
    const peer = new TestPeer().handshake();
    peer.send(headers(1, [...requestFields, ['cookie', 'a=1'], ['cookie', 'b=2']]));
    assert.deepEqual(peer.heads[0], {
      method: 'POST',
      scheme: 'http',
      path: '/service/Method',
      authority: 'localhost',
      fields: [
        ['te', 'trailers'],
        ['cookie', 'a=1'],
        ['cookie', 'b=2'],
      ],
    });
  });

  it('that comes again has the very same head, also where clients use several in turn', () => {
    const peer = new TestPeer().handshake();
    const other: readonly HeaderField[] = [method, scheme, [':path', '/other'], authority];
    for (let id = 1; id < 41; id += 4) {
      peer.send(headers(id), headers(id + 2, other));
    }
    assert.equal(peer.heads[18], peer.heads[16]);
    assert.equal(peer.heads[19], peer.heads[17]);
    assert.equal(peer.heads[19]!.path, '/other');
  });
});

describe('trailers', () => {
  it('end the request', () => {
    const peer = new TestPeer()
      .handshake()
      .send(headers(1), data(1, 3), headers(1, [['x', 'y']], { endStream: true }));
    assertAnswer(peer, []);
    assert.deepEqual(peer.events, ['request 1', 'data 1 3', 'end 1 x=y']);
  });

  const wrong: readonly (readonly [string, readonly HeaderField[], boolean])[] = [
    ['without END_STREAM', [['x', 'y']], false],
    ['with a pseudo-header field', [[':path', '/']], true],
    ['with a capital', [['X', 'y']], true],
    ['with connection', [['connection', 'close']], true],
  ];
  for (const [name, fields, endStream] of wrong) {
    it(`${name} reset the stream`, () => {
      const peer = new TestPeer().handshake().send(headers(1), headers(1, fields, { endStream }));
      assertAnswer(peer, ['RST_STREAM 1 PROTOCOL_ERROR']);
      assert.deepEqual(peer.events, ['request 1', 'ended 1 stream-error PROTOCOL_ERROR']);
    });
  }
});

describe('content-length', () => {
  const fields: readonly HeaderField[] = [...requestFields, ['content-length', '5']];
  const request = (): TestPeer => new TestPeer().handshake().send(headers(1, fields));

  it('is right, in any number of frames, padding not counted', () => {
    const peer = request().send(data(1, 2, { padding: 9 }), data(1, 3), data(1, 0, { endStream: true }));
    assertAnswer(peer, []);
    assert.deepEqual(peer.events, ['request 1', 'data 1 2', 'data 1 3', 'end 1']);
  });

  it('is too small', () => {
    const peer = request().send(data(1, 2), data(1, 4, { endStream: true }));
    assertAnswer(peer, ['RST_STREAM 1 PROTOCOL_ERROR']);
    assert.deepEqual(peer.events, ['request 1', 'data 1 2', 'ended 1 stream-error PROTOCOL_ERROR']);
  });

  it('is too large', () => {
    assertAnswer(request().send(data(1, 4, { endStream: true })), ['RST_STREAM 1 PROTOCOL_ERROR']);
    const byTrailers = request().send(data(1, 4), headers(1, [['x', 'y']], { endStream: true }));
    assertAnswer(byTrailers, ['RST_STREAM 1 PROTOCOL_ERROR']);
  });
});
