// Clients at the wrong door (reference, connections §1.5 rows 16-18, 22): something that a person can read, and no more cost.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as tls from 'node:tls';
import { makeCertificates } from '../support/certificates.ts';
import { H2Connection } from '../support/h2-client/connection.ts';
import { GrpcCall } from '../support/h2-client/grpc-call.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { startWireProcess, type WireProcess } from '../support/wire-process.ts';
import { wirePath } from '../support/wire-service.ts';
import { assertHoldings, skip } from './support/holdings.ts';

const certificates = makeCertificates();

/** Sends `bytes`, and resolves to what came until the server closed the connection. */
async function knock(port: number, bytes: Uint8Array | string): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1' });
  const answer: Buffer[] = [];
  socket.on('data', (part: Buffer) => answer.push(part));
  socket.on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(answer);
}

const garbage = Buffer.from(Array.from({ length: 2_000 }, (_, i) => (i * 131 + 7) & 0xff));

describe('the wrong door', { skip }, () => {
  const directory = tempDir();
  let server: WireProcess;
  before(async () => {
    const flags = ['--argument=grpc.server_handshake_timeout_ms=1000'];
    if (certificates !== undefined) {
      const key = path.join(directory.path, 'key');
      const certificate = path.join(directory.path, 'certificate');
      writeFileSync(key, certificates.server.key);
      writeFileSync(certificate, certificates.server.certificate);
      flags.push(`--key=${key}`, `--certificate=${certificate}`);
    }
    server = await startWireProcess(flags);
  });
  after(async () => {
    await server.stop();
    directory.remove();
  });
  const told = (pattern: RegExp): Promise<true> =>
    until(`${pattern} in the log`, () => pattern.test(server.log()));

  it('HTTP/1.1 gets a 400 that says what to do', async () => {
    const [response] = (await once(
      request({ port: server.port, host: '127.0.0.1', path: '/v1/models/x' }).end(),
      'response',
    )) as [IncomingMessage];
    let text = '';
    for await (const part of response) {
      text += String(part);
    }
    assert.equal(response.statusCode, 400);
    assert.match(text, /gRPC port.*HTTP\/2/);
    await told(/an HTTP\/1\.1 client knocked at the gRPC port/);
    await server.assertServing();
  });

  it('a request of HTTP/1.1 that goes on for ever is not listened to', async () => {
    const body = `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n${'x'.repeat(4_000_000)}`;
    assert.match(String(await knock(server.port, body)), /^HTTP\/1\.1 400 |^$/);
    await server.assertServing();
  });

  it('garbage is closed, with its first bytes in the log, escaped', async () => {
    await knock(server.port, garbage);
    await told(/something that speaks neither HTTP\/2 nor TLS/);
    await knock(server.port, Buffer.from('\x1b[31mred\r\nforged line\n'));
    await told(/\\\\x1b\[31mred\\\\x0d/);
    await server.assertServing();
  });

  it('a TLS client on the port in clear gets an alert', async () => {
    const socket = tls.connect({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false });
    const [reason] = (await once(socket, 'error')) as [Error];
    assert.match(reason.message, /alert|wrong version/i);
    await told(/a TLS client knocked at the gRPC port, which is in clear/);
    await server.assertServing();
  });

  it('nothing at all is closed in time, at the port in clear and behind TLS', async () => {
    await knock(server.port, '');
    await told(/said nothing that is HTTP\/2 within 1 s \(0 bytes came\)/);
    if (server.tlsPort > 0) {
      await knock(server.tlsPort, '');
    }
    await server.assertServing();
  });

  it('clear HTTP/2, HTTP/1.1 and garbage on the TLS port', async () => {
    if (server.tlsPort === 0) {
      return;
    }
    await knock(server.tlsPort, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    await told(/TLS handshake failed: the client began in clear: PRI/);
    assert.match(
      String(await knock(server.tlsPort, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')),
      /^HTTP\/1\.1 400 /,
    );
    await knock(server.tlsPort, garbage);
    // A handshake that is cut in the middle.
    await knock(server.tlsPort, Buffer.from('16030100050100000100', 'hex'));
    const connection = await H2Connection.open({
      port: server.tlsPort,
      ca: certificates!.authority.certificate,
    });
    assert.equal((await GrpcCall.unary(connection, wirePath.echo, Buffer.from('secret'))).status, 0);
    connection.destroy();
    await server.assertServing();
  });

  it('leaves the server as it was', async () => {
    const ports = server.tlsPort === 0 ? [server.port] : [server.port, server.tlsPort];
    const knocks = ['GET / HTTP/1.1\r\n\r\n', garbage, Buffer.from('160301', 'hex'), 'PRI * HTT'];
    await assertHoldings(server, async () => {
      for (const port of ports) {
        await Promise.all(Array.from({ length: 40 }, (_, i) => knock(port, knocks[i % knocks.length]!)));
      }
    });
  });
});
