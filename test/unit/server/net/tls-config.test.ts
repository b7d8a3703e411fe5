// The file of --ssl_config_file: PEM texts as people paste them, and every refusal by the name of its field.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PerchError } from '../../../../server/errors.ts';
import { parseTlsConfig, readTlsFile } from '../../../../server/net/tls-config.ts';
import { makeCertificates } from '../../../support/certificates.ts';

const certificates = makeCertificates();
const skip = certificates === undefined ? 'openssl is not on this machine' : false;

/** A text-format string with the line breaks written as \n. */
const inOneLine = (pem: string): string => JSON.stringify(pem);

function refusal(text: string): string {
  try {
    parseTlsConfig(text, 'ssl.config', new Date());
  } catch (reason) {
    assert.ok(PerchError.is(reason, 'CONFIG_INVALID'), String(reason));
    return reason.message;
  }
  return 'not refused';
}

describe('parseTlsConfig', { skip }, () => {
  const { server, client, authority } = certificates!;
  const good = `server_key: ${inOneLine(server.key)} server_cert: ${inOneLine(server.certificate)}`;

  it('takes PEM texts in one line, in several strings, and in one string of several lines', () => {
    const expected = { key: server.key, certificates: server.certificate, notices: [] };
    const perLine = (pem: string): string =>
      pem
        .trimEnd()
        .split('\n')
        .map((line) => `  "${line}\\n"`)
        .join('\n');
    const texts = [
      good,
      `server_key:\n${perLine(server.key)}\nserver_cert:\n${perLine(server.certificate)}\n`,
      `# it's "pasted\nserver_key: '${server.key}'\nserver_cert: "${server.certificate}"\n`,
      `server_key: "${server.key}"\nserver_cert: "${server.certificate}"`.replaceAll('\n', '\r\n'),
    ];
    for (const text of texts) {
      assert.deepEqual(parseTlsConfig(text, 'ssl.config', new Date()), expected);
    }
  });

  it('names the line of a mistake after a string of several lines', () => {
    const text = `server_key: "${server.key}"\nserver_crt: "x"`;
    const line = server.key.split('\n').length + 1;
    assert.match(
      refusal(text),
      new RegExp(
        `^Error parsing text-format tensorflow\\.serving\\.SSLConfig: ssl\\.config: ${line}:1: .*server_crt`,
      ),
    );
  });

  it('asks clients for a certificate only with client_verify', () => {
    const ca = `custom_ca: ${inOneLine(authority.certificate + client.certificate)}`;
    const verified = parseTlsConfig(`${good} ${ca} client_verify: true`, 'ssl.config', new Date());
    assert.equal(verified.clientAuthorities, authority.certificate + client.certificate);
    assert.deepEqual(verified.notices, []);
    const open = parseTlsConfig(`${good} ${ca}`, 'ssl.config', new Date());
    assert.equal(open.clientAuthorities, undefined);
    assert.deepEqual(open.notices, ['ssl.config: custom_ca has no effect without client_verify: true.']);
  });

  it('warns of a certificate that has expired', () => {
    const { notices } = parseTlsConfig(good, 'ssl.config', new Date(Date.now() + 10 * 86_400_000));
    assert.equal(notices.length, 1);
    assert.match(notices[0]!, /^ssl\.config: server_cert expired on .*; clients will refuse it\.$/);
  });

  it('refuses what no server can use, and names the field', () => {
    const key = `server_key: ${inOneLine(server.key)}`;
    const cert = `server_cert: ${inOneLine(server.certificate)}`;
    const broken = inOneLine(server.certificate.replace(/\n[^\n]{20}/, '\n'));
    const cases: readonly (readonly [string, string])[] = [
      ['', 'ssl.config: server_key is empty.'],
      [key, 'ssl.config: server_cert is empty.'],
      [
        `server_key: "/etc/key.pem" ${cert}`,
        'ssl.config: server_key has no "-----BEGIN … PRIVATE KEY-----": it takes the text of the PEM file, not its path.',
      ],
      [
        `${key} server_cert: ${inOneLine(server.key)}`,
        'ssl.config: server_cert has no "-----BEGIN … CERTIFICATE-----": it takes the text of the PEM file, not its path.',
      ],
      [
        `server_key: "-----BEGIN ENCRYPTED PRIVATE KEY-----" ${cert}`,
        'ssl.config: server_key is encrypted; give the key without a passphrase.',
      ],
      [
        `server_key: "-----BEGIN PRIVATE KEY-----" ${cert}`,
        'ssl.config: server_key holds no private key that can be read.',
      ],
      [`${key} server_cert: ${broken}`, 'ssl.config: server_cert holds a certificate that cannot be read.'],
      [
        `${key} server_cert: ${inOneLine(client.certificate)}`,
        'ssl.config: server_key is not the key of server_cert.',
      ],
      [
        `${good} client_verify: true`,
        'ssl.config: client_verify needs custom_ca, the certificates that those of clients are checked against.',
      ],
      [
        `${good} custom_ca: "-----BEGIN CERTIFICATE-----" client_verify: true`,
        'ssl.config: custom_ca holds a certificate that cannot be read.',
      ],
    ];
    for (const [text, message] of cases) {
      assert.equal(refusal(text), message);
    }
  });

  it('never repeats the key', () => {
    const secret = server.key.split('\n')[1]!;
    for (const text of [
      `server_key: ${inOneLine(server.key)} server_cert: ${inOneLine(client.certificate)}`,
      `server_key: "${server.key}" oops`,
    ]) {
      assert.ok(!refusal(text).includes(secret));
    }
  });
});

describe('readTlsFile', () => {
  it('names a file that is not there', async () => {
    await assert.rejects(readTlsFile('/nowhere/ssl.config'), {
      code: 'CONFIG_INVALID',
      message: 'The SSL config file /nowhere/ssl.config cannot be read (ENOENT).',
    });
  });
});
