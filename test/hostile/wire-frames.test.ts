// Frames that break HTTP/2's rules, or use them to make the server store or wait: the right error code, and no harm done.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, type ErrorCodeName } from '../../server/wire/http2/error-code.ts';
import type { HeaderField } from '../../server/wire/http2/contract.ts';
import type { H2Connection } from '../support/h2-client/connection.ts';
import {
  dataFrame,
  flag,
  frame,
  frameType,
  goawayFrame,
  headersFrames,
  setting,
  settingsFrame,
  windowUpdateFrame,
} from '../support/h2-client/frame.ts';
import { goawayOf, has } from '../support/h2-client/frame-reader.ts';
import { GrpcCall, requestFields } from '../support/h2-client/grpc-call.ts';
import { messageBytes } from '../support/h2-client/grpc-message.ts';
import { until } from '../support/until.ts';
import { startWireProcess, type WireProcess } from '../support/wire-process.ts';
import { wirePath } from '../support/wire-service.ts';
import { assertHoldings, inGroups, skip } from './support/holdings.ts';

/** What a client does, and what the server's GOAWAY says to it. */
interface Breach {
  readonly name: string;
  readonly goaway: ErrorCodeName;
  readonly commit: (connection: H2Connection) => void;
}

const head = requestFields(wirePath.converse);
const encoded = (connection: H2Connection): Uint8Array => connection.encoder.encode(head);
const open = (connection: H2Connection, streamId: number): Buffer =>
  headersFrames(streamId, encoded(connection), {});

const breaches: Breach[] = [
  {
    name: 'a frame above SETTINGS_MAX_FRAME_SIZE',
    goaway: 'FRAME_SIZE_ERROR',
    commit: (connection) =>
      connection.send(open(connection, 1), frame(frameType.data, 0, 1, Buffer.alloc(9), 2 ** 24 - 1)),
  },
  {
    name: 'DATA on an idle stream',
    goaway: 'PROTOCOL_ERROR',
    commit: (connection) => connection.send(dataFrame(5, Buffer.of(1))),
  },
  {
    name: 'DATA on stream 0',
    goaway: 'PROTOCOL_ERROR',
    commit: (connection) => connection.send(dataFrame(0, Buffer.of(1))),
  },
  {
    name: 'a stream with an even number',
    goaway: 'PROTOCOL_ERROR',
    commit: (connection) => connection.send(open(connection, 2)),
  },
  {
    name: 'a stream number that falls',
    goaway: 'PROTOCOL_ERROR',
    commit: (connection) => connection.send(open(connection, 9), open(connection, 7)),
  },
  {
    name: 'a frame within a header block',
    goaway: 'PROTOCOL_ERROR',
    commit: (connection) =>
      connection.send(frame(frameType.headers, 0, 1, encoded(connection)), dataFrame(1, Buffer.of(1))),
  },
  {
    name: 'CONTINUATION of nothing',
    goaway: 'PROTOCOL_ERROR',
    commit: (connection) =>
      connection.send(frame(frameType.continuation, flag.endHeaders, 1, encoded(connection))),
  },
  {
    name: 'more padding than frame',
    goaway: 'PROTOCOL_ERROR',
    commit: (connection) =>
      connection.send(open(connection, 1), frame(frameType.data, flag.padded, 1, Buffer.from([200, 1, 2]))),
  },
  {
    name: 'PUSH_PROMISE',
    goaway: 'PROTOCOL_ERROR',
    commit: (connection) =>
      connection.send(frame(frameType.pushPromise, flag.endHeaders, 1, Buffer.alloc(8))),
  },
  {
    name: 'a window of the connection that overflows',
    goaway: 'FLOW_CONTROL_ERROR',
    commit: (connection) => connection.send(windowUpdateFrame(0, 2 ** 31 - 1)),
  },
  {
    name: 'an initial window of 2^31',
    goaway: 'FLOW_CONTROL_ERROR',
    commit: (connection) => connection.send(settingsFrame([[setting.initialWindowSize, 2 ** 31]])),
  },
  {
    name: 'an initial window that makes an open stream’s overflow',
    goaway: 'FLOW_CONTROL_ERROR',
    commit: (connection) =>
      connection.send(
        open(connection, 1),
        windowUpdateFrame(1, 2 ** 30),
        settingsFrame([[setting.initialWindowSize, 2 ** 31 - 1]]),
      ),
  },
  {
    name: 'more DATA than the connection’s window lets through',
    goaway: 'FLOW_CONTROL_ERROR',
    commit: (connection) => {
      for (let stream = 1; stream < 40; stream += 2) {
        connection.send(open(connection, stream));
        overrun(connection, stream, 0.9 * 2 ** 20);
      }
    },
  },
  {
    name: 'an entry that HPACK does not have',
    goaway: 'COMPRESSION_ERROR',
    commit: (connection) => connection.send(headersFrames(1, Buffer.from([0xff, 0xff, 0x00]), {})),
  },
  {
    name: 'a table larger than allowed',
    goaway: 'COMPRESSION_ERROR',
    commit: (connection) =>
      connection.send(headersFrames(1, Buffer.from([0x3f, 0xff, 0xff, 0xff, 0x0f]), {})),
  },
  {
    name: 'an integer of HPACK without an end',
    goaway: 'COMPRESSION_ERROR',
    commit: (connection) => connection.send(headersFrames(1, Buffer.alloc(100, 0xff), {})),
  },
  {
    name: 'a Huffman string that ends in the middle',
    goaway: 'COMPRESSION_ERROR',
    commit: (connection) =>
      connection.send(headersFrames(1, Buffer.from([0x00, 0x81, 0x00, 0x01, 0x61]), {})),
  },
];

