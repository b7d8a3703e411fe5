// The decorator: which versions are batched, and what is told of them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Signature } from '../../../../../server/codec/tensor.ts';
import type { BatchingParameters } from '../../../../../server/engine/batching/batch-parameters.ts';
import {
  withBatching,
  type BatchReport,
  type UnbatchableReport,
} from '../../../../../server/engine/batching/with-batching.ts';
import { PerchError } from '../../../../../server/errors.ts';
import type { Loader } from '../../../../../server/lifecycle/model-environment.ts';
import type { LoadedVersion } from '../../../../../server/lifecycle/version-state.ts';
import { flush, versionOnDisk } from '../../fakes.ts';
import { numbersOf, parametersWith, rowsOf, rowSignature, SteeredVersion } from './steered-version.ts';

const neverAborted = new AbortController().signal;

/** A loader of one version, decorated; `load` gives what the lifecycle would get. */
function setUp(parameters: BatchingParameters | undefined | Error, signature: Signature = rowSignature) {
  const version = new SteeredVersion(signature);
  const batches: BatchReport[] = [];
  const unbatchable: UnbatchableReport[] = [];
  let loads = 0;
  const inner: Loader = {
    load: () => {
      loads++;
      return Promise.resolve(version);
    },
  };
  const loader = withBatching(
    inner,
    () => (parameters instanceof Error ? Promise.reject(parameters) : Promise.resolve(parameters)),
    { onBatch: (report) => batches.push(report), onUnbatchable: (report) => unbatchable.push(report) },
  );
  const load = () => loader.load('m', versionOnDisk(7n), neverAborted);
  return { version, load, batches, unbatchable, loads: () => loads };
}

