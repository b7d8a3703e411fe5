// The hand-over to engine hosts, in processes and in threads: every size and type arrives, in order, and a dead host is found out.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { elementSize, type NumericDtype, type Tensor } from '../../server/codec/tensor.ts';
import type { EnginePool } from '../../server/engine/engine-pool.ts';
import { TrialLoader } from '../../server/engine/first-open.ts';
import { PerchError } from '../../server/errors.ts';
import type { VersionOnDisk } from '../../server/lifecycle/found.ts';
import { planVersion } from '../../server/plan-version.ts';
import { openEnginePool } from '../support/engine-pool.ts';
import { onnxTypes, writeIdentityModel, type OnnxType } from '../support/onnx-writer.ts';
import { tempDir, type TempDir } from '../support/temp-dir.ts';

const neverAborted = new AbortController().signal;

function identity(directory: TempDir, type: OnnxType, totalBytes = 1): VersionOnDisk {
  const file = path.join(directory.path, `${type}.onnx`);
  writeFileSync(file, writeIdentityModel(type, ['n']));
  return {
    number: 1n,
    directory: directory.path,
    file,
    sizeBytes: 1,
    totalBytes,
    fingerprint: '',
    readiness: { kind: 'complete' },
  };
}

/** Bytes that differ from place to place, so that a shifted or mixed-up tensor is found out. */
function pattern(dtype: NumericDtype, length: number, seed: number): Tensor {
  const bytes = new Uint8Array(length * elementSize[dtype]);
  // No float is a NaN, whose payload might change: the high byte stays small.
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = dtype === 'bool' ? (i + seed) % 2 : (i * 7 + seed) % 61;
  }
  return { dtype, shape: [length], bytes };
}

for (const threads of [false, true]) {
  describe(`an engine host in a ${threads ? 'thread' : 'process'}`, () => {
    let pool: EnginePool;
    let directory: TempDir;
    before(() => {
      directory = tempDir();
      pool = openEnginePool({ threads });
    });
    after(async () => {
      await pool.stop();
      directory.remove();
    });

    const echo = async (tensor: Tensor, type: OnnxType): Promise<Tensor | undefined> => {
      const version = await pool.load('echo', identity(directory, type), neverAborted);
      const { outputs } = await version.run(new Map([['x', tensor]]), ['y'], neverAborted);
      await version.unload();
      return outputs.get('y');
    };

    for (const type of Object.keys(onnxTypes) as OnnxType[]) {
      it(`carries ${type}`, async () => {
        const tensor: Tensor =
          type === 'string'
            ? {
                dtype: 'string',
                shape: [4],
                values: ['', 'a', 'Grüße 🐦', 'x'.repeat(300_000)].map((text) => Buffer.from(text)),
              }
            : pattern(type, 5, 3);
        const answer = await echo(tensor, type);
        assert.ok(answer?.dtype === tensor.dtype);
        assert.deepEqual(answer.shape, tensor.shape);
        if (tensor.dtype === 'string' && answer.dtype === 'string') {
          assert.deepEqual(
            answer.values.map((value) => Buffer.from(value).toString()),
            tensor.values.map((value) => Buffer.from(value).toString()),
          );
        } else if (tensor.dtype !== 'string' && answer.dtype !== 'string') {
          assert.equal(Buffer.compare(answer.bytes, tensor.bytes), 0);
        }
      });
    }

    it('carries tensors of every length up to several MB, many at once, each to its own caller', async () => {
      const version = await pool.load('echo', identity(directory, 'float32'), neverAborted);
      const lengths = [0, 1, 2, 1000, 8191, 8192, 65_535, 65_536, 200_000, 262_144, 262_145, 1_500_000];
      await Promise.all(
        [...lengths, ...lengths].map(async (length, index) => {
          const tensor = pattern('float32', length, index);
          const { outputs } = await version.run(new Map([['x', tensor]]), ['y'], neverAborted);
          const answer = outputs.get('y');
          assert.ok(answer?.dtype === 'float32' && tensor.dtype === 'float32');
          assert.equal(Buffer.compare(answer.bytes, tensor.bytes), 0, `length ${length}`);
        }),
      );
      await version.unload();
    });

    it('refuses a file that is no model, and goes on', async () => {
      const disk = identity(directory, 'float64');
      writeFileSync(disk.file, 'no model');
      await assert.rejects(pool.load('broken', disk, neverAborted), { code: 'MODEL_FILE_INVALID' });
      assert.ok(await echo(pattern('float32', 3, 0), 'float32'));
    });

    it('runs the instances of a version in hosts of their own', async () => {
      const several = openEnginePool({
        threads,
        plan: () =>
          Promise.resolve(
            planVersion(1, {
              instanceGroups: [{ kind: 'cpu', count: 3, gpus: [] }],
              session: {},
              accelerators: [],
            }),
          ),
      });
      const version = await several.load('echo', identity(directory, 'int64'), neverAborted);
      const hosts = version.execution?.instances.map(({ engineHostIndex }) => engineHostIndex);
      assert.deepEqual(hosts, [0, 1, 2]);
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          version.run(new Map([['x', pattern('int64', 4, i)]]), ['y'], neverAborted),
        ),
      );
      answers.forEach(({ outputs }, i) => {
        const [answer, sent] = [outputs.get('y'), pattern('int64', 4, i)];
        assert.ok(answer?.dtype === 'int64' && sent.dtype === 'int64');
        assert.equal(Buffer.compare(answer.bytes, sent.bytes), 0);
      });
      await version.unload();
      assert.deepEqual(
        several.facts().map(({ loadedVersions }) => loadedVersions),
        [0],
      );
      await several.stop();
    });
  });
}

