// Header blocks in frames (RFC 9113 §4.3, §6.2, §6.10): together, in order, decodable, bounded.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeFields } from '../../../../../server/wire/hpack/encode-fields.ts';
import type { ServerStream } from '../../../../../server/wire/http2/contract.ts';
import { assertAnswer, assertProtocolError } from './support/assertions.ts';
import { continuation, data, frame, headers, ping, requestFields } from './support/frames.ts';
import { answerHead, TestPeer } from './support/test-peer.ts';

const block = Buffer.from(encodeFields(requestFields));
const open = { endHeaders: false };

/** A request whose block lies in frames of these lengths, the first in HEADERS. */
function inParts(...lengths: readonly number[]): Buffer[] {
  let at = 0;
  return lengths.map((length, index) => {
    const part = block.subarray(at, at + length);
    at += length;
    const isLast = index === lengths.length - 1;
    return index === 0 ? headers(1, [], { block: part, ...open }) : continuation(1, part, isLast);
  });
}

describe('a header block', () => {
  it('may lie in several frames, empty ones among them', () => {
    const peer = new TestPeer().handshake().send(...inParts(3, 0, 1, block.length));
    assertAnswer(peer, []);
    assert.equal(peer.heads[0]!.path, '/service/Method');
  });

  it('may be long, in many parts', () => {
    const values = Array.from({ length: 60 }, (_, i) => [`x-${i}`, String(i).repeat(60)] as const);
    const long = Buffer.from(encodeFields([...requestFields, ...values]));
    const peer = new TestPeer().handshake();
    peer.send(headers(1, [], { block: long.subarray(0, 100), ...open }));
    for (let at = 100; at < long.length; at += 150) {
      peer.send(continuation(1, long.subarray(at, at + 150), at + 150 >= long.length));
    }
    assertAnswer(peer, []);
    assert.deepEqual(peer.heads[0]!.fields.slice(1), values);
  });

  it('keeps END_STREAM of its HEADERS', () => {
    const peer = new TestPeer().handshake();
    peer.send(headers(1, [], { block: block.subarray(0, 5), endHeaders: false, endStream: true }));
    peer.send(continuation(1, block.subarray(5)));
    assert.deepEqual(peer.events, ['request 1 end']);
  });

  it('is not interrupted by any frame', () => {
    const begun = headers(1, [], { block: block.subarray(0, 5), ...open });
    for (const other of [
      ping(),
      headers(1),
      headers(3),
      data(1, 0),
      continuation(3, block),
      frame(2, 0, 1, Buffer.alloc(5)),
    ]) {
      const peer = new TestPeer().handshake().send(begun, other);
      assertProtocolError(peer, 'PROTOCOL_ERROR', 'RFC 9113 §6.10');
    }
  });

  it('that cannot be decoded ends the connection, whatever stream it is for', () => {
    const broken = { block: Buffer.of(0x40) };
    const peer = new TestPeer().handshake().send(headers(1, [], broken));
    assert.equal(peer.closed?.kind === 'protocol-error' && peer.closed.code, 'COMPRESSION_ERROR');
    const refused = new TestPeer({ limits: { maxConcurrentStreams: 1 } }).handshake();
    refused.send(headers(1), headers(3, [], broken));
    assert.equal(refused.closed?.kind === 'protocol-error' && refused.closed.code, 'COMPRESSION_ERROR');
    assert.match(refused.output().at(-1)!, /^GOAWAY 1 COMPRESSION_ERROR RFC 7541 /);
  });

  it('of a refused or malformed request still counts for HPACK', () => {
    const indexed = Buffer.concat([Buffer.of(0x40, 3), Buffer.from('x-a'), Buffer.of(1), Buffer.from('b')]);
    const malformed = Buffer.concat([indexed, Buffer.of(0x82)]);
    const peer = new TestPeer({ limits: { maxConcurrentStreams: 1 } }).handshake();
    peer.send(headers(1, [], { block: malformed }));
    peer.send(headers(3), headers(5, [], { block: Buffer.concat([block, indexed]) }));
    assertAnswer(peer, ['RST_STREAM 1 PROTOCOL_ERROR', 'RST_STREAM 5 REFUSED_STREAM']);
    peer.stream(3).reset('CANCEL');
    peer.send(headers(7, [], { block: Buffer.concat([block, Buffer.of(0xbe, 0xbf)]) }));
    assert.deepEqual(peer.heads.at(-1)!.fields.slice(-2), [
      ['x-a', 'b'],
      ['x-a', 'b'],
    ]);
  });
});

