// Answers: frames, windows, fair turns and back-pressure (RFC 9113 §5.2, §6.1, §6.9).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertAnswer, assertProtocolError } from './support/assertions.ts';
import { headers, requestFields, rstStream, settings, windowUpdate } from './support/frames.ts';
import { answerHead, answerTrailers, TestPeer, type TestPeerOptions } from './support/test-peer.ts';

const ended = { endStream: true };
const [initialWindow, maxFrame] = [4, 5];

/** A peer with so many complete requests. */
function asked(
  count: number,
  options: TestPeerOptions = {},
  ...pairs: (readonly [number, number])[]
): TestPeer {
  const peer = new TestPeer(options).handshake(...pairs);
  for (let id = 1; id < 2 * count; id += 2) {
    peer.send(headers(id, requestFields, ended));
  }
  return peer;
}

describe('an answer', () => {
  it('that is small is copied behind its headers, and is one piece of output', () => {
    const peer = asked(1);
    const bytes = Buffer.from('answer');
    peer.stream(1).sendHeaders(answerHead, false);
    assert.equal(peer.stream(1).sendData(bytes, false), true);
    peer.stream(1).sendHeaders(answerTrailers, true);
    bytes.fill(0);
    const pieces = peer.connection.takeOutput(0);
    assert.equal(pieces.length, 1);
    assert.ok(Buffer.from(pieces[0]!).includes('answer'));
  });

  it('that is large is a view, between pieces of the slab', () => {
    const peer = asked(1);
    const bytes = Buffer.alloc(10_000);
    peer.stream(1).sendHeaders(answerHead, false);
    peer.stream(1).sendData(bytes, false);
    peer.stream(1).sendHeaders(answerTrailers, true);
    const pieces = peer.connection.takeOutput(0);
    assert.equal(pieces.length, 3);
    assert.equal(pieces[1], bytes);
  });

  it("is split at the client's SETTINGS_MAX_FRAME_SIZE", () => {
    const peer = asked(1, {}, [initialWindow, 10 ** 6]);
    peer.stream(1).sendData(Buffer.alloc(40_000), true);
    assertAnswer(peer, ['DATA 1 16384', 'DATA 1 16384', 'DATA 1 7232 END_STREAM']);
  });

  it('comes in frames of at most 64 KiB, so that streams take turns', () => {
    const peer = asked(1, {}, [initialWindow, 10 ** 6], [maxFrame, 10 ** 6]);
    peer.send(windowUpdate(0, 10 ** 6));
    peer.stream(1).sendData(Buffer.alloc(150_000), true);
    assertAnswer(peer, ['DATA 1 65536', 'DATA 1 65536', 'DATA 1 18928 END_STREAM']);
  });

  it('may end with an empty DATA frame, whatever the windows are', () => {
    const peer = asked(1, {}, [initialWindow, 0]);
    peer.stream(1).sendData(Buffer.alloc(0), false);
    peer.stream(1).sendData(Buffer.alloc(0), true);
    assertAnswer(peer, ['DATA 1 0 END_STREAM']);
  });

  it('keeps its trailers behind its content, and what comes behind those is dropped', () => {
    const peer = asked(1, {}, [initialWindow, 10]);
    const stream = peer.stream(1);
    stream.sendHeaders(answerHead, false);
    stream.sendData(Buffer.alloc(15), false);
    stream.sendHeaders(answerTrailers, true);
    stream.sendHeaders(answerTrailers, true);
    stream.sendData(Buffer.alloc(15), true);
    assertAnswer(peer, ['HEADERS 1', 'DATA 1 10']);
    assert.equal(stream.isOpen, true);
    peer.send(windowUpdate(1, 100));
    assertAnswer(peer, ['DATA 1 5', 'HEADERS 1 END_STREAM']);
    assert.equal(stream.isOpen, false);
    assert.equal(peer.connection.openStreams, 0);
  });
});

