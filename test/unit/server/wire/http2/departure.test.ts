// Connections that end without losing a request: drain, idleness, age (RFC 9113 §6.8; gRPC's A9).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertAnswer } from './support/assertions.ts';
import { data, headers, ping, requestFields } from './support/frames.ts';
import { answerHead, TestPeer } from './support/test-peer.ts';

const ended = { endStream: true };
const never = { keepaliveMs: Infinity, maxIdleMs: Infinity, settingsAckMs: Infinity };
const anyStream = 2 ** 31 - 1;
const known = ping('perch-go', true);

describe('drain', () => {
  it('announces the end, then names the last stream, then waits for the open ones', () => {
    const peer = new TestPeer({ timers: never }).handshake().send(headers(1));
    peer.connection.drain(peer.now, 'restart');
    assertAnswer(peer, [`GOAWAY ${anyStream} NO_ERROR restart`, 'PING perch-go']);
    assert.equal(peer.connection.isDraining, true);
    // Under way before the client knew.
    peer.send(headers(3), known);
    assertAnswer(peer, ['GOAWAY 3 NO_ERROR restart']);
    // After it: ignored, with its HPACK state and its bytes counted.
    peer.send(headers(5), data(5, 10, ended));
    assertAnswer(peer, []);
    peer.stream(1).reset('CANCEL');
    peer.stream(3).sendHeaders(answerHead, true);
    assert.deepEqual(peer.output(), ['RST_STREAM 1 CANCEL', 'HEADERS 3 END_STREAM']);
    assert.equal(peer.closed, undefined, 'the request on stream 3 has not ended');
    peer.send(data(3, 0, ended));
    assert.deepEqual(peer.closed, { kind: 'drained' });
    assert.deepEqual(peer.output(), []);
    assert.deepEqual(peer.events, ['request 1', 'request 3']);
  });

  it('of a connection without streams is over with the acknowledgement', () => {
    const peer = new TestPeer({ timers: never }).handshake();
    peer.connection.drain(0);
    peer.send(known);
    assert.deepEqual(peer.closed, { kind: 'drained' });
    assert.deepEqual(peer.output(), [`GOAWAY ${anyStream} NO_ERROR`, 'PING perch-go', 'GOAWAY 0 NO_ERROR']);
  });

  it('does not wait for the acknowledgement longer than five seconds', () => {
    const peer = new TestPeer({ timers: never }).handshake();
    peer.connection.drain(0);
    peer.pass(4999);
    assert.equal(peer.closed, undefined);
    peer.send(ping('perch-ka', true), ping('whatever', true));
    assert.equal(peer.closed, undefined);
    peer.pass(1);
    assert.deepEqual(peer.closed, { kind: 'drained' });
    assert.equal(peer.output().at(-1), 'GOAWAY 0 NO_ERROR');
  });

  it('that a client answers by going is no close by the peer', () => {
    const peer = new TestPeer({ timers: never }).handshake();
    peer.connection.drain(0);
    peer.connection.transportEnded({ kind: 'fin' }, 0);
    assert.deepEqual(peer.closed, { kind: 'drained' });
  });

  it('that cuts streams when the client goes is one', () => {
    const peer = new TestPeer({ timers: never }).handshake().send(headers(1));
    peer.connection.drain(0);
    peer.connection.transportEnded({ kind: 'fin' }, 0);
    assert.deepEqual(peer.closed, { kind: 'peer-closed', openStreams: 1, afterGoaway: false });
  });

  it('of a client that has not spoken HTTP/2 closes at once, in silence', () => {
    const peer = new TestPeer();
    peer.connection.drain(0);
    assert.deepEqual(peer.closed, { kind: 'drained' });
    assert.deepEqual(peer.output(), []);
  });

  it('twice is once', () => {
    const peer = new TestPeer({ timers: never }).handshake();
    peer.connection.drain(0);
    peer.connection.drain(0);
    assert.equal(peer.output().length, 2);
  });

  it('can be forced to its end', () => {
    const peer = new TestPeer({ timers: never }).handshake().send(headers(1), headers(3));
    peer.connection.drain(0);
    peer.send(known).output();
    peer.connection.abort({ kind: 'forced', cutStreams: 2 }, 0);
    assert.equal(peer.closed?.kind, 'forced');
    assert.deepEqual(peer.events.slice(2), ['ended 1 connection-closed', 'ended 3 connection-closed']);
  });

  it('waits for DATA that waits for windows', () => {
    const peer = new TestPeer({ timers: never }).handshake([4, 0]).send(headers(1, requestFields, ended));
    peer.stream(1).sendData(Buffer.alloc(10), true);
    peer.connection.drain(0);
    peer.send(known).output();
    assert.equal(peer.closed, undefined);
    peer.send(Buffer.from([0, 0, 4, 8, 0, 0, 0, 0, 1, 0, 0, 0, 10]));
    assert.deepEqual(peer.output(), ['DATA 1 10 END_STREAM']);
    assert.deepEqual(peer.closed, { kind: 'drained' });
  });
});

