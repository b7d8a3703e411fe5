// How `perch bench` tells people what it measures: a line while it goes, and tables in the end.
import type { BenchHello, BenchProgress, BenchSummary } from '../bench/bench-lines.ts';
import type { LatencyFigures } from '../bench/latency-histogram.ts';
import { bytesText } from './describe-model.ts';
import type { Session } from './session.ts';
import type { Cell } from './table.ts';

/** Columns of the longest bar. */
const barWidth = 40;

/** "digits: 200 requests a second for 10 s over gRPC to 127.0.0.1:8500, 3172 bytes each". */
export function helloText(hello: BenchHello): string {
  const { model, version, label, mode, rate, concurrency, count, durationMs, transport } = hello;
  const versioned = version === null ? '' : ` v${version}`;
  const target = `${model}${versioned}${label === null ? '' : ` "${label}"`}`;
  const load =
    mode === 'rate' && rate !== null
      ? `${rate} requests a second, at most ${concurrency} at once`
      : `${concurrency} at once, as fast as they are answered`;
  const bound = count === null ? `for ${seconds(durationMs)}` : `${count} in all`;
  const way = transport === 'grpc' ? 'gRPC' : 'REST';
  return `${target}: ${load}, ${bound}, over ${way} to ${hello.address}, ${hello.requestBytes} bytes each.`;
}

/** "  2.0 s     200/s  p50 1.10 ms  p99 3.21 ms  12 under way  0 failed". */
export function progressText({ elapsedMs, rate, latency, inFlight, waiting, failed }: BenchProgress): string {
  const figures =
    latency === null ? 'nothing answered' : `p50 ${ms(latency.p50Ms)}  p99 ${ms(latency.p99Ms)}`;
  const queue = waiting > 0 ? `  ${waiting} waiting` : '';
  return `${seconds(elapsedMs).padStart(8)}  ${rate.toFixed(0).padStart(6)}/s  ${figures}  ${inFlight} under way${queue}  ${failed} failed`;
}

/** Prints all of it. */
export function printSummary(session: Session, summary: BenchSummary): void {
  const { sent, ok, failed, unfinished, rate, elapsedMs, ended, versions } = summary;
  const cut = ended === 'cancelled' ? ', cancelled' : '';
  session.print(
    `${sent} requests in ${seconds(elapsedMs)}${cut}: ${rate.toFixed(1)} a second, ${ok} answered, ${failed} failed, ${unfinished} given up`,
  );
  if (versions.length > 0) {
    session.print(`by ${versions.map(({ version, count }) => `v${version}: ${count}`).join(', ')}`);
  }
  if (summary.latency !== null) {
    session.print('');
    printLatency(session, summary.latency);
    session.print('');
    printHistogram(session, summary);
  }
  printErrors(session, summary);
  printServer(session, summary);
  for (const note of summary.notes) {
    session.print(`\nNote: ${note}`);
  }
}

function printLatency(session: Session, { meanMs, p50Ms, p95Ms, p99Ms, maxMs }: LatencyFigures): void {
  session.printTable(['MEAN', 'P50', 'P95', 'P99', 'MAX'], [[meanMs, p50Ms, p95Ms, p99Ms, maxMs].map(ms)]);
}

function printHistogram(session: Session, { histogram }: BenchSummary): void {
  const most = Math.max(...histogram.map(({ count }) => count));
  session.printTable(
    ['FROM', 'TO', 'COUNT', ''],
    histogram.map(({ fromMs, toMs, count }) => [
      ms(fromMs),
      ms(toMs),
      String(count),
      '#'.repeat(Math.ceil((count / most) * barWidth)),
    ]),
  );
}

function printErrors(session: Session, { errors }: BenchSummary): void {
  if (errors.length > 0) {
    session.print('');
    session.printTable(
      ['ERROR', 'COUNT', 'THE FIRST ONE'],
      errors.map(({ code, count, message }) => [{ text: code, tone: 'bad' }, String(count), message]),
    );
  }
}

function printServer(session: Session, { server }: BenchSummary): void {
  if (server === null) {
    return;
  }
  const rows = (
    [
      ['CPU of the daemon, % of a core', server.processCpuPercent, percent],
      ['CPU of its engines, % of a core', server.engineCpuPercent, percent],
      ['CPU of the machine, %', server.hostCpuPercent, percent],
      ['memory of the daemon', server.rssBytes, bytesText],
      ['memory of its engines', server.engineRssBytes, bytesText],
      ['delay of its network thread', server.loopDelayMaxMs, ms],
    ] as const
  ).flatMap(([name, figures, text]): readonly Cell[][] =>
    figures === null ? [] : [[name, text(figures.mean), text(figures.max)]],
  );
  session.print('');
  session.printTable(['SERVER', 'MEAN', 'MAX'], rows);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Three digits that count. */
function ms(milliseconds: number): string {
  return `${milliseconds >= 100 ? milliseconds.toFixed(0) : milliseconds.toPrecision(3)} ms`;
}

function percent(value: number): string {
  return value.toFixed(0);
}
