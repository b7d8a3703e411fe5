// What the rows of the explorer show.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { modelLook, versionLook } from '../../../extension/explorer/look.ts';
import type { Model, Version, VersionPhase } from '../../../extension/state/model.ts';
import type { CanaryPhase } from '../../../extension/state/traffic.ts';
import { canary, canaryModel, labelShare, model, version } from './models.ts';
import { plain } from './plain.ts';

describe('versionLook', () => {
  const expected: readonly (readonly [VersionPhase, string, string])[] = [
    ['available', 'available', 'version.available'],
    ['not-loaded', 'not loaded', 'version.notLoaded'],
    ['copying', 'copying', 'version.copying'],
    ['loading', 'loading', 'version.loading'],
    ['unloading', 'unloading', 'version.unloading'],
    ['unloaded', 'unloaded', 'version.unloaded'],
    ['failed', 'failed', 'version.failed'],
  ];
  for (const [phase, words, contextValue] of expected) {
    it(`says "${words}" in words, for the menus and aloud`, () => {
      const row = version('3', { phase });
      const look = versionLook(plain, model('digits', [row]), row, true);
      assert.equal(look.label, '3');
      assert.equal(look.description, words);
      assert.equal(look.contextValue, contextValue);
      assert.equal(look.spoken, `digits version 3, ${words}`);
    });
  }

  it('adds the labels', () => {
    const row = version('3', { labels: ['canary', 'stable'] });
    const look = versionLook(plain, model('digits', [row]), row, true);
    assert.equal(look.description, 'available · canary · stable');
    assert.equal(look.spoken, 'digits version 3, available, labels: canary, stable');
  });

  it('marks a version that is gone from disk, so that it cannot be loaded', () => {
    const row = version('3', { onDisk: false });
    assert.equal(versionLook(plain, model('m', [row]), row, true).contextValue, 'version.available.gone');
  });

  it('says what it was converted from, for the menus and aloud', () => {
    const row = version('3', { convertedFrom: 'saved_model', labels: ['stable'] });
    const look = versionLook(plain, model('m', [row]), row, true);
    assert.equal(look.description, 'available · stable · SavedModel');
    assert.equal(look.contextValue, 'version.available.labelled.converted');
    assert.equal(look.spoken, 'm version 3, available, labels: stable, SavedModel');
    const description = (convertedFrom: string): string =>
      versionLook(plain, model('m', [row]), { ...row, labels: [], convertedFrom }, true).description;
    assert.equal(description('tflite'), 'available · TFLite');
    assert.equal(description('trees'), 'available · XGBoost/LightGBM');
    assert.equal(description('of_tomorrow'), 'available · of_tomorrow');
  });

  it('claims no state without a connection', () => {
    const row = version('3');
    const look = versionLook(plain, model('m', [row]), row, false);
    assert.equal(look.description, 'not connected');
    assert.equal(look.contextValue, 'version.unknown');
  });
});

describe('versionLook of a load', () => {
  const progress = {
    step: 'warming-up',
    detail: '3/10',
    bytesDone: 0,
    bytesTotal: 0,
    stepSinceMs: 9_000,
  } as const;
  const describeAt = (fields: Partial<Version>, nowMs: number): string => {
    const row = version('3', { phase: 'loading', sinceMs: 1_000, ...fields });
    return versionLook(plain, model('m', [row]), row, true, { nowMs }).description;
  };

  it('says what the load is at, and for how long, from the second second on', () => {
    assert.equal(describeAt({ progress }, 9_900), 'loading… warming up 3/10');
    assert.equal(describeAt({ progress }, 13_200), 'loading… warming up 3/10, 4 s');
    assert.equal(describeAt({ progress, labels: ['a'] }, 13_200), 'loading… warming up 3/10, 4 s · a');
    assert.equal(describeAt({}, 13_200), 'loading, 12 s');
    const bytes = { ...progress, step: 'loading', detail: '', bytesDone: 120e6, bytesTotal: 500e6 } as const;
    assert.equal(describeAt({ progress: bytes }, 0), 'loading… creating the session 120 MB of 500 MB');
  });

  it('does not speak what changes every second', () => {
    const row = version('3', { phase: 'loading', sinceMs: 1_000, progress });
    assert.equal(
      versionLook(plain, model('m', [row]), row, true, { nowMs: 60_000 }).spoken,
      'm version 3, loading… warming up 3/10',
    );
  });

  it('forgets the load with the phase, and without a connection', () => {
    const row = version('3', { phase: 'available', sinceMs: 1_000, progress });
    assert.equal(
      versionLook(plain, model('m', [row]), row, true, { nowMs: 60_000 }).description,
      'available',
    );
    assert.equal(
      versionLook(plain, model('m', [row]), row, false, { nowMs: 60_000 }).description,
      'not connected',
    );
  });
});

