// The places of a split, from those that were kept: as few senders as can be change their version. Pure.
import type { KeptShare } from '../canary/canary.ts';
import type { ModelTraffic } from '../canary/model-traffic.ts';
import { assignSlots, reassignSlots, slotsFromText, type SlotTable } from '../routing/slot-table.ts';

/** The places of the split for `shares`, with as few moved as can be against what was kept; undefined without a split. */
export function slotsOf(before: ModelTraffic, shares: readonly KeptShare[]): SlotTable | undefined {
  if (shares.length === 0) {
    return undefined;
  }
  const next = { shares };
  if (before.slots === '' || before.shares.length === 0) {
    return assignSlots(next);
  }
  try {
    return reassignSlots(slotsFromText(before.slots, { shares: before.shares }), next);
  } catch {
    // Changed by hand: the shares are what counts.
    return assignSlots(next);
  }
}
