// The admin calls that only look: statistics, events; and Shutdown.
import { setTimeout as wait } from 'node:timers/promises';
import { serviceMethods, type MessageInput } from '../../../protos/messages.ts';
import { configKinds } from '../../config/config-kind.ts';
import { checkConfig } from '../../config/check-config.ts';
import { PerchError } from '../../errors.ts';
import type { TimeQuantiles } from '../../observe/statistics-latency.ts';
import type { OutputSketch } from '../../observe/statistics-outputs.ts';
import type { WindowStatistics } from '../../observe/statistics-tally.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import { serverStream, unary, type Method } from '../method.ts';
import { toMutation } from './mutation.ts';
import { watchEvents } from './watch-events.ts';

const methods = serviceMethods('perch.admin.v1.Admin');
const defaultWindowSeconds = 60;
const longestWindowSeconds = 900;
const defaultHistorySeconds = 300;
const shortestHistorySeconds = 10;
const defaultIntervalMs = 1000;
const longestIntervalMs = 60_000;

type Statistics = MessageInput<'perch.admin.v1.GetStatisticsResponse'>;
type OfVersion = MessageInput<'perch.admin.v1.VersionStatistics'>;
type OfLabel = MessageInput<'perch.admin.v1.LabelStatistics'>;
/** What both have. */
type Figures = Omit<OfLabel, 'model' | 'label' | 'version'>;

/** ValidateConfig, GetStatistics to Shutdown. `shutDown` begins the end of the daemon. */
export function statisticsMethods(traffic: Traffic, draining: AbortSignal, shutDown: () => void): Method[] {
  const statistics = (model: string, windowSeconds: number): Statistics => {
    if (windowSeconds > longestWindowSeconds) {
      throw new PerchError(
        'REQUEST_MALFORMED',
        `window_seconds takes 1 to ${longestWindowSeconds}, not ${windowSeconds}.`,
      );
    }
    const { manager } = traffic.parts;
    const names = model === '' ? manager.names() : [traffic.control.view(model).name];
    const seconds = windowSeconds || defaultWindowSeconds;
    return {
      versions: names.flatMap((name) => statisticsOfVersions(traffic, name, seconds)),
      labels: names.flatMap((name) => statisticsOfLabels(traffic, name, seconds)),
    };
  };
  return [
    unary(methods.ValidateConfig, ({ kind, text }) => {
      const known = configKinds.find((one) => one === kind);
      if (known === undefined) {
        throw new PerchError('REQUEST_MALFORMED', `kind is one of ${configKinds.join(', ')}, not "${kind}".`);
      }
      const names = { error: 'ERROR', warning: 'WARNING', hint: 'HINT' } as const;
      return {
        findings: checkConfig(text, known).findings.map(({ code, message, severity, start, end }) => ({
          code,
          message,
          severity: names[severity],
          start,
          end,
        })),
      };
    }),
    unary(methods.GetStatistics, ({ model, windowSeconds }) => statistics(model, windowSeconds)),
    serverStream(methods.WatchStatistics, async function* ({ model, windowSeconds, intervalMs }, call) {
      const signal = AbortSignal.any([call.signal, draining]);
      if (intervalMs > longestIntervalMs) {
        throw new PerchError(
          'REQUEST_MALFORMED',
          `interval_ms takes 100 to ${longestIntervalMs}, not ${intervalMs}.`,
        );
      }
      for (;;) {
        yield statistics(model, windowSeconds);
        try {
          await wait(Math.max(100, intervalMs || defaultIntervalMs), undefined, { signal });
        } catch {
          return;
        }
      }
    }),
    unary(methods.GetStatisticsHistory, ({ model, windowSeconds }) => {
      const seconds = windowSeconds || defaultHistorySeconds;
      if (seconds < shortestHistorySeconds || seconds > longestWindowSeconds) {
        throw new PerchError(
          'REQUEST_MALFORMED',
          `window_seconds takes ${shortestHistorySeconds} to ${longestWindowSeconds}, not ${seconds}.`,
        );
      }
      const { ageMs, spanMs, versions } = traffic.statistics.history(
        traffic.control.view(model).name,
        seconds,
      );
      return {
        spanMs,
        beginMs: Math.round(Date.now() - ageMs),
        versions: [...versions]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([version, spans]) => ({ version: version.toString(), points: spans.map(toPoint) })),
      };
    }),
    serverStream(methods.WatchEvents, ({ backlog }, call) =>
      watchEvents(traffic.parts.events, backlog, AbortSignal.any([call.signal, draining])),
    ),
    unary(methods.Shutdown, ({ mutation }) => {
      const { actor, reason } = toMutation(mutation);
      traffic.parts.events.record({ model: '', kind: 'shutdown', actor, reason, before: '', after: '' });
      // The answer goes out first.
      setImmediate(shutDown);
      return {};
    }),
  ];
}