describe('modelLook', () => {
  it('counts what is available', () => {
    const some = model('m', [
      version('3'),
      version('2', { phase: 'not-loaded' }),
      version('1', { phase: 'unloaded' }),
    ]);
    assert.equal(modelLook(plain, some, true).description, '1 of 3 available');
    assert.equal(modelLook(plain, model('m', [version('2'), version('1')]), true).description, '2 available');
    assert.equal(modelLook(plain, model('m', []), true).description, 'no versions');
  });

  it('offers predictions only where a version is available', () => {
    assert.match(modelLook(plain, model('m', [version('1')]), true).contextValue, /^model\.available\./);
    assert.equal(modelLook(plain, model('m', []), true).contextValue, 'model');
    assert.equal(modelLook(plain, model('m', [version('1')]), false).contextValue, 'model');
  });

  it('warns of a failed version and of a problem of the model', () => {
    const failed = model('m', [version('2', { phase: 'failed' }), version('1')]);
    assert.equal(modelLook(plain, failed, true).icon, 'warning');
    assert.match(modelLook(plain, failed, true).spoken, /with errors/);
    assert.equal(modelLook(plain, model('m', [], 'path missing'), true).icon, 'warning');
    assert.equal(modelLook(plain, failed, false).icon, 'package');
  });
});

describe('the look of a canary', () => {
  const traffic = [labelShare('stable', 95, '2'), labelShare('canary', 5, '3')];
  const running = canaryModel({ traffic, canary: canary() });
  const [three, two, one] = running.versions;
  assert.ok(three && two && one);

  it('shows the part of the traffic, and the live rate, which is not spoken', () => {
    const look = versionLook(plain, running, three, true, { figures: { rate: 12.4, p99Us: 3100 } });
    assert.equal(look.description, 'available · canary · 5 % · 12 req/s · p99 3.10 ms');
    assert.equal(look.spoken, 'digits version 3, available, labels: canary, 5 % of the requests');
    assert.equal(
      versionLook(plain, running, two, true, { figures: { rate: 0, p99Us: NaN } }).description,
      'available · stable · 95 %',
    );
    assert.equal(versionLook(plain, running, one, true).description, 'not loaded');
    assert.equal(
      versionLook(plain, running, three, false, { figures: { rate: 12, p99Us: NaN } }).description,
      'not connected · canary',
    );
  });

  it('says on the row of the model where it is', () => {
    const describeIn = (phase: CanaryPhase): string =>
      modelLook(plain, { ...running, canary: canary({ phase }) }, true).description;
    assert.equal(describeIn('progressing'), '2 of 3 available · canary 3 at 5 %');
    assert.equal(describeIn('paused'), '2 of 3 available · canary 3 paused at 5 %');
    assert.equal(describeIn('succeeded'), '2 of 3 available');
  });

  it('offers what makes sense, at the rows that it concerns', () => {
    const contextOf = (digits: Model): string[] => [
      modelLook(plain, digits, true).contextValue,
      ...digits.versions.map((row) => versionLook(plain, digits, row, true).contextValue),
    ];
    assert.deepEqual(contextOf(running), [
      'model.available.several.labelled.promotable.pausable.revertible',
      'version.available.several.labelled.promotable.pausable.revertible',
      'version.available.several.labelled',
      'version.notLoaded',
    ]);
    assert.deepEqual(contextOf(canaryModel({ canary: canary({ phase: 'paused' }) })).slice(0, 1), [
      'model.available.several.labelled.promotable.resumable.revertible',
    ]);
    assert.deepEqual(contextOf(canaryModel()), [
      'model.available.candidate.several.labelled.splittable.promotable.revertible',
      'version.available.candidate.several.labelled.promotable.revertible',
      'version.available.several.labelled',
      'version.notLoaded',
    ]);
  });

  it('has context values that the menus of the manifest match', () => {
    const manifest = JSON.parse(
      readFileSync(path.join(import.meta.dirname, '..', '..', '..', 'package.json'), 'utf8'),
    ) as { contributes: { menus: Record<string, { command: string; when: string; group: string }[]> } };
    const offered = (contextValue: string): string[] =>
      (manifest.contributes.menus['view/item/context'] ?? [])
        .filter(({ group, when }) => {
          const pattern = /viewItem =~ \/(.*)\/$/.exec(when)?.[1];
          return (
            !group.startsWith('inline') && pattern !== undefined && new RegExp(pattern).test(contextValue)
          );
        })
        .map(({ command }) => command.replace('perch.', ''));
    assert.deepEqual(offered(versionLook(plain, running, three, true).contextValue), [
      'playground.open',
      'model.predictSample',
      'model.copyCurl',
      'version.unload',
      'canary.promote',
      'canary.pause',
      'canary.rollback',
      'label.set',
      'label.delete',
      'version.compare',
      'model.showInConfig',
    ]);
    const converted = version('3', { convertedFrom: 'tflite' });
    assert.deepEqual(
      offered(versionLook(plain, model('m', [converted]), converted, true).contextValue).filter(
        (command) => command === 'version.showConversionReport' || command === 'version.exportOnnx',
      ),
      ['version.showConversionReport', 'version.exportOnnx'],
    );
    assert.deepEqual(offered('detail.signature'), ['version.exportOnnx']);
    assert.deepEqual(offered('version.notLoaded'), ['version.load', 'model.showInConfig']);
    assert.deepEqual(offered('version.failed.gone'), ['model.showInConfig', 'version.showProblem']);
    assert.deepEqual(offered('model.available.candidate.splittable'), [
      'playground.open',
      'model.predictSample',
      'model.copyCurl',
      'canary.start',
      'traffic.set',
      'label.set',
      'model.openDirectory',
      'model.add',
      'model.showInConfig',
    ]);
  });
});
