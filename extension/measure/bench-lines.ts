// The lines of `perch bench --format=jsonl`, as docs/cli.md and server/bench/bench-lines.ts have them. No vscode in here.

/** Milliseconds. */
export interface LatencyFigures {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What will be measured. Times in milliseconds. */
export interface BenchHello {
  readonly kind: 'hello';
  readonly api: number;
  readonly name: string;
  readonly model: string;
  /** In decimal; null where none is asked for. So the label. */
  readonly version: string | null;
  readonly label: string | null;
  readonly transport: 'grpc' | 'rest';
  readonly address: string;
  readonly mode: 'rate' | 'concurrency';
  /** Per second; null where none is kept. */
  readonly rate: number | null;
  readonly concurrency: number;
  readonly durationMs: number;
  readonly count: number | null;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly requestBytes: number;
  /** Unix epoch. */
  readonly startedAtMs: number;
  /** Whether the server tells its load. */
  readonly resources: boolean;
}

/** The load of the server since the sample before; 100 % is one core, of the host all. */
export interface ServerLoad {
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

/** Counts since the start. */
export interface BenchCounts {
  readonly elapsedMs: number;
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
  /** By gRPC status, most frequent first, with the first one's message. */
  readonly errors: readonly { readonly code: string; readonly count: number; readonly message: string }[];
  /** Who answered; empty over REST. */
  readonly versions: readonly { readonly version: string; readonly count: number }[];
}

/** How it goes. */
export interface BenchProgress extends BenchCounts {
  readonly kind: 'progress';
  /** Since the line before. */
  readonly spanMs: number;
  readonly inFlight: number;
  readonly waiting: number;
  /** Finished per second in the span. */
  readonly rate: number;
  /** Of what was answered in the span. */
  readonly latency: LatencyFigures | null;
  readonly total: LatencyFigures | null;
  /** The newest since the line before. */
  readonly server: ServerLoad | null;
  /** Of the process that measures. */
  readonly client: { readonly cpuPercent: number; readonly loopDelayMaxMs: number };
}

/** Mean and maximum over the measurement; null where the server does not tell. */
export type LoadFigure = { readonly mean: number; readonly max: number } | null;

/** What came of it. */
export interface BenchSummary extends BenchCounts {
  readonly kind: 'summary';
  readonly ended: 'duration' | 'count' | 'cancelled';
  readonly unfinished: number;
  readonly rate: number;
  readonly latency: LatencyFigures | null;
  readonly histogram: readonly { readonly fromMs: number; readonly toMs: number; readonly count: number }[];
  readonly server: {
    readonly processCpuPercent: LoadFigure;
    readonly engineCpuPercent: LoadFigure;
    readonly hostCpuPercent: LoadFigure;
    readonly rssBytes: LoadFigure;
    readonly engineRssBytes: LoadFigure;
    readonly loopDelayMaxMs: LoadFigure;
    readonly loopBusyPercent: LoadFigure;
  } | null;
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

/** What a line of each kind must have of each type; the program is our own, so that this tells a line from something else. */
const required: Readonly<
  Record<BenchLine['kind'], Readonly<Record<string, 'number' | 'string' | 'object'>>>
> = {
  hello: { api: 'number', model: 'string', intervalMs: 'number', durationMs: 'number' },
  progress: { elapsedMs: 'number', ok: 'number', rate: 'number', errors: 'object', client: 'object' },
  summary: { elapsedMs: 'number', ok: 'number', rate: 'number', histogram: 'object', notes: 'object' },
  error: { status: 'string', message: 'string' },
};

/** Reads a line; undefined for what is none. Never throws. */
export function parseBenchLine(text: string): BenchLine | undefined {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isBenchLine(line) ? line : undefined;
}

function isBenchLine(value: unknown): value is BenchLine {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  const kind = fields.get('kind');
  if (kind !== 'hello' && kind !== 'progress' && kind !== 'summary' && kind !== 'error') {
    return false;
  }
  return Object.entries(required[kind]).every(([name, type]) => {
    const field = fields.get(name);
    return field !== null && typeof field === type;
  });
}
