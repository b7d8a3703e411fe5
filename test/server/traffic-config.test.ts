// Canaries of models that a config file names: minimal edits, merged with what people write, and never undone or done twice.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { exampleModels, startServer, until, type RunningServer } from './support/running-server.ts';

interface Model {
  readonly name: string;
  readonly labels: readonly { readonly label: string; readonly version: string; readonly pending: boolean }[];
  readonly traffic: readonly { readonly percent: number; readonly version: string }[];
  readonly canary: { readonly phase: string; readonly reason: string } | null;
  readonly versions: readonly { readonly version: string; readonly phase: string }[];
}

const admin = 'perch.admin.v1.Admin';
const body = JSON.stringify({ instances: [Array.from({ length: 64 }, (_, i) => i % 17)] });

const configText = (policy = 'model_version_policy { specific { versions: 1 versions: 2 } }'): string =>
  `# Written by hand: do not reorder.
model_config_list {
  config {   # the digits
    base_path: "${path.join(exampleModels, 'digits')}"
    name: 'digits'  # odd order, single quotes
    model_platform: "tensorflow"
    ${policy}
    version_labels { key: "stable" value: 1 } # what everybody gets
  }

  # A model that nobody touches.
  config { name: "iris", base_path: "${path.join(exampleModels, 'iris')}", model_platform: "tensorflow" }
}
# The end.
`;

