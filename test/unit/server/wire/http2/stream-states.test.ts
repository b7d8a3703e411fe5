// Frames by the state of their stream (RFC 9113 §5.1), and the order of identifiers (§5.1.1).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertAnswer, assertProtocolError } from './support/assertions.ts';
import { data, frame, headers, ping, requestFields, rstStream, windowUpdate } from './support/frames.ts';
import { answerHead, answerTrailers, TestPeer } from './support/test-peer.ts';

const ended = { endStream: true };

/** A peer whose requests are answered when they are complete. */
function answering(): TestPeer {
  return new TestPeer({
    onEnd: (stream) => {
      stream.sendHeaders(answerHead, false);
      stream.sendData(Buffer.from('answer'), false);
      stream.sendHeaders(answerTrailers, true);
    },
  }).handshake();
}

describe('a stream', () => {
  it('goes from request to answer', () => {
    const peer = answering().send(headers(1), data(1, 5), data(1, 6, ended));
    assertAnswer(peer, ['HEADERS 1', 'DATA 1 6', 'HEADERS 1 END_STREAM']);
    assert.deepEqual(peer.events, ['request 1', 'data 1 5', 'data 1 6', 'end 1']);
    assert.equal(peer.connection.openStreams, 0);
    assert.equal(peer.stream(1).isOpen, false);
  });

  it('may be a request without content', () => {
    const peer = answering().send(headers(1, requestFields, ended));
    assertAnswer(peer, ['HEADERS 1', 'DATA 1 6', 'HEADERS 1 END_STREAM']);
    assert.deepEqual(peer.events, ['request 1 end']);
  });

  it('is told nothing and does nothing after its end', () => {
    const peer = answering().send(headers(1, requestFields, ended));
    peer.output();
    const stream = peer.stream(1);
    stream.sendHeaders(answerHead, false);
    assert.equal(stream.sendData(Buffer.alloc(3), true), true);
    stream.reset('INTERNAL_ERROR');
    stream.consumed(100);
    peer.connection.abort({ kind: 'forced', cutStreams: 0 }, 0);
    assert.deepEqual(peer.output(), ['GOAWAY 1 NO_ERROR']);
    assert.deepEqual(peer.events, ['request 1 end']);
  });

  it('is reset by this side with one frame', () => {
    const peer = new TestPeer().handshake().send(headers(1));
    peer.stream(1).sendData(Buffer.alloc(100_000), false);
    peer.stream(1).reset('INTERNAL_ERROR');
    assertAnswer(peer, ['RST_STREAM 1 INTERNAL_ERROR']);
    assert.equal(peer.connection.heldBytes, 0);
    assert.deepEqual(peer.events, ['request 1']);
  });

  it('is reset by the client', () => {
    const peer = new TestPeer().handshake().send(headers(1), data(1, 5), rstStream(1, 'CANCEL'));
    assertAnswer(peer, []);
    assert.deepEqual(peer.events, ['request 1', 'data 1 5', 'ended 1 reset-by-peer 8']);
    peer.stream(1).sendHeaders(answerHead, true);
    assertAnswer(peer, []);
  });
});

describe('a half-closed (remote) stream', () => {
  const halfClosed = (): TestPeer => new TestPeer().handshake().send(headers(1, requestFields, ended));

  it('takes no DATA', () => {
    const peer = halfClosed().send(data(1, 4));
    assertAnswer(peer, ['RST_STREAM 1 STREAM_CLOSED']);
    assert.deepEqual(peer.events, ['request 1 end', 'ended 1 stream-error STREAM_CLOSED']);
  });

  it('takes no second END_STREAM', () => {
    const peer = new TestPeer().handshake().send(headers(1), data(1, 4, ended), data(1, 0, ended));
    assertAnswer(peer, ['RST_STREAM 1 STREAM_CLOSED']);
  });

  it('takes no HEADERS', () => {
    assertAnswer(halfClosed().send(headers(1, requestFields, ended)), ['RST_STREAM 1 STREAM_CLOSED']);
  });

  it('takes WINDOW_UPDATE, PRIORITY and RST_STREAM', () => {
    const peer = halfClosed().send(windowUpdate(1, 5), frame(2, 0, 1, Buffer.alloc(5)), rstStream(1));
    assertAnswer(peer, []);
    assert.deepEqual(peer.events, ['request 1 end', 'ended 1 reset-by-peer 8']);
  });
});

