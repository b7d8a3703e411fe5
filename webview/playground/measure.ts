// What the page shows of a measurement: a few figures for each moment, and the summary at the end.
import { isArrayOf, isEither, isLiteral, isObject, isString, isWhole, type Guard } from '../guards.ts';

/** How to measure. */
export interface MeasurePlan {
  /** Requests per second; 0: as many as the concurrency allows. */
  readonly rate: number;
  /** Requests at once at most, 1 to 1024. */
  readonly concurrency: number;
  /** Seconds, 1 to 120. */
  readonly seconds: number;
}

/** The bounds of a plan, for the form and for the extension. */
export const measureBounds = {
  rate: [0, 100_000],
  concurrency: [1, 1_024],
  seconds: [1, 120],
} as const satisfies Readonly<Record<keyof MeasurePlan, readonly [number, number]>>;

/** Milliseconds; null where nothing was answered. */
export interface LatencyFigures {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** One moment. */
export interface MeasurePoint extends LatencyFigures {
  /** Seconds since the start. */
  readonly at: number;
  /** Answers per second since the moment before. */
  readonly rate: number;
  /** Of the daemon and its engine hosts, percent of one core; null where it did not tell. */
  readonly cpuPercent: number | null;
  /** Of the daemon and its engine hosts; null where it did not tell. */
  readonly memoryBytes: number | null;
}

/** What failed, by its gRPC code. */
export interface MeasureError {
  readonly code: string;
  readonly count: number;
  /** The first one's words. */
  readonly message: string;
}

/** Everything since the start. */
export interface MeasureTotals extends LatencyFigures {
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
  /** Answers per second. */
  readonly rate: number;
  readonly mean: number | null;
  readonly most: number | null;
  readonly errors: readonly MeasureError[];
  /** Who answered, e.g. `version 3: 120`. */
  readonly versions: readonly { readonly version: string; readonly count: number }[];
}

/** A measurement, complete each time. */
export interface MeasureView {
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  /** Why it failed, in the words of who refused it; empty otherwise. */
  readonly message: string;
  readonly plan: MeasurePlan;
  readonly points: readonly MeasurePoint[];
  readonly totals: MeasureTotals | null;
  /** What to know of the figures, sentences. */
  readonly notes: readonly string[];
}

const isNumber: Guard<number> = (value): value is number =>
  typeof value === 'number' && Number.isFinite(value);
const isFigure: Guard<number | null> = (value): value is number | null => value === null || isNumber(value);
const latencyGuards = { p50: isFigure, p95: isFigure, p99: isFigure };

/** Whether the plan keeps to its bounds. */
export const isMeasurePlan: Guard<MeasurePlan> = (value): value is MeasurePlan =>
  isObject<MeasurePlan>({ rate: isNumber, concurrency: isWhole, seconds: isNumber })(value) &&
  (['rate', 'concurrency', 'seconds'] as const).every((name) => {
    const [least, most] = measureBounds[name];
    return value[name] >= least && value[name] <= most;
  });

const isTotals = isObject<MeasureTotals>({
  ...latencyGuards,
  sent: isWhole,
  ok: isWhole,
  failed: isWhole,
  rate: isNumber,
  mean: isFigure,
  most: isFigure,
  errors: isArrayOf(isObject<MeasureError>({ code: isString, count: isWhole, message: isString })),
  versions: isArrayOf(isObject<{ version: string; count: number }>({ version: isString, count: isWhole })),
});

/** Whether the page may draw it. */
export const isMeasureView = isObject<MeasureView>({
  state: isEither(
    isEither(isLiteral('running'), isLiteral('done')),
    isEither(isLiteral('cancelled'), isLiteral('failed')),
  ),
  message: isString,
  plan: isMeasurePlan,
  points: isArrayOf(
    isObject<MeasurePoint>({
      ...latencyGuards,
      at: isNumber,
      rate: isNumber,
      cpuPercent: isFigure,
      memoryBytes: isFigure,
    }),
  ),
  totals: (value): value is MeasureTotals | null => value === null || isTotals(value),
  notes: isArrayOf(isString),
});
