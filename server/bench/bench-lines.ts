// What `perch bench` tells while it measures and in the end: the lines of --format=jsonl (docs/cli.md).
import type { LatencyBar, LatencyFigures } from './latency-histogram.ts';

/** The number of this format. New members may come at any time. */
export const benchLinesApi = 1;

/** How requests go. */
export type BenchTransport = 'grpc' | 'rest';

/** What will be measured. Times in milliseconds. */
export interface BenchHello {
  readonly kind: 'hello';
  readonly api: number;
  /** Of the request: the file's, or the model's. */
  readonly name: string;
  readonly model: string;
  /** In decimal; null where none is asked for. So the label. */
  readonly version: string | null;
  readonly label: string | null;
  readonly transport: BenchTransport;
  readonly address: string;
  /** `rate`: so many a second, whatever the answers do; `concurrency`: the next one as soon as one is answered. */
  readonly mode: 'rate' | 'concurrency';
  /** Per second; null where none is kept. */
  readonly rate: number | null;
  /** Requests that are under way at once: always, or with a rate at most. */
  readonly concurrency: number;
  readonly durationMs: number;
  readonly count: number | null;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  /** Of one request, as it is sent. */
  readonly requestBytes: number;
  /** Unix epoch. */
  readonly startedAtMs: number;
  /** Whether the server tells its load. */
  readonly resources: boolean;
}

/** Failures of one kind. */
export interface BenchErrors {
  /** The name of a gRPC status, over REST too. */
  readonly code: string;
  readonly count: number;
  /** The first one's. */
  readonly message: string;
}

/** The load of the server since the sample before; 100 % is one core, of the host all. */
export interface ServerLoad {
  /** Unix epoch. */
  readonly atMs: number;
  readonly processCpuPercent: number;
  readonly engineCpuPercent: number | null;
  readonly hostCpuPercent: number;
  readonly rssBytes: number;
  readonly engineRssBytes: number | null;
  readonly memoryAvailableBytes: number;
  readonly loopDelayMaxMs: number;
  readonly loopBusyPercent: number;
  readonly gpus: readonly {
    readonly index: number;
    readonly utilizationPercent: number | null;
    readonly memoryUsedBytes: number | null;
  }[];
}

/** The figures of which the load has a mean and a maximum. */
export const loadFigures = [
  'processCpuPercent',
  'engineCpuPercent',
  'hostCpuPercent',
  'rssBytes',
  'engineRssBytes',
  'loopDelayMaxMs',
  'loopBusyPercent',
] as const;

/** Mean and maximum over the measurement; null where the server does not tell. */
export type LoadSummary = Readonly<
  Record<(typeof loadFigures)[number], { readonly mean: number; readonly max: number } | null>
>;

/** Counts since the start. */
export interface BenchCounts {
  readonly elapsedMs: number;
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
  /** Most frequent first. */
  readonly errors: readonly BenchErrors[];
  /** Who answered, most frequent first; empty over REST, which does not tell. */
  readonly versions: readonly { readonly version: string; readonly count: number }[];
}

/** How it goes. */
export interface BenchProgress extends BenchCounts {
  readonly kind: 'progress';
  /** Since the line before. */
  readonly spanMs: number;
  readonly inFlight: number;
  /** Planned and not sent yet, since as many as allowed were under way. */
  readonly waiting: number;
  /** Finished per second in the span. */
  readonly rate: number;
  /** Of what was answered in the span; null: nothing. */
  readonly latency: LatencyFigures | null;
  /** Since the start. */
  readonly total: LatencyFigures | null;
  /** The newest since the line before. */
  readonly server: ServerLoad | null;
  /** Of the process that measures. */
  readonly client: { readonly cpuPercent: number; readonly loopDelayMaxMs: number };
}

/** What came of it. */
export interface BenchSummary extends BenchCounts {
  readonly kind: 'summary';
  readonly ended: 'duration' | 'count' | 'cancelled';
  /** Given up at the end: under way, or planned and never sent. */
  readonly unfinished: number;
  /** Finished per second. */
  readonly rate: number;
  readonly latency: LatencyFigures | null;
  readonly histogram: readonly LatencyBar[];
  readonly server: LoadSummary | null;
  /** What to know of these figures, in sentences. */
  readonly notes: readonly string[];
}

/** Why there is nothing to measure. */
export interface BenchError {
  readonly kind: 'error';
  readonly status: string;
  readonly message: string;
}

/** Any line. */
export type BenchLine = BenchHello | BenchProgress | BenchSummary | BenchError;

/** The line as JSON, without line break. Figures are given to a thousandth. */
export function benchJson(line: unknown): string {
  return JSON.stringify(line, (_, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toFixed(3)) : value,
  );
}
