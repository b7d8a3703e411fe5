// The command line against the daemon itself.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { runCli, type CliRun } from '../support/run-cli.ts';
import { makeModels, startServer, testToken, until, type RunningServer } from './support/running-server.ts';

describe('the command line and the daemon', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let running: RunningServer;
  let configFile: string;

  beforeEach(async () => {
    models = await makeModels('digits', 'half_plus_two');
    configFile = path.join(models.directory, 'models.config');
    const entry = (name: string, more: string): string =>
      `  config { name: "${name}" base_path: "${path.join(models.directory, name)}" ${more} }\n`;
    const policy = 'model_version_policy { all {} } version_labels { key: "stable" value: 1 }';
    writeFileSync(
      configFile,
      `model_config_list {\n${entry('digits', policy)}${entry('half_plus_two', '')}}\n`,
    );
    running = await startServer([`--model_config_file=${configFile}`]);
  });
  afterEach(async () => {
    await running.stop();
    await models.remove();
  });

  const run = (...args: string[]): Promise<CliRun> =>
    runCli([...args, '--address', running.server.grpcAddress], { env: { PERCH_TOKEN: testToken } });
  const ok = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    return stdout;
  };

  it('tells what is served', async () => {
    assert.match(await ok('status'), /^digits +v1 available, v2 available +stable v1 /m);
    assert.match(await ok('models'), /^half_plus_two +123 +available +223 B +cpu$/m);
    assert.match(await ok('models', 'digits'), /^input +images +float +\[\?, 64\]$/m);
    assert.match(await ok('traffic', 'get', 'digits'), /^traffic of digits: /);
    assert.equal(await ok('shadow', 'get', 'digits'), 'shadow of digits: off\n');
    assert.equal(await ok('canary', 'status'), 'There is no canary.\n');
    assert.equal(await ok('health', 'digits'), 'status: SERVING\n');
    assert.equal((await run('health', 'nothing')).code, 3);
    assert.equal(await ok('events'), '');
    const doctor = await ok('doctor');
    assert.match(doctor, /^ok +daemon +answers at /m);
    assert.match(doctor, /^ok +model +digits is served$/m);
    assert.match(doctor, / {2}config {2}/);
  });

  it('predicts with versions and labels', async () => {
    assert.match(
      await ok('predict', 'half_plus_two', '--json={"instances": [2]}'),
      /"predictions": ?\[3\.0?\]/,
    );
    const { code, stderr } = await run('predict', 'digits', '--label=stable');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /digits v1 answered/);
  });

  it('moves labels and traffic, promotes and rolls back by the labels alone', async () => {
    assert.equal(await ok('label', 'set', 'digits/2', 'canary'), 'labels of digits: canary v2, stable v1\n');
    const before = await ok('traffic', 'set', 'digits', 'stable=95', 'canary=5', '--reason=first users');
    assert.equal(before, 'traffic of digits: stable 95 % (v1), canary 5 % (v2)\n');
    assert.match(
      await ok('canary', 'promote', 'digits'),
      /^traffic of digits: .*\(v2\)\ncanary of digits: v2, succeeded/,
    );
    assert.match(readFileSync(configFile, 'utf8'), /value: 2/);
    assert.match(await ok('canary', 'rollback', 'digits'), new RegExp(`^${before.replace(/[()]/g, '\\$&')}`));
    const events = await ok('events');
    assert.match(events, /set_traffic .*by cli:anna \(first users\)$/m);
    assert.match(events, /promoted .*by cli:anna/);
    assert.match(events, /rolled_back .*by cli:anna/);
    assert.match(await ok('traffic', 'clear', 'digits'), /100 % to the newest version \(v2\)/);
  });

  it('waits until a canary is promoted', async () => {
    const canary = run(
      'canary',
      'start',
      'digits/2',
      '--steps=100',
      '--interval=1s',
      '--min_requests=1',
      '--wait',
    );
    const over = new AbortController();
    const asking = until(async () => {
      await ok('predict', 'digits');
      return over.signal.aborted;
    });
    const { code, stderr } = await canary.finally(() => over.abort());
    await asking;
    assert.equal(code, 0, stderr);
    assert.match(stderr, /canary of digits: v2, progressing, step 1 of 1 \(100 %\)/);
    assert.match(stderr, /canary of digits: v2, succeeded/);
    await until(async () => (await ok('status')).includes(' stable v2 '));
  });

  it('shadows', async () => {
    await ok('shadow', 'set', 'digits', '2=100');
    await ok('predict', 'digits', '--version=1');
    assert.match(await ok('shadow', 'get', 'digits'), /^shadow of digits: 100 % to v2, /);
    assert.equal(await ok('shadow', 'off', 'digits'), 'shadow of digits: off\n');
  });

  it('loads, unloads and reloads', async () => {
    assert.equal(await ok('unload', 'half_plus_two'), 'half_plus_two: none is loaded\n');
    assert.equal(await ok('load', 'half_plus_two'), 'half_plus_two: v123 available\n');
    const failed = await run('load', 'digits/9');
    assert.deepEqual([failed.code, failed.stdout], [1, '']);
    writeFileSync(
      configFile,
      readFileSync(configFile, 'utf8').replace('name: "half_plus_two"', 'name: "half"'),
    );
    assert.match(await ok('reload'), /^half +available$/m);
    const wrong = path.join(models.directory, 'wrong.config');
    writeFileSync(wrong, 'model_config_lst {}');
    const refused = await run('reload', wrong);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /model_config_lst/);
  });
});
