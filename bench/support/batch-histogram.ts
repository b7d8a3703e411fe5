// Which batch sizes a daemon formed, from the histogram on its Prometheus page.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BatchMix } from './batch-mix.ts';
import type { BenchDaemon } from './daemon.ts';

const metricsPath = '/monitoring/prometheus/metrics';
const series = 'perch_batch_rows';

/** What was counted until now. */
export interface BatchHistogram {
  /** Batches of at most so many rows, by the bound; not cumulative. */
  readonly counts: ReadonlyMap<number, number>;
  /** Rows of all batches. */
  readonly rows: number;
}

/** Writes the file for `--monitoring_config_file` into a directory; gives its name. */
export async function writeMonitoringConfig(directory: string): Promise<string> {
  const file = path.join(directory, 'monitoring.config');
  await writeFile(file, `prometheus_config { enable: true path: "${metricsPath}" }`);
  return file;
}

/** Reads the page of a daemon that serves one model. */
export async function readBatches({ restAddress }: BenchDaemon): Promise<BatchHistogram> {
  const page = await (await fetch(`http://${restAddress}${metricsPath}`)).text();
  const counts = new Map<number, number>();
  let before = 0;
  for (const [, bound, upTo] of page.matchAll(new RegExp(`^${series}_bucket{.*le="(\\d+)"} (\\d+)$`, 'gm'))) {
    counts.set(Number(bound), Number(upTo) - before);
    before = Number(upTo);
  }
  const rows = new RegExp(`^${series}_sum{.*} (\\d+)$`, 'm').exec(page)?.[1];
  return { counts, rows: Number(rows ?? 0) };
}

/** What came between two looks. */
export function batchesBetween(before: BatchHistogram, after: BatchHistogram): BatchHistogram {
  const counts = [...after.counts].map(
    ([bound, count]) => [bound, count - (before.counts.get(bound) ?? 0)] as const,
  );
  return { counts: new Map(counts), rows: after.rows - before.rows };
}

/**
 * The sizes, as near as powers of two tell them: those of a bucket lie at the same share of the way from its lower to its
 * upper bound in every bucket, which is chosen so that the rows of all batches are right.
 */
export function mixOfHistogram({ counts, rows }: BatchHistogram): BatchMix {
  let lowest = 0;
  let highest = 0;
  for (const [bound, count] of counts) {
    lowest += (bound / 2) * count;
    highest += bound * count;
  }
  const share = Math.min(1, Math.max(0, (rows - lowest) / (highest - lowest)));
  const mix = new Map<number, number>();
  for (const [bound, count] of counts) {
    if (count > 0) {
      mix.set(Math.max(1, Math.round((bound / 2) * (1 + share))), count);
    }
  }
  return mix;
}
