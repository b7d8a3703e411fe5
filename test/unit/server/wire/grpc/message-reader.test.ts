// Messages out of content that comes in any pieces.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  MessageReader,
  type MessageRules,
  type ReceivedMessage,
} from '../../../../../server/wire/grpc/message-reader.ts';
import { MemoryAccount } from '../../../../../server/wire/http2/memory-account.ts';
import { RequestMemory } from '../../../../../server/wire/grpc/request-memory.ts';
import { framed } from './fake-stream.ts';

const memory = new MemoryAccount(2 ** 40);
const anything: MessageRules = {
  maxBytes: Infinity,
  compressedRefusal: undefined,
  memory,
  requests: new RequestMemory(),
};

/** All that comes of `pieces`, which are overwritten as they are read: messages, and the status that ended it if any. */
function readAll(
  pieces: readonly Uint8Array[],
  rules = anything,
): { messages: ReceivedMessage[]; problem?: string; isWithinMessage: boolean } {
  const reader = new MessageReader(rules);
  const messages: ReceivedMessage[] = [];
  for (const bytes of pieces) {
    const piece = Buffer.from(bytes);
    for (let at = 0; at < piece.length;) {
      const from = at;
      const step = reader.read(piece, at, piece.length);
      piece.fill('x', from, step.kind === 'message' ? step.at : piece.length);
      if (step.kind === 'problem') {
        const problem = `${step.status.status} ${step.status.message}`;
        return { messages, problem, isWithinMessage: reader.isWithinMessage };
      }
      if (step.kind === 'more') {
        break;
      }
      assert.ok(step.at > at && step.at <= piece.length);
      messages.push(step.message);
      at = step.at;
    }
  }
  return { messages, isWithinMessage: reader.isWithinMessage };
}

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

describe('message reader', () => {
  it('gives the same messages however the content is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.boolean())),
        fc.array(fc.nat()),
        (messages, cuts) => {
          const content = Buffer.concat(messages.map(([bytes, flag]) => framed(bytes, flag ? 1 : 0)));
          const read = readAll(split(content, cuts));
          assert.deepEqual(
            read.messages.map(({ bytes, isCompressed }) => [Buffer.from(bytes), isCompressed]),
            messages.map(([bytes, flag]) => [Buffer.from(bytes), flag]),
          );
          assert.equal(read.isWithinMessage, false);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('knows at each byte whether it is within a message', () => {
    const content = Buffer.concat([framed('ab'), framed(''), framed('cde')]);
    const ends = new Set([0, 7, 12, 20]);
    for (let length = 0; length <= content.length; length++) {
      assert.equal(readAll([content.subarray(0, length)]).isWithinMessage, !ends.has(length), `${length}`);
    }
  });

  it('takes a message that lies in one piece, even if its prefix does not', () => {
    const piece = Buffer.concat([framed('first'), framed('second')]);
    const read = readAll([piece, piece.subarray(0, 3), piece.subarray(3, 12)]);
    assert.deepEqual(
      read.messages.map(({ bytes }) => Buffer.from(bytes).toString()),
      ['first', 'second', 'first'],
    );
  });

  it('puts a long message together in memory of its own size', () => {
    const message = Buffer.from(Array.from({ length: 600_000 }, (_, index) => index % 251));
    const content = framed(message);
    for (const pieceBytes of [1_000, 16_384, 65_536]) {
      const pieces = Array.from({ length: Math.ceil(content.length / pieceBytes) }, (_, index) =>
        content.subarray(index * pieceBytes, (index + 1) * pieceBytes),
      );
      const [read] = readAll(pieces).messages;
      assert.ok(read !== undefined && message.equals(read.bytes));
      assert.equal(read.bytes.buffer.byteLength, message.length);
    }
  });

  it('takes memory for what has come, not for what was announced', () => {
    const announced = Buffer.of(0, 0x7f, 0xff, 0xff, 0xff);
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 100 }, () => {
      const reader = new MessageReader(anything);
      assert.equal(reader.read(announced, 0, 5).kind, 'more');
      assert.equal(reader.read(Buffer.alloc(1000), 0, 1000).kind, 'more');
      return reader;
    });
    const taken = process.memoryUsage().arrayBuffers - before;
    assert.ok(taken < 100 * 200_000, `${taken} bytes for ${readers.length} readers`);
  });

  it('counts what it holds, and refuses to hold more while others hold all that there is', () => {
    const account = new MemoryAccount(1_000);
    const rules = { ...anything, memory: account };
    const [large, other] = [new MessageReader(rules), new MessageReader(rules)];
    const begun = Buffer.alloc(905);
    begun.writeUInt32BE(5_000, 1);
    assert.equal(large.read(begun, 0, 905).kind, 'more');
    assert.equal(account.heldBytes, 900);
    assert.equal(other.read(begun, 0, 905).kind, 'more');
    assert.equal(account.heldBytes, 1_800);
    // The others are within the limit, for either of them.
    assert.equal(large.read(Buffer.alloc(200), 0, 200).kind, 'more');
    const refused = other.read(Buffer.alloc(1), 0, 1);
    assert.ok(refused.kind === 'problem');
    assert.match(refused.status.message, /^There is no memory for a message of 5000 bytes now/);
    other.drop();
    assert.equal(account.heldBytes, 1_100);
    assert.equal(large.read(Buffer.alloc(3_900), 0, 3_900).kind, 'message');
    assert.equal(account.heldBytes, 0);
  });

  it('refuses a message that is too long before any of it has come', () => {
    const read = readAll([Buffer.of(0, 0, 0, 0, 11)], { ...anything, maxBytes: 10 });
    assert.equal(
      read.problem,
      'RESOURCE_EXHAUSTED Received message larger than max (11 vs. 10), which grpc.max_receive_message_length sets',
    );
    assert.equal(readAll([framed('0123456789')], { ...anything, maxBytes: 10 }).messages.length, 1);
    assert.match(
      readAll([Buffer.of(0, 0xff, 0xff, 0xff, 0xff)], { ...anything, maxBytes: 10 }).problem ?? '',
      /4294967295 vs\. 10/,
    );
  });

  it('refuses flags that do not exist, and compressed messages where they are not taken', () => {
    assert.equal(readAll([Buffer.of(2)]).problem, 'INTERNAL Bad GRPC frame type 0x02');
    assert.equal(readAll([Buffer.of(255)]).problem, 'INTERNAL Bad GRPC frame type 0xff');
    const compressedRefusal = { status: 'UNIMPLEMENTED', message: 'no' } as const;
    assert.equal(readAll([Buffer.of(1)], { ...anything, compressedRefusal }).problem, 'UNIMPLEMENTED no');
  });

  it('survives any bytes, and says the same of them however they are cut', () => {
    const byte = fc.oneof(
      { weight: 6, arbitrary: fc.constant(0) },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: 12 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
    );
    fc.assert(
      fc.property(
        fc.array(byte, { maxLength: 200 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (bytes, cuts) => {
          const content = Buffer.from(bytes);
          const rules = { ...anything, maxBytes: 1_000 };
          const plain = (read: ReturnType<typeof readAll>): unknown => ({
            ...read,
            messages: read.messages.map((one) => ({ ...one, bytes: [...one.bytes] })),
          });
          assert.deepEqual(plain(readAll(split(content, cuts), rules)), plain(readAll([content], rules)));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
