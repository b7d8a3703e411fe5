// What the first bytes of a connection are taken for, byte by byte.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { http1Reply, readKnock, shownText, tlsAlert } from '../../../../../server/wire/socket/wrong-door.ts';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** What comes out as the bytes come one by one: the last undecided length, and the verdict. */
function verdict(bytes: Buffer): { at: number; verdict: string } {
  for (let length = 1; length <= bytes.length; length++) {
    const knock = readKnock(bytes.subarray(0, length));
    if (knock.kind !== 'undecided') {
      return { at: length, verdict: knock.kind === 'wrong' ? knock.protocol : knock.kind };
    }
  }
  return { at: bytes.length, verdict: 'undecided' };
}

describe('readKnock', () => {
  it('takes the preface for HTTP/2 when it is whole, with or without more', () => {
    assert.deepEqual(verdict(preface), { at: 24, verdict: 'http2' });
    assert.deepEqual(readKnock(Buffer.concat([preface, Buffer.alloc(100)])), { kind: 'http2' });
  });

  it('sees a preface that goes wrong at the byte where it does', () => {
    for (let at = 4; at < preface.length; at++) {
      const broken = Buffer.from(preface);
      broken[at] = 0x7e;
      assert.deepEqual(verdict(broken), { at: at + 1, verdict: 'unknown' }, `byte ${at}`);
    }
  });

  it('knows the methods of HTTP/1.1, from their space on', () => {
    for (const method of 'GET HEAD POST PUT DELETE OPTIONS PATCH TRACE CONNECT'.split(' ')) {
      const request = Buffer.from(`${method} / HTTP/1.1\r\n\r\n`);
      assert.deepEqual(verdict(request), { at: method.length + 1, verdict: 'http1' });
    }
  });

  it('knows a TLS handshake by its second byte', () => {
    assert.deepEqual(verdict(Buffer.from([0x16, 3, 1, 2, 0])), { at: 2, verdict: 'tls' });
    assert.deepEqual(verdict(Buffer.from([0x16, 2])), { at: 2, verdict: 'unknown' });
  });

  it('takes everything else for nothing it knows, as soon as that is clear', () => {
    assert.deepEqual(verdict(Buffer.from('SSH-2.0-OpenSSH')), { at: 1, verdict: 'unknown' });
    assert.deepEqual(verdict(Buffer.from('PATCHED')), { at: 6, verdict: 'unknown' });
    assert.deepEqual(verdict(Buffer.from([0])), { at: 1, verdict: 'unknown' });
    assert.deepEqual(readKnock(Buffer.alloc(0)), { kind: 'undecided' });
  });
});

describe('what strangers are told', () => {
  it('is an HTTP/1.1 answer that names the REST address', () => {
    const reply = Buffer.from(http1Reply('127.0.0.1:8501', false)).toString();
    const [head = '', body = ''] = reply.split('\r\n\r\n');
    assert.match(head, /^HTTP\/1\.1 400 Bad Request\r\n/);
    assert.match(head, new RegExp(`Content-Length: ${body.length}\r\n`));
    assert.equal(
      body,
      'This is the gRPC port, which speaks HTTP/2, not HTTP/1.1. The REST API is at http://127.0.0.1:8501.\n',
    );
    assert.match(Buffer.from(http1Reply('', true)).toString(), /HTTP\/2 over TLS.*The REST API is off/);
  });

  it('is a fatal alert of seven bytes for TLS', () => {
    assert.deepEqual([...tlsAlert], [21, 3, 1, 0, 2, 2, 40]);
  });
});

describe('shownText', () => {
  it('shows printable ASCII, and everything else as \\xNN, so that it cannot be mistaken', () => {
    assert.equal(shownText(Buffer.from('GET /\r\n\\x41\x1b[31m')), 'GET /\\x0d\\x0a\\x5cx41\\x1b[31m');
    assert.equal(shownText(Buffer.from([0xff, 0x41])), '\\xffA');
    assert.equal(shownText(Buffer.alloc(40, 'a')), `${'a'.repeat(32)}…`);
  });
});
