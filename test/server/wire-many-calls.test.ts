// Twenty thousand calls on eight connections of thirty-two streams at a time: each is answered, with what it asked for. With
// nghttp2's h2load it is a hundred thousand (scripts/interop/wire.mjs).
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openGrpcListener } from '../../server/net/grpc-listener.ts';
import { H2Connection } from '../support/h2-client/connection.ts';
import { GrpcCall } from '../support/h2-client/grpc-call.ts';
import { wireMethods, wirePath } from '../support/wire-service.ts';
import { memoryLog } from '../unit/server/fakes.ts';

const connectionCount = 8;
const streamsAtOnce = 32;
const callsEach = 2500;

it('loses no call of twenty thousand', async (t) => {
  const listener = await openGrpcListener({
    methods: wireMethods(),
    bindAddress: '127.0.0.1',
    port: 0,
    log: memoryLog().log,
  });
  t.after(() => listener.close(AbortSignal.abort()));
  const port = Number(listener.address.split(':')[1]);
  let answered = 0;
  const connections = await Promise.all(
    Array.from({ length: connectionCount }, () => H2Connection.open({ port })),
  );
  await Promise.all(
    connections.map(async (connection, index) => {
      let begun = 0;
      const worker = async (): Promise<void> => {
        while (begun < callsEach) {
          const text = `${index} ${begun++} ${'x'.repeat(begun % 700)}`;
          const { status, messages } = await GrpcCall.unary(connection, wirePath.echo, Buffer.from(text));
          assert.deepEqual([status, messages.map(String)], [0, [text]]);
          answered++;
        }
      };
      await Promise.all(Array.from({ length: streamsAtOnce }, worker));
    }),
  );
  assert.equal(answered, connectionCount * callsEach);
  assert.deepEqual(
    connections.flatMap(({ violations }) => violations),
    [],
  );
  connections.forEach((connection) => connection.destroy());
});
