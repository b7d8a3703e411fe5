// One measurement: runs the load, tells how it goes, and sums it up.
import {
  benchLinesApi,
  type BenchHello,
  type BenchProgress,
  type BenchSummary,
  type BenchTransport,
} from './bench-lines.ts';
import { ClientLoad } from './client-load.ts';
import { LoadSchedule, type LoadShape } from './load-schedule.ts';
import { runLoad, type LoadEnd } from './run-load.ts';
import type { Sender } from './sender.ts';
import type { ServerLoadLog } from './server-load.ts';
import { Tally } from './tally.ts';

/** The server tells a sample a second. */
const pollMs = 1_000;

/** From here on, in percent of a core, the measuring process is thought to be the limit. */
const busyPercent = 90;

/** The part of the wanted rate that counts as having reached it. */
const reachedPart = 0.97;

/** What is measured. */
export interface Measurement {
  readonly name: string;
  readonly model: string;
  /** In decimal. */
  readonly version: string | undefined;
  readonly label: string | undefined;
  readonly transport: BenchTransport;
  readonly timeoutMs: number;
  readonly load: LoadShape;
  readonly sender: Sender;
  /** Started already where the server tells. */
  readonly serverLoad: ServerLoadLog;
  readonly hasServerLoad: boolean;
}

/** Gets the lines as they come. */
export type OnBenchLine = (line: BenchHello | BenchProgress | BenchSummary) => void;

/** How often a line comes: some forty in all, but four a second at most and one at least. Milliseconds. */
export function intervalFor(durationMs: number): number {
  return Math.min(1000, Math.max(250, Math.round(durationMs / 40)));
}

/** Measures until the load is over or `signal` fires. Tells `hello`, lines, and the summary, which it also gives. */
export async function measure(
  measurement: Measurement,
  onLine: OnBenchLine,
  signal: AbortSignal,
): Promise<BenchSummary> {
  const { load, sender, serverLoad } = measurement;
  const intervalMs = intervalFor(load.durationMs);
  onLine(helloOf(measurement, intervalMs));
  const [tally, schedule] = [new Tally(), new LoadSchedule(load)];
  using client = new ClientLoad();
  const startedAt = performance.now();
  const elapsedMs = (): number => performance.now() - startedAt;
  let [spanFrom, finishedBefore] = [0, 0];
  const tellProgress = (): void => {
    const now = elapsedMs();
    const spanMs = now - spanFrom;
    onLine({
      kind: 'progress',
      ...tally.counts(now),
      spanMs,
      inFlight: schedule.inFlight,
      waiting: schedule.waiting(now),
      rate: perSecond(tally.finished - finishedBefore, spanMs),
      latency: tally.takeSpan().figures() ?? null,
      total: tally.total.figures() ?? null,
      server: serverLoad.takeNewest(),
      client: client.take(),
    });
    spanFrom = now;
    finishedBefore = tally.finished;
  };
  const progress = setInterval(tellProgress, intervalMs);
  const polling = setInterval(() => void serverLoad.poll(), pollMs);
  const end = await runLoad({ schedule, sender, tally, elapsedMs, signal });
  clearInterval(progress);
  clearInterval(polling);
  const elapsed = elapsedMs();
  await serverLoad.poll();
  // A rate over a few milliseconds would be a spike that was none.
  if (spanFrom === 0 || elapsed - spanFrom >= intervalMs / 2) {
    tellProgress();
  }
  const counts = tally.counts(elapsed);
  const summary: BenchSummary = {
    kind: 'summary',
    ...counts,
    ...end,
    rate: perSecond(tally.finished, elapsed),
    latency: tally.total.figures() ?? null,
    histogram: tally.total.bars(),
    server: serverLoad.summary(),
    notes: notesOf(load, tally, end, elapsed, client.cpuPercent()),
  };
  onLine(summary);
  return summary;
}

function helloOf(measurement: Measurement, intervalMs: number): BenchHello {
  const { name, model, version, label, transport, timeoutMs, load, sender, hasServerLoad } = measurement;
  return {
    kind: 'hello',
    api: benchLinesApi,
    name,
    model,
    version: version ?? null,
    label: label ?? null,
    transport,
    address: sender.address,
    mode: load.rate === undefined ? 'concurrency' : 'rate',
    rate: load.rate ?? null,
    concurrency: load.concurrency,
    durationMs: load.durationMs,
    count: load.count ?? null,
    timeoutMs,
    intervalMs,
    requestBytes: sender.requestBytes,
    startedAtMs: Date.now(),
    resources: hasServerLoad,
  };
}

function notesOf(
  { rate, concurrency, durationMs }: LoadShape,
  tally: Tally,
  { unfinished }: LoadEnd,
  elapsedMs: number,
  cpuPercent: number,
): readonly string[] {
  const notes: string[] = [];
  const sentRate = perSecond(tally.sent, Math.min(elapsedMs, durationMs));
  if (rate !== undefined && tally.sent > 1 && sentRate < rate * reachedPart && unfinished > 0) {
    notes.push(
      `Of ${rate} requests a second, ${sentRate.toFixed(1)} could be sent with at most ${concurrency} under way: the others waited, and that counts as latency.`,
    );
  }
  if (cpuPercent > busyPercent) {
    notes.push(
      `The measuring process took ${cpuPercent.toFixed(0)} % of a core: it may be the limit, and not the server.`,
    );
  }
  if (unfinished > 0) {
    notes.push(`${unfinished} requests were given up at the end, and are in no latency.`);
  }
  return notes;
}

function perSecond(count: number, ms: number): number {
  return ms <= 0 ? 0 : (count / ms) * 1000;
}
