// Prometheus' page: TF Serving's names to the letter, Perch's with version and label, and a bounded number of series.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { FinishedRequest } from '../../../../server/apis/serving.ts';
import type { BatchReport } from '../../../../server/engine/batching/with-batching.ts';
import { PerchError } from '../../../../server/errors.ts';
import { ModelManager } from '../../../../server/lifecycle/model-manager.ts';
import { LoadMetrics } from '../../../../server/observe/load-metrics.ts';
import { RequestMetrics } from '../../../../server/observe/request-metrics.ts';
import { FakeLoader, memoryLog, modelOnDisk } from '../fakes.ts';

const answered: FinishedRequest = {
  model: 'm',
  version: 1n,
  api: 'Predict',
  entrypoint: 'GRPC',
  micros: 300,
  engineUs: 100,
  examples: 4,
};
const batch: BatchReport = {
  model: 'm',
  version: 1n,
  threadPoolName: 'pool',
  requests: 1,
  rows: 2,
  paddedRows: 2,
  requestRows: [2],
  queueMicros: [5],
};
const notFound = new PerchError('SERVABLE_NOT_FOUND', 'gone');

describe('the metrics page', () => {
  let manager: ModelManager;
  let loader: FakeLoader;
  let loads: LoadMetrics;
  let metrics: RequestMetrics;

  beforeEach(() => {
    loader = new FakeLoader();
    manager = new ModelManager(loader, memoryLog().log);
    loads = new LoadMetrics();
    metrics = new RequestMetrics(manager, loads);
    manager.apply([modelOnDisk('m', [1n])]);
  });

  /** Value by series, as `name{labels}`. */
  const samples = (): Map<string, number> =>
    new Map(
      metrics
        .page()
        .body.split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => {
          const [series = '', value = ''] = line.split(/ (?=[^ ]*$)/);
          return [series, Number(value)];
        }),
    );
  const of = (name: string): string[] =>
    [...samples().keys()].filter((series) => series.startsWith(`${name}{`));

  it('is valid in the exposition format', () => {
    metrics.finished({ ...answered, model: 'a "model"\\\n' });
    manager.apply([modelOnDisk('m', [1n]), modelOnDisk('a "model"\\\n', [1n])]);
    metrics.finished({ ...answered, model: 'a "model"\\\n' });
    loads.warmedUp({ model: 'm', version: 1n, records: 3, micros: 1 });
    loads.batchBegun(batch);
    const { contentType, body } = metrics.page();
    assert.equal(contentType, 'text/plain; version=0.0.4; charset=utf-8');
    assert.ok(body.endsWith('\n'));
    const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
    const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
    const line = new RegExp(
      `^(?:# HELP ${name} .+|# TYPE ${name} (?:counter|gauge|histogram)|${name}(?:\\{${label}(?:,${label})*\\})? [0-9.e+]+)$`,
    );
    for (const one of body.trimEnd().split('\n')) {
      assert.match(one, line);
    }
    assert.ok(
      samples().has(':tensorflow:serving:request_count{model_name="a \\"model\\"\\\\\\n",status="OK"}'),
    );
  });

  it('tells which limit refused requests, of models that there are', () => {
    const error = new PerchError('RATE_LIMITED', 'too many');
    const refused = { api: 'Predict', entrypoint: 'GRPC', micros: 0, error } as const;
    metrics.finished({ ...refused, model: 'm', refusedBy: 'max_requests_per_second_per_client' });
    metrics.finished({ ...refused, model: 'm', refusedBy: 'max_requests_per_second_per_client' });
    metrics.finished({ ...refused, model: 'made up', refusedBy: 'max_requests_per_second' });
    const family = 'perch_refused_requests_total';
    assert.deepEqual(
      [...samples()].filter(([series]) => series.startsWith(family)),
      [
        [`${family}{reason="max_requests_per_second_per_client",model="m"}`, 2],
        [`${family}{reason="max_requests_per_second",model=""}`, 1],
      ],
    );
    assert.equal(samples().get('perch_request_error_total{model="m",code="RATE_LIMITED"}'), 2);
    assert.equal(
      samples().get(':tensorflow:serving:request_count{model_name="m",status="RESOURCE_EXHAUSTED"}'),
      2,
    );
  });

  it('has TF Serving’s metrics', () => {
    metrics.finished(answered);
    metrics.finished({ ...answered, entrypoint: 'REST', micros: 20, examples: 1 });
    metrics.finished({ model: 'm', api: 'Predict', entrypoint: 'GRPC', micros: 1, error: notFound });
    const expected: Record<string, number> = {
      ':tensorflow:serving:request_count{model_name="m",status="OK"}': 2,
      ':tensorflow:serving:request_count{model_name="m",status="NOT_FOUND"}': 1,
      ':tensorflow:serving:request_latency_sum{model_name="m",API="Predict",entrypoint="GRPC"}': 300,
      ':tensorflow:serving:request_latency_count{model_name="m",API="Predict",entrypoint="GRPC"}': 1,
      ':tensorflow:serving:request_latency_bucket{model_name="m",API="Predict",entrypoint="GRPC",le="188.957"}': 0,
      ':tensorflow:serving:request_latency_bucket{model_name="m",API="Predict",entrypoint="GRPC",le="340.122"}': 1,
      ':tensorflow:serving:request_latency_bucket{model_name="m",API="Predict",entrypoint="GRPC",le="1.47476e+09"}': 1,
      ':tensorflow:serving:request_latency_bucket{model_name="m",API="Predict",entrypoint="GRPC",le="+Inf"}': 1,
      ':tensorflow:serving:request_latency_count{model_name="m",API="Predict",entrypoint="REST"}': 1,
      ':tensorflow:serving:runtime_latency_sum{model_name="m",API="Predict",runtime="ONNXRuntime"}': 200,
      ':tensorflow:serving:runtime_latency_count{model_name="m",API="Predict",runtime="ONNXRuntime"}': 2,
      ':tensorflow:serving:request_example_counts_bucket{model="m",le="1"}': 1,
      ':tensorflow:serving:request_example_counts_bucket{model="m",le="4"}': 2,
      ':tensorflow:serving:request_example_counts_count{model="m"}': 2,
      ':tensorflow:serving:request_example_count_total{model="m"}': 5,
    };
    const all = samples();
    for (const [series, value] of Object.entries(expected)) {
      assert.equal(all.get(series), value, series);
    }
    const buckets = (labels: string): number =>
      [...all.keys()].filter((series) => series.startsWith(labels)).length;
    assert.equal(
      buckets(':tensorflow:serving:request_latency_bucket{model_name="m",API="Predict",entrypoint="GRPC",'),
      34,
    );
    assert.equal(buckets(':tensorflow:serving:request_example_counts_bucket{model="m",'), 16);
  });

  it('counts values above and at a bound where they belong', () => {
    metrics.finished({ ...answered, micros: 10 });
    metrics.finished({ ...answered, micros: 1e12 });
    const bucket = (le: string): number | undefined =>
      samples().get(
        `:tensorflow:serving:request_latency_bucket{model_name="m",API="Predict",entrypoint="GRPC",le="${le}"}`,
      );
    assert.deepEqual([bucket('10'), bucket('1.47476e+09'), bucket('+Inf')], [1, 1, 2]);
  });

  it('tells versions, labels, APIs and entrypoints apart', () => {
    metrics.finished(answered);
    metrics.finished({ ...answered, label: 'stable' });
    metrics.finished({ ...answered, label: 'stable', error: new PerchError('INFERENCE_FAILED', '') });
    metrics.finished({ ...answered, api: 'Classify', entrypoint: 'REST' });
    const rest = 'api="Predict",entrypoint="GRPC"';
    const all = samples();
    assert.equal(all.get(`perch_request_total{model="m",version="1",label="",${rest},status="OK"}`), 1);
    assert.equal(all.get(`perch_request_total{model="m",version="1",label="stable",${rest},status="OK"}`), 1);
    assert.equal(
      all.get(`perch_request_total{model="m",version="1",label="stable",${rest},status="INVALID_ARGUMENT"}`),
      1,
    );
    assert.equal(
      all.get(
        'perch_request_total{model="m",version="1",label="",api="Classify",entrypoint="REST",status="OK"}',
      ),
      1,
    );
    assert.equal(
      all.get(`perch_request_duration_microseconds_count{model="m",version="1",label="stable",${rest}}`),
      1,
    );
    assert.equal(all.get('perch_engine_duration_microseconds_count{model="m",version="1"}'), 3);
  });

  it('has the state of every version', async () => {
    assert.deepEqual(of('perch_version_state'), [
      'perch_version_state{model="m",version="1",state="LOADING"}',
    ]);
    await loader.loading(1n).succeed();
    assert.deepEqual(of('perch_version_state'), [
      'perch_version_state{model="m",version="1",state="AVAILABLE"}',
    ]);
  });

  it('counts what requests make up under an empty name', () => {
    for (let i = 0; i < 100; i++) {
      metrics.finished({ model: `no${i}`, api: 'Predict', entrypoint: 'REST', micros: 1, error: notFound });
      metrics.finished({
        model: 'm',
        label: `no${i}`,
        api: 'Predict',
        entrypoint: 'REST',
        micros: 1,
        error: notFound,
      });
    }
    assert.deepEqual(of(':tensorflow:serving:request_count').sort(), [
      ':tensorflow:serving:request_count{model_name="",status="NOT_FOUND"}',
      ':tensorflow:serving:request_count{model_name="m",status="NOT_FOUND"}',
    ]);
    assert.equal(of('perch_request_total').length, 2);
    assert.equal(samples().get(':tensorflow:serving:request_count{model_name="",status="NOT_FOUND"}'), 100);
  });

  it('keeps a label of the model, though no version could be chosen', () => {
    manager.apply([modelOnDisk('m', [1n], { labels: new Map([['stable', 1n]]) })]);
    return loader
      .loading(1n)
      .succeed()
      .then(() => {
        metrics.finished({
          model: 'm',
          label: 'stable',
          api: 'Predict',
          entrypoint: 'REST',
          micros: 1,
          error: notFound,
        });
        assert.match(of('perch_request_total').join(), /version="",label="stable"/);
      });
  });

  it('forgets versions that are gone, and keeps the totals of their model', async () => {
    for (let version = 1n; version <= 50n; version++) {
      manager.apply([modelOnDisk('m', [version])]);
      await loader.loading(version).succeed();
      metrics.finished({ ...answered, version });
    }
    const known = manager.view('m')!.versions.map(({ number }) => number.toString());
    assert.ok(known.length < 50);
    const versions = (name: string): (string | undefined)[] =>
      of(name).map((series) => /version="(\d+)"/.exec(series)?.[1]);
    assert.deepEqual(versions('perch_request_total').sort(), [...known].sort());
    assert.deepEqual(versions('perch_engine_duration_microseconds_count').sort(), [...known].sort());
    assert.equal(samples().get(':tensorflow:serving:request_count{model_name="m",status="OK"}'), 50);
  });

  it('shows warm-ups and batches of the versions that there are', async () => {
    const versions = (): (string | undefined)[] =>
      of('perch_batch_rows_count').map((series) => /version="(\d+)"/.exec(series)?.[1]);
    for (let version = 1n; version <= 50n; version++) {
      manager.apply([modelOnDisk('m', [version])]);
      await loader.loading(version).succeed();
      loads.warmedUp({ model: 'm', version, records: 1, micros: 1 });
      loads.batchBegun({ ...batch, version });
    }
    const known = manager.view('m')!.versions.map(({ number }) => number.toString());
    assert.ok(known.length < 50);
    assert.deepEqual(versions().sort(), [...known].sort());
    assert.equal(of(':tensorflow:serving:model_warmup_records_read').length, known.length);
    assert.equal(samples().get(':tensorflow:serving:batching_session:wrapped_run_count'), 50);
    manager.apply([]);
    // A batch that was under way.
    loads.batchBegun({ ...batch, version: 50n });
    manager.apply([]);
    assert.deepEqual(versions(), []);
    assert.deepEqual(of(':tensorflow:serving:model_warmup_records_read'), []);
  });

  it('forgets models that are gone', () => {
    metrics.finished(answered);
    loads.warmedUp({ model: 'm', version: 1n, records: 1, micros: 1 });
    manager.apply([]);
    assert.deepEqual([...samples().keys()], []);
    metrics.finished(answered);
    assert.deepEqual(of(':tensorflow:serving:request_count'), [
      ':tensorflow:serving:request_count{model_name="",status="OK"}',
    ]);
  });

  it('counts what was refused, dropped or failed by its reason', () => {
    const full = new PerchError('BATCH_QUEUE_FULL', 'full', { retryAfterMs: 5 });
    metrics.finished({ ...answered, error: full });
    metrics.finished({ ...answered, entrypoint: 'REST', error: full });
    metrics.finished({ ...answered, error: new PerchError('DEADLINE_EXCEEDED', 'late') });
    metrics.finished({ ...answered, model: 'made up', error: notFound });
    metrics.finished(answered);
    const all = samples();
    const errors = of('perch_request_error_total').map((series) => [series, all.get(series)]);
    assert.deepEqual(errors, [
      ['perch_request_error_total{model="m",code="BATCH_QUEUE_FULL"}', 2],
      ['perch_request_error_total{model="m",code="DEADLINE_EXCEEDED"}', 1],
      ['perch_request_error_total{model="",code="SERVABLE_NOT_FOUND"}', 1],
    ]);
  });
});