describe('idleness', () => {
  const timers = { ...never, maxIdleMs: 1_800_000 };

  it('is counted from the handshake', () => {
    const peer = new TestPeer({ timers }).handshake().pass(1_799_999);
    assertAnswer(peer, []);
    peer.pass(1);
    assertAnswer(peer, [`GOAWAY ${anyStream} NO_ERROR max_idle`, 'PING perch-go']);
    peer.send(known);
    assert.deepEqual(peer.closed, { kind: 'max-idle', idleMs: 1_800_000 });
    assert.deepEqual(peer.output(), ['GOAWAY 0 NO_ERROR max_idle']);
  });

  it('is counted from the end of the last stream, not from its begin', () => {
    const peer = new TestPeer({ timers })
      .handshake()
      .send(headers(1, requestFields, ended))
      .pass(5_000_000);
    peer.stream(1).sendHeaders(answerHead, true);
    assertAnswer(peer, ['HEADERS 1 END_STREAM']);
    peer.pass(1_799_999);
    assertAnswer(peer, []);
    peer.pass(1);
    assert.equal(peer.output().length, 2);
  });

  it('is ended by a stream that begins and ends within one read', () => {
    const peer = new TestPeer({
      timers,
      onEnd: (stream) => stream.sendHeaders(answerHead, true),
    }).handshake();
    peer
      .pass(1_000_000)
      .send(headers(1, requestFields, ended))
      .output();
    peer.pass(1_799_999);
    assertAnswer(peer, []);
    peer.pass(1);
    assert.equal(peer.output().length, 2);
  });

  it('does not take a request away that was under way', () => {
    const peer = new TestPeer({ timers }).handshake().pass(1_800_000);
    peer.send(headers(1, requestFields, ended), known).output();
    assert.equal(peer.closed, undefined);
    peer.stream(1).sendHeaders(answerHead, true);
    assert.deepEqual(peer.output(), ['HEADERS 1 END_STREAM']);
    assert.deepEqual(peer.closed, { kind: 'max-idle', idleMs: 1_800_000 });
  });
});

describe('age', () => {
  const timers = { ...never, maxAgeMs: 100_000, maxAgeGraceMs: 10_000 };

  it('ends the connection after its streams', () => {
    const peer = new TestPeer({ timers })
      .handshake()
      .send(headers(1, requestFields, ended))
      .pass(100_000);
    assertAnswer(peer, [`GOAWAY ${anyStream} NO_ERROR max_age`, 'PING perch-go']);
    peer.send(known).output();
    peer.pass(5000).stream(1).sendHeaders(answerHead, true);
    peer.output();
    assert.deepEqual(peer.closed, { kind: 'max-age', ageMs: 105_000, cutStreams: 0 });
  });

  it('cuts the streams that are open when the grace is over', () => {
    const peer = new TestPeer({ timers }).handshake().send(headers(1), headers(3)).pass(109_999);
    assert.equal(peer.closed, undefined);
    peer.pass(1);
    assert.deepEqual(peer.closed, { kind: 'max-age', ageMs: 110_000, cutStreams: 2 });
    assert.deepEqual(peer.events.slice(2), ['ended 1 connection-closed', 'ended 3 connection-closed']);
  });

  it('varies by a tenth either way', () => {
    for (const [random, at] of [
      [0, 90_000],
      [1, 110_000],
    ] as const) {
      const peer = new TestPeer({ timers, options: { random: () => random } }).handshake();
      assert.ok(Math.abs(peer.connection.nextTimerAt - at) < 0.001);
    }
  });

  it('is never reached where it is Infinity', () => {
    const peer = new TestPeer({ timers: never }).handshake();
    assert.equal(peer.connection.nextTimerAt, Infinity);
  });
});
