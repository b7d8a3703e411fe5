// What a screen reader is told when a canary comes further, or waits for somebody.
import type { ListedModel } from '../../../dashboard/canary-snapshot.ts';
import { fill } from '../../format.ts';

/** More changes than this in one update are not read out one by one: the list has them. */
const longestAnnouncement = 3;

/** The sentences for what changed between two lists of models. `text` has gaps for the model and its state. */
export function announcementsFor(
  before: readonly ListedModel[],
  after: readonly ListedModel[],
  text: string,
): readonly string[] {
  const known = new Map(before.map(({ name, state }) => [name, state]));
  return after
    .filter(({ name, state }) => (known.get(name) ?? state) !== state)
    .slice(0, longestAnnouncement)
    .map(({ name, state }) => fill(text, name, state));
}
