// Which pings are too many: the rules of gRPC's C++ server, by their numbers.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TooManyPings } from '../../../../../server/wire/http2/ping-policy.ts';
import { headers, ping } from './support/frames.ts';
import { answerHead, TestPeer, type TestPeerOptions } from './support/test-peer.ts';

const noTimers = { keepaliveMs: Infinity, maxIdleMs: Infinity };
const strict = (pings: TestPeerOptions['pings'] = {}): TestPeer =>
  new TestPeer({ pings: { mode: 'strict', ...pings }, timers: noTimers }).handshake();

/** The number of the ping that closes, of pings every `ms`; 0: none of ten. */
function closingPing(peer: TestPeer, ms: number): number {
  for (let count = 1; count <= 10; count++) {
    peer.pass(ms).send(ping());
    if (peer.closed !== undefined) {
      return count;
    }
  }
  return 0;
}

describe('strict', () => {
  it('closes at the fourth ping: the first is free, two strikes are forgiven', () => {
    const peer = strict();
    assert.equal(closingPing(peer, 1000), 4);
    assert.deepEqual(peer.closed, { kind: 'too-many-pings', intervalMs: 1000, allowedMs: 7_200_000 });
    assert.equal(peer.output().at(-1), 'GOAWAY 0 ENHANCE_YOUR_CALM too_many_pings');
  });

  it('allows an interval that is equal to the least one', () => {
    assert.equal(closingPing(strict({ permitWithoutCalls: true }), 300_000), 0);
    assert.equal(closingPing(strict({ permitWithoutCalls: true }), 299_999), 4);
  });

  it('allows two hours without calls, unless that is permitted', () => {
    assert.equal(closingPing(strict(), 300_000), 4);
    assert.equal(closingPing(strict(), 7_200_000), 0);
  });

  it('allows the shorter interval while a stream is open', () => {
    assert.equal(closingPing(strict().send(headers(1)), 300_000), 0);
    assert.equal(closingPing(strict().send(headers(1)), 299_999), 4);
  });

  it('forgives everything when HEADERS or DATA goes out', () => {
    const peer = strict().send(headers(1));
    peer.send(ping(), ping(), ping());
    peer.stream(1).sendHeaders(answerHead, false);
    peer.send(ping(), ping(), ping());
    peer.stream(1).sendData(Buffer.alloc(1), false);
    assert.equal(peer.closed, undefined);
    assert.equal(closingPing(peer, 1), 4);
  });

  it('takes the last ping, good or bad, as the begin of the interval', () => {
    const peer = strict({ permitWithoutCalls: true, minIntervalMs: 1000 });
    peer.send(ping()).pass(600).send(ping()).pass(600).send(ping());
    assert.equal(peer.closed, undefined);
    peer.pass(600).send(ping());
    assert.deepEqual(peer.closed, { kind: 'too-many-pings', intervalMs: 600, allowedMs: 1000 });
  });

  it('forgives any number with 0 strikes', () => {
    assert.equal(closingPing(strict({ maxStrikes: 0 }), 1), 0);
  });
});

describe('warn', () => {
  it('says where a C++ server would close, each time, and goes on', () => {
    const told: TooManyPings[] = [];
    const peer = new TestPeer({
      timers: noTimers,
      options: { observer: { tooManyPings: (pings) => told.push(pings) } },
    }).handshake();
    assert.equal(closingPing(peer, 500), 0);
    assert.deepEqual(told, Array(3).fill({ intervalMs: 500, allowedMs: 7_200_000 }));
    assert.equal(peer.output().length, 10);
  });
});

describe('off', () => {
  it('answers every ping', () => {
    const peer = new TestPeer({ pings: { mode: 'off' }, timers: noTimers }).handshake();
    assert.equal(closingPing(peer, 1), 0);
  });
});
