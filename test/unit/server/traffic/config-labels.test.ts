// Labels in models.config: edits of what is in effect and of the file, which need not say the same, and versions that go again.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ActiveConfig } from '../../../../server/active-config.ts';
import { fillPlan } from '../../../../server/canary/plan.ts';
import { parseModelServerConfig } from '../../../../server/config/model-server-config.ts';
import { PerchError } from '../../../../server/errors.ts';
import { ModelManager } from '../../../../server/lifecycle/model-manager.ts';
import { ConfigLabels } from '../../../../server/traffic/config-labels.ts';
import { anonymousMutation } from '../../../../server/traffic/mutations.ts';
import { createTraffic, type Traffic } from '../../../../server/traffic/traffic.ts';
import { MemoryStore } from '../../../support/memory-traffic.ts';
import { FakeLoader, flush, memoryLog, modelOnDisk } from '../fakes.ts';

const entry = (name: string, policy: string, label = ''): string =>
  `  config { name: "${name}" base_path: "/models/${name}" model_version_policy { ${policy} } ${label}}\n`;
const config = (...entries: readonly string[]): string => `model_config_list {\n${entries.join('')}}\n`;
const stable = 'version_labels { key: "stable" value: 1 } ';
const only = (version: number): string => `specific { versions: ${version} }`;
const onDisk: ReadonlyMap<string, readonly bigint[]> = new Map([
  ['m', [1n, 2n, 3n]],
  ['other', [7n]],
]);

