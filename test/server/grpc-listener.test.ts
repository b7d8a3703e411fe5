// The gRPC listener over real sockets: port and UNIX socket, TLS with and without client certificates.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, it } from 'node:test';
import * as grpc from '@grpc/grpc-js';
import type { Method } from '../../server/apis/method.ts';
import { PerchError } from '../../server/errors.ts';
import { parseTlsConfig, type TlsConfig } from '../../server/net/tls-config.ts';
import { makeCertificates } from '../support/certificates.ts';
import { tempDir } from '../support/temp-dir.ts';
import { echoListener, forever, refusalText, say, transports } from './support/echo-listener.ts';
import { until } from './support/running-server.ts';

const certificates = makeCertificates();
const skip = certificates === undefined ? 'openssl is not on this machine' : false;

for (const transport of transports) {
  describe(`a UNIX socket on ${transport}`, () => {
    it('serves beside the port, for this user only, and goes when the listener is closed', async (t) => {
      using directory = tempDir();
      const socketPath = path.join(directory.path, 'grpc.sock');
      const { client, listener } = await echoListener(t, { transport, socketPath });
      assert.equal(await say(client({ address: `unix:${socketPath}` }), 'socket'), 'socket');
      assert.equal(await say(client(), 'port'), 'port');
      assert.equal(statSync(socketPath).mode & 0o777, 0o600);
      await listener.close(forever);
      assert.equal(existsSync(socketPath), false);
    });

    it('serves without a port', async (t) => {
      using directory = tempDir();
      const socketPath = path.join(directory.path, 'grpc.sock');
      const { client, listener } = await echoListener(t, { transport, socketPath, port: undefined });
      assert.equal(listener.address, '');
      assert.equal(await say(client({ address: `unix:${socketPath}` }), 'socket'), 'socket');
    });

    it('takes the place of a dead server’s, not of a living one’s', async (t) => {
      using directory = tempDir();
      const socketPath = path.join(directory.path, 'grpc.sock');
      leaveDeadSocket(socketPath);
      assert.equal(existsSync(socketPath), true);
      const { client } = await echoListener(t, { transport, socketPath });
      const first = client({ address: `unix:${socketPath}` });
      assert.equal(await say(first, 'one'), 'one');
      await assert.rejects(echoListener(t, { transport, socketPath }), {
        code: 'PORT_TAKEN',
        message: `The socket ${socketPath} is taken: another program listens there. Stop it, or choose another path with --grpc_socket_path.`,
      });
      assert.equal(await say(first, 'two'), 'two');
      assert.equal(await say(client({ address: `unix:${socketPath}` }), 'three'), 'three');
    });

    it('is refused where a file or no directory is, and where the path is too long', async (t) => {
      using directory = tempDir();
      const file = path.join(directory.path, 'file');
      writeFileSync(file, 'precious');
      const paths = [
        file,
        path.join(directory.path, 'none', 's'),
        path.join(directory.path, 'x'.repeat(108)),
      ];
      for (const socketPath of paths) {
        await assert.rejects(
          echoListener(t, { transport, socketPath }),
          (reason: Error & { code: string }) => {
            assert.equal(reason.code, 'ADDRESS_INVALID');
            assert.ok(reason.message.startsWith(`Cannot listen on ${socketPath} (`), reason.message);
            return true;
          },
        );
      }
      assert.equal(existsSync(file), true);
    });

    it('that fails leaves no port open', async (t) => {
      using directory = tempDir();
      const { listener } = await echoListener(t, { transport });
      const port = Number(listener.address.split(':')[1]);
      await listener.close(forever);
      await assert.rejects(
        echoListener(t, { transport, port, socketPath: path.join(directory.path, 'none', 's') }),
      );
      const again = await echoListener(t, { transport, port });
      assert.equal(again.listener.address, listener.address);
    });
  });

  describe(`TLS on ${transport}`, { skip }, () => {
    const { authority, server, client: clientIdentity, stranger } = certificates!;
    const tlsConfig = (extra = ''): TlsConfig =>
      parseTlsConfig(
        `server_key: ${JSON.stringify(server.key)} server_cert: ${JSON.stringify(server.certificate)} ${extra}`,
        'ssl.config',
        new Date(),
      );
    const mutual = `custom_ca: ${JSON.stringify(authority.certificate)} client_verify: true`;
    const trusting = (identity?: { key: string; certificate: string }): grpc.ChannelCredentials =>
      grpc.credentials.createSsl(
        Buffer.from(authority.certificate),
        identity === undefined ? null : Buffer.from(identity.key),
        identity === undefined ? null : Buffer.from(identity.certificate),
      );
    const unavailable = { code: grpc.status.UNAVAILABLE };

    it('serves a client that trusts the certificate, on port and socket', async (t) => {
      using directory = tempDir();
      const socketPath = path.join(directory.path, 'grpc.sock');
      const { client } = await echoListener(t, { transport, tls: tlsConfig(), socketPath });
      assert.equal(await say(client({ credentials: trusting() }), 'secret'), 'secret');
      const bySocket = client({
        address: `unix:${socketPath}`,
        credentials: trusting(),
        arguments: { 'grpc.ssl_target_name_override': 'localhost' },
      });
      assert.equal(await say(bySocket, 'secret'), 'secret');
      const large = 'x'.repeat(3_000_000);
      assert.equal(await say(client({ credentials: trusting() }), large), large);
    });

    it('refuses clients in clear, and those that do not trust it, and serves on', async (t) => {
      const { client } = await echoListener(t, { transport, tls: tlsConfig() });
      await assert.rejects(say(client(), 'in clear'), unavailable);
      const distrusting = grpc.credentials.createSsl(Buffer.from(stranger.certificate));
      await assert.rejects(say(client({ credentials: distrusting }), 'who are you'), unavailable);
      assert.equal(await say(client({ credentials: trusting() }), 'still there'), 'still there');
    });

    it('with client_verify serves only clients whose certificate the authority signed', async (t) => {
      const { client } = await echoListener(t, { transport, tls: tlsConfig(mutual) });
      await assert.rejects(say(client({ credentials: trusting() }), 'nobody'), unavailable);
      await assert.rejects(say(client({ credentials: trusting(stranger) }), 'stranger'), unavailable);
      assert.equal(await say(client({ credentials: trusting(clientIdentity) }), 'friend'), 'friend');
    });

    it('says in the log what of its configuration has no effect', async (t) => {
      const { logged } = await echoListener(t, {
        transport,
        tls: tlsConfig(`custom_ca: ${JSON.stringify(authority.certificate)}`),
      });
      assert.match(logged.join('\n'), /custom_ca has no effect without client_verify/);
    });

    it('drains too', async (t) => {
      const { client, listener, echo } = await echoListener(t, { transport, tls: tlsConfig() });
      const one = client({ credentials: trusting() });
      const answer = say(one, 'wait');
      await until(() => echo.waiting() === 1);
      const closed = listener.close(forever);
      await assert.rejects(say(one, 'late'), { code: grpc.status.UNAVAILABLE, details: refusalText });
      echo.release();
      assert.equal(await answer, 'wait');
      await closed;
    });
  });

  describe(`a port on ${transport}`, () => {
    it('that is taken is named', async (t) => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      t.after(() => other.close());
      const { port } = other.address() as { port: number };
      await assert.rejects(echoListener(t, { transport, port }), { code: 'PORT_TAKEN' });
    });
  });
}

