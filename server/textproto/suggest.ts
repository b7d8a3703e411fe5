// Which of the known names a wrong one was most likely meant to be.

/** Longer names are not compared: the time is the product of both lengths. */
const lengthLimit = 64;

/**
 * The one of `known` that `given` was most likely meant to be, or undefined if none is near: the same but for case, dashes
 * and underscores; the same but for a slip or two of the finger; or the only one that begins or ends with it.
 */
export function suggest(given: string, known: readonly string[]): string | undefined {
  if (given.length > lengthLimit) {
    return undefined;
  }
  const bare = plain(given);
  const same = known.find((name) => plain(name) === bare);
  if (same !== undefined || bare === '') {
    return same;
  }
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(bare.length / 3)) + 1;
  for (const name of known) {
    const slips = distance(bare, plain(name), fewest);
    if (slips < fewest) {
      fewest = slips;
      best = name;
    }
  }
  if (best !== undefined) {
    return best;
  }
  const parts = known.filter(
    (name) => bare.length > 2 && (plain(name).startsWith(bare) || plain(name).endsWith(bare)),
  );
  return parts.length === 1 ? parts[0] : undefined;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

/** How many letters are to be put in, left out, replaced or swapped with their neighbour; `limit` if it is no less. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit || b.length > lengthLimit) {
    return limit;
  }
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const change = (row[j - 1] ?? 0) + (isSame ? 0 : 1);
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? (before[j - 2] ?? limit) + 1 : limit;
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return Math.min(limit, row[b.length] ?? limit);
}
