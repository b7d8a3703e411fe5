// Warm-up over a fake engine: what is run how often, what fails the load, and what is only logged.
import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { MessageInput } from '../../../../protos/messages.ts';
import { withWarmUp, type WarmUpReport } from '../../../../server/apis/tensorflow-serving/warm-up.ts';
import type { Signature, Tensor, TensorMap } from '../../../../server/codec/tensor.ts';
import { PerchError } from '../../../../server/errors.ts';
import type { VersionOnDisk } from '../../../../server/lifecycle/found.ts';
import type { LoadProgress } from '../../../../server/lifecycle/load-progress.ts';
import type { Loader } from '../../../../server/lifecycle/model-environment.ts';
import type { LoadedVersion } from '../../../../server/lifecycle/version-state.ts';
import { warmUpFile } from '../../../../server/models/warmup-records.ts';
import { tempDir, type TempDir } from '../../../support/temp-dir.ts';
import { predictLog, writeWarmUpFile, type PredictionLog } from '../../../support/warm-up-file.ts';
import { memoryLog, plainSignature, versionOnDisk } from '../fakes.ts';

interface Ran {
  readonly inputs: TensorMap;
  readonly outputNames: readonly string[];
}

describe('withWarmUp', () => {
  let directory: TempDir;
  let ran: Ran[];
  let unloads: number;
  let lines: string[];
  let reports: WarmUpReport[];
  let onRun: (count: number) => void;
  let signature: Signature;
  let outputs: TensorMap;
  let abort: AbortController;

  beforeEach(() => {
    directory = tempDir();
    ran = [];
    unloads = 0;
    reports = [];
    onRun = () => undefined;
    signature = plainSignature;
    outputs = new Map();
    abort = new AbortController();
  });
  afterEach(() => directory.remove());

  const loaded: LoadedVersion = {
    get signature() {
      return signature;
    },
    lost: new Promise(() => undefined),
    run: async (inputs, outputNames, signal) => {
      signal.throwIfAborted();
      ran.push({ inputs, outputNames });
      await Promise.resolve();
      onRun(ran.length);
      return { outputs, engineUs: 1 };
    },
    unload: () => {
      unloads++;
      return Promise.resolve();
    },
  };
  const engine = { load: () => Promise.resolve(loaded) };
  const warmed = (iterations = 1): ReturnType<typeof withWarmUp> => {
    const memory = memoryLog();
    ({ lines } = memory);
    return withWarmUp(engine, {
      enabled: true,
      iterations,
      log: memory.log,
      onWarmUp: (report) => reports.push(report),
    });
  };
  const onDisk = (fingerprint = 'a'): VersionOnDisk => ({
    ...versionOnDisk(3n, { kind: 'complete' }, fingerprint),
    directory: directory.path,
  });
  const load = (loader = warmed()): Promise<LoadedVersion> => loader.load('m', onDisk(), abort.signal);
  const valuesOf = ({ inputs }: Ran): number[] => {
    const tensor = inputs.get('x');
    assert.ok(tensor !== undefined && tensor.dtype !== 'string');
    return [...new Float32Array(Uint8Array.from(tensor.bytes).buffer)];
  };
  const throwing = (code: ConstructorParameters<typeof PerchError>[0]) => (): void => {
    throw new PerchError(code, 'Why not.');
  };

  it('leaves the loader as it is where it is switched off', () => {
    const { log } = memoryLog();
    assert.equal(withWarmUp(engine, { enabled: false, iterations: 1, log }), engine);
  });

  describe('with a warm-up file', () => {
    it('runs every record so often as it is told, whatever model and version it names', async () => {
      writeWarmUpFile(directory.path, [predictLog('x', [2], [1, 2]), predictLog('x', [1], [3])]);
      assert.equal(await load(warmed(2)), loaded);
      assert.deepEqual(ran.map(valuesOf), [[1, 2], [1, 2], [3], [3]]);
      assert.deepEqual(ran[0]?.outputNames, ['y']);
      assert.equal(unloads, 0);
      const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
      assert.deepEqual([line.message, line.model, line.version, line.records], ['warmed up', 'm', '3', 2]);
      assert.equal(typeof line.ms, 'number');
    });

    it('reports how it went', async () => {
      writeWarmUpFile(directory.path, Array(3).fill(predictLog('x', [1], [1])));
      await load(warmed(2));
      onRun = (count) => count === 9 && throwing('INFERENCE_FAILED')();
      await assert.rejects(load(warmed(2)), { code: 'WARMUP_FAILED' });
      truncateSync(path.join(directory.path, warmUpFile), 3);
      await assert.rejects(load(), { code: 'WARMUP_INVALID' });
      assert.deepEqual(
        reports.map(({ model, version, records, error }) => [model, version, records, error?.code]),
        [
          ['m', 3n, 3, undefined],
          ['m', 3n, 2, 'WARMUP_FAILED'],
          ['m', 3n, 0, 'WARMUP_INVALID'],
        ],
      );
      assert.ok(reports.every(({ micros }) => micros >= 0));
    });

    it('loads though the report throws, and logs that', async () => {
      writeWarmUpFile(directory.path, []);
      const memory = memoryLog();
      const loader = withWarmUp(engine, {
        enabled: true,
        iterations: 1,
        log: memory.log,
        onWarmUp: () => {
          throw new Error('Broken.');
        },
      });
      assert.equal(await load(loader), loaded);
      assert.equal(unloads, 0);
      assert.match(memory.lines[0] ?? '', /could not be reported.*Broken\./);
    });

    it('runs nothing for an empty one', async () => {
      writeWarmUpFile(directory.path, []);
      assert.equal(await load(), loaded);
      assert.equal(ran.length, 0);
    });

    it('unloads the version where a record fails, and names the record and the reason', async () => {
      const good = predictLog('x', [1], [1]);
      const request = good.predictLog?.request;
      const cases: [Parameters<typeof writeWarmUpFile>[1][number], RegExp][] = [
        [
          predictLog('z', [1], [1]),
          /^Warm-up record 1 \(Predict\): Signature input alias: x\(feed name: x\) /,
        ],
        [
          predictLog('x', [1, 1], [1]),
          /^Warm-up record 1 \(Predict\): Input "x": .* 2 dimensions instead of 1/,
        ],
        [{ predictLog: {} }, /^Warm-up record 1 \(Predict\): input size does not match signature: 0!=1/],
        [
          { predictLog: { request: { ...request, modelSpec: { signatureName: 'other' } } } },
          /^Warm-up record 1 \(Predict\): Serving signature key "other" not found\.$/,
        ],
        [
          { predictLog: { request: { ...request, outputFilter: ['w'] } } },
          /^Warm-up record 1 \(Predict\): output tensor alias not found in signature: w /,
        ],
        [{ logMetadata: { dc: 'x' } }, /^Warm-up record 1: It holds no recorded request\.$/],
        [Buffer.from([0xff]), /^Warm-up record 1: The request is not a valid protocol buffer message/],
        [{ sessionRunLog: { request: {} } }, /^Warm-up record 1 \(SessionRun\): .*not supported/],
        [{ predictStreamedLog: { request: [] } }, /^Warm-up record 1 \(PredictStreamed\): .*not supported/],
      ];
      for (const [index, [record, message]] of cases.entries()) {
        writeWarmUpFile(directory.path, [good, record]);
        await assert.rejects(load(), { code: 'WARMUP_FAILED', message });
        assert.equal(unloads, index + 1);
        assert.equal(ran.length, index + 1, 'only the first record was run');
      }
    });

    describe('of examples', () => {
      const input = (...values: number[]): MessageInput<'tensorflow.serving.Input'> => ({
        exampleList: {
          examples: values.map((value) => ({
            features: { feature: { x: { floatList: { value: [value] } } } },
          })),
        },
      });
      const floats = (shape: number[], values: number[]): Tensor => ({
        dtype: 'float32',
        shape,
        bytes: new Uint8Array(Float32Array.from(values).buffer),
      });
      const modelSpec = { name: 'another', versionLabel: 'gone' };
      const task = (method: string): MessageInput<'tensorflow.serving.InferenceTask'> => ({
        modelSpec,
        methodName: `tensorflow/serving/${method}`,
      });

      beforeEach(() => {
        const scores = { name: 'scores', dtype: 'float32', shape: [-1, 3] } as const;
        signature = { ...plainSignature, outputs: [...plainSignature.outputs, scores] };
        outputs = new Map([
          ['y', floats([2], [1, 2])],
          ['scores', floats([2, 3], [1, 2, 3, 4, 5, 6])],
        ]);
      });

      it('runs Classify, Regress and MultiInference with the outputs that each needs', async () => {
        writeWarmUpFile(directory.path, [
          { classifyLog: { request: { modelSpec, input: input(1, 2) } } },
          { regressLog: { request: { modelSpec, input: input(3, 4) } } },
          {
            multiInferenceLog: {
              request: { tasks: [task('regress'), task('classify')], input: input(5, 6) },
            },
          },
        ]);
        await load();
        assert.deepEqual(ran.map(valuesOf), [
          [1, 2],
          [3, 4],
          [5, 6],
        ]);
        assert.deepEqual(
          ran.map(({ outputNames }) => outputNames),
          [['scores'], ['y'], ['y', 'scores']],
        );
      });

      it('fails the load where the examples, the outputs, the method or the signature do not fit', async () => {
        const cases: [PredictionLog, RegExp][] = [
          [{ classifyLog: { request: { modelSpec } } }, /^Warm-up record 0 \(Classify\): Input is empty/],
          [
            { regressLog: { request: { modelSpec, input: input(1, 2, 3) } } },
            /^Warm-up record 0 \(Regress\): Input batch size did not match output batch size: 3 vs\. 2/,
          ],
          [
            { multiInferenceLog: { request: { tasks: [task('predict')], input: input(1) } } },
            /^Warm-up record 0 \(MultiInference\): Unsupported signature method_name: tensorflow\/serving\/predict/,
          ],
          [
            { classifyLog: { request: { modelSpec: { signatureName: 'other' }, input: input(1) } } },
            /^Warm-up record 0 \(Classify\): Serving signature key "other" not found\./,
          ],
        ];
        for (const [record, message] of cases) {
          writeWarmUpFile(directory.path, [record]);
          await assert.rejects(load(), { code: 'WARMUP_FAILED', message });
        }
      });
    });

    it('names the record whose run fails', async () => {
      writeWarmUpFile(directory.path, Array(3).fill(predictLog('x', [1], [1])));
      onRun = (count) => count === 4 && throwing('INFERENCE_FAILED')();
      await assert.rejects(load(warmed(2)), {
        code: 'WARMUP_FAILED',
        message: 'Warm-up record 1 (Predict): Why not.',
      });
      assert.equal(unloads, 1);
    });

    it('fails the load where the file is cut off', async () => {
      writeWarmUpFile(directory.path, [Buffer.alloc(20)]);
      truncateSync(path.join(directory.path, warmUpFile), 30);
      await assert.rejects(load(), { code: 'WARMUP_INVALID' });
      assert.equal(unloads, 1);
    });

    it('leaves the loss of an engine to the lifecycle, and names the record', async () => {
      writeWarmUpFile(directory.path, [predictLog('x', [1], [1])]);
      for (const code of ['ENGINE_CRASHED', 'ENGINE_RESTARTED'] as const) {
        onRun = throwing(code);
        await assert.rejects(load(), { code, message: 'Warm-up record 0 (Predict): Why not.' });
      }
    });

    it('ends between two runs when the load is cancelled, and unloads', async () => {
      writeWarmUpFile(directory.path, Array(3).fill(predictLog('x', [1], [1])));
      onRun = (count) => count === 3 && abort.abort();
      await assert.rejects(load(warmed(2)), { name: 'AbortError' });
      assert.equal(ran.length, 3);
      assert.equal(unloads, 1);
      assert.deepEqual(reports, []);
    });
  });

  describe('without one', () => {
    it('runs zeros once', async () => {
      assert.equal(await load(warmed(5)), loaded);
      assert.deepEqual(ran.map(valuesOf), [[0]]);
      assert.match(lines[0] ?? '', /warmed up with a made-up request/);
      assert.deepEqual(reports, [], 'there is no file to report');
    });

    it('only logs that the model does not take them', async () => {
      onRun = throwing('INFERENCE_FAILED');
      assert.equal(await load(), loaded);
      assert.equal(unloads, 0);
      assert.match(lines[0] ?? '', /does not take the made-up request.*Why not\./);
    });

    it('runs nothing where they would be too large', async () => {
      signature = { ...plainSignature, inputs: [{ name: 'x', dtype: 'int8', shape: [64, 1024, 1025] }] };
      assert.equal(await load(), loaded);
      assert.equal(ran.length, 0);
      assert.match(lines[0] ?? '', /too large/);
    });

    it('does not try again where the engine ended on them, until the files change', async () => {
      const loader = warmed();
      onRun = throwing('ENGINE_CRASHED');
      await assert.rejects(load(loader), { code: 'ENGINE_CRASHED' });
      assert.equal(unloads, 1);
      assert.equal(await load(loader), loaded);
      assert.equal(ran.length, 1);
      assert.match(lines[0] ?? '', /the engine ended on the made-up request before/);
      onRun = () => undefined;
      assert.equal(await loader.load('m', onDisk('b'), abort.signal), loaded);
      assert.equal(ran.length, 2);
    });

    it('remembers the last of many versions on which the engine ended', async () => {
      const loader = warmed();
      onRun = throwing('ENGINE_CRASHED');
      const at = (index: number): VersionOnDisk => ({
        ...onDisk(),
        directory: path.join(directory.path, index.toString()),
      });
      for (let index = 0; index < 300; index++) {
        await assert.rejects(loader.load('m', at(index), abort.signal), { code: 'ENGINE_CRASHED' });
      }
      await loader.load('m', at(299), abort.signal);
      await loader.load('m', at(100), abort.signal);
      assert.equal(ran.length, 300);
      await assert.rejects(loader.load('m', at(0), abort.signal), { code: 'ENGINE_CRASHED' });
      assert.equal(ran.length, 301);
    });

    it('tries again where the engine was lost for another reason', async () => {
      const loader = warmed();
      onRun = throwing('ENGINE_RESTARTED');
      await assert.rejects(load(loader), { code: 'ENGINE_RESTARTED' });
      onRun = () => undefined;
      await load(loader);
      assert.equal(ran.length, 2);
    });

    it('unloads when the load is cancelled meanwhile', async () => {
      onRun = () => abort.abort();
      await assert.rejects(load(), { name: 'AbortError' });
      assert.equal(unloads, 1);
    });
  });

  it('says which run of how many it is at, iterations counted', async () => {
    const progress: LoadProgress[] = [];
    const listen = (step: LoadProgress): number => progress.push(step);
    writeWarmUpFile(directory.path, [predictLog('x', [1], [1]), predictLog('x', [1], [2])]);
    await warmed(2).load('m', onDisk(), abort.signal, listen);
    assert.deepEqual(progress, [
      { step: 'warming-up' },
      ...['1/4', '2/4', '3/4', '4/4'].map((detail) => ({ step: 'warming-up', detail })),
    ]);
  });

  it('counts on where the file cannot be counted, and then fails as it does otherwise', async () => {
    const progress: LoadProgress[] = [];
    writeWarmUpFile(directory.path, [predictLog('x', [1], [1]), predictLog('x', [1], [2])]);
    truncateSync(path.join(directory.path, warmUpFile), 70);
    const load = warmed().load('m', onDisk(), abort.signal, (step) => progress.push(step));
    await assert.rejects(load, { code: 'WARMUP_INVALID' });
    assert.ok(progress.every(({ detail }) => detail === undefined || detail === '1'));
  });

  it('hands the progress of the engine on', async () => {
    const progress: LoadProgress[] = [];
    const talking: Loader = {
      load: (_model, _version, _signal, tell) => {
        tell?.({ step: 'loading' });
        return Promise.resolve(loaded);
      },
    };
    const loader = withWarmUp(talking, { enabled: true, iterations: 1, log: memoryLog().log });
    await loader.load('m', onDisk(), abort.signal, (step) => progress.push(step));
    assert.deepEqual(progress, [{ step: 'loading' }, { step: 'warming-up' }]);
  });
});
