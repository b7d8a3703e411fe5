// Gathers the lines of `perch bench` into what the page draws, and into the document that is exported. No vscode in here.
import type {
  MeasurePlan,
  MeasurePoint,
  MeasureTotals,
  MeasureView,
} from '../../../webview/playground/measure.ts';
import type {
  BenchHello,
  BenchLine,
  BenchProgress,
  BenchSummary,
} from '../../../server/bench/bench-lines.ts';
import type { MeasureOutcome } from '../../measure/measure-run.ts';

/** One measurement. */
export class MeasureLog {
  readonly #plan: MeasurePlan;
  #hello: BenchHello | undefined;
  readonly #progress: BenchProgress[] = [];
  #summary: BenchSummary | undefined;
  #failure: string | undefined;
  /** The load that was told last: the server tells it less often than lines come. */
  #load: Pick<MeasurePoint, 'cpuPercent' | 'memoryBytes'> = { cpuPercent: null, memoryBytes: null };
  readonly #points: MeasurePoint[] = [];

  constructor(plan: MeasurePlan) {
    this.#plan = plan;
  }

  add(line: BenchLine): void {
    switch (line.kind) {
      case 'hello':
        this.#hello = line;
        break;
      case 'progress':
        this.#progress.push(line);
        this.#points.push(this.#pointOf(line));
        break;
      case 'summary':
        this.#summary = line;
        break;
      case 'error':
        this.#failure = line.message;
        break;
    }
  }

  /** It is over. */
  end(outcome: MeasureOutcome): void {
    if (outcome.kind === 'done') {
      this.#summary = outcome.summary;
    } else {
      this.#failure = outcome.message;
    }
  }

  get isRunning(): boolean {
    return this.#summary === undefined && this.#failure === undefined;
  }

  /** What there is to draw. */
  view(): MeasureView {
    const summary = this.#summary;
    const last = this.#progress.at(-1);
    return {
      state:
        this.#failure !== undefined
          ? 'failed'
          : summary === undefined
            ? 'running'
            : summary.ended === 'cancelled'
              ? 'cancelled'
              : 'done',
      message: this.#failure ?? '',
      plan: this.#plan,
      points: this.#points,
      totals:
        summary !== undefined
          ? totalsOf(summary, summary)
          : last === undefined
            ? null
            : totalsOf(last, { rate: rateOf(last), latency: last.total }),
      notes: summary?.notes ?? [],
    };
  }

  /** The document that `perch bench --output` writes; undefined before the first line. */
  document(): string | undefined {
    return this.#hello === undefined
      ? undefined
      : `${JSON.stringify({ hello: this.#hello, progress: this.#progress, summary: this.#summary }, undefined, 2)}\n`;
  }

  #pointOf({ elapsedMs, rate, latency, server }: BenchProgress): MeasurePoint {
    if (server !== null) {
      this.#load = {
        cpuPercent: server.processCpuPercent + (server.engineCpuPercent ?? 0),
        memoryBytes: server.rssBytes + (server.engineRssBytes ?? 0),
      };
    }
    return {
      at: elapsedMs / 1_000,
      rate,
      p50: latency?.p50Ms ?? null,
      p95: latency?.p95Ms ?? null,
      p99: latency?.p99Ms ?? null,
      ...this.#load,
    };
  }
}

function rateOf({ ok, failed, elapsedMs }: BenchProgress): number {
  return elapsedMs > 0 ? ((ok + failed) / elapsedMs) * 1_000 : 0;
}

function totalsOf(
  {
    sent,
    ok,
    failed,
    errors,
    versions,
  }: Pick<BenchSummary, 'sent' | 'ok' | 'failed' | 'errors' | 'versions'>,
  { rate, latency }: Pick<BenchSummary, 'rate' | 'latency'>,
): MeasureTotals {
  return {
    sent,
    ok,
    failed,
    rate,
    p50: latency?.p50Ms ?? null,
    p95: latency?.p95Ms ?? null,
    p99: latency?.p99Ms ?? null,
    mean: latency?.meanMs ?? null,
    most: latency?.maxMs ?? null,
    errors,
    versions,
  };
}
