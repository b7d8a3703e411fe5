// The golden requests of `perch canary start`: a list, a request file, a directory.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { startFakeAdmin, type FakeAdmin } from '../support/fake-admin.ts';
import { runCli, type CliRun } from '../support/run-cli.ts';
import { tempDir } from '../support/temp-dir.ts';

const digits = { name: 'digits', resourceVersion: '7', versions: [{ version: '3' }] };

const script = {
  ListModels: () => ({ models: [digits] }),
  StartCanary: () => ({ model: digits }),
};

function start(fake: FakeAdmin, cwd: string, golden: string): Promise<CliRun> {
  return runCli(['canary', 'start', 'digits/3', `--golden=${golden}`, '--address', fake.address], {
    env: { PERCH_TOKEN: fake.token },
    cwd,
  });
}

/** What arrived: name, request, answer, tolerance. */
function sent(fake: FakeAdmin): unknown[] {
  const { gates } = fake.last('StartCanary').plan as {
    gates: { golden: { name: string; requestJson: Buffer; responseJson: Buffer; tolerance?: number }[] };
  };
  return gates.golden.map(({ name, requestJson, responseJson, tolerance }) => [
    name,
    requestJson.toString(),
    responseJson.toString(),
    tolerance,
  ]);
}

function file(model: string, instance: number, rest = ''): string {
  return `{"model": "${model}", "request": {"instances": [${instance}]}, "expect": {"answer": {"predictions": [${instance}]}${rest}}}`;
}

describe('--golden', () => {
  it('takes a request file, with the digits that it has', async () => {
    using dir = tempDir();
    writeFileSync(
      path.join(dir.path, 'big.predict.json'),
      file('digits', 1, ', "tolerance": 0.5').replaceAll('[1]', '[9007199254740993]'),
    );
    await using fake = await startFakeAdmin(script);
    const { code, stderr } = await start(fake, dir.path, 'big.predict.json');
    assert.equal(code, 0, stderr);
    assert.deepEqual(sent(fake), [
      ['big', '{"instances": [9007199254740993]}', '{"predictions": [9007199254740993]}', 0.5],
    ]);
  });

  it('takes those of a directory that are for the model and expect an answer', async () => {
    using dir = tempDir();
    const requests = path.join(dir.path, 'requests');
    mkdirSync(path.join(requests, 'more'), { recursive: true });
    writeFileSync(path.join(requests, 'b.predict.json'), file('digits', 2));
    writeFileSync(path.join(requests, 'more', 'a.predict.json'), file('digits', 1));
    writeFileSync(path.join(requests, 'other.predict.json'), file('iris', 3));
    writeFileSync(path.join(requests, 'open.predict.json'), '{"model": "digits", "request": {}}');
    writeFileSync(path.join(requests, 'notes.json'), 'not read');
    await using fake = await startFakeAdmin(script);
    const { code, stderr } = await start(fake, dir.path, 'requests');
    assert.equal(code, 0, stderr);
    assert.deepEqual(sent(fake), [
      ['b', '{"instances": [2]}', '{"predictions": [2]}', undefined],
      [path.join('more', 'a'), '{"instances": [1]}', '{"predictions": [1]}', undefined],
    ]);
  });

  it('says what is wrong, and asks nothing of the daemon', async () => {
    using dir = tempDir();
    const write = (name: string, text: string): void => writeFileSync(path.join(dir.path, name), text);
    mkdirSync(path.join(dir.path, 'empty'));
    write('iris.predict.json', file('iris', 1));
    write('open.predict.json', '{"model": "digits", "request": {}}');
    write('list.json', '[\n  {"request": {}}\n]');
    await using fake = await startFakeAdmin(script);
    for (const [golden, pattern] of [
      ['iris.predict.json', /"iris" in iris\.predict\.json is for iris, not for digits/],
      ['open.predict.json', /line 1: There is no "expect"/],
      ['list.json', /list\.json, line 2: A golden request has a "request"/],
      ['empty', /No request file in empty expects an answer of digits/],
      ['none.json', /none\.json cannot be read: ENOENT/],
    ] as const) {
      const { code, stderr } = await start(fake, dir.path, golden);
      assert.equal(code, 2, golden);
      assert.match(stderr, pattern);
    }
    assert.deepEqual(fake.calls, []);
  });
});
