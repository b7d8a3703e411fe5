// Lengths and stream identifiers of frames (RFC 9113 §4, §6), and frames that nobody knows.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ErrorCodeName } from '../../../../../server/wire/http2/error-code.ts';
import { assertAnswer, assertProtocolError } from './support/assertions.ts';
import { continuation, data, frame, goaway, headers, ping, priority } from './support/frames.ts';
import { TestPeer } from './support/test-peer.ts';

const bytes = (length: number): Buffer => Buffer.alloc(length);

describe('frames that end the connection', () => {
  const cases: readonly (readonly [string, Buffer, ErrorCodeName, string])[] = [
    ['DATA without a stream', frame(0, 0, 0, bytes(4)), 'PROTOCOL_ERROR', '§6.1'],
    ['DATA with PADDED and nothing else', frame(0, 8, 1), 'FRAME_SIZE_ERROR', '§4.2'],
    ['DATA on an idle stream', data(1, 4), 'PROTOCOL_ERROR', '§5.1'],
    ['DATA on a stream of the server', data(2, 4), 'PROTOCOL_ERROR', '§5.1'],
    ['HEADERS without a stream', headers(0), 'PROTOCOL_ERROR', '§6.2'],
    ['HEADERS on an even stream', headers(2), 'PROTOCOL_ERROR', '§5.1.1'],
    ['HEADERS with PADDED and nothing else', frame(1, 4 | 8, 1), 'FRAME_SIZE_ERROR', '§4.2'],
    ['HEADERS with PRIORITY and 4 bytes', frame(1, 4 | 0x20, 1, bytes(4)), 'FRAME_SIZE_ERROR', '§4.2'],
    [
      'HEADERS with more padding than payload',
      frame(1, 4 | 8, 1, Buffer.of(5, 0, 0)),
      'PROTOCOL_ERROR',
      '§6.2',
    ],
    ['PRIORITY without a stream', priority(0, 1), 'PROTOCOL_ERROR', '§6.3'],
    ['PRIORITY of a wrong length on an idle stream', frame(2, 0, 1, bytes(4)), 'FRAME_SIZE_ERROR', '§6.3'],
    ['PRIORITY of 65 bytes', frame(2, 0, 1, bytes(65)), 'FRAME_SIZE_ERROR', '§6.3'],
    ['RST_STREAM without a stream', frame(3, 0, 0, bytes(4)), 'PROTOCOL_ERROR', '§6.4'],
    ['RST_STREAM of 3 bytes', frame(3, 0, 1, bytes(3)), 'FRAME_SIZE_ERROR', '§6.4'],
    ['RST_STREAM on an idle stream', frame(3, 0, 1, bytes(4)), 'PROTOCOL_ERROR', '§5.1'],
    ['PUSH_PROMISE', frame(5, 4, 1, bytes(4)), 'PROTOCOL_ERROR', '§8.4'],
    ['PING on a stream', frame(6, 0, 1, bytes(8)), 'PROTOCOL_ERROR', '§6.7'],
    ['PING of 7 bytes', frame(6, 0, 0, bytes(7)), 'FRAME_SIZE_ERROR', '§6.7'],
    ['PING ACK of 9 bytes', frame(6, 1, 0, bytes(9)), 'FRAME_SIZE_ERROR', '§6.7'],
    ['GOAWAY on a stream', frame(7, 0, 1, bytes(8)), 'PROTOCOL_ERROR', '§6.8'],
    ['GOAWAY of 7 bytes', frame(7, 0, 0, bytes(7)), 'FRAME_SIZE_ERROR', '§4.2'],
    ['WINDOW_UPDATE of 5 bytes', frame(8, 0, 0, bytes(5)), 'FRAME_SIZE_ERROR', '§6.9'],
    ['WINDOW_UPDATE of 3 bytes on a stream', frame(8, 0, 1, bytes(3)), 'FRAME_SIZE_ERROR', '§6.9'],
    ['WINDOW_UPDATE on an idle stream', frame(8, 0, 1, Buffer.of(0, 0, 0, 1)), 'PROTOCOL_ERROR', '§5.1'],
    ['WINDOW_UPDATE of 0 for the connection', frame(8, 0, 0, bytes(4)), 'PROTOCOL_ERROR', '§6.9'],
    ['CONTINUATION out of the blue', continuation(1, bytes(1)), 'PROTOCOL_ERROR', '§6.10'],
    ['a frame longer than SETTINGS_MAX_FRAME_SIZE', data(1, 16_385), 'FRAME_SIZE_ERROR', '§4.2'],
    ['an unknown frame longer than that', frame(0x42, 0, 0, bytes(16_385)), 'FRAME_SIZE_ERROR', '§4.2'],
  ];
  for (const [name, wrong, code, section] of cases) {
    it(`${name}: ${code}`, () => {
      assertProtocolError(new TestPeer().handshake().send(wrong), code, `RFC 9113 ${section}`);
    });
  }

  it('says so with the highest stream that was begun', () => {
    const peer = new TestPeer().handshake().send(headers(1), headers(5), frame(6, 0, 0, bytes(7)));
    assert.match(peer.output()[0]!, /^GOAWAY 5 FRAME_SIZE_ERROR /);
    assert.deepEqual(peer.events.slice(2), ['ended 1 connection-closed', 'ended 5 connection-closed']);
  });

  it('and nothing is read behind them', () => {
    const peer = new TestPeer().handshake().send(frame(6, 0, 0, bytes(7)), headers(1), ping());
    peer.send(headers(3));
    assert.deepEqual(peer.events, []);
    assert.equal(peer.output().length, 1);
  });
});

