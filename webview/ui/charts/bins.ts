// How many values lie where: the bins of a histogram.

/** Values from `from` to `to`, the latter not included but in the last one. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** The values in at most `count` bins of one width; what is not finite is left out. */
export function binsOf(values: ArrayLike<number>, count: number): readonly Bin[] {
  const finite = Array.from(values).filter(Number.isFinite);
  if (finite.length === 0) {
    return [];
  }
  const least = finite.reduce((low, value) => Math.min(low, value), Infinity);
  const most = finite.reduce((high, value) => Math.max(high, value), -Infinity);
  if (least === most) {
    return [{ from: least, to: most, count: finite.length }];
  }
  const width = (most - least) / count;
  const counts = Array<number>(count).fill(0);
  for (const value of finite) {
    const bin = Math.min(count - 1, Math.floor((value - least) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((inBin, index) => ({
    from: least + index * width,
    to: least + (index + 1) * width,
    count: inBin,
  }));
}