describe("the client's windows", () => {
  it('of the stream are never overrun, and may become negative', () => {
    const peer = asked(1, {}, [initialWindow, 100]);
    peer.stream(1).sendData(Buffer.alloc(150), true);
    assertAnswer(peer, ['DATA 1 100']);
    peer.send(settings([initialWindow, 60]));
    assertAnswer(peer, ['SETTINGS ACK']);
    peer.send(windowUpdate(1, 40));
    assertAnswer(peer, []);
    peer.send(windowUpdate(1, 1));
    assertAnswer(peer, ['DATA 1 1']);
    peer.send(settings([initialWindow, 70]));
    assertAnswer(peer, ['SETTINGS ACK', 'DATA 1 10']);
    peer.send(settings([initialWindow, 1000]));
    assertAnswer(peer, ['SETTINGS ACK', 'DATA 1 39 END_STREAM']);
  });

  it('of the connection are shared', () => {
    const peer = asked(2, {}, [initialWindow, 10 ** 6]);
    peer.stream(1).sendData(Buffer.alloc(60_000), true);
    peer.stream(3).sendData(Buffer.alloc(10_000), true);
    const sent = peer.frames().reduce((sum, { payload }) => sum + payload.length, 0);
    assert.equal(sent, 65_535);
    peer.send(windowUpdate(0, 4465));
    const rest = peer.frames();
    assert.equal(
      rest.reduce((sum, { payload }) => sum + payload.length, 0),
      4465,
    );
    assert.equal(peer.connection.openStreams, 0);
  });

  it('that grow beyond 2^31 - 1 end the stream, or the connection', () => {
    const stream = asked(1).send(windowUpdate(1, 2 ** 31 - 1 - 65_535));
    assertAnswer(stream, []);
    stream.send(windowUpdate(1, 1));
    assertAnswer(stream, ['RST_STREAM 1 FLOW_CONTROL_ERROR']);
    assert.equal(stream.events.at(-1), 'ended 1 stream-error FLOW_CONTROL_ERROR');
    const connection = asked(0).send(windowUpdate(0, 2 ** 31 - 1 - 65_535));
    assertAnswer(connection, []);
    assertProtocolError(connection.send(windowUpdate(0, 1)), 'FLOW_CONTROL_ERROR', 'RFC 9113 §6.9.1');
    const bySettings = asked(1).send(windowUpdate(1, 1), settings([initialWindow, 2 ** 31 - 1]));
    assertProtocolError(bySettings, 'FLOW_CONTROL_ERROR', 'RFC 9113 §6.9.2');
  });

  it('WINDOW_UPDATE of 0 ends the stream', () => {
    assertAnswer(asked(1).send(windowUpdate(1, 0)), ['RST_STREAM 1 PROTOCOL_ERROR']);
  });
});

describe('large answers', () => {
  it('take turns, frame by frame, and small ones are not behind them', () => {
    const peer = asked(3, {}, [initialWindow, 10 ** 6]);
    peer.send(windowUpdate(0, 10 ** 6));
    peer.stream(1).sendData(Buffer.alloc(40_000), true);
    peer.stream(3).sendData(Buffer.alloc(40_000), true);
    peer.stream(5).sendData(Buffer.alloc(100), true);
    assertAnswer(peer, [
      'DATA 5 100 END_STREAM',
      'DATA 1 16384',
      'DATA 3 16384',
      'DATA 1 16384',
      'DATA 3 16384',
      'DATA 1 7232 END_STREAM',
      'DATA 3 7232 END_STREAM',
    ]);
  });

  it('are not in the way where their streams have no window', () => {
    const peer = asked(2, {}, [initialWindow, 10]);
    peer.stream(1).sendData(Buffer.alloc(40), true);
    peer.send(windowUpdate(3, 20_000));
    peer.stream(3).sendData(Buffer.alloc(20_000), true);
    assertAnswer(peer, ['DATA 1 10', 'DATA 3 16384', 'DATA 3 3616 END_STREAM']);
  });

  it('are handed out some 256 KiB at a time', () => {
    const peer = asked(1, {}, [initialWindow, 10 ** 7]);
    peer.send(windowUpdate(0, 10 ** 7));
    peer.stream(1).sendData(Buffer.alloc(10 ** 6), true);
    assert.equal(peer.takeOnce().length, 16);
    assert.equal(peer.connection.hasOutput, true);
    assert.equal(peer.takeOnce().length, 16);
    assert.equal(peer.connection.heldBytes, 10 ** 6 - 32 * 16_384);
    assert.equal(peer.output().length, 62 - 32);
    assert.equal(peer.connection.hasOutput, false);
    assert.equal(peer.connection.heldBytes, 0);
  });
});