describe('a closed stream', () => {
  const closed = (): TestPeer => {
    const peer = answering().send(headers(1, requestFields, ended));
    peer.output();
    return peer;
  };

  it('takes no DATA', () => {
    assertAnswer(closed().send(data(1, 4)), ['RST_STREAM 1 STREAM_CLOSED']);
  });

  it('takes no HEADERS', () => {
    assertProtocolError(closed().send(headers(1)), 'STREAM_CLOSED', 'RFC 9113 §5.1');
  });

  it('takes WINDOW_UPDATE, PRIORITY and RST_STREAM that were sent before the client knew', () => {
    assertAnswer(closed().send(windowUpdate(1, 5), frame(2, 0, 1, Buffer.alloc(5)), rstStream(1)), []);
  });

  it('takes no DATA and no HEADERS after the client has reset it', () => {
    const peer = new TestPeer().handshake().send(headers(1), rstStream(1), data(1, 4, ended));
    assertAnswer(peer, ['RST_STREAM 1 STREAM_CLOSED']);
    const other = new TestPeer().handshake().send(headers(1), rstStream(1), headers(1));
    assertProtocolError(other, 'STREAM_CLOSED', 'RFC 9113 §5.1');
  });
});

describe('a stream that this side has reset', () => {
  it('takes whatever was under way, without effect but on windows and on HPACK', () => {
    const peer = new TestPeer().handshake().send(headers(1));
    peer.stream(1).reset('CANCEL');
    assertAnswer(peer, ['RST_STREAM 1 CANCEL']);
    // Trailers that put a field into HPACK's table, which the next request refers to.
    const indexed = Buffer.concat([Buffer.of(0x40, 3), Buffer.from('x-a'), Buffer.of(1), Buffer.from('b')]);
    peer.send(
      data(1, 5),
      windowUpdate(1, 5),
      headers(1, [], { block: indexed, endStream: true }),
      rstStream(1),
    );
    const block = Buffer.concat([headers(3).subarray(9), Buffer.of(0xbe)]);
    peer.send(headers(3, [], { block }), ping());
    assertAnswer(peer, ['PING ACK 12345678']);
    assert.deepEqual(peer.heads[1]!.fields.at(-1), ['x-a', 'b']);
    assert.deepEqual(peer.events, ['request 1', 'request 3']);
  });

  it('is not reset twice, whatever comes (RFC 9113 §5.4.2)', () => {
    const selfDependency = frame(2, 0, 1, Buffer.of(0, 0, 0, 1, 0));
    const late = [
      data(1, 5, ended),
      data(1, 5),
      headers(1, [['x', 'y']], ended),
      frame(2, 0, 1, Buffer.alloc(4)),
      selfDependency,
      rstStream(1),
      data(1, 5),
    ];
    const peer = new TestPeer().handshake().send(headers(1));
    peer.stream(1).reset('CANCEL');
    peer.send(...late);
    assertAnswer(peer, ['RST_STREAM 1 CANCEL']);
    const answered = answering().send(headers(1, requestFields, ended));
    answered.output();
    assertAnswer(answered.send(...late), ['RST_STREAM 1 STREAM_CLOSED']);
    const malformed = new TestPeer().handshake().send(headers(1, [['Upper', 'case']], ended), ...late);
    assertAnswer(malformed, ['RST_STREAM 1 PROTOCOL_ERROR']);
    const wrongPriority = answering().send(headers(1, requestFields, ended));
    wrongPriority.output();
    assertAnswer(wrongPriority.send(selfDependency, ...late), ['RST_STREAM 1 PROTOCOL_ERROR']);
    const afterItsEnd = new TestPeer().handshake().send(headers(1, requestFields, ended), ...late);
    assertAnswer(afterItsEnd, ['RST_STREAM 1 STREAM_CLOSED']);
  });

  it('takes what its window let the client send, and no endless stream of more', () => {
    const peer = new TestPeer().handshake().send(headers(1));
    peer.stream(1).reset('CANCEL');
    peer.output();
    for (let sent = 0; sent < 2 ** 20; sent += 16_384) {
      peer.send(data(1, 16_384));
    }
    assert.deepEqual(peer.output(), []);
    for (let frames = 0; frames < 1000; frames++) {
      peer.send(data(1, 16_384));
    }
    assert.equal(peer.closed, undefined);
    peer.send(data(1, 16_384));
    assert.deepEqual(peer.closed, { kind: 'flood', flood: 'rapid-reset', count: 1001, windowMs: 0 });
  });

  it('for its window being overrun is not sent more on either', () => {
    const peer = new TestPeer({ limits: { streamWindowBytes: 65_535 }, onData: () => undefined });
    peer.handshake().send(headers(1));
    const full = Array.from({ length: 4 }, () => data(1, 16_384));
    peer.send(...full);
    for (let frames = 0; frames < 999; frames++) {
      peer.send(data(1, 16_384));
    }
    assert.equal(peer.closed, undefined);
    peer.send(data(1, 16_384));
    assert.deepEqual(peer.closed, { kind: 'flood', flood: 'rapid-reset', count: 1001, windowMs: 0 });
    assert.deepEqual(
      peer.output().filter((text) => text.startsWith('RST_STREAM')),
      ['RST_STREAM 1 FLOW_CONTROL_ERROR'],
    );
  });

  it('takes header blocks for it, as many as are fair', () => {
    const peer = new TestPeer().handshake().send(headers(1));
    peer.stream(1).reset('CANCEL');
    for (let blocks = 0; blocks < 1000; blocks++) {
      peer.send(headers(1, [['x', 'y']], ended));
    }
    assert.equal(peer.closed, undefined);
    peer.send(headers(1, [['x', 'y']], ended));
    assert.deepEqual(peer.closed, { kind: 'flood', flood: 'reset', count: 1001, windowMs: 0 });
  });
});