describe('ConfigLabels', () => {
  let directory: string;
  let file: string;
  let loader: FakeLoader;
  let manager: ModelManager;
  let active: ActiveConfig;
  let store: MemoryStore;
  let labels: ConfigLabels;
  let traffic: Traffic;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'perch-labels-'));
    file = path.join(directory, 'models.config');
    store = new MemoryStore();
  });
  afterEach(async () => {
    labels.stop();
    await traffic.canaries.stop();
    await rm(directory, { recursive: true });
  });

  const start = async (text: string): Promise<void> => {
    await writeFile(file, text);
    const { log } = memoryLog();
    loader = new FakeLoader();
    manager = new ModelManager(loader, log, { now: () => 1000 });
    active = new ActiveConfig(parseModelServerConfig(text, file), {
      manager,
      log,
      retarget: (models) => {
        const found = models.map(({ name, labels: wanted, rules }) =>
          modelOnDisk(name, onDisk.get(name) ?? [], { labels: wanted, rules }),
        );
        manager.apply(found);
        return Promise.resolve();
      },
    });
    labels = new ConfigLabels({ file, active, manager, store, log });
    const predict = (): Promise<string> => Promise.reject(new Error('There is no golden request.'));
    traffic = createTraffic({ manager, store, labels, log, predict });
    // The first look.
    await active.edit((same) => `${same}# looked at\n`);
    await active.edit((same) => same.replace('# looked at\n', ''));
  };
  const up = async (...versions: readonly bigint[]): Promise<void> => {
    for (const version of versions) {
      await loader.loading(version).succeed();
    }
  };
  const load = async (version: bigint): Promise<void> => {
    const loaded = manager.loadVersion('m', version, new AbortController().signal);
    await up(version);
    await loaded;
  };
  const set = (model: string, label: string, version: bigint | undefined): Promise<void> =>
    labels.set(model, new Map([[label, version]]));
  const held = (model: string): Record<string, bigint> =>
    Object.fromEntries(manager.view(model)?.labels ?? []);
  const read = (): Promise<string> => readFile(file, 'utf8');
  const apply = (text: string): Promise<unknown> =>
    active.apply(parseModelServerConfig(text, 'the request'), {
      waitMs: 0,
      signal: new AbortController().signal,
    });
  const start1 = config(entry('m', only(1), stable));

  it('leave what is only in memory there, and out of the file', async () => {
    const inFile = entry('m', 'all {}', stable);
    await start(config(inFile));
    await up(1n, 2n, 3n);
    await apply(config(entry('m', 'all {}', stable), entry('other', only(7))));
    await up(7n);
    await set('m', 'canary', 2n);
    assert.deepEqual([held('m'), manager.names()], [{ stable: 1n, canary: 2n }, ['m', 'other']]);
    assert.match(await read(), /key: "canary" value: 2/);
    assert.doesNotMatch(await read(), /other/);
    assert.equal(active.knows(await read()), true, 'the file says nothing new: it must not be applied');
    const before = await read();
    await set('other', 'stable', 7n);
    assert.deepEqual([held('other'), await read()], [{ stable: 7n }, before]);
  });

  it('leave what was written by hand to be read, with the label in it', async () => {
    await start(start1);
    await up(1n);
    await writeFile(file, `${start1}# by hand\n`);
    await set('m', 'next', 1n);
    assert.match(await read(), /key: "next"[^]*# by hand\n/);
    assert.equal(active.knows(await read()), false);
    assert.deepEqual(held('m'), { stable: 1n, next: 1n });
  });

  it('change nothing where the file has a mistake', async () => {
    await start(start1);
    await up(1n);
    await writeFile(file, `${start1}}`);
    await assert.rejects(set('m', 'next', 1n), (reason) => PerchError.is(reason, 'CONFIG_INVALID'));
    assert.deepEqual(held('m'), { stable: 1n });
  });

  it('wait for no load, of another model or of another version', async () => {
    await start(config(entry('m', 'all {}', stable), entry('other', only(7))));
    await up(1n);
    assert.equal(loader.pending.length, 3);
    await set('m', 'next', 1n);
    await set('m', 'canary', 2n);
    assert.deepEqual(held('m'), { stable: 1n, next: 1n });
    await up(2n);
    assert.deepEqual(held('m'), { stable: 1n, next: 1n, canary: 2n });
  });

  it('of a model without an entry are refused', async () => {
    await start(start1);
    await assert.rejects(set('other', 'stable', 7n), (reason) => PerchError.is(reason, 'MODEL_UNKNOWN'));
  });

  const plan = fillPlan({ steps: [50, 100], intervalMs: 86_400_000, keepWarmMs: 1000 });
  const list = async (): Promise<string | undefined> => /specific \{ ([^}]*) \}/.exec(await read())?.[1];
  /** Until everything that a timer began is done. */
  const rest = async (): Promise<void> => {
    await set('m', 'none', undefined);
    await flush();
  };

  it('of a canary add its version to the list, and a roll back takes it out again', async () => {
    await start(start1);
    await up(1n);
    await load(2n);
    await traffic.canaries.start('m', 2n, plan, anonymousMutation);
    assert.equal(await list(), 'versions: 1 versions: 2');
    assert.deepEqual(store.get('m').addedVersions, [2n]);
    await traffic.canaries.rollBack('m', anonymousMutation);
    assert.deepEqual([await read(), store.get('m').addedVersions], [start1, []]);
  });

  it('leave an old version in the list for the warm time, and for good where a person put it there', async (test) => {
    await start(start1);
    await up(1n);
    test.mock.timers.enable({ apis: ['setTimeout'] });
    const promote = async (version: bigint): Promise<void> => {
      await load(version);
      await traffic.canaries.start('m', version, plan, anonymousMutation);
      await traffic.canaries.promote('m', anonymousMutation);
    };
    await promote(2n);
    test.mock.timers.tick(1000);
    await rest();
    assert.equal(await list(), 'versions: 1 versions: 2', 'a person wants version 1');
    await promote(3n);
    test.mock.timers.tick(999);
    await rest();
    assert.equal(await list(), 'versions: 1 versions: 2 versions: 3');
    test.mock.timers.tick(1);
    await rest();
    assert.equal(await list(), 'versions: 1 versions: 3');
    assert.deepEqual([held('m'), store.get('m').addedVersions], [{ stable: 3n }, [3n]]);
  });

  it('leave a version in the list that a label or a share leads to', async () => {
    await start(start1);
    await up(1n);
    await load(2n);
    await set('m', 'kept', 2n);
    await labels.letGo('m', 2n);
    assert.equal(await list(), 'versions: 1 versions: 2');
    await set('m', 'kept', undefined);
    const share = { target: { kind: 'version', version: 2n }, percent: 100 } as const;
    await traffic.control.put('m', { shares: [share] });
    await labels.letGo('m', 2n);
    assert.equal(await list(), 'versions: 1 versions: 2');
    await traffic.control.put('m', { shares: [] });
    await labels.letGo('m', 2n);
    assert.equal(await list(), 'versions: 1');
  });
});