/** Sends so much on a stream whose answers nobody reads, in messages of 1 kB, whatever the server's windows are. */
function overrun(connection: H2Connection, streamId: number, octets: number): void {
  const messages = Buffer.concat(Array.from({ length: 16 }, () => messageBytes(Buffer.alloc(1_000))));
  for (let sent = 0; sent < octets; sent += messages.length) {
    connection.send(dataFrame(streamId, messages));
  }
}

/** Fields that HPACK keeps in its table, and that each cost one octet from then on. */
function bomb(connection: H2Connection, octets: number): Uint8Array {
  const field: HeaderField = ['x-bomb', 'b'.repeat(3_900)];
  connection.encoder.encode([field]);
  return Buffer.alloc(octets, connection.encoder.encode([field])[0]);
}

/** With these the server's answers stay where they are, and so do the requests. */
const neverReading = { settings: [[setting.initialWindowSize, 0]], grantAfterBytes: Infinity } as const;

for (const [index, group] of inGroups(breaches).entries()) {
  describe(`breaches of HTTP/2, group ${index + 1}`, { skip }, () => {
    let server: WireProcess;
    before(async () => (server = await startWireProcess()));
    after(() => server.stop());

    for (const { name, goaway, commit } of group) {
      it(`${name}: ${goaway}`, async () => {
        const before = server.log().length;
        const connection = await server.connect(neverReading);
        commit(connection);
        assert.equal(goawayOf(await connection.untilGoaway()).code, goaway, connection.log.describe());
        await connection.untilClosed();
        await server.assertServing();
        // Every close has its cause in the log, with the rule.
        const told = new RegExp(`broke a rule \\(RFC (9113|7541).*${goaway}`);
        assert.match(server.log().slice(before), told);
        assert.deepEqual(connection.violations, []);
      });
    }

    it('leave the server as it was', async () => {
      await assertHoldings(server, async () => {
        for (const { commit } of group) {
          const connection = await server.connect(neverReading);
          commit(connection);
          await connection.untilClosed();
        }
      });
    });
  });
}

