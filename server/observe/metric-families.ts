// Under which names and labels the counts are shown: TensorFlow Serving's (reference §1.10), and Perch's own.
import type { ModelView } from '../lifecycle/model-manager.ts';
import type { Labels, MetricFamily } from './exposition.ts';
import type { ModelCounts, Series } from './model-counts.ts';

/** What TF Serving calls TF1 or TFRT. */
const runtime = 'ONNXRuntime';

/** TF Serving's metrics, names and labels to the letter. It has no version or label dimension. */
export function tensorflowServingFamilies(models: readonly ModelCounts[]): MetricFamily[] {
  return [
    {
      name: ':tensorflow:serving:request_count',
      help: 'Requests by outcome.',
      type: 'counter',
      samples: models.flatMap(({ name, outcomes }) =>
        [...outcomes].map(
          ([status, count]) =>
            [
              [
                ['model_name', name],
                ['status', status],
              ],
              count,
            ] as const,
        ),
      ),
    },
    {
      name: ':tensorflow:serving:request_latency',
      help: 'Wall time of successful requests, microseconds.',
      type: 'histogram',
      samples: models.flatMap(({ name, latencies }) =>
        [...latencies].flatMap(([api, byEntrypoint]) =>
          [...byEntrypoint].map(
            ([entrypoint, histogram]) =>
              [
                [
                  ['model_name', name],
                  ['API', api],
                  ['entrypoint', entrypoint],
                ],
                histogram,
              ] as const,
          ),
        ),
      ),
    },
    {
      name: ':tensorflow:serving:runtime_latency',
      help: 'Wall time in the engine of successful requests, microseconds.',
      type: 'histogram',
      samples: models.flatMap(({ name, runtimes }) =>
        [...runtimes].map(
          ([api, histogram]) =>
            [
              [
                ['model_name', name],
                ['API', api],
                ['runtime', runtime],
              ],
              histogram,
            ] as const,
        ),
      ),
    },
    {
      name: ':tensorflow:serving:request_example_counts',
      help: 'Rows per successful request.',
      type: 'histogram',
      samples: models.map(({ name, examples }) => [[['model', name]], examples]),
    },
    {
      name: ':tensorflow:serving:request_example_count_total',
      help: 'Rows of all successful requests.',
      type: 'counter',
      samples: models
        .filter(({ examples }) => !examples.isEmpty)
        .map(({ name, examples }) => [[['model', name]], examples.sum]),
    },
  ];
}

/** The same with everything that tells two versions of a model apart. */
export function perchFamilies(models: readonly ModelCounts[]): MetricFamily[] {
  const all = models.flatMap((model) => model.series.map((series) => ({ model: model.name, series })));
  return [
    {
      name: 'perch_request_total',
      help: 'Requests by version, label and outcome.',
      type: 'counter',
      samples: all.flatMap(({ model, series }) =>
        [...series.outcomes].map(
          ([status, count]) => [[...labelsOf(model, series), ['status', status]], count] as const,
        ),
      ),
    },
    {
      name: 'perch_request_error_total',
      help: 'Requests that were refused, dropped or failed, by reason: a code of docs/errors.md.',
      type: 'counter',
      samples: models.flatMap(({ name, errors }) =>
        [...errors].map(
          ([code, count]) =>
            [
              [
                ['model', name],
                ['code', code],
              ],
              count,
            ] as const,
        ),
      ),
    },
    {
      name: 'perch_refused_requests_total',
      help: 'Requests that a limit refused before anything was done for them, by the option that sets it, and by the name of their token where they had one.',
      type: 'counter',
      samples: models.flatMap(({ name, refusals }) =>
        [...refusals].flatMap(([reason, byToken]) =>
          [...byToken].map(
            ([token, count]) =>
              [
                [['reason', reason], ['model', name], ...(token === '' ? [] : [['token', token] as const])],
                count,
              ] as const,
          ),
        ),
      ),
    },
    {
      name: 'perch_request_duration_microseconds',
      help: 'Wall time of successful requests, microseconds.',
      type: 'histogram',
      samples: all.map(({ model, series }) => [labelsOf(model, series), series.duration]),
    },
    {
      name: 'perch_engine_duration_microseconds',
      help: 'Wall time in the engine of successful requests, microseconds.',
      type: 'histogram',
      samples: models.flatMap(({ name, engineDurations }) =>
        [...engineDurations].map(
          ([version, histogram]) =>
            [
              [
                ['model', name],
                ['version', version.toString()],
              ],
              histogram,
            ] as const,
        ),
      ),
    },
  ];
}

function labelsOf(model: string, { version, label, api, entrypoint }: Series): Labels {
  return [
    ['model', model],
    ['version', version?.toString() ?? ''],
    ['label', label],
    ['api', api],
    ['entrypoint', entrypoint],
  ];
}

/** 1 for the state that each version is in, under the names of the admin API. */
export function versionStateFamily(models: readonly ModelView[]): MetricFamily {
  return {
    name: 'perch_version_state',
    help: '1 for the state that each version is in.',
    type: 'gauge',
    samples: models.flatMap(({ name, versions }) =>
      versions.map(
        ({ number, state }) =>
          [
            [
              ['model', name],
              ['version', number.toString()],
              ['state', state.phase.replace('-', '_').toUpperCase()],
            ],
            1,
          ] as const,
      ),
    ),
  };
}
