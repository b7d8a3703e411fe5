// What holds for any conversation: the order of reads does not matter, the rules are kept, and nothing breaks it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  continuation,
  data,
  frame,
  frameText,
  goaway,
  headers,
  ping,
  preface,
  priority,
  readFrames,
  requestFields,
  rstStream,
  settings,
  settingsAck,
  windowUpdate,
} from './support/frames.ts';
import { ClientModel, stepKinds, type Step } from './support/client-model.ts';
import { answerHead, answerTrailers, TestPeer } from './support/test-peer.ts';

const anyStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.nat(stepKinds - 1),
  which: fc.nat(20),
  size: fc.oneof(fc.nat(40), fc.nat(20_000), fc.nat(20_000)),
  isEnd: fc.boolean(),
});

const anyId = fc.constantFrom(1, 3, 5, 7, 0, 2);

/** Frames that may be right or wrong, on a few streams. */
const anyFrame: fc.Arbitrary<Buffer> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(anyId, fc.boolean())
      .map(([id, endStream]) => headers(id, requestFields, { endStream })),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(anyId, fc.nat(50), fc.boolean())
      .map(([id, size, endStream]) => data(id, size, { endStream })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(anyId, fc.nat(50), fc.nat(9))
      .map(([id, size, padding]) => data(id, size, { padding })),
  },
  anyId.map((id) => headers(id, [['x', 'y']], { endStream: true })),
  anyId.map((id) => headers(id, [], { block: headers(1).subarray(9, 15), endHeaders: false })),
  anyId.map((id) => continuation(id, headers(1).subarray(15))),
  anyId.map((id) => rstStream(id)),
  fc.tuple(anyId, fc.nat(100)).map(([id, increment]) => windowUpdate(id, increment)),
  fc.tuple(anyId, anyId).map(([id, on]) => priority(id, on)),
  fc.constant(ping()),
  fc.constant(settings([4, 70_000])),
  fc.constant(settings([4, 2 ** 31])),
  fc.constant(goaway()),
  fc
    .tuple(fc.nat(255), fc.nat(255), anyId, fc.uint8Array({ maxLength: 20, size: 'max' }))
    .map(([type, flags, id, payload]) => frame(type, flags, id, payload)),
);

/** Everything that can be seen of a conversation, reads being cut at these places. */
function played(bytes: Buffer, cuts: readonly number[]): unknown {
  const peer = new TestPeer({
    onEnd: (stream) => {
      stream.sendHeaders(answerHead, false);
      stream.sendData(Buffer.from('answer'), false);
      stream.sendHeaders(answerTrailers, true);
    },
  });
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let at = 0;
  for (const place of [...places, bytes.length]) {
    peer.connection.receive(bytes.subarray(at, place), 0);
    at = place;
  }
  const { closed, openStreams, heldBytes, statistics, timeline } = peer.connection;
  const content = [...peer.content].map(([id, content]) => [id, content.toString('latin1')]);
  const events = peer.events.filter((event) => !event.startsWith('data '));
  const { bytesReceived, ...counted } = statistics;
  assert.equal(bytesReceived <= bytes.length, true);
  return { closed, openStreams, heldBytes, counted, timeline, content, events, output: peer.output() };
}