describe('with a config file, a canary', () => {
  let directory: string;
  let file: string;
  let server: RunningServer;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'perch-config-'));
    file = path.join(directory, 'models.config');
  });
  afterEach(async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const start = async (): Promise<void> => {
    server = await startServer([`--model_config_file=${file}`, '--model_config_file_poll_wait_seconds=1']);
  };
  const write = (text: string): Promise<void> => writeFile(file, text);
  /** As a careful editor does: at no moment is there half a file. */
  const replace = async (text: string): Promise<void> => {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  };
  const read = (): Promise<string> => readFile(file, 'utf8');
  const call = async (method: string, request: object = {}): Promise<Model> => {
    const answer = await server.call(admin, method, { model: 'digits', ...request });
    return answer.model as Model;
  };
  const all = async (): Promise<Model[]> => (await server.call(admin, 'ListModels', {})).models as Model[];
  const model = async (): Promise<Model> => {
    const found = (await all()).find(({ name }) => name === 'digits');
    assert.ok(found);
    return found;
  };
  const labels = async (): Promise<string> =>
    (await model()).labels
      .map(({ label, version }) => `${label} ${version}`)
      .sort()
      .join(', ');
  const ask = async (): Promise<string> => {
    const answer = await server.rest('/v1/models/digits:predict', { method: 'POST', body });
    await answer.arrayBuffer();
    assert.equal(answer.status, 200);
    return answer.headers.get('x-perch-model-version') ?? '';
  };
  /** Until the follower has had its look at what is there now. */
  const followed = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1500));

  it('is labelled, promoted and rolled back by edits of nothing but labels', async () => {
    const text = configText();
    await write(text);
    await start();
    await call('SetLabel', { label: 'canary', version: 2 });
    const line = '    version_labels { key: "stable" value: 1 } # what everybody gets\n';
    const labelled = await read();
    assert.equal(labelled.replace(/ {4}version_labels \{ key: "canary" value: 2 \}\n/, ''), text);
    assert.equal(await labels(), 'canary 2, stable 1');
    await call('PromoteCanary');
    assert.equal(await read(), text.replace(line, line.replace('value: 1', 'value: 2')));
    assert.equal(await labels(), 'stable 2');
    assert.equal(await ask(), '2');
    await call('RollbackCanary');
    assert.equal(await labels(), 'canary 2, stable 1');
    await call('RollbackCanary');
    assert.equal(await ask(), '1');
    assert.equal(await read(), text);
    assert.deepEqual(
      (await readdir(directory)).sort(),
      ['models.config', 'perch.pbtxt'],
      'no temporary file is left',
    );
  });

  it('is not undone, and its configuration not applied twice, by the follower of the file', async () => {
    await write(configText());
    await start();
    const revision = async (): Promise<number> =>
      Number((await server.call(admin, 'GetConfig', {})).revision);
    await followed();
    const before = await revision();
    await call('SetLabel', { label: 'canary', version: 2 });
    const after = await revision();
    assert.equal(after, before + 1);
    await followed();
    assert.equal(await labels(), 'canary 2, stable 1');
    assert.equal(
      await revision(),
      after,
      'whoever read the revision after the change may still apply his own',
    );
  });

  it('keeps the way back loaded where the policy is the latest version', async () => {
    await write(configText('# the newest\n    model_version_policy { latest { num_versions: 2 } }'));
    await start();
    await call('SetLabel', { label: 'canary', version: 2 });
    assert.match(await read(), /latest \{ num_versions: 2 \}/);
    await server.stop();
    await write(
      configText('').replace('version_labels { key: "stable" value: 1 } # what everybody gets', ''),
    );
    await start();
    assert.deepEqual(
      (await model()).versions.map(({ version, phase }) => `${version} ${phase}`),
      ['1 VERSION_PHASE_NOT_LOADED', '2 VERSION_PHASE_AVAILABLE'],
    );
    await call('SetLabel', { label: 'stable', version: 1, waitMs: 20_000 });
    assert.match(await read(), /specific \{[^}]*versions: 1[^}]*versions: 2/);
    await followed();
    assert.deepEqual(
      (await model()).versions.map(({ phase }) => phase),
      ['VERSION_PHASE_AVAILABLE', 'VERSION_PHASE_AVAILABLE'],
    );
  });

  it('leaves what was written by hand meanwhile, and takes it into effect', async () => {
    await write(configText());
    await start();
    for (let i = 0; i < 5; i++) {
      const hand = (await read()).replace(/# The end.*\n/, `# The end, ${i}.\n`);
      const [answer] = await Promise.allSettled([
        call('SetLabel', { label: `label${i}`, version: 1 + (i % 2) }),
        replace(hand),
      ]);
      assert.ok(answer.status === 'fulfilled' || String(answer.reason).includes('changed by somebody'));
      // A person who writes over a label that he has not seen takes it away: what is in the file is what holds.
      const inFile = [...(await read()).matchAll(/key: "(\w+)" value: (\d)/g)].map(
        ([, label, version]) => `${label} ${version}`,
      );
      await until(async () => (await labels()) === inFile.sort().join(', '));
      assert.match(await read(), new RegExp(`# The end, ${i}\\.`));
      assert.match(await read(), /# Written by hand: do not reorder\./);
    }
  });

  it('is refused, with nothing written, where the file has a mistake', async () => {
    await write(configText());
    await start();
    const broken = `${configText()}model_config_list {{`;
    await write(broken);
    await assert.rejects(call('SetLabel', { label: 'canary', version: 2 }), /models\.config/);
    assert.equal(await read(), broken);
    assert.equal(await labels(), 'stable 1');
    await write(configText());
    await call('SetLabel', { label: 'canary', version: 2 });
    assert.equal(await labels(), 'canary 2, stable 1');
  });

  it('has its labels, shares and step after a restart', async () => {
    await write(configText());
    await start();
    const plan = { steps: [20, 100], intervalMs: 600_000, manual: true, gates: { maxP99Ratio: 1000 } };
    await call('StartCanary', { version: 2, plan });
    await server.stop();
    const text = await read();
    await start();
    await until(async () => (await labels()) === 'canary 2, stable 1');
    const { canary, traffic } = await model();
    assert.equal(canary?.phase, 'CANARY_PHASE_PROGRESSING');
    assert.deepEqual(
      traffic.map(({ percent, version }) => [version, percent]),
      [
        ['1', 80],
        ['2', 20],
      ],
    );
    assert.equal(await read(), text, 'a restart writes nothing that is there already');
    await call('RollbackCanary');
    assert.equal(await read(), configText());
  });

  it('does not undo what ApplyConfig has in memory only', async () => {
    const text = configText();
    await write(text);
    await start();
    const extra = `config { name: "half", base_path: "${path.join(exampleModels, 'half_plus_two')}", model_platform: "tensorflow" }`;
    const inMemory = text.replace('  # A model that', `  ${extra}\n  # A model that`);
    await server.call(admin, 'ApplyConfig', { text: inMemory });
    const names = async (): Promise<string[]> => (await all()).map(({ name }) => name).sort();
    await call('SetLabel', { label: 'canary', version: 2 });
    await call('PromoteCanary');
    await followed();
    assert.deepEqual(await names(), ['digits', 'half', 'iris']);
    assert.equal(await labels(), 'stable 2');
    assert.equal(await read(), text.replace('key: "stable" value: 1', 'key: "stable" value: 2'));
    await call('SetLabel', { model: 'half', label: 'stable', version: 123 });
    assert.doesNotMatch(await read(), /half/);
    // Whoever writes the file has it as it is written.
    await replace(`${await read()}# once more\n`);
    await until(async () => (await names()).join() === 'digits,iris');
  });

  it('is taken back, once, where its model is taken out of the file, and is no canary when it comes again', async () => {
    await write(configText());
    await start();
    const plan = { steps: [20, 100], intervalMs: 600_000, manual: true };
    await call('StartCanary', { version: 2, plan });
    const text = await read();
    const without = text.replace(/ {2}config \{ {3}# the digits[^]*?\n {2}\}\n/, '');
    assert.doesNotMatch(without, /digits/);
    await replace(without);
    const kept = path.join(directory, 'perch.pbtxt');
    await until(async () => /phase: ROLLED_BACK[^]*settled: true/.test(await readFile(kept, 'utf8')));
    assert.equal(await read(), without);
    assert.deepEqual(
      server.logged.filter((line) => line.includes('Not in effect yet')),
      [],
    );
    await replace(configText());
    await until(async () => (await all()).some(({ name }) => name === 'digits'));
    await until(async () => (await labels()) === 'stable 1');
    assert.equal((await model()).canary?.phase, 'CANARY_PHASE_ROLLED_BACK');
  });

  it('has nothing left of a daemon that was killed while it wrote', async () => {
    await write(configText());
    for (const name of ['.models.config.0123456789ab.tmp', '.perch.pbtxt.0123456789ab.tmp']) {
      await writeFile(path.join(directory, name), 'half a fi');
    }
    await writeFile(path.join(directory, '.models.config.mine.tmp'), '');
    await start();
    assert.deepEqual((await readdir(directory)).sort(), ['.models.config.mine.tmp', 'models.config']);
  });

  it('tells that a promotion is not in effect where the file cannot be written', async () => {
    await write(configText());
    await start();
    const plan = { steps: [20, 100], intervalMs: 600_000, manual: true };
    await call('StartCanary', { version: 2, plan });
    const good = await read();
    await write(`${good}model_config_list {{`);
    const outcome = await call('PromoteCanary').then(
      ({ canary }) => canary?.reason ?? '',
      (reason: unknown) => String(reason),
    );
    assert.match(outcome, /models\.config/);
    assert.equal(await ask().then((version) => ['1', '2'].includes(version)), true);
    await write(good);
    await until(async () => (await labels()) === 'stable 2');
    await until(async () => (await model()).canary?.phase === 'CANARY_PHASE_SUCCEEDED');
  });
});