describe('a flood of CONTINUATION (CVE-2024-27983)', () => {
  it('of empty frames ends at the 65th', () => {
    const peer = new TestPeer().handshake().send(headers(1, [], { block, ...open }));
    for (let i = 0; i < 64; i++) {
      peer.send(continuation(1, Buffer.alloc(0), false));
    }
    assertAnswer(peer, []);
    peer.send(continuation(1, Buffer.alloc(0), false));
    assert.deepEqual(peer.closed, { kind: 'flood', flood: 'continuation', count: 65, windowMs: 0 });
    assert.deepEqual(peer.output(), ['GOAWAY 0 ENHANCE_YOUR_CALM flood: continuation']);
  });

  it('of full frames ends at four times the largest list, before the frame has come', () => {
    const peer = new TestPeer().handshake().send(headers(1, [], { block: Buffer.alloc(16_000), ...open }));
    for (let i = 0; i < 3; i++) {
      peer.send(continuation(1, Buffer.alloc(16_000), false));
    }
    assertAnswer(peer, []);
    peer.send(continuation(1, Buffer.alloc(16_000), false).subarray(0, 9));
    assert.equal(peer.closed?.kind, 'flood');
  });
});

describe('a header list that is too large', () => {
  const large = [...requestFields, ['x-large', 'v'.repeat(20_000)]] as const;
  const send = (peer: TestPeer, endStream: boolean): TestPeer => {
    const bytes = Buffer.from(encodeFields(large));
    return peer.send(
      headers(1, [], { block: bytes.subarray(0, 10_000), endHeaders: false, endStream }),
      continuation(1, bytes.subarray(10_000)),
    );
  };

  it('is refused with ENHANCE_YOUR_CALM, and the connection goes on', () => {
    const peer = send(new TestPeer().handshake(), true).send(headers(3));
    assertAnswer(peer, ['RST_STREAM 1 ENHANCE_YOUR_CALM']);
    assert.deepEqual(peer.events, ['request 3']);
  });

  it('is answered where the protocol above knows how', () => {
    const told: unknown[] = [];
    const peer = new TestPeer({
      options: {
        handler: {
          request: () => assert.fail('it was passed on'),
          headersTooLarge: (stream: ServerStream, listBytes, limitBytes) => {
            told.push(stream.id, listBytes, limitBytes);
            stream.sendHeaders(answerHead, true);
          },
        },
      },
    }).handshake();
    const listBytes = large.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
    assertAnswer(send(peer, true), ['HEADERS 1 END_STREAM']);
    assert.deepEqual(told, [1, listBytes, 16_384]);
    assert.equal(peer.connection.openStreams, 0);
  });

  it('of a request that goes on is answered, and the rest dropped', () => {
    const peer = new TestPeer({
      options: {
        handler: {
          request: () => assert.fail('it was passed on'),
          headersTooLarge: (stream) => stream.sendHeaders(answerHead, true),
        },
      },
    }).handshake();
    assertAnswer(send(peer, false).send(data(1, 5), data(1, 5, { endStream: true })), [
      'HEADERS 1 END_STREAM',
    ]);
    assert.equal(peer.connection.openStreams, 0);
  });

  it('of trailers resets the stream', () => {
    const peer = new TestPeer().handshake().send(headers(1));
    assertAnswer(send(peer, true), ['RST_STREAM 1 ENHANCE_YOUR_CALM']);
    assert.deepEqual(peer.events, ['request 1', 'ended 1 stream-error ENHANCE_YOUR_CALM']);
  });

  it('in a first frame that is as long as a block may be is still taken', () => {
    const peer = new TestPeer({ limits: { maxFrameBytes: 2 ** 20 } }).handshake();
    peer.send(headers(1, [], { block: Buffer.alloc(4 * 16_384 + 100), endHeaders: false }));
    assertAnswer(peer, []);
    peer.send(continuation(1, Buffer.alloc(1)));
    assert.equal(peer.closed?.kind, 'flood');
  });

  it('in a frame beyond any block that is kept ends the connection', () => {
    const peer = new TestPeer({ limits: { maxFrameBytes: 2 ** 20 } }).handshake();
    peer.send(headers(1, [], { block: Buffer.alloc(70_000) }).subarray(0, 9));
    assert.deepEqual(peer.closed, {
      kind: 'limit',
      option: 'grpc.absolute_max_metadata_size',
      limit: 16_384,
      actual: 70_000,
    });
  });
});

describe('answers with long blocks', () => {
  it("are split at the client's SETTINGS_MAX_FRAME_SIZE", () => {
    const peer = new TestPeer().handshake().send(headers(1));
    peer.stream(1).sendHeaders(new Uint8Array(40_000), true);
    const frames = peer.frames();
    assert.deepEqual(
      frames.map(({ type, flags, payload }) => [type, flags, payload.length]),
      [
        [1, 1, 16_384],
        [9, 0, 16_384],
        [9, 4, 7232],
      ],
    );
  });
});