describe('any conversation', () => {
  it('goes the same way however its bytes are read', () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 25, size: 'max' }),
        fc.array(fc.nat(), { maxLength: 40, size: 'max' }),
        fc.boolean(),
        (frames, cuts, isByByte) => {
          const bytes = Buffer.concat([preface, settings(), settingsAck, ...frames]);
          const places = isByByte ? Array.from(bytes.keys()) : cuts;
          assert.deepEqual(played(bytes, places), played(bytes, []));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('that is right is served to its end, within the rules of both sides', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 300, size: 'max' }), (steps) => {
        const model = new ClientModel();
        for (const step of steps) {
          model.step(step);
          assert.equal(model.peer.closed, undefined, JSON.stringify(model.peer.closed));
        }
        model.finish();
        assert.equal(model.peer.closed, undefined);
        for (const [id, { bytes, isEnded }] of model.answers) {
          const stream = model.checker.streams.get(id)!;
          assert.equal(stream.resetByServer, undefined);
          if (isEnded && !model.peer.events.includes(`ended ${id} reset-by-peer 8`)) {
            assert.equal(stream.isEndedByServer, true);
            assert.equal(stream.content, bytes);
          }
        }
        assert.deepEqual(model.checker.unansweredPings, []);
        assert.equal(model.checker.unacknowledgedSettings, 0);
        assert.equal(model.checker.goaways, 0);
      }),
      { numRuns: 300 },
    );
  });

  it('that is mutated never throws, hangs or grows, and is answered in whole frames', () => {
    const anyMutation = fc.record({ at: fc.nat(), kind: fc.nat(4), value: fc.nat(255), length: fc.nat(40) });
    fc.assert(
      fc.property(
        fc.array(anyStep, { minLength: 5, maxLength: 40, size: 'max' }),
        fc.array(anyMutation, { minLength: 1, maxLength: 6, size: 'max' }),
        fc.array(fc.nat(), { maxLength: 10, size: 'max' }),
        (steps, mutations, cuts) => {
          const model = new ClientModel();
          for (const step of steps) {
            model.step(step);
          }
          let bytes: Buffer = Buffer.concat([preface, settings(), settingsAck, ...model.sent]);
          for (const { at, kind, value, length } of mutations) {
            bytes = mutated(bytes, at % (bytes.length + 1), kind, value, length);
          }
          survives(bytes, cuts);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('of random bytes after the handshake is survived, too', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300, size: 'max' }),
        fc.array(fc.nat(), { maxLength: 5, size: 'max' }),
        (bytes, cuts) => {
          survives(Buffer.concat([preface, settings(), settingsAck, bytes]), cuts);
        },
      ),
      { numRuns: 400 },
    );
  });
});

function mutated(bytes: Buffer, at: number, kind: number, value: number, length: number): Buffer {
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (kind) {
    case 0:
      return Buffer.concat([before, Buffer.of(value), after.subarray(1)]);
    case 1:
      return Buffer.concat([before, after.subarray(length)]);
    case 2:
      return Buffer.concat([before, after.subarray(0, length), after]);
    case 3:
      return Buffer.concat([before, Buffer.of((after[0] ?? 0) ^ (1 << (value % 8))), after.subarray(1)]);
    default:
      return Buffer.concat([before, Buffer.alloc(length, value), after]);
  }
}

/** Plays bytes against a server whose handler does a little of everything, and its timers. */
function survives(bytes: Buffer, cuts: readonly number[]): void {
  const failures: unknown[] = [];
  const windowBytes = 65_535;
  const peer = new TestPeer({
    limits: { streamWindowBytes: windowBytes, connectionWindowBytes: windowBytes, maxConcurrentStreams: 20 },
    options: { observer: { handlerFailed: (error) => failures.push(error) } },
    onData: (stream, { length }) => {
      if (stream.id % 4 === 1) {
        stream.consumed(length);
      }
    },
    onEnd: (stream) => {
      stream.sendHeaders(answerHead, false);
      stream.sendData(Buffer.alloc(1000 * (stream.id % 50)), false);
      stream.sendHeaders(answerTrailers, true);
    },
  });
  const frames: string[] = [];
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let at = 0;
  for (const place of [...places, bytes.length]) {
    peer.connection.receive(bytes.subarray(at, place), peer.now);
    assert.ok(peer.connection.heldBytes <= windowBytes + 20 * 49_000, String(peer.connection.heldBytes));
    frames.push(...readFrames(Buffer.concat(peer.connection.takeOutput(peer.now))).map(frameText));
    peer.now += 10;
    at = place;
  }
  frames.push(...peer.output());
  peer.pass(200_000);
  frames.push(...peer.output());
  const { closed } = peer;
  assert.ok(closed?.kind !== 'internal', JSON.stringify(closed));
  assert.deepEqual(failures, []);
  if (closed !== undefined) {
    assert.equal(peer.connection.heldBytes, 0);
    assert.equal(peer.connection.openStreams, 0);
    const events = peer.events.length;
    peer.send(headers(1001), data(1001, 5));
    peer.connection.timer(peer.now + 10 ** 9);
    assert.equal(peer.events.length, events);
    assert.equal(peer.connection.hasOutput, false);
  }
  assert.ok(frames.filter((frame) => frame.startsWith('GOAWAY')).length <= 3);
}