describe('withBatching', () => {
  it('batches by the parameters of the version, and reports', async () => {
    const { version, load, batches } = setUp(parametersWith({ threadPoolName: 'pool' }));
    const loaded = await load();
    assert.deepEqual([loaded.signature, loaded.lost], [version.signature, version.lost]);
    void [1, 2, 3].map((n) => loaded.run(rowsOf([n]), ['double'], neverAborted));
    await flush();
    assert.deepEqual(
      batches.map(({ model, version: number, threadPoolName, requests }) => [
        model,
        number,
        threadPoolName,
        requests,
      ]),
      [
        ['m', 7n, 'pool', 1],
        ['m', 7n, 'pool', 2],
      ],
    );
  });

  it('batches each signature of a converted version by itself, and none that keeps state', async () => {
    const signed = (name: string, isStateful: boolean): Signature => ({
      ...rowSignature,
      named: { name, methodName: '', optionalInputs: [], isStateful },
    });
    const all = [signed('first', false), signed('second', false), signed('counter', true)];
    const asked: (string | undefined)[] = [];
    const steered = new SteeredVersion(signed('first', false));
    const version: LoadedVersion = {
      signature: steered.signature,
      signatures: new Map(all.map((one) => [one.named?.name ?? '', one])),
      lost: steered.lost,
      unload: () => steered.unload(),
      run: (inputs, outputNames, signal, hints) => {
        asked.push(`${hints?.signature} ${numbersOf(inputs.get('x')).length}`);
        return steered.run(inputs, outputNames, signal);
      },
    };
    const loader = withBatching({ load: () => Promise.resolve(version) }, () =>
      Promise.resolve(parametersWith({ numBatchThreads: 1 })),
    );
    const loaded = await loader.load('m', versionOnDisk(7n), neverAborted);
    assert.equal(loaded.signatures, version.signatures);
    for (const signature of ['first', 'second', 'counter']) {
      for (let n = 0; n < 3; n++) {
        void loaded.run(rowsOf([n]), ['double'], neverAborted, { signature });
      }
    }
    await flush();
    // Of each batched signature one run is under way and the others wait; those of the third are not held.
    assert.deepEqual(asked, ['first 1', 'second 1', 'counter 1', 'counter 1', 'counter 1']);
  });

  it('hands on the progress of the load, and on what the version runs', async () => {
    const instance = { provider: 'cpu', deviceId: 0, engineHostIndex: 0, intraOpThreads: 1 };
    const execution = { instances: [instance], fallbackReason: '', cpuFallbackOps: [] };
    const steps: string[] = [];
    const inner: Loader = {
      load: (_model, _disk, _signal, progress) => {
        progress?.({ step: 'queued' });
        return Promise.resolve(Object.assign(new SteeredVersion(), { execution }));
      },
    };
    const loader = withBatching(inner, () => Promise.resolve(parametersWith({})));
    const loaded = await loader.load('m', versionOnDisk(7n), neverAborted, ({ step }) => steps.push(step));
    assert.equal(loaded.execution, execution);
    assert.deepEqual(steps, ['queued']);
  });

  it('has two runs under way for each of several instances', async () => {
    const instance = { provider: 'cpu', deviceId: 0, engineHostIndex: 0, intraOpThreads: 1 };
    const execution = { instances: [instance, instance, instance], fallbackReason: '', cpuFallbackOps: [] };
    const version = Object.assign(new SteeredVersion(), { execution });
    const inner: Loader = { load: () => Promise.resolve(version) };
    const loader = withBatching(inner, () => Promise.resolve(parametersWith({ numBatchThreads: 1 })));
    const loaded = await loader.load('m', versionOnDisk(7n), neverAborted);
    void Array.from({ length: 60 }, (_, n) => loaded.run(rowsOf([n]), ['double'], neverAborted));
    await flush();
    assert.equal(version.pending.length, 6);
  });

  it('hands the hints of a request to the batcher', async () => {
    const { version, load } = setUp(
      parametersWith({ numBatchThreads: 1, maxBatchSize: 1, priorityLevels: 2, defaultPriorityLevel: 2 }),
    );
    const loaded = await load();
    void loaded.run(rowsOf([1]), ['double'], neverAborted);
    void loaded.run(rowsOf([2]), ['double'], neverAborted);
    void loaded.run(rowsOf([3]), ['double'], neverAborted, { priority: 1 });
    version.pending[0]!.finish();
    await flush();
    assert.deepEqual(numbersOf(version.pending[0]?.inputs.get('x')), [3]);
  });

  it('rejects what waits when the version is unloaded', async () => {
    const { version, load } = setUp(parametersWith({ numBatchThreads: 1 }));
    const loaded = await load();
    void loaded.run(rowsOf([1]), ['double'], neverAborted);
    const waits = assert.rejects(loaded.run(rowsOf([2]), ['double'], neverAborted), /unloaded/);
    await loaded.unload();
    await waits;
    assert.equal(version.unloads, 1);
  });

  it('leaves a version without parameters as it is', async () => {
    const { version, load, unbatchable } = setUp(undefined);
    assert.equal(await load(), version);
    assert.deepEqual(unbatchable, []);
  });

  it('loads nothing where the parameters are wrong', async () => {
    const { load, loads } = setUp(new PerchError('CONFIG_INVALID', 'no'));
    await assert.rejects(load(), /no/);
    assert.equal(loads(), 0);
  });

  const [x] = rowSignature.inputs;
  const [double] = rowSignature.outputs;
  const without: [string, Signature][] = [
    ['a fixed first dimension of an input', { ...rowSignature, inputs: [{ ...x!, shape: [1, -1] }] }],
    ['a scalar output', { ...rowSignature, outputs: [double!, { ...double!, name: 's', shape: [] }] }],
    ['no inputs', { ...rowSignature, inputs: [] }],
    ['no outputs', { ...rowSignature, outputs: [] }],
  ];
  for (const [what, signature] of without) {
    it(`does not batch a model with ${what}`, async () => {
      const { version, load, unbatchable } = setUp(parametersWith({}), signature);
      assert.equal(await load(), version);
      assert.deepEqual(
        unbatchable.map(({ model, version: number }) => [model, number]),
        [['m', 7n]],
      );
    });
  }
});
