// Guards against floods: at which frame they act, and that requests which are served are none.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertAnswer } from './support/assertions.ts';
import {
  data,
  frame,
  headers,
  ping,
  priority,
  requestFields,
  rstStream,
  settings,
  windowUpdate,
} from './support/frames.ts';
import { answerHead, TestPeer } from './support/test-peer.ts';

/** Sends what `next` makes until the connection closes; how many that took. */
function flood(peer: TestPeer, next: (index: number) => Buffer, most = 20_000): number {
  for (let index = 0; index < most; index++) {
    peer.send(next(index));
    peer.output();
    if (peer.closed !== undefined) {
      return index + 1;
    }
  }
  return most;
}

const request = (index: number): Buffer => headers(2 * index + 1);

describe('a flood', () => {
  it('of requests that are reset at once (CVE-2023-44487)', () => {
    const peer = new TestPeer().handshake();
    assert.equal(
      flood(peer, (index) => Buffer.concat([request(index), rstStream(2 * index + 1)])),
      1001,
    );
    assert.deepEqual(peer.closed, { kind: 'flood', flood: 'rapid-reset', count: 1001, windowMs: 0 });
  });

  it('of resets that the client makes this side send (CVE-2025-8671)', () => {
    const byWindow = new TestPeer().handshake();
    flood(byWindow, (index) => Buffer.concat([request(index), windowUpdate(2 * index + 1, 0)]));
    assert.equal(byWindow.closed?.kind === 'flood' && byWindow.closed.flood, 'rapid-reset');
    const byHeaders = new TestPeer().handshake();
    flood(byHeaders, (index) => headers(2 * index + 1, []));
    assert.equal(byHeaders.closed?.kind === 'flood' && byHeaders.closed.flood, 'rapid-reset');
  });

  it('of RST_STREAM for streams that are over', () => {
    const peer = new TestPeer().handshake().send(headers(1), rstStream(1));
    assert.equal(
      flood(peer, () => rstStream(1)),
      1001,
    );
    assert.equal(peer.closed?.kind === 'flood' && peer.closed.flood, 'reset');
  });

  const others: readonly (readonly [name: string, make: (index: number) => Buffer, allowed: number])[] = [
    // One SETTINGS is in the preface.
    ['settings', () => settings(), 99],
    ['ping', () => ping(), 1000],
    ['empty-data', () => data(1, 0), 100],
    ['empty-data', () => data(1, 0, { padding: 5 }), 100],
    ['window-update', () => windowUpdate(0, 1), 2000],
    ['window-update', () => windowUpdate(1, 1), 2000],
    ['priority', (index) => priority(2 * index + 101, 0), 500],
  ];
  for (const [name, make, allowed] of others) {
    it(`of ${name} frames ends at number ${allowed + 1}`, () => {
      const peer = new TestPeer().handshake().send(headers(1));
      assert.equal(flood(peer, make), allowed + 1);
      assert.equal(peer.closed?.kind === 'flood' && peer.closed.flood, name);
    });
  }

  it('may last longer the slower it is, and its evidence says how long it was', () => {
    const peer = new TestPeer({ pings: { mode: 'off' } }).handshake();
    // 200 a second, where 100 are allowed, and 1,000 at once.
    const count = flood(peer, () => {
      peer.now += 5;
      return ping();
    });
    assert.deepEqual(peer.closed, { kind: 'flood', flood: 'ping', count, windowMs: 5 * (count - 1) });
    assert.ok(Math.abs(count - 2000) < 5, String(count));
  });

  it('is not forgiven for ever because of one answer', () => {
    const peer = new TestPeer().handshake().send(headers(1), ping());
    peer.stream(1).sendHeaders(answerHead, false);
    assert.equal(
      flood(peer, () => ping()),
      1001,
    );
  });

  it('of streams beyond the limit', () => {
    const peer = new TestPeer({ limits: { maxConcurrentStreams: 1 } }).handshake();
    assert.equal(flood(peer, request), 5002);
    assert.equal(peer.closed?.kind === 'flood' && peer.closed.flood, 'refused-streams');
  });

  it('is answered with ENHANCE_YOUR_CALM, and the streams end', () => {
    const peer = new TestPeer().handshake().send(headers(1));
    peer.send(...Array.from({ length: 1001 }, () => ping()));
    assert.equal(peer.output().at(-1), 'GOAWAY 1 ENHANCE_YOUR_CALM flood: ping');
    assert.equal(peer.events.at(-1), 'ended 1 connection-closed');
  });
});

describe('what is no flood', () => {
  it('is any number of requests that are answered, with WINDOW_UPDATE and PING for each', () => {
    const peer = new TestPeer({
      onEnd: (stream) => {
        stream.sendHeaders(answerHead, false);
        stream.sendData(Buffer.from('x'), true);
      },
    }).handshake();
    const count = flood(peer, (index) => {
      const id = 2 * index + 1;
      return Buffer.concat([
        headers(id),
        windowUpdate(id, 1),
        data(id, 1, { endStream: true }),
        windowUpdate(0, 1),
        ping(),
      ]);
    });
    assert.equal(count, 20_000);
    assert.equal(peer.closed, undefined);
  });

  it('is a client whose calls all end by their deadline', () => {
    const peer = new TestPeer().handshake();
    for (let second = 0; second < 30; second++) {
      const ids = Array.from({ length: 500 }, (_, index) => 2 * (500 * second + index) + 1);
      peer.send(...ids.map((id) => headers(id, requestFields, { endStream: true })));
      peer.pass(1000).send(...ids.map((id) => rstStream(id)));
    }
    assertAnswer(peer, []);
  });

  it('is a slow trickle of anything', () => {
    const peer = new TestPeer({ pings: { mode: 'off' } }).handshake().send(headers(1));
    for (let i = 0; i < 3000; i++) {
      peer
        .pass(101)
        .send(settings(), ping(), data(1, 0), windowUpdate(0, 1), priority(1, 0), frame(0x42, 0, 0));
      peer.output();
    }
    assert.equal(peer.closed, undefined);
  });
});
