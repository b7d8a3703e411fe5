// A route over 100 slots: a routing key keeps its slot, and a slot its target, for as long as the weights allow it.
import { PerchError } from '../errors.ts';
import { checkRoute, targetText, type Route } from './route.ts';
import { slotCount } from './slot-of.ts';

/** A route, and the share of each slot. Immutable. */
export interface SlotTable {
  readonly route: Route;
  /** Per slot the index into `route.shares`; each index as often as its share has percent. */
  readonly slots: readonly number[];
}

/** The slots of a model that had no route: dealt out in the order of the shares. Throws CONFIG_INVALID as checkRoute does. */
export function assignSlots(route: Route): SlotTable {
  checkRoute(route);
  return {
    route,
    slots: route.shares.flatMap(({ percent }, share) => new Array<number>(percent).fill(share)),
  };
}

/**
 * The slots of `next` after `before`. Only as many slots change their target as must: those of targets that are gone or
 * shrink. A target gives its highest slots away first, and they are dealt out in the order of the shares; so the
 * same two routes always give the same slots. Throws CONFIG_INVALID as checkRoute does.
 */
export function reassignSlots(before: SlotTable, next: Route): SlotTable {
  checkRoute(next);
  const newShare = new Map(next.shares.map(({ target }, share) => [targetText(target), share]));
  const renamed = before.route.shares.map(({ target }) => newShare.get(targetText(target)));
  const room = next.shares.map(({ percent }) => percent);
  const kept = before.slots.map((old) => {
    const share = renamed[old];
    const left = share === undefined ? 0 : (room[share] ?? 0);
    if (share === undefined || left === 0) {
      return undefined;
    }
    room[share] = left - 1;
    return share;
  });
  const dealt = room.flatMap((left, share) => new Array<number>(left).fill(share));
  let nextDealt = 0;
  return { route: next, slots: kept.map((share) => share ?? dealt[nextDealt++] ?? 0) };
}

/** The slots in runs, `0*90 1*10`: 90 slots of share 0, then 10 of share 1. */
export function slotsToText({ slots }: SlotTable): string {
  const runs: { share: number; count: number }[] = [];
  for (const share of slots) {
    const last = runs.at(-1);
    if (last?.share === share) {
      last.count++;
    } else {
      runs.push({ share, count: 1 });
    }
  }
  return runs.map(({ share, count }) => `${share}*${count}`).join(' ');
}

/** Reads what slotsToText gave for the same route. Throws CONFIG_INVALID where it does not fit the route, or as checkRoute does. */
export function slotsFromText(text: string, route: Route): SlotTable {
  checkRoute(route);
  const slots: number[] = [];
  for (const run of text.split(' ')) {
    const [, share, count] = /^(\d{1,2})\*(\d{1,3})$/.exec(run) ?? [];
    if (share === undefined || count === undefined || slots.length + Number(count) > slotCount) {
      throw new PerchError(
        'CONFIG_INVALID',
        `Slots are ${slotCount} in runs like 0*90 1*10, not ${quote(text)}.`,
      );
    }
    slots.push(...new Array<number>(Number(count)).fill(Number(share)));
  }
  for (const [share, { target, percent }] of route.shares.entries()) {
    const held = slots.filter((slot) => slot === share).length;
    if (held !== percent) {
      throw new PerchError(
        'CONFIG_INVALID',
        `The slots give ${targetText(target)} ${held} percent, its share is ${percent}.`,
      );
    }
  }
  return { route, slots };
}

/** A text from a file, short enough for an error. */
function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
