// The ring between two threads, both of its ends in one: order, wrapping, room, sleep.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recordKind, type RecordReader } from '../../../../../server/net/threads/call-records.ts';
import {
  largestInRing,
  makeRing,
  RingReader,
  RingWriter,
} from '../../../../../server/net/threads/record-ring.ts';

const { message } = recordKind;
const nothing = Buffer.alloc(0);

function noFetch(): never {
  throw new Error('nothing comes by another way');
}

/** Both ends, and what was read. */
function ring(): {
  writer: RingWriter;
  reader: RingReader;
  read: (fetch?: () => Buffer) => boolean;
  got: unknown[][];
} {
  const memory = makeRing();
  const reader = new RingReader(memory);
  const got: unknown[][] = [];
  const keep: RecordReader = {
    record: (kind, call, word, number, payload) =>
      got.push([kind, call, word, number, payload.length < 100 ? payload.toString('latin1') : payload]),
  };
  return { writer: new RingWriter(memory), reader, read: (fetch = noFetch) => reader.read(keep, fetch), got };
}

describe('a ring of records', () => {
  it('hands records over as they were written, once they are published', () => {
    const { writer, read, got } = ring();
    writer.write(message, 7, -3, Infinity, Buffer.from('hello'));
    writer.write(recordKind.end, 2 ** 31 - 1, 0, 0.5, nothing);
    assert.equal(read(), false);
    writer.publish();
    assert.equal(read(), true);
    assert.equal(read(), false);
    assert.deepEqual(got, [
      [message, 7, -3, Infinity, 'hello'],
      [recordKind.end, 2 ** 31 - 1, 0, 0.5, ''],
    ]);
  });

  it('gives the reader bytes of its own', () => {
    const { writer, read, got } = ring();
    const payload = Buffer.alloc(200, 'a');
    writer.write(message, 1, 0, 0, payload);
    writer.publish();
    read();
    for (let round = 0; round < 10_000; round++) {
      assert.ok(writer.write(message, 1, 0, 0, Buffer.alloc(200, 'b')));
      writer.publish();
      read();
    }
    assert.deepEqual(got[0]?.[4], payload);
  });

  it('keeps records of all lengths whole, round after round', () => {
    const { writer, read, got } = ring();
    const sent: Buffer[] = [];
    for (let length = 0; sent.length < 2000; length = (length * 7 + 13) % (largestInRing + 1)) {
      const payload = Buffer.alloc(length, sent.length & 0xff);
      assert.ok(writer.write(message, sent.length, 0, 0, payload));
      sent.push(payload);
      writer.publish();
      read();
    }
    assert.equal(got.length, sent.length);
    sent.forEach((payload, i) => {
      const [, call, , , received] = got[i] ?? [];
      assert.equal(call, i);
      assert.ok(
        payload.equals(typeof received === 'string' ? Buffer.from(received, 'latin1') : (received as Buffer)),
      );
    });
  });

  it('refuses what there is no room for, until the reader has read', () => {
    const { writer, reader, read, got } = ring();
    const payload = Buffer.alloc(largestInRing, 'x');
    let written = 0;
    while (writer.write(message, written, 0, 0, payload)) {
      written++;
    }
    assert.ok(written > 10);
    writer.publish();
    assert.equal(reader.isWaitedFor, false);
    assert.equal(writer.waitForRoom(), true);
    while (read());
    assert.equal(reader.isWaitedFor, true);
    assert.equal(reader.isWaitedFor, false, 'it is told once');
    assert.equal(got.length, written);
    assert.ok(writer.write(message, written, 0, 0, payload));
  });

  it('does not let a writer wait that was read in between', () => {
    const { writer, read } = ring();
    while (writer.write(message, 0, 0, 0, Buffer.alloc(largestInRing)));
    writer.publish();
    read();
    assert.equal(writer.waitForRoom(), false);
  });

  it('reads a part of much at a time', () => {
    const { writer, read, got } = ring();
    for (let call = 0; call < 40; call++) {
      writer.write(message, call, 0, 0, Buffer.alloc(10_000));
    }
    writer.publish();
    read();
    assert.ok(got.length < 10, `${got.length} at once`);
    while (read());
    assert.deepEqual(
      got.map(([, call]) => call),
      Array.from({ length: 40 }, (_, call) => call),
    );
  });

  it('fetches payloads that are too long for it in their order', () => {
    const { writer, read, got } = ring();
    writer.write(message, 1, 0, 0, Buffer.alloc(largestInRing + 1));
    writer.write(message, 2, 0, 0, Buffer.from('short'));
    writer.publish();
    read(() => Buffer.from('long'));
    assert.deepEqual(
      got.map(([, call, , , payload]) => [call, payload]),
      [
        [1, 'long'],
        [2, 'short'],
      ],
    );
  });

  it('says once that a reader that sleeps must be woken', () => {
    const { writer, reader, read } = ring();
    assert.equal(reader.sleep(), true);
    writer.write(message, 1, 0, 0, nothing);
    assert.equal(writer.publish(), true);
    writer.write(message, 2, 0, 0, nothing);
    assert.equal(writer.publish(), false);
    read();
    assert.equal(writer.publish(), false, 'it is awake');
  });

  it('does not let a reader sleep that has something to read', () => {
    const { writer, reader } = ring();
    writer.write(message, 1, 0, 0, nothing);
    writer.publish();
    assert.equal(reader.sleep(), false);
    writer.write(message, 2, 0, 0, nothing);
    assert.equal(writer.publish(), false);
  });

  for (const passed of [2 ** 31, 2 ** 32]) {
    it(`goes on where its positions pass ${passed}`, () => {
      const memory = makeRing();
      // Where written and read positions are.
      const cells = new Int32Array(memory);
      cells[0] = (passed - 2 ** 16) | 0;
      cells[16] = (passed - 2 ** 16) | 0;
      const [writer, reader] = [new RingWriter(memory), new RingReader(memory)];
      let read = 0;
      const count: RecordReader = {
        record: (_kind, call, _word, _number, payload) => {
          assert.equal(call, read++);
          assert.equal(payload.length, 5000);
        },
      };
      for (let round = 0; round < 300; round++) {
        assert.ok(writer.write(message, round, 0, 0, Buffer.alloc(5000)), `round ${round}`);
        writer.publish();
        reader.read(count, noFetch);
      }
      assert.equal(read, 300);
      while (writer.write(message, read, 0, 0, Buffer.alloc(5000))) {
        read++;
      }
      assert.ok(read - 300 > 200 && read - 300 < 210, `${read - 300} fit`);
    });
  }
});
