// How a connection begins: the prefaces and SETTINGS of both sides (RFC 9113 §3.4, §6.5).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultLimits } from '../../../../../server/wire/http2/connection-limits.ts';
import type { ErrorCodeName } from '../../../../../server/wire/http2/error-code.ts';
import { frame, headers, ping, preface, settings, settingsAck } from './support/frames.ts';
import { assertProtocolError } from './support/assertions.ts';
import { answerHead, TestPeer } from './support/test-peer.ts';

describe('the preface', () => {
  it('is answered by SETTINGS and the larger window', () => {
    const peer = new TestPeer();
    assert.deepEqual(peer.output(), []);
    peer.send(preface);
    assert.deepEqual(peer.output(), [
      'SETTINGS',
      `WINDOW_UPDATE 0 ${defaultLimits.connectionWindowBytes - 65_535}`,
    ]);
    peer.send(settings());
    assert.deepEqual(peer.output(), ['SETTINGS ACK']);
    assert.equal(peer.closed, undefined);
  });

  it('announces the limits', () => {
    const peer = new TestPeer({
      limits: {
        headerTableBytes: 1,
        maxConcurrentStreams: 3,
        streamWindowBytes: 70_000,
        maxFrameBytes: 20_000,
        maxHeaderListBytes: 6,
      },
    });
    const [sent] = peer.send(preface).frames();
    const pairs: [number, number][] = [];
    for (let at = 0; at < sent!.payload.length; at += 6) {
      pairs.push([sent!.payload.readUInt16BE(at), sent!.payload.readUInt32BE(at + 2)]);
    }
    assert.deepEqual(pairs, [
      [1, 1],
      [3, 3],
      [4, 70_000],
      [5, 20_000],
      [6, 6],
    ]);
  });

  it('may come byte by byte', () => {
    const peer = new TestPeer();
    for (const byte of Buffer.concat([preface, settings()])) {
      peer.send(Buffer.of(byte));
    }
    assert.equal(peer.closed, undefined);
    assert.equal(peer.output().at(-1), 'SETTINGS ACK');
  });

  it('that is something else ends the connection without a word in HTTP/2', () => {
    const peer = new TestPeer().send(Buffer.from('PRI * HTTP/1.1\r\n'));
    assert.equal(peer.closed?.kind, 'protocol-error');
    assert.deepEqual(peer.output(), []);
  });

  it('is followed by SETTINGS and by nothing else', () => {
    for (const other of [ping(), headers(1), settingsAck, frame(0x42, 0, 0)]) {
      const peer = new TestPeer().send(preface, other);
      assertProtocolError(peer, 'PROTOCOL_ERROR', 'RFC 9113 §3.4');
    }
  });
});

describe('SETTINGS', () => {
  const wrongValues: readonly (readonly [string, number, number, ErrorCodeName])[] = [
    ['ENABLE_PUSH 2', 2, 2, 'PROTOCOL_ERROR'],
    ['INITIAL_WINDOW_SIZE 2^31', 4, 2 ** 31, 'FLOW_CONTROL_ERROR'],
    ['INITIAL_WINDOW_SIZE 2^32 - 1', 4, 2 ** 32 - 1, 'FLOW_CONTROL_ERROR'],
    ['MAX_FRAME_SIZE 16,383', 5, 16_383, 'PROTOCOL_ERROR'],
    ['MAX_FRAME_SIZE 2^24', 5, 2 ** 24, 'PROTOCOL_ERROR'],
  ];
  for (const [name, id, value, code] of wrongValues) {
    it(`${name} ends the connection`, () => {
      const peer = new TestPeer().handshake().send(settings([id, value]));
      assertProtocolError(peer, code, 'RFC 9113 §6.5.2');
    });
  }

  it('with the extreme values that are allowed, and unknown ones, is acknowledged', () => {
    const peer = new TestPeer().handshake();
    peer.send(
      settings([2, 0], [2, 1], [4, 0], [4, 2 ** 31 - 1], [5, 16_384], [5, 2 ** 24 - 1], [0xfe03, 1], [1, 0]),
    );
    assert.deepEqual(peer.output(), ['SETTINGS ACK']);
    assert.equal(peer.closed, undefined);
  });

  it('on a stream, of a wrong length, or with ACK and content ends the connection', () => {
    const cases: readonly (readonly [Buffer, ErrorCodeName])[] = [
      [frame(4, 0, 1), 'PROTOCOL_ERROR'],
      [frame(4, 0, 0, Buffer.alloc(5)), 'FRAME_SIZE_ERROR'],
      [frame(4, 0, 0, Buffer.alloc(6 * 200)), 'FRAME_SIZE_ERROR'],
      [frame(4, 1, 0, Buffer.alloc(6)), 'FRAME_SIZE_ERROR'],
    ];
    for (const [wrong, code] of cases) {
      assertProtocolError(new TestPeer().handshake().send(wrong), code, 'RFC 9113 §6.5');
    }
  });

  it('is judged by its header, before its content comes', () => {
    const peer = new TestPeer().handshake().send(frame(4, 0, 0, Buffer.alloc(12)).subarray(0, 9));
    assert.equal(peer.closed, undefined);
    const wrong = new TestPeer().handshake().send(frame(4, 0, 0, Buffer.alloc(13)).subarray(0, 9));
    assertProtocolError(wrong, 'FRAME_SIZE_ERROR', 'RFC 9113 §6.5');
  });

  it('with a smaller table makes the next block begin with the news, once (RFC 9113 §4.3.1)', () => {
    const peer = new TestPeer().handshake([1, 0]).send(headers(1), headers(3), headers(5));
    peer.stream(1).sendHeaders(answerHead, false);
    peer.stream(3).sendHeaders(answerHead, false);
    peer.send(settings([1, 4096], [1, 100]));
    peer.stream(5).sendHeaders(answerHead, false);
    const blocks = peer.frames().filter(({ type }) => type === 1);
    assert.deepEqual(
      blocks.map(({ payload }) => payload.toString('hex')),
      [
        `20${Buffer.from(answerHead).toString('hex')}`,
        ...Array<string>(2).fill(Buffer.from(answerHead).toString('hex')),
      ],
    );
  });
});
