// Anonymous requests: exact in every 100, in an order that nobody can tell, and the same for the same seed.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AnonymousChooser } from '../../../../server/routing/anonymous-chooser.ts';

const deal = (chooser: AnonymousChooser, count: number): number[] =>
  Array.from({ length: count }, () => chooser.next());
const everySlot = Array.from({ length: 100 }, (_, slot) => slot);
const sorted = (slots: number[]): number[] => [...slots].sort((a, b) => a - b);

describe('AnonymousChooser', () => {
  it('deals each slot once in every 100', () => {
    for (const seed of [0, 1, -1, 0x7fffffff, 42]) {
      const chooser = new AnonymousChooser(seed);
      for (let hundred = 0; hundred < 20; hundred++) {
        assert.deepEqual(sorted(deal(chooser, 100)), everySlot);
      }
    }
  });

  it('deals the same for the same seed and other slots for another', () => {
    assert.deepEqual(deal(new AnonymousChooser(7), 250), deal(new AnonymousChooser(7), 250));
    assert.notDeepEqual(deal(new AnonymousChooser(7), 100), deal(new AnonymousChooser(8), 100));
  });

  it('deals in another order each time', () => {
    const chooser = new AnonymousChooser(1);
    assert.notDeepEqual(deal(chooser, 100), deal(chooser, 100));
  });

  it('begins a new 100 at a restart', () => {
    const chooser = new AnonymousChooser(3);
    deal(chooser, 37);
    chooser.restart();
    assert.deepEqual(sorted(deal(chooser, 100)), everySlot);
  });

  it('deals any slot at any place, and any slot after any other', () => {
    const chooser = new AnonymousChooser(11);
    const hundreds = 20_000;
    const firsts = new Array<number>(100).fill(0);
    const steps = new Array<number>(100).fill(0);
    for (let i = 0; i < hundreds; i++) {
      const slots = deal(chooser, 100);
      firsts[slots[0]!]!++;
      steps[(slots[50]! - slots[49]! + 100) % 100]!++;
    }
    const chiSquare = (counts: number[]): number => {
      const expected = hundreds / counts.length;
      return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    };
    assert.ok(chiSquare(firsts) < 99 + 5 * Math.sqrt(2 * 99));
    // A slot does not follow itself.
    assert.equal(steps[0], 0);
    assert.ok(chiSquare(steps.slice(1)) < 98 + 5 * Math.sqrt(2 * 98));
  });

  it('splits 10,000 requests within three standard deviations, wherever they begin', () => {
    for (const skipped of [0, 1, 50, 99]) {
      const chooser = new AnonymousChooser(5);
      deal(chooser, skipped);
      const canary = deal(chooser, 10_000).filter((slot) => slot >= 95).length;
      assert.ok(Math.abs(canary - 500) <= 3 * Math.sqrt(10_000 * 0.05 * 0.95));
    }
  });
});