describe('hostile use of HTTP/2', { skip }, () => {
  let server: WireProcess;
  before(async () => {
    server = await startWireProcess([
      '--argument=grpc.max_concurrent_streams=200',
      '--argument=grpc.server_handshake_timeout_ms=500',
    ]);
  });
  after(() => server.stop());

  it('an HPACK bomb costs its call, and not its size', async () => {
    await assertHoldings(server, async () => {
      const connection = await server.connect();
      const id = connection.nextStreamId();
      const field: HeaderField = ['x-bomb', 'b'.repeat(3_900)];
      connection.send(headersFrames(id, connection.encoder.encode([...head, field]), { endStream: true }));
      const second = connection.nextStreamId();
      // 60 MB of fields in 16 kB.
      connection.send(headersFrames(second, bomb(connection, 16_000), { endStream: true }));
      const answer = await connection.untilFrame(
        'an answer',
        ({ streamId, type }) => streamId === second && type !== frameType.windowUpdate,
      );
      const refused = new Map(answer.fields).get('grpc-status') ?? new Map(answer.fields).get(':status');
      assert.ok(answer.type === frameType.rstStream || refused !== undefined, connection.log.describe());
      const next = await GrpcCall.unary(connection, wirePath.echo, Buffer.from('next'));
      assert.equal(next.status, 0, connection.log.describe());
      connection.destroy();
    });
  });

  it('a window update of 0 resets its stream only', async () => {
    const connection = await server.connect();
    const call = new GrpcCall(connection, wirePath.converse);
    connection.send(windowUpdateFrame(call.streamId, 0));
    assert.equal((await call.untilEnded()).reset, 'PROTOCOL_ERROR');
    assert.equal((await GrpcCall.unary(connection, wirePath.echo, Buffer.from('next'))).status, 0);
    connection.destroy();
  });

  it('a stream’s window that overflows resets its stream only', async () => {
    const connection = await server.connect();
    const call = new GrpcCall(connection, wirePath.converse);
    connection.send(windowUpdateFrame(call.streamId, 2 ** 31 - 1));
    assert.equal((await call.untilEnded()).reset, 'FLOW_CONTROL_ERROR');
    assert.equal((await GrpcCall.unary(connection, wirePath.echo, Buffer.from('next'))).status, 0);
    connection.destroy();
  });

  it('more DATA than a stream’s window lets through resets the stream only', async () => {
    const connection = await server.connect(neverReading);
    const call = new GrpcCall(connection, wirePath.converse);
    overrun(connection, call.streamId, 2 ** 20 + 100_000);
    assert.equal((await call.untilEnded()).reset, 'FLOW_CONTROL_ERROR');
    await connection.settle();
    connection.destroy();
    await server.assertServing();
  });

  it('a client that never reads makes the server wait, and not store', async () => {
    const sizes = JSON.stringify(Array.from({ length: 1_000 }, () => 2 ** 18));
    await assertHoldings(server, async () => {
      const connection = await server.connect(neverReading);
      // 50 GB are asked for.
      for (let i = 0; i < 200; i++) {
        const call = new GrpcCall(connection, wirePath.produce);
        connection.send(dataFrame(call.streamId, messageBytes(Buffer.from(sizes)), { endStream: true }));
      }
      await until('all streams to have begun', async () => (await server.counts()).streams === 200);
      await connection.settle();
      const { held } = await server.holdings();
      assert.ok(held < 200, `${held} MiB for 200 streams that nobody reads`);
      connection.destroy();
      await until('all streams to have ended', async () => (await server.counts()).streams === 0);
    });
  });

  it('streams beyond the limit are refused, and the others served', async () => {
    const connection = await server.connect();
    const calls = Array.from({ length: 1_000 }, () => new GrpcCall(connection, wirePath.converse));
    calls.forEach((call) => call.close());
    const outcomes = await Promise.all(calls.map((call) => call.untilEnded()));
    const refused = outcomes.filter(({ reset }) => reset === 'REFUSED_STREAM').length;
    assert.equal(refused + outcomes.filter(({ status }) => status === 0).length, 1_000);
    assert.ok(refused <= 800, `${refused} of 800 that may be`);
    assert.equal((await GrpcCall.unary(connection, wirePath.echo, Buffer.from('next'))).status, 0);
    connection.destroy();
  });

  it('requests that are left half way leave nothing', async () => {
    await assertHoldings(server, async () => {
      for (let i = 0; i < 20; i++) {
        const connection = await server.connect();
        for (let j = 0; j < 10; j++) {
          const call = new GrpcCall(connection, wirePath.echo);
          await call.write(messageBytes(Buffer.alloc(500_000)).subarray(0, 60_000));
        }
        connection.destroy();
      }
    });
  });

  it('GOAWAY of a client lets its calls end, and then the connection', async () => {
    const connection = await server.connect();
    const call = new GrpcCall(connection, wirePath.converse);
    await call.send(Buffer.from('before'));
    connection.send(goawayFrame(0, errorCode.NO_ERROR));
    await call.send(Buffer.from('after'), { endStream: true });
    const { status, messages } = await call.untilEnded();
    assert.equal(status, 0);
    assert.deepEqual(messages.map(String), ['before', 'after']);
    await connection.untilClosed();
  });

  it('a message in pieces of one octet is a message', async () => {
    const connection = await server.connect();
    const call = new GrpcCall(connection, wirePath.echo);
    const text = 'drip '.repeat(400);
    await call.write(messageBytes(Buffer.from(text)), { endStream: true }, 1);
    assert.equal(String((await call.untilEnded()).messages[0]), text);
    connection.destroy();
  });

  it('a preface octet by octet is a preface; one that does not come in time ends the connection', async () => {
    const quick = await server.connect({ greet: false });
    for (const octet of 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n') {
      quick.socket.write(octet);
      await sleep(1);
    }
    quick.send(settingsFrame([]));
    await quick.untilFrame('SETTINGS', (each) => each.type === frameType.settings && !has(each, flag.ack));
    quick.destroy();
    const slow = await server.connect({ greet: false });
    slow.socket.write('PRI');
    await slow.untilClosed();
    assert.equal(slow.firstText, '');
    assert.match(server.log(), /said nothing that is HTTP\/2 within 500 ms \(3 bytes came\)/);
  });
});