describe('padding', () => {
  it('of DATA as long as the frame ends the connection', () => {
    const peer = new TestPeer().handshake().send(headers(1), frame(0, 8, 1, Buffer.of(3, 0, 0)));
    assertProtocolError(peer, 'PROTOCOL_ERROR', 'RFC 9113 §6.1');
  });

  it('of DATA may be all there is', () => {
    const peer = new TestPeer().handshake().send(headers(1), data(1, 0, { padding: 255, endStream: true }));
    assertAnswer(peer, []);
    assert.deepEqual(peer.events, ['request 1', 'end 1']);
  });

  it('of HEADERS is dropped, and so is the priority', () => {
    const peer = new TestPeer().handshake().send(headers(1, undefined, { padding: 200, dependsOn: 3 }));
    assertAnswer(peer, []);
    assert.equal(peer.heads[0]!.path, '/service/Method');
  });
});

describe('PRIORITY', () => {
  it('means nothing, on any stream', () => {
    const peer = new TestPeer().handshake();
    peer.send(priority(1, 0), priority(7, 5), headers(1, undefined, { endStream: true }), priority(1, 3));
    assertAnswer(peer, []);
  });

  it('that makes a stream depend on itself resets it, or ends the connection where it is idle', () => {
    const open = new TestPeer().handshake().send(headers(1), priority(1, 1));
    assertAnswer(open, ['RST_STREAM 1 PROTOCOL_ERROR']);
    assert.deepEqual(open.events, ['request 1', 'ended 1 stream-error PROTOCOL_ERROR']);
    assertProtocolError(new TestPeer().handshake().send(priority(1, 1)), 'PROTOCOL_ERROR', 'RFC 7540 §5.3.1');
  });

  it('in HEADERS likewise resets the stream before it begins', () => {
    const peer = new TestPeer().handshake().send(headers(1, undefined, { dependsOn: 1 }));
    assertAnswer(peer, ['RST_STREAM 1 PROTOCOL_ERROR']);
    assert.deepEqual(peer.events, []);
  });

  it('of a wrong length resets an open stream', () => {
    const peer = new TestPeer().handshake().send(headers(1), frame(2, 0, 1, bytes(6)), ping());
    assertAnswer(peer, ['RST_STREAM 1 FRAME_SIZE_ERROR', 'PING ACK 12345678']);
  });
});

