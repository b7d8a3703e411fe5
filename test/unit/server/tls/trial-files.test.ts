// Certificates for trials: what is in them, what OpenSSL and node make of them, and who may read the keys.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parseTlsConfig } from '../../../../server/net/tls-config.ts';
import { writeTrialFiles, type TrialRequest } from '../../../../server/tls/trial-files.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const day = 86_400_000;
const hosts = ['localhost', '127.0.0.1', '::1', 'models.example.com', '*.example.net', 'fd00::1:2'];

const requestFor = (directory: string, more: Partial<TrialRequest> = {}): TrialRequest => ({
  directory,
  hosts,
  days: 10,
  withClient: true,
  replace: false,
  now: new Date(),
  ...more,
});

/** What openssl says; undefined where there is none. */
function openssl(...args: string[]): string | undefined {
  try {
    return execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe', timeout: 60_000 });
  } catch (reason) {
    if (reason instanceof Error && 'code' in reason && reason.code === 'ENOENT') {
      return undefined;
    }
    throw reason;
  }
}

describe('writeTrialFiles', () => {
  it('makes an authority that signed the server and the client, each for its purpose', async () => {
    using directory = tempDir();
    const files = await writeTrialFiles(requestFor(path.join(directory.path, 'new', 'tls')));
    const read = (file: string): X509Certificate => new X509Certificate(readFileSync(file));
    const authority = read(files.authority);
    const server = read(files.serverCertificate);
    const client = read(files.client!.certificate);
    assert.equal(authority.ca, true);
    assert.equal(server.ca, false);
    for (const certificate of [server, client]) {
      assert.ok(certificate.checkIssued(authority));
      assert.ok(certificate.verify(authority.publicKey));
    }
    assert.notEqual(server.serialNumber, client.serialNumber);
    assert.deepEqual(server.keyUsage, ['1.3.6.1.5.5.7.3.1']);
    assert.deepEqual(client.keyUsage, ['1.3.6.1.5.5.7.3.2']);
    for (const host of ['localhost', 'models.example.com', 'a.example.net']) {
      assert.notEqual(server.checkHost(host), undefined, host);
    }
    for (const address of ['127.0.0.1', '::1', 'fd00::1:2']) {
      assert.notEqual(server.checkIP(address), undefined, address);
    }
    assert.equal(server.checkHost('example.com'), undefined);
    assert.equal(client.subjectAltName, undefined);
    const lifeMs = new Date(server.validTo).getTime() - new Date(server.validFrom).getTime();
    assert.equal(lifeMs, 10 * day + 3_600_000);
  });

  it('is to the liking of OpenSSL, strictly', async (t) => {
    if (openssl('version') === undefined) {
      t.skip('openssl is not on this machine');
      return;
    }
    using directory = tempDir();
    // So many that integers with a high first bit, and with zeros before, are among the serial numbers and signatures.
    for (let i = 0; i < 8; i++) {
      const { authority, serverCertificate, client } = await writeTrialFiles(
        requestFor(directory.path, { replace: true }),
      );
      for (const [purpose, file] of [
        ['sslserver', serverCertificate],
        ['sslclient', client!.certificate],
      ] as const) {
        const said = openssl('verify', '-x509_strict', '-purpose', purpose, '-CAfile', authority, file);
        assert.match(said!, /: OK/);
      }
    }
  });

  it('writes a file that the server takes, with client_verify where clients need a certificate', async () => {
    using directory = tempDir();
    for (const withClient of [false, true]) {
      const { sslConfig, authority } = await writeTrialFiles(
        requestFor(directory.path, { withClient, replace: true }),
      );
      const config = parseTlsConfig(readFileSync(sslConfig, 'utf8'), sslConfig, new Date());
      assert.equal(config.clientAuthorities, withClient ? readFileSync(authority, 'utf8') : undefined);
      assert.deepEqual(config.notices, []);
    }
  });

  it('keeps keys to this user', { skip: process.platform === 'win32' }, async () => {
    using directory = tempDir();
    const { sslConfig, client, authority } = await writeTrialFiles(requestFor(directory.path));
    for (const file of [sslConfig, client!.key]) {
      assert.equal(statSync(file).mode & 0o777, 0o600);
    }
    assert.ok(!readFileSync(authority, 'utf8').includes('PRIVATE KEY'));
  });

  it('replaces nothing unless told to', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'server.pem');
    writeFileSync(file, 'mine');
    await assert.rejects(writeTrialFiles(requestFor(directory.path)), {
      code: 'CONFIG_CHANGED',
      message: `${file} is there already. --replace makes new ones in its place.`,
    });
    assert.equal(readFileSync(file, 'utf8'), 'mine');
    await writeTrialFiles(requestFor(directory.path, { replace: true }));
    assert.notEqual(readFileSync(file, 'utf8'), 'mine');
  });

  it('says why it cannot write', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'file');
    writeFileSync(file, '');
    await assert.rejects(writeTrialFiles(requestFor(path.join(file, 'below'))), {
      code: 'CONFIG_INVALID',
      message: /cannot be written to \(ENOTDIR\)\.$/,
    });
  });
});
