// Flow control of what clients send (RFC 9113 §5.2, §6.9), and where its bytes go.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryAccount } from '../../../../../server/wire/http2/memory-account.ts';
import { assertAnswer, assertProtocolError } from './support/assertions.ts';
import { data, headers, preface, rstStream, settings, settingsAck } from './support/frames.ts';
import { answerHead, TestPeer, type TestPeerOptions } from './support/test-peer.ts';

const limits = { streamWindowBytes: 65_535, connectionWindowBytes: 100_000 };
const keeping: TestPeerOptions = { limits, onData: () => undefined };
const full = (streamId: number): Buffer => data(streamId, 16_384);

describe("a stream's window", () => {
  it('opens as the request is consumed, half of it at a time', () => {
    const peer = new TestPeer(keeping).handshake().send(headers(1), full(1), full(1), full(1));
    assertAnswer(peer, []);
    peer.stream(1).consumed(32_767);
    assertAnswer(peer, []);
    peer.stream(1).consumed(1);
    assertAnswer(peer, ['WINDOW_UPDATE 1 32768']);
    peer.stream(1).consumed(16_384);
    assertAnswer(peer, []);
  });

  it('ends the stream where it is overrun', () => {
    const peer = new TestPeer(keeping).handshake();
    peer.send(headers(1), full(1), full(1), full(1), data(1, 16_383));
    assertAnswer(peer, []);
    peer.send(data(1, 1));
    assertAnswer(peer, ['RST_STREAM 1 FLOW_CONTROL_ERROR', 'WINDOW_UPDATE 0 65535']);
    assert.equal(peer.events.at(-1), 'ended 1 stream-error FLOW_CONTROL_ERROR');
  });

  it('is not opened for a request that is complete', () => {
    const peer = new TestPeer(keeping).handshake();
    peer.send(headers(1), full(1), full(1), full(1), data(1, 10, { endStream: true }));
    peer.stream(1).consumed(49_162);
    assertAnswer(peer, []);
  });

  it('counts padding, and gives it back at once', () => {
    const peer = new TestPeer(keeping).handshake().send(headers(1));
    // 128 frames of 256 bytes, 255 of them padding or its length.
    const frames = Array.from({ length: 129 }, () => data(1, 1, { padding: 254 }));
    peer.send(...frames);
    assertAnswer(peer, ['WINDOW_UPDATE 1 32895']);
    assert.equal(peer.connection.heldBytes, 129);
  });

  it('does not believe in more than was sent', () => {
    const peer = new TestPeer(keeping).handshake().send(headers(1), data(1, 10));
    peer.stream(1).consumed(1_000_000);
    peer.stream(1).consumed(-5);
    assert.equal(peer.connection.heldBytes, 0);
    assertAnswer(peer, []);
  });
});

describe("the connection's window", () => {
  it('opens as requests are consumed, half of it at a time', () => {
    const peer = new TestPeer(keeping)
      .handshake()
      .send(headers(1), full(1), full(1), headers(3), full(3), full(3));
    peer.stream(1).consumed(32_768);
    peer.stream(3).consumed(17_231);
    assertAnswer(peer, ['WINDOW_UPDATE 1 32768']);
    peer.stream(3).consumed(1);
    assertAnswer(peer, ['WINDOW_UPDATE 0 50000']);
  });

  it('ends the connection where it is overrun', () => {
    const peer = new TestPeer(keeping).handshake();
    peer.send(headers(1), headers(3), full(1), full(1), full(1), full(3), full(3), full(3));
    assertAnswer(peer, []);
    peer.send(data(3, 1697));
    assertProtocolError(peer, 'FLOW_CONTROL_ERROR', 'RFC 9113 §6.9.1');
  });

  it('is 65,535 bytes before the client has seen the larger one', () => {
    const peer = new TestPeer().send(preface, settings(), settingsAck);
    assert.deepEqual(peer.output().slice(1, 2), ['WINDOW_UPDATE 0 8323073']);
  });

  it('gets back what comes for streams that are gone', () => {
    const peer = new TestPeer(keeping).handshake().send(headers(1));
    peer.stream(1).reset('CANCEL');
    peer.send(full(1), full(1), full(1), data(1, 848));
    assertAnswer(peer, ['RST_STREAM 1 CANCEL', 'WINDOW_UPDATE 0 50000']);
    assert.equal(peer.connection.heldBytes, 0);
  });

  it('gets back what a stream had not consumed when it ended', () => {
    for (const end of ['reset', 'answer', 'by peer'] as const) {
      const peer = new TestPeer(keeping)
        .handshake()
        .send(headers(1), full(1), full(1), full(1), data(1, 848));
      if (end === 'reset') {
        peer.stream(1).reset('CANCEL');
      } else if (end === 'answer') {
        peer.stream(1).sendHeaders(answerHead, true);
      } else {
        peer.send(rstStream(1));
      }
      assert.ok(peer.output().includes('WINDOW_UPDATE 0 50000'), end);
      assert.equal(peer.connection.heldBytes, 0);
    }
  });

  it('gets back the rest of a frame whose stream ended in its middle', () => {
    const peer = new TestPeer({ limits, onData: (stream) => stream.reset('CANCEL') })
      .handshake()
      .send(headers(1));
    for (const byte of data(1, 1000, { padding: 3 })) {
      peer.send(Buffer.of(byte));
    }
    peer.send(full(1), full(1), full(1));
    assertAnswer(peer, ['RST_STREAM 1 CANCEL', 'WINDOW_UPDATE 0 50156']);
    assert.deepEqual(peer.events, ['request 1', 'data 1 1']);
  });
});

describe('content', () => {
  it('is a view of what was read', () => {
    const seen: Uint8Array[] = [];
    const peer = new TestPeer({ onData: (_, bytes) => seen.push(bytes) }).handshake().send(headers(1));
    const read = data(1, Buffer.from('content'));
    peer.connection.receive(read, 0);
    assert.equal(seen[0]!.buffer, read.buffer);
    assert.equal(Buffer.from(seen[0]!).toString(), 'content');
  });

  it('is passed on as it comes, and not gathered', () => {
    const peer = new TestPeer().handshake().send(headers(1));
    const read = data(1, 10_000, { endStream: true });
    peer.send(read.subarray(0, 9));
    assert.deepEqual(peer.events, ['request 1']);
    peer.send(read.subarray(9, 3009));
    peer.send(read.subarray(3009));
    assert.deepEqual(peer.events, ['request 1', 'data 1 3000', 'data 1 7000', 'end 1']);
  });
});

describe('memory of all connections', () => {
  it('is counted, and new streams are refused while there is too little', () => {
    const memory = new MemoryAccount(40_000);
    const [one, two] = [0, 1].map(() => new TestPeer({ ...keeping, options: { memory } }).handshake());
    one!.send(headers(1), full(1), full(1));
    two!.send(headers(1), full(1));
    assert.equal(memory.heldBytes, 3 * 16_384);
    two!.send(headers(3));
    assertAnswer(two!, ['RST_STREAM 3 REFUSED_STREAM']);
    one!.stream(1).consumed(20_000);
    two!.send(headers(5));
    assertAnswer(two!, []);
    one!.connection.transportEnded({ kind: 'fin' }, 0);
    two!.connection.abort({ kind: 'drained' }, 0);
    assert.equal(memory.heldBytes, 0);
  });
});
