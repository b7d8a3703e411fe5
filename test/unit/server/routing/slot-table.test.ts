// Slots hold the weights exactly, move no more than they must, and survive being written down.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PerchError } from '../../../../server/errors.ts';
import { targetText, type Route } from '../../../../server/routing/route.ts';
import {
  assignSlots,
  reassignSlots,
  slotsFromText,
  slotsToText,
  type SlotTable,
} from '../../../../server/routing/slot-table.ts';

const names = ['stable', 'canary', 'a', 'b', 'c', 'd'];

/** Any valid route over some of the labels, in any order, shares of 0 among them. */
const routes: fc.Arbitrary<Route> = fc.shuffledSubarray(names, { minLength: 1 }).chain((labels) =>
  fc
    .array(fc.integer({ min: 0, max: 100 }), { minLength: labels.length - 1, maxLength: labels.length - 1 })
    .map((cuts) => {
      const sorted = [0, ...cuts.sort((a, b) => a - b), 100];
      return {
        shares: labels.map((label, i) => ({
          target: { kind: 'label', label } as const,
          percent: sorted[i + 1]! - sorted[i]!,
        })),
      };
    }),
);

const routeOf = (percents: Record<string, number>): Route => ({
  shares: Object.entries(percents).map(([label, percent]) => ({ target: { kind: 'label', label }, percent })),
});
const targetsOf = ({ route, slots }: SlotTable): string[] =>
  slots.map((share) => targetText(route.shares[share]!.target));
const countOf = (table: SlotTable, target: string): number =>
  targetsOf(table).filter((one) => one === target).length;

function assertExact(table: SlotTable): void {
  assert.equal(table.slots.length, 100);
  for (const { target, percent } of table.route.shares) {
    assert.equal(countOf(table, targetText(target)), percent);
  }
}

describe('slots', () => {
  it('are as many as a share has percent', () => {
    fc.assert(fc.property(routes, (route) => assertExact(assignSlots(route))));
  });

  it('move only where they must, whatever changes', () => {
    fc.assert(
      fc.property(fc.array(routes, { minLength: 2, maxLength: 6 }), ([first, ...others]) => {
        let before = assignSlots(first!);
        for (const route of others) {
          const after = reassignSlots(before, route);
          assertExact(after);
          const [old, now] = [targetsOf(before), targetsOf(after)];
          const moved = old.filter((target, slot) => target !== now[slot]).length;
          const must = before.route.shares.reduce((sum, { target, percent }) => {
            const next = route.shares.find((share) => targetText(share.target) === targetText(target));
            return sum + Math.max(0, percent - (next?.percent ?? 0));
          }, 0);
          assert.equal(moved, must);
          before = after;
        }
      }),
    );
  });

  it('are the same for the same routes', () => {
    fc.assert(
      fc.property(routes, routes, (a, b) =>
        assert.deepEqual(reassignSlots(assignSlots(a), b), reassignSlots(assignSlots(a), b)),
      ),
    );
  });

  it('stay where they are when the order of the shares changes', () => {
    const before = assignSlots(routeOf({ stable: 70, canary: 30 }));
    const after = reassignSlots(before, routeOf({ canary: 30, stable: 70 }));
    assert.deepEqual(targetsOf(after), targetsOf(before));
  });

  it('keep a client on the canary through all steps', () => {
    let table = assignSlots(routeOf({ stable: 100, canary: 0 }));
    let onCanary: number[] = [];
    for (const percent of [1, 5, 25, 50, 100]) {
      table = reassignSlots(table, routeOf({ stable: 100 - percent, canary: percent }));
      const now = targetsOf(table).flatMap((target, slot) => (target === 'label canary' ? [slot] : []));
      assert.equal(now.length, percent);
      assert.ok(onCanary.every((slot) => now.includes(slot)));
      onCanary = now;
    }
  });

  it('are refused for a route that is none', () => {
    const bad = routeOf({ stable: 50 });
    assert.throws(() => assignSlots(bad), /100 percent/);
    assert.throws(() => reassignSlots(assignSlots(routeOf({ stable: 100 })), bad), /100 percent/);
    assert.throws(() => slotsFromText('0*50', bad), /100 percent/);
  });
});

describe('slots as text', () => {
  it('are runs', () => {
    assert.equal(slotsToText(assignSlots(routeOf({ stable: 90, canary: 10 }))), '0*90 1*10');
    assert.equal(slotsToText(assignSlots(routeOf({ off: 0, stable: 100 }))), '1*100');
  });

  it('are read back as they were', () => {
    fc.assert(
      fc.property(routes, routes, (a, b) => {
        const table = reassignSlots(assignSlots(a), b);
        assert.deepEqual(slotsFromText(slotsToText(table), b), table);
      }),
    );
  });

  for (const text of [
    '',
    '0*90',
    '0*90 1*9',
    '0*90 1*11',
    '0*89 1*11',
    '0*90 2*10',
    '0*90  1*10',
    '0*90 1*10 ',
    '0*90,1*10',
    '0*-1',
    '0*999 1*10',
    '0*90 1*10 1*0x',
    'x'.repeat(1000),
  ]) {
    it(`refuse ${JSON.stringify(text.slice(0, 20))} for 90 and 10 percent`, () => {
      assert.throws(
        () => slotsFromText(text, routeOf({ stable: 90, canary: 10 })),
        (error: unknown) => PerchError.is(error, 'CONFIG_INVALID') && error.message.length < 200,
      );
    });
  }
});
