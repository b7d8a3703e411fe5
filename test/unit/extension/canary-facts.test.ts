// What can be done with the traffic of a model.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  canPause,
  canPromote,
  canResume,
  canRollBack,
  canSplit,
  canaryCandidates,
  canaryVersion,
  percentOf,
  stableVersion,
} from '../../../extension/state/canary-facts.ts';
import type { CanaryPhase } from '../../../extension/state/traffic.ts';
import { canary, canaryModel, labelShare, model, version } from './models.ts';

describe('a canary by the labels alone', () => {
  it('can be promoted and rolled back, not paused', () => {
    const labelled = canaryModel();
    assert.equal(canaryVersion(labelled), '3');
    assert.equal(stableVersion(labelled), '2');
    assert.deepEqual(
      [canPromote, canRollBack, canPause, canResume].map((can) => can(labelled)),
      [true, true, false, false],
    );
  });

  it('can only be promoted where its version is available', () => {
    const loading = model('m', [version('3', { phase: 'loading', labels: ['canary'] }), version('2')]);
    assert.equal(canPromote(loading), false);
  });

  it('can only be rolled back where there is a stable version', () => {
    assert.equal(canRollBack(model('m', [version('3', { labels: ['canary'] }), version('2')])), false);
  });
});

describe('a canary with a plan', () => {
  const expected: readonly (readonly [CanaryPhase, boolean, boolean])[] = [
    ['progressing', true, false],
    ['paused', false, true],
    ['waiting', false, true],
    ['inconclusive', false, true],
    ['succeeded', false, false],
    ['rolled-back', false, false],
    ['unknown', false, false],
  ];
  for (const [phase, pausable, resumable] of expected) {
    it(`can ${pausable ? '' : 'not '}be paused and can ${resumable ? '' : 'not '}be resumed: ${phase}`, () => {
      const one = canaryModel({ canary: canary({ phase }) });
      assert.equal(canPause(one), pausable);
      assert.equal(canResume(one), resumable);
      assert.equal(canSplit(one), !pausable && !resumable);
    });
  }

  it('can be rolled back after its promotion for as long as the old version is loaded', () => {
    const promoted = canary({ phase: 'succeeded' });
    const labels = { labels: ['stable'] };
    const warm = model('m', [version('3', labels), version('2')]);
    const cold = model('m', [version('3', labels), version('2', { phase: 'unloaded' })]);
    assert.equal(canRollBack({ ...warm, canary: promoted }), true);
    assert.equal(canRollBack({ ...cold, canary: promoted }), false);
    assert.equal(canRollBack({ ...cold, canary: { ...promoted, stableVersion: '0' } }), true);
    assert.equal(canRollBack({ ...warm, canary: canary({ phase: 'rolled-back' }) }), false);
  });
});

describe('canaryCandidates', () => {
  it('are the available versions beside stable, while no canary runs', () => {
    assert.deepEqual(
      canaryCandidates(canaryModel()).map(({ number }) => number),
      ['3'],
    );
    assert.deepEqual(canaryCandidates(canaryModel({ canary: canary() })), []);
    assert.deepEqual(canaryCandidates(model('m', [version('2'), version('1', { phase: 'failed' })])), []);
    assert.equal(canaryCandidates(model('m', [version('2'), version('1')])).length, 2);
  });
});

describe('percentOf', () => {
  it('is not known without a split', () => {
    assert.equal(percentOf(canaryModel(), '3'), undefined);
  });

  it('adds up what leads to the version', () => {
    const split = canaryModel({
      traffic: [
        labelShare('stable', 70, '2'),
        labelShare('canary', 20, '3'),
        { target: { kind: 'version', version: '3' }, percent: 10, version: '3', available: true },
      ],
    });
    assert.deepEqual(
      ['3', '2', '1'].map((number) => percentOf(split, number)),
      [30, 70, 0],
    );
  });

  it('gives the share of what takes no requests to stable', () => {
    const split = canaryModel({
      traffic: [labelShare('stable', 95, '2'), { ...labelShare('canary', 5, '0'), available: false }],
    });
    assert.deepEqual(
      ['3', '2'].map((number) => percentOf(split, number)),
      [0, 100],
    );
  });
});