describe('an answer that ends before its request', () => {
  const early = (): TestPeer => {
    const peer = new TestPeer({ onRequest: (stream) => stream.sendHeaders(answerHead, true) });
    peer.handshake().send(headers(1));
    assertAnswer(peer, ['HEADERS 1 END_STREAM']);
    return peer;
  };

  it('needs nothing more if the request ends soon', () => {
    const peer = early().send(data(1, 5), data(1, 0, ended));
    assert.equal(peer.connection.openStreams, 0);
    peer.pass(1000);
    assertAnswer(peer, []);
    assert.deepEqual(peer.events, ['request 1']);
  });

  it('is followed by RST_STREAM NO_ERROR if it does not (RFC 9113 §8.1)', () => {
    const peer = early().send(data(1, 5)).pass(999);
    assertAnswer(peer, []);
    peer.pass(1);
    assertAnswer(peer, ['RST_STREAM 1 NO_ERROR']);
    peer.send(data(1, 5), data(1, 0, ended));
    assertAnswer(peer, []);
    assert.equal(peer.connection.openStreams, 0);
  });

  it('gives it that time after a silence, too', () => {
    const peer = new TestPeer().handshake().send(headers(1)).pass(5000);
    peer.stream(1).sendHeaders(answerHead, true);
    assertAnswer(peer, ['HEADERS 1 END_STREAM']);
    peer.pass(999);
    assertAnswer(peer, []);
    peer.pass(1);
    assertAnswer(peer, ['RST_STREAM 1 NO_ERROR']);
  });

  it('does not keep the request from being judged', () => {
    assertAnswer(early().send(headers(1, [['x', 'y']])), ['RST_STREAM 1 PROTOCOL_ERROR']);
    assertAnswer(early().send(windowUpdate(1, 0)), ['RST_STREAM 1 PROTOCOL_ERROR']);
    assertAnswer(early().send(headers(1, [['x', 'y']], ended)), []);
  });

  it('gives what was not consumed back to the connection', () => {
    const peer = new TestPeer({ onData: () => undefined }).handshake().send(headers(1), data(1, 5000));
    assert.equal(peer.connection.heldBytes, 5000);
    peer.stream(1).sendHeaders(answerHead, true);
    assert.equal(peer.connection.heldBytes, 0);
    peer.send(data(1, 5000));
    assert.equal(peer.connection.heldBytes, 0);
  });
});

describe('stream identifiers', () => {
  it('may leave gaps, which are closed then', () => {
    const peer = new TestPeer().handshake().send(headers(1), headers(9));
    assert.deepEqual(peer.events, ['request 1', 'request 9']);
    assertProtocolError(peer.send(headers(5)), 'PROTOCOL_ERROR', 'RFC 9113 §5.1.1');
  });

  it('of gaps take no DATA', () => {
    const peer = new TestPeer().handshake().send(headers(9), data(5, 3));
    assertAnswer(peer, ['RST_STREAM 5 STREAM_CLOSED']);
  });
});

describe('too many streams', () => {
  it('are refused, without harm to those that are open', () => {
    const peer = new TestPeer({ limits: { maxConcurrentStreams: 2 } }).handshake();
    peer.send(headers(1), headers(3), headers(5), data(5, 3, ended), headers(7, requestFields, ended));
    assertAnswer(peer, ['RST_STREAM 5 REFUSED_STREAM', 'RST_STREAM 7 REFUSED_STREAM']);
    peer.send(rstStream(1), headers(9));
    assertAnswer(peer, []);
    assert.deepEqual(peer.events, ['request 1', 'request 3', 'ended 1 reset-by-peer 8', 'request 9']);
    assert.equal(peer.connection.statistics.streamsRefused, 2);
  });
});

describe('a handler that throws', () => {
  it('costs its stream and no other', () => {
    const errors: unknown[] = [];
    const mistake = new Error('a mistake');
    const peer = new TestPeer({
      options: { observer: { handlerFailed: (error) => errors.push(error) } },
      onRequest: (stream) => {
        if (stream.id === 1) {
          throw mistake;
        }
      },
      onData: (stream) => {
        if (stream.id === 3) {
          throw mistake;
        }
      },
      onEnd: (stream) => {
        if (stream.id === 5) {
          throw mistake;
        }
      },
    }).handshake();
    peer.send(headers(1), headers(3), data(3, 1), headers(5), data(5, 1, ended), headers(7), data(7, 1));
    assertAnswer(
      peer,
      [1, 3, 5].map((id) => `RST_STREAM ${id} INTERNAL_ERROR`),
    );
    assert.deepEqual(errors, [mistake, mistake, mistake]);
    assert.equal(peer.connection.openStreams, 1);
  });
});