describe('back-pressure', () => {
  it('of the windows is told by sendData and drained', () => {
    const peer = asked(1, { limits: { streamSendBytes: 1000 } }, [initialWindow, 100]);
    const stream = peer.stream(1);
    assert.equal(stream.sendData(Buffer.alloc(1000), false), true);
    assert.equal(stream.sendData(Buffer.alloc(1), false), false);
    assert.equal(stream.sendData(Buffer.alloc(1), false), false);
    peer.send(windowUpdate(1, 901));
    assert.equal(peer.output().at(-1), 'DATA 1 1');
    assert.deepEqual(peer.events, ['request 1 end']);
    peer.send(windowUpdate(1, 100));
    assertAnswer(peer, ['DATA 1 1']);
    assert.deepEqual(peer.events, ['request 1 end', 'drained 1']);
    assert.equal(stream.sendData(Buffer.alloc(500), false), true);
    peer.send(windowUpdate(1, 500)).output();
    assert.deepEqual(peer.events, ['request 1 end', 'drained 1']);
  });

  it('lets a stream go on from within drained', () => {
    let left = 5;
    const peer = asked(
      1,
      {
        limits: { streamSendBytes: 1000 },
        onDrained: (stream) => stream.sendData(Buffer.alloc(20_000), --left === 0),
      },
      [initialWindow, 10 ** 6],
    );
    peer.send(windowUpdate(0, 10 ** 6));
    assert.equal(peer.stream(1).sendData(Buffer.alloc(20_000), false), false);
    const sent = peer.frames();
    assert.equal(
      sent.reduce((sum, { payload }) => sum + payload.length, 0),
      120_000,
    );
    assert.equal(sent.at(-1)!.flags, 1);
  });

  it('of the socket holds DATA back, and no control frame', () => {
    const peer = asked(2);
    peer.connection.writable(false, 0);
    peer.stream(1).sendHeaders(answerHead, false);
    peer.stream(1).sendData(Buffer.alloc(100), true);
    peer.stream(3).reset('CANCEL');
    assertAnswer(peer, ['HEADERS 1', 'RST_STREAM 3 CANCEL']);
    peer.connection.writable(true, 0);
    assertAnswer(peer, ['DATA 1 100 END_STREAM']);
  });

  it('of the socket stops the reading where control frames pile up, and ends it where nobody stops', () => {
    const peer = asked(1);
    peer.connection.writable(false, 0);
    for (let i = 0; i < 1000; i++) {
      peer.stream(1).sendHeaders(new Uint8Array(60), false);
    }
    assert.equal(peer.connection.wantsPause, true);
    assert.equal(peer.output().length, 1000);
    assert.equal(peer.connection.wantsPause, true);
    peer.connection.writable(true, 0);
    assert.equal(peer.connection.wantsPause, false);
    peer.connection.writable(false, 0);
    for (let i = 0; i < 90_000; i++) {
      peer.stream(1).sendHeaders(new Uint8Array(60), false);
    }
    peer.send(windowUpdate(1, 1));
    assert.equal(peer.closed?.kind, 'limit');
  });

  it('forgets what waited on a stream that was reset', () => {
    const peer = asked(50, { limits: { connectionSendBytes: 100_000 } });
    peer.connection.writable(false, 0);
    for (let id = 1; id < 100; id += 2) {
      peer.stream(id).sendData(Buffer.alloc(60_000), true);
      peer.stream(id).reset('CANCEL');
    }
    assert.equal(peer.output().length, 50);
    peer.connection.writable(true, 0);
    assert.equal(peer.closed, undefined);
    assert.equal(peer.connection.heldBytes, 0);
    assert.equal(peer.connection.hasOutput, false);
  });

  it('has a limit for all that waits', () => {
    const peer = asked(2, { limits: { connectionSendBytes: 100_000 } }, [initialWindow, 0]);
    peer.stream(1).sendData(Buffer.alloc(100_000), false);
    // Whatever its size: a message that is allowed must not close the connection by itself.
    peer.stream(1).sendData(Buffer.alloc(300_000), true);
    assert.equal(peer.closed, undefined);
    peer.wakes = 0;
    assert.equal(peer.stream(3).sendData(Buffer.alloc(1), true), false);
    assert.deepEqual(peer.closed, {
      kind: 'limit',
      option: 'grpc-node.max_session_memory',
      limit: 100_000,
      actual: 400_001,
    });
    assert.equal(peer.wakes, 1);
    assert.deepEqual(peer.output(), ['GOAWAY 3 ENHANCE_YOUR_CALM limit: grpc-node.max_session_memory']);
    assert.equal(peer.connection.heldBytes, 0);
    assert.deepEqual(peer.events.slice(2), ['ended 1 connection-closed', 'ended 3 connection-closed']);
  });
});

