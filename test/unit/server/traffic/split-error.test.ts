// The split of anonymous requests: within chance of its shares, whatever the shares and the changes between.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KeptShare } from '../../../../server/canary/canary.ts';
import { Router, type VersionFacts } from '../../../../server/routing/router.ts';
import { assignSlots } from '../../../../server/routing/slot-table.ts';
import { randomNumbers } from '../../../support/onnx-builder.ts';

const facts: VersionFacts = {
  versionOfLabel: (label) => (label === 'stable' ? 1n : label === 'canary' ? 2n : undefined),
  isAvailable: () => true,
  stable: () => 1n,
};
const shares = (canary: number): KeptShare[] => [
  { target: { kind: 'label', label: 'stable' }, percent: 100 - canary },
  { target: { kind: 'label', label: 'canary' }, percent: canary },
];
const requests = 10_000;

describe('the split of 10,000 anonymous requests', () => {
  for (const percent of [1, 5, 25, 50, 99]) {
    it(`is within three standard deviations at ${percent} %, and exact at every hundred`, () => {
      const router = new Router(percent);
      router.set('m', { route: assignSlots({ shares: shares(percent) }), revision: 1n });
      let canary = 0;
      for (let i = 1; i <= requests; i++) {
        canary += router.choose('m', {}, facts).version === 2n ? 1 : 0;
        if (i % 100 === 0) {
          assert.equal(canary, (i / 100) * percent);
        }
      }
      const p = percent / 100;
      assert.ok(Math.abs(canary - requests * p) <= 3 * Math.sqrt(requests * p * (1 - p)));
    });

    it(`is within three standard deviations at ${percent} % where the same shares are set again and again`, () => {
      const router = new Router(percent);
      const random = randomNumbers(percent);
      let canary = 0;
      for (let i = 0; i < requests; i++) {
        if (random() < 0.05) {
          // As each evaluation of a canary does: the same places, in another table.
          router.set('m', { route: assignSlots({ shares: shares(percent) }), revision: BigInt(i) });
        } else if (i === 0) {
          router.set('m', { route: assignSlots({ shares: shares(percent) }), revision: 0n });
        }
        canary += router.choose('m', {}, facts).version === 2n ? 1 : 0;
      }
      const p = percent / 100;
      assert.ok(Math.abs(canary - requests * p) <= 3 * Math.sqrt(requests * p * (1 - p)), `${canary}`);
    });
  }
});
