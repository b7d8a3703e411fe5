// How late the network thread is: the delay of a timer, by perf_hooks' own histogram.
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import type { LoopDelayFacts } from '../apis/admin/server-info.ts';
import type { Labels, MetricFamily } from './exposition.ts';

/**
 * Milliseconds between two looks. At 20 a stall as long as the daemon's limit for a health check (20 ms) cannot fall
 * between two of them. On an idle 2-core x64 machine with Node 20.20 a look costs 34 µs, the waking of the process
 * included: 0.34 % of a core at 20 ms, 0.68 % at Node's default of 10, 0.17 % at 50.
 */
const resolutionMs = 20;

/** Old figures must not hide new ones: milliseconds. */
const windowMs = 10_000;

/** The part of perf_hooks' IntervalHistogram that is used; its values are nanoseconds between two looks. */
export type DelayMonitor = Pick<
  IntervalHistogram,
  'count' | 'max' | 'percentile' | 'reset' | 'enable' | 'disable'
>;

/**
 * Measures from its making until `stop`, and keeps no process up. The figures are of looks, not of requests: a stall of
 * half a second is one look that is half a second late, so `max` is what tells of a rare one.
 */
export class LoopDelay {
  readonly #monitor: DelayMonitor;
  readonly #timer: NodeJS.Timeout;
  /** The last whole window. */
  #last: LoopDelayFacts | undefined;
  /** Of the windows that ended since the page was asked for, microseconds. */
  #maxSincePage = 0;

  /** `monitor` stands in for the real one in tests. */
  constructor(monitor: DelayMonitor = monitorEventLoopDelay({ resolution: resolutionMs })) {
    this.#monitor = monitor;
    monitor.enable();
    this.#timer = setInterval(() => this.#endWindow(), windowMs).unref();
  }

  /** The last whole window; the current one while there is no other; undefined before the first look. */
  facts(): LoopDelayFacts | undefined {
    return this.#last ?? this.#current();
  }

  /** How late a look was at most within the last whole window and the current one, milliseconds. */
  longestMs(): number {
    return Math.max(this.#last?.maxUs ?? 0, this.#current()?.maxUs ?? 0) / 1000;
  }

  /** For the Prometheus page. The maximum begins anew with each call. */
  families(): MetricFamily[] {
    const facts = this.facts();
    if (facts === undefined) {
      return [];
    }
    const max = Math.max(this.#maxSincePage, this.#current()?.maxUs ?? 0);
    this.#maxSincePage = 0;
    const seconds = (micros: number): number => micros / 1e6;
    const at = (quantile: string): Labels => [['quantile', quantile]];
    return [
      {
        name: 'perch_event_loop_delay_seconds',
        help: 'How late timers of the network thread fire, over the last ten seconds.',
        type: 'gauge',
        samples: [
          [at('0.5'), seconds(facts.p50Us)],
          [at('0.99'), seconds(facts.p99Us)],
        ],
      },
      {
        name: 'perch_event_loop_delay_max_seconds',
        help: 'How late a timer of the network thread fired at most since this page was last asked for.',
        type: 'gauge',
        samples: [[[], seconds(max)]],
      },
    ];
  }

  /** Measures no more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#monitor.disable();
  }

  #endWindow(): void {
    const ended = this.#current();
    this.#last = ended ?? this.#last;
    this.#maxSincePage = Math.max(this.#maxSincePage, ended?.maxUs ?? 0);
    this.#monitor.reset();
  }

  #current(): LoopDelayFacts | undefined {
    const monitor = this.#monitor;
    return monitor.count === 0
      ? undefined
      : {
          p50Us: toDelayUs(monitor.percentile(50)),
          p99Us: toDelayUs(monitor.percentile(99)),
          maxUs: toDelayUs(monitor.max),
          windowMs,
        };
  }
}

/** What is recorded is the whole time between two looks: what is beyond the resolution is delay. */
function toDelayUs(betweenLooksNs: number): number {
  return Math.max(0, betweenLooksNs / 1000 - resolutionMs * 1000);
}
