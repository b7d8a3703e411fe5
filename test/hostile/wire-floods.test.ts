// Floods of frames that ask for nothing: each is cut off at a bounded number, with ENHANCE_YOUR_CALM and its name in the log.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { errorCode } from '../../server/wire/http2/error-code.ts';
import type { H2Connection } from '../support/h2-client/connection.ts';
import {
  dataFrame,
  frame,
  frameType,
  headersFrames,
  pingFrame,
  priorityFrame,
  resetFrame,
  settingsFrame,
  windowUpdateFrame,
} from '../support/h2-client/frame.ts';
import { goawayOf } from '../support/h2-client/frame-reader.ts';
import { GrpcCall, requestFields } from '../support/h2-client/grpc-call.ts';
import { startWireProcess, type WireProcess } from '../support/wire-process.ts';
import { wirePath } from '../support/wire-service.ts';
import { assertHoldings, inGroups, skip } from './support/holdings.ts';

/** A flood: what comes first, and what then comes again and again. */
interface Flood {
  readonly name: string;
  /** In the log line of the close. */
  readonly told: RegExp;
  readonly begin?: (connection: H2Connection) => unknown;
  readonly frame: (connection: H2Connection) => Buffer;
  readonly times: number;
}

const openCall = (connection: H2Connection): GrpcCall => new GrpcCall(connection, wirePath.converse);
const openHeaders = (connection: H2Connection, id: number): Buffer =>
  headersFrames(id, connection.encoder.encode(requestFields(wirePath.wait)), {});

const floods: Flood[] = [
  { name: 'PING', told: /PING frames came/, frame: () => pingFrame(), times: 20_000 },
  {
    name: 'SETTINGS',
    told: /SETTINGS frames came/,
    frame: () => settingsFrame([[4, 65_535]]),
    times: 20_000,
  },
  {
    name: 'rapid reset (CVE-2023-44487)',
    told: /CVE-2023-44487/,
    frame: (connection) => {
      const id = connection.nextStreamId();
      return Buffer.concat([openHeaders(connection, id), resetFrame(id, errorCode.CANCEL)]);
    },
    times: 5_000,
  },
  {
    name: 'resets that the server is made to send (CVE-2025-8671)',
    told: /CVE-2023-44487/,
    frame: (connection) => {
      const id = connection.nextStreamId();
      return Buffer.concat([openHeaders(connection, id), windowUpdateFrame(id, 0)]);
    },
    times: 5_000,
  },
  {
    name: 'CONTINUATION (CVE-2024-27983)',
    told: /CVE-2024-27983/,
    begin: (connection) => {
      const block = connection.encoder.encode(requestFields(wirePath.wait));
      connection.send(frame(frameType.headers, 0, connection.nextStreamId(), block));
    },
    frame: () => frame(frameType.continuation, 0, 1, Buffer.from([0x00, 0x01, 0x61, 0x01, 0x61])),
    times: 100_000,
  },
  {
    name: 'empty CONTINUATION',
    told: /CVE-2024-27983/,
    begin: (connection) => {
      connection.send(frame(frameType.headers, 0, connection.nextStreamId()));
    },
    frame: () => frame(frameType.continuation, 0, 1),
    times: 100_000,
  },
  {
    name: 'empty DATA (CVE-2019-9518)',
    told: /CVE-2019-9518/,
    begin: openCall,
    frame: () => dataFrame(1, Buffer.alloc(0)),
    times: 20_000,
  },
  {
    name: 'padded empty DATA',
    told: /CVE-2019-9518/,
    begin: openCall,
    frame: () => dataFrame(1, Buffer.alloc(0), { padding: 0 }),
    times: 20_000,
  },
  {
    name: 'WINDOW_UPDATE',
    told: /WINDOW_UPDATE frames came/,
    begin: openCall,
    frame: () => windowUpdateFrame(1, 1),
    times: 50_000,
  },
  {
    name: 'PRIORITY',
    told: /PRIORITY frames came/,
    frame: () => priorityFrame(1, { dependsOn: 0 }),
    times: 20_000,
  },
  {
    name: 'RST_STREAM of a closed stream',
    told: /RST_STREAM frames came|CVE-2023-44487/,
    begin: (connection) => new GrpcCall(connection, wirePath.converse).cancel(),
    frame: () => resetFrame(1, errorCode.CANCEL),
    times: 20_000,
  },
  {
    name: 'streams beyond the limit',
    told: /beyond the limit of calls at once/,
    frame: (connection) => openHeaders(connection, connection.nextStreamId()),
    times: 50_000,
  },
];

/** The flood, to its end or until the server has had enough; then its GOAWAY. */
async function flood(server: WireProcess, { begin, frame: next, times }: Flood): Promise<H2Connection> {
  const connection = await server.connect();
  connection.socket.on('error', () => undefined);
  begin?.(connection);
  const batch = 500;
  for (let sent = 0; sent < times && !connection.isClosed; sent += batch) {
    connection.send(...Array.from({ length: batch }, () => next(connection)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await connection.untilClosed();
  return connection;
}

for (const [index, group] of inGroups(floods).entries()) {
  describe(`floods, group ${index + 1}`, { skip }, () => {
    let server: WireProcess;
    before(async () => (server = await startWireProcess(['--argument=grpc.max_concurrent_streams=100'])));
    after(() => server.stop());

    for (const each of group) {
      it(`${each.name}: ENHANCE_YOUR_CALM`, async () => {
        const before = server.log().length;
        const connection = await flood(server, each);
        const goaway = goawayOf(await connection.untilGoaway());
        assert.equal(goaway.code, 'ENHANCE_YOUR_CALM', connection.log.describe());
        await server.assertServing();
        assert.match(server.log().slice(before), each.told);
        assert.deepEqual(connection.violations, []);
      });
    }

    it('leave the server as it was, and no call behind', async () => {
      await assertHoldings(server, async () => {
        for (const each of group) {
          await flood(server, each);
        }
      });
      assert.equal((await server.counts()).waiting, 0);
    });
  });
}
