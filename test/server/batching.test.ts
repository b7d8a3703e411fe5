// Batching with the real engine: what the sample models answer through the batcher, beside what they answer alone.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { TensorMap } from '../../server/codec/tensor.ts';
import {
  defaultBatchingParameters,
  type BatchingParameters,
} from '../../server/engine/batching/batch-parameters.ts';
import {
  withBatching,
  type BatchReport,
  type UnbatchableReport,
} from '../../server/engine/batching/with-batching.ts';
import type { EnginePool } from '../../server/engine/engine-pool.ts';
import { PerchError } from '../../server/errors.ts';
import type { LoadedVersion } from '../../server/lifecycle/version-state.ts';
import { openEnginePool } from '../support/engine-pool.ts';
import { writeIdentityModel, writeOnnxModel } from '../support/onnx-writer.ts';
import {
  differenceOf,
  readPixels,
  rowsFor,
  runAll,
  sampleModels,
  versionIn,
} from './support/sample-models.ts';

const parameterSets: [string, Partial<BatchingParameters>][] = [
  ['by default', {}],
  ['in batches of 8, padded', { maxBatchSize: 8, maxExecutionBatchSize: 8, allowedBatchSizes: [4, 8] }],
  [
    'split over batches of 2',
    { maxExecutionBatchSize: 2, enableLargeBatchSplitting: true, maxEnqueuedBatches: 50 },
  ],
];

/** See batching-exactness.test.ts. */
const tolerance = process.arch === 'x64' ? 0 : 1e-5;

const neverAborted = new AbortController().signal;

let pool: EnginePool;
before(() => {
  pool = openEnginePool();
});
after(() => pool.stop());

/** Loads a version with batching, and keeps what is told of it. */
async function loadBatched(directory: string, some: Partial<BatchingParameters> = {}) {
  const batches: BatchReport[] = [];
  const unbatchable: UnbatchableReport[] = [];
  const loader = withBatching(pool, () => Promise.resolve({ ...defaultBatchingParameters, ...some }), {
    onBatch: (report) => batches.push(report),
    onUnbatchable: (report) => unbatchable.push(report),
  });
  const loaded: LoadedVersion = await loader.load('m', versionIn(directory), neverAborted);
  return { loaded, batches, unbatchable };
}

describe('batched answers', () => {
  let pixels: number[];
  before(async () => {
    pixels = await readPixels();
  });

  for (const model of sampleModels) {
    for (const [how, some] of parameterSets) {
      it(`of ${model.name} version ${path.basename(model.directory)}, ${how}, are those of each request alone`, async () => {
        const alone = await pool.load(model.name, versionIn(model.directory), neverAborted);
        const { loaded, batches } = await loadBatched(model.directory, some);
        try {
          const requests = Array.from({ length: 30 }, (_, i) =>
            rowsFor(model, pixels, i * 3, i * 3 + 1 + (i % 3)),
          );
          const expected: TensorMap[] = [];
          for (const inputs of requests) {
            expected.push(await runAll(alone, inputs));
          }
          const answers = await Promise.all(requests.map((inputs) => runAll(loaded, inputs)));
          for (const [i, answer] of answers.entries()) {
            assert.ok(differenceOf(answer, expected[i]!) <= tolerance, `request ${i}`);
          }
          assert.ok(
            batches.some(({ requests: count }) => count > 1),
            'nothing was batched',
          );
        } finally {
          await Promise.all([alone.unload(), loaded.unload()]);
        }
      });
    }
  }
});

describe('models made for the test', () => {
  let parent: string;
  before(async () => {
    parent = await mkdtemp(path.join(tmpdir(), 'perch-batching-'));
  });
  after(() => rm(parent, { recursive: true }));

  /** A version directory with this model in it. */
  async function versionOf(name: string, bytes: Uint8Array): Promise<string> {
    const directory = path.join(parent, name, '1');
    await mkdir(directory, { recursive: true });
    await writeFile(path.join(directory, 'model.onnx'), bytes);
    return directory;
  }

  it('fail for the bad request only, not for those in its batch', async () => {
    // Reads numbers from texts, and fails at a text that is none.
    const directory = await versionOf(
      'numbers',
      writeOnnxModel(
        [
          { name: 'text', type: 'string', shape: ['n'] },
          { name: 'like', type: 'int64', shape: ['n'] },
        ],
        [{ name: 'number', type: 'int64', shape: ['n'] }],
        [{ op: 'CastLike', inputs: ['text', 'like'], outputs: ['number'] }],
      ),
    );
    const { loaded, batches, unbatchable } = await loadBatched(directory);
    const ask = (text: string): Promise<TensorMap> =>
      runAll(
        loaded,
        new Map([
          ['text', { dtype: 'string', shape: [1], values: [Buffer.from(text)] }],
          ['like', { dtype: 'int64', shape: [1], bytes: new Uint8Array(8) }],
        ]),
      );
    const texts = ['1', '2', 'three', '4', '5'];
    const outcomes = await Promise.allSettled(texts.map(ask));
    await loaded.unload();
    assert.ok(batches.some(({ requests }) => requests > 1));
    for (const [i, outcome] of outcomes.entries()) {
      if (texts[i] === 'three') {
        assert.ok(outcome.status === 'rejected' && PerchError.is(outcome.reason, 'INFERENCE_FAILED'));
      } else {
        assert.ok(outcome.status === 'fulfilled', texts[i]);
        const number = outcome.value.get('number');
        assert.ok(number !== undefined && number.dtype !== 'string');
        assert.deepEqual(Buffer.from(number.bytes).readBigInt64LE(), BigInt(texts[i]!));
      }
    }
    assert.deepEqual(unbatchable, []);
  });

  it('are never batched without a batch dimension', async () => {
    const directory = await versionOf('fixed', writeIdentityModel('float32', [2]));
    const { loaded, batches, unbatchable } = await loadBatched(directory);
    const inputs: TensorMap = new Map([
      ['x', { dtype: 'float32', shape: [2], bytes: new Uint8Array(Float32Array.of(1, 2).buffer) }],
    ]);
    const answers = await Promise.all([1, 2, 3].map(() => runAll(loaded, inputs)));
    await loaded.unload();
    assert.ok(answers.every((answer) => answer.get('y')?.shape[0] === 2));
    assert.deepEqual(batches, []);
    assert.equal(unbatchable.length, 1);
  });
});
