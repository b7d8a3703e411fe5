// What a connection waits for, and what happens when that does not come.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ServerStream } from '../../../../../server/wire/http2/contract.ts';
import { assertAnswer } from './support/assertions.ts';
import {
  continuation,
  headers,
  ping,
  preface,
  windowUpdate,
  requestFields,
  settings,
  settingsAck,
} from './support/frames.ts';
import { answerHead, TestPeer } from './support/test-peer.ts';

const ended = { endStream: true };
const never = { keepaliveMs: Infinity, maxIdleMs: Infinity, settingsAckMs: Infinity };

describe('the preface', () => {
  it('has ten seconds, whatever drips in', () => {
    const peer = new TestPeer().send(preface.subarray(0, 5)).pass(9999);
    assert.equal(peer.closed, undefined);
    peer.send(preface.subarray(5, 6)).pass(1);
    assert.deepEqual(peer.closed, { kind: 'preface-timeout', timeoutMs: 10_000, receivedBytes: 6 });
    assert.deepEqual(peer.output(), []);
    assert.equal(peer.connection.nextTimerAt, Infinity);
  });

  it('that came is waited for no more', () => {
    const peer = new TestPeer({ timers: never }).send(preface, settings()).pass(20_000);
    assert.equal(peer.closed, undefined);
  });
});

describe('the acknowledgement of SETTINGS', () => {
  it('has a minute', () => {
    const peer = new TestPeer({ timers: { ...never, settingsAckMs: 60_000 } }).send(preface, settings());
    peer.pass(59_999);
    assert.equal(peer.closed, undefined);
    peer.output();
    peer.pass(1);
    assert.deepEqual(peer.closed, { kind: 'settings-timeout', timeoutMs: 60_000 });
    assert.deepEqual(peer.output(), ['GOAWAY 0 SETTINGS_TIMEOUT']);
  });

  it('that came is waited for no more', () => {
    const peer = new TestPeer({ timers: { ...never, settingsAckMs: 60_000 } }).send(
      preface,
      settings(),
      settingsAck,
    );
    assert.equal(peer.connection.nextTimerAt, Infinity);
  });
});

describe('a header block', () => {
  const block = headers(1).subarray(9);
  const timeout = { kind: 'headers-timeout', timeoutMs: 10_000 };

  it('has ten seconds from its first frame to its last', () => {
    const peer = new TestPeer({ timers: never }).handshake();
    peer.send(headers(1, [], { block: block.subarray(0, 3), endHeaders: false })).pass(6000);
    peer.send(continuation(1, block.subarray(3, 5), false)).pass(3999);
    assert.equal(peer.closed, undefined);
    peer.pass(1);
    assert.deepEqual(peer.closed, timeout);
    assert.equal(peer.output().at(-1), 'GOAWAY 0 ENHANCE_YOUR_CALM header block took too long');
  });

  it('has them in a single frame that drips, too', () => {
    const peer = new TestPeer({ timers: never }).handshake().send(headers(1).subarray(0, 12)).pass(5000);
    peer.send(headers(1).subarray(12, 14)).pass(5000);
    assert.deepEqual(peer.closed, timeout);
  });

  it('that is complete is waited for no more', () => {
    const peer = new TestPeer({ timers: never }).handshake();
    peer.send(headers(1).subarray(0, 12)).pass(9000).send(headers(1).subarray(12));
    assert.equal(peer.connection.nextTimerAt, Infinity);
  });
});

describe('keepalive', () => {
  const timers = { ...never, keepaliveMs: 60_000, keepaliveTimeoutMs: 20_000 };

  it('asks after silence, and goes on while there are answers', () => {
    const peer = new TestPeer({ timers }).handshake();
    for (let i = 0; i < 3; i++) {
      peer.pass(59_999);
      assertAnswer(peer, []);
      peer.pass(1);
      assertAnswer(peer, ['PING perch-ka']);
      peer.pass(150).send(ping('perch-ka', true));
    }
    assert.equal(peer.connection.statistics.roundTripMs, 150);
    assertAnswer(peer, []);
  });

  it('gives the peer up when nothing comes', () => {
    const since: number[] = [];
    const loopDelay = (at: number): number => {
      since.push(at);
      return 1234;
    };
    const peer = new TestPeer({ timers, options: { loopDelay } }).handshake().send(headers(1)).pass(79_999);
    assertAnswer(peer, ['PING perch-ka']);
    peer.pass(1);
    assert.deepEqual(peer.closed, { kind: 'keepalive-timeout', timeoutMs: 20_000, loopDelayMs: 1234 });
    assert.deepEqual(since, [60_000]);
    assert.deepEqual(peer.output(), ['GOAWAY 1 NO_ERROR']);
    assert.equal(peer.events.at(-1), 'ended 1 connection-closed');
  });

  it('takes anything as a sign of life', () => {
    const peer = new TestPeer({ timers }).handshake().pass(60_000).send(headers(1)).pass(59_999);
    assertAnswer(peer, ['PING perch-ka']);
    peer.pass(1);
    assertAnswer(peer, ['PING perch-ka']);
  });

  it('does not ask while the socket takes nothing', () => {
    const peer = new TestPeer({ timers: { ...timers, writeMs: Infinity } }).handshake();
    peer.connection.writable(false, 0);
    assert.equal(peer.connection.nextTimerAt, Infinity);
  });

  it('does not count the time in which the socket took nothing against the peer', () => {
    const peer = new TestPeer({ timers: { ...timers, writeMs: Infinity } }).handshake().pass(60_000);
    assertAnswer(peer, ['PING perch-ka']);
    peer.pass(5000).connection.writable(false, peer.now);
    peer.pass(50_000).connection.writable(true, peer.now);
    // 5 of its 20 seconds are over.
    peer.pass(14_999);
    assertAnswer(peer, []);
    peer.pass(1);
    assert.equal(peer.closed?.kind, 'keepalive-timeout');
  });
});

