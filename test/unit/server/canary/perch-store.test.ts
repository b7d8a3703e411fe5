// The store of perch.pbtxt: what is kept is on disk, and what a person writes is never overwritten.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { noTraffic, type ModelTraffic } from '../../../../server/canary/model-traffic.ts';
import { parsePerchFile } from '../../../../server/canary/perch-file.ts';
import { PerchStore } from '../../../../server/canary/perch-store.ts';
import { PerchError } from '../../../../server/errors.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const labelled = (version: bigint): ModelTraffic => ({
  ...noTraffic,
  labels: new Map([['stable', version]]),
});
const entry = (model: string, version: number): string =>
  `model { name: "${model}" label { key: "stable" value: ${version} } }\n`;
const fails =
  (code: 'CONFIG_CHANGED' | 'CONFIG_INVALID') =>
  (reason: unknown): boolean =>
    PerchError.is(reason, code);

describe('PerchStore', () => {
  it('keeps in memory what has no file', async () => {
    const store = new PerchStore(undefined);
    await store.load();
    assert.equal(store.get('a'), noTraffic);
    const traffic = labelled(1n);
    await store.update('a', traffic);
    assert.equal(store.get('a'), traffic);
    assert.deepEqual(store.models(), ['a']);
    await store.update('a', noTraffic);
    assert.deepEqual(store.models(), []);
    assert.deepEqual(await store.refresh(), []);
  });

  it('has on disk what update resolved for, and finds it again', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'perch.pbtxt');
    const store = new PerchStore(file);
    await store.load();
    assert.ok(!existsSync(file));
    const traffic = labelled(1n);
    const update = store.update('a', traffic);
    assert.equal(store.get('a'), traffic);
    await update;
    assert.equal(store.get('a'), traffic);
    assert.deepEqual(parsePerchFile(readFileSync(file, 'utf8'), file).get('a'), traffic);
    assert.deepEqual(await store.refresh(), []);
    const again = new PerchStore(file);
    await again.load();
    assert.deepEqual(again.get('a'), traffic);
    assert.deepEqual(again.models(), ['a']);
    await again.update('a', { ...traffic, labels: new Map() });
    assert.deepEqual(await store.refresh(), ['a']);
    assert.equal(store.get('a'), noTraffic);
  });

  it('writes updates of many models at once, and only the last of each', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'perch.pbtxt');
    const store = new PerchStore(file);
    await store.load();
    const updates = Array.from({ length: 60 }, (_, i) => store.update(`m${i % 3}`, labelled(BigInt(i))));
    await Promise.all(updates);
    const kept = parsePerchFile(readFileSync(file, 'utf8'), file);
    assert.deepEqual([...kept.keys()].sort(), ['m0', 'm1', 'm2']);
    assert.deepEqual(kept.get('m2'), labelled(59n));
    assert.deepEqual(await store.refresh(), []);
    const before = statSync(file).ino;
    await store.update('m2', labelled(59n));
    assert.equal(statSync(file).ino, before);
  });

  it('merges with what a person changes elsewhere, and tells it at the next refresh', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'perch.pbtxt');
    writeFileSync(file, `# mine\n${entry('a', 1)}${entry('b', 1)}`);
    const store = new PerchStore(file);
    await store.load();
    const kept = store.get('a');
    writeFileSync(file, `# mine, too\n${entry('a', 1)}${entry('b', 2)}${entry('c', 1)}`);
    await store.update('a', labelled(5n));
    assert.equal(readFileSync(file, 'utf8'), `# mine, too\n${entry('a', 5)}${entry('b', 2)}${entry('c', 1)}`);
    assert.notEqual(store.get('a'), kept);
    assert.deepEqual(store.get('b'), labelled(1n));
    assert.deepEqual((await store.refresh()).toSorted(), ['b', 'c']);
    assert.deepEqual(store.get('b'), labelled(2n));
    assert.deepEqual(await store.refresh(), []);
  });

  it('refuses to write over the entry that a person changed', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'perch.pbtxt');
    writeFileSync(file, entry('a', 1) + entry('b', 1));
    const store = new PerchStore(file);
    await store.load();
    const byHand = entry('a', 7) + entry('b', 1);
    writeFileSync(file, byHand);
    const other = store.update('b', labelled(2n));
    await assert.rejects(store.update('a', labelled(5n)), fails('CONFIG_CHANGED'));
    await other;
    assert.equal(readFileSync(file, 'utf8'), entry('a', 7) + entry('b', 2));
    assert.deepEqual(store.get('a'), labelled(1n));
    assert.deepEqual(await store.refresh(), ['a']);
    await store.update('a', labelled(5n));
    assert.equal(readFileSync(file, 'utf8'), entry('a', 5) + entry('b', 2));
  });

  it('refuses an update that was made from what a refresh has just replaced', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'perch.pbtxt');
    writeFileSync(file, entry('a', 1));
    const store = new PerchStore(file);
    await store.load();
    writeFileSync(file, entry('a', 7));
    const [changed, update] = await Promise.allSettled([store.refresh(), store.update('a', labelled(5n))]);
    assert.deepEqual(changed, { status: 'fulfilled', value: ['a'] });
    assert.ok(update.status === 'rejected' && fails('CONFIG_CHANGED')(update.reason));
    assert.deepEqual(store.get('a'), labelled(7n));
  });

  it('surfaces mistakes in the file, and leaves it and what was kept', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'perch.pbtxt');
    writeFileSync(file, entry('a', 1));
    const store = new PerchStore(file);
    await store.load();
    const broken = `${entry('a', 1)}model { name: "b" share { label: "x" percent: 5 } }`;
    writeFileSync(file, broken);
    await assert.rejects(store.refresh(), fails('CONFIG_INVALID'));
    await assert.rejects(store.update('a', labelled(2n)), fails('CONFIG_INVALID'));
    assert.equal(readFileSync(file, 'utf8'), broken);
    assert.deepEqual(store.get('a'), labelled(1n));
    await assert.rejects(new PerchStore(file).load(), fails('CONFIG_INVALID'));
    rmSync(file);
    mkdirSync(file);
    await assert.rejects(store.update('a', labelled(2n)), fails('CONFIG_INVALID'));
    assert.deepEqual(store.get('a'), labelled(1n));
  });

  it('goes on after an update that cannot be written', async () => {
    using directory = tempDir();
    const file = path.join(directory.path, 'perch.pbtxt');
    writeFileSync(file, entry('a', 1));
    const store = new PerchStore(file);
    await store.load();
    const unfit: ModelTraffic = { ...noTraffic, labels: new Map([['', 1n]]) };
    const refused = assert.rejects(store.update('a', unfit), fails('CONFIG_INVALID'));
    const other = store.update('b', labelled(1n));
    // The first write is under way when this comes.
    await Promise.resolve();
    const next = store.update('a', labelled(2n));
    await Promise.all([refused, other, next]);
    assert.equal(readFileSync(file, 'utf8').split('\n')[0], entry('a', 2).trim());
  });
});
