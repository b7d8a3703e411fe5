// Shares that are linked: they add up to 100 whatever is moved.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { linkedShares, typedPercent } from '../../../webview/ui/dashboard/canary/shares.ts';

describe('linkedShares', () => {
  it('gives the other of two the rest', () => {
    assert.deepEqual(linkedShares([90, 10], 1, 25), [75, 25]);
    assert.deepEqual(linkedShares([90, 10], 0, 0), [0, 100]);
  });

  it('keeps the proportions of the others, in whole numbers', () => {
    assert.deepEqual(linkedShares([60, 30, 10], 2, 40), [40, 20, 40]);
    assert.deepEqual(linkedShares([33, 33, 34], 2, 1), [50, 49, 1]);
  });

  it('gives the rest to the first other where the others had nothing', () => {
    assert.deepEqual(linkedShares([0, 100, 0], 1, 40), [60, 40, 0]);
    assert.deepEqual(linkedShares([100, 0, 0], 0, 40), [40, 60, 0]);
  });

  it('always adds up to 100 in whole shares, none below 0, the moved one as asked', () => {
    const shares = fc.array(fc.nat(100), { minLength: 2, maxLength: 16 });
    fc.assert(
      fc.property(shares, fc.nat(15), fc.nat(100), (base, at, percent) => {
        const index = at % base.length;
        const linked = linkedShares(base, index, percent);
        assert.equal(linked[index], percent);
        assert.equal(
          linked.reduce((sum, share) => sum + share, 0),
          100,
        );
        assert.ok(linked.every((share) => Number.isInteger(share) && share >= 0));
      }),
    );
  });
});

describe('typedPercent', () => {
  it('takes whole numbers from 0 to 100 and nothing else', () => {
    assert.deepEqual(['0', ' 7 ', '100'].map(typedPercent), [0, 7, 100]);
    assert.deepEqual(
      ['', '101', '2.5', '-1', '1e1', 'ten', '0100'].map(typedPercent),
      Array.from({ length: 7 }, () => undefined),
    );
  });
});
