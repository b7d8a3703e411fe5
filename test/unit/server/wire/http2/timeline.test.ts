// What a connection remembers: control frames, counts, times.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  data,
  goaway,
  headers,
  ping,
  preface,
  requestFields,
  rstStream,
  settings,
  settingsAck,
  windowUpdate,
} from './support/frames.ts';
import { answerHead, TestPeer } from './support/test-peer.ts';

const ended = { endStream: true };
const never = { keepaliveMs: Infinity, maxIdleMs: Infinity, settingsAckMs: Infinity };

/** The records in words. */
function records(peer: TestPeer): string[] {
  return peer.connection.timeline.map(({ at, lastAt, count, direction, type, ack, streamId, detail }) => {
    const times = at === lastAt ? `${at}` : `${at}-${lastAt}`;
    const what = `${type}${ack ? ' ACK' : ''}${streamId === 0 ? '' : ` ${streamId}`}${count === 1 ? '' : ` x${count}`}`;
    return `${times} ${direction} ${what}${detail === '' ? '' : ` ${detail}`}`;
  });
}

describe('the time line', () => {
  it('has the control frames of both sides', () => {
    const peer = new TestPeer({ timers: never, limits: { headerTableBytes: 4096 } });
    peer
      .send(preface, settings([4, 100], [0xfe03, 1]))
      .pass(5)
      .send(settingsAck, headers(1), headers(3));
    // From outside, with the time unknown until the output that it makes is taken.
    peer.pass(2).stream(1).reset('CANCEL');
    peer.output();
    peer.pass(3).send(rstStream(3, 'CANCEL'), goaway(11, 'too "many"\n'));
    assert.deepEqual(records(peer), [
      '0 sent SETTINGS HEADER_TABLE_SIZE=4096 MAX_CONCURRENT_STREAMS=1024 INITIAL_WINDOW_SIZE=1048576 MAX_FRAME_SIZE=16384 MAX_HEADER_LIST_SIZE=16384',
      '0 received SETTINGS INITIAL_WINDOW_SIZE=100 0xfe03=1',
      '0 sent SETTINGS ACK',
      '5 received SETTINGS ACK',
      '7 sent RST_STREAM 1 CANCEL',
      '10 received RST_STREAM 3 CANCEL',
      '10 received GOAWAY ENHANCE_YOUR_CALM "too \\"many\\"\\n"',
    ]);
  });

  it('counts what went between them', () => {
    const peer = new TestPeer({ timers: never }).handshake();
    peer.send(headers(1), data(1, 5), data(1, 5, ended), windowUpdate(0, 5), headers(3), ping());
    peer.stream(1).sendHeaders(answerHead, false);
    peer.stream(1).sendData(Buffer.alloc(3), true);
    peer.send(rstStream(3));
    const [pinged, answered, reset] = peer.connection.timeline.slice(-3).map(({ before }) => before);
    assert.deepEqual(pinged, {
      headersReceived: 2,
      headersSent: 0,
      dataReceived: 2,
      dataSent: 0,
      windowUpdatesReceived: 1,
      windowUpdatesSent: 0,
    });
    assert.ok(Object.values(answered!).every((count) => count === 0));
    assert.deepEqual([reset!.headersSent, reset!.dataSent, reset!.headersReceived], [1, 1, 0]);
  });

  it('folds pings that are answered again and again, and resets in a row', () => {
    const peer = new TestPeer({ timers: never }).handshake();
    for (let i = 0; i < 20; i++) {
      peer.pass(1000).send(ping());
    }
    const ids = [1, 3, 5];
    peer.send(...ids.map((id) => headers(id)), ...ids.map((id) => rstStream(id, 'CANCEL')));
    assert.deepEqual(records(peer).slice(-3), [
      '1000-20000 received PING x20',
      '1000-20000 sent PING ACK x20',
      '20000 received RST_STREAM 5 x3 CANCEL',
    ]);
  });

  it('keeps the last 256', () => {
    const peer = new TestPeer({ timers: never }).handshake();
    for (let i = 0; i < 300; i++) {
      const id = 2 * i + 1;
      peer.pass(10_000).send(headers(id), rstStream(id, i % 2 === 0 ? 'CANCEL' : 'NO_ERROR'));
    }
    const kept = peer.connection.timeline;
    assert.equal(kept.length, 256);
    assert.deepEqual([kept[0]!.streamId, kept.at(-1)!.streamId], [2 * 44 + 1, 2 * 299 + 1]);
  });

  it('cuts debug data', () => {
    const peer = new TestPeer().handshake().send(headers(1), goaway('NO_ERROR', 'x'.repeat(1000)));
    assert.equal(peer.connection.timeline.at(-1)!.detail.length, 'NO_ERROR ""'.length + 256);
  });
});

describe('statistics', () => {
  it('count', () => {
    const peer = new TestPeer({ timers: never, limits: { maxConcurrentStreams: 3 } }).handshake();
    peer.send(headers(1, requestFields, ended), headers(3), headers(5), headers(7), rstStream(3));
    peer.stream(1).sendHeaders(answerHead, true);
    peer.stream(5).reset('CANCEL');
    peer.pass(100).send(ping()).pass(50).send(ping()).pass(70).send(ping());
    peer.output();
    const { statistics } = peer.connection;
    const { framesReceived, framesSent } = statistics;
    assert.deepEqual(
      [statistics.streamsOpened, statistics.streamsCompleted, statistics.streamsResetByPeer],
      [3, 1, 1],
    );
    assert.deepEqual(
      [statistics.streamsReset, statistics.streamsRefused, statistics.maxStreamsAtOnce],
      [1, 1, 3],
    );
    assert.deepEqual([statistics.minPingIntervalMs, statistics.lastPingIntervalMs], [50, 70]);
    assert.equal(statistics.lastReceivedAt, 220);
    assert.deepEqual(
      [framesReceived.HEADERS, framesReceived.PING, framesReceived.RST_STREAM, framesReceived.SETTINGS],
      [4, 3, 1, 2],
    );
    assert.deepEqual([framesSent.HEADERS, framesSent.PING, framesSent.RST_STREAM], [1, 3, 2]);
    const received = [
      preface,
      settings(),
      settingsAck,
      headers(1),
      headers(3),
      headers(5),
      headers(7),
      rstStream(3),
    ];
    const bytes = Buffer.concat([...received, ping(), ping(), ping()]).length;
    assert.equal(statistics.bytesReceived, bytes);
  });
});