describe('frames of extensions', () => {
  it('are skipped, with any flags, on any stream, in parts', () => {
    const peer = new TestPeer().handshake();
    const unknown = [frame(0x0a, 0xff, 0), frame(0xff, 1, 9, bytes(16_384)), frame(0x42, 0, 2, bytes(10))];
    for (const byte of Buffer.concat(unknown).subarray(0, 200)) {
      peer.send(Buffer.of(byte));
    }
    peer.send(Buffer.concat(unknown).subarray(200), ping());
    assertAnswer(peer, ['PING ACK 12345678']);
  });

  it('are no part of a header block', () => {
    const peer = new TestPeer()
      .handshake()
      .send(headers(1, undefined, { endHeaders: false }), frame(0x42, 0, 0));
    assertProtocolError(peer, 'PROTOCOL_ERROR', 'RFC 9113 §6.10');
  });
});

describe('reserved bits', () => {
  it('of a stream identifier and of a window increment mean nothing (RFC 9113 §4.1, §6.9)', () => {
    const request = headers(1);
    request[5] = 0x80;
    const peer = new TestPeer().handshake().send(request, frame(8, 0, 0x8000_0001, Buffer.of(0x80, 0, 0, 5)));
    assertAnswer(peer, []);
    assert.deepEqual(peer.events, ['request 1']);
  });
});

describe('PING', () => {
  it('is answered with its content', () => {
    assertAnswer(new TestPeer().handshake().send(ping('abcdefgh'), ping('ijklmnop')), [
      'PING ACK abcdefgh',
      'PING ACK ijklmnop',
    ]);
  });

  it('ACK that nobody asked for means nothing', () => {
    assertAnswer(new TestPeer().handshake().send(ping('abcdefgh', true)), []);
  });
});

describe('GOAWAY of the client', () => {
  it('lets what is open go on; the client has a second to close after that', () => {
    const peer = new TestPeer({ onEnd: (stream) => stream.sendHeaders(Buffer.of(0x88), true) }).handshake();
    peer.send(headers(1), goaway('NO_ERROR', 'bye')).pass(5000).send(data(1, 3));
    assertAnswer(peer, []);
    peer.send(data(1, 3, { endStream: true }), ping());
    assertAnswer(peer, ['HEADERS 1 END_STREAM', 'PING ACK 12345678']);
    peer.pass(999);
    assert.equal(peer.closed, undefined);
    peer.pass(1);
    assert.deepEqual(peer.closed, { kind: 'peer-closed', openStreams: 0, afterGoaway: true });
    assert.deepEqual(peer.output(), ['GOAWAY 1 NO_ERROR']);
  });

  it('followed by FIN is no surprise', () => {
    const peer = new TestPeer().handshake().send(goaway());
    peer.connection.transportEnded({ kind: 'fin' }, 0);
    assert.deepEqual(peer.closed, { kind: 'peer-closed', openStreams: 0, afterGoaway: true });
  });

  it('with an error is the cause of the end', () => {
    const peer = new TestPeer().handshake().pass(30_000).send(goaway('ENHANCE_YOUR_CALM', 'too_many_pings'));
    peer.pass(999);
    assert.equal(peer.closed, undefined);
    peer.pass(1);
    assert.deepEqual(peer.closed, { kind: 'peer-error', code: 11, debugData: 'too_many_pings' });
    assert.deepEqual(peer.output(), ['GOAWAY 0 NO_ERROR']);
  });

  it('with an unknown error is no special case, and with open streams it waits for the socket', () => {
    const peer = new TestPeer().handshake().send(headers(1), goaway(0xff)).pass(5000);
    assertAnswer(peer, []);
    peer.connection.transportEnded({ kind: 'fin' }, 5000);
    assert.deepEqual(peer.closed, { kind: 'peer-error', code: 0xff, debugData: '' });
    assert.deepEqual(peer.output(), []);
    assert.deepEqual(peer.events, ['request 1', 'ended 1 connection-closed']);
  });
});
