// What becomes of gRPC connections: channel arguments that limit them, and how a listener drains.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as http2 from 'node:http2';
import { createConnection } from 'node:net';
import { describe, it } from 'node:test';
import * as grpc from '@grpc/grpc-js';
import { echoListener, forever, refusalText, say, talk, transports } from './support/echo-listener.ts';
import { until } from './support/running-server.ts';

for (const transport of transports) {
  describe(`channel arguments on ${transport}`, () => {
    it('set what they set, and the others are named in the log', async (t) => {
      const { client, logged } = await echoListener(t, {
        transport,
        channelArguments: new Map<string, string | number>([
          ['grpc.max_receive_message_length', 10],
          ['grpc.so_reuseport', 0],
        ]),
      });
      assert.equal(await say(client(), '0123456789'), '0123456789');
      await assert.rejects(say(client(), '0123456789+'), { code: grpc.status.RESOURCE_EXHAUSTED });
      assert.equal(logged.length, 1);
      assert.match(logged[0]!, /grpc\.so_reuseport has no effect/);
    });

    it('end a connection at its age, without a call that fails', async (t) => {
      const { client } = await echoListener(t, {
        transport,
        channelArguments: new Map([['grpc.max_connection_age_ms', 50]]),
      });
      const one = client();
      const talking = talk(one);
      talking.write(Buffer.from('first'));
      assert.equal(String((await once(talking, 'data'))[0]), 'first');
      // The client is told to go (GOAWAY) and becomes idle; the stream it has goes on, and new calls open a connection.
      await until(() => one.getChannel().getConnectivityState(false) === grpc.connectivityState.IDLE);
      assert.equal(await say(one, 'hello'), 'hello');
      talking.write(Buffer.from('second'));
      assert.equal(String((await once(talking, 'data'))[0]), 'second');
      talking.end();
      await once(talking.resume(), 'end');
    });

    it('limit the connections', async (t) => {
      const { client, listener } = await echoListener(t, {
        transport,
        channelArguments: new Map([['grpc.max_allowed_incoming_connections', 1]]),
      });
      assert.equal(await say(client(), 'in'), 'in');
      const [host, port] = listener.address.split(':');
      const second = createConnection(Number(port), host);
      await once(second, 'close');
    });

    it('that do not fit are refused before anything is open', async (t) => {
      await assert.rejects(
        echoListener(t, { transport, channelArguments: new Map([['grpc.keepalive_time_ms', 'x']]) }),
        {
          code: 'OPTION_INVALID',
        },
      );
    });
  });

  describe(`draining on ${transport}`, () => {
    it('finishes the calls in flight, refuses new ones politely, and takes no new connection', async (t) => {
      const { client, listener, echo } = await echoListener(t, { transport });
      const one = client();
      const idle = client();
      await say(idle, 'hello');
      const answer = say(one, 'wait');
      const talking = talk(one);
      talking.write(Buffer.from('before'));
      assert.equal(String((await once(talking, 'data'))[0]), 'before');
      await until(() => echo.waiting() === 1);

      let isClosed = false;
      const closed = listener.close(forever).then(() => (isClosed = true));
      const refused = { code: grpc.status.UNAVAILABLE, details: refusalText };
      await assert.rejects(say(one, 'late'), refused);
      await assert.rejects(say(idle, 'late'), refused);
      await assert.rejects(once(talk(idle), 'data'), refused);
      await assert.rejects(say(client(), 'new'), { code: grpc.status.UNAVAILABLE });

      talking.write(Buffer.from('during'));
      assert.equal(String((await once(talking, 'data'))[0]), 'during');
      talking.end();
      await once(talking.resume(), 'end');
      assert.equal(isClosed, false);
      echo.release();
      assert.equal(await answer, 'wait');
      await closed;
    });

    it('counts a call from its headers on, before its request is there', async (t) => {
      const { listener } = await echoListener(t, { transport });
      const session = http2.connect(`http://${listener.address}`);
      t.after(() => session.destroy());
      const call = session.request({
        ':method': 'POST',
        ':path': '/test.Echo/Say',
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      // The server answers a ping after it has read what came before it.
      await once(session, 'connect');
      assert.equal(await new Promise((resolve) => session.ping(resolve)), null);
      const closed = listener.close(forever);
      const trailers = once(call, 'trailers');
      call.end(Buffer.from([0, 0, 0, 0, 2, 0x68, 0x69]));
      call.resume();
      const [{ 'grpc-status': status }] = (await trailers) as [http2.IncomingHttpHeaders];
      assert.equal(status, '0');
      await closed;
    });

    it('ends at once when it is forced, and when there is nothing to wait for', async (t) => {
      const { client, listener, echo } = await echoListener(t, { transport });
      const one = client();
      const answer = say(one, 'wait');
      await until(() => echo.waiting() === 1);
      const force = new AbortController();
      const closed = listener.close(force.signal);
      force.abort();
      await assert.rejects(answer);
      await closed;
      const other = await echoListener(t, { transport });
      await say(other.client(), 'hello');
      await other.listener.close(forever);
    });

    it('does not wait for calls that their client cancelled or whose deadline passed', async (t) => {
      const { client, listener, echo } = await echoListener(t, { transport });
      const talking = talk(client());
      talking.write(Buffer.from('1'));
      await once(talking, 'data');
      void say(client(), 'wait').catch(() => undefined);
      await until(() => echo.waiting() === 1);
      talking.on('error', () => undefined);
      talking.cancel();
      const closed = listener.close(forever);
      echo.release();
      await closed;
    });

    it('lets go of connections that never said a word', async (t) => {
      const { listener } = await echoListener(t, { transport });
      const [host, port] = listener.address.split(':');
      const silent = createConnection(Number(port), host);
      await once(silent, 'connect');
      silent.on('error', () => undefined);
      const gone = once(silent, 'close');
      silent.resume();
      await listener.close(forever);
      await gone;
    });
  });
}
