// The models.config that keeps things as they are now.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { modelsConfigText } from '../../../extension/models-config.ts';
import { parseModelServerConfig } from '../../../server/config/model-server-config.ts';
import { canaryModel, labelShare, model, version } from './models.ts';

function entry(of: ReturnType<typeof model>): { labels: object; policy: unknown } {
  const [read] = parseModelServerConfig(modelsConfigText([of]), 'models.config').models;
  assert.equal(read?.name, of.name);
  assert.equal(read.basePath, of.basePath);
  return { labels: Object.fromEntries(read.labels), policy: read.rules.policy };
}

const specific = (...versions: bigint[]): object => ({ kind: 'specific', versions });

describe('modelsConfigText', () => {
  it('leaves the newest version to a model that nobody steers, whatever is loaded by hand', () => {
    const free = model('free', [version('2'), version('1')]);
    assert.deepEqual(entry(free), { labels: {}, policy: undefined });
    assert.deepEqual(entry(model('empty', [])), { labels: {}, policy: undefined });
  });

  it('keeps labels, and the versions that serve', () => {
    const labelled = model('m', [
      version('4', { phase: 'failed' }),
      version('3', { labels: ['stable'] }),
      version('2'),
      version('1', { phase: 'not-loaded' }),
    ]);
    assert.deepEqual(entry(labelled), { labels: { stable: 3n }, policy: specific(2n, 3n) });
    assert.deepEqual(entry(canaryModel()).labels, { stable: 2n, canary: 3n });
    assert.deepEqual(entry(canaryModel()).policy, specific(2n, 3n));
  });

  it('leaves the policy where the newest version is all that a label needs', () => {
    const newest = model('m', [version('3', { labels: ['stable'] }), version('2', { phase: 'not-loaded' })]);
    assert.deepEqual(entry(newest), { labels: { stable: 3n }, policy: undefined });
  });

  it('sends a label where it is to move', () => {
    const moving = model('m', [
      version('3', { phase: 'loading', pendingLabels: ['stable'] }),
      version('2', { labels: ['stable'] }),
    ]);
    assert.deepEqual(entry(moving), { labels: { stable: 3n }, policy: specific(2n, 3n) });
  });

  it('keeps the versions of a split', () => {
    const split = { ...model('m', [version('3'), version('2')]), traffic: [labelShare('stable', 100, '2')] };
    assert.deepEqual(entry(split).policy, specific(2n, 3n));
  });
});
