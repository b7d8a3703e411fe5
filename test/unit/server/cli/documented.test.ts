// docs/cli.md against the help of the commands: the same commands, operands, options and defaults.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { cliUsage } from '../../../../server/cli/cli.ts';
import { runCli } from '../../../support/run-cli.ts';

const text = readFileSync(
  path.join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'cli.md'),
  'utf8',
).replaceAll('\\|', '|');

const table = text.slice(text.indexOf('\n## Commands'), text.indexOf('\n### The plan'));

/** What the table says stands behind a command, by `name operands`: `--watch`, `--last=20`, `plan`. */
const rows = new Map(
  [...table.matchAll(/^\| `([a-z][^`]*)` \| .*\|$/gm)].map(([, call = '']) => {
    const options = [...call.matchAll(/ \[((?:--|plan)[^\]]*)\]/g)].map(([, option = '']) => option);
    return [call.replaceAll(/ \[(?:--|plan)[^\]]*\]/g, ''), options] as const;
  }),
);

/** The words behind `perch` in the usage. */
const calls = [...cliUsage.matchAll(/^ {2}perch ([a-z].*?)(?: {2,}.*)?$/gm)].map(([, call = '']) => call);

const common = ['--json', '--address=<host:port>', '--token_file=<file>', '--tls_ca_cert=<file>', '--help'];

async function optionsOf(call: string): Promise<string[]> {
  const words = call.split(' ').filter((word) => /^[a-z]+$/.test(word));
  const { stdout } = await runCli([...words, '--help']);
  return [...stdout.matchAll(/^ {2}(--\S+)/gm)].map(([, option = '']) => option);
}

describe('docs/cli.md', () => {
  it('has every command with its operands, and no other', () => {
    assert.deepEqual([...rows.keys()], calls);
  });

  for (const call of calls) {
    it(`has the options of ${call}`, async () => {
      const own = (await optionsOf(call)).filter(
        (option) => !common.includes(option) && option !== '--reason=<text>',
      );
      const [isPlan, said] = [rows.get(call)?.includes('plan'), rows.get(call) ?? []];
      if (isPlan !== true) {
        assert.deepEqual(said.toSorted(), own.toSorted());
        return;
      }
      for (const option of own.filter((one) => !said.includes(one))) {
        const [name = '', value = ''] = option.split('=');
        const isDefault = value !== '' && !/[<…]/.test(value);
        const shown = isDefault ? `\`${name}\` (${value})` : `\`${value.startsWith('<') ? option : name}\``;
        assert.ok(text.includes(shown), `${shown} is in the help only`);
      }
    });
  }

  it('has no option that no command has', async () => {
    const known = new Set((await Promise.all(calls.map(optionsOf))).flat().map((one) => one.split('=')[0]));
    // Of `perch serve`.
    known.add('--ssl_config_file');
    const named = [...text.matchAll(/--[a-z][a-z_0-9]*/g)].map(([name]) => name);
    assert.deepEqual(
      named.filter((name) => !known.has(name)),
      [],
    );
    for (const option of common) {
      assert.ok(named.includes(option.split('=')[0] ?? ''), option);
    }
  });
});