for (const transport of transports) {
  describe(`a stream of answers on ${transport}`, () => {
    it('is told that its caller left though it waits for something that does not come', async (t) => {
      const { methods, state } = silentStream();
      const { client } = await echoListener(t, { transport, methods });
      const call = client().makeServerStreamRequest('/test.Silent/Watch', same, same, Buffer.alloc(0));
      call.on('error', () => undefined);
      await until(() => state.isWaitedFor);
      call.cancel();
      await until(() => state.isReturned);
    });

    it('whose handler fails at once fails with its error', async (t) => {
      const { methods } = silentStream();
      const { client } = await echoListener(t, { transport, methods });
      const call = client().makeServerStreamRequest('/test.Silent/Watch', same, same, Buffer.from('fail'));
      const [error] = (await once(call.resume(), 'error')) as [grpc.ServiceError];
      assert.equal(error.code, grpc.status.NOT_FOUND);
    });
  });
}

const same = (bytes: Buffer): Buffer => bytes;

/** A method whose answers never come, and whether its handler has been asked for one, and told to end. */
function silentStream(): { methods: Method[]; state: { isWaitedFor: boolean; isReturned: boolean } } {
  const state = { isWaitedFor: false, isReturned: false };
  const over = { done: true, value: undefined } as const;
  let end: (step: typeof over) => void = () => undefined;
  const answers: AsyncIterator<Uint8Array, undefined> = {
    next: () => {
      state.isWaitedFor = true;
      return new Promise((resolve) => (end = resolve));
    },
    return: () => {
      state.isReturned = true;
      end(over);
      return Promise.resolve(over);
    },
  };
  const method: Method = {
    kind: 'server-stream',
    path: '/test.Silent/Watch',
    handle: (request) => {
      if (request.length > 0) {
        throw new PerchError('MODEL_UNKNOWN', 'There is nothing to watch.');
      }
      return { [Symbol.asyncIterator]: () => answers };
    },
  };
  return { methods: [method], state };
}

/** What a server that was killed leaves behind. */
function leaveDeadSocket(socketPath: string): void {
  const program = `require('net').createServer().listen(${JSON.stringify(socketPath)}, () => process.kill(process.pid, 'SIGKILL'))`;
  assert.throws(() => execFileSync(process.execPath, ['-e', program]));
}