/** Of every version that is AVAILABLE, or was and has requests in the window; by version. */
function statisticsOfVersions(
  { parts, statistics }: Traffic,
  model: string,
  windowSeconds: number,
): OfVersion[] {
  const view = parts.manager.view(model);
  const versions = view?.versions ?? [];
  const available = new Set(
    versions.flatMap(({ number, state }) => (state.phase === 'available' ? [number] : [])),
  );
  const numbers = [...new Set([...available, ...statistics.versions(model)])];
  return numbers
    .sort((a, b) => (a < b ? -1 : 1))
    .flatMap((number) => {
      const window = statistics.window(model, number, windowSeconds);
      if (window.requests === 0 && !available.has(number)) {
        return [];
      }
      const labels = [...(view?.labels ?? [])].filter(([, version]) => version === number);
      return [
        {
          model,
          version: number.toString(),
          labels: labels.map(([label]) => label),
          ...toFigures(window),
        },
      ];
    });
}

/** Of every label that leads to a version; by label. */
function statisticsOfLabels({ parts, statistics }: Traffic, model: string, windowSeconds: number): OfLabel[] {
  return [...(parts.manager.view(model)?.labels ?? [])]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, version]) => ({
      model,
      label,
      version: version.toString(),
      ...toFigures(statistics.window(model, label, windowSeconds)),
    }));
}

function toFigures(window: WindowStatistics): Figures {
  return {
    requests: window.requests,
    rate: window.requests / window.seconds,
    successRate: window.successRate ?? NaN,
    errors: Object.fromEntries(window.errorsByCode),
    total: toPercentiles(window.total),
    queue: toPercentiles(window.queue),
    run: toPercentiles(window.run),
    meanRows: window.batches?.meanRows ?? 0,
    outputs: [...window.outputs].map(([name, sketch]) => toOutput(name, sketch)),
  };
}

function toPoint(span: WindowStatistics | undefined): MessageInput<'perch.admin.v1.HistoryPoint'> {
  const errors = [...(span?.errorsByCode.values() ?? [])].reduce((sum, count) => sum + count, 0);
  return {
    requests: span?.requests ?? 0,
    errors,
    p50Us: span?.total?.p50Us ?? NaN,
    p99Us: span?.total?.p99Us ?? NaN,
  };
}

function toPercentiles(times: TimeQuantiles | undefined): MessageInput<'perch.admin.v1.Percentiles'> {
  return { p50: times?.p50Us ?? NaN, p90: times?.p90Us ?? NaN, p99: times?.p99Us ?? NaN };
}

function toOutput(name: string, sketch: OutputSketch): MessageInput<'perch.admin.v1.OutputStatistics'> {
  const { classes, values, mean, m2 } = sketch;
  return {
    name,
    values,
    mean: values === 0 ? NaN : mean,
    deviation: values < 2 ? NaN : Math.sqrt(m2 / (values - 1)),
    topClasses: Object.fromEntries(
      [...classes].flatMap((count, place) => (count === 0 ? [] : [[place, count]])),
    ),
  };
}
