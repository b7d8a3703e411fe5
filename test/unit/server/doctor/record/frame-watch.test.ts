// Reading along with a connection: any cuts, any bytes, and never more than what matters.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ConnectionWatch } from '../../../../../server/doctor/record/connection-watch.ts';
import { FrameWatch, type Side } from '../../../../../server/doctor/record/frame-watch.ts';
import { eventText, type RecordedEvent } from '../../../../../server/doctor/record/recorded-event.ts';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

function frame(type: number, flags: number, streamId: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

const ping = frame(6, 0, 0, Buffer.alloc(8));
const data = frame(0, 1, 1, Buffer.alloc(100_000));
const goaway = frame(
  7,
  0,
  0,
  Buffer.concat([Buffer.from([0x7f, 255, 255, 255, 0, 0, 0, 11]), Buffer.from('too_many_pings')]),
);
const clientBytes = Buffer.concat([
  preface,
  frame(4, 0, 0, Buffer.from([0, 3, 0, 0, 0, 100])),
  frame(1, 4, 1, Buffer.alloc(30)),
  data,
  ping,
  frame(8, 0, 0, Buffer.alloc(4, 1)),
  frame(8, 0, 0, Buffer.alloc(4, 1)),
  frame(0xfa, 0, 0, Buffer.alloc(70)),
  frame(3, 0, 1, Buffer.from([0, 0, 0, 8])),
]);

function seenIn(side: Side, pieces: readonly Uint8Array[]): string[] {
  const seen: string[] = [];
  const watch = new FrameWatch(side, {
    opened: (opening, firstBytes) => seen.push(`${opening} ${firstBytes}`),
    frame: (one) => seen.push(JSON.stringify(one)),
  });
  pieces.forEach((piece) => watch.read(piece));
  return seen;
}

describe('a frame watch', () => {
  const whole = seenIn('client', [clientBytes]);

  it('tells what goes by', () => {
    assert.deepEqual(whole, [
      'http2 PRI * HTTP/2.0\\x0d\\x0a\\x0d\\x0aSM\\x0d\\x0a\\x0d\\x0a',
      '{"type":"SETTINGS","ack":false,"values":[[3,100]]}',
      '{"type":"HEADERS","streamId":1,"length":30,"endStream":false}',
      '{"type":"DATA","streamId":1,"length":100000,"endStream":true}',
      '{"type":"PING","ack":false}',
      '{"type":"WINDOW_UPDATE","streamId":0}',
      '{"type":"WINDOW_UPDATE","streamId":0}',
      '{"type":"RST_STREAM","streamId":1,"code":8}',
    ]);
    assert.deepEqual(seenIn('server', [frame(4, 0, 0, Buffer.alloc(0)), goaway]).slice(1), [
      '{"type":"SETTINGS","ack":false,"values":[]}',
      '{"type":"GOAWAY","lastStreamId":2147483647,"code":11,"debugData":"too_many_pings"}',
    ]);
  });

  it('does so however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: clientBytes.length }), { maxLength: 40 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), clientBytes.length];
        const pieces = at.slice(1).map((end, i) => clientBytes.subarray(at[i], end));
        assert.deepEqual(seenIn('client', pieces), whole);
      }),
      { numRuns: 50 },
    );
  });

  it('knows what is not HTTP/2', () => {
    const opening = (side: Side, bytes: string): string | undefined =>
      seenIn(side, [Buffer.from(bytes, 'latin1')])[0]?.split(' ')[0];
    assert.equal(opening('client', 'GET / HTTP/1.1\r\n'), 'http1');
    assert.equal(opening('client', 'CONNECT 127.0.0.1:1 HTTP/1.1\r\n'), 'http1-connect');
    assert.equal(opening('client', '\x16\x03\x01\x02'), 'tls');
    assert.equal(opening('client', 'hello'), 'other');
    assert.equal(opening('client', 'PRI * HT'), undefined);
    assert.equal(opening('server', '\x16\x03\x03'), 'tls');
    assert.equal(opening('server', '\x15\x03\x01'), 'tls-alert');
    assert.equal(opening('server', 'HTTP/1.1 400 Bad Request'), 'http1');
    assert.equal(opening('server', '220 mail ready'), 'other');
  });

  it('bears any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 3000 }),
        fc.constantFrom<Side>('client', 'server'),
        (bytes, side) => {
          seenIn(side, [preface, bytes]);
          seenIn(side, [frame(4, 0, 0, Buffer.alloc(0)), bytes]);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a connection watch', () => {
  it('draws a time line: calls as counts, window updates folded', () => {
    let now = 0;
    const events: RecordedEvent[] = [];
    const watch = new ConnectionWatch(
      () => now,
      (event) => events.push(event),
    );
    watch.received('client', clientBytes.subarray(0, -13));
    now = 12;
    watch.received(
      'server',
      Buffer.concat([frame(4, 0, 0, Buffer.alloc(0)), frame(6, 1, 0, Buffer.alloc(8))]),
    );
    now = 250;
    watch.received(
      'server',
      Buffer.concat([frame(1, 4, 1, Buffer.alloc(9)), frame(0, 1, 1, Buffer.alloc(7))]),
    );
    now = 1800;
    watch.received('server', goaway);
    watch.ended('server', 'fin', '');
    assert.deepEqual(
      events.map((event) => eventText(event).trim().replace(/ +/g, ' ')),
      [
        '0.000 s client OPEN HTTP/2',
        '0.000 s client SETTINGS MAX_CONCURRENT_STREAMS=100',
        '0.000 s client PING',
        '0.012 s client WINDOW_UPDATE 2 until here',
        '0.012 s server OPEN HTTP/2',
        '0.012 s server SETTINGS',
        '0.012 s server PING ACK',
        '0.250 s client CALL on stream 1 250 ms, client 1 HEADERS 1 DATA (100000 bytes), server 1 HEADERS 1 DATA (7 bytes)',
        '1.800 s server GOAWAY ENHANCE_YOUR_CALM "too_many_pings", last stream any',
        '1.800 s server FIN',
      ],
    );
    const seen = watch.seen();
    assert.deepEqual([seen.streams, seen.openStreams, seen.client.pings, seen.silentMs], [1, 0, 1, 1550]);
    assert.equal(seen.client.unansweredPingAt, undefined);
  });

  it('does not grow with what goes by', () => {
    const watch = new ConnectionWatch(
      () => 0,
      () => undefined,
    );
    watch.received('client', preface);
    for (let id = 1; id < 20_000; id += 2) {
      watch.received('client', frame(1, 4, id, Buffer.alloc(1)));
      watch.received('client', ping);
      watch.received('client', goaway);
    }
    const { mostOpenStreams, streams, client } = watch.seen();
    assert.deepEqual([mostOpenStreams, streams], [1024, 10_000]);
    assert.ok(client.goaways.length < 10 && client.pingIntervals.length < 10);
  });
});
