// Warm-up on a real engine host: recorded requests before AVAILABLE, and a version that fails its own.
import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { withWarmUp } from '../../server/apis/tensorflow-serving/warm-up.ts';
import type { EnginePool } from '../../server/engine/engine-pool.ts';
import type { VersionOnDisk } from '../../server/lifecycle/found.ts';
import { ModelManager } from '../../server/lifecycle/model-manager.ts';
import type { VersionState } from '../../server/lifecycle/version-state.ts';
import { createLogger } from '../../server/log.ts';
import { predictLog, writeWarmUpFile } from '../support/warm-up-file.ts';
import { openEnginePool } from '../support/engine-pool.ts';
import { makeModels, until } from './support/running-server.ts';

describe('warm-up', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let pool: EnginePool;
  let manager: ModelManager;
  let logged: string[];

  beforeEach(async () => {
    models = await makeModels('digits');
    logged = [];
    const log = createLogger({ format: 'json', write: (line) => logged.push(line) }, 'test');
    pool = openEnginePool({ log });
    manager = new ModelManager(withWarmUp(pool, { enabled: true, iterations: 3, log }), log);
  });
  afterEach(async () => {
    await manager.dispose();
    await pool.stop();
    await models.remove();
  });

  const directoryOf = (version: string): string => path.join(models.directory, 'digits', version);
  const apply = (...versions: readonly string[]): void =>
    manager.apply([
      { name: 'digits', basePath: path.join(models.directory, 'digits'), versions: versions.map(onDisk) },
    ]);
  const onDisk = (version: string): VersionOnDisk => ({
    number: BigInt(version),
    directory: directoryOf(version),
    file: path.join(directoryOf(version), 'model.onnx'),
    sizeBytes: 1,
    totalBytes: 1,
    fingerprint: version,
    readiness: { kind: 'complete' },
  });
  const whenPhase = <Phase extends VersionState['phase']>(
    version: bigint,
    phase: Phase,
  ): Promise<Extract<VersionState, { phase: Phase }>> =>
    until(() => {
      const state = manager.view('digits')?.versions.find(({ number }) => number === version)?.state;
      return state?.phase === phase ? (state as Extract<VersionState, { phase: Phase }>) : undefined;
    });
  const warmUpLines = (): string[] =>
    logged
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ message }) => String(message).includes('warmed up'))
      .map(({ message, version, records }) => `${String(version)} ${String(message)} ${String(records)}`);
  const pixels = (count: number): number[] => Array<number>(count).fill(0.5);

  it('runs the recorded requests of a version before it is put into service', async () => {
    apply('1');
    const { loaded } = await whenPhase(1n, 'available');
    const name = loaded.signature.inputs[0]?.name ?? '';
    assert.deepEqual(warmUpLines(), ['1 warmed up with a made-up request undefined']);
    writeWarmUpFile(directoryOf('2'), [
      predictLog(name, [1, 64], pixels(64)),
      predictLog(name, [2, 64], pixels(128)),
      {
        classifyLog: {
          request: {
            input: {
              exampleList: {
                examples: [{ features: { feature: { [name]: { floatList: { value: pixels(64) } } } } }],
              },
            },
          },
        },
      },
    ]);
    apply('1', '2');
    await whenPhase(2n, 'available');
    assert.deepEqual(warmUpLines().slice(1), ['2 warmed up 3']);
  });

  it('fails the load of a version that fails one, by its index, and the old version serves on', async () => {
    apply('1');
    const { loaded } = await whenPhase(1n, 'available');
    const name = loaded.signature.inputs[0]?.name ?? '';
    writeWarmUpFile(directoryOf('2'), [
      predictLog(name, [1, 64], pixels(64)),
      predictLog(name, [1, 63], pixels(63)),
    ]);
    apply('1', '2');
    const { error } = await whenPhase(2n, 'end');
    assert.equal(error?.code, 'WARMUP_FAILED');
    assert.match(error.message, /^Warm-up record 1 \(Predict\): Input ".*": got float32 \[1, 63\]/);
    const lease = manager.acquire('digits', {});
    assert.equal(lease.version, 1n);
    lease.release();
    const held = pool.facts().reduce((sum, { loadedVersions }) => sum + loadedVersions, 0);
    assert.equal(held, 1, 'the failed version is not left in the engine');
  });
});
