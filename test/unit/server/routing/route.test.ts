// What a route may be, and what is said of one that may not.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PerchError } from '../../../../server/errors.ts';
import { checkRoute, checkShadow, targetText, type RouteShare } from '../../../../server/routing/route.ts';

const label = (name: string, percent: number): RouteShare => ({
  target: { kind: 'label', label: name },
  percent,
});
const version = (number: bigint, percent: number): RouteShare => ({
  target: { kind: 'version', version: number },
  percent,
});

describe('checkRoute', () => {
  for (const shares of [
    [label('stable', 100)],
    [label('stable', 95), label('canary', 5)],
    [label('stable', 100), label('canary', 0)],
    [version(1n, 50), version(2n, 25), label('2', 25)],
    Array.from({ length: 16 }, (_, i) => version(BigInt(i), i === 0 ? 25 : 5)),
  ]) {
    it(`takes ${shares.map(({ target, percent }) => `${targetText(target)} ${percent}`).join(', ')}`, () => {
      checkRoute({ shares });
    });
  }

  const refused: [shares: RouteShare[], reason: RegExp][] = [
    [[], /has 1 to 16 shares, not 0/],
    [
      Array.from({ length: 17 }, (_, i) => version(BigInt(i), i === 0 ? 100 : 0)),
      /has 1 to 16 shares, not 17/,
    ],
    [[label('stable', 99)], /are 100 percent together, not 99/],
    [[label('stable', 60), label('canary', 60)], /together, not 120/],
    [[label('stable', 101), label('canary', -1)], /share of label stable is a whole number .* not 101/],
    [[label('stable', 99.5), label('canary', 0.5)], /not 99.5/],
    [[label('stable', NaN)], /not NaN/],
    [[label('stable', 50), label('stable', 50)], /names label stable twice/],
    [[version(3n, 50), version(3n, 50)], /names version 3 twice/],
    [[label('', 100)], /A label in a route is not empty/],
    [[version(-1n, 100)], /is 0 to 9223372036854775807, not -1/],
    [[version(2n ** 63n, 100)], /not 9223372036854775808/],
  ];
  for (const [shares, reason] of refused) {
    it(`refuses what ${reason.source} tells`, () => {
      assert.throws(
        () => checkRoute({ shares }),
        (error: unknown) => PerchError.is(error, 'CONFIG_INVALID') && reason.test(error.message),
      );
    });
  }
});

describe('checkShadow', () => {
  it('takes 0 to 100 percent of a label or a version, and no other', () => {
    checkShadow(label('canary', 0));
    checkShadow(version(2n, 100));
    assert.throws(() => checkShadow(label('canary', 101)), /The shadow of label canary/);
    assert.throws(() => checkShadow(label('', 1)), /not empty/);
  });
});
