// perch tls init: what it says, what it refuses, and that nothing secret is printed.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import path from 'node:path';
import { describe, it } from 'node:test';
import { runCli } from '../../../support/run-cli.ts';
import { tempDir } from '../../../support/temp-dir.ts';

describe('perch tls init', () => {
  it('makes certificates for this machine and the hosts that are named, and says how to use them', async () => {
    using directory = tempDir();
    const { code, stdout, stderr } = await runCli(
      ['tls', 'init', '--host=Models.example.com, 192.0.2.1', '--days=3'],
      { cwd: directory.path },
    );
    assert.deepEqual([code, stderr], [0, '']);
    const at = (name: string): string => path.join(directory.path, 'tls', name);
    assert.deepEqual(readdirSync(at('')).sort(), ['ca.pem', 'server.pem', 'ssl.config']);
    const server = new X509Certificate(readFileSync(at('server.pem')));
    for (const host of ['localhost', 'models.example.com']) {
      assert.notEqual(server.checkHost(host), undefined, host);
    }
    assert.notEqual(server.checkIP('192.0.2.1'), undefined);
    assert.ok(stdout.includes(`--ssl_config_file=${at('ssl.config')}`) && stdout.includes(at('ca.pem')));
    assert.ok(!stdout.includes('BEGIN'));
  });

  it('refuses to overwrite, and says with what it would', async () => {
    using directory = tempDir();
    const context = { cwd: directory.path };
    assert.equal((await runCli(['tls', 'init', '--out=.', '--client', '--json'], context)).code, 0);
    const again = await runCli(['tls', 'init', '--out=.'], context);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /is there already\. --replace/);
    const replaced = await runCli(['tls', 'init', '--out=.', '--client', '--replace', '--json'], context);
    const { client } = JSON.parse(replaced.stdout) as { client: { key: string } };
    assert.equal(client.key, path.join(directory.path, 'client-key.pem'));
  });

  it('refuses what is no host, and what no client takes', async () => {
    for (const [args, text] of [
      [['--host=https://a.example'], /not "https:\/\/a\.example"/],
      [['--host=a.example:8500'], /not "a\.example:8500"/],
      [['--host=fe80::1%eth0'], /not "fe80::1%eth0"/],
      [['--days=826'], /--days takes a number from 1 to 825/],
    ] as const) {
      const { code, stderr } = await runCli(['tls', 'init', '--out=/nowhere/tls', ...args]);
      assert.equal(code, 2);
      assert.match(stderr, text);
    }
  });
});
