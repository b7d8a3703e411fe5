// The split as people read and type it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  parseShares,
  proposedShares,
  sharesText,
  sharesWords,
} from '../../../extension/commands/shares-text.ts';
import type { TrafficTarget } from '../../../extension/state/traffic.ts';
import { canaryModel, labelShare, model, version } from './models.ts';
import { plain } from './plain.ts';

const digits = canaryModel();
const label = (name: string): TrafficTarget => ({ kind: 'label', label: name });

describe('parseShares', () => {
  it('reads labels and versions with their percent, however they are set apart', () => {
    const expected = [
      { target: label('stable'), percent: 95 },
      { target: { kind: 'version', version: '1' }, percent: 5 },
    ];
    for (const text of ['stable 95, 1 5', 'stable=95,1=5', ' stable: 95 % , 1 : 5% ', '"stable" 95, "1" 5']) {
      assert.deepEqual(parseShares(plain, digits, text), { kind: 'value', value: expected }, text);
    }
  });

  it('takes an empty text for no split', () => {
    assert.deepEqual(parseShares(plain, digits, '  '), { kind: 'value', value: [] });
  });

  it('reads quoted labels with anything in them, and prefers a label to a version', () => {
    const odd = model('m', [version('3', { labels: ['a, "b" 5', '2'] }), version('2')]);
    const shares = [
      { target: label('a, "b" 5'), percent: 60 },
      { target: label('2'), percent: 40 },
    ];
    const text = sharesText(shares);
    assert.deepEqual(parseShares(plain, odd, text), { kind: 'value', value: shares });
  });

  const mistakes: readonly (readonly [string, RegExp])[] = [
    ['stable 90, canary 5', /add up to 95 %/],
    ['stable 100, canary 5', /add up to 105 %/],
    ['stable 50, stable 50', /stable is there twice/],
    ['beta 100', /digits has neither a label nor a version beta/],
    ['9 100', /neither a label nor a version 9/],
    ['stable', /stable is no share/],
    ['stable -5', /neither|no share/],
    ['stable 99.5, canary 0.5', /neither|no share/],
    [',', /no share|must be 100/],
    ['"stable 100', /no share/],
  ];
  for (const [text, problem] of mistakes) {
    it(`refuses "${text}"`, () => {
      const parsed = parseShares(plain, digits, text);
      assert.equal(parsed.kind, 'problem');
      assert.match(parsed.text, problem);
    });
  }
});

describe('proposedShares', () => {
  it('is the split of now where there is one', () => {
    const split = canaryModel({ traffic: [labelShare('stable', 95, '2'), labelShare('canary', 5, '3')] });
    assert.equal(sharesText(proposedShares(split)), 'stable 95, canary 5');
  });

  it('is a valid one for what the model has', () => {
    assert.equal(sharesText(proposedShares(digits)), 'stable 100, canary 0');
    const bare = model('m', [version('2'), version('1')]);
    assert.equal(sharesText(proposedShares(bare)), '2 100, 1 0');
    assert.equal(parseShares(plain, bare, '2 100, 1 0').kind, 'value');
  });
});

describe('sharesWords', () => {
  it('says it in a sentence', () => {
    assert.equal(
      sharesWords(plain, [
        { target: label('stable'), percent: 95 },
        { target: { kind: 'version', version: '3' }, percent: 5 },
      ]),
      'stable 95 %, version 3: 5 %',
    );
    assert.equal(sharesWords(plain, []), 'all to the newest version that is available');
  });
});