describe('an engine host that dies', () => {
  it('fails what it holds with a reason, and is there again', async () => {
    const directory = tempDir();
    const pool = openEnginePool();
    const version = await pool.load('echo', identity(directory, 'float32'), neverAborted);
    process.kill(pool.facts()[0]!.pid, 'SIGKILL');
    const failed = await version
      .run(new Map([['x', pattern('float32', 100_000, 1)]]), ['y'], neverAborted)
      .then(undefined, (reason: unknown) => PerchError.from(reason));
    assert.ok(failed instanceof PerchError);
    assert.ok(failed.code === 'ENGINE_CRASHED' || failed.code === 'ENGINE_RESTARTED', failed.code);
    await version.lost;
    const again = await pool.load('echo', identity(directory, 'float32'), neverAborted);
    await again.run(new Map([['x', pattern('float32', 3, 1)]]), ['y'], neverAborted);
    assert.equal(pool.facts()[0]!.restarts, 1);
    await pool.stop();
    directory.remove();
  });
});

describe('the first opening of a file', () => {
  it('happens in a process that is used again, and is gone when the pool is', async () => {
    const directory = tempDir();
    const pool = openEnginePool();
    const trials = new TrialLoader(pool);
    for (let round = 0; round < 3; round++) {
      const version = await trials.load('echo', identity(directory, 'float32'), neverAborted);
      await version.run(new Map([['x', pattern('float32', 3, 1)]]), ['y'], neverAborted);
      await version.unload();
    }
    assert.deepEqual(
      pool.facts().map(({ kind, loadedVersions }) => [kind, loadedVersions]),
      [
        ['shared', 0],
        ['trial', 0],
      ],
    );
    await pool.stop();
    directory.remove();
  });

  it('ends with its process where the load is given up', async () => {
    const directory = tempDir();
    const pool = openEnginePool();
    const abort = new AbortController();
    const loading = new TrialLoader(pool).load('echo', identity(directory, 'float32'), abort.signal);
    abort.abort(new PerchError('LOAD_CANCELLED', 'given up'));
    await assert.rejects(loading, { code: 'LOAD_CANCELLED' });
    assert.deepEqual(
      pool.facts().map(({ kind }) => kind),
      ['shared'],
    );
    await pool.stop();
    directory.remove();
  });
});
