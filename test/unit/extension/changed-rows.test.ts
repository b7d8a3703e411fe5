// The smallest refresh that shows a change.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changedRows } from '../../../extension/explorer/changed-rows.ts';
import { canary, labelShare, model, version } from './models.ts';

const before = model('m', [version('2'), version('1', { phase: 'not-loaded' })]);

describe('changedRows', () => {
  it('is nothing where nothing shown changed', () => {
    assert.deepEqual(changedRows(before, model('m', [version('2'), version('1', { phase: 'not-loaded' })])), {
      kind: 'none',
    });
  });

  it("is one version where the model's own row stays the same", () => {
    const after = model('m', [version('2'), version('1', { phase: 'loading' })]);
    assert.deepEqual(changedRows(before, after), { kind: 'versions', numbers: ['1'] });
  });

  it('is the model where its count, error, versions, labels, traffic or canary change', () => {
    for (const after of [
      model('m', [version('2', { labels: ['stable'] }), version('1', { phase: 'not-loaded' })]),
      { ...before, traffic: [labelShare('stable', 100, '2')] },
      { ...before, canary: canary() },
      model('m', [version('2'), version('1')]),
      model('m', [version('2'), version('1', { phase: 'failed' })]),
      model('m', [version('2')]),
      model('m', [version('3'), version('2'), version('1', { phase: 'not-loaded' })]),
      model('m', before.versions, 'path missing'),
    ]) {
      assert.deepEqual(changedRows(before, after), { kind: 'model' });
    }
  });
});