describe('wake', () => {
  it('comes once until the output is taken, and only for calls from outside', () => {
    const peer = new TestPeer({ onRequest: (stream) => stream.sendHeaders(answerHead, false) }).handshake();
    peer.send(headers(1), headers(3));
    assert.equal(peer.wakes, 0);
    peer.output();
    peer.stream(1).sendData(Buffer.alloc(3), false);
    peer.stream(1).sendHeaders(answerTrailers, true);
    peer.stream(3).reset('CANCEL');
    assert.equal(peer.wakes, 1);
    peer.output();
    assert.equal(peer.wakes, 1);
    peer.connection.drain(0);
    assert.equal(peer.wakes, 1);
    peer.send(headers(5)).output();
    peer.stream(5).reset('CANCEL');
    assert.equal(peer.wakes, 2);
    assert.equal(peer.connection.hasOutput, true);
  });

  it('comes again when what it was for has come to nothing before it was taken', () => {
    const peer = asked(2, {}, [initialWindow, 10 ** 6]).send(windowUpdate(0, 10 ** 6));
    peer.output();
    peer.stream(1).sendData(Buffer.alloc(100_000), false);
    assert.equal(peer.wakes, 1);
    peer.send(rstStream(1, 'CANCEL'));
    assert.deepEqual(peer.output(), []);
    peer.stream(3).sendData(Buffer.alloc(3), false);
    assert.equal(peer.wakes, 2);
    assert.deepEqual(peer.output(), ['DATA 3 3']);
  });

  it('does not come where nothing can go out', () => {
    const peer = asked(1, {}, [initialWindow, 0]);
    peer.stream(1).sendData(Buffer.alloc(3), false);
    assert.equal(peer.wakes, 0);
    assert.equal(peer.connection.hasOutput, false);
  });

  it('comes for a WINDOW_UPDATE that consumption brings', () => {
    const peer = new TestPeer({ onData: () => undefined, limits: { streamWindowBytes: 65_535 } }).handshake();
    peer.send(headers(1), Buffer.alloc(0));
    peer.stream(1).consumed(10);
    assert.equal(peer.wakes, 0);
  });
});
