// Shares that always add up to 100: what the others become when one of them is moved.

/**
 * The shares with that at `index` set to `percent` (a whole number, 0 to 100). The others keep their proportions of
 * `base`, in whole numbers; where they had nothing, the first of them gets all. Both add up to 100.
 */
export function linkedShares(base: readonly number[], index: number, percent: number): readonly number[] {
  const rest = 100 - percent;
  const others = base.map((share, place) => (place === index ? 0 : share));
  const sum = others.reduce((all, share) => all + share, 0);
  const exact = others.map((share, place) =>
    place === index ? percent : sum > 0 ? (share / sum) * rest : place === (index === 0 ? 1 : 0) ? rest : 0,
  );
  const whole = exact.map(Math.floor);
  const missing = 100 - whole.reduce((all, share) => all + share, 0);
  // The largest remainders get what rounding down left; of equal ones, those in front.
  const byRemainder = exact
    .map((share, place) => ({ place, remainder: share - Math.floor(share) }))
    .filter(({ place }) => place !== index)
    .sort((a, b) => b.remainder - a.remainder || a.place - b.place);
  const raised = new Set(byRemainder.slice(0, missing).map(({ place }) => place));
  return whole.map((share, place) => (raised.has(place) ? share + 1 : share));
}

/** Whole percent of a text that a person typed; undefined where it is none. */
export function typedPercent(text: string): number | undefined {
  return /^\s*\d{1,3}\s*$/.test(text) && Number(text) <= 100 ? Number(text) : undefined;
}