describe('a socket that takes nothing', () => {
  it('has a minute, from the first time', () => {
    const peer = new TestPeer({ timers: never })
      .handshake([4, 10 ** 6])
      .send(headers(1, requestFields, ended));
    peer.stream(1).sendData(Buffer.alloc(100_000), true);
    peer.connection.writable(false, peer.now);
    peer.pass(30_000);
    peer.connection.writable(false, peer.now);
    peer.pass(29_999);
    assert.equal(peer.closed, undefined);
    peer.pass(1);
    assert.deepEqual(peer.closed, { kind: 'write-timeout', timeoutMs: 60_000, queuedBytes: 100_000 });
  });

  it('has it again for each byte that the system takes, and for each window that the client opens', () => {
    let unsentBytes = 100_000;
    const peer = new TestPeer({ timers: never, options: { unsentBytes: () => unsentBytes } })
      .handshake()
      .send(headers(1));
    peer.connection.writable(false, peer.now);
    unsentBytes--;
    peer.pass(119_999);
    assert.equal(peer.closed, undefined);
    peer.send(windowUpdate(0, 5)).pass(59_999);
    peer.send(windowUpdate(1, 5)).pass(59_999);
    assert.equal(peer.closed, undefined);
    peer.pass(1);
    assert.deepEqual(peer.closed, { kind: 'write-timeout', timeoutMs: 60_000, queuedBytes: 0 });
  });

  it('that takes more has it again', () => {
    const peer = new TestPeer({ timers: never }).handshake();
    peer.connection.writable(false, peer.now);
    peer.pass(30_000).connection.writable(true, peer.now);
    assert.equal(peer.connection.nextTimerAt, Infinity);
  });
});

describe("the socket's end", () => {
  it('by FIN', () => {
    const peer = new TestPeer().handshake().send(headers(1));
    peer.connection.transportEnded({ kind: 'fin' }, 5);
    assert.deepEqual(peer.closed, { kind: 'peer-closed', openStreams: 1, afterGoaway: false });
    assert.deepEqual(peer.output(), []);
    assert.equal(peer.events.at(-1), 'ended 1 connection-closed');
  });

  it('by RST, with the silence before it', () => {
    const peer = new TestPeer({ timers: never }).handshake().pass(50_000).send(headers(1)).pass(350_000);
    peer.connection.transportEnded({ kind: 'error', code: 'ECONNRESET' }, peer.now);
    assert.deepEqual(peer.closed, { kind: 'peer-reset', openStreams: 1, silentMs: 350_000 });
  });

  it('by any other error', () => {
    const peer = new TestPeer().handshake();
    peer.connection.transportEnded({ kind: 'error', code: 'ETIMEDOUT' }, 0);
    assert.deepEqual(peer.closed, { kind: 'socket-error', code: 'ETIMEDOUT' });
    peer.connection.transportEnded({ kind: 'fin' }, 0);
    assert.deepEqual(peer.closed, { kind: 'socket-error', code: 'ETIMEDOUT' });
  });
});

describe('abort', () => {
  it('says what it can, and ends the streams', () => {
    const peer = new TestPeer().handshake().send(headers(1));
    peer.stream(1).sendHeaders(answerHead, false);
    peer.connection.abort({ kind: 'forced', cutStreams: 1 }, 0);
    assert.deepEqual(peer.output(), ['HEADERS 1', 'GOAWAY 1 NO_ERROR']);
    assert.equal(peer.events.at(-1), 'ended 1 connection-closed');
    assert.equal(peer.connection.openStreams, 0);
    assert.equal(peer.connection.nextTimerAt, Infinity);
  });

  it('ends all streams before a handler can do something to another one', () => {
    const streams: ServerStream[] = [];
    const peer = new TestPeer({
      options: {
        handler: {
          request: (stream) => {
            streams.push(stream);
            return {
              data: () => undefined,
              end: () => undefined,
              drained: () => undefined,
              ended: () => {
                for (const other of streams) {
                  other.reset('CANCEL');
                  other.sendHeaders(answerHead, true);
                }
              },
            };
          },
        },
      },
    }).handshake();
    peer.send(headers(1), headers(3), headers(5));
    peer.connection.abort({ kind: 'drained' }, 0);
    assert.deepEqual(peer.output(), ['GOAWAY 5 NO_ERROR']);
    assert.equal(peer.connection.openStreams, 0);
  });

  it('keeps the first cause', () => {
    const peer = new TestPeer().handshake();
    peer.connection.abort({ kind: 'forced', cutStreams: 0 }, 0);
    peer.connection.abort({ kind: 'drained' }, 0);
    peer.connection.drain(0);
    assert.equal(peer.closed?.kind, 'forced');
    assert.equal(peer.output().length, 1);
  });
});
