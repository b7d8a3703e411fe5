// How far the outputs of two versions are apart, by the statistics of the same window. No vscode in here.
import type { MessageOutput } from '../../../../protos/messages.ts';
import type { DriftRow } from '../../../../webview/dashboard/canary-snapshot.ts';
import type { WireVersionStatistics } from './live-data.ts';

type Output = MessageOutput<'perch.admin.v1.OutputStatistics'>;

/** With fewer nothing is said, as the daemon's own gate does. */
const fewestSamples = 100;

/** A row for each output that both have, in the canary's order. */
export function driftOf(
  canary: WireVersionStatistics | undefined,
  stable: WireVersionStatistics | undefined,
): readonly DriftRow[] {
  return (canary?.outputs ?? []).flatMap((own) => {
    const other = stable?.outputs.find(({ name }) => name === own.name);
    return other === undefined ? [] : [rowOf(own, other)];
  });
}

function rowOf(canary: Output, stable: Output): DriftRow {
  const counts = [countsOf(canary), countsOf(stable)] as const;
  const classified = Math.min(sumOf(counts[0]), sumOf(counts[1]));
  const values = Math.min(Number(canary.values), Number(stable.values));
  const classes = classified < fewestSamples ? undefined : classDistance(...counts);
  return {
    output: canary.name,
    classes: classes?.distance ?? null,
    byChance: classes?.byChance ?? null,
    means: values < fewestSamples ? null : meanDistance(canary, stable),
    samples: classified > 0 ? classified : values,
  };
}

function countsOf({ topClasses }: Output): ReadonlyMap<string, number> {
  return new Map(Object.entries(topClasses).map(([place, count]) => [place, Number(count)]));
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/**
 * The total variation distance of two distributions, percent, and what it would be on average if both were samples of one:
 * half the mean distance of two shares that are normally distributed, class by class.
 */
function classDistance(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
): { readonly distance: number; readonly byChance: number } {
  const [sumA, sumB] = [sumOf(a), sumOf(b)];
  let distance = 0;
  let byChance = 0;
  for (const place of new Set([...a.keys(), ...b.keys()])) {
    const [left, right] = [a.get(place) ?? 0, b.get(place) ?? 0];
    const share = (left + right) / (sumA + sumB);
    const variance = share * (1 - share) * (1 / sumA + 1 / sumB);
    distance += Math.abs(left / sumA - right / sumB) / 2;
    byChance += Math.sqrt((2 / Math.PI) * variance) / 2;
  }
  return { distance: distance * 100, byChance: byChance * 100 };
}

/** The distance of the means in standard deviations of both; null where neither varies and they differ. */
function meanDistance(a: Output, b: Output): number | null {
  const deviation = Math.sqrt((a.deviation ** 2 + b.deviation ** 2) / 2);
  const difference = Math.abs(a.mean - b.mean);
  const distance = difference === 0 ? 0 : difference / deviation;
  return Number.isFinite(distance) ? distance : null;
}
